"""Every card that is pushed or opened is drawn for Teams; what is pushed carries nothing of a child."""

import json

import pytest

from bot.channels.teams.draw import card
from dialogs.screens import Screen
from tests.bot.slack.test_cards import OPENED_ONES, PUSHED
from tests.bot.teams.checking import faults, texts
from tests.bot.teams.schema import against_schema, needs_schema
from tests.bot.teams.test_contract import pages, sound


@pytest.mark.parametrize("screen", PUSHED.values(), ids=list(PUSHED))
def test_a_pushed_card_says_in_its_fallback_what_its_title_says(screen: Screen) -> None:
    drawn = card(screen, place="card")
    assert faults(drawn) == []
    assert drawn["fallbackText"] == screen.title
    assert "c1" not in " ".join(texts(drawn))


@pytest.mark.parametrize("screen", [*PUSHED.values(), *OPENED_ONES.values()], ids=[*PUSHED, *OPENED_ONES])
def test_a_card_is_a_page_without_fault_that_offers_what_the_web_page_offers(screen: Screen) -> None:
    sound(screen)


@needs_schema
@pytest.mark.parametrize("screen", [*PUSHED.values(), *OPENED_ONES.values()], ids=[*PUSHED, *OPENED_ONES])
def test_a_card_is_valid_element_by_element(screen: Screen) -> None:
    drawn = [*pages(screen), *([card(screen)] if screen in PUSHED.values() else [])]
    assert [line for one in drawn for line in against_schema(one)] == []


def test_a_card_of_an_alert_holds_nothing_but_the_pointer() -> None:
    drawn = card(PUSHED["pointer-alert"])
    assert texts(drawn)[0] == "A safeguarding concern needs you by 10:35 · ref K4M-7QX"
    assert "Robin" not in json.dumps(drawn)
