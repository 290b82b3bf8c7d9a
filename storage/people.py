"""The directory as it was loaded: staff, roles, schools, who is away, on duty, in a lesson. Grants no access.

People and schools that leave the directory become inactive; nobody is deleted, the log names them. Every change moves
the directory's number on, so that a process knows when what it remembers of it is old.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Text,
    and_,
    bindparam,
    delete,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)

from storage import schema
from storage.errors import AlreadyThere, NotFound
from storage.prepared import PreparedRows
from storage.schema import AnyRow
from storage.shapes import Absence, Person, PersonId, School, SchoolId, Shift
from storage.upsert import counting, replacing

_p, _s, _v, _x = schema.people.c, schema.schools.c, schema.serves.c, schema.absences.c
_h, _q = schema.shifts.c, schema.quiet.c
_wanted, _authority = schema.WANTED, bindparam("of_authority", type_=Text())
_at = bindparam("at", type_=schema.Instant())
_FROM_FILE, _FROM_PERSON = "directory", "person"

_SERVED = select(_v.person, _v.school).order_by(_v.person, _v.place)
_SERVED_BY_ONE = _SERVED.where(_v.person == _wanted)
_SERVED_IN = _SERVED.where(_v.person.in_(select(_p.id).where(_p.authority == _authority)))
_ACTIVE = and_(_p.authority == _authority, _p.active == true())
_PERSON = select(schema.people).where(_p.id == _wanted)
_PERSON_TODAY = _PERSON.where(_p.active == true())
_SEAT = PreparedRows(
    select(schema.people, _v.school.label("served"), *(column.label(f"at_{column.name}") for column in _s))
    .select_from(
        schema.people.outerjoin(schema.serves, _v.person == _p.id).outerjoin(schema.schools, _s.id == _p.school)
    )
    .where(_p.id == _wanted)
    .order_by(_v.place)
)
_BY_EMAIL = (
    select(schema.people).where(_p.email_folded == _wanted, _p.active == true()).order_by(_p.source, _p.id).limit(1)
)
_NEWCOMERS = (
    select(schema.people)
    .where(_p.school == _wanted, _p.source == _FROM_PERSON, _p.active == true())
    .order_by(_p.name, _p.id)
)
_ALL = select(schema.people).where(_ACTIVE).order_by(_p.id)
_SCHOOL = select(schema.schools).where(_s.id == _wanted)
_SCHOOLS = select(schema.schools).where(_s.authority == _authority, _s.active == true()).order_by(_s.id)
_ABSENT = select(_x.person).where(_x.person == _wanted, _x.start <= _at, or_(_x.end.is_(None), _x.end > _at))
_ABSENCES = select(schema.absences).where(_x.person == _wanted).order_by(_x.start)
_BACK = (
    update(schema.absences)
    .where(_x.person == _wanted, _x.start <= _at, or_(_x.end.is_(None), _x.end > _at))
    .values(end=_at, source=_FROM_PERSON)
)
_PUT_SCHOOL, _PUT_PERSON, _PUT_ABSENCE = (replacing(t) for t in (schema.schools, schema.people, schema.absences))
_PUT_FILES_ABSENCE = replacing(schema.absences, where=_x.source == _FROM_FILE)
_ADD_PERSON = replacing(schema.people, where=_p.source == _FROM_PERSON)
_PUT_SERVED = insert(schema.serves)
_OF_AUTHORITY = select(_p.id).where(_p.authority == _authority)
_ABSENCES_OF_ALL = select(schema.absences).where(_x.person.in_(_OF_AUTHORITY)).order_by(_x.person, _x.start)
_SHIFTS = select(schema.shifts).where(_h.authority == _authority).order_by(_h.start, _h.person)
_PUT_SHIFT, _PUT_QUIET = replacing(schema.shifts), replacing(schema.quiet)
_UNROTA = delete(schema.shifts).where(_h.authority == _authority, _h.source == bindparam("of_source", type_=Text()))
_UNSWAP = delete(schema.shifts).where(
    _h.authority == _authority, _h.source == _FROM_PERSON, _h.start < bindparam("before"), _h.end > bindparam("after")
)
_QUIET = select(_q.until).where(_q.person == _wanted)
_QUIET_SINCE = select(_q.since).where(_q.person == _wanted)
_QUIET_NOW = select(schema.quiet).where(_q.until > _at)
_VERSION_KEY = "directory_number"
_VERSION = select(schema.settings.c.value).where(schema.settings.c.key == literal_column(f"'{_VERSION_KEY}'"))
DIRECTORY = _VERSION.scalar_subquery()
"""The directory's number as a column of another query; see `know`."""
_ASK_VERSION = PreparedRows(_VERSION)
_NEXT_VERSION = counting(schema.settings, schema.settings.c.value)
_RETIRE_SCHOOLS = update(schema.schools).where(_s.authority == _authority).values(active=False)
_RETIRE_PEOPLE = update(schema.people).where(_p.authority == _authority, _p.source == _FROM_FILE).values(active=False)
_UNSERVE = delete(schema.serves).where(_v.person == _wanted)
_UNSAY = delete(schema.absences).where(
    _x.source == _FROM_FILE, _x.person.in_(select(_p.id).where(_p.authority == _authority))
)


