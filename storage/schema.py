"""The tables, the naming convention and the column type for instants. Opens no connection.

Instants are kept as whole microseconds since 1970 UTC, so that both databases compare and return the same numbers.
Content columns are bytes that only `sealed` can read.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    bindparam,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_number(at: datetime) -> int:
    """Microseconds since 1970 UTC.

    Raises:
        ValueError: the instant has no offset.
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return (at - _EPOCH) // _MICROSECOND


def to_instant(number: int) -> datetime:
    """The aware UTC instant of `to_number`."""
    return _EPOCH + timedelta(microseconds=number)


class Instant(TypeDecorator[datetime]):
    """An aware instant."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return None if value is None else to_number(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else to_instant(value)


class Ids(TypeDecorator[tuple[str, ...]]):
    """A few ids in order, as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, _dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(list(value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


AnyRow: TypeAlias = Row[*tuple[Any, ...]]
WANTED = bindparam("wanted", type_=Text())
"""The parameter that most statements look up by."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: Any) -> Table:
    """A table clustered by its key: on SQLite one tree fewer to write."""
    return Table(name, metadata, *parts, sqlite_with_rowid=False)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _text(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=optional)


def _instant(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=optional)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _part_of(name: str, target: str, *, key: bool = True) -> Column[Any]:
    return Column(name, Text, ForeignKey(target), primary_key=key, nullable=False)


conversations = _table(
    "conversations",
    _id(),
    _text("person"),
    _text("flow"),
    _number("flow_version"),
    _number("revision"),
    _text("state"),
    _text("worry"),
    _text("concern", optional=True),
    _instant("started_at"),
    _instant("touched_at"),
    Column("data_key", LargeBinary),
    _text("left_screen", optional=True),
    Column("typed", LargeBinary),
)
# Not on touched_at: a turn would have to rewrite the index, and open drafts are few.
_OPEN = text("state = 'open'")
Index("ix_conversations_open", conversations.c.person, sqlite_where=_OPEN, postgresql_where=_OPEN)
_LEFT = text("left_screen IS NOT NULL")
Index("ix_conversations_left", conversations.c.touched_at, sqlite_where=_LEFT, postgresql_where=_LEFT)

entries = _table(
    "entries",
    _part_of("conversation", "conversations.id"),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    _text("screen"),
    _instant("at"),
    Column("content", LargeBinary, nullable=False),
)

concerns = _table(
    "concerns",
    _id(),
    Column("reference", Text, nullable=False),
    _text("kind"),
    _flag("restricted"),
    _text("reporter"),
    _text("school"),
    _text("authority"),
    _text("outcome", optional=True),
    _text("level", optional=True),
    _number("urgency"),
    _flag("advice_now"),
    _text("document_version", optional=True),
    _text("branch", optional=True),
    _text("linked_to", optional=True),
    Column("excluded", Ids, nullable=False),
    _instant("sent_at", optional=True),
    _instant("created_at"),
    _text("state"),
    _instant("held_until", optional=True),
    _text("lead", optional=True),
    _instant("lead_until", optional=True),
    _text("social_worker", optional=True),
    _instant("social_worker_until", optional=True),
    _instant("seen_at", optional=True),
    _instant("decided_at", optional=True),
    _instant("closed_at", optional=True),
    _number("version"),
    Column("data_key", LargeBinary),
    Column("let_in", Ids, nullable=False, server_default="[]"),
    _instant("see_by", optional=True),
    _instant("decide_by", optional=True),
    _text("decided_outcome", optional=True),
    UniqueConstraint("reference"),
)
_NOT_CLOSED = text("state <> 'closed'")
Index("ix_concerns_open_school", concerns.c.school, sqlite_where=_NOT_CLOSED, postgresql_where=_NOT_CLOSED)
Index("ix_concerns_open_authority", concerns.c.authority, sqlite_where=_NOT_CLOSED, postgresql_where=_NOT_CLOSED)
Index(None, concerns.c.reporter, concerns.c.created_at)
COUNTED = text("kind = 'child' AND NOT restricted")
"""The concerns that statistics count: never one about an adult, nor a restricted one."""
_CONSULTED = text("kind = 'consultation'")


def _for_figures(name: str, where: TextClause, *columns: Column[Any]) -> Index:
    """Holds all that one question of the figures reads, so that a period costs its own rows and no others."""
    every = (concerns.c.school, *columns, concerns.c.kind, concerns.c.restricted)
    return Index(name, *every, sqlite_where=where, postgresql_where=where)


_for_figures("ix_concerns_sent", COUNTED, concerns.c.created_at, concerns.c.outcome)
_for_figures("ix_concerns_seen", COUNTED, concerns.c.seen_at, concerns.c.created_at, concerns.c.see_by)
_for_figures(
    "ix_concerns_decided", COUNTED, concerns.c.decided_at, concerns.c.created_at, concerns.c.decide_by,
    concerns.c.outcome, concerns.c.decided_outcome,
)  # fmt: skip
_for_figures("ix_concerns_consulted", _CONSULTED, concerns.c.created_at)

notes = _table(
    "notes",
    _part_of("concern", "concerns.id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("by"),
    _text("role"),
    _instant("at"),
    Column("content", LargeBinary, nullable=False),
)

child_tokens = _table(
    "child_tokens",
    _part_of("concern", "concerns.id"),
    Column("token", Text, primary_key=True),
    Index(None, "token"),
)

child_links = _table(
    "child_links",
    _part_of("concern", "concerns.id"),
    _part_of("earlier", "concerns.id"),
    _text("by"),
    _instant("at"),
    Index(None, "earlier"),
)

outbox = _table(
    "outbox",
    _id(),
    Column("concern", Text, ForeignKey("concerns.id"), nullable=True),
    _text("chain"),
    _number("round"),
    _number("step"),
    _text("role"),
    _text("person", optional=True),
    _instant("due_at"),
    _instant("respond_by", optional=True),
    _text("draw"),
    _text("reason"),
    Column("dedupe", Text, nullable=False),
    _flag("follow"),
    _text("state"),
    _number("attempt"),
    _instant("next_at"),
    _instant("lease_until", optional=True),
    _text("holder", optional=True),
    _instant("sent_at", optional=True),
    _text("detail", optional=True),
    _text("about", optional=True),
    UniqueConstraint("dedupe"),
    Index(None, "concern"),
)
_WAITING = text("state = 'waiting'")
Index("ix_outbox_waiting", outbox.c.next_at, sqlite_where=_WAITING, postgresql_where=_WAITING)

deliveries = _table(
    "deliveries",
    _part_of("outbox", "outbox.id"),
    Column("person", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    _text("state"),
    _number("attempt"),
    _instant("at"),
    _text("detail"),
    _flag("repeat"),
    Index(None, "person", "at"),
)

schools = _table(
    "schools",
    _id(),
    _text("authority"),
    _text("name"),
    _text("phase"),
    _text("arm"),
    _text("served_by", optional=True),
    _flag("agreement_signed"),
    _text("sw_may_open"),
    _text("urn", optional=True),
    _flag("active"),
    _text("holiday_cover", optional=True),
    _flag("takes_part"),
    Index(None, "authority"),
)

people = _table(
    "people",
    _id(),
    _text("authority"),
    _text("name"),
    _text("email"),
    _text("email_folded"),
    _text("role"),
    Column("school", Text, ForeignKey("schools.id")),
    _text("team", optional=True),
    _flag("teacher"),
    _text("phone", optional=True),
    _text("source"),
    _flag("active"),
    Index(None, "authority", "role"),
    Index(None, "email_folded"),
)

serves = _table("serves", _part_of("person", "people.id"), _part_of("school", "schools.id"), _number("place"))

absences = _table(
    "absences",
    _part_of("person", "people.id"),
    Column("start", Instant, primary_key=True),
    _instant("end", optional=True),
    _text("reason"),
    _text("source"),
)

shifts = _table(
    "shifts",
    _part_of("person", "people.id"),
    Column("start", Instant, primary_key=True),
    _instant("end"),
    _text("authority"),
    Column("source", Text, primary_key=True),
    Index(None, "authority"),
)

quiet = _table("quiet", _part_of("person", "people.id"), _instant("since"), _instant("until"))

identities = _table(
    "identities",
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    _text("tenant"),
    _text("state"),
    _instant("touched_at"),
    Index(None, "person"),
)

audit = _table(
    "audit",
    Column("chain", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("by", optional=True),
    _text("role"),
    _instant("at"),
    _text("about"),
    Column("hash", Text, nullable=False),
)

publications = _table(
    "publications",
    Column("audience", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    _instant("built_at"),
    _text("content"),
)

passes = _table(
    "passes",
    Column("token", Text, primary_key=True),
    _text("person"),
    _text("audience"),
    _text("period"),
    _instant("until"),
    _instant("used_at", optional=True),
)

drop_ins = _table(
    "drop_ins",
    _id(),
    _part_of("person", "people.id", key=False),
    _part_of("school", "schools.id", key=False),
    _instant("starts_at"),
    _instant("ends_at"),
    _number("minutes"),
    _text("room"),
    _instant("cancelled_at", optional=True),
    Index(None, "school", "ends_at"),
    Index(None, "person", "ends_at"),
)

bookings = _table(
    "bookings",
    _part_of("drop_in", "drop_ins.id"),
    Column("at", Instant, primary_key=True),
    _part_of("person", "people.id", key=False),
    UniqueConstraint("drop_in", "person"),
)

work = _table(
    "work",
    _id(),
    _part_of("person", "people.id", key=False),
    _part_of("school", "schools.id", key=False),
    _text("kind"),
    _number("minutes"),
    _instant("at"),
    _instant("logged_at"),
    _instant("taken_back_at", optional=True),
    Index(None, "school", "at"),
    Index(None, "person", "logged_at"),
)

settings = _table("settings", Column("key", Text, primary_key=True), _text("value"))
