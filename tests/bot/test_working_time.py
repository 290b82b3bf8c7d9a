"""School days, council hours and the lengths of time that count in them, at the dates where such code goes wrong."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.working_time import (
    CLOCKS,
    LONDON,
    CalendarDay,
    Calendars,
    CouncilCalendar,
    Delay,
    Hours,
    SchoolCalendar,
    SchoolDay,
    WorkingDay,
    add_school_days,
    add_working_days,
    add_working_hours,
    after,
    at,
    bank_holidays,
    before_leaving,
    closing_within,
    council_open,
    end_of_day,
    is_council_day,
    is_school_day,
    next_opening,
    next_school_day,
    next_school_opening,
    nth_school_day,
    nth_working_day,
    office_shuts,
    plain,
    school_shuts,
    working_day,
    working_days,
)
from storage.shapes import Span

HOLIDAYS = bank_holidays(2026, 2028)
INSET = date(2027, 1, 4)
HALF_TERM = frozenset(date(2026, 10, 26) + timedelta(days=day) for day in range(5))
SCHOOL = SchoolCalendar(
    terms=(Span(start=date(2026, 9, 1), end=date(2026, 12, 19)), Span(start=date(2027, 1, 4), end=date(2027, 7, 22))),
    hours=Hours(time(8), time(17)),
    leaves=time(15, 10),
    closed=HOLIDAYS | HALF_TERM | {INSET},
)
LONG, SHORT = Hours(time(8, 30), time(17)), Hours(time(8, 30), time(16, 30))
COUNCIL = CouncilCalendar(hours=(LONG, LONG, LONG, LONG, SHORT, None, None), closed=HOLIDAYS)
CALENDARS = Calendars(school=SCHOOL, council=COUNCIL)


def london(text: str) -> datetime:
    """A London wall time as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2026, 10, 28), False),
        (date(2026, 12, 18), True),
        (date(2026, 12, 21), False),
        (INSET, False),
        (date(2027, 5, 3), False),
        (date(2027, 8, 10), False),
        (date(2031, 11, 19), False),
    ],
    ids=["monday", "sunday", "half_term", "last_day", "christmas", "inset", "bank_holiday", "summer", "unknown_year"],
)
def test_a_school_day_is_a_weekday_of_a_term_that_is_not_closed(day: date, expected: bool) -> None:
    assert is_school_day(SCHOOL, CalendarDay(day)) is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 12, 18), date(2027, 1, 5)),
        (date(2026, 10, 23), date(2026, 11, 2)),
        (date(2027, 7, 21), date(2027, 7, 22)),
    ],
    ids=["over_a_weekend", "over_christmas_and_inset", "over_half_term", "no_later_term_known"],
)
def test_the_next_school_day_steps_over_what_is_closed(day: date, expected: date) -> None:
    assert next_school_day(SCHOOL, CalendarDay(day)) == SchoolDay(expected)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-20T16:50", 1, "2026-11-23T17:00"),
        ("2026-11-20T16:50", 3, "2026-11-25T17:00"),
        ("2026-12-18T16:50", 1, "2027-01-05T17:00"),
        ("2026-10-23T12:00", 1, "2026-11-02T17:00"),
        ("2026-11-22T12:00", 1, "2026-11-23T17:00"),
        ("2027-03-25T12:00", 2, "2027-03-31T17:00"),
    ],
    ids=["friday", "three_days", "last_day_of_term", "half_term_and_clock_change", "sunday", "easter_clock_change"],
)
def test_school_days_end_with_the_schools_working_hours(start: str, days: int, expected: str) -> None:
    assert add_school_days(SCHOOL, london(start), days) == london(expected)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-20T16:29", True),
        ("2026-11-20T16:30", False),
        ("2026-11-19T16:50", True),
        ("2026-11-20T08:29", False),
        ("2026-11-21T12:00", False),
        ("2026-12-28T12:00", False),
        ("2027-08-10T12:00", True),
    ],
    ids=["friday", "friday_shut", "thursday", "early", "saturday", "bank_holiday", "school_holiday"],
)
def test_the_council_is_open_in_its_own_hours(when: str, expected: bool) -> None:
    assert council_open(COUNCIL, london(when)) is expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-20T14:29", False),
        ("2026-11-20T14:30", True),
        ("2026-11-20T16:50", False),
        ("2026-11-21T15:30", False),
    ],
    ids=["just_over", "just_within", "shut", "saturday"],
)
def test_closing_within_two_hours_means_open_and_about_to_shut(when: str, expected: bool) -> None:
    assert closing_within(COUNCIL, london(when), 2) is expected


