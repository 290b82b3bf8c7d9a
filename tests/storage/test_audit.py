"""The log: chained, append-only, and every way of tampering with a line shows."""

import os
from dataclasses import replace
from pathlib import Path
from sqlite3 import IntegrityError, connect

import pytest

from storage.audit import KINDS, Line, line_of
from storage.shapes import ConversationId
from storage.unit import Store
from tests.storage.rows import ANA, BEN, BY_ANA, CAT, NOON, OLD_KEY, a_conversation, after, an_entry


def _three_lines(store: Store, chain: str | None = "c1") -> None:
    with store.write() as unit:
        unit.audit.add(chain, "sent", ANA, "reporter", NOON, {"revision": 7, "hash": "ab"})
        unit.audit.add(chain, "opened", BEN, "head", after(minutes=1))
        unit.audit.add(chain, kind="expired", by=None, role="system", at=after(minutes=2), about={"step": None})
        unit.commit()


def test_lines_come_back_in_order_with_their_numbers(store: Store) -> None:
    _three_lines(store)
    with store.read() as unit:
        lines = unit.audit.entries("c1")
    assert [(line.number, line.kind, line.by) for line in lines] == [
        (1, "sent", ANA),
        (2, "opened", BEN),
        (3, "expired", None),
    ]
    assert lines[0].about == {"revision": 7, "hash": "ab"}
    assert len({line.hash for line in lines}) == 3


def test_what_belongs_to_no_concern_has_a_chain_of_its_own(store: Store) -> None:
    _three_lines(store, None)
    with store.read() as unit:
        assert [line.concern for line in unit.audit.entries(None)] == [None, None, None]
        assert unit.audit.entries("c1") == ()
        assert unit.audit.verify(None)


def test_an_untouched_chain_verifies_and_so_does_an_empty_one(store: Store) -> None:
    _three_lines(store)
    with store.read() as unit:
        assert unit.audit.verify("c1")
        assert unit.audit.verify("none such")


def test_a_chain_goes_on_over_units_and_after_a_load(store: Store) -> None:
    one = ConversationId("v1")
    with store.write() as unit:
        unit.conversations.start(a_conversation())
        unit.audit.add(one, "conversation_started", ANA, "reporter", NOON)
        unit.commit()
    for revision in (1, 2):
        with store.write() as unit:
            unit.conversations.load(one)
            unit.conversations.append(one, revision - 1, an_entry(revision), "none", BY_ANA)
            unit.commit()
    with store.read() as unit:
        assert [line.number for line in unit.audit.entries(one)] == [1, 2, 3]
        assert unit.audit.verify(one)


def test_a_line_added_behind_a_units_back_does_not_fork_the_chain(store: Store) -> None:
    with store.write() as unit:
        unit.audit.know("c1", (0, ""))
        unit.audit.add("c1", "sent", ANA, "reporter", NOON)
        unit.audit.know("c1", (0, ""))
        unit.audit.add("c1", "opened", BEN, "head", NOON)
        assert [line.number for line in unit.audit.entries("c1")] == [1, 2]
        assert unit.audit.verify("c1")


def _read_by_ben(*chains: str) -> list[Line]:
    return [line_of(chain, "read", BEN, "head", after(minutes=5)) for chain in chains]


def test_many_chains_take_a_line_each_at_once(store: Store) -> None:
    _three_lines(store)
    with store.write() as unit:
        unit.audit.keep_all(_read_by_ben("c1", "c2"))
        unit.audit.keep_all([])
        unit.audit.add("c2", "opened", BEN, "head", after(minutes=6))
        unit.commit()
    with store.read() as unit:
        assert [line.number for line in unit.audit.entries("c1")] == [1, 2, 3, 4]
        assert [line.kind for line in unit.audit.entries("c2")] == ["read", "opened"]
        assert unit.audit.verify("c1")
        assert unit.audit.verify("c2")


def test_of_many_lines_those_that_came_too_late_go_behind_what_others_added(store: Store) -> None:
    _three_lines(store)
    with store.write() as unit:
        unit.audit.know("c1", (0, ""))
        unit.audit.keep_all(_read_by_ben("c1", "c2"))
        unit.commit()
    with store.read() as unit:
        assert [line.kind for line in unit.audit.entries("c1")] == ["sent", "opened", "expired", "read"]
        assert [line.kind for line in unit.audit.entries("c2")] == ["read"]
        assert unit.audit.verify("c1")


def test_opened_by_names_each_reader_once_in_order(store: Store) -> None:
    with store.write() as unit:
        for person in (CAT, BEN, CAT):
            unit.audit.add("c1", "opened", person, "head", NOON)
        unit.audit.add("c1", "told", ANA, "reporter", NOON)
        assert unit.audit.opened_by("c1") == (CAT, BEN)


def test_a_kind_nobody_registered_is_refused(store: Store) -> None:
    with store.write() as unit, pytest.raises(ValueError, match="registered"):
        unit.audit.add("c1", "peeked", ANA, "reporter", NOON)


def test_every_kind_says_what_happened_in_a_sentence() -> None:
    assert all(sentence.endswith(".") and sentence[0].islower() for sentence in KINDS.values())


@pytest.mark.parametrize("change", ["UPDATE audit SET role = 'chair'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_a_line(tmp_path: Path, file_store: Store, change: str) -> None:
    _three_lines(file_store)
    with pytest.raises(IntegrityError, match="append-only"):
        _behind_our_back(tmp_path, change, guarded=True)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET role = 'chair' WHERE number = 2",
        "UPDATE audit SET about = '{\"revision\":8}' WHERE number = 1",
        "UPDATE audit SET at = at + 1 WHERE number = 3",
        "UPDATE audit SET hash = 'ff' WHERE number = 3",
        "UPDATE audit SET chain = 'c2' WHERE number = 1",
        "DELETE FROM audit WHERE number = 1",
        "DELETE FROM audit WHERE number = 2",
        "UPDATE audit SET number = -number; UPDATE audit SET number = number + 4",
    ],
)
def test_a_line_that_was_changed_moved_or_taken_out_shows(tmp_path: Path, file_store: Store, change: str) -> None:
    _three_lines(file_store)
    _behind_our_back(tmp_path, change)
    with file_store.read() as unit:
        assert not unit.audit.verify("c1")


def test_an_entry_is_a_frozen_value(store: Store) -> None:
    _three_lines(store)
    with store.read() as unit:
        line = unit.audit.entries("c1")[0]
    assert replace(line, number=9) != line


def _behind_our_back(folder: Path, change: str, *, guarded: bool = False) -> None:
    with connect(folder / "swis.db") as connection:
        if not guarded:
            connection.executescript("DROP TRIGGER audit_never_changes; DROP TRIGGER audit_never_shrinks")
        connection.executescript(change)
    connection.close()


def test_a_store_opened_anew_goes_on_with_the_chain(url: str) -> None:
    for _ in range(2):
        store = Store.open(url, [OLD_KEY], random_bytes=os.urandom)
        _three_lines(store)
        store.close()
    store = Store.open(url, [OLD_KEY], random_bytes=os.urandom)
    with store.read() as unit:
        assert len(unit.audit.entries("c1")) == 6
        assert unit.audit.verify("c1")
    store.close()
