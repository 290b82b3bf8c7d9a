"""The rooms and their one direction hold, and type checking is strict over everything."""

import tomllib
from typing import Any

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.sources import ROOMS, ROOT


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """pyproject.toml as it stands."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_import_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    kept = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert kept == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_the_four_rooms_stand_in_one_direction(project: dict[str, Any]) -> None:
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    assert ["bot", "storage", "dialogs", "thresholds"] in layers


def test_types_are_strict_over_the_rooms_and_the_tests(project: dict[str, Any]) -> None:
    mypy = project["tool"]["mypy"]
    assert mypy["strict"] is True
    assert {*ROOMS, "tests"} <= set(mypy["packages"])


def test_no_module_of_ours_is_let_off_type_checking(project: dict[str, Any]) -> None:
    let_off = [name for override in project["tool"]["mypy"].get("overrides", []) for name in override["module"]]
    assert not [name for name in let_off if name.split(".")[0] in {*ROOMS, "tests", "bench"}]


def test_warnings_are_errors(project: dict[str, Any]) -> None:
    assert "error" in project["tool"]["pytest"]["ini_options"]["filterwarnings"]
