"""What was published, frozen as it was, and the passes that let one person look once. Holds figures only.

A pass is kept by the hash of its token: whoever reads the table can't use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from storage import schema
from storage.shapes import PersonId
from storage.upsert import giving_way

_b, _s = schema.publications.c, schema.passes.c
_now = bindparam("now", type_=schema.Instant())
_KEEP = giving_way(schema.publications)
_ONE = select(schema.publications).where(_b.audience == bindparam("of"), _b.period == bindparam("at"))
_SINCE = (
    select(schema.publications)
    .where(_b.audience == bindparam("of"), _b.period >= bindparam("first"), _b.period <= bindparam("last"))
    .order_by(_b.period)
)
_EVERY = select(schema.publications).where(_b.audience == bindparam("of")).order_by(_b.built_at, _b.period)
_NEWEST = select(func.max(_b.period)).where(
    _b.audience == bindparam("of"),
    _b.period <= bindparam("last"),
    _b.built_at <= bindparam("built_by", type_=schema.Instant()),
)
_DROP = delete(schema.publications).where(_b.audience == bindparam("of"), _b.period == bindparam("at"))
_ISSUE = insert(schema.passes)
_USE = (
    update(schema.passes)
    .where(_s.token == bindparam("wanted"), _s.used_at.is_(None), _s.until > _now)
    .values(used_at=_now)
)
_USED = select(schema.passes).where(_s.token == bindparam("wanted"))
_VALID = _USED.where(_s.used_at.is_(None), _s.until > _now)
_FORGET = delete(schema.passes).where(_s.until < bindparam("before", type_=schema.Instant()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """Figures as they were published to an audience for a period: `content` is JSON and never changes.

    `period` sorts as time does: `2026-W47`, `2026-11`, or a term's name.
    """

    audience: str
    period: str
    built_at: datetime
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """Lets one person look at one publication once, until an instant."""

    person: PersonId
    audience: str
    period: str
    until: datetime


class Publications:
    """Reads and writes on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, publication: Publication) -> bool:
        """Keep it; False if this audience has this period already: of several who build at once, one wins."""
        row = {name: getattr(publication, name) for name in Publication.__dataclass_fields__}
        return bool(self._connection.execute(_KEEP[self._connection.dialect.name], row).rowcount)

    def of(self, audience: str, period: str) -> Publication | None:
        """What was published; None before."""
        row = self._connection.execute(_ONE, {"of": audience, "at": period}).one_or_none()
        return None if row is None else Publication(**row._mapping)

    def between(self, audience: str, first: str, last: str) -> Sequence[Publication]:
        """What was published for the periods from the first to the last, in their order.

        Both are keys of the same kind as the periods: how a database orders other signs is its own business.
        """
        rows = self._connection.execute(_SINCE, {"of": audience, "first": first, "last": last})
        return tuple(Publication(**row._mapping) for row in rows)

    def every(self, audience: str) -> Sequence[Publication]:
        """Everything that was published to an audience, as it was built."""
        return tuple(Publication(**row._mapping) for row in self._connection.execute(_EVERY, {"of": audience}))

    def newest(self, audience: str, last: str, built_by: datetime) -> str | None:
        """The last period, none after `last`, that was published to an audience by an instant; None if none."""
        asked = {"of": audience, "last": last, "built_by": built_by}
        found: str | None = self._connection.execute(_NEWEST, asked).scalar_one()
        return found

    def drop(self, audience: str, period: str) -> None:
        """Take back what was published."""
        self._connection.execute(_DROP, {"of": audience, "at": period})

    def issue(self, token_hash: str, one: Pass) -> None:
        """Keep a new pass."""
        row = {"person": one.person, "audience": one.audience, "period": one.period, "until": one.until}
        self._connection.execute(_ISSUE, {**row, "token": token_hash, "used_at": None})

    def valid(self, token_hash: str, now: datetime) -> Pass | None:
        """A pass that would open now, unspent; None if there is none, it was used, or its time is over."""
        row = self._connection.execute(_VALID, {"wanted": token_hash, "now": now}).one_or_none()
        return None if row is None else _pass(row)

    def use(self, token_hash: str, now: datetime) -> Pass | None:
        """Spend a pass; None if there is none, it was used, or its time is over."""
        if not self._connection.execute(_USE, {"wanted": token_hash, "now": now}).rowcount:
            return None
        return _pass(self._connection.execute(_USED, {"wanted": token_hash}).one())

    def forget(self, before: datetime) -> int:
        """Delete passes that ended before then; how many."""
        return self._connection.execute(_FORGET, {"before": before}).rowcount


def _pass(row: Any) -> Pass:
    return Pass(person=PersonId(row.person), audience=row.audience, period=row.period, until=row.until)
