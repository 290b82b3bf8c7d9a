"""A turn on SQLite with synchronous FULL: load six sealed answers, append one, one line in the log, commit.

Also bare insert-and-commit by `sqlite3` with the same settings: what the disk allows in this run.
"""

import os
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.migrations import upgrade
from storage.sealed import MasterKey
from storage.shapes import Actor, Conversation, ConversationId, Entry, PersonId
from storage.unit import Store

ENTRIES = 6
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANSWER = {"saw": "Invented for measuring. " * 11, "when": "2026-11-23", "by": ["a", "b"]}
BY_ANA = Actor(PersonId("ana"), "reporter")


def main(turns: int = 4000, rounds: int = 5) -> dict[str, float]:
    """Turns a second (best round), and what a bare insert reaches beside it."""
    with tempfile.TemporaryDirectory() as folder:
        rates = [_round(Path(folder) / f"{n}.db", turns // rounds) for n in range(rounds)]
        bare = _bare(Path(folder) / "bare.db", turns)
    figures = {
        "turns_per_second": max(rates),
        "turns_median": sorted(rates)[rounds // 2],
        "bare_inserts_per_second": bare,
    }
    for name, value in figures.items():
        print(f"{name:28} {value:10,.0f}")
    return figures


def _round(path: Path, turns: int) -> float:
    url = f"sqlite:///{path}"
    upgrade(url)
    store = Store.open(url, [MasterKey("k1", os.urandom(32))], random_bytes=os.urandom)
    ids = [ConversationId(f"conversation-{n:06}") for n in range(turns)]
    with store.write() as unit:
        for one in ids:
            unit.conversations.start(_conversation(one))
            for revision in range(1, ENTRIES + 1):
                unit.conversations.append(one, revision - 1, _entry(revision), "none", BY_ANA)
        unit.commit()
    store.checkpoint()
    began = time.perf_counter()
    for one in ids:
        turn(store, one)
    rate = turns / (time.perf_counter() - began)
    store.close()
    return rate


def turn(store: Store, one: ConversationId) -> None:
    """What one answered screen costs storage."""
    with store.write() as unit:
        conversation, _ = unit.conversations.load(one)
        entry = _entry(conversation.revision + 1)
        unit.conversations.append(one, conversation.revision, entry, "none", BY_ANA)
        unit.commit()


def _conversation(one: ConversationId) -> Conversation:
    return Conversation(
        id=one,
        person=BY_ANA.person,
        flow="concern",
        flow_version=1,
        revision=0,
        state="open",
        worry="none",
        concern=None,
        started_at=NOON,
        touched_at=NOON,
    )


def _entry(revision: int) -> Entry:
    return Entry(revision=revision, screen="what_happened", at=NOON + timedelta(seconds=revision), content=ANSWER)


def _bare(path: Path, inserts: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, content BLOB)")
    began = time.perf_counter()
    for n in range(inserts):
        connection.execute("INSERT INTO t VALUES (?, ?)", (n, b"x" * 330))
    rate = inserts / (time.perf_counter() - began)
    connection.close()
    return rate


if __name__ == "__main__":
    main()
