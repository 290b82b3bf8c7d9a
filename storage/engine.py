"""How the databases are opened: pragmas, locks, waiting times. Knows no table.

On SQLite every connection is ours to keep (no pool), a unit that writes begins with the write lock, and erased bytes
are overwritten. PostgreSQL is reached through psycopg 3.
"""

from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url

WAIT_SECONDS = 5
_CHECKPOINT_PAGES = 4000
"""A floor under the checkpoint job, about 16 MB of log."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}",
)
BEGIN_WITH = "begin_with"
"""Execution option of a SQLite connection: the statement that begins its transactions."""


def make_engine(url: str, wait_seconds: float = WAIT_SECONDS) -> Engine:
    """An engine for a `sqlite:///` file or a `postgresql` address; connects to nothing yet.

    Locks are waited for `wait_seconds`.

    Raises:
        ValueError: another database, or SQLite in memory (each connection would see its own).
    """
    address = make_url(url)
    match address.get_backend_name():
        case "sqlite":
            return _sqlite(address, wait_seconds)
        case "postgresql":
            return _postgresql(address.set(drivername="postgresql+psycopg"), wait_seconds)
        case other:
            raise ValueError(f"{other} is not supported: use sqlite:///file or postgresql://…")


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
    arguments = {"options": options, "connect_timeout": WAIT_SECONDS}
    return create_engine(
        address,
        pool_size=10,
        max_overflow=10,
        pool_timeout=wait_seconds,
        connect_args=arguments,
        hide_parameters=True,
    )


def _set_up(connection: SqliteConnection, _record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN_WITH, "BEGIN"))
