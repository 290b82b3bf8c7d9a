"""Working time: school days, council hours, bank holidays, and the clocks that count in them. Pure; knows no today.

Instants go in and come out aware, UTC; days and hours are meant in Europe/London, so both clock changes are covered.
A school day counts by terms, a council day by office hours; a school holiday stops the first and not the second.
The three kinds of day are three types, so that one is never counted for another.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from types import MappingProxyType
from typing import Literal, NewType, TypeAlias
from zoneinfo import ZoneInfo

import holidays

from storage.shapes import Span

LONDON = ZoneInfo("Europe/London")
SATURDAY = 5

Unit = Literal["minutes", "working_hours", "working_days", "school_days", "end_of_day"]

CalendarDay = NewType("CalendarDay", date)
"""Any day in London. Adding days to it gives another one."""


@dataclass(frozen=True, slots=True, order=True)
class SchoolDay:
    """A day on which pupils are in. Nothing can be added to it: `nth_school_day` counts on."""

    date: date


@dataclass(frozen=True, slots=True, order=True)
class WorkingDay:
    """A day on which the council's office is open. Nothing can be added to it: `nth_working_day` counts on."""

    date: date


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening and closing of one day, London time."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"closing at {self.closes:%H:%M} must come after opening at {self.opens:%H:%M}")


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolCalendar:
    """When a school is open to pupils. `terms` None: every weekday. `leaves`: when the children go home."""

    terms: tuple[Span, ...] | None
    hours: Hours
    leaves: time
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class CouncilCalendar:
    """When the council's office is open: seven days from Monday (None: shut), without the days in `closed`."""

    hours: tuple[Hours | None, ...]
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.hours) != 7 or not any(self.hours):
            raise ValueError("office hours are given for seven days from Monday, at least one of them open")


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendars:
    """The two calendars that a concern runs on."""

    school: SchoolCalendar
    council: CouncilCalendar


_Day: TypeAlias = Callable[[date], Hours | None]
"""The hours of a day in one of the calendars; None where it is shut."""


def plain() -> Calendars:
    """Monday to Friday, nine to five, no holidays: where there is no directory."""
    office = Hours(time(9), time(17))
    week = (office,) * SATURDAY + (None, None)
    school = SchoolCalendar(terms=None, hours=office, leaves=time(15, 15))
    return Calendars(school=school, council=CouncilCalendar(hours=week))


def bank_holidays(first_year: int, last_year: int, region: str = "ENG") -> frozenset[date]:
    """The bank holidays of the years, both included, in a region of the United Kingdom."""
    years = range(first_year, last_year + 1)
    return frozenset(holidays.country_holidays("GB", subdiv=region, years=years))


def local_day(instant: datetime) -> CalendarDay:
    """The day in London at an instant.

    >>> local_day(datetime(2027, 6, 1, 23, 30, tzinfo=UTC))
    datetime.date(2027, 6, 2)
    """
    return CalendarDay(instant.astimezone(LONDON).date())


def at(day: date, hour: time) -> datetime:
    """The UTC instant of a London day and time.

    >>> at(date(2027, 6, 1), time(8, 15)).isoformat()
    '2027-06-01T07:15:00+00:00'
    """
    return datetime.combine(day, hour, tzinfo=LONDON).astimezone(UTC)


def is_school_day(calendar: SchoolCalendar, day: CalendarDay) -> bool:
    """Whether pupils are in. No day outside the terms that are known."""
    if day.weekday() >= SATURDAY or day in calendar.closed:
        return False
    return calendar.terms is None or any(term.start <= day < term.end for term in calendar.terms)


def is_council_day(calendar: CouncilCalendar, day: CalendarDay) -> bool:
    """Whether the council's office opens on a day."""
    return working_day(calendar, day) is not None


def next_school_day(calendar: SchoolCalendar, day: CalendarDay) -> SchoolDay:
    """The first school day after `day`. Where no later term is known, the next weekday that is not closed."""
    return nth_school_day(calendar, day, 1)


def nth_school_day(calendar: SchoolCalendar, day: CalendarDay, number: int) -> SchoolDay:
    """The `number`th school day after `day`, counted from 1; `day` itself never counts."""
    return SchoolDay(_nth(_school_day(calendar), day, number))


def school_shuts(calendar: SchoolCalendar, day: SchoolDay) -> datetime:
    """When the school's working hours end on a school day."""
    return at(day.date, calendar.hours.closes)


def add_school_days(calendar: SchoolCalendar, instant: datetime, number: int) -> datetime:
    """The end of the school's working hours on the `number`th school day after the instant's day."""
    return school_shuts(calendar, nth_school_day(calendar, local_day(instant), number))


