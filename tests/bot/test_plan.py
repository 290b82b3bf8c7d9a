"""Who is told and by when, as tables from the product's own; and what must hold whatever was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan import (
    PlanInput,
    after_decision,
    clock_of,
    deadlines,
    have_until,
    hold_until,
    next_round,
    plan,
    told,
    until_decided,
    urgency_of,
)
from bot.roles import BOTH_LEADS, COUNCIL, LEADS
from bot.working_time import CLOCKS, LONDON, Calendars, CouncilCalendar, Delay, Hours, SchoolCalendar, bank_holidays
from dialogs.words import Words
from storage.shapes import ConcernId, PersonId, PlannedStep, Role, Span
from thresholds.document import CitationEntry, DutyEntry
from thresholds.result import Basis, Evaluation, Outcome, Urgency

HOLIDAYS = bank_holidays(2026, 2028)
OFFICE = Hours(time(9), time(17))
CALENDARS = Calendars(
    school=SchoolCalendar(
        terms=(
            Span(start=date(2026, 9, 1), end=date(2026, 12, 19)),
            Span(start=date(2027, 1, 4), end=date(2027, 3, 26)),
            Span(start=date(2027, 4, 12), end=date(2027, 7, 22)),
        ),
        hours=Hours(time(8), time(17)),
        leaves=time(15, 10),
        closed=HOLIDAYS | {date(2026, 11, 27)},
    ),
    council=CouncilCalendar(hours=(OFFICE,) * 5 + (None, None), closed=HOLIDAYS),
)
DSL, DEPUTY = BOTH_LEADS


def london(text: str) -> datetime:
    """A London wall time as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


MONDAY_TEN = london("2026-11-23T10:00")
OUTCOMES: Mapping[Urgency, Outcome] = {
    Urgency.EMERGENCY: Outcome.EMERGENCY,
    Urgency.SECTION_47: Outcome.STATUTORY_REFERRAL,
    Urgency.SECTION_17: Outcome.STATUTORY_REFERRAL,
    Urgency.EARLY_HELP: Outcome.EARLY_HELP,
    Urgency.ADVICE: Outcome.PREVENTATIVE_ADVICE,
}


def an_input(urgency: Urgency = Urgency.SECTION_47, **changes: Any) -> PlanInput:
    """A child concern at an intervention school with a social worker, Monday at ten."""
    start = PlanInput(
        concern=ConcernId("c1"),
        reference="K4M-7QX",
        urgency=urgency,
        outcome=OUTCOMES[urgency],
        advice_now=False,
        kind="child",
        arm="intervention",
        has_social_worker=True,
        calendars=CALENDARS,
        now=MONDAY_TEN,
    )
    return replace(start, **changes)


def shown(steps: Iterable[PlannedStep]) -> list[tuple[str, list[str]]]:
    """Each due time of the chain with its roles, London time."""
    found: dict[datetime, list[str]] = {}
    for step in steps:
        if step.chain == "until_had":
            found.setdefault(step.due_at, []).append(step.role)
    return [(f"{due.astimezone(LONDON):%d %H:%M}", roles) for due, roles in sorted(found.items())]


