"""What others need of a directory: calendars, clocks, numbers, rows for storage, and what loading would change."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias, get_args

from bot.directory.entries import (
    WEEKDAYS,
    AbsenceEntry,
    AssuranceEntry,
    DesignatedTeacherEntry,
    Directory,
    PaceEntry,
    PersonEntry,
    SchoolEntry,
)
from bot.directory.readers import only_readers
from bot.directory.rota import ONE_DAY, Swap, Turn, by_day, in_words, turns_of
from bot.working_time import (
    CLOCKS,
    PACES,
    Calendars,
    Clocks,
    CouncilCalendar,
    Pace,
    SchoolCalendar,
    at,
    bank_holidays,
)
from storage.shapes import Absence, Person, PersonId, School, SchoolId, Shift, Span
from thresholds.document import Strict


def calendars(directory: Directory) -> Calendars:
    """The school's and the council's calendar, bank holidays included."""
    entry = directory.calendar
    last = max(directory.programme.ends, *(term.last for term in entry.terms)).year + 1
    bank = bank_holidays(min(term.first for term in entry.terms).year, last, entry.region)
    halves = {day for term in entry.terms for day in _days(term.half_term_first, term.half_term_last)}
    school = SchoolCalendar(
        terms=tuple(Span(start=term.first, end=term.last + timedelta(days=1)) for term in entry.terms),
        hours=entry.school_hours,
        leaves=entry.children_leave,
        closed=bank | halves | frozenset(entry.inset_days),
    )
    week = {str(day): hours for day, hours in entry.office.items()}
    office = CouncilCalendar(hours=tuple(map(week.get, WEEKDAYS)), closed=bank | frozenset(entry.office_closed))
    return Calendars(school=school, council=office)


def _days(first: date | None, last: date | None) -> Iterator[date]:
    if first is None or last is None:
        return
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def designated_teachers(directory: Directory) -> Mapping[SchoolId, str]:
    """The designated teacher of each school that names one: name, and telephone where there is one."""
    named = ((one.id, one.designated_teacher) for one in directory.schools)
    return {
        SchoolId(school): teacher.name if teacher.phone is None else f"{teacher.name}, {teacher.phone}"
        for school, teacher in named
        if teacher is not None
    }


def clocks(directory: Directory) -> Clocks:
    """The authority's lengths of time; what it does not set is the product's."""
    entry = directory.clocks
    return Clocks(
        paces={str(name): _pace(entry.paces.get(name), CLOCKS.paces[name]) for name in PACES},  # type: ignore[call-overload]
        answer=entry.answer or CLOCKS.answer,
        chase=entry.chase or CLOCKS.chase,
        near_closing_hours=(
            CLOCKS.near_closing_hours if entry.near_closing_hours is None else entry.near_closing_hours
        ),
        duties={**CLOCKS.duties, **entry.duties},
    )


def _pace(entry: PaceEntry | None, usual: Pace) -> Pace:
    if entry is None:
        return usual
    return Pace(
        steps=entry.steps or usual.steps,
        hold=entry.hold or usual.hold,
        have=entry.have or usual.have,
        act=entry.act or usual.act,
    )


def invented(directory: Directory) -> tuple[str, ...]:
    """What is made up, by section and id; where there is any, real schools must not be served."""
    sections: Mapping[str, tuple[Any, ...]] = {
        "contacts": directory.contacts,
        "neighbours": directory.neighbours,
        "schools": directory.schools,
        "people": directory.people,
    }
    found = [f"{name}: {entry.id}" for name, entries in sections.items() for entry in entries if entry.invented]
    found += [f"designated teacher: {one.id}" for one in directory.schools if _made_up(one.designated_teacher)]
    found += [f"agreement: {school.id}" for school in directory.schools if school.agreement.invented]
    found += [f"roll: {school.id}" for school in directory.schools if any(roll.invented for roll in school.rolls)]
    return (*found, "calendar") if directory.calendar.invented else tuple(found)


def _made_up(teacher: DesignatedTeacherEntry | None) -> bool:
    return teacher is not None and teacher.invented


def unsigned(directory: Directory) -> tuple[str, ...]:
    """What nobody has signed yet of all that must be signed."""
    signed = {entry.what for entry in directory.assurance if entry.signed_by is not None}
    wanted = get_args(AssuranceEntry.model_fields["what"].annotation)
    return tuple(what for what in wanted if what not in signed)


Rows: TypeAlias = tuple[tuple[School, ...], tuple[Person, ...], tuple[Absence, ...], tuple[Shift, ...]]


def rows(directory: Directory) -> Rows:
    """The schools, people, absences and shifts as storage keeps them; the swaps are in the shifts already."""
    schools = tuple(_school(directory, entry) for entry in directory.schools)
    people = (*(_person(directory.authority, entry) for entry in directory.people), *only_readers(directory))
    shifts = tuple(_shift(directory.authority, turn) for turn in turns_of(on_duty(directory)))
    return schools, people, tuple(map(_absence, directory.absences)), shifts


def on_duty(directory: Directory) -> Mapping[date, frozenset[str]]:
    """Who is on duty on each day that the rota names anybody on, swaps applied; nothing without a rota."""
    turns = (Turn(one.person, one.first, one.last) for one in directory.rota)
    swaps = (Swap(Turn(one.person, one.first, one.last), one.instead_of) for one in directory.swaps)
    return by_day(turns, swaps)


def _school(directory: Directory, entry: SchoolEntry) -> School:
    return School(
        id=SchoolId(entry.id),
        authority=directory.authority,
        name=entry.name,
        phase=entry.phase,
        arm=entry.arm,
        served_by=None if entry.served_by is None else SchoolId(entry.served_by),
        agreement_signed=entry.agreement.signed_on is not None,
        sw_may_open=entry.agreement.sw_may_open,
        urn=entry.urn,
        holiday_cover=PersonId(entry.holiday_cover),
        takes_part=entry.arm != "comparison" or directory.programme.comparison_schools_report,
    )


def _person(authority: str, entry: PersonEntry) -> Person:
    return Person(
        id=PersonId(entry.id),
        authority=authority,
        name=entry.name,
        email=entry.email,
        role=entry.role,
        school=None if entry.school is None else SchoolId(entry.school),
        serves=tuple(map(SchoolId, entry.serves)),
        team=entry.team,
        teacher=entry.teacher,
        phone=entry.phone,
    )


def _absence(entry: AbsenceEntry) -> Absence:
    back = None if entry.last is None else at(entry.last + timedelta(days=1), time())
    return Absence(person=PersonId(entry.person), start=at(entry.first, time()), end=back, reason=entry.reason)


def _shift(authority: str, turn: Turn) -> Shift:
    return Shift(
        authority=authority,
        person=PersonId(turn.person),
        start=at(turn.first, time()),
        end=at(turn.last + ONE_DAY, time()),
    )


_SECTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "contacts": ("contact", "contacts"),
        "neighbours": ("neighbour", "neighbours"),
        "teams": ("team", "teams"),
        "staff_groups": ("staff group", "staff groups"),
        "schools": ("school", "schools"),
        "people": ("person", "people"),
    }
)
_WHOLE: Mapping[str, str] = MappingProxyType(
    {
        "name": "The authority's name changes.",
        "programme": "The programme changes.",
        "calendar": "The calendar changes.",
        "clocks": "The clocks change.",
        "workspaces": "The workspaces of its people change.",
        "absences": "The absences change.",
        "digest": "The digest's recipients change.",
        "assurance": "The signatures change.",
    }
)


def changes(old: Directory | None, new: Directory) -> tuple[str, ...]:
    """What loading `new` over `old` would change, one sentence each, ids only; nothing if they are the same."""
    if old is None:
        counted = ", ".join(_counted(len(getattr(new, key)), *words) for key, words in _SECTIONS.items())
        return (f"{new.name} is new: {counted}.",)
    parts = [line for key in _SECTIONS for line in _changed(key, getattr(old, key), getattr(new, key))]
    whole = [sentence for key, sentence in _WHOLE.items() if getattr(old, key) != getattr(new, key)]
    return (*parts, *whole, *_rota_changes(old, new))


def _rota_changes(old: Directory, new: Directory) -> Iterator[str]:
    """The days on which somebody else is on duty than before."""
    before, now = on_duty(old), on_duty(new)
    days = [day for day in before.keys() | now.keys() if before.get(day) != now.get(day)]
    if days:
        yield f"Who is on duty changes on {in_words(days)}."
    elif (old.rota, old.swaps) != (new.rota, new.swaps):
        yield "The rota is written otherwise; who is on duty stays."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _changed(section: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[str]:
    one = _SECTIONS[section][0]
    before, now = ({entry.id: entry for entry in entries} for entries in (old, new))
    for key in now:
        if key not in before:
            yield f"The {one} {key} is added."
        elif now[key] != before[key]:
            yield f"The {one} {key} changes: {', '.join(_differing(before[key], now[key]))}."
    yield from (f"The {one} {key} goes." for key in before if key not in now)


def _differing(old: Strict, new: Strict) -> Iterator[str]:
    return (name for name in type(new).model_fields if getattr(old, name) != getattr(new, name))
