"""When an opened concern holds its rows back: one condition, for whoever delivers and for whoever counts what is late.

Only an instant decides. What is told at once is never held: who opens it early keeps nobody from hearing of it at all.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, literal_column, or_

from storage import schema

LONGEST_HOLD = timedelta(minutes=61)
"""No hold is given for longer: one from further ahead was given before the clock was set back."""

_o, _c = schema.outbox.c, schema.concerns.c
_since = bindparam("held_since", type_=schema.Instant())
_until = func.coalesce(_c.held_until, 0)

HOLDS = and_(_until > _since, _until <= bindparam("no_hold_after", type_=schema.Instant()))
"""Of concerns: somebody opened it a while ago."""
HELD = and_(
    _o.chain == literal_column("'until_had'"),
    or_(_o.step > literal_column("0"), _o.round > literal_column("1")),
    exists().where(_c.id == _o.concern, HOLDS).correlate(schema.outbox),
)
"""Of rows of the outbox: they wait for whoever holds their concern."""


def holds_at(now: datetime, since: datetime | None = None) -> Mapping[str, datetime]:
    """The values of both conditions at `now`; with `since`, what was held at any time from then on is held too."""
    return {"held_since": since or now, "no_hold_after": now + LONGEST_HOLD}
