"""Worked examples of every clock, from the wall calendar by hand: when it was sent, and when what follows is due.

The school works 08:00 to 17:00 and its children leave at 15:15; the council's office is open 09:00 to 17:00, on Fridays
to 16:30, and shut on 24 and 29 to 31 December. Each time stands with its own GMT or BST, so that nothing is computed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest

from bot.plan import (
    PlanInput,
    after_decision,
    deadlines,
    have_until,
    next_round,
    plan,
)
from bot.roles import LEAD
from bot.working_time import CLOCKS, Calendars, CouncilCalendar, Hours, SchoolCalendar, after, outside
from storage.shapes import ConcernId, Span
from thresholds.result import Basis, Evaluation, Outcome, Urgency

GOOD_FRIDAY, EASTER_MONDAY = date(2027, 3, 26), date(2027, 3, 29)
CHRISTMAS, BOXING_DAY_KEPT, NEW_YEAR = date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)
BANK = frozenset({CHRISTMAS, BOXING_DAY_KEPT, NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY})
SHUT = frozenset({date(2026, 12, 24), date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31)})
INSET = frozenset({date(2026, 11, 27), date(2027, 1, 4)})


def week(first: date) -> frozenset[date]:
    """The five weekdays from a Monday."""
    assert first.weekday() == 0
    return frozenset(first + timedelta(days=day) for day in range(5))


HALF_TERMS = week(date(2026, 10, 26)) | week(date(2027, 2, 15)) | week(date(2027, 10, 25))
LONG, FRIDAY = Hours(time(9), time(17)), Hours(time(9), time(16, 30))
CALENDARS = Calendars(
    school=SchoolCalendar(
        terms=(
            Span(start=date(2026, 9, 1), end=date(2026, 12, 19)),
            Span(start=date(2027, 1, 4), end=date(2027, 3, 26)),
            Span(start=date(2027, 4, 12), end=date(2027, 7, 22)),
            Span(start=date(2027, 9, 1), end=date(2027, 12, 18)),
        ),
        hours=Hours(time(8), time(17)),
        leaves=time(15, 15),
        closed=BANK | HALF_TERMS | INSET,
    ),
    council=CouncilCalendar(hours=(LONG, LONG, LONG, LONG, FRIDAY, None, None), closed=BANK | SHUT),
)
OFFSETS = {"GMT": timezone(timedelta(0)), "BST": timezone(timedelta(hours=1))}
FORM = "%a %d %b %Y %H:%M"


def instant(text: str) -> datetime:
    """The instant of a wall time that says its own offset; the day's name is checked."""
    wall, _, zone = text.rpartition(" ")
    found = datetime.strptime(wall, FORM).replace(tzinfo=OFFSETS[zone])
    assert f"{found:{FORM}}" == wall, f"{text}: that day is a {found:%A}"
    return found.astimezone(UTC)


KINDS: dict[str, tuple[Urgency, Outcome | None]] = {
    "emergency": (Urgency.EMERGENCY, Outcome.EMERGENCY),
    "section 47": (Urgency.SECTION_47, Outcome.STATUTORY_REFERRAL),
    "section 17": (Urgency.SECTION_17, Outcome.STATUTORY_REFERRAL),
    "no level": (Urgency.SECTION_17, None),
    "early help": (Urgency.EARLY_HELP, Outcome.EARLY_HELP),
    "advice": (Urgency.ADVICE, Outcome.PREVENTATIVE_ADVICE),
    "adult": (Urgency.SECTION_17, None),
}


def sent(kind: str, now: datetime) -> PlanInput:
    """A concern of an intervention school, sent at an instant."""
    urgency, outcome = KINDS[kind]
    return PlanInput(
        concern=ConcernId("c"), reference="K4M-7QX", urgency=urgency, outcome=outcome, advice_now=False,
        kind="adult" if kind == "adult" else "child", arm="intervention", has_social_worker=True,
        calendars=CALENDARS, now=now,
    )  # fmt: skip


