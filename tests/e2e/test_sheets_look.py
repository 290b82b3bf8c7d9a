"""The full page of figures and the report in a real browser: accessible, narrow and wide, and on A4 paper.

Their pictures are kept under `artefacts/figures`, to be looked at.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bot.charts import picture
from bot.learning_card import learning_notice
from bot.sheet_files import as_csv, as_html, question_html
from bot.sheet_pdf import as_pdf
from bot.sheets import Arm, digest_sheet, report_sheet
from tests import references
from tests.bot.test_charts import trend
from tests.bot.test_publishing import of, sent
from tests.bot.test_sheets import BUSY, LOADS, WORDS, digest
from tests.e2e.looking import sideways, violations
from tests.e2e.test_figures_look import POINTS

pytestmark = pytest.mark.e2e

PICTURES = Path(__file__).resolve().parents[2] / "artefacts" / "figures"
A4 = {"width": 718, "height": 1047}
"""Pixels of an A4 page within its margins."""
CLIPPED = """() => [...document.querySelectorAll('h1, h2, p, th, td')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
  .map((one) => one.textContent.trim().slice(0, 60))"""


def pages() -> dict[str, str]:
    """Each page by its name."""
    weeks = trend()
    whole = replace(digest(weeks[-1]), learning=learning_notice(POINTS, WORDS))
    full = replace(digest_sheet(whole, weeks, LOADS, WORDS), picture=picture(weeks, WORDS))
    arms = (
        Arm(name=WORDS("figures.arms.intervention"), content=BUSY, pupils=8123),
        Arm(name=WORDS("figures.arms.comparison"), content=of(sent=sent(early_help=25)), pupils=7777),
    )
    report = report_sheet(WORDS("figures.report.board"), arms, LOADS, WORDS)
    return {
        "digest": as_html(full, as_csv(weeks)),
        "quiet": as_html(digest_sheet(digest(of()), (of(),), (), WORDS)),
        "report": as_html(report, as_csv(arm.content for arm in arms), as_pdf(report)),
        "question": question_html(WORDS("figures.link.page"), WORDS("figures.link.ask"), WORDS("figures.link.show")),
    }


PAGES = ("digest", "quiet", "report", "question")


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    """The pages, the picture drawn once."""
    return pages()


@pytest.fixture(params=[360, 1280], ids=["narrow", "wide"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Page:
    """An empty page of a width."""
    return browser.new_page(viewport={"width": request.param, "height": 900})


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_well(page: Page, drawn: dict[str, str], name: str, axe: Path) -> None:
    page.set_content(drawn[name])
    assert sideways(page) == 0
    assert page.evaluate(CLIPPED) == []
    PICTURES.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    png = page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
    assert references.differs(png, f"figures/page-{name}-{width}") is None
    assert violations(page, axe) == []


@pytest.mark.parametrize("name", ["digest", "report"])
def test_it_prints_on_a4(browser: Browser, drawn: dict[str, str], name: str) -> None:
    page = browser.new_page(viewport=A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    page.set_content(drawn[name])
    assert sideways(page) == 0
    assert not any(one.is_visible() for one in page.locator(".keep").all())
    height = page.evaluate("() => document.documentElement.scrollHeight")
    assert height < 3 * A4["height"]
    png = page.screenshot(path=PICTURES / f"{name}-a4.png", full_page=True)
    assert references.differs(png, f"figures/page-{name}-a4") is None
    page.close()
