"""Weeks, months and terms as figures have them: whole ISO weeks in London, from Monday to Sunday. Pure; knows no today.

A week belongs to the month of its Thursday; a term reaches to the week in which the next one begins. So periods of one
kind never overlap, and every period is a stretch of weeks.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.working_time import at, local_day
from storage.periods import Period

DUE = time(8)
"""On the Monday after a week, London time, its digest is due."""
_DAYS = 7
_WEEK = re.compile(r"(\d{4})-W(\d\d)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_MONTHS = 12


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO week; `number` counts weeks from year 1, so that neighbours differ by one."""

    number: int

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromordinal(self.number * _DAYS + 1)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=_DAYS - 1)

    @property
    def key(self) -> str:
        """As ISO writes it.

        >>> week_of(date(2026, 11, 25)).key
        '2026-W48'
        """
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def due(self) -> datetime:
        """When its digest is due: the Monday after, at 08:00 in London."""
        return at(self.sunday + timedelta(days=1), DUE)


def week_of(day: date) -> Week:
    """The week of a day."""
    return Week((day.toordinal() - 1) // _DAYS)


def last_due(now: datetime) -> Week:
    """The last week whose digest is due at an instant."""
    before = Week(week_of(local_day(now)).number - 1)
    return before if now >= before.due else Week(before.number - 1)


def week_named(key: str) -> Week:
    """The week of a key like 2026-W48.

    Raises:
        ValueError: it is no week.
    """
    found = _WEEK.fullmatch(key)
    if found is None:
        raise ValueError(f"{key!r} is no week")
    return week_of(date.fromisocalendar(int(found[1]), int(found[2]), 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Neighbouring weeks under a name: from week `first` until before week `end`."""

    name: str
    first: Week
    end: Week

    @property
    def period(self) -> Period:
        """Its instants."""
        return Period(start=at(self.first.monday, time(0)), end=at(self.end.monday, time(0)))

    @property
    def last_day(self) -> date:
        """Its last Sunday."""
        return self.end.monday - timedelta(days=1)

    @property
    def over(self) -> datetime:
        """From when on its figures are whole: when the digest of its last week is due."""
        return Week(self.end.number - 1).due

    def weeks(self) -> tuple[Week, ...]:
        """Each of its weeks."""
        return tuple(Week(number) for number in range(self.first.number, self.end.number))


def a_week(week: Week) -> Stretch:
    """One week as a stretch."""
    return Stretch(name=week.key, first=week, end=Week(week.number + 1))


def month_named(key: str) -> Stretch:
    """The weeks whose Thursday lies in a month like 2026-11.

    Raises:
        ValueError: it is no month.
    """
    found = _MONTH.fullmatch(key)
    if found is None or not 1 <= int(found[2]) <= _MONTHS:
        raise ValueError(f"{key!r} is no month")
    first = date(int(found[1]), int(found[2]), 1)
    return Stretch(name=key, first=_first_thursday(first), end=_first_thursday(first + timedelta(days=31)))


def _first_thursday(day: date) -> Week:
    """The week of the first Thursday of the day's month."""
    return week_of(day.replace(day=1) + timedelta(days=3))


def months_between(first: date, last: date) -> tuple[str, ...]:
    """The keys of the months from one day to another."""
    count = (last.year - first.year) * _MONTHS + last.month - first.month
    return tuple(
        f"{first.year + (first.month - 1 + more) // _MONTHS}-{(first.month - 1 + more) % _MONTHS + 1:02}"
        for more in range(count + 1)
    )


def terms(named: Iterable[tuple[str, date, date]]) -> Sequence[Stretch]:
    """Terms by name, first and last day, each with the holiday after it; the last one ends with its own last week."""
    found = sorted(named, key=lambda one: one[1])
    ends = [week_of(first) for _, first, _ in found[1:]]
    if found:
        ends.append(Week(week_of(found[-1][2]).number + 1))
    return tuple(
        Stretch(name=name, first=week_of(first), end=end) for (name, first, _), end in zip(found, ends, strict=True)
    )
