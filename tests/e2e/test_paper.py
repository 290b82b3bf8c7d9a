"""The printable page and the outage sheet in a real browser: A4, two pages at most, accessible, fitting a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.paper import outage_sheet, printable
from dialogs.flows import latest
from dialogs.words import Words
from tests.e2e.looking import sideways, violations
from tests.thresholds.packaged import editions, name
from thresholds.catalogue import Edition

pytestmark = pytest.mark.e2e

FLOW, WORDS = latest("concern"), Words.load()
EDITIONS = pytest.mark.parametrize("edition", editions(), ids=name)


@EDITIONS
def test_the_outage_sheet_fits_two_pages_of_a4(browser: Browser, tmp_path: Path, edition: Edition) -> None:
    (tmp_path / "sheet.html").write_text(outage_sheet(edition, FLOW, WORDS), encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "sheet.html").as_uri())
    pdf = page.pdf(prefer_css_page_size=True)
    page.close()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("draw", [printable, outage_sheet], ids=["document", "sheet"])
def test_both_pages_are_accessible_and_fit_the_screen(
    browser: Browser, axe: Path, tmp_path: Path, width: int, draw: object
) -> None:
    text = (printable if draw is printable else outage_sheet)(editions()[0], FLOW, WORDS)
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 640})
    page.goto((tmp_path / "page.html").as_uri())
    found = [*violations(page, axe), *([f"{sideways(page)} pixels outside"] if sideways(page) else [])]
    page.close()
    assert found == []