def test_working_days_run_in_the_school_holidays() -> None:
    assert add_working_days(COUNCIL, london("2027-08-10T12:00"), 1) == london("2027-08-11T17:00")


def test_working_days_step_over_bank_holidays() -> None:
    assert add_working_days(COUNCIL, london("2026-12-24T12:00"), 3) == london("2026-12-31T17:00")


CHRISTMAS_EVE = CalendarDay(date(2026, 12, 24))


def test_the_councils_working_days_are_those_on_which_its_office_opens() -> None:
    found = list(working_days(COUNCIL, CHRISTMAS_EVE, CalendarDay(date(2026, 12, 30))))
    assert [day.date.day for day in found] == [24, 29, 30]
    assert working_day(COUNCIL, CalendarDay(date(2026, 12, 25))) is None
    assert is_council_day(COUNCIL, CHRISTMAS_EVE)
    assert not is_council_day(COUNCIL, CalendarDay(date(2026, 12, 25)))
    assert nth_working_day(COUNCIL, CHRISTMAS_EVE, 2) == WorkingDay(date(2026, 12, 30))
    assert list(working_days(COUNCIL, CalendarDay(date(2026, 12, 30)), CHRISTMAS_EVE)) == []


def test_each_kind_of_day_ends_with_its_own_hours() -> None:
    friday = date(2026, 11, 20)
    assert school_shuts(SCHOOL, SchoolDay(friday)) == london("2026-11-20T17:00")
    assert office_shuts(COUNCIL, WorkingDay(friday)) == london("2026-11-20T16:30")


def test_one_kind_of_day_is_never_taken_for_another() -> None:
    """mypy refuses each of these lines: an ignore that nothing needs would be an error of its own."""
    school, council = SchoolDay(date(2026, 11, 20)), WorkingDay(date(2026, 11, 20))
    assert school != council  # type: ignore[comparison-overlap]
    with pytest.raises((AttributeError, TypeError)):
        nth_school_day(SCHOOL, council, 1)  # type: ignore[arg-type]
    with pytest.raises((AttributeError, TypeError)):
        nth_working_day(COUNCIL, school, 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        school + timedelta(days=1)  # type: ignore[operator]
    with pytest.raises(TypeError):
        assert school < council  # type: ignore[operator]
    school_shuts(SCHOOL, council)  # type: ignore[arg-type]
    office_shuts(COUNCIL, school)  # type: ignore[arg-type]
    is_school_day(SCHOOL, date(2026, 11, 20))  # type: ignore[arg-type]


@pytest.mark.parametrize("days", [0, -1])
def test_days_are_counted_from_one(days: int) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        add_working_days(COUNCIL, london("2026-11-20T12:00"), days)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-19T10:00", 2, "2026-11-19T12:00"),
        ("2026-11-20T16:50", 2, "2026-11-23T09:50"),
        ("2026-11-21T12:00", 2, "2026-11-23T10:00"),
        ("2026-12-29T16:00", 2, "2026-12-30T09:30"),
        ("2026-10-23T16:30", 4, "2026-10-26T12:30"),
    ],
    ids=["same_day", "friday_1650", "saturday", "council_in_the_holidays", "over_the_clock_change"],
)
def test_working_hours_are_the_schools_or_the_councils_whichever_comes_first(
    start: str, hours: int, expected: str
) -> None:
    assert add_working_hours(CALENDARS, london(start), hours) == london(expected)


def test_the_days_end_is_the_earlier_of_school_and_council() -> None:
    assert end_of_day(CALENDARS, london("2026-11-20T10:00")) == london("2026-11-20T16:30")


def test_the_next_opening_is_on_a_later_day() -> None:
    assert next_opening(CALENDARS, london("2026-11-20T07:00")) == london("2026-11-23T08:00")
    assert next_opening(CALENDARS, london("2026-12-29T12:00")) == london("2026-12-30T08:30")
    assert next_school_opening(SCHOOL, london("2026-12-18T12:00")) == london("2027-01-05T08:00")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-20T14:40", "2026-11-20T15:10"),
        ("2026-11-20T15:10", None),
        ("2026-11-21T12:00", None),
    ],
    ids=["in_school", "gone_home", "saturday"],
)
def test_children_leave_school_at_the_schools_own_time(when: str, expected: str | None) -> None:
    assert before_leaving(SCHOOL, london(when)) == (None if expected is None else london(expected))


