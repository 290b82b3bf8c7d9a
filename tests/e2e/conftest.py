"""A real browser (Debian's chromium), and axe-core where the Makefile puts it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.looking import a_browser

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a run."""
    with a_browser() as started:
        yield started


@pytest.fixture(scope="session")
def axe() -> Path:
    """The accessibility checker's file."""
    if not AXE.is_file():
        pytest.fail("axe-core is needed here: `make test` installs it")
    return AXE
