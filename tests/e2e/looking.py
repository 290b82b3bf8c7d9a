"""What a person who looks closely would find wrong with an open page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, summary, select, textarea, .option label, .links a, .top a, .ring a, input:not([type=hidden])')]
  .filter((one) => one.checkVisibility() && !one.closest('.option input, .skip'))
  .filter((one) => one.type !== 'radio' && one.type !== 'checkbox')
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.height < 43.5)
  .map(([one, box]) => `${one.tagName} ${one.textContent.trim().slice(0, 30)}: ${box.height}`)"""


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
