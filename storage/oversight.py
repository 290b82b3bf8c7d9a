"""What the auditor asks of the rows: one statement a question, however many concerns are closed. Writes nothing.

Each answer is a whole count with the first few ids. Nothing is unsealed: states, instants and ids are plain columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    Connection,
    Exists,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from storage import schema
from storage.holds import HELD, HOLDS, holds_at

MOST_IDS = 20
"""How many ids an answer names."""
REMINDED = "midway_reminder"
"""What the key of a reminder about a draft begins with; the draft's id and revision follow."""

MIDWAY_FLOWS = ("concern", "addition")
"""The conversations whose writer is reminded: those that tell of a child or of an adult."""

Question: TypeAlias = Select[*tuple[Any, ...]]

_c, _o, _d, _v = schema.concerns.c, schema.outbox.c, schema.deliveries.c, schema.conversations.c
_now, _before = (bindparam(name, type_=schema.Instant()) for name in ("now", "before"))


def _is(column: ColumnElement[Any], *words: str) -> ColumnElement[bool]:
    """Literal words, as the partial indexes have them."""
    found: list[ColumnElement[str]] = [literal_column(f"'{word}'") for word in words]
    return column == found[0] if len(found) == 1 else column.in_(found)


OPEN = _c.state != literal_column("'closed'")
"""As the index of open concerns says it."""
OF_AN_OPEN_CONCERN = _o.concern.in_(select(_c.id).where(OPEN))
"""Of rows of the outbox. Not a join: a database without statistics would begin with the rows, which are many."""
_HAD = and_(_is(_c.state, "had"), func.coalesce(_c.lead_until, 0) > _now)
_NOBODY_HAS = and_(OPEN, _is(_c.state, "sent", "had"), not_(_is(_c.kind, "consultation")), not_(_HAD))
_WAITS = _is(_o.state, "waiting")
_ALERTS = and_(_is(_o.chain, "until_had"), not_(_is(_o.role, "reporter")))


def _row_of_concern(*conditions: ColumnElement[bool]) -> Exists:
    return exists().where(_o.concern == _c.id, *conditions).correlate(schema.concerns)


def _first(column: ColumnElement[Any]) -> Question:
    return select(column, func.count().over().label("total")).limit(MOST_IDS)


_UNHEARD = (
    _first(_c.id)
    .where(_NOBODY_HAS, not_(HOLDS))
    .where(not_(_row_of_concern(_WAITS, _is(_o.chain, "until_had", "until_decided"))))
    .order_by(_c.created_at, _c.id)
)
_STUCK = (
    _first(_o.id)
    # Both: what is due at once may carry an instant long past for its next attempt.
    .where(_WAITS, _o.next_at <= _before, _o.due_at <= _before)
    .where(or_(_o.lease_until.is_(None), _o.lease_until <= _before))
    .where(not_(HELD))
    .order_by(_o.due_at, _o.id)
)
_BROKEN = _first(_o.id).where(_WAITS, _is(_o.detail, "broke"), _o.due_at <= _before).order_by(_o.due_at, _o.id)
_GIVEN_UP = _first(_o.id).where(OF_AN_OPEN_CONCERN, _is(_o.state, "failed")).order_by(_o.due_at, _o.id)
_ERRANDS_GIVEN_UP = _first(_o.id).where(_o.concern.is_(None), _is(_o.state, "failed")).order_by(_o.due_at, _o.id)
_r = schema.outbox.alias("settled").c
_LAST_ROUND = (
    select(func.max(_r.round))
    .where(_r.concern == _c.id, _is(_r.chain, "until_had"), _is(_r.state, "sent", "failed"))
    .correlate(schema.concerns)
    .scalar_subquery()
)
_DELIVERED = (
    exists()
    .where(_o.concern == _c.id, _ALERTS, _d.outbox == _o.id, _is(_d.state, "sent"), _o.round == _LAST_ROUND)
    .select_from(schema.outbox.join(schema.deliveries, _d.outbox == _o.id))
    .correlate(schema.concerns)
)
_UNREACHED = (
    _first(_c.id)
    .where(_NOBODY_HAS, _row_of_concern(_ALERTS, _is(_o.state, "sent", "failed")))
    .where(not_(_row_of_concern(_ALERTS, _WAITS, _o.due_at <= _now)), not_(_DELIVERED))
    .order_by(_c.created_at, _c.id)
)
_key = literal_column(f"'{REMINDED}:'", Text) + _v.id + literal_column("':'", Text) + cast(_v.revision, Text)
_UNREMINDED = (
    _first(_v.id)
    .where(_is(_v.state, "open"), not_(_is(_v.worry, "none")), _is(_v.flow, *MIDWAY_FLOWS), _v.touched_at <= _before)
    .where(not_(exists().where(_o.dedupe == _key).correlate(schema.conversations)))
    .order_by(_v.touched_at, _v.id)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """How many there are, and the first ids of them."""

    count: int = 0
    ids: tuple[str, ...] = ()

    def __add__(self, other: "Found") -> "Found":
        return Found(count=self.count + other.count, ids=(*self.ids, *other.ids)[:MOST_IDS])

    def __bool__(self) -> bool:
        return self.count > 0


class Oversight:
    """Reads on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unheard(self, now: datetime) -> Found:
        """Open concerns that nobody holds or has and that no waiting row will bring up again: there must be none."""
        return self._found(_UNHEARD, now=now, **holds_at(now))

    def stuck(self, before: datetime, now: datetime) -> Found:
        """Rows that were due at `before` and that nobody has tried to send till now, or that break at each try.

        Those that an opened concern has held back since `before`, if only for a while, are not stuck.
        """
        found = self._found(_STUCK, before=before, **holds_at(now, since=before))
        return found + self._found(_BROKEN, before=before)

    def given_up(self) -> Found:
        """Rows that nobody tries to deliver any more: of concerns that are not closed, and of none."""
        return self._found(_GIVEN_UP) + self._found(_ERRANDS_GIVEN_UP)

    def unreached(self, now: datetime) -> Found:
        """Open concerns whose last round told nobody at all: its alerts were given up, or found nobody to tell."""
        return self._found(_UNREACHED, now=now)

    def unreminded(self, before: datetime) -> Found:
        """Worrying drafts untouched since `before` whose writer has no reminder at this revision."""
        return self._found(_UNREMINDED, before=before)

    def _found(self, question: Question, **values: datetime) -> Found:
        rows: Sequence[Any] = self._connection.execute(question, values).all()
        return Found(count=rows[0].total, ids=tuple(row[0] for row in rows)) if rows else Found()