NORMAL: list[tuple[Urgency, list[tuple[str, list[str]]]]] = [
    (
        Urgency.EMERGENCY,
        [
            ("23 10:00", [DSL, DEPUTY, "social_worker", "duty_social_worker", "head"]),
            ("23 10:03", ["team_manager", "reporter"]),
        ],
    ),
    (
        Urgency.SECTION_47,
        [
            ("23 10:00", [DSL, DEPUTY, "social_worker"]),
            ("23 10:15", ["head", "duty_social_worker", "reporter"]),
            ("23 10:30", ["team_manager"]),
        ],
    ),
    (
        Urgency.SECTION_17,
        [
            ("23 10:00", [DSL, DEPUTY, "social_worker"]),
            ("23 12:00", ["head", "duty_social_worker"]),
            ("23 17:00", ["team_manager", "reporter"]),
        ],
    ),
    (
        Urgency.EARLY_HELP,
        [("23 10:00", [DSL, DEPUTY]), ("24 17:00", ["head"]), ("26 17:00", ["reporter"])],
    ),
    (
        Urgency.ADVICE,
        [("23 10:00", [DSL, DEPUTY]), ("24 17:00", ["head"]), ("26 17:00", ["reporter"])],
    ),
]
COMPARISON: list[tuple[Urgency, list[tuple[str, list[str]]]]] = [
    (Urgency.EMERGENCY, [("23 10:00", [DSL, DEPUTY, "head"]), ("23 10:03", ["reporter"])]),
    (
        Urgency.SECTION_47,
        [("23 10:00", [DSL, DEPUTY]), ("23 10:15", ["head", "reporter"]), ("23 10:30", ["head"])],
    ),
    (Urgency.SECTION_17, [("23 10:00", [DSL, DEPUTY]), ("23 12:00", ["head"]), ("23 17:00", ["reporter"])]),
    (Urgency.EARLY_HELP, [("23 10:00", [DSL, DEPUTY]), ("24 17:00", ["head"]), ("26 17:00", ["reporter"])]),
]


@pytest.mark.parametrize(("urgency", "expected"), NORMAL, ids=[row[0].name for row in NORMAL])
def test_each_urgency_has_its_own_ladder(urgency: Urgency, expected: list[tuple[str, list[str]]]) -> None:
    assert shown(plan(an_input(urgency))) == expected


@pytest.mark.parametrize(("urgency", "expected"), COMPARISON, ids=[row[0].name for row in COMPARISON])
def test_a_comparison_school_has_no_social_worker_step(urgency: Urgency, expected: list[tuple[str, list[str]]]) -> None:
    assert shown(plan(an_input(urgency, arm="comparison", has_social_worker=False))) == expected


@pytest.mark.parametrize("urgency", [Urgency.EARLY_HELP, Urgency.ADVICE])
def test_below_statutory_the_social_worker_is_informed_beside_the_chain(urgency: Urgency) -> None:
    [notice] = [step for step in plan(an_input(urgency)) if step.chain == "notice"]
    assert (notice.role, notice.draw, notice.due_at, notice.follow) == ("social_worker", "inform", MONDAY_TEN, False)


def test_below_statutory_nobody_is_informed_beside_the_chain_at_a_comparison_school() -> None:
    steps = plan(an_input(Urgency.ADVICE, arm="comparison", has_social_worker=False))
    assert {step.chain for step in steps} == {"until_had"}


DANGER: list[tuple[str, str, list[str]]] = [
    ("danger", "intervention", [DSL, DEPUTY, "social_worker", "duty_social_worker", "head"]),
    ("danger", "comparison", [DSL, DEPUTY, "head"]),
    ("danger_staff", "intervention", ["duty_social_worker", "head"]),
    ("danger_staff", "comparison", ["head"]),
    ("danger_head", "intervention", ["duty_social_worker", "chair"]),
    ("danger_head", "comparison", ["chair"]),
]


@pytest.mark.parametrize(("danger", "arm", "roles"), DANGER, ids=[f"{row[0]}-{row[1]}" for row in DANGER])
def test_danger_is_told_at_once_to_those_who_may_hear_it(danger: str, arm: str, roles: list[str]) -> None:
    steps = plan(an_input(Urgency.SECTION_17, danger=danger, arm=arm, has_social_worker=arm == "intervention"))
    assert [step.role for step in steps if step.due_at == MONDAY_TEN] == roles


def test_danger_runs_at_the_pace_of_an_emergency_whatever_the_rules_said() -> None:
    assert clock_of(an_input(Urgency.ADVICE, danger="danger")) is Urgency.EMERGENCY


def test_a_restricted_concern_runs_at_its_own_pace_without_leads_or_the_schools_social_worker() -> None:
    assert shown(plan(an_input(restricted=True))) == [
        ("23 10:00", ["duty_social_worker", "head"]),
        ("23 10:15", ["head", "duty_social_worker", "reporter"]),
        ("23 10:30", ["team_manager"]),
    ]


