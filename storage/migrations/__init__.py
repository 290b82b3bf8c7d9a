"""Numbered versions of the database. Imports nothing of ours; history must not move.

What moves it is alembic, in `moving`: imported when something moves, since a running service only looks at numbers and
alembic would stay in its memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    NullPool,
    String,
    Table,
    create_engine,
    event,
    inspect,
    select,
)
from sqlalchemy.engine import make_url

VERSION_TABLE = "schema_version"
_VERSION = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))
_WAIT_SECONDS = 30
_LOCK_NUMBER = 720_411_963
"""Any fixed number, for PostgreSQL's advisory lock."""


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database up to date. Safe to run again, and at the same time from several processes."""
    from storage.migrations.moving import up  # noqa: PLC0415 - see above

    with _locked(url) as connection:
        up(connection, to)


def downgrade(url: str, to: str = "base") -> None:
    """Take the database back to a version. What later versions added is lost."""
    from storage.migrations.moving import down  # noqa: PLC0415 - see above

    with _locked(url) as connection:
        down(connection, to)


def current(url: str) -> str | None:
    """The database's version, None before the first."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return (
                connection.scalar(select(_VERSION.c.version_num))
                if inspect(connection).has_table(VERSION_TABLE)
                else None
            )
    finally:
        engine.dispose()


def head() -> str:
    """The version that this code needs: the highest number in `versions`."""
    return max(path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    """One transaction under the database's own lock: whoever comes second waits, then finds the work done."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})")
            yield connection
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    engine = create_engine(
        address, poolclass=NullPool, connect_args={"timeout": _WAIT_SECONDS, "isolation_level": None}
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine
