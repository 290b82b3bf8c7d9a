"""Weeks, months and terms: whole ISO weeks that never overlap, due on Monday at eight whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.weeks import Week, a_week, last_due, month_named, months_between, terms, week_named, week_of

_days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(day=_days)
def test_a_week_holds_its_days_and_its_key_leads_back(day: date) -> None:
    week = week_of(day)
    assert week.monday <= day <= week.sunday
    assert week.monday.weekday() == 0
    assert week_named(week.key) == week
    assert day.isocalendar()[:2] == week.monday.isocalendar()[:2]


@given(year=st.integers(2020, 2040))
def test_the_months_of_a_year_lie_side_by_side(year: int) -> None:
    months = [month_named(f"{year}-{month:02}") for month in range(1, 13)]
    assert [one.end for one in months[:-1]] == [one.first for one in months[1:]]
    for month in months:
        thursdays = [week.monday + timedelta(days=3) for week in month.weeks()]
        assert {one.month for one in thursdays} == {int(month.name[-2:])}


@pytest.mark.parametrize(
    ("week", "due"),
    [
        ("2026-W12", datetime(2026, 3, 23, 8, tzinfo=UTC)),
        # The clocks go forward on Sunday 29 March, back on Sunday 25 October.
        ("2026-W13", datetime(2026, 3, 30, 7, tzinfo=UTC)),
        ("2026-W42", datetime(2026, 10, 19, 7, tzinfo=UTC)),
        ("2026-W43", datetime(2026, 10, 26, 8, tzinfo=UTC)),
    ],
)
def test_a_digest_is_due_on_monday_at_eight_in_london(week: str, due: datetime) -> None:
    found = week_named(week)
    assert found.due == due
    assert last_due(due) == found
    assert last_due(due - timedelta(seconds=1)) == Week(found.number - 1)


def test_a_week_in_which_the_clocks_change_is_an_hour_longer_or_shorter() -> None:
    spring, autumn = (a_week(week_named(key)).period for key in ("2026-W13", "2026-W43"))
    assert spring.end - spring.start == timedelta(days=7, hours=-1)
    assert autumn.end - autumn.start == timedelta(days=7, hours=1)


def test_terms_reach_to_the_next_ones_first_week() -> None:
    autumn, spring = terms(
        [
            ("Spring 2027", date(2027, 1, 4), date(2027, 3, 25)),
            ("Autumn 2026", date(2026, 9, 1), date(2026, 12, 18)),
        ]
    )
    assert (autumn.name, autumn.first.monday, autumn.last_day) == ("Autumn 2026", date(2026, 8, 31), date(2027, 1, 3))
    assert (spring.first, spring.last_day) == (autumn.end, date(2027, 3, 28))
    assert terms([]) == ()


@pytest.mark.parametrize("key", ["2026-48", "2026-W60", "W48", "2026-W00", ""])
def test_what_is_no_week_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"week|Invalid"):
        week_named(key)


@pytest.mark.parametrize("key", ["2026-13", "2026-W11", "2026", "2026-00"])
def test_what_is_no_month_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="no month"):
        month_named(key)


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert months_between(date(2026, 11, 30), date(2027, 2, 1)) == ("2026-11", "2026-12", "2027-01", "2027-02")
