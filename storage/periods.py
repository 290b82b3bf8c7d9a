"""What happened at some schools in a period, counted: one statement a question, each over an index that holds it all.

Concerns about adults and restricted ones are never counted; nothing is unsealed. An id comes out of what was decided
otherwise than suggested (learning points name the document's lines), and of what was referred (the evaluation dates
social care's answers). Writes nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.sql.elements import BindParameter, ColumnElement

from storage import schema
from storage.shapes import ConcernId, SchoolId

_c, _v, _p = schema.concerns.c, schema.conversations.c, schema.people.c
_start, _end = (bindparam(name, type_=schema.Instant()) for name in ("start", "end"))
_IN: BindParameter[Any] = bindparam("schools", expanding=True)


def _literal(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer())


_A_MINUTE = _literal(60_000_000)
_ONE, _NONE, _NO_CLOCK = _literal(1), _literal(0), _literal(-1)

Sent: TypeAlias = Mapping[tuple[SchoolId, str | None], int]
"""How many concerns by school and outcome; None: no level was suggested."""


def _number(column: ColumnElement[Any]) -> ColumnElement[int]:
    """An instant as the database has it: arithmetic needs no datetimes, and a term has many rows."""
    return type_coerce(column, BigInteger())


def _within(column: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
    return (_c.school.in_(_IN), column >= _start, column < _end)


def _took(done: ColumnElement[Any], by: ColumnElement[Any]) -> Select[Any]:
    """Whole minutes from sending, whether within the clock, and how many took so long."""
    whole = (_number(done) - _number(_c.created_at)) // _A_MINUTE
    in_time = case((by.is_(None), _NO_CLOCK), (done <= by, _ONE), else_=_NONE).label("in_time")
    return (
        select(whole.label("minutes"), in_time, func.count().label("count"))
        .where(*_within(done), schema.COUNTED)
        .group_by(whole, in_time)
    )


_SENT = (
    select(_c.school, _c.outcome, func.count().label("count"))
    .where(*_within(_c.created_at), schema.COUNTED)
    .group_by(_c.school, _c.outcome)
)
_SEEN, _DECIDED_AFTER = _took(_c.seen_at, _c.see_by), _took(_c.decided_at, _c.decide_by)
_DECIDED = (
    select(_c.school, _c.outcome, _c.decided_outcome, func.count().label("count"))
    .where(*_within(_c.decided_at), schema.COUNTED)
    .group_by(_c.school, _c.outcome, _c.decided_outcome)
)
_OTHERWISE = select(_c.id, _c.outcome, _c.decided_outcome).where(
    *_within(_c.decided_at), schema.COUNTED, _c.outcome.is_not(None), _c.decided_outcome != _c.outcome
)
_REFERRED = select(_c.id, _c.school).where(
    *_within(_c.decided_at), schema.COUNTED,
    _c.decided_outcome.in_([literal_column("'statutory_referral'"), literal_column("'emergency'")]),
)  # fmt: skip
_CONSULTED = (
    select(_c.school, func.count().label("count"))
    .where(*_within(_c.created_at), _c.kind == literal_column("'consultation'"))
    .group_by(_c.school)
)
_LEFT = (
    select(_v.left_screen, func.count().label("count"))
    .join_from(schema.conversations, schema.people, _p.id == _v.person)
    .where(
        _v.left_screen.is_not(None),
        _v.left_screen.not_like("adult%"),
        _v.flow == literal_column("'concern'"),
        _v.touched_at >= _start,
        _v.touched_at < _end,
        _p.school.in_(_IN),
    )
    .group_by(_v.left_screen)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """From an instant until before another."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Took:
    """So many concerns took so many whole minutes; `in_time` None where no clock was kept for them."""

    minutes: int
    in_time: bool | None
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """So many concerns of a school had this suggested and that decided; None: no level, or not kept."""

    school: SchoolId
    suggested: str | None
    decided: str | None
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Otherwise:
    """A concern that was decided otherwise than was suggested, by the outcomes' words."""

    concern: ConcernId
    suggested: str
    decided: str


class Periods:
    """Reads on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sent(self, schools: Collection[SchoolId], period: Period) -> Sent:
        """The concerns about children that were sent in the period."""
        rows = self._ask(_SENT, schools, period)
        return {(SchoolId(school), outcome): count for school, outcome, count in rows}

    def seen(self, schools: Collection[SchoolId], period: Period) -> tuple[Took, ...]:
        """How long those that were first seen in the period had waited for it."""
        return tuple(_took_of(row) for row in self._ask(_SEEN, schools, period))

    def decided_after(self, schools: Collection[SchoolId], period: Period) -> tuple[Took, ...]:
        """How long those that were decided in the period had waited for it."""
        return tuple(_took_of(row) for row in self._ask(_DECIDED_AFTER, schools, period))

    def decided(self, schools: Collection[SchoolId], period: Period) -> tuple[Decided, ...]:
        """What was suggested and decided, of those that were decided in the period."""
        return tuple(
            Decided(school=SchoolId(school), suggested=suggested, decided=decided, count=count)
            for school, suggested, decided, count in self._ask(_DECIDED, schools, period)
        )

    def otherwise(self, schools: Collection[SchoolId], period: Period) -> tuple[Otherwise, ...]:
        """Those that were decided in the period, otherwise than suggested."""
        return tuple(
            Otherwise(concern=ConcernId(concern), suggested=suggested, decided=decided)
            for concern, suggested, decided in self._ask(_OTHERWISE, schools, period)
        )

    def referred(self, schools: Collection[SchoolId], period: Period) -> tuple[tuple[ConcernId, SchoolId], ...]:
        """Those that were decided in the period to be referred, each with its school."""
        rows = self._ask(_REFERRED, schools, period)
        return tuple((ConcernId(concern), SchoolId(school)) for concern, school in rows)

    def consulted(self, schools: Collection[SchoolId], period: Period) -> Mapping[SchoolId, int]:
        """How many talks without a child's name were asked for in the period."""
        return {SchoolId(school): count for school, count in self._ask(_CONSULTED, schools, period)}

    def abandoned(self, schools: Collection[SchoolId], period: Period) -> Mapping[str, int]:
        """How many drafts of concerns about children were left for good, by the last screen answered.

        By when they were last touched. A draft of a decision or an addition is none: it may be of a restricted one.
        """
        return {str(screen): count for screen, count in self._ask(_LEFT, schools, period)}

    def _ask(self, question: Select[Any], schools: Collection[SchoolId], period: Period) -> list[Any]:
        if not schools:
            return []
        values = {"schools": sorted(schools), "start": period.start, "end": period.end}
        return list(self._connection.execute(question, values))


def _took_of(row: Any) -> Took:
    known = row.in_time != -1
    return Took(minutes=int(row.minutes), in_time=bool(row.in_time) if known else None, count=row.count)
