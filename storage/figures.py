"""What a health page needs of the rows: counts, an instant, the database's version. Ids nowhere, nothing unsealed.

One statement over the waiting rows, which have an index of their own, so that asking stays cheap among many past ones.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, and_, bindparam, case, column, func, literal_column, select, table

from storage import schema
from storage.holds import HELD, holds_at

LATE = timedelta(minutes=1)
"""A row that is due for so long and has not gone is overdue."""
VERSION_TABLE = "schema_version"

_o, _c = schema.outbox.c, schema.concerns.c
_now, _late = (bindparam(name, type_=schema.Instant) for name in ("now", "late"))
_WAITS = _o.state == literal_column("'waiting'")
_FAILED = _o.state == literal_column("'failed'")
_OPEN = _c.state != literal_column("'closed'")
_due = case(
    (and_(_o.detail == literal_column("'in_lesson'"), _o.attempt > literal_column("0")), _o.next_at), else_=_o.due_at
)
"""Since when a row ought to have gone: what a lesson holds back is due when the lesson ends."""
_WAITING = select(
    func.count().label("waiting"),
    func.count(case((and_(_due <= _late, ~HELD), 1))).label("overdue"),
    func.min(case((and_(_due <= _now, ~HELD), _due))).label("oldest"),
).where(_WAITS)
_OPEN_ONES = select(func.count()).join_from(schema.concerns, schema.outbox, _o.concern == _c.id).where(_OPEN, _FAILED)
_NOTICES = select(func.count()).select_from(schema.outbox).where(_o.concern.is_(None), _FAILED)
_VERSION = select(column("version_num", Text)).select_from(table(VERSION_TABLE))


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxFigures:
    """Rows that wait, those of them that are overdue, since when the oldest is due, and those that nobody tries more.

    The last are counted while their concern is open, and notices that belong to none.
    """

    waiting: int
    overdue: int
    oldest_due: datetime | None
    undeliverable: int


class Figures:
    """Reads on one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def outbox(self, now: datetime) -> OutboxFigures:
        """The outbox in numbers. Rows that an opened concern or a lesson holds back are not late."""
        row = self._connection.execute(_WAITING, {"now": now, "late": now - LATE, **holds_at(now)}).one()
        failed = sum(self._connection.execute(one).scalar_one() for one in (_OPEN_ONES, _NOTICES))
        return OutboxFigures(waiting=row.waiting, overdue=row.overdue, oldest_due=row.oldest, undeliverable=failed)

    def version(self) -> str | None:
        """The version that the database was migrated to; None before the first."""
        version: str | None = self._connection.execute(_VERSION).scalar_one_or_none()
        return version
