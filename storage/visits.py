"""Drop-ins with their booked slots, and the log of what social workers do besides. Holds nothing of a child."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Text, bindparam, delete, func, insert, select, update

from storage import schema
from storage.errors import NotFound
from storage.schema import AnyRow, Instant
from storage.shapes import Booking, DropIn, DropInId, PersonId, SchoolId, Work, WorkId, WorkSum
from storage.upsert import giving_way

_d, _b, _w = schema.drop_ins.c, schema.bookings.c, schema.work.c
_wanted, _at = schema.WANTED, bindparam("now", type_=Instant())
_since, _until = bindparam("since", type_=Instant()), bindparam("until", type_=Instant())
_mine = bindparam("mine", type_=Text())
_DROP_IN_FIELDS = tuple(DropIn.__dataclass_fields__)
_WORK_FIELDS = tuple(Work.__dataclass_fields__)

_STANDING = select(schema.drop_ins).where(_d.cancelled_at.is_(None))
_COMING = _STANDING.where(_d.ends_at > _since, _d.starts_at < _until).order_by(_d.starts_at, _d.id)
_AT_SCHOOL, _OF_PERSON = _COMING.where(_d.school == _wanted), _COMING.where(_d.person == _wanted)
_ONE = _STANDING.where(_d.id == _wanted)
_CANCEL = update(schema.drop_ins).where(_d.id == _wanted, _d.cancelled_at.is_(None)).values(cancelled_at=_at)
# Of two who want one slot, and of one who wants two, the first is kept.
_BOOK = giving_way(schema.bookings, _b.drop_in, _b.at)
_UNBOOK = delete(schema.bookings).where(_b.drop_in == _wanted, _b.person == _mine)
_MINE = select(_b.at).where(_b.drop_in == _wanted, _b.person == _mine).with_for_update()
_BOOKED = (
    select(schema.bookings).where(_b.drop_in.in_(bindparam("drop_ins", expanding=True))).order_by(_b.drop_in, _b.at)
)
_TAKE_BACK = (
    update(schema.work)
    .where(_w.id == _wanted, _w.person == _mine, _w.taken_back_at.is_(None))
    .values(taken_back_at=_at)
)
_COUNTS = _w.taken_back_at.is_(None)
_DONE = (
    select(schema.work)
    .where(_w.person == _wanted, _w.logged_at >= _since, _COUNTS)
    .order_by(_w.logged_at.desc(), _w.id)
    .limit(bindparam("at_most"))
)
_SUMS = (
    select(_w.person, _w.school, _w.kind, func.count().label("times"), func.sum(_w.minutes).label("minutes"))
    .where(_w.school.in_(bindparam("schools", expanding=True)), _w.at >= _since, _w.at < _until, _COUNTS)
    .group_by(_w.person, _w.school, _w.kind)
    .order_by(_w.person, _w.school, _w.kind)
)


class Visits:
    """Reads and writes on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def offer(self, drop_in: DropIn) -> None:
        """Keep a drop-in.

        Raises:
            AlreadyThere: one with this id stands.
            NotFound: no such person or school.
        """
        row = {name: getattr(drop_in, name) for name in _DROP_IN_FIELDS}
        self._connection.execute(insert(schema.drop_ins), row)

    def drop_in(self, drop_in: DropInId) -> DropIn:
        """One that was not cancelled.

        Raises:
            NotFound: there is none.
        """
        row = self._connection.execute(_ONE, {"wanted": drop_in}).one_or_none()
        if row is None:
            raise NotFound(f"no drop-in {drop_in}")
        return _drop_in(row)

    def at_school(self, school: SchoolId, since: datetime, until: datetime) -> tuple[DropIn, ...]:
        """The school's drop-ins that end after `since` and begin before `until`, earliest first."""
        return self._coming(_AT_SCHOOL, {"wanted": school, "since": since, "until": until})

    def of_person(self, person: PersonId, since: datetime, until: datetime) -> tuple[DropIn, ...]:
        """The same of a social worker, at any school."""
        return self._coming(_OF_PERSON, {"wanted": person, "since": since, "until": until})

    def cancel(self, drop_in: DropInId, now: datetime) -> bool:
        """Call a drop-in off; its bookings stay to be told of. False if that was done before."""
        return bool(self._connection.execute(_CANCEL, {"wanted": drop_in, "now": now}).rowcount)

    def book(self, booking: Booking) -> bool:
        """Keep somebody's slot; the one they had there before is given up. False if another has it: nothing changed."""
        row = {"drop_in": booking.drop_in, "at": booking.at, "person": booking.person}
        before = self._mine(booking)
        if before == booking.at:
            return True
        if before is not None:
            self.unbook(booking.drop_in, booking.person)
        if self._connection.execute(_BOOK[self._connection.dialect.name], row).rowcount:
            return True
        if before is not None:
            self._connection.execute(_BOOK[self._connection.dialect.name], {**row, "at": before})
        return False

    def unbook(self, drop_in: DropInId, person: PersonId) -> bool:
        """Give the person's slot back. False if they had none."""
        return bool(self._connection.execute(_UNBOOK, {"wanted": drop_in, "mine": person}).rowcount)

    def booked(self, drop_ins: Sequence[DropInId]) -> Mapping[DropInId, tuple[Booking, ...]]:
        """Who comes when, of each drop-in that anybody booked."""
        found: dict[DropInId, tuple[Booking, ...]] = {}
        for row in self._connection.execute(_BOOKED, {"drop_ins": list(drop_ins)}) if drop_ins else ():
            one = Booking(drop_in=row.drop_in, at=row.at, person=row.person)
            found[row.drop_in] = (*found.get(row.drop_in, ()), one)
        return found

    def log(self, work: Work) -> None:
        """Keep what somebody did.

        Raises:
            AlreadyThere: work with this id stands.
            NotFound: no such person or school.
        """
        self._connection.execute(insert(schema.work), {name: getattr(work, name) for name in _WORK_FIELDS})

    def take_back(self, work: WorkId, person: PersonId, now: datetime) -> bool:
        """Somebody's own entry counts no more. False if it is not theirs, or was taken back before."""
        changed = self._connection.execute(_TAKE_BACK, {"wanted": work, "mine": person, "now": now})
        return bool(changed.rowcount)

    def done(self, person: PersonId, since: datetime, at_most: int) -> tuple[Work, ...]:
        """What somebody wrote down since an instant, the latest first."""
        rows = self._connection.execute(_DONE, {"wanted": person, "since": since, "at_most": at_most})
        return tuple(Work(**{name: getattr(row, name) for name in _WORK_FIELDS}) for row in rows)

    def sums(self, schools: Sequence[SchoolId], since: datetime, until: datetime) -> tuple[WorkSum, ...]:
        """What was done at the schools in a half-open period, by person, school and kind."""
        wanted = {"schools": list(schools), "since": since, "until": until}
        rows = self._connection.execute(_SUMS, wanted) if schools else ()
        return tuple(
            WorkSum(person=row.person, school=row.school, kind=row.kind, count=row.times, minutes=int(row.minutes))
            for row in rows
        )

    def _mine(self, booking: Booking) -> datetime | None:
        wanted = {"wanted": booking.drop_in, "mine": booking.person}
        found: datetime | None = self._connection.execute(_MINE, wanted).scalar_one_or_none()
        return found

    def _coming(self, query: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> tuple[DropIn, ...]:
        return tuple(_drop_in(row) for row in self._connection.execute(query, dict(values)))


def _drop_in(row: AnyRow) -> DropIn:
    return DropIn(**{name: getattr(row, name) for name in _DROP_IN_FIELDS})