@pytest.mark.parametrize(
    ("excluded", "expected"),
    [
        ((), [("23 10:00", ["head"]), ("23 12:00", ["chair"]), ("23 14:00", ["reporter"])]),
        ((DSL,), [("23 10:00", ["head"]), ("23 12:00", ["chair"]), ("23 14:00", ["reporter"])]),
        (("head",), [("23 10:00", ["chair"]), ("23 12:00", ["chair"]), ("23 14:00", ["reporter"])]),
        (("chair",), [("23 10:00", ["head"]), ("23 12:00", ["head"]), ("23 14:00", ["reporter"])]),
        (("head", "chair"), [("23 10:00", ["reporter"]), ("23 12:00", ["reporter"]), ("23 14:00", ["reporter"])]),
    ],
    ids=["someone_else", "about_the_lead", "about_the_head", "about_the_chair", "nobody_in_school_is_safe"],
)
def test_a_concern_about_an_adult_goes_to_head_then_chair_then_back_to_the_reporter(
    excluded: tuple[Role, ...], expected: list[tuple[str, list[str]]]
) -> None:
    assert shown(plan(an_input(kind="adult", excluded=frozenset(excluded)))) == expected


def test_a_consultation_is_a_notice_to_the_social_worker_and_starts_no_chain() -> None:
    [step] = plan(an_input(Urgency.ADVICE, kind="consultation", outcome=None))
    assert (step.chain, step.role, step.draw) == ("notice", "social_worker", "inform")


def test_a_consultation_where_there_is_no_social_worker_goes_to_the_leads() -> None:
    steps = plan(an_input(Urgency.ADVICE, kind="consultation", arm="comparison", has_social_worker=False))
    assert [step.role for step in steps] == [DSL, DEPUTY]


OUT_OF_HOURS = {
    "friday_1650": "2026-11-20T16:50",
    "within_two_hours": "2026-11-23T15:00",
    "night": "2026-11-23T02:00",
    "saturday": "2026-11-21T12:00",
    "bank_holiday": "2026-12-28T11:00",
    "school_holiday": "2026-12-22T11:00",
    "inset": "2026-11-27T10:00",
}


@pytest.mark.parametrize("urgency", [Urgency.SECTION_17, Urgency.SECTION_47])
@pytest.mark.parametrize("when", OUT_OF_HOURS.values(), ids=OUT_OF_HOURS)
def test_out_of_hours_or_term_the_duty_rota_hears_a_statutory_concern_at_once(when: str, urgency: Urgency) -> None:
    now = london(when)
    [duty] = [
        step for step in plan(an_input(urgency, now=now)) if step.due_at == now and step.role == "duty_social_worker"
    ]
    assert duty.reason == "out_of_hours"


@pytest.mark.parametrize("urgency", [Urgency.EARLY_HELP, Urgency.ADVICE])
def test_out_of_hours_changes_nothing_below_statutory(urgency: Urgency) -> None:
    steps = plan(an_input(urgency, now=london("2026-11-20T16:50")))
    assert "duty_social_worker" not in {step.role for step in steps}


def test_friday_at_ten_to_five_the_steps_of_section_17_wait_for_monday_and_those_of_section_47_do_not() -> None:
    now = london("2026-11-20T16:50")
    assert shown(plan(an_input(Urgency.SECTION_17, now=now)))[1:] == [
        ("23 09:50", ["head", "duty_social_worker"]),
        ("23 17:00", ["team_manager", "reporter"]),
    ]
    assert [due for due, _ in shown(plan(an_input(Urgency.SECTION_47, now=now)))] == [
        "20 16:50",
        "20 17:05",
        "20 17:20",
    ]


def test_on_the_last_day_of_term_early_help_waits_for_school_and_section_17_does_not() -> None:
    now = london("2026-12-18T16:50")
    assert shown(plan(an_input(Urgency.EARLY_HELP, now=now)))[1][0] == "04 17:00"
    assert shown(plan(an_input(Urgency.SECTION_17, now=now)))[1][0] == "21 10:50"


def test_the_duty_social_worker_takes_the_place_of_a_social_worker_who_is_away() -> None:
    steps = plan(an_input(has_social_worker=False))
    first = {step.role: step.reason for step in steps if step.step == 0}
    assert first == {DSL: "told_at_once", DEPUTY: "told_at_once", "duty_social_worker": "covers"}


