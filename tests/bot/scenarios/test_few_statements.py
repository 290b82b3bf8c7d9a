"""Pages and looks ask the database a handful of questions, however long a concern has gone round, however many wait."""

from collections.abc import Callable

import pytest

from tests.bot.scenarios.house import Scene, words_of
from tests.bot.scenarios.telling import DSL, MANAGER, SW, danger, sent
from tests.statements import counted


def asked(look: Callable[[], object]) -> int:
    """How many statements a look takes, after a first one that may read people anew."""
    look()
    with counted() as seen:
        look()
    return len(seen)


def test_opening_asks_no_more_of_a_concern_that_went_round_all_morning(scene: Scene) -> None:
    concern = danger(scene).concern
    scene.deliver()
    opened = asked(lambda: scene.house.responding.open(DSL, concern))
    for _ in range(10):
        scene.later(minutes=4)
    assert asked(lambda: scene.house.responding.open(DSL, concern)) == opened


@pytest.mark.parametrize("person", [DSL, SW])
def test_a_start_page_asks_no_more_for_many_pointers_than_for_one(scene: Scene, person: str) -> None:
    sent(scene)
    scene.deliver()
    first = asked(lambda: scene.house.desk.home(person))
    for _ in range(5):
        sent(scene)
        scene.deliver()
    assert asked(lambda: scene.house.desk.home(person)) == first
    assert words_of(scene.house.desk.home(person)).count("REF-") >= 6


def test_a_managers_page_asks_no_more_for_many_mild_concerns(scene: Scene) -> None:
    sent(scene, "early_help")
    scene.later(days=1)
    first = asked(lambda: scene.house.desk.home(MANAGER))
    for _ in range(5):
        sent(scene, "early_help")
    assert asked(lambda: scene.house.desk.home(MANAGER)) == first


def test_the_minutes_look_for_cover_asks_for_people_once_an_authority(scene: Scene) -> None:
    sent(scene)
    first = asked(scene.house.cover.look)
    for _ in range(5):
        sent(scene)
    assert asked(scene.house.cover.look) == first


def test_asking_whether_a_screen_is_private_takes_no_turn_of_a_writer(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    with scene.house.store.write():
        scene.house.responding.privacy(DSL, concern)
