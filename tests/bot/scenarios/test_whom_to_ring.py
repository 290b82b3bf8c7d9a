"""Whom to ring first: the out-of-hours team near the office's closing, out of hours and out of term."""

from datetime import UTC, datetime

import pytest

from bot.danger import Kept
from dialogs.screens import Screen
from storage.errors import StoreBroken
from tests.bot.scenarios.frail import away
from tests.bot.scenarios.house import Scene, words_of
from tests.bot.scenarios.telling import TEACHER, danger, pressed

DOOR, TEAM = "020 8825 8000", "020 7946 0101"
TIMES = {
    "Friday at ten to five": (datetime(2026, 11, 20, 16, 50, tzinfo=UTC), [TEAM, DOOR]),
    "half-term at eleven": (datetime(2026, 10, 28, 11, 0, tzinfo=UTC), [TEAM, DOOR]),
    "a school day at eleven": (datetime(2026, 11, 25, 11, 0, tzinfo=UTC), [DOOR, TEAM]),
}
WHEN = pytest.mark.parametrize(("now", "order"), TIMES.values(), ids=TIMES)


def in_order(said: str) -> list[str]:
    """The two numbers as they stand in a text, the first one first; 999 stands before both."""
    assert said.index("999") < min(said.index(DOOR), said.index(TEAM))
    return sorted((DOOR, TEAM), key=said.index)


def phones(screen: Screen) -> list[str]:
    """The two numbers of a screen's foot in their order."""
    return [one.phone for one in screen.numbers if one.phone in (DOOR, TEAM)]


@WHEN
def test_on_the_emergency_screen(scene: Scene, now: datetime, order: list[str]) -> None:
    scene.clock.now = now
    screen = pressed(scene).turn.screen
    assert (in_order(words_of(screen)), phones(screen)) == (order, order)


@WHEN
def test_on_the_screen_of_a_press_that_is_kept(scene: Scene, now: datetime, order: list[str]) -> None:
    scene.clock.now = now
    scene.house.danger.refresh()
    with away(scene, StoreBroken("away")):
        found = scene.house.danger.press(TEACHER)
    scene.house.danger.close()
    assert isinstance(found, Kept)
    assert (in_order(words_of(found.screen)), phones(found.screen)) == (order, order)


@WHEN
def test_on_the_card_that_says_nobody_has_it_yet(scene: Scene, now: datetime, order: list[str]) -> None:
    """An e-mail is made of the same card's words."""
    scene.clock.now = now
    danger(scene)
    scene.deliver()
    scene.later(minutes=3)
    (card,) = [one.card for one in scene.courier.handed if one.person == TEACHER]
    assert in_order(words_of(card)) == order


def test_a_screen_changes_when_the_last_two_hours_of_the_office_begin(scene: Scene) -> None:
    found = []
    for hour in (14, 15):
        scene.clock.now = datetime(2026, 11, 25, hour, 1, tzinfo=UTC)
        found.append(phones(scene.begin(TEACHER).turn.screen))
    assert found == [[DOOR, TEAM], [TEAM, DOOR]]