@pytest.mark.parametrize(
    ("excluded", "roles"),
    [
        ((DSL,), ["head", DEPUTY, "social_worker"]),
        ((DSL, DEPUTY), ["head", "social_worker"]),
        ((DSL, DEPUTY, "head"), ["chair", "social_worker"]),
        (("social_worker",), [DSL, DEPUTY, "duty_social_worker"]),
        (("social_worker", "duty_social_worker"), [DSL, DEPUTY, "team_manager"]),
    ],
)
def test_the_most_senior_person_not_involved_stands_in_for_who_is_left_out(
    excluded: tuple[Role, ...], roles: list[str]
) -> None:
    steps = plan(an_input(excluded=frozenset(excluded)))
    assert [step.role for step in steps if step.step == 0] == roles


def test_when_nobody_at_all_may_be_told_the_reporter_hears_it_at_once() -> None:
    everybody: frozenset[Role] = frozenset({DSL, DEPUTY, "head", "chair"})
    steps = plan(an_input(arm="comparison", has_social_worker=False, excluded=everybody))
    assert [(step.role, step.draw) for step in steps if step.step == 0] == [("reporter", "nobody_yet")]


def test_a_senior_leader_on_site_is_told_wherever_the_head_is() -> None:
    with_leader = plan(an_input(has_senior_leader=True))
    assert [step.step for step in with_leader if step.role == "senior_leader"] == [1]


def test_who_is_told_must_answer_before_the_next_step() -> None:
    rows = {(step.step, step.role): step for step in plan(an_input())}
    assert rows[0, DSL].respond_by == MONDAY_TEN + timedelta(minutes=15)
    assert rows[1, "head"].respond_by == MONDAY_TEN + timedelta(minutes=30)
    assert rows[1, "reporter"].respond_by is None


def test_a_plan_fixes_its_rows_under_keys_that_a_repeat_would_meet_again() -> None:
    steps = plan(an_input())
    assert [step.dedupe for step in steps] == [step.dedupe for step in plan(an_input())]
    assert steps[0].dedupe == f"c1:until_had:1:0:{DSL}"
    assert len({step.dedupe for step in steps}) == len(steps)


AGAIN = [
    (Urgency.EMERGENCY, "23 10:03"),
    (Urgency.SECTION_47, "23 10:30"),
    (Urgency.SECTION_17, "24 08:00"),
    (Urgency.EARLY_HELP, "30 08:00"),
]


@pytest.mark.parametrize(("urgency", "start"), AGAIN, ids=[row[0].name for row in AGAIN])
def test_the_last_step_asks_for_the_next_round(urgency: Urgency, start: str) -> None:
    asked = an_input(urgency)
    last = [step for step in plan(asked) if step.follow][-1]
    again = next_round(replace(asked, now=last.due_at), last)
    assert {step.round for step in again} == {2}
    assert shown(again)[0][0] == start
    assert any(step.follow for step in again)


def test_after_a_standstill_the_next_round_starts_from_the_present() -> None:
    asked = an_input()
    last = plan(asked)[-1]
    late = london("2026-11-24T10:00")
    assert next_round(replace(asked, now=late), last)[0].due_at == late


def test_a_graver_plan_of_the_same_concern_counts_its_rounds_on() -> None:
    assert {step.round for step in plan(an_input(first_round=4))} == {4}


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        (Urgency.EMERGENCY, ["23 10:15", "23 10:30"]),
        (Urgency.SECTION_47, ["23 10:30", "23 11:00"]),
        (Urgency.SECTION_17, ["24 17:00"]),
        (Urgency.EARLY_HELP, ["26 17:00"]),
    ],
)
def test_who_has_a_concern_is_reminded_and_the_press_expires(urgency: Urgency, expected: list[str]) -> None:
    steps = until_decided(an_input(urgency), PersonId("dsl"), DSL, 1)
    assert [f"{step.due_at.astimezone(LONDON):%d %H:%M}" for step in steps] == expected
    assert [step.follow for step in steps] == [False] * (len(steps) - 1) + [True]
    assert {step.person for step in steps} == {"dsl"}


