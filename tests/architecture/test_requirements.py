"""The hashed requirements are in step with pyproject.toml, hold no address, and are what is installed."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

FILES = {
    "requirements.txt": (),
    "requirements-dev.txt": ("dev",),
    "requirements-bench.txt": ("bench",),
}
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+) \\$", re.MULTILINE)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
BUILD = "setuptools"


def declared(extras: tuple[str, ...]) -> list[Requirement]:
    """What pyproject.toml asks for, to run and for these extras, and what builds it."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = content["project"]
    wanted = [*project["dependencies"], *content["build-system"]["requires"]]
    wanted += [line for extra in extras for line in project["optional-dependencies"][extra]]
    return [Requirement(line) for line in wanted]


def pins(name: str) -> dict[str, str]:
    """Package to version of a requirements file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {canonicalize_name(found["name"]): found["version"] for found in PIN.finditer(text)}


@pytest.mark.parametrize("name", FILES)
def test_a_requirements_file_holds_pins_and_hashes_only(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    strange = [line for line in lines if not PIN.match(line) and not HASH.match(line)]
    bare = [
        line for line, after in zip(lines, [*lines[1:], ""], strict=True) if PIN.match(line) and not HASH.match(after)
    ]
    assert not strange
    assert not bare


@pytest.mark.parametrize(("name", "extras"), FILES.items())
def test_everything_that_the_project_asks_for_is_pinned_within_its_range(name: str, extras: tuple[str, ...]) -> None:
    pinned = pins(name)
    wrong = [
        str(need)
        for need in declared(extras)
        if not need.specifier.contains(pinned.get(canonicalize_name(need.name), "0"))
    ]
    assert not wrong


@pytest.mark.parametrize("name", ["requirements-dev.txt", "requirements-bench.txt"])
def test_one_package_has_one_version_in_every_file(name: str) -> None:
    other = pins(name)
    assert {package: other.get(package) for package in pins("requirements.txt")} == pins("requirements.txt")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_file_pins_what_is_needed_and_nothing_else(name: str) -> None:
    needed = {package for need in declared(FILES[name]) for package in _with_all_it_needs(need, set())}
    assert set(pins(name)) == needed


def _with_all_it_needs(need: Requirement, seen: set[tuple[str, str]]) -> Iterator[str]:
    """The package, and whatever it asks for here, by what is installed."""
    name = canonicalize_name(need.name)
    for extra in ["", *sorted(need.extras)]:
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        yield name
        for line in distribution(name).requires or []:
            inner = Requirement(line)
            if inner.marker is None or _asks(inner, extra):
                yield from _with_all_it_needs(inner, seen)


def _asks(need: Requirement, extra: str) -> bool:
    assert need.marker is not None
    return need.marker.evaluate({"extra": extra})


def test_what_is_installed_is_what_is_pinned() -> None:
    pinned = {name: version for name, version in pins("requirements-dev.txt").items() if name != BUILD}
    assert {name: distribution(name).version for name in pinned} == pinned
