"""The cards of figures as Slack and Teams show them: few concerns, none, many; narrow and wide, light and dark.

Compared with pictures that were looked at; their own stand under `artefacts/figures`.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from bot.channels.slack.draw import message
from bot.channels.teams.draw import card as teams_card
from bot.charts import picture
from bot.digest_card import card, picture_text
from bot.learning_card import learning_card, learning_notice
from bot.publishing import Content
from dialogs.screens import Picture, Screen
from tests import references
from tests.bot.test_charts import trend
from tests.bot.test_publishing import of, sent
from tests.bot.test_sheets import WORDS, digest
from tests.e2e import block_kit, cards
from tests.e2e.looking import sideways
from tests.e2e.test_cards_look import RENDERER

pytestmark = pytest.mark.e2e

PICTURES = Path(__file__).resolve().parents[2] / "artefacts" / "figures"
ADDRESS = "https://swis.council.example/figures/pictures/0a.png"
Light = Literal["light", "dark"]
LOOKS: tuple[tuple[int, Light], ...] = ((360, "light"), (360, "dark"), (1280, "light"), (1280, "dark"))
POINTS: Content = {
    "first": "2026-11-02", "last": "2026-11-29", "late": False, "threshold": 5, "least": {"raised": 5},
    "points": [
        {"step": "raised", "text": "Often comes without a coat in winter (invented)", "place": "page 7, invented"},
        {"step": "lowered", "text": "Attendance", "place": ""},
    ],
    "times": {"seen": {"median": 25, "ninetieth": 120}},
}  # fmt: skip


def screens() -> Mapping[str, tuple[Screen, tuple[Content, ...]]]:
    """Each card with the weeks of its picture."""
    many = trend()
    few = (of(), of(1, sent=sent(early_help=2)), of(2, sent=sent(early_help=1, statutory_referral=1)))
    none = (of(), of(1), of(2))
    found = {}
    for name, weeks in {"many": many, "few": few, "none": none}.items():
        shown = Picture(url=ADDRESS, text=picture_text(weeks, WORDS))
        whole = digest(weeks[-1])
        points = learning_notice(POINTS, WORDS) if name == "many" else None
        found[name] = (card(replace(whole, learning=points), WORDS, shown), weeks)
    return {**found, "school": (learning_card(POINTS, "Oak School (invented)", WORDS), ())}


@pytest.fixture(scope="module")
def drawn() -> Mapping[str, tuple[Screen, str]]:
    """Each card, and its picture as an address that needs no network."""
    return {
        name: (
            screen,
            "data:image/png;base64," + base64.b64encode((picture(weeks, WORDS) if weeks else None) or b"").decode(),
        )
        for name, (screen, weeks) in screens().items()
    }


def shown_in(body: Any, address: str) -> Any:
    """The card with its picture in it."""
    if isinstance(body, dict):
        return {key: shown_in(value, address) for key, value in body.items()}
    if isinstance(body, list):
        return [shown_in(one, address) for one in body]
    return address if body == ADDRESS else body


def pages(browser: Browser, looks: tuple[tuple[int, Light], ...]) -> Iterator[tuple[Page, str, Light]]:
    """An empty page of each width in each light."""
    for width, light in looks:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=light)
        yield page, f"{width}-{light}", light
        page.close()


def told(page: Page, name: str) -> list[str]:
    """Keep what is seen; what is wrong with it."""
    page.wait_for_function("() => [...document.images].every((one) => one.complete && one.naturalWidth)")
    PICTURES.mkdir(parents=True, exist_ok=True)
    png = page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    wrong = references.differs(png, f"figures/{name}")
    outside = [f"{name}: {sideways(page)} pixels stand outside"] if sideways(page) else []
    return outside + ([wrong] if wrong else [])


def test_the_card_reads_well_in_slack(browser: Browser, drawn: Mapping[str, tuple[Screen, str]]) -> None:
    found = []
    for page, look, _ in pages(browser, LOOKS):
        for name, (screen, address) in drawn.items():
            page.set_content(block_kit.picture(shown_in(message(screen), address)))
            found += told(page, f"slack-{name}-{look}")
    assert found == []


def test_the_card_reads_well_in_teams(browser: Browser, drawn: Mapping[str, tuple[Screen, str]]) -> None:
    if not RENDERER.is_file():
        pytest.fail("the adaptivecards renderer is needed here: `make test` installs it")
    found = []
    for page, look, light in pages(browser, LOOKS):
        page.set_content(cards.PAGE)
        page.add_script_tag(path=str(RENDERER))
        for name, (screen, address) in drawn.items():
            found += cards.show(page, shown_in(teams_card(screen), address), light)
            found += told(page, f"teams-{name}-{look}")
    assert found == []