DECISIONS: list[tuple[Outcome, Basis, str, list[tuple[str, str]]]] = [
    (
        Outcome.STATUTORY_REFERRAL,
        "S47",
        "2026-11-23T10:00",
        [("ring_front_door", "23 11:00"), ("social_care_answers", "24 17:00"), ("chase_social_care", "26 17:00")],
    ),
    (
        Outcome.STATUTORY_REFERRAL,
        "S47",
        "2026-11-23T14:45",
        [("ring_front_door", "23 15:10"), ("social_care_answers", "24 17:00"), ("chase_social_care", "26 17:00")],
    ),
    (
        Outcome.STATUTORY_REFERRAL,
        "S17",
        "2026-11-23T10:00",
        [
            ("refer", "23 17:00"),
            ("refer_at_latest", "24 17:00"),
            ("social_care_answers", "24 17:00"),
            ("chase_social_care", "26 17:00"),
        ],
    ),
    (Outcome.EARLY_HELP, "none", "2026-11-23T10:00", [("start_early_help", "26 17:00")]),
    (Outcome.PREVENTATIVE_ADVICE, "none", "2026-11-23T10:00", [("give_advice", "01 17:00")]),
]


@pytest.mark.parametrize(
    ("outcome", "basis", "when", "expected"),
    DECISIONS,
    ids=["s47", "s47_before_the_child_leaves", "s17", "early_help", "advice"],
)
def test_a_decision_sets_off_its_reminders(
    outcome: Outcome, basis: Basis, when: str, expected: list[tuple[str, str]]
) -> None:
    steps = after_decision(an_input(now=london(when)), outcome, basis)
    assert [(step.reason, f"{step.due_at.astimezone(LONDON):%d %H:%M}") for step in steps] == expected
    assert {(step.chain, step.role, step.draw) for step in steps} == {("until_closed", DSL, "reminder")}


def test_the_reminders_go_to_the_head_where_no_lead_may_hear_of_it() -> None:
    asked = an_input(excluded=LEADS)
    assert {step.role for step in after_decision(asked, Outcome.EARLY_HELP, "none")} == {"head"}


def test_told_names_each_role_once_at_its_first_time() -> None:
    asked = an_input(now=london("2026-11-20T16:50"))
    found = told(plan(asked))
    assert [role for role, _ in found] == [
        DSL,
        DEPUTY,
        "social_worker",
        "duty_social_worker",
        "head",
        "reporter",
        "team_manager",
    ]
    assert dict(found)["duty_social_worker"] == asked.now


def an_evaluation(urgency: Urgency, outcome: Outcome | None, duties: tuple[str, ...] = ()) -> Evaluation:
    """A suggestion without reasons."""
    return Evaluation(
        status="rated",
        outcome=outcome,
        level=None,
        urgency=urgency,
        reasons=(),
        unknown=(),
        advice_now=outcome is None,
        document=None,
        duties=duties,
    )


def test_the_deadlines_of_a_suggestion_begin_with_somebody_having_it() -> None:
    found = deadlines(an_evaluation(Urgency.SECTION_47, Outcome.STATUTORY_REFERRAL), MONDAY_TEN, CALENDARS)
    assert [(deadline.what, deadline.role) for deadline in found] == [
        ("someone_has_it", DSL),
        ("ring_front_door", DSL),
        ("social_care_answers", DSL),
        ("chase_social_care", DSL),
    ]
    assert found[0].due == MONDAY_TEN + timedelta(minutes=15)


def test_in_an_emergency_the_reporter_rings_999_first() -> None:
    first = deadlines(an_evaluation(Urgency.EMERGENCY, Outcome.EMERGENCY), MONDAY_TEN, CALENDARS)[0]
    assert (first.what, first.role, first.due) == ("ring_999", "reporter", MONDAY_TEN)


