"""The clock, ids, randomness and the environment are read in one place each; tests never sleep and never mock."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOMS, dotted, imported, modules

SEAMS = "bot/seams.py"
SETTINGS = "bot/settings.py"
CLOCK = ("now", "utcnow", "today")
RANDOM = ("random", "secrets", "uuid", "os.urandom")
ENVIRONMENT = ("os.environ", "os.getenv", "os.environb", "os.putenv")


def _starts(name: str, banned: tuple[str, ...]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in banned)


def _names(module: ast.Module) -> Iterator[tuple[str, int]]:
    yield from imported(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            yield dotted(node), node.lineno


def _used(banned: tuple[str, ...], *, allowed: tuple[str, ...]) -> list[str]:
    return [
        f"{path}:{line}: {name}"
        for path, module in modules(*ROOMS)
        if path not in allowed
        for name, line in _names(module)
        if _starts(name, banned)
    ]


def _clock_reads(module: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK and _is_date_type(node.value):
            yield dotted(node), node.lineno


def _is_date_type(node: ast.expr) -> bool:
    return dotted(node).split(".")[-1] in {"datetime", "date"}


def test_the_wall_clock_is_read_in_the_seams_only() -> None:
    reads = [f"{path}:{line}: {name}" for path, module in modules(*ROOMS) for name, line in _clock_reads(module)]
    assert not [read for read in reads if not read.startswith(SEAMS)]
    assert not _used(("time.time", "time.time_ns", "time.localtime", "time.gmtime"), allowed=(SEAMS,))


def test_the_day_of_an_instant_is_the_day_in_london() -> None:
    of_utc = [
        f"{path}:{node.lineno}"
        for path, module in modules(*ROOMS)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date"
    ]
    assert not [place for place in of_utc if not place.startswith("bot/working_time.py")]


def test_ids_and_randomness_come_from_the_seams_only() -> None:
    assert not _used(RANDOM, allowed=(SEAMS,))


def test_the_environment_is_read_in_the_settings_only() -> None:
    assert not _used(ENVIRONMENT, allowed=(SETTINGS,))


@pytest.mark.parametrize("room", ["dialogs", "thresholds"])
def test_pure_rooms_import_nothing_that_touches_the_world(room: str) -> None:
    banned = ("os", "time", "logging", "asyncio", "socket", "subprocess", "threading", "sqlite3", "tempfile", "shutil")
    assert not [
        f"{path}:{line}" for path, module in modules(room) for name, line in imported(module) if _starts(name, banned)
    ]


def _calls(module: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            last = node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)
            yield last, node.lineno


def test_no_test_sleeps() -> None:
    waits = {"sleep", "wait_for_timeout"}
    assert not [f"{path}:{line}" for path, module in modules("tests") for name, line in _calls(module) if name in waits]


def test_nothing_is_mocked() -> None:
    banned = ("unittest.mock", "mock", "pytest_mock")
    found = [
        f"{path}:{line}"
        for path, module in modules(*ROOMS, "tests")
        for name, line in imported(module)
        if _starts(name, banned)
    ]
    assert not found


def test_no_module_of_ours_is_patched() -> None:
    patched = [f"{path}:{line}" for path, module in modules("tests") for line in _patches(module)]
    assert not patched


def _patches(module: ast.Module) -> Iterator[int]:
    ours = {name.split(".")[-1] for name, _ in imported(module) if name.split(".")[0] in ROOMS}
    calls = (node for node in ast.walk(module) if isinstance(node, ast.Call) and node.args)
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in {"setattr", "delattr"} and _is_ours(call.args[0], ours):
            yield call.lineno


PARTS = {"house", "door", "bridge", "listeners", "gate", "arriving"}
PATIENCE = {"wait_seconds", "answer_seconds", "patience", "rest", "seal_after", "soon", "pause", "ticks"}
"""How long a door waits: a busy machine is no slow platform, and a test that counts waits has none."""


def test_nothing_that_was_put_together_is_changed_afterwards() -> None:
    changed = [f"{path}:{line}" for path, module in modules("tests") for line in _changes(module)]
    assert not changed, "put it in when the house or the door is made, or exchange it with `replace`"


def _changes(module: ast.Module) -> Iterator[int]:
    targets = (
        target
        for node in ast.walk(module)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    )
    for target in targets:
        for one in target.elts if isinstance(target, ast.Tuple) else [target]:
            *way, last = dotted(one).split(".")
            if isinstance(one, ast.Attribute) and PARTS & set(way) and last not in PATIENCE:
                yield one.lineno


def _is_ours(target: ast.expr, ours: set[str]) -> bool:
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        return target.value.split(".")[0] in ROOMS
    return bool(({*ROOMS} | ours) & set(dotted(target).split(".")))