def working_day(calendar: CouncilCalendar, day: CalendarDay) -> WorkingDay | None:
    """The day as a council working day; None where the office is shut all day."""
    return None if _council_day(calendar)(day) is None else WorkingDay(day)


def working_days(calendar: CouncilCalendar, first: CalendarDay, last: CalendarDay) -> Iterator[WorkingDay]:
    """The council's working days from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        found = working_day(calendar, CalendarDay(first + timedelta(days=number)))
        if found is not None:
            yield found


def nth_working_day(calendar: CouncilCalendar, day: CalendarDay, number: int) -> WorkingDay:
    """The `number`th council working day after `day`, counted from 1; `day` itself never counts."""
    return WorkingDay(_nth(_council_day(calendar), day, number))


def office_shuts(calendar: CouncilCalendar, day: WorkingDay) -> datetime:
    """When the council's office shuts on a working day."""
    hours = _council_day(calendar)(day.date)
    assert hours is not None
    return at(day.date, hours.closes)


def council_open(calendar: CouncilCalendar, instant: datetime) -> bool:
    """Whether the council's office is open."""
    hours = _council_day(calendar)(local_day(instant))
    return hours is not None and _opens(instant, hours) <= instant < _closes(instant, hours)


def closing_within(calendar: CouncilCalendar, instant: datetime, hours: float) -> bool:
    """Whether the office is open and shuts within so many hours."""
    today = _council_day(calendar)(local_day(instant))
    if today is None or not council_open(calendar, instant):
        return False
    return _closes(instant, today) - instant <= timedelta(hours=hours)


def add_working_days(calendar: CouncilCalendar, instant: datetime, number: int) -> datetime:
    """When the office shuts on the `number`th council working day after the instant's day."""
    return office_shuts(calendar, nth_working_day(calendar, local_day(instant), number))


def next_opening(calendars: Calendars, instant: datetime) -> datetime:
    """When the school or the council next opens on a later day, whichever comes first."""
    return min(_next_opening(day, instant) for day in _both(calendars))


def next_school_opening(calendar: SchoolCalendar, instant: datetime) -> datetime:
    """The beginning of the next school day's working hours, on a later day."""
    return _next_opening(_school_day(calendar), instant)


def before_leaving(calendar: SchoolCalendar, instant: datetime) -> datetime | None:
    """When the children leave today; None where that is past or there is no school."""
    day = local_day(instant)
    leaves = at(day, calendar.leaves)
    return leaves if is_school_day(calendar, day) and instant < leaves else None


def add_working_hours(calendars: Calendars, instant: datetime, hours: float) -> datetime:
    """The instant after so many hours of the school's or of the council's working time, whichever comes first."""
    return min(_spend(day, instant, timedelta(hours=hours)) for day in _both(calendars))


def end_of_day(calendars: Calendars, instant: datetime) -> datetime:
    """The end of the school's or of the council's working day at or after the instant, whichever comes first."""
    return min(_end(day, instant) for day in _both(calendars))


def _both(calendars: Calendars) -> tuple[_Day, _Day]:
    return _school_day(calendars.school), _council_day(calendars.council)


def _school_day(calendar: SchoolCalendar) -> _Day:
    last = max((term.end for term in calendar.terms or ()), default=date.min)

    def hours(day: date) -> Hours | None:
        beyond = day >= last and day.weekday() < SATURDAY and day not in calendar.closed
        return calendar.hours if beyond or is_school_day(calendar, CalendarDay(day)) else None

    return hours


def _council_day(calendar: CouncilCalendar) -> _Day:
    return lambda day: None if day in calendar.closed else calendar.hours[day.weekday()]


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in count())


def _open_days(day: _Day, first: date) -> Iterator[tuple[datetime, datetime]]:
    for each in _days(first):
        if (hours := day(each)) is not None:
            yield at(each, hours.opens), at(each, hours.closes)


def _opens(instant: datetime, hours: Hours) -> datetime:
    return at(local_day(instant), hours.opens)


def _closes(instant: datetime, hours: Hours) -> datetime:
    return at(local_day(instant), hours.closes)


def _end(day: _Day, instant: datetime) -> datetime:
    return next(closes for _, closes in _open_days(day, local_day(instant)) if closes >= instant)


def _nth(day: _Day, start: date, number: int) -> date:
    if number < 1:
        raise ValueError(f"days are counted from 1, not {number}")
    later = (each for each in _days(start + timedelta(days=1)) if day(each) is not None)
    return next(each for passed, each in enumerate(later, 1) if passed == number)


def _next_opening(day: _Day, instant: datetime) -> datetime:
    return next(_open_days(day, local_day(instant) + timedelta(days=1)))[0]


