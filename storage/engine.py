"""How the databases are opened: pragmas, locks, waiting times. Knows no table.

On SQLite every connection is ours to keep (no pool), a unit that writes begins with the write lock, and erased bytes
are overwritten. PostgreSQL is reached through psycopg 3; a connection that its server gave up is replaced unused.
"""

import select
from collections.abc import Mapping
from sqlite3 import Connection as SqliteConnection
from types import MappingProxyType
from typing import Any

from psycopg import Connection as PsycopgConnection
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError

WAIT_SECONDS = 5
_CHECKPOINT_PAGES = 1000
"""About 4 MB of log, then it is written again from its start, which costs less than a log that grows."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}",
)
_KEEP_ALIVE: Mapping[str, int] = MappingProxyType(
    {"keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
)
"""Seconds, a count and milliseconds, for libpq: a machine that vanished is noticed within half a minute."""
BEGIN_WITH = "begin_with"
"""Execution option of a SQLite connection: the statement that begins its transactions."""


def make_engine(url: str, wait_seconds: float = WAIT_SECONDS) -> Engine:
    """An engine for a `sqlite:///` file or a `postgresql` address; connects to nothing yet.

    Locks are waited for `wait_seconds`.

    Raises:
        ValueError: no address, another database, or SQLite in memory (each connection would see its own).
    """
    address = _address(url)
    match address.get_backend_name():
        case "sqlite":
            return _sqlite(address, wait_seconds)
        case "postgresql":
            return _postgresql(address.set(drivername="postgresql+psycopg"), wait_seconds)
        case other:
            raise ValueError(f"{other} is not supported: use sqlite:///file or postgresql://…")


def _address(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        # Its text would show a password.
        raise ValueError("this is no database address: use sqlite:///file or postgresql://…") from None


def _sqlite(address: URL, wait_seconds: float) -> Engine:
    if address.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: sqlite:///var/swis.db")
    arguments = {"check_same_thread": False, "timeout": wait_seconds, "isolation_level": None}
    engine = create_engine(address, poolclass=NullPool, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(address: URL, wait_seconds: float) -> Engine:
    options = f"-c lock_timeout={round(wait_seconds * 1000)} -c timezone=UTC"
    arguments = {**_KEEP_ALIVE, "options": options, "connect_timeout": WAIT_SECONDS}
    engine = create_engine(
        address,
        pool_size=10,
        max_overflow=10,
        pool_timeout=wait_seconds,
        connect_args=arguments,
        hide_parameters=True,
    )
    event.listen(engine, "checkout", _still_there)
    return engine


def _still_there(connection: PsycopgConnection, _record: Any, _proxy: Any) -> None:
    """An idle connection has nothing to read; if it has, its server said goodbye. Looking costs no round trip.

    Raises:
        DisconnectionError: the pool opens another in its place.
    """
    if connection.closed or _has_something_to_read(connection.fileno()):
        raise DisconnectionError


def _has_something_to_read(descriptor: int) -> bool:
    looking = select.poll()
    looking.register(descriptor, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(looking.poll(0))


def _set_up(connection: SqliteConnection, _record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, SqliteConnection)
    driver.execute(connection.get_execution_options().get(BEGIN_WITH, "BEGIN")).close()