def test_without_a_level_advice_is_asked_for_the_same_working_day() -> None:
    found = deadlines(an_evaluation(Urgency.SECTION_17, None), MONDAY_TEN, CALENDARS)
    assert [(deadline.what, deadline.due) for deadline in found][1:] == [("ask_for_advice", london("2026-11-23T17:00"))]


def test_a_duty_stands_among_the_deadlines_by_its_own_clock() -> None:
    citation = CitationEntry(document="d", version="1", place="p", url="u")
    duty = DutyEntry(id="fgm", signs=("s",), text="t", role="reporter", clock="fgm", citation=citation)
    other = DutyEntry(id="other", signs=("s",), text="t", role="reporter", clock="at_once", citation=citation)
    evaluation = an_evaluation(Urgency.SECTION_47, Outcome.STATUTORY_REFERRAL, ("fgm",))
    found = deadlines(evaluation, MONDAY_TEN, CALENDARS, duties=(duty, other))
    assert {deadline.what: deadline.due for deadline in found}["fgm"] == london("2026-11-24T17:00")
    assert "other" not in {deadline.what for deadline in found}


def test_each_deadline_has_words_that_say_what_it_is() -> None:
    found = {
        deadline.what
        for urgency, outcome in [*OUTCOMES.items(), (Urgency.SECTION_17, None)]
        for deadline in deadlines(an_evaluation(urgency, outcome), MONDAY_TEN, CALENDARS)
    }
    words = Words.load()
    assert not [what for what in found if f"what.{what}" not in words]


@pytest.mark.parametrize(
    ("urgency", "held", "had"),
    [
        (Urgency.EMERGENCY, 3, "23 10:30"),
        (Urgency.SECTION_47, 10, "23 11:00"),
        (Urgency.SECTION_17, 60, "24 17:00"),
        (Urgency.EARLY_HELP, 60, "26 17:00"),
        (Urgency.ADVICE, 60, "26 17:00"),
    ],
)
def test_opening_holds_and_having_expires(urgency: Urgency, held: int, had: str) -> None:
    asked = an_input(urgency)
    assert hold_until(asked) == MONDAY_TEN + timedelta(minutes=held)
    assert f"{have_until(asked).astimezone(LONDON):%d %H:%M}" == had


def test_a_concern_about_an_adult_is_held_and_had_by_the_clock_of_its_own() -> None:
    slow = replace(CLOCKS.paces["adult"], hold=Delay(20, "minutes"), have=Delay(90, "minutes"))
    clocks = replace(CLOCKS, paces={**CLOCKS.paces, "adult": slow})
    adult, child = (an_input(Urgency.SECTION_17, kind=kind, clocks=clocks) for kind in ("adult", "child"))
    assert hold_until(adult) == MONDAY_TEN + timedelta(minutes=20)
    assert have_until(adult) == MONDAY_TEN + timedelta(minutes=90)
    assert hold_until(child) == MONDAY_TEN + timedelta(minutes=60)
    assert have_until(child) == london("2026-11-24T17:00")


@pytest.mark.parametrize(
    ("outcome", "basis", "expected"),
    [
        (Outcome.EMERGENCY, "S47", Urgency.EMERGENCY),
        (Outcome.STATUTORY_REFERRAL, "S47", Urgency.SECTION_47),
        (Outcome.STATUTORY_REFERRAL, "S17", Urgency.SECTION_17),
        (Outcome.EARLY_HELP, "none", Urgency.EARLY_HELP),
        (Outcome.PREVENTATIVE_ADVICE, "none", Urgency.ADVICE),
        (None, "none", Urgency.SECTION_17),
    ],
)
def test_each_outcome_has_its_clock(outcome: Outcome | None, basis: Basis, expected: Urgency) -> None:
    assert urgency_of(outcome, basis) is expected


@pytest.mark.parametrize("changes", [{"advice_now": True}, {"outcome": None}])
def test_what_nobody_knows_is_never_below_section_17(changes: dict[str, Any]) -> None:
    assert clock_of(an_input(Urgency.ADVICE, **changes)) is Urgency.SECTION_17


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        an_input(now=datetime(2026, 11, 23, 10, 0))  # noqa: DTZ001


