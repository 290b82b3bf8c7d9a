"""What a round reads: who was told of which open concern, what is overdue, which keys stand, what stands on a desk.

One statement a question over all concerns that are asked about, never one a person. Nothing is unsealed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from storage import schema
from storage.oversight import OF_AN_OPEN_CONCERN, OPEN
from storage.schema import AnyRow
from storage.shapes import ConcernId, PersonId, PlannedStep, Role

_c, _o, _d, _n, _p = schema.concerns.c, schema.outbox.c, schema.deliveries.c, schema.notes.c, schema.people.c
_v = schema.conversations.c
_now, _before = (bindparam(name, type_=schema.Instant()) for name in ("now", "before"))
_SENT: ColumnElement[str] = literal_column("'sent'")
_TOLD_ROWS = schema.outbox.join(schema.deliveries, and_(_d.outbox == _o.id, _d.state == _SENT))
_STEP = tuple(_o[name] for name in PlannedStep.__dataclass_fields__ if name in _o)

_TOLD = select(_o.concern, _d.person, _o.role, _o.reason).select_from(_TOLD_ROWS).where(OF_AN_OPEN_CONCERN).distinct()
_TOLD_COUNCIL = (
    select(_o.concern)
    .select_from(_TOLD_ROWS.join(schema.people, _p.id == _d.person))
    .where(OF_AN_OPEN_CONCERN, _p.role.in_(bindparam("roles", expanding=True)))
    .distinct()
)
_SHARED = (
    select(_n.concern)
    .where(_n.concern.in_(select(_c.id).where(OPEN)), _n.kind == literal_column("'shared'"))
    .distinct()
)
_TOLD_AS = select(_o.concern, _d.person, _o.role, _o.reason).select_from(_TOLD_ROWS)
_TOLD_AS = _TOLD_AS.where(_o.concern.in_(bindparam("ids", expanding=True)), _d.person == schema.WANTED).distinct()
_TOLD_OF = select(_d.person).select_from(_TOLD_ROWS).where(_o.concern == schema.WANTED).distinct()
_SHARED_OF = (
    select(_n.concern)
    .where(_n.concern.in_(bindparam("ids", expanding=True)), _n.kind == literal_column("'shared'"))
    .distinct()
)
_CIRCLED = (
    select(_o.concern)
    .where(_o.concern.in_(bindparam("ids", expanding=True)), _o.chain == literal_column("'until_had'"))
    .group_by(_o.concern)
    .having(func.count(_o.round.distinct()) > literal_column("1"))
)
_LATE_ALERT = and_(
    _o.chain == literal_column("'until_had'"),
    _o.state == _SENT,
    _o.respond_by <= _now,
    # What was asked for before a decision is no longer asked for.
    _o.due_at >= func.coalesce(_c.decided_at, 0),
)
_LATE_ACT = and_(_o.chain == literal_column("'until_closed'"), _o.state == _SENT)
_OVERDUE = (
    select(_o.concern, func.max(case((_LATE_ALERT, 1), else_=0)), func.max(case((_LATE_ACT, 1), else_=0)))
    .select_from(schema.outbox.join(schema.concerns, _o.concern == _c.id))
    .where(OF_AN_OPEN_CONCERN, or_(_LATE_ALERT, _LATE_ACT))
    .group_by(_o.concern)
)
_UNDELIVERED = select(_o.concern).where(OF_AN_OPEN_CONCERN, _o.state == literal_column("'failed'")).distinct()
_STANDING = select(_o.dedupe).where(_o.dedupe.in_(bindparam("keys", expanding=True)))
_REACHED = exists().where(_d.outbox == _o.id, _d.state == _SENT).correlate(schema.outbox)
_BECAME = select(_o.dedupe, _o.state, _o.attempt, case((_REACHED, 1), else_=0)).where(
    _o.dedupe.in_(bindparam("keys", expanding=True))
)
_ERRANDS = (
    select(*_STEP)
    .select_from(_TOLD_ROWS)
    .where(_d.person == schema.WANTED, _d.at >= bindparam("since", type_=schema.Instant()), _o.concern.is_(None))
    .order_by(_d.at.desc(), _o.id)
)
_OF_AN_OPEN_DRAFT = exists().where(_v.id == _o.about, _v.state == literal_column("'open'")).correlate(schema.outbox)
_OLD = and_(_o.concern.is_(None), _o.due_at < _before, not_(_OF_AN_OPEN_DRAFT))
_FORGET_TOLD = delete(schema.deliveries).where(_d.outbox.in_(select(_o.id).where(_OLD)))
_FORGET = delete(schema.outbox).where(_OLD)


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldOf:
    """Somebody was told of a concern by a step for `role`, for `reason`."""

    concern: ConcernId
    person: PersonId
    role: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Overdue:
    """What is past its time: open concerns by an alert that was not answered, and by a decided act."""

    alerts: frozenset[ConcernId]
    acts: frozenset[ConcernId]


@dataclass(frozen=True, kw_only=True, slots=True)
class Became:
    """What became of a row so far: whether it reached anybody, whether it still waits, how often it was tried."""

    reached: bool
    waiting: bool
    attempt: int


class Worklist:
    """Reads, and forgets old errands, on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def told(self) -> tuple[ToldOf, ...]:
        """Everybody whom a step of an open concern has reached."""
        return tuple(
            ToldOf(concern=ConcernId(concern), person=PersonId(person), role=role, reason=reason)
            for concern, person, role, reason in self._connection.execute(_TOLD)
        )

    def told_as(self, person: PersonId, concerns: Sequence[ConcernId]) -> tuple[ToldOf, ...]:
        """By which steps the person was told of these concerns, open or closed."""
        rows = self._connection.execute(_TOLD_AS, {"ids": list(concerns), "wanted": person}) if concerns else ()
        return tuple(
            ToldOf(concern=ConcernId(concern), person=PersonId(who), role=role, reason=reason)
            for concern, who, role, reason in rows
        )

    def told_of(self, concern: ConcernId) -> frozenset[PersonId]:
        """Everybody whom a step of the concern has reached."""
        return frozenset(self._connection.execute(_TOLD_OF, {"wanted": concern}).scalars())

    def told_to(self, roles: Iterable[Role]) -> frozenset[ConcernId]:
        """The open concerns of which somebody in one of these roles was told."""
        rows = self._connection.execute(_TOLD_COUNCIL, {"roles": sorted(roles)})
        return frozenset(ConcernId(concern) for concern in rows.scalars())

    def shared(self) -> frozenset[ConcernId]:
        """The open concerns that a lead shared with the social worker."""
        return frozenset(ConcernId(concern) for concern in self._connection.execute(_SHARED).scalars())

    def shared_of(self, concerns: Sequence[ConcernId]) -> frozenset[ConcernId]:
        """Those of the concerns, open or closed, that a lead shared with the social worker."""
        return self._those(_SHARED_OF, concerns)

    def gone_round(self, concerns: Sequence[ConcernId]) -> frozenset[ConcernId]:
        """Those of the concerns whose alerts have a second round, begun or waiting."""
        return self._those(_CIRCLED, concerns)

    def _those(self, question: Select[Any], concerns: Sequence[ConcernId]) -> frozenset[ConcernId]:
        rows = self._connection.execute(question, {"ids": list(concerns)}).scalars() if concerns else ()
        return frozenset(ConcernId(concern) for concern in rows)

    def overdue(self, now: datetime) -> Overdue:
        """The open concerns that are overdue at an instant, whoever has them."""
        rows = self._connection.execute(_OVERDUE, {"now": now}).all()
        return Overdue(
            alerts=frozenset(ConcernId(concern) for concern, alert, _ in rows if alert),
            acts=frozenset(ConcernId(concern) for concern, _, act in rows if act),
        )

    def undelivered(self) -> frozenset[ConcernId]:
        """The open concerns of which a row was given up."""
        return frozenset(ConcernId(concern) for concern in self._connection.execute(_UNDELIVERED).scalars())

    def standing(self, keys: Sequence[str]) -> frozenset[str]:
        """Those of the `dedupe` keys that stand already, whatever became of their rows."""
        if not keys:
            return frozenset()
        return frozenset(self._connection.execute(_STANDING, {"keys": list(keys)}).scalars())

    def became(self, keys: Sequence[str]) -> Mapping[str, Became]:
        """What became of the rows with these `dedupe` keys; one that does not stand is missing."""
        rows = self._connection.execute(_BECAME, {"keys": list(keys)}) if keys else ()
        return {
            key: Became(reached=bool(reached), waiting=state == "waiting", attempt=attempt)
            for key, state, attempt, reached in rows
        }

    def errands_of(self, person: PersonId, since: datetime) -> tuple[PlannedStep, ...]:
        """The notices without a concern that reached the person since then, newest first."""
        rows = self._connection.execute(_ERRANDS, {"wanted": person, "since": since})
        return tuple(_step(row) for row in rows)

    def forget_errands(self, before: datetime) -> int:
        """Delete notices without a concern that were due before then, unless their draft is still open; how many."""
        self._connection.execute(_FORGET_TOLD, {"before": before})
        return self._connection.execute(_FORGET, {"before": before}).rowcount


def _step(row: AnyRow) -> PlannedStep:
    return PlannedStep(**row._mapping)
