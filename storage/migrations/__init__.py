"""Numbered versions of the database, run from code: no ini file. Imports nothing of ours; history must not move."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import make_url

VERSION_TABLE = "schema_version"
_WAIT_SECONDS = 30
_LOCK_NUMBER = 720_411_963
"""Any fixed number, for PostgreSQL's advisory lock."""
# Alembic's context is global to the process.
_ONE_AT_A_TIME = threading.Lock()


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database up to date. Safe to run again, and at the same time from several processes."""
    with _ONE_AT_A_TIME, _locked(url) as connection:
        command.upgrade(_config(connection), to)


def downgrade(url: str, to: str = "base") -> None:
    """Take the database back to a version. What later versions added is lost."""
    with _ONE_AT_A_TIME, _locked(url) as connection:
        command.downgrade(_config(connection), to)


def current(url: str) -> str | None:
    """The database's version, None before the first."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    finally:
        engine.dispose()


def head() -> str:
    """The version that this code needs."""
    revision = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert revision is not None
    return revision


def _config(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection, "version_table": VERSION_TABLE})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


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
