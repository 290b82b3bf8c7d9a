"""What every file looks like: a docstring, short functions, no blanket exemption, nothing of one machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOMS, ROOT, TEXT, files, modules

LONGEST = 40
MACHINE = re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:work|root|home|Users|opt)/[A-Za-z.]+/")
INDEX = re.compile(r"--(?:extra-)?index-url|https?://[\w.-]*(?:hosted|registry)[\w.-]*/|\"resolved\": \"http")
BARE = re.compile(r"#\s*(?:type:\s*ignore(?!\[)|noqa(?!:)|mypy:\s*ignore-errors)")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def test_every_module_says_what_lives_in_it() -> None:
    bare = [path for path, module in modules(*ROOMS, "bench") if module.body and not ast.get_docstring(module)]
    assert not bare


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path}:{function.lineno}: {function.name} has {_length(function)} lines"
        for path, module in modules(*ROOMS, "tests", "bench")
        for function in _functions(module)
        if _length(function) > LONGEST
    ]
    assert not long


def _found(pattern: re.Pattern[str], paths: Iterator[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_path_of_one_machine_stands_anywhere() -> None:
    assert not _found(MACHINE, files(*TEXT))


def test_no_address_of_a_package_index_stands_anywhere() -> None:
    assert not _found(INDEX, files(*TEXT))


def test_no_check_is_switched_off_without_saying_which() -> None:
    assert not _found(BARE, files(".py"))


def test_nothing_is_left_unfinished() -> None:
    assert not _found(UNFINISHED, files(".py", ".html", ".yaml", ".md", ".css"))