@pytest.mark.parametrize(
    ("day", "hour"),
    [(date(2026, 10, 25), 9), (date(2026, 10, 24), 8), (date(2027, 3, 28), 8), (date(2027, 3, 27), 9)],
    ids=["clock_back", "day_before", "clock_forward", "day_before_that"],
)
def test_nine_in_london_is_nine_in_london_on_both_sides_of_a_clock_change(day: date, hour: int) -> None:
    assert at(day, time(9)) == datetime.combine(day, time(hour), tzinfo=UTC)


def test_a_plain_calendar_is_monday_to_friday_nine_to_five_without_holidays() -> None:
    calendars = plain()
    assert is_school_day(calendars.school, CalendarDay(date(2026, 12, 25)))
    assert not is_school_day(calendars.school, CalendarDay(date(2026, 12, 26)))
    assert council_open(calendars.council, london("2026-12-25T09:00"))
    assert not council_open(calendars.council, london("2026-12-25T17:00"))


def test_england_keeps_its_observed_bank_holidays() -> None:
    assert {date(2026, 12, 28), date(2027, 3, 26), date(2028, 1, 3)} <= HOLIDAYS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 minutes", Delay(3, "minutes")),
        ("1 minute", Delay(1, "minutes")),
        ("0 minutes", Delay(0, "minutes")),
        ("2 working hours", Delay(2, "working_hours")),
        ("1 working day", Delay(1, "working_days")),
        ("3 school days", Delay(3, "school_days")),
        ("end of the working day", Delay(0, "end_of_day")),
    ],
)
def test_a_length_of_time_is_read_from_its_words(text: str, expected: Delay) -> None:
    assert Delay.parse(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "0 school days", "-1 minutes", "1.5 working hours", "2 weeks"])
def test_other_words_for_a_length_of_time_are_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="15 minutes"):
        Delay.parse(text)


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        ("3 minutes", "2026-11-20T16:53"),
        ("2 working hours", "2026-11-23T09:50"),
        ("1 working day", "2026-11-23T17:00"),
        ("1 school day", "2026-11-23T17:00"),
        ("end of the working day", "2026-11-20T17:00"),
    ],
)
def test_each_way_of_counting_from_friday_ten_to_five(delay: str, expected: str) -> None:
    assert after(CALENDARS, london("2026-11-20T16:50"), Delay.parse(delay)) == london(expected)


def test_minutes_run_through_the_night_of_a_clock_change() -> None:
    assert after(CALENDARS, london("2026-10-25T00:50"), Delay(30, "minutes")) == datetime(
        2026, 10, 25, 0, 20, tzinfo=UTC
    )


def test_a_day_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="must come after"):
        Hours(time(17), time(9))


@pytest.mark.parametrize("hours", [(), (None,) * 7, (LONG,) * 6])
def test_an_office_that_never_opens_is_refused(hours: tuple[Hours | None, ...]) -> None:
    with pytest.raises(ValueError, match="seven days"):
        CouncilCalendar(hours=hours)


def test_a_duty_without_a_clock_runs_to_the_end_of_the_working_day() -> None:
    assert CLOCKS.duty("never_heard_of").unit == "end_of_day"


INSTANTS = st.datetimes(datetime(2026, 8, 1), datetime(2029, 1, 1)).map(lambda found: found.replace(tzinfo=UTC))  # noqa: DTZ001
DELAYS = st.one_of(
    st.builds(Delay, st.integers(0, 3000), st.just("minutes")),
    st.builds(Delay, st.integers(1, 40), st.sampled_from(["working_hours", "working_days", "school_days"])),
    st.just(Delay(0, "end_of_day")),
)


@given(now=INSTANTS, delay=DELAYS)
def test_time_never_runs_backwards(now: datetime, delay: Delay) -> None:
    assert after(CALENDARS, now, delay) >= now


@given(now=INSTANTS, later=st.timedeltas(timedelta(), timedelta(days=20)), delay=DELAYS)
def test_what_starts_later_is_never_due_earlier(now: datetime, later: timedelta, delay: Delay) -> None:
    assert after(CALENDARS, now, delay) <= after(CALENDARS, now + later, delay)