ROLES: list[Role] = [
    DSL,
    DEPUTY,
    "head",
    "senior_leader",
    "chair",
    "social_worker",
    "student_social_worker",
    "duty_social_worker",
    "team_manager",
]
INSTANTS = st.datetimes(datetime(2026, 8, 1), datetime(2028, 6, 1)).map(lambda found: found.replace(tzinfo=UTC))  # noqa: DTZ001
ARMS = st.sampled_from(["intervention", "comparison", "feeder"])
INPUTS = st.builds(
    an_input,
    st.sampled_from(Urgency),
    outcome=st.one_of(st.none(), st.sampled_from(Outcome)),
    advice_now=st.booleans(),
    kind=st.sampled_from(["child", "child", "adult"]),
    arm=ARMS,
    has_social_worker=st.booleans(),
    has_senior_leader=st.booleans(),
    danger=st.sampled_from([None, None, "danger", "danger_staff", "danger_head"]),
    restricted=st.booleans(),
    excluded=st.frozensets(st.sampled_from(ROLES)),
    now=INSTANTS,
)


@given(asked=INPUTS)
def test_every_open_concern_tells_somebody_at_once_who_is_not_left_out(asked: PlanInput) -> None:
    first = [step for step in plan(asked) if step.chain == "until_had" and step.due_at == asked.now]
    assert first
    assert not {step.role for step in first} & asked.excluded


@given(asked=INPUTS)
def test_nobody_who_is_left_out_ever_stands_in_a_plan_or_in_the_round_after_it(asked: PlanInput) -> None:
    steps = plan(asked)
    again = next_round(asked, steps[0])
    reminders = after_decision(asked, Outcome.STATUTORY_REFERRAL, "S47")
    assert not {step.role for step in (*steps, *again, *reminders)} & asked.excluded


@given(asked=INPUTS)
def test_a_comparison_school_never_meets_the_programmes_people(asked: PlanInput) -> None:
    steps = plan(replace(asked, arm="comparison"))
    assert not {step.role for step in steps} & COUNCIL


@given(asked=INPUTS)
def test_no_lead_hears_that_someone_at_the_school_may_be_the_danger(asked: PlanInput) -> None:
    steps = plan(replace(asked, danger="danger_staff", kind="child"))
    assert not {step.role for step in steps} & {*LEADS, "social_worker"}


@given(asked=INPUTS)
def test_no_head_hears_that_the_head_may_be_the_danger(asked: PlanInput) -> None:
    steps = plan(replace(asked, danger="danger_head", kind="child"))
    assert not {step.role for step in steps} & {*LEADS, "social_worker", "head", "senior_leader"}


@given(asked=INPUTS, other=st.sampled_from(Urgency))
def test_a_graver_urgency_never_tells_a_role_later(asked: PlanInput, other: Urgency) -> None:
    mild, grave = sorted([asked.urgency, other])
    milder = dict(told(plan(replace(asked, urgency=mild))))
    graver = dict(told(plan(replace(asked, urgency=grave))))
    assert all(graver[role] <= due for role, due in milder.items())


@given(asked=INPUTS)
def test_every_round_ends_by_asking_for_the_next(asked: PlanInput) -> None:
    chain = [step for step in plan(asked) if step.chain == "until_had"]
    last = max(step.step for step in chain)
    assert all(step.follow == (step.step == last) for step in chain)
    assert all(step.due_at >= asked.now for step in chain)


@given(asked=INPUTS)
def test_the_rows_of_two_rounds_never_share_a_key(asked: PlanInput) -> None:
    steps = plan(asked)
    again = next_round(asked, steps[0])
    keys = [step.dedupe for step in (*steps, *again)]
    assert len(set(keys)) == len(keys)


@given(now=INSTANTS, one=st.sampled_from(Urgency), other=st.sampled_from(Urgency))
def test_a_graver_suggestion_never_has_a_later_first_deadline(now: datetime, one: Urgency, other: Urgency) -> None:
    mild, grave = sorted([one, other])
    first = [deadlines(an_evaluation(urgency, OUTCOMES[urgency]), now, CALENDARS)[0].due for urgency in (grave, mild)]
    assert first[0] <= first[1]