class People:
    """Reads and writes on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._number: int | None = None
        self._schools: dict[SchoolId, School] = {}

    def version(self) -> int:
        """The directory's number, which every change moves on; asked once a unit."""
        if self._number is None:
            found = _ASK_VERSION.rows(self._connection, {})
            self.know(found[0].value if found else None)
        return self._number or 0

    def know(self, number: str | None) -> None:
        """Take the directory's number from where it was read on the way."""
        self._number = int(number or 0)

    def replace(
        self,
        authority: str,
        schools: Sequence[School],
        people: Sequence[Person],
        absences: Sequence[Absence],
        shifts: Sequence[Shift] = (),
    ) -> None:
        """Make the authority's directory this one; again changes nothing. What people said themselves stays.

        Whoever came back (`back`) stays so until the file has an absence with another first day.

        Raises:
            NotFound: somebody's school, or an absent person, is not there.
        """
        for statement in (_RETIRE_SCHOOLS, _RETIRE_PEOPLE, _UNSAY):
            self._connection.execute(statement, {"of_authority": authority})
        self._upsert(_PUT_SCHOOL, [_school_columns(school) for school in schools])
        self._upsert(_PUT_PERSON, [_person_columns(person, _FROM_FILE) for person in people])
        for person in people:
            self._serve(person)
        self._upsert(_PUT_FILES_ABSENCE, [_absence_columns(absence, _FROM_FILE) for absence in absences])
        self._connection.execute(_UNROTA, {"of_authority": authority, "of_source": _FROM_FILE})
        self._upsert(_PUT_SHIFT, [_shift_columns(shift) for shift in shifts])
        self._changed()

    def add(self, person: Person) -> None:
        """Keep somebody who is not in the directory file (a new or supply member of staff who picked the school).

        Raises:
            AlreadyThere: the directory file has this id.
        """
        columns = _person_columns(person, _FROM_PERSON)
        if not self._connection.execute(_ADD_PERSON[self._connection.dialect.name], columns).rowcount:
            raise AlreadyThere(f"{person.id} is in the directory")
        self._serve(person)
        self._changed()

    def person(self, person: PersonId) -> Person:
        """Somebody of the directory, also if inactive by now.

        Raises:
            NotFound: nobody has this id.
        """
        return self._one_person(_PERSON, person)

    def today(self, person: PersonId) -> Person:
        """Somebody who is in the directory now: who has left it does nothing any more.

        Raises:
            NotFound: nobody has this id, or they left.
        """
        return self._one_person(_PERSON_TODAY, person)

    def seat(self, person: PersonId) -> tuple[Person, School | None]:
        """Somebody who is in the directory now and their school, None for council staff, in one query.

        Raises:
            NotFound: nobody has this id, or they left.
        """
        rows = _SEAT.rows(self._connection, {"wanted": person})
        if not rows or not rows[0].active:
            raise NotFound("nobody in the directory fits")
        row = rows[0]
        served = tuple([SchoolId(each.served) for each in rows if each.served is not None])
        return _person(row, served), None if row.at_id is None else _own_school(row)

    def by_email(self, email: str) -> Person:
        """The active person with this address, capitals aside; the directory file's before one who came in alone.

        Raises:
            NotFound: nobody has it.
        """
        return self._one_person(_BY_EMAIL, _folded(email))

    def newcomers(self, school: SchoolId) -> tuple[Person, ...]:
        """Who is at the school by their own choice and in no directory file, by name."""
        return tuple(_person(row, ()) for row in self._connection.execute(_NEWCOMERS, {"wanted": school}))

    def school(self, school: SchoolId) -> School:
        """A school, also if inactive by now; asked once a unit.

        Raises:
            NotFound: no such school.
        """
        if (kept := self._schools.get(school)) is not None:
            return kept
        row = self._connection.execute(_SCHOOL, {"wanted": school}).one_or_none()
        if row is None:
            raise NotFound(f"no school {school}")
        return self._schools.setdefault(school, _school(row))

    def schools(self, authority: str) -> tuple[School, ...]:
        """The authority's active schools."""
        return tuple(_school(row) for row in self._connection.execute(_SCHOOLS, {"of_authority": authority}))

    def all(self, authority: str) -> tuple[Person, ...]:
        """The authority's active people."""
        return self._people(_ALL, authority)

    def absent(self, person: PersonId, at: datetime) -> bool:
        """Whether the person is away at that instant."""
        return self._connection.execute(_ABSENT, {"wanted": person, "at": at}).first() is not None

    def absences(self, person: PersonId) -> tuple[Absence, ...]:
        """When the person is or was away."""
        return tuple(_absence(row) for row in self._connection.execute(_ABSENCES, {"wanted": person}))

    def absence(self, absence: Absence) -> None:
        """Keep that somebody is away, said by themselves; the same start again changes the end and the reason."""
        self._upsert(_PUT_ABSENCE, [_absence_columns(absence, _FROM_PERSON)])
        self._changed()

    def back(self, person: PersonId, at: datetime) -> bool:
        """End what keeps the person away at that instant; False if nothing did."""
        ended = bool(self._connection.execute(_BACK, {"wanted": person, "at": at}).rowcount)
        self._changed()
        return ended

    def absences_of_all(self, authority: str) -> tuple[Absence, ...]:
        """When the authority's people are or were away."""
        rows = self._connection.execute(_ABSENCES_OF_ALL, {"of_authority": authority})
        return tuple(_absence(row) for row in rows)

    def shifts(self, authority: str) -> tuple[Shift, ...]:
        """The authority's rota, the directory's shifts and swaps, by their start."""
        return tuple(_shift(row) for row in self._connection.execute(_SHIFTS, {"of_authority": authority}))

    def swap(self, shift: Shift) -> None:
        """Keep that somebody takes a time of the rota, over what an earlier swap said of it.

        Raises:
            ValueError: the shift does not come from a person.
        """
        if shift.source != _FROM_PERSON:
            raise ValueError("a swap is said by a person")
        during = {"of_authority": shift.authority, "before": shift.end, "after": shift.start}
        self._connection.execute(_UNSWAP, during)
        self._upsert(_PUT_SHIFT, [_shift_columns(shift)])
        self._changed()

    def quiet_until(self, person: PersonId) -> datetime | None:
        """Until when the person asked to be left alone (*In lesson*), past or not; None if never."""
        until: datetime | None = self._connection.execute(_QUIET, {"wanted": person}).scalar_one_or_none()
        return until

    def quiet_since(self, person: PersonId) -> datetime | None:
        """Since when the lesson counts that `quiet_until` ends; None if there never was one."""
        since: datetime | None = self._connection.execute(_QUIET_SINCE, {"wanted": person}).scalar_one_or_none()
        return since

    def quiet_now(self, at: datetime) -> Mapping[PersonId, datetime]:
        """Everybody who asked to be left alone at that instant, and until when."""
        return {row.person: row.until for row in self._connection.execute(_QUIET_NOW, {"at": at})}

    def be_quiet(self, person: PersonId, since: datetime, until: datetime) -> None:
        """Keep since and until when the person asks to be left alone, over what stood there."""
        self._upsert(_PUT_QUIET, [{"person": person, "since": since, "until": until}])

    def _changed(self) -> None:
        self._number = None
        self._schools.clear()
        first = {"key": _VERSION_KEY, "value": "1"}
        self._connection.execute(_NEXT_VERSION[self._connection.dialect.name], first)

    def _serve(self, person: Person) -> None:
        self._connection.execute(_UNSERVE, {"wanted": person.id})
        served = [{"person": person.id, "school": school, "place": n} for n, school in enumerate(person.serves)]
        if served:
            self._connection.execute(_PUT_SERVED, served)

    def _upsert(self, statement: Any, rows: Sequence[dict[str, object]]) -> None:
        if rows:
            self._connection.execute(statement[self._connection.dialect.name], list(rows))

    def _one_person(self, statement: Any, wanted: str) -> Person:
        row = self._connection.execute(statement, {"wanted": wanted}).one_or_none()
        if row is None:
            raise NotFound("nobody in the directory fits")
        served = self._connection.execute(_SERVED_BY_ONE, {"wanted": row.id})
        return _person(row, tuple(school for _, school in served))

    def _people(self, statement: Any, authority: str, **values: str) -> tuple[Person, ...]:
        served: dict[str, list[SchoolId]] = {}
        for person, school in self._connection.execute(_SERVED_IN, {"of_authority": authority}):
            served.setdefault(person, []).append(SchoolId(school))
        rows = self._connection.execute(statement, {"of_authority": authority, **values})
        return tuple(_person(row, tuple(served.get(row.id, ()))) for row in rows)


