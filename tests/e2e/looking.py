"""What a person who looks closely would find wrong with an open page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, summary, select, textarea, .option label, .links a, .top a, .ring a, input:not([type=hidden])')]
  .filter((one) => one.checkVisibility() && !one.closest('.option input, .skip'))
  .filter((one) => one.type !== 'radio' && one.type !== 'checkbox')
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.height < 43.5)
  .map(([one, box]) => `${one.tagName} ${one.textContent.trim().slice(0, 30)}: ${box.height}`)"""


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Debian's chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail("chromium is needed here: `make test` installs it")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


def violations(page: Page, axe: Path) -> list[str]:
    """What axe-core finds, one line a place. The foot is let go first: what waits behind it can be scrolled to."""
    page.add_style_tag(content=".ring { position: static !important; }")
    page.add_script_tag(path=str(axe))
    found: dict[str, Any] = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", TAGS)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def sideways(page: Page) -> int:
    """How many pixels of the page lie outside the window's width."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def small_targets(page: Page) -> list[str]:
    """Controls lower than 44 pixels, but links within a sentence."""
    return list(page.evaluate(SMALL_TARGETS))
