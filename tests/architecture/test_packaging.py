"""What is installed is what stands in the folders: every package is named, every data file is taken along."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import ROOMS, ROOT, files

DATA = (".yaml", ".html", ".css", ".js", ".svg")


@pytest.fixture(scope="module")
def setuptools() -> dict[str, Any]:
    """How setuptools is told to build."""
    content: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    return content


def test_every_package_is_named_and_every_name_is_a_package(setuptools: dict[str, Any]) -> None:
    there = {_dotted(path.parent) for room in ROOMS for path in files(".py", under=room)}
    assert set(setuptools["packages"]) == there


def _dotted(folder: Path) -> str:
    return ".".join(folder.relative_to(ROOT).parts)


def test_every_data_file_is_taken_along(setuptools: dict[str, Any]) -> None:
    left_behind = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in files(*DATA, under=room)
        if not _is_taken(path, setuptools["package-data"])
    ]
    assert not left_behind


def test_the_example_directories_are_taken_along(setuptools: dict[str, Any]) -> None:
    assert setuptools["data-files"] == {"share/swis/examples": ["examples/*.yaml"]}
    assert list(files(".yaml", under="examples"))


def _is_taken(path: Path, data: dict[str, list[str]]) -> bool:
    return any(
        fnmatch(str(path.relative_to(ROOT)), f"{package.replace('.', '/')}/{pattern.replace('**', '*')}")
        for package, patterns in data.items()
        for pattern in patterns
    )
