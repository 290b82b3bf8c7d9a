"""What only PostgreSQL can show: claims that pass each other, writers that wait for a row, a server that goes away."""

import os
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from storage.errors import StoreBroken, StoreBusy, StoreError
from storage.migrations import upgrade
from storage.shapes import ConcernId, ConversationId, OutboxId
from storage.unit import Store, UnitOfWork
from tests.conftest import absent
from tests.postgres import Missing, Server, fresh, migrated, private
from tests.storage.rows import BY_ANA, NO_TOKENS, NOON, OLD_KEY, a_concern, a_conversation, a_step, an_entry

C1, V1 = ConcernId("c1"), ConversationId("v1")


@pytest.fixture
def address(postgres: Server) -> Iterator[str]:
    """A migrated database on the run's server."""
    with fresh(postgres, migrated(postgres)) as found:
        yield found


@pytest.fixture
def shop(address: str) -> Iterator[Store]:
    """A store on PostgreSQL with one concern in it."""
    opened = open_store(address)
    with opened.write() as unit:
        unit.concerns.add(a_concern(), {}, NO_TOKENS)
        unit.conversations.start(a_conversation())
        unit.commit()
    yield opened
    opened.close()


@pytest.fixture
def mine() -> Iterator[Server]:
    """A server that this test may crash."""
    try:
        with private() as server:
            server.run("CREATE DATABASE swis")
            upgrade(server.url("swis"))
            yield server
    except Missing as reason:
        absent(str(reason))


def open_store(address: str, wait_seconds: float = 5) -> Store:
    return Store.open(address, [OLD_KEY], random_bytes=os.urandom, wait_seconds=wait_seconds)


def keep(store: Store, value: str) -> None:
    with store.write() as unit:
        unit.settings.put("a", value)
        unit.commit()


def kept(store: Store) -> str | None:
    with store.read() as unit:
        return unit.settings.get("a")


def test_a_claim_passes_by_what_another_is_just_taking(shop: Store) -> None:
    with shop.write() as unit:
        unit.outbox.put([a_step(f"s{n}") for n in range(6)], [OutboxId(f"o{n}") for n in range(6)])
        unit.commit()
    with shop.write() as one, shop.write() as other:
        first = one.outbox.claim(NOON, 4, 30, "one")
        second = other.outbox.claim(NOON, 4, 30, "other")
        other.commit()
        one.commit()
    assert (len(first), len(second)) == (4, 2)
    assert len({row.id for row in (*first, *second)}) == 6


def test_who_reads_a_concern_to_change_it_waits_for_whoever_did_before(shop: Store, address: str) -> None:
    hasty = open_store(address, wait_seconds=0.1)
    with shop.write() as unit:
        unit.concerns.get(C1)
        with pytest.raises(StoreBusy) as caught, hasty.write() as other:
            other.concerns.get(C1)
        with hasty.write() as other:
            other.outbox.put([a_step("beside")], [OutboxId("o1")])
            other.commit()
    assert "Try again" in caught.value.advice
    with hasty.read() as other:
        assert other.concerns.get(C1) == a_concern()
    hasty.close()


def test_who_waited_for_a_conversation_gets_it_with_the_answer_of_whoever_was_first(shop: Store) -> None:
    found: list[tuple[int, int]] = []
    begun = threading.Event()

    def second() -> None:
        with shop.write() as unit:
            begun.set()
            conversation, entries = unit.conversations.load(V1)
            found.append((conversation.revision, len(entries)))

    waiting = threading.Thread(target=second)
    with shop.write() as unit:
        unit.conversations.load(V1)
        waiting.start()
        begun.wait(10)
        unit.conversations.append(V1, 0, an_entry(1), "none", BY_ANA)
        unit.commit()
    waiting.join(20)
    assert found == [(1, 1)]


def test_a_restarted_server_is_used_again_at_once(mine: Server) -> None:
    store = open_store(mine.url("swis"))
    keep(store, "before")
    mine.crash()
    assert kept(store) == "before"
    keep(store, "after")
    assert kept(store) == "after"
    store.close()


def crashing(server: Server, store: Store, last: Callable[[UnitOfWork], object]) -> None:
    with store.write() as unit:
        unit.settings.put("a", "lost")
        server.crash()
        last(unit)


@pytest.mark.parametrize("last", [UnitOfWork.commit, lambda unit: unit.settings.get("a")], ids=["commit", "statement"])
def test_what_was_not_committed_when_the_server_crashed_is_an_error_and_is_gone(
    mine: Server, last: Callable[[UnitOfWork], object]
) -> None:
    store = open_store(mine.url("swis"))
    keep(store, "kept")
    with pytest.raises(StoreBroken) as caught:
        crashing(mine, store, last)
    assert "Nothing was changed" in caught.value.advice
    assert kept(store) == "kept"
    store.close()


def test_while_the_server_is_down_every_unit_says_so_and_the_first_one_afterwards_works(mine: Server) -> None:
    store = open_store(mine.url("swis"))
    keep(store, "kept")
    mine.stop()
    for _ in range(3):
        with pytest.raises(StoreError):
            keep(store, "lost")
    mine.start()
    assert kept(store) == "kept"
    store.close()


def test_two_who_wait_for_each_other_end_as_one_busy_and_one_done(shop: Store) -> None:
    with shop.write() as unit:
        unit.concerns.add(a_concern("c2"), {}, NO_TOKENS)
        unit.commit()
    ready, outcomes = threading.Barrier(2), list[str]()

    def cross(first: str, second: str) -> None:
        try:
            with shop.write() as unit:
                unit.concerns.get(ConcernId(first))
                ready.wait(10)
                unit.concerns.get(ConcernId(second))
                unit.commit()
            outcomes.append("done")
        except StoreBusy:
            outcomes.append("busy")

    crossing = [threading.Thread(target=cross, args=pair) for pair in (("c1", "c2"), ("c2", "c1"))]
    for one in crossing:
        one.start()
    for one in crossing:
        one.join(20)
    assert sorted(outcomes) == ["busy", "done"]


def test_an_address_with_a_wrong_password_never_shows_it(address: str) -> None:
    store = open_store(address.replace("postgres@", "nobody:kettle-zebra@"))
    with pytest.raises(StoreBroken) as caught:
        keep(store, "x")
    assert "kettle-zebra" not in f"{caught.value}{caught.value.advice}"
    store.close()


def test_a_connection_is_looked_at_without_a_round_trip(address: str) -> None:
    store = open_store(address)
    keep(store, "x")
    with psycopg.connect(address) as watching:
        for _ in range(20):
            assert kept(store) == "x"
        seen = watching.execute(
            "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    assert len(seen) == 1
    assert seen[0][0] not in ("SELECT 1", ";", "")
    store.close()
