"""One transaction and the repositories on it: rolled back unless told to commit. The store hands units out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Select, Table, Update, bindparam, select, update

from storage import schema
from storage.audit import Audit
from storage.concerns import Concerns
from storage.connections import Connections, connections
from storage.conversations import Conversations
from storage.engine import WAIT_SECONDS, make_engine
from storage.figures import Figures
from storage.identities import Identities
from storage.outbox import Outbox
from storage.oversight import Oversight
from storage.past import Past
from storage.people import People
from storage.periods import Periods
from storage.publications import Publications
from storage.sealed import KeyRing, MasterKey, Random
from storage.settings import Settings
from storage.visits import Visits
from storage.worklist import Worklist


class UnitOfWork:
    """One transaction. Use it inside its `with`, in the thread that began it."""

    def __init__(self, connection: Connection, ring: KeyRing, *, writing: bool) -> None:
        self._connection, self._ring, self._writing = connection, ring, writing

    @cached_property
    def conversations(self) -> Conversations:
        """Drafts and their sealed answers."""
        return Conversations(self._connection, self._ring, self.audit, self.people, writing=self._writing)

    @cached_property
    def concerns(self) -> Concerns:
        """Concerns and their sealed notes."""
        return Concerns(self._connection, self._ring, writing=self._writing)

    @cached_property
    def outbox(self) -> Outbox:
        """Who is to be told, and what became of it."""
        return Outbox(self._connection)

    @cached_property
    def people(self) -> People:
        """The directory."""
        return People(self._connection)

    @cached_property
    def identities(self) -> Identities:
        """Where people are reached."""
        return Identities(self._connection)

    @cached_property
    def audit(self) -> Audit:
        """The chained log."""
        return Audit(self._connection)

    @cached_property
    def figures(self) -> Figures:
        """Counts for the health page."""
        return Figures(self._connection)

    @cached_property
    def periods(self) -> Periods:
        """What happened in a period, counted."""
        return Periods(self._connection)

    @cached_property
    def publications(self) -> Publications:
        """What was published, and who may look."""
        return Publications(self._connection)

    @cached_property
    def oversight(self) -> Oversight:
        """What the auditor asks."""
        return Oversight(self._connection)

    @cached_property
    def worklist(self) -> Worklist:
        """What a round reads."""
        return Worklist(self._connection)

    @cached_property
    def visits(self) -> Visits:
        """Drop-ins, and what social workers do besides concerns."""
        return Visits(self._connection)

    @cached_property
    def past(self) -> Past:
        """What concerns were judged by."""
        return Past(self._connection, self._ring)

    @cached_property
    def settings(self) -> Settings:
        """Small values that outlive a process."""
        return Settings(self._connection)

    def commit(self) -> None:
        """Keep everything done in this unit so far."""
        self._connection.commit()


class Store:
    """The way to the database, one a process."""

    def __init__(self, links: Connections, ring: KeyRing) -> None:
        self._links, self._ring = links, ring

    @classmethod
    def open(
        cls, url: str, keys: Sequence[MasterKey], *, random_bytes: Random, wait_seconds: float = WAIT_SECONDS
    ) -> "Store":
        """A store on a database that is already migrated; `keys` oldest first. Connects at the first unit.

        A unit that writes waits `wait_seconds` for the one before it.

        Raises:
            ValueError: the address is not one we support, or no key is given.
        """
        return cls(connections(make_engine(url, wait_seconds), wait_seconds), KeyRing(keys, random_bytes))

    @property
    def lookup_key(self) -> bytes:
        """The key for `sealed.child_tokens`."""
        return self._ring.lookup_key

    @property
    def lookup_mark(self) -> str:
        """By what the look-up key is known again; nothing comes back out of it."""
        return self._ring.lookup_mark

    @property
    def ring(self) -> KeyRing:
        """The master keys: what has to be sealed outside the database is sealed by the same."""
        return self._ring

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A unit that may write; nothing is kept unless it commits.

        Raises:
            StoreBusy: another unit wrote for longer than the store waits.
            StoreError: the database failed, or refused a row.
        """
        with self._links.writing() as connection:
            yield UnitOfWork(connection, self._ring, writing=True)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A unit that sees one moment of the database and can't write.

        Raises:
            StoreError: the database failed.
        """
        with self._links.reading() as connection:
            yield UnitOfWork(connection, self._ring, writing=False)

    def checkpoint(self) -> bool:
        """Move SQLite's log into the file and empty it; False if a reader is in the way. Elsewhere nothing to do."""
        return self._links.checkpoint()

    def rewrap(self, change: Callable[[str, bytes], bytes]) -> int:
        """Replace each stored data key by `change(owner, wrapped)`; how many changed. See `sealed.rekey`."""
        with self._links.writing() as connection:
            changed = sum(_rewrap(connection, keyed, change) for keyed in _KEYED)
            connection.commit()
        return changed

    def close(self) -> None:
        """Give every connection back. No unit may be open."""
        self._links.close()


def _keyed(table: Table) -> tuple[Select[Any, Any], Update]:
    replaced = update(table).where(table.c.id == bindparam("owner")).values(data_key=bindparam("wrapped"))
    return select(table.c.id, table.c.data_key).where(table.c.data_key.is_not(None)).with_for_update(), replaced


_KEYED = (_keyed(schema.conversations), _keyed(schema.concerns))


def _rewrap(
    connection: Connection, keyed: tuple[Select[Any, Any], Update], change: Callable[[str, bytes], bytes]
) -> int:
    keys, replaced = keyed
    fresh = [(owner, wrapped, change(owner, wrapped)) for owner, wrapped in connection.execute(keys)]
    rows = [{"owner": owner, "wrapped": new} for owner, old, new in fresh if new != old]
    if rows:
        connection.execute(replaced, rows)
    return len(rows)
