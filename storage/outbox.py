"""Who is to be told, when, and what became of it. Sends nothing and holds no text: a row names what to draw.

A row is claimed under a lease; the count of attempts grows with the claim, so that a crash while sending counts too.
A concern that a responder holds open keeps its rows waiting: the claim looks (`storage.holds`), no row is rewritten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from storage import schema
from storage.concerns import concern_of
from storage.errors import NotFound
from storage.holds import HELD, holds_at
from storage.prepared import Prepared
from storage.schema import AnyRow
from storage.shapes import ConcernId, Delivered, Delivery, OutboxId, OutboxRow, PersonId, PlannedStep
from storage.upsert import giving_way, replacing

_o, _d, _c = schema.outbox.c, schema.deliveries.c, schema.concerns.c
_wanted, _now = schema.WANTED, bindparam("now", type_=schema.Instant)
_WAITING = _o.state == literal_column("'waiting'")
CLOCKS_APART = timedelta(minutes=2)
"""A lease may end so much later than one given now: others' clocks go before ours, and now may be a moment ago."""
LONGEST_BACK_OFF = timedelta(minutes=75)
"""No try is put off for longer, a lesson's hour included: a later one was put off before the clock was set back."""

_PUT = giving_way(schema.outbox, _o.dedupe)
_DUE = (
    select(schema.outbox)
    .where(_WAITING, _o.next_at <= _now, ~HELD)
    # A lease from further ahead than any can be was given before the clock was set back.
    .where(or_(_o.lease_until.is_(None), _o.lease_until <= _now, _o.lease_until > bindparam("no_lease_after")))
    .order_by(_o.next_at, _o.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(schema.outbox)
    .where(_o.id.in_(bindparam("ids", expanding=True)))
    .values(lease_until=bindparam("until"), holder=bindparam("by"), attempt=_o.attempt + 1)
)
_WAKE = (
    update(schema.outbox)
    .where(_WAITING, _o.attempt > literal_column("0"), _o.next_at > bindparam("later", type_=schema.Instant()))
    .values(next_at=_now)
)
_LESSON_OVER = (
    update(schema.outbox)
    .where(_WAITING, _o.detail == literal_column("'in_lesson'"), _o.next_at > _now)
    .values(next_at=_now)
)
_RELEASE = (
    update(schema.outbox)
    .where(_o.id.in_(bindparam("ids", expanding=True)), _WAITING, _o.holder == bindparam("by"))
    .values(lease_until=null(), holder=null(), attempt=_o.attempt - 1)
)
_SENT = Prepared(
    update(schema.outbox)
    .where(_o.id == _wanted, _WAITING)
    .values(
        state=literal_column("'sent'"), sent_at=bindparam("at", type_=BigInteger()), lease_until=null(), holder=null()
    )
)
_RETRY = (
    update(schema.outbox)
    .where(_o.id == _wanted, _WAITING)
    .values(next_at=bindparam("later"), detail=bindparam("code"), lease_until=null(), holder=null())
)
_GIVE_UP = (
    update(schema.outbox)
    .where(_o.id == _wanted, _WAITING)
    .values(state="failed", detail=bindparam("code"), lease_until=null(), holder=null())
)
_CANCEL = (
    update(schema.outbox)
    .where(_o.concern == _wanted, _o.chain == bindparam("of_chain"), _WAITING)
    .values(state="cancelled", lease_until=null(), holder=null())
)
_HASTEN = (
    update(schema.outbox)
    .where(_o.concern == _wanted, _o.chain == bindparam("of_chain"), _WAITING, _o.next_at > _now)
    .where(_o.round == bindparam("of_round"), _o.step == bindparam("of_step"))
    .values(next_at=_now)
)
_DELIVERY = Prepared(replacing(schema.deliveries, where=_d.state != literal_column("'sent'")))
_TRIES = select(schema.deliveries).where(_d.outbox.in_(bindparam("ids", expanding=True)))
_RECEIPTS = (
    select(_d.channel, _d.detail)
    .join_from(schema.deliveries, schema.outbox, _o.id == _d.outbox)
    .where(_o.concern == _wanted, _d.person == bindparam("to_person"), _d.state == "sent", _o.chain != "until_closed")
    # The reporter's own message is changed by its own rows alone.
    .where((_o.draw == "living") == bindparam("of_living", type_=Boolean()))
    .order_by(_d.at.desc(), _d.outbox)
)
_DONE = select(_d.person).where(_d.outbox == _wanted, _d.state == "sent")
_OF_CONCERN = select(schema.outbox).where(_o.concern == _wanted).order_by(_o.due_at, _o.round, _o.step, _o.id)
_DELIVERED = (
    select(*(column.label(f"o_{column.name}") for column in _o), *(c for c in _c if c is not _c.data_key), _d.at)
    .join_from(schema.deliveries, schema.outbox, _o.id == _d.outbox)
    .join(schema.concerns, _c.id == _o.concern)
    .where(_d.person == _wanted, _d.state == "sent")
    .order_by(_d.at.desc(), _d.outbox)
    .limit(bindparam("at_most"))
)
_COUNT = select(func.count()).select_from(schema.outbox).where(_WAITING)
_OLDEST = select(func.min(_o.due_at)).where(_WAITING, _o.due_at <= _now, ~HELD)
_AT_ONCE = schema.to_instant(0)


class Outbox:
    """Reads and writes on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, steps: Sequence[PlannedStep], ids: Sequence[OutboxId]) -> None:
        """Keep steps as waiting rows, one id each; a step whose `dedupe` stands already is skipped.

        Raises:
            ValueError: another number of ids than of steps.
            NotFound: a concern that is not there.
        """
        rows = [_columns(step, row_id) for step, row_id in zip(steps, ids, strict=True)]
        if rows:
            self._connection.execute(_PUT[self._connection.dialect.name], rows)

    def claim(self, now: datetime, limit: int, lease_seconds: int, holder: str) -> tuple[OutboxRow, ...]:
        """Take up to `limit` due rows, oldest first; nobody else gets them until the lease ends."""
        until = now + timedelta(seconds=lease_seconds)
        looked = {"now": now, "at_most": limit, "no_lease_after": until + CLOCKS_APART, **holds_at(now)}
        found = self._connection.execute(_DUE, looked).all()
        if not found:
            return ()
        self._connection.execute(_LEASE, {"ids": [row.id for row in found], "until": until, "by": holder})
        return tuple(_claimed(row, until) for row in found)

    def wake(self, now: datetime) -> int:
        """Make tries due that were put off before the clock was set back; how many rows."""
        far = {"now": now, "later": now + LONGEST_BACK_OFF}
        return self._connection.execute(_WAKE, far).rowcount

    def lesson_over(self, now: datetime) -> int:
        """Make due what waits for the end of a lesson, whoever's: who is still in one is left alone again."""
        return self._connection.execute(_LESSON_OVER, {"now": now}).rowcount

    def release(self, rows: Sequence[OutboxId], holder: str) -> None:
        """Give rows back untried, if `holder` has them still."""
        if rows:
            self._connection.execute(_RELEASE, {"ids": list(rows), "by": holder})

    def sent(
        self,
        row_id: OutboxId,
        at: datetime,
        follow: Sequence[PlannedStep] = (),
        follow_ids: Sequence[OutboxId] = (),
    ) -> None:
        """Mark the row sent and put the rows that follow it. A row that waits no more (cancelled meanwhile) is left."""
        if _SENT.change(self._connection, {"wanted": row_id, "at": schema.to_number(at)}):
            self.put(follow, follow_ids)

    def failed(self, row_id: OutboxId, next_at: datetime | None, detail: str) -> None:
        """Let the row wait until `next_at`, or give up for good if None. `detail` is a code."""
        if next_at is None:
            self._connection.execute(_GIVE_UP, {"wanted": row_id, "code": detail})
        else:
            self._connection.execute(_RETRY, {"wanted": row_id, "later": next_at, "code": detail})

    def record(self, delivery: Delivery) -> bool:
        """Keep what happened for one person over one channel. False if it was sent so before; all else gives way."""
        row = {name: getattr(delivery, name) for name in _DELIVERY_FIELDS}
        return bool(_DELIVERY.change(self._connection, {**row, "at": schema.to_number(delivery.at)}))

    def tries(self, rows: Sequence[OutboxId]) -> Mapping[OutboxId, tuple[Delivery, ...]]:
        """What has happened so far for each of the rows, person by person and channel by channel."""
        found: dict[OutboxId, tuple[Delivery, ...]] = {}
        for row in self._connection.execute(_TRIES, {"ids": list(rows)}) if rows else ():
            found[row.outbox] = (*found.get(row.outbox, ()), _delivery(row))
        return found

    def receipts(self, concern: ConcernId, person: PersonId, *, living: bool = False) -> tuple[tuple[str, str], ...]:
        """The channel and receipt of each pointer of the concern that stands with the person, newest first.

        `living`: of the reporter's message instead.
        """
        values = {"wanted": concern, "to_person": person, "of_living": living}
        rows = self._connection.execute(_RECEIPTS, values)
        return tuple((row.channel, row.detail) for row in rows)

    def hasten(self, step: PlannedStep, now: datetime) -> int:
        """Make the step after this one of its round due now, if it waits for later; how many rows."""
        after = {"wanted": step.concern, "of_chain": step.chain, "of_round": step.round, "of_step": step.step + 1}
        return self._connection.execute(_HASTEN, {**after, "now": now}).rowcount

    def recipients_done(self, row_id: OutboxId) -> frozenset[PersonId]:
        """Whom the row has reached."""
        return frozenset(self._connection.execute(_DONE, {"wanted": row_id}).scalars())

    def cancel(self, concern: ConcernId, chain: str) -> int:
        """Stop what still waits in the concern's chain; how many rows."""
        return self._connection.execute(_CANCEL, {"wanted": concern, "of_chain": chain}).rowcount

    def row(self, row_id: OutboxId) -> OutboxRow:
        """One row.

        Raises:
            NotFound: no such row.
        """
        row = self._connection.execute(_ROW, {"wanted": row_id}).one_or_none()
        if row is None:
            raise NotFound(f"no outbox row {row_id}")
        return _row(row)

    def of_concern(self, concern: ConcernId) -> tuple[OutboxRow, ...]:
        """Every row of the concern by due time."""
        return tuple(_row(row) for row in self._connection.execute(_OF_CONCERN, {"wanted": concern}))

    def delivered_to(self, person: PersonId, limit: int) -> tuple[Delivered, ...]:
        """What stands in the person's channel, newest first."""
        rows = self._connection.execute(_DELIVERED, {"wanted": person, "at_most": limit})
        return tuple(Delivered(row=_row(row, "o_"), concern=concern_of(row), at=row.at) for row in rows)

    def waiting_count(self) -> int:
        """How many rows wait, due or not."""
        return self._connection.execute(_COUNT).scalar_one()

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the longest due row waits unsent; None if nothing is due. Held rows are not due."""
        oldest: datetime | None = self._connection.execute(_OLDEST, {"now": now, **holds_at(now)}).scalar_one()
        return oldest


_ROW = select(schema.outbox).where(_o.id == _wanted)
_DELIVERY_FIELDS = tuple(Delivery.__dataclass_fields__)
_STEP_FIELDS = tuple(name for name in PlannedStep.__dataclass_fields__ if name != "at_once")


def _columns(step: PlannedStep, row_id: OutboxId) -> dict[str, object]:
    planned = {name: getattr(step, name) for name in _STEP_FIELDS}
    return {
        **planned,
        "id": row_id,
        "state": "waiting",
        "attempt": 0,
        "next_at": _AT_ONCE if step.at_once else step.due_at,
    }


def _row(row: AnyRow, prefix: str = "") -> OutboxRow:
    return OutboxRow(
        id=getattr(row, f"{prefix}id"),
        step=PlannedStep(**{name: getattr(row, prefix + name) for name in _STEP_FIELDS}),
        state=getattr(row, f"{prefix}state"),
        attempt=getattr(row, f"{prefix}attempt"),
        next_at=getattr(row, f"{prefix}next_at"),
        lease_until=getattr(row, f"{prefix}lease_until"),
    )


def _claimed(row: AnyRow, until: datetime) -> OutboxRow:
    """As it stands after the claim. A lease that ran out means that its holder died, or broke, before it could say."""
    before = _row(row)
    interrupted = before.lease_until is not None
    return replace(before, attempt=before.attempt + 1, lease_until=until, interrupted=interrupted)


def _delivery(row: AnyRow) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in _DELIVERY_FIELDS})
