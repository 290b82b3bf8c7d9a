"""The unit: rolled back unless committed, one writer, readers see one moment; faults come out as clear errors."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy.exc import OperationalError

from storage.errors import AlreadyThere, StoreBroken, StoreBusy, StoreError, StoreFull, as_store_error
from storage.migrations import upgrade
from storage.shapes import ConversationId
from storage.unit import Store
from tests.storage.rows import ANA, BY_ANA, NO_TOKENS, NOON, OLD_KEY, a_concern, a_conversation, an_entry


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Store]:
    """A store on a SQLite file that waits for nobody."""
    url = f"sqlite:///{tmp_path / 'swis.db'}"
    upgrade(url)
    opened = Store.open(url, [OLD_KEY], random_bytes=os.urandom, wait_seconds=0.05)
    yield opened
    opened.close()


V1 = ConversationId("v1")


def _fail_half_way(store: Store) -> None:
    with store.write() as unit:
        unit.conversations.start(a_conversation())
        unit.concerns.add(a_concern(), {}, NO_TOKENS)
        unit.audit.add("c1", "sent", ANA, "reporter", NOON)
        unit.settings.put("a", "b")
        raise RuntimeError


def test_an_exception_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(RuntimeError):
        _fail_half_way(store)
    with store.read() as unit:
        assert unit.conversations.open_of(ANA) == ()
        assert unit.concerns.of_reporter(ANA) == ()
        assert unit.audit.entries("c1") == ()
        assert unit.settings.get("a") is None


def test_a_unit_without_commit_leaves_nothing_behind(store: Store) -> None:
    with store.write() as unit:
        unit.settings.put("a", "b")
    with store.read() as unit:
        assert unit.settings.get("a") is None


def test_what_follows_a_commit_is_rolled_back_too(store: Store) -> None:
    with store.write() as unit:
        unit.settings.put("a", "kept")
        unit.commit()
        unit.settings.put("a", "lost")
    with store.read() as unit:
        assert unit.settings.get("a") == "kept"


def test_a_store_works_on_after_a_refused_row(store: Store) -> None:
    with store.write() as unit:
        unit.conversations.start(a_conversation())
        unit.commit()
    with pytest.raises(AlreadyThere), store.write() as unit:
        unit.conversations.start(a_conversation())
    with store.write() as unit:
        unit.conversations.append(V1, 0, an_entry(1), "none", BY_ANA)
        unit.commit()


def test_a_reading_unit_sees_one_moment(store: Store) -> None:
    with store.read() as reading:
        assert reading.settings.get("a") is None
        with store.write() as writing:
            writing.settings.put("a", "b")
            writing.commit()
        assert reading.settings.get("a") is None
    with store.read() as reading:
        assert reading.settings.get("a") == "b"


def test_a_reading_unit_may_stand_inside_another(store: Store) -> None:
    with store.read() as outer:
        with store.read() as inner:
            assert inner.settings.get("a") is None
        assert outer.settings.get("a") is None


def test_a_reading_unit_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError), store.read() as unit:
        unit.settings.put("a", "b")


def test_writers_queue_and_none_is_lost(store: Store) -> None:
    with store.write() as unit:
        unit.settings.put("count", "0")
        unit.commit()

    def count() -> None:
        for _ in range(25):
            with store.write() as unit:
                unit.audit.add("c1", "told", ANA, "reporter", NOON)
                unit.commit()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with store.read() as unit:
        assert len(unit.audit.entries("c1")) == 100
        assert unit.audit.verify("c1")


def test_a_store_can_be_closed_and_used_again(store: Store) -> None:
    with store.write() as unit:
        unit.settings.put("a", "b")
        unit.commit()
    store.close()
    with store.read() as unit:
        assert unit.settings.get("a") == "b"


def test_a_checkpoint_empties_the_log_unless_a_reader_is_in_the_way(tmp_path: Path, file_store: Store) -> None:
    with file_store.write() as unit:
        unit.settings.put("a", "b")
        unit.commit()
    with file_store.read() as unit:
        unit.settings.get("a")
        assert not file_store.checkpoint()
    assert file_store.checkpoint()
    assert (tmp_path / "swis.db-wal").stat().st_size == 0


def test_a_database_that_another_process_locks_is_busy(tmp_path: Path, hasty: Store) -> None:
    with _locked(tmp_path / "swis.db"), pytest.raises(StoreBusy) as caught, hasty.write():
        pass
    assert "Try again" in caught.value.advice
    with hasty.write() as unit:
        unit.settings.put("a", "b")
        unit.commit()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    other = connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_unit_that_waits_too_long_for_its_turn_is_busy(hasty: Store) -> None:
    with hasty.write(), pytest.raises(StoreBusy), hasty.write():
        pass


def _fill(store: Store) -> None:
    with store.write() as unit:
        unit.settings._connection.exec_driver_sql("PRAGMA max_page_count = 1")
        for n in range(200):
            unit.settings.put(f"key {n}", "x" * 4000)
        unit.commit()


def test_a_full_database_is_full_and_keeps_nothing_of_the_unit(file_store: Store) -> None:
    with pytest.raises(StoreFull) as caught:
        _fill(file_store)
    assert "Free space" in caught.value.advice
    with file_store.read() as unit:
        assert unit.settings.get("key 0") is None


def test_a_file_that_is_no_database_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "garbage.db"
    path.write_bytes(b"this is not a database, only words. " * 200)
    store = Store.open(f"sqlite:///{path}", [OLD_KEY], random_bytes=os.urandom)
    for give in (store.read, store.write):
        with pytest.raises(StoreBroken), give():
            pass
    store.close()


def test_a_database_that_cannot_be_reached_is_broken(tmp_path: Path) -> None:
    nowhere = (f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}", "postgresql://nobody@127.0.0.1:9/none")
    for url in nowhere:
        store = Store.open(url, [OLD_KEY], random_bytes=os.urandom)
        with pytest.raises(StoreBroken) as caught, store.write():
            pass
        assert "swis check" in caught.value.advice
        store.close()


def test_a_database_that_was_not_prepared_says_which_command_prepares_it(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'new.db'}", [OLD_KEY], random_bytes=os.urandom)
    with pytest.raises(StoreBroken) as caught, store.read() as unit:
        unit.settings.get("a")
    assert "swis migrate" in caught.value.advice
    store.close()


def test_an_error_names_a_code_and_never_what_was_written(store: Store) -> None:
    words = "kettle-zebra"
    with store.write() as unit:
        unit.concerns.add(a_concern(reference=words), {"saw": words}, NO_TOKENS)
        unit.commit()
    with pytest.raises(AlreadyThere) as caught, store.write() as unit:
        unit.concerns.add(a_concern(reference=words), {"saw": words}, NO_TOKENS)
    assert words not in str(caught.value)
    assert words not in str(caught.value.__cause__)


class _RefusedError(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [("55P03", StoreBusy), ("40P01", StoreBusy), ("53100", StoreFull), ("57P01", StoreBroken), ("23505", AlreadyThere)],
)
def test_the_codes_of_postgresql_are_mapped(sqlstate: str, kind: type[StoreError]) -> None:
    error = OperationalError("SELECT 1", {}, _RefusedError(sqlstate))
    assert type(as_store_error(error)) is kind
