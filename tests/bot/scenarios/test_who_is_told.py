"""Who is told at the moment of sending: not who is in a lesson or has left; cover, the rota, holidays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.access import Denied
from bot.directory import rows
from storage.shapes import Absence, PersonId, Shift
from tests.bot.scenarios.house import Scene, directories
from tests.bot.scenarios.telling import DEPUTY, DSL, DUTY, HEAD, LEADS, SENIOR, SW, sent

HALF_TERM = datetime(2026, 10, 28, 10, 0, tzinfo=UTC)


def in_lesson(scene: Scene, person: str, minutes: int) -> None:
    """Somebody asks to be left alone."""
    with scene.house.store.write() as unit:
        unit.people.be_quiet(PersonId(person), scene.clock(), scene.clock() + timedelta(minutes=minutes))
        unit.commit()


def directory_without(scene: Scene, *gone: str, **cover: str) -> None:
    """The directory is loaded anew, without some people and with other holiday cover."""
    schools, people, absences, rota = rows(directories()[0])
    changed = [replace(one, holiday_cover=PersonId(cover[one.id])) if one.id in cover else one for one in schools]
    with scene.house.store.write() as unit:
        unit.people.replace("ealing", changed, [one for one in people if one.id not in gone], absences, rota)
        unit.commit()


def test_a_lead_in_a_lesson_hears_of_early_help_when_the_lesson_ends(scene: Scene) -> None:
    in_lesson(scene, DSL, 45)
    sent(scene, "early_help")
    assert scene.deliver() == sorted([DEPUTY, SW])
    assert scene.later(minutes=44) == []
    assert scene.later(minutes=1) == [DSL]


def test_who_is_free_again_before_the_lesson_ends_is_told_at_once_and_the_others_are_left_alone(scene: Scene) -> None:
    in_lesson(scene, DSL, 45)
    in_lesson(scene, DEPUTY, 45)
    sent(scene, "early_help")
    assert scene.deliver() == [SW]
    scene.clock.move(minutes=10)
    scene.house.desk.act(DSL, "free_again", {})
    assert scene.deliver() == [DSL]
    assert scene.later(minutes=35) == [DEPUTY]


@pytest.mark.parametrize("kind", ["section_17", "section_47", "unrated"])
def test_a_lesson_holds_nothing_that_is_statutory(scene: Scene, kind: str) -> None:
    in_lesson(scene, DSL, 45)
    sent(scene, kind)
    assert DSL in scene.deliver()


def test_a_lesson_of_the_only_one_left_does_not_stop_the_chain(scene: Scene) -> None:
    scene.away(DEPUTY)
    in_lesson(scene, DSL, 60)
    sent(scene, "early_help")
    assert scene.deliver() == [SW]
    assert scene.later(hours=1) == [DSL]
    assert scene.later(hours=30) == sorted([HEAD, SENIOR])


def test_who_has_left_the_directory_since_it_was_planned_is_not_told(scene: Scene) -> None:
    sent(scene)
    directory_without(scene, DEPUTY)
    assert scene.deliver() == sorted([DSL, SW])


def test_in_the_holidays_the_school_s_holiday_cover_hears_what_its_lead_hears(scene: Scene) -> None:
    directory_without(scene, brentside=SENIOR)
    scene.clock.now = HALF_TERM
    concern = sent(scene)
    assert scene.deliver() == sorted([*LEADS, SENIOR, SW, DUTY])
    assert scene.house.responding.open(SENIOR, concern).id == "opened"


def test_in_term_the_holiday_cover_is_nobody_special(scene: Scene) -> None:
    directory_without(scene, brentside=SENIOR)
    sent(scene)
    assert SENIOR not in scene.deliver()


def second_duty(scene: Scene) -> str:
    """Another duty worker joins, and the rota names the first one today, the second from tomorrow."""
    schools, people, absences = rows(directories()[0])[:3]
    first = next(one for one in people if one.id == DUTY)
    other = replace(first, id=PersonId("ealing.other-duty"), email="other.duty@ealing.example.invalid")
    noon = scene.clock() + timedelta(hours=2)
    today = Shift(authority="ealing", person=first.id, start=noon - timedelta(days=1), end=noon)
    later = Shift(authority="ealing", person=other.id, start=noon, end=noon + timedelta(days=1))
    others = [one for one in people if one.role != "duty_social_worker"]
    with scene.house.store.write() as unit:
        unit.people.replace("ealing", schools, [*others, first, other], absences, [today, later])
        unit.commit()
    return other.id


def test_the_rota_says_which_duty_worker_covers_and_the_cover_changes_with_it(scene: Scene) -> None:
    other = second_duty(scene)
    with scene.house.store.write() as unit:
        unit.people.absence(Absence(person=PersonId(SW), start=scene.clock(), end=None, reason="sickness"))
        unit.commit()
    first = sent(scene)
    assert scene.deliver() == sorted([*LEADS, DUTY])
    scene.clock.move(hours=2, minutes=1)
    second = sent(scene)
    assert other in scene.deliver()
    assert scene.house.responding.open(other, second).id == "opened"
    assert scene.house.responding.open(other, first).id == "opened", "who covers now has what is open"
    with pytest.raises(Denied):
        scene.house.responding.open(DUTY, second)