_SCHOOL_FIELDS = tuple(School.__dataclass_fields__)
_PERSON_FIELDS = tuple(name for name in Person.__dataclass_fields__ if name != "serves")
_ABSENCE_FIELDS = tuple(Absence.__dataclass_fields__)
_SHIFT_FIELDS = tuple(Shift.__dataclass_fields__)


def _folded(email: str) -> str:
    return email.strip().casefold()


def _school_columns(school: School) -> dict[str, object]:
    return {**{name: getattr(school, name) for name in _SCHOOL_FIELDS}, "active": True}


def _person_columns(person: Person, source: str) -> dict[str, object]:
    fields = {name: getattr(person, name) for name in _PERSON_FIELDS}
    return {**fields, "email_folded": _folded(person.email), "source": source, "active": True}


def _absence_columns(absence: Absence, source: str) -> dict[str, object]:
    return {**{name: getattr(absence, name) for name in _ABSENCE_FIELDS}, "source": source}


def _school(row: AnyRow) -> School:
    return School(**{name: getattr(row, name) for name in _SCHOOL_FIELDS})


def _own_school(row: Any) -> School:
    fields = {name: getattr(row, f"at_{name}") for name in _SCHOOL_FIELDS}
    flags = {name: bool(fields[name]) for name in ("agreement_signed", "takes_part")}
    return School(**{**fields, **flags})


def _person(row: Any, serves: tuple[SchoolId, ...]) -> Person:
    fields = {name: getattr(row, name) for name in _PERSON_FIELDS}
    return Person(**{**fields, "teacher": bool(row.teacher)}, serves=serves)


def _absence(row: AnyRow) -> Absence:
    return Absence(**{name: getattr(row, name) for name in _ABSENCE_FIELDS})


def _shift_columns(shift: Shift) -> dict[str, object]:
    return {name: getattr(shift, name) for name in _SHIFT_FIELDS}


def _shift(row: AnyRow) -> Shift:
    return Shift(**{name: getattr(row, name) for name in _SHIFT_FIELDS})