def _spend(day: _Day, instant: datetime, left: timedelta) -> datetime:
    for opens, closes in _open_days(day, local_day(instant)):
        start = max(instant, opens)
        if closes - start >= left:
            return start + left
        left -= max(closes - start, timedelta())
    raise AssertionError("there is always another open day")


_DELAY = re.compile(r"(\d{1,4}) (minute|working hour|working day|school day)s?")
_UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        "minute": "minutes",
        "working hour": "working_hours",
        "working day": "working_days",
        "school day": "school_days",
    }
)


@dataclass(frozen=True, slots=True)
class Delay:
    """A length of time in one of the ways of counting. Minutes run day and night; `end_of_day` has no amount."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Delay":
        """A delay from its words.

        Raises:
            ValueError: naming the ways to write one.

        >>> Delay.parse("15 minutes")
        Delay(amount=15, unit='minutes')
        """
        if text == "end of the working day":
            return cls(0, "end_of_day")
        found = _DELAY.fullmatch(text)
        if found is None or (found[1].strip("0") == "" and found[2] != "minute"):
            raise ValueError(
                f"{text!r} is no length of time: write for example 15 minutes, 2 working hours, 1 working day, "
                "3 school days, or end of the working day"
            )
        return cls(int(found[1]), _UNITS[found[2]])


def after(calendars: Calendars, instant: datetime, delay: Delay) -> datetime:
    """The instant that lies `delay` after another."""
    match delay.unit:
        case "minutes":
            return instant + timedelta(minutes=delay.amount)
        case "working_hours":
            return add_working_hours(calendars, instant, delay.amount)
        case "working_days":
            return add_working_days(calendars.council, instant, delay.amount)
        case "school_days":
            return add_school_days(calendars.school, instant, delay.amount)
        case "end_of_day":
            return end_of_day(calendars, instant)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast one urgency runs.

    `steps`: when the chain goes on if nobody has it, counted from its start (the end of a day: of the step before it).
    `hold`: how long an opened concern waits. `have`: how long *I have it* counts undecided. `act`: what must be done.
    """

    steps: tuple[Delay, ...]
    hold: Delay
    have: Delay
    act: Delay


PACES = ("emergency", "section_47", "section_17", "early_help", "advice", "adult")


def _pace(steps: str, hold: str, have: str, act: str) -> Pace:
    return Pace(
        steps=tuple(Delay.parse(step) for step in steps.split(", ")),
        hold=Delay.parse(hold),
        have=Delay.parse(have),
        act=Delay.parse(act),
    )


_DEFAULT_PACES = {
    "emergency": _pace("3 minutes", "3 minutes", "30 minutes", "0 minutes"),
    "section_47": _pace("15 minutes, 30 minutes", "10 minutes", "60 minutes", "60 minutes"),
    "section_17": _pace(
        "2 working hours, end of the working day", "60 minutes", "1 working day", "end of the working day"
    ),
    "early_help": _pace("1 school day, 3 school days", "60 minutes", "3 school days", "3 school days"),
    "advice": _pace("1 school day, 3 school days", "60 minutes", "3 school days", "5 school days"),
    "adult": _pace("2 working hours, 4 working hours", "60 minutes", "1 working day", "1 working day"),
}
_DEFAULT_DUTIES = {
    "at_once": Delay(0, "minutes"),
    "child_sexual_abuse": Delay(0, "minutes"),
    "fgm": Delay(1, "working_days"),
    "prevent": Delay(1, "working_days"),
    "private_fostering": Delay(1, "working_days"),
    "missing_education": Delay(1, "working_days"),
}
_UNSET_DUTY = Delay(0, "end_of_day")


@dataclass(frozen=True, kw_only=True, slots=True)
class Clocks:
    """All lengths of time of an authority. `duties` maps the clock names of a document's duties."""

    paces: Mapping[str, Pace] = field(default_factory=lambda: MappingProxyType(_DEFAULT_PACES))
    answer: Delay = Delay(1, "working_days")
    chase: Delay = Delay(3, "working_days")
    near_closing_hours: int = 2
    duties: Mapping[str, Delay] = field(default_factory=lambda: MappingProxyType(_DEFAULT_DUTIES))

    def duty(self, name: str) -> Delay:
        """The clock of a duty; one that nobody set runs to the end of the working day."""
        return self.duties.get(name, _UNSET_DUTY)


CLOCKS = Clocks()


def outside(calendars: Calendars, clocks: Clocks, now: datetime) -> bool:
    """Whether `now` is out of hours, within the hours before the office closes, or out of term."""
    return (
        not council_open(calendars.council, now)
        or closing_within(calendars.council, now, clocks.near_closing_hours)
        or not is_school_day(calendars.school, local_day(now))
    )
