"""Who may use which connection: on SQLite one writer and one reader a thread, all kept; on PostgreSQL a pool.

What a connection began and nobody committed is rolled back when it is given up.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage.engine import BEGIN_WITH
from storage.errors import StoreBroken, StoreBusy, as_store_error

_DATABASE_ERRORS = (DBAPIError, PoolTimeoutError, sqlite3.Error, psycopg.Error)


class Connections(Protocol):
    """Connections with a transaction begun. Database errors leave as a `StoreError`."""

    def writing(self) -> AbstractContextManager[Connection]:
        """One that may write."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One that sees a single moment and can't write."""

    def checkpoint(self) -> bool:
        """Empty the log into the file; False if somebody is in the way."""

    def close(self) -> None:
        """Give all back."""


def connections(engine: Engine, wait_seconds: float) -> Connections:
    """What fits the engine's database; a writer waits so long for its turn."""
    return _Kept(engine, wait_seconds) if engine.dialect.name == "sqlite" else _Pooled(engine)


class _Pooled:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._readers = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with mapped(), self._engine.connect() as connection, _begun(connection):
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with mapped(), self._readers.connect() as connection, _begun(connection):
            yield connection
            # Not rolled back: with that the driver throws its prepared statements away.
            connection.commit()

    def checkpoint(self) -> bool:
        return True

    def close(self) -> None:
        self._engine.dispose()


class _Kept:
    def __init__(self, engine: Engine, wait_seconds: float) -> None:
        self._engine, self._wait_seconds = engine, wait_seconds
        self._turn = threading.Lock()
        self._writer: Connection | None = None
        self._mine = threading.local()
        self._all: set[Connection] = set()
        self._path = Path(engine.url.database or "")
        self._file: tuple[int, int] | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """SQLite takes one writer: a queue in the process waits shorter than SQLite's own retries."""
        with self._queued(), self._used(self._the_writer) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Inside another reading of the same thread it sees the same moment."""
        outer: Connection | None = getattr(self._mine, "reader", None)
        if outer is not None and outer.in_transaction():
            yield outer
            return
        with self._used(self._my_reader) as connection:
            yield connection

    def checkpoint(self) -> bool:
        with self._queued(), mapped():
            driver = self._the_writer().connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            return _emptied(driver, self._wait_seconds)

    def close(self) -> None:
        for connection in self._all:
            connection.close()
        self._all.clear()
        self._writer, self._mine = None, threading.local()
        self._engine.dispose()

    @contextmanager
    def _queued(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._wait_seconds):
            raise StoreBusy("another unit of this process is writing")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _used(self, give: Callable[[], Connection]) -> Iterator[Connection]:
        connection = None
        try:
            self._check_file()
            connection = give()
            connection.begin()
            yield connection
        except _DATABASE_ERRORS as error:
            if connection is not None:
                self._drop(connection)
            raise as_store_error(error) from error
        finally:
            if connection is not None:
                _given_up(connection)

    def _the_writer(self) -> Connection:
        if self._writer is None:
            self._writer = self._connect("BEGIN IMMEDIATE")
        return self._writer

    def _my_reader(self) -> Connection:
        reader: Connection | None = getattr(self._mine, "reader", None)
        if reader is None:
            reader = self._mine.reader = self._connect("BEGIN")
            driver = reader.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA query_only = ON").close()
        return reader

    def _connect(self, begin_with: str) -> Connection:
        connection = self._engine.connect().execution_options(**{BEGIN_WITH: begin_with})
        self._all.add(connection)
        self._file = self._file or _file_at(self._path)
        return connection

    def _check_file(self) -> None:
        """SQLite goes on writing into a file that was removed: a concern kept there would be lost at the next start.

        Raises:
            StoreBroken: the file at the database's place is not the one that was opened.
        """
        if self._file is not None and _file_at(self._path) != self._file:
            raise StoreBroken("the database's file was removed or replaced while it was open")

    def _drop(self, connection: Connection) -> None:
        """After a fault a connection is not trusted again."""
        self._all.discard(connection)
        if connection is self._writer:
            self._writer = None
        else:
            self._mine.reader = None
        with suppress(*_DATABASE_ERRORS):
            connection.close()


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file stands there; None if there is none, or it can't be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _begun(connection: Connection) -> Iterator[None]:
    try:
        connection.begin()
        yield
    finally:
        _given_up(connection)


def _given_up(connection: Connection) -> None:
    """Roll back what was begun and not committed."""
    if connection.in_transaction():
        with suppress(*_DATABASE_ERRORS):
            connection.rollback()


@contextmanager
def mapped() -> Iterator[None]:
    """Database errors leave as a `StoreError`."""
    try:
        yield
    except _DATABASE_ERRORS as error:
        raise as_store_error(error) from error


def _emptied(driver: sqlite3.Connection, wait_seconds: float) -> bool:
    """Never waits for a reader: a turn may be queueing behind this."""
    driver.execute("PRAGMA busy_timeout = 0").close()
    try:
        (blocked, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        driver.execute(f"PRAGMA busy_timeout = {round(wait_seconds * 1000)}").close()
    return not blocked
