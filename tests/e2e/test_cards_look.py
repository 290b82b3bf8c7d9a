"""Every page and card for Teams in Microsoft's own renderer: taken without complaint, light and dark, narrow and wide.

Their pictures are kept under `artefacts/teams/cards`, to be looked at.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random  # noqa: TID251 - seeded: the same walks every time
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from bot.channels.teams.draw import card, page
from bot.channels.teams.read import answers, press
from bot.platforms.frame import BACK, HIDE
from dialogs.flows import CATALOGUE
from tests.bot.slack.test_cards import OPENED_ONES, PUSHED
from tests.bot.teams.test_contract import WALKS
from tests.bot.web import samples
from tests.bot.web.test_contract import a_walk, filled
from tests.e2e import cards
from tests.e2e.looking import sideways
from tests.platforms import refused

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
RENDERER = ROOT / "node_modules" / "adaptivecards" / "dist" / "adaptivecards.min.js"
PICTURES = ROOT / "artefacts" / "teams" / "cards"
LABELLED = ["label", "button-name", "link-name", "color-contrast", "select-name"]
TALLEST = 12_000
"""Pixels of a picture; a longer page is cut there, since a browser draws no larger one in time."""


def drawn() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sample, refused too; every page of every flow; every card that is opened or pushed."""
    for screen in samples.ALL:
        yield f"sample-{screen.id}", page(screen)
        if screen.fields:
            yield f"sample-{screen.id}-refused", page(refused(screen))
    for name, flow in CATALOGUE.items():
        met = {one.id: (one, given) for seed in range(WALKS) for one, given in a_walk(flow, Random(seed))}
        for one, given in met.values():
            framed = replace(one, actions=(*one.actions, BACK, HIDE))
            yield f"{name[0]}-{one.id}", page(framed)
            if one.fields:
                yield f"{name[0]}-{one.id}-filled", page(filled(framed, given))
    yield from ((f"opened-{name}", page(screen)) for name, screen in OPENED_ONES.items())
    yield from ((f"chat-{name}", card(screen)) for name, screen in PUSHED.items())


@pytest.fixture(scope="module")
def all_cards() -> dict[str, dict[str, Any]]:
    return dict(drawn())


@pytest.fixture
def renderer() -> Path:
    if not RENDERER.is_file():
        pytest.fail("the adaptivecards renderer is needed here: `make test` installs it")
    return RENDERER


def opened(browser: Browser, width: int, scheme: Literal["light", "dark"], renderer: Path) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 640}, color_scheme=scheme, locale="en-GB")
    found = context.new_page()
    found.set_content(cards.PAGE)
    found.add_script_tag(path=str(renderer))
    return found


def picture(open_page: Page, name: str) -> None:
    """Keep what is seen."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    height = min(int(open_page.evaluate("() => document.body.scrollHeight")), TALLEST)
    width = (open_page.viewport_size or {"width": 640})["width"]
    open_page.set_viewport_size({"width": width, "height": max(height, 200)})
    open_page.screenshot(path=PICTURES / f"{name}.png")


@pytest.mark.parametrize("width", [320, 640])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_renderer_takes_every_card_and_it_fits(
    browser: Browser, renderer: Path, axe: Path, all_cards: dict[str, dict[str, Any]], width: int,
    scheme: Literal["light", "dark"],
) -> None:  # fmt: skip
    open_page = opened(browser, width, scheme, renderer)
    open_page.add_script_tag(path=str(axe))
    found = []
    for name, one in all_cards.items():
        found += [f"{name}: {line}" for line in cards.show(open_page, one, scheme)]
        found += [f"{name}: {sideways(open_page)} pixels stand outside"] if sideways(open_page) else []
        found += [f"{name}: {line}" for line in cards.violations(open_page, LABELLED)]
        picture(open_page, f"{name}-{scheme}-{width}")
    open_page.context.close()
    assert found == []


def test_what_a_person_fills_in_comes_back(browser: Browser, renderer: Path) -> None:
    open_page = opened(browser, 640, "light", renderer)
    cards.show(open_page, page(samples.WHEN, place="t1"), "light")
    open_page.get_by_label("The day it happened", exact=True).fill("2026-11-06")
    open_page.get_by_label("The time (optional)").fill("16:50")
    open_page.get_by_text("No", exact=True).click()
    open_page.get_by_role("button", name="Next").click()
    (sent,) = open_page.evaluate("() => window.pressed")
    assert press(sent) == ("next", None)
    assert answers(sent) == {
        "happened_on": "2026-11-06", "happened_time": "16:50", "learned_on": "", "dsl_told": "no", "times": "",
    }  # fmt: skip
    open_page.context.close()


def test_a_folded_list_opens_and_what_is_ticked_in_it_is_sent(browser: Browser, renderer: Path) -> None:
    open_page = opened(browser, 640, "light", renderer)
    cards.show(open_page, page(samples.SIGNS), "light")
    open_page.get_by_role("button", name="Not sure about").click()
    for place in (0, 1):
        open_page.get_by_text("Always hungry, takes or begs for food").nth(place).click()
    open_page.get_by_role("button", name="Next").click()
    *_, sent = open_page.evaluate("() => window.pressed")
    assert answers(sent) == {"signs": ("neglect_1",), "not_sure": ("neglect_1",), "mark_where": ()}
    open_page.context.close()
