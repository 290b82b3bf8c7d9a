"""Ways in which a scene's database is taken from its house: held by somebody else, or gone, until it is given back."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import Engine, event

from tests.bot.scenarios.house import Scene
from tests.postgres import Server

_POSTGRES = re.compile(r"postgresql://postgres@/(?P<database>\w+)\?host=(?P<folder>.+)")


@dataclass
class Away:
    """One database, taken away at most once. Whoever takes it gives it back."""

    scene: Scene
    _taken: list[AbstractContextManager[None]] = field(default_factory=list)

    def hold(self) -> None:
        """Somebody else holds what everybody writes to: writing waits in vain."""
        self._take(_held_file(self._file()) if self._is_file() else _held_tables(*self._server()))

    def go(self) -> None:
        """It is gone: what was open is cut off, and nothing new can be opened."""
        self._take(_gone_file(self._file()) if self._is_file() else _gone_database(*self._server()))

    def fill(self, now: Scene) -> None:
        """The disk of the scene's database has no room left for what the open house `now` writes."""
        self._take(_full_file(now) if self._is_file() else _full_database(*self._server()))

    def back(self) -> None:
        """It is there again, as it was."""
        self._taken[0].__exit__(None, None, None)

    def _take(self, how: AbstractContextManager[None]) -> None:
        if not self._taken:
            how.__enter__()
            self._taken.append(how)

    def _is_file(self) -> bool:
        return self.scene.url.startswith("sqlite")

    def _file(self) -> Path:
        return Path(self.scene.url.removeprefix("sqlite:///"))

    def _server(self) -> tuple[Server, str]:
        found = _POSTGRES.fullmatch(self.scene.url)
        assert found is not None
        return Server(Path(found["folder"])), found["database"]


@contextmanager
def _held_file(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def _held_tables(server: Server, database: str) -> Iterator[None]:
    with psycopg.connect(server.url(database)) as other:
        other.execute("LOCK TABLE outbox, audit IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def _gone_file(file: Path) -> Iterator[None]:
    away = file.rename(file.with_suffix(".away"))
    yield
    away.rename(file)


@contextmanager
def _gone_database(server: Server, database: str) -> Iterator[None]:
    server.run(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
    server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")
    yield
    server.run(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")


@contextmanager
def _full_file(now: Scene) -> Iterator[None]:
    def no_room(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1").close()

    # A connection that met a fault is given up: the next one is opened on the full disk.
    event.listen(Engine, "connect", no_room)
    _limit(now, pages=1)
    yield
    event.remove(Engine, "connect", no_room)
    _limit(now, pages=1_000_000)


def _limit(now: Scene, pages: int) -> None:
    """How many pages the file may have from now on: fewer than it has means none more."""
    with now.house.store.write() as unit:
        unit.settings._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


_NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION no_room();
CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION no_room()
"""


@contextmanager
def _full_database(server: Server, database: str) -> Iterator[None]:
    """What the server says on a full disk, said by a trigger."""
    _execute(server.url(database), _NO_ROOM)
    yield
    _execute(server.url(database), "DROP FUNCTION no_room() CASCADE")


def _execute(url: str, statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(statements.encode())