TUESDAY = "Tue 24 Nov 2026 10:00 GMT"
FRIDAY_1650 = "Fri 20 Nov 2026 16:50 GMT"
LAST_DAY = "Fri 18 Dec 2026 15:30 GMT"
INSET_DAY = "Fri 27 Nov 2026 10:00 GMT"
HALF_TERM = "Wed 28 Oct 2026 11:00 GMT"
BEFORE_CHRISTMAS = "Wed 23 Dec 2026 16:30 GMT"
BETWEEN_THE_YEARS = "Tue 29 Dec 2026 11:00 GMT"
CLOCK_FORWARD = "Sun 28 Mar 2027 00:50 GMT"
CLOCK_BACK = "Sun 31 Oct 2027 01:50 BST"

TABLES = (Path(__file__).parent / "worked_examples.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Example:
    """A line of the tables: what was sent when, when the chain goes on, the next round, and until when it is had."""

    when: str
    kind: str
    steps: tuple[str, ...]
    again: str
    had: str


def examples() -> Iterator[Example]:
    """Every line below a heading that says when something was sent."""
    when = ""
    for line in TABLES.splitlines():
        when = line.removeprefix("## ") if line.startswith("## ") else when
        kind, *times = [part.strip() for part in line.strip("|").split("|")]
        if when and kind in KINDS:
            first, second, again, had = times
            yield Example(when, kind, (first, second) if second else (first,), again, had)


CHAIN = tuple(examples())


@pytest.mark.parametrize("row", CHAIN, ids=lambda row: f"{row.when}: {row.kind}")
def test_the_chain_goes_on_when_the_calendar_on_the_wall_says(row: Example) -> None:
    asked = sent(row.kind, instant(row.when))
    steps = [step for step in plan(asked) if step.chain == "until_had"]
    later = sorted({step.due_at for step in steps} - {asked.now})
    assert later == [instant(step) for step in row.steps]
    assert min(step.due_at for step in next_round(asked, steps[-1])) == instant(row.again)
    assert have_until(asked) == instant(row.had)


MOMENTS = tuple(dict.fromkeys(row.when for row in CHAIN))


def test_the_tables_hold_every_moment_at_which_such_code_goes_wrong() -> None:
    assert len(MOMENTS) == 11
    assert len(CHAIN) == 67


@pytest.mark.parametrize("when", MOMENTS)
def test_every_moment_is_worked_out_for_every_urgency_and_for_adults(when: str) -> None:
    assert {row.kind for row in CHAIN if row.when == when} >= set(KINDS) - {"no level"}


# decided, what, what is to be done by when
DECIDED: list[tuple[str, Outcome, Basis, list[tuple[str, str]]]] = [
    ("Mon 23 Nov 2026 10:00 GMT", Outcome.STATUTORY_REFERRAL, "S47", [
        ("ring_front_door", "Mon 23 Nov 2026 11:00 GMT"),
        ("social_care_answers", "Tue 24 Nov 2026 17:00 GMT"),
        ("chase_social_care", "Thu 26 Nov 2026 17:00 GMT"),
    ]),
    # The children leave at a quarter past three, before the hour is over.
    ("Mon 23 Nov 2026 14:45 GMT", Outcome.STATUTORY_REFERRAL, "S47", [
        ("ring_front_door", "Mon 23 Nov 2026 15:15 GMT"),
        ("social_care_answers", "Tue 24 Nov 2026 17:00 GMT"),
        ("chase_social_care", "Thu 26 Nov 2026 17:00 GMT"),
    ]),
    # On an INSET day no child is there to leave, and nothing says so.
    ("Fri 27 Nov 2026 14:45 GMT", Outcome.STATUTORY_REFERRAL, "S47", [
        ("ring_front_door_now", "Fri 27 Nov 2026 15:45 GMT"),
        ("social_care_answers", "Mon 30 Nov 2026 17:00 GMT"),
        ("chase_social_care", "Wed 02 Dec 2026 17:00 GMT"),
    ]),
    ("Sun 28 Mar 2027 00:50 GMT", Outcome.EMERGENCY, "S47", [
        ("ring_999", "Sun 28 Mar 2027 00:50 GMT"),
        ("ring_out_of_hours", "Sun 28 Mar 2027 02:50 BST"),
        ("social_care_answers", "Tue 30 Mar 2027 17:00 BST"),
        ("chase_social_care", "Thu 01 Apr 2027 17:00 BST"),
    ]),
    ("Mon 23 Nov 2026 10:00 GMT", Outcome.STATUTORY_REFERRAL, "S17", [
        ("refer", "Mon 23 Nov 2026 17:00 GMT"),
        ("refer_at_latest", "Tue 24 Nov 2026 17:00 GMT"),
        ("social_care_answers", "Tue 24 Nov 2026 17:00 GMT"),
        ("chase_social_care", "Thu 26 Nov 2026 17:00 GMT"),
    ]),
    # Decided late in the day: the same working day is still this one.
    ("Mon 23 Nov 2026 16:00 GMT", Outcome.STATUTORY_REFERRAL, "S17", [
        ("refer", "Mon 23 Nov 2026 17:00 GMT"),
        ("refer_at_latest", "Tue 24 Nov 2026 17:00 GMT"),
        ("social_care_answers", "Tue 24 Nov 2026 17:00 GMT"),
        ("chase_social_care", "Thu 26 Nov 2026 17:00 GMT"),
    ]),
    # The last day of term, when the school works longer than the office.
    ("Fri 18 Dec 2026 15:30 GMT", Outcome.STATUTORY_REFERRAL, "S17", [
        ("refer", "Fri 18 Dec 2026 16:30 GMT"),
        ("refer_at_latest", "Mon 21 Dec 2026 17:00 GMT"),
        ("social_care_answers", "Mon 21 Dec 2026 17:00 GMT"),
        ("chase_social_care", "Wed 23 Dec 2026 17:00 GMT"),
    ]),
    # Between the years nobody is there to refer to before Monday; the day after it is the latest.
    ("Tue 29 Dec 2026 11:00 GMT", Outcome.STATUTORY_REFERRAL, "S17", [
        ("refer", "Mon 04 Jan 2027 17:00 GMT"),
        ("refer_at_latest", "Mon 04 Jan 2027 17:00 GMT"),
        ("social_care_answers", "Tue 05 Jan 2027 17:00 GMT"),
        ("chase_social_care", "Thu 07 Jan 2027 17:00 GMT"),
    ]),
    ("Fri 18 Dec 2026 15:30 GMT", Outcome.EARLY_HELP, "none", [("start_early_help", "Thu 07 Jan 2027 17:00 GMT")]),
    ("Fri 18 Dec 2026 15:30 GMT", Outcome.PREVENTATIVE_ADVICE, "none", [("give_advice", "Mon 11 Jan 2027 17:00 GMT")]),
    ("Wed 28 Oct 2026 11:00 GMT", Outcome.EARLY_HELP, "none", [("start_early_help", "Wed 04 Nov 2026 17:00 GMT")]),
    ("Sun 31 Oct 2027 01:50 BST", Outcome.PREVENTATIVE_ADVICE, "none", [("give_advice", "Fri 05 Nov 2027 17:00 GMT")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "outcome", "basis", "expected"), DECIDED, ids=[f"{row[0]}: {row[1].word} {row[2]}" for row in DECIDED]
)
def test_what_a_decision_asks_for_is_due_when_the_calendar_on_the_wall_says(
    when: str, outcome: Outcome, basis: Basis, expected: Sequence[tuple[str, str]]
) -> None:
    steps = after_decision(sent("section 17", instant(when)), outcome, basis)
    assert [(step.reason, step.due_at) for step in steps] == [(what, instant(due)) for what, due in expected]
    assert {step.role for step in steps} == {LEAD}


# sent, when somebody must have it and a lead must refer, as a suggestion says it
SUGGESTED = [
    ("Mon 23 Nov 2026 10:00 GMT", "Mon 23 Nov 2026 12:00 GMT", "Mon 23 Nov 2026 17:00 GMT"),
    ("Fri 20 Nov 2026 16:50 GMT", "Mon 23 Nov 2026 09:50 GMT", "Mon 23 Nov 2026 17:00 GMT"),
    ("Wed 23 Dec 2026 16:30 GMT", "Mon 04 Jan 2027 10:30 GMT", "Mon 04 Jan 2027 17:00 GMT"),
    ("Sun 28 Mar 2027 00:50 GMT", "Tue 30 Mar 2027 11:00 BST", "Tue 30 Mar 2027 17:00 BST"),
]


@pytest.mark.parametrize(("when", "had", "refer"), SUGGESTED, ids=[row[0] for row in SUGGESTED])
def test_a_suggestion_counts_the_referral_from_when_somebody_must_have_it(when: str, had: str, refer: str) -> None:
    suggestion = Evaluation(
        status="rated", outcome=Outcome.STATUTORY_REFERRAL, level=None, urgency=Urgency.SECTION_17, reasons=(),
        unknown=(), advice_now=False, document=None, duties=(),
    )  # fmt: skip
    due = {one.what: one.due for one in deadlines(suggestion, instant(when), CALENDARS)}
    assert (due["someone_has_it"], due["refer"]) == (instant(had), instant(refer))


# when, which of a document's duties or of the adults' clock, by when
DUTIES = [
    ("Fri 20 Nov 2026 16:50 GMT", "fgm", "Mon 23 Nov 2026 17:00 GMT"),
    ("Wed 23 Dec 2026 16:30 GMT", "fgm", "Mon 04 Jan 2027 17:00 GMT"),
    ("Thu 25 Mar 2027 16:00 GMT", "fgm", "Tue 30 Mar 2027 17:00 BST"),
    ("Fri 27 Nov 2026 10:00 GMT", "private_fostering", "Mon 30 Nov 2026 17:00 GMT"),
    ("Sun 31 Oct 2027 01:50 BST", "at_once", "Sun 31 Oct 2027 01:50 BST"),
]


@pytest.mark.parametrize(("when", "duty", "due"), DUTIES, ids=[f"{row[0]}: {row[1]}" for row in DUTIES])
def test_a_duty_is_done_by_the_end_of_the_next_council_working_day(when: str, duty: str, due: str) -> None:
    assert after(CALENDARS, instant(when), CLOCKS.duty(duty)) == instant(due)


@pytest.mark.parametrize("when", MOMENTS)
def test_the_designated_officer_for_adults_is_told_within_one_working_day(when: str) -> None:
    [expected] = {row.had for row in CHAIN if (row.when, row.kind) == (when, "adult")}
    assert after(CALENDARS, instant(when), CLOCKS.paces["adult"].act) == instant(expected)


OUTSIDE = {
    TUESDAY: False,
    "Tue 24 Nov 2026 14:59 GMT": False,
    "Tue 24 Nov 2026 15:00 GMT": True,
    "Fri 20 Nov 2026 14:29 GMT": False,
    "Fri 20 Nov 2026 14:30 GMT": True,
    FRIDAY_1650: True,
    LAST_DAY: True,
    INSET_DAY: True,
    HALF_TERM: True,
    BEFORE_CHRISTMAS: True,
    BETWEEN_THE_YEARS: True,
    CLOCK_FORWARD: True,
    CLOCK_BACK: True,
    "Mon 12 Apr 2027 09:00 BST": False,
    "Mon 01 Nov 2027 09:00 GMT": False,
    "Mon 01 Nov 2027 08:59 GMT": True,
}


@pytest.mark.parametrize(("when", "expected"), OUTSIDE.items(), ids=OUTSIDE)
def test_near_closing_out_of_hours_and_out_of_term_duty_hears_a_statutory_concern_at_once(
    when: str, expected: bool
) -> None:
    now = instant(when)
    assert outside(CALENDARS, CLOCKS, now) is expected
    told = {row.role for row in plan(sent("section 17", now)) if row.due_at == now}
    assert ("duty_social_worker" in told) is expected
