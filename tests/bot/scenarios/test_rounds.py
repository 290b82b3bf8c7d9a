"""By the clock: one pointer to whoever has work, a head who hears that no lead is in, a programme that ends."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.errands import errand_card, errand_numbers, errand_people, errand_serves
from bot.rounds import slot_at
from bot.working_time import CalendarDay, is_council_day
from storage.shapes import PersonId
from tests.bot.scenarios.by_the_clock import TUESDAY, away, errands, london, people, round_at
from tests.bot.scenarios.house import Scene, open_house
from tests.bot.scenarios.telling import (
    CHAIR,
    CHILD,
    DEPUTY,
    DSL,
    DUTY,
    HEAD,
    LEADS,
    SENIOR,
    SW,
    decided,
    sent,
    to_signs,
)
from tests.fakes import ListCourier

DAY = timedelta(days=1)
INSET, SATURDAY, HALF_TERM = date(2026, 11, 27), date(2026, 11, 28), date(2026, 10, 28)
BANK_HOLIDAY, CHRISTMAS = date(2026, 12, 28), date(2026, 12, 22)

SLOTS = [
    # Both clock changes: 08:15 is meant in London, whatever it is in UTC.
    ("2026-10-23T07:15:00Z", "0815"),
    ("2026-10-23T08:59:59Z", "0815"),
    ("2026-10-23T09:00:00Z", None),
    ("2026-11-02T07:15:00Z", None),
    ("2026-11-02T08:15:00Z", "0815"),
    ("2026-11-02T09:59:59Z", "0815"),
    ("2026-11-02T10:00:00Z", None),
    ("2027-03-25T08:15:00Z", "0815"),
    ("2027-04-13T07:14:59Z", None),
    ("2027-04-13T07:15:00Z", "0815"),
    ("2027-04-13T13:29:59Z", None),
    ("2027-04-13T13:30:00Z", "1430"),
    ("2027-04-13T14:59:59Z", "1430"),
    ("2027-04-13T15:00:00Z", None),
]


@pytest.mark.parametrize(("instant", "slot"), SLOTS)
def test_the_slots_are_londons_and_a_missed_one_is_made_up_for_a_while(instant: str, slot: str | None) -> None:
    found = slot_at(datetime.fromisoformat(instant))
    assert (found.name if found else None) == slot


def test_whoever_has_work_gets_one_pointer_with_counts_and_whoever_has_none_gets_none(scene: Scene) -> None:
    sent(scene)
    scene.deliver()
    round_at(scene, TUESDAY, 8, 15)
    found = errands(scene, "work")
    assert set(people(found)) >= {*LEADS, SW}
    assert not {CHAIR, "brentside.teacher", "northolt.dsl"} & set(people(found))
    assert {step.dedupe for step in found} >= {f"round:2026-11-24:0815:{DSL}"}


@pytest.mark.parametrize("hour", [(8, 15), (14, 30)])
@pytest.mark.parametrize(
    ("day", "school", "council"),
    [
        (TUESDAY, True, True),
        (INSET, False, True),
        (SATURDAY, False, False),
        (CHRISTMAS, False, True),
        (BANK_HOLIDAY, False, False),
    ],
)
def test_staff_hear_on_school_days_and_the_council_on_its_own(
    scene: Scene, day: date, school: bool, council: bool, hour: tuple[int, int]
) -> None:
    sent(scene)
    scene.deliver()
    round_at(scene, day, *hour)
    assert (DSL in people(errands(scene, "work")), SW in people(errands(scene, "work"))) == (school, council)


def test_no_half_term_pointer(scene: Scene) -> None:
    scene.clock.now = london(HALF_TERM, 7)
    sent(scene, "early_help")
    round_at(scene, HALF_TERM, 8, 15)
    assert not {DSL, DEPUTY} & set(people(errands(scene, "work")))


def test_a_round_is_made_once_however_often_it_is_rung(scene: Scene) -> None:
    sent(scene)
    for minute in (15, 16, 59):
        round_at(scene, TUESDAY, 8, minute)
        assert people(errands(scene, "work")).count(DSL) == 1
    sent(scene, person="brentside.pastoral")
    round_at(scene, TUESDAY, 9, 30)
    assert [step.reason for step in errands(scene, "work") if step.person == DSL] == ["open_1_overdue_0"]


def test_two_processes_at_once_and_a_restart_leave_one_row_a_person(scene: Scene) -> None:
    sent(scene)
    scene.clock.now = london(TUESDAY, 8, 15)
    other = open_house(scene.url, scene.clock, ListCourier(scene.clock), ids="two", holder="two")
    for house in (scene.house, other, scene.house):
        # As if none had seen what the others kept.
        with house.store.write() as unit:
            unit.settings.put("round:ealing", "")
            unit.commit()
        house.rounds.make()
    other.store.close()
    assert people(errands(scene, "work")) == sorted(set(people(errands(scene, "work"))))


@pytest.mark.parametrize(("hour", "minute", "made"), [(9, 59, True), (10, 0, False), (15, 59, True), (16, 0, False)])
def test_a_missed_round_is_made_up_and_later_not(scene: Scene, hour: int, minute: int, made: bool) -> None:
    sent(scene)
    scene.deliver()
    round_at(scene, TUESDAY, hour, minute)
    assert (DSL in people(errands(scene, "work"))) is made
    # Due when it is made: a round made up late is not an overdue row.
    assert all(one.due_at == scene.clock() for one in errands(scene, "work"))


def test_what_somebody_else_has_is_nobodys_work_but_theirs(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.clock.now = london(TUESDAY, 8)
    scene.house.responding.have(DSL, concern)
    round_at(scene, TUESDAY, 8, 15)
    assert people(errands(scene, "work")) == [DSL]


def test_a_concern_that_was_not_answered_in_time_is_overdue(scene: Scene) -> None:
    sent(scene)
    scene.clock.now = london(TUESDAY, 8)
    sent(scene)
    scene.deliver()
    round_at(scene, TUESDAY, 8, 16)
    assert [step.reason for step in errands(scene, "work") if step.person == DSL] == ["open_2_overdue_2"]


def test_a_decision_whose_acts_are_due_is_overdue_until_it_is_closed(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    decided(scene, concern)
    round_at(scene, TUESDAY, 8, 15)
    assert people(errands(scene, "work")) == []
    scene.deliver()
    round_at(scene, TUESDAY, 14, 30)
    assert [(one.person, one.reason) for one in errands(scene, "work")] == [
        (DEPUTY, "open_1_overdue_1"),
        (DSL, "open_1_overdue_1"),
    ]


def test_what_a_person_may_not_open_is_not_counted_for_them(scene: Scene) -> None:
    scene.house.danger.press("brentside.teacher")
    talk = scene.begin("brentside.pastoral").say("start", {"what": "help_now_staff"})
    assert scene.concern(talk.concern).restricted
    scene.deliver()
    round_at(scene, TUESDAY, 8, 15)
    counts = {str(one.person): one.reason.split("_")[1] for one in errands(scene, "work")}
    assert (counts[DSL], counts[HEAD]) == ("1", "2")


def test_whoever_is_away_hears_nothing_and_who_covers_does(scene: Scene) -> None:
    sent(scene)
    away(scene, SW, DSL, days=5)
    round_at(scene, TUESDAY, 8, 15)
    found = set(people(errands(scene, "work")))
    assert (SW in found, DSL in found, DUTY in found, DEPUTY in found) == (False, False, True, True)


def test_the_card_holds_counts_and_nothing_else_and_serves_for_its_slot_only(scene: Scene) -> None:
    sent(scene)
    round_at(scene, TUESDAY, 8, 15)
    step = next(one for one in errands(scene, "work") if one.person == DSL)
    house = scene.house
    with house.store.read() as unit:
        numbers = errand_numbers(unit, house.places, step, scene.clock())
        card = errand_card(step, numbers, house.desk.words)
        assert [one.id for one in errand_people(unit, house.places, step, scene.clock())] == [DSL]
        assert not errand_serves(unit, house.places, step, london(TUESDAY, 10))
    assert card.title == "You have 1 safeguarding task open"
    assert (card.blocks, card.fields, [one.to for one in card.actions]) == ((), (), ["home"])
    assert str(CHILD["name"]) not in str(card)


# ── a day without a lead


def test_a_day_without_any_lead_is_the_heads_to_know_at_eight(scene: Scene) -> None:
    away(scene, *LEADS, days=3)
    assert errands(round_at(scene, TUESDAY, 7, 59), "no_lead") == []
    for minute in (0, 1, 59):
        round_at(scene, TUESDAY, 8, minute)
        assert [(one.person, one.about) for one in errands(scene, "no_lead")] == [(HEAD, "brentside")]
    round_at(scene, TUESDAY + DAY, 8)
    assert len(errands(scene, "no_lead")) == 2


@pytest.mark.parametrize(
    ("gone", "hears"),
    [((DSL,), []), (LEADS, [HEAD]), ((*LEADS, HEAD), [SENIOR]), ((*LEADS, HEAD, SENIOR), [CHAIR])],
)
def test_the_head_or_who_stands_in_hears_it(scene: Scene, gone: tuple[str, ...], hears: list[str]) -> None:
    away(scene, *gone, days=3)
    assert people(errands(round_at(scene, TUESDAY, 8), "no_lead")) == hears


def test_a_lead_who_falls_ill_during_the_day_is_noticed_and_one_who_comes_back_makes_it_untrue(scene: Scene) -> None:
    assert errands(round_at(scene, TUESDAY, 8), "no_lead") == []
    scene.clock.now = london(TUESDAY, 9, 20)
    away(scene, *LEADS, days=3)
    step = errands(round_at(scene, TUESDAY, 9, 21), "no_lead")[0]
    with scene.house.store.write() as unit:
        assert errand_people(unit, scene.house.places, step, scene.clock())
        unit.people.back(PersonId(DSL), scene.clock())
        assert errand_people(unit, scene.house.places, step, scene.clock()) == ()


@pytest.mark.parametrize("day", [INSET, SATURDAY, CHRISTMAS])
def test_no_head_is_bothered_on_a_day_without_pupils(scene: Scene, day: date) -> None:
    away(scene, *LEADS, days=60)
    assert errands(round_at(scene, day, 8), "no_lead") == []


def test_a_head_who_has_left_is_not_told(scene: Scene) -> None:
    away(scene, *LEADS, days=3)
    step = errands(round_at(scene, TUESDAY, 8), "no_lead")[0]
    with scene.house.store.read() as unit:
        gone = replace(step, role="chair")
        assert errand_people(unit, scene.house.places, gone, scene.clock()) == ()


# ── the end of a programme


def test_on_the_day_after_its_end_open_concerns_are_the_schools_alone_once(scene: Scene) -> None:
    scene.clock.now = london(date(2028, 7, 20), 10)
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(SW, concern)
    closed = sent(scene, "advice", person="brentside.pastoral")
    scene.deliver()
    round_at(scene, date(2028, 7, 31), 23, 59)
    assert scene.concern(concern).life.social_worker is not None
    for _ in range(2):
        round_at(scene, date(2028, 8, 1), 0, 1)
    assert scene.concern(concern).life.social_worker is None
    assert [kind for kind, _ in scene.log_of(concern)].count("programme_ended") == 1
    rows = [row.step for row in scene.rows(concern) if row.step.draw == "handover"]
    assert {(one.role, one.due_at) for one in rows} == {
        ("designated_safeguarding_lead", london(date(2028, 8, 1), 8, 15)),
        ("deputy_safeguarding_lead", london(date(2028, 8, 1), 8, 15)),
    }
    assert {row.step.draw for row in scene.rows(closed)} >= {"handover"}
    scene.deliver()
    assert not [one for one in scene.courier.handed if one.card.title.startswith("The programme has ended")]
    scene.clock.now = london(date(2028, 8, 1), 8, 15)
    scene.deliver()
    cards = [one for one in scene.courier.handed if one.card.title.startswith("The programme has ended")]
    assert {one.person for one in cards} == {DSL, DEPUTY}


def test_what_no_social_worker_knew_of_is_not_handed_over(scene: Scene) -> None:
    scene.clock.now = london(date(2028, 7, 20), 10)
    talk = to_signs(scene).say("signs", {"signs": ("child_says_adult_hurt_them",)}, "send_now")
    concern = talk.say("check", {}, "send").concern
    round_at(scene, date(2028, 8, 1), 0, 1)
    assert "handover" not in {row.step.draw for row in scene.rows(concern)}


def test_two_processes_end_a_programme_once(scene: Scene, tmp_path: Path) -> None:
    scene.clock.now = london(date(2028, 7, 20), 10)
    concern = sent(scene)
    scene.deliver()
    scene.clock.now = london(date(2028, 8, 1), 0, 1)
    other = open_house(scene.url, scene.clock, ListCourier(scene.clock), ids="two", holder="two")
    for house in (other, scene.house):
        with house.store.write() as unit:
            unit.settings.put("programme_ended:ealing", "")
            unit.commit()
        house.rounds.make()
    other.store.close()
    assert [kind for kind, _ in scene.log_of(concern)].count("programme_ended") == 1


def test_council_days_are_office_days_without_bank_holidays(scene: Scene) -> None:
    calendar = scene.house.places.lands["ealing"].calendars.council
    assert [is_council_day(calendar, CalendarDay(day)) for day in (INSET, SATURDAY, BANK_HOLIDAY)] == [
        True,
        False,
        False,
    ]
