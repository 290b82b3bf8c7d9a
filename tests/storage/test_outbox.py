"""The outbox: one claimant wins, a lease ends, held concerns wait, a repeat is harmless."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from dialogs.concern import Life
from storage.errors import NotFound
from storage.shapes import ConcernId, OutboxId, OutboxRow
from storage.unit import Store
from tests.storage.rows import BEN, CAT, NO_TOKENS, NOON, a_concern, a_delivery, a_step, after

C1, O1 = ConcernId("c1"), OutboxId("o1")


@pytest.fixture(autouse=True)
def _a_concern(store: Store) -> None:
    with store.write() as unit:
        unit.concerns.add(a_concern(), {}, NO_TOKENS)
        unit.commit()


def _put(store: Store, *steps: Any) -> None:
    with store.write() as unit:
        unit.outbox.put(steps, [OutboxId(f"o{n}") for n in range(1, len(steps) + 1)])
        unit.commit()


def _claim(store: Store, *, at: Any = NOON, limit: int = 10, holder: str = "me") -> tuple[OutboxRow, ...]:
    with store.write() as unit:
        rows = unit.outbox.claim(at, limit, 30, holder)
        unit.commit()
    return rows


def _ids(rows: tuple[OutboxRow, ...]) -> list[str]:
    return [row.id for row in rows]


def test_a_step_comes_back_as_it_was_planned(store: Store) -> None:
    step = a_step(person=CAT, respond_by=None, follow=True, round=3, chain="notice")
    _put(store, step)
    with store.read() as unit:
        (row,) = unit.outbox.of_concern(C1)
    assert row == OutboxRow(id=O1, step=step, state="waiting", attempt=0, next_at=NOON, lease_until=None)


def test_what_is_due_is_claimed_oldest_first_up_to_the_limit(store: Store) -> None:
    _put(store, a_step("late", due_at=after(seconds=-1)), a_step("first", due_at=after(hours=-1)), a_step("now"))
    assert _ids(_claim(store, limit=2)) == ["o2", "o1"]
    assert _ids(_claim(store)) == ["o3"]


def test_what_is_not_due_waits(store: Store) -> None:
    _put(store, a_step(due_at=after(seconds=1)))
    assert _claim(store) == ()
    assert _ids(_claim(store, at=after(seconds=1))) == ["o1"]


def test_a_lease_keeps_others_away_until_it_ends(store: Store) -> None:
    _put(store, a_step())
    (row,) = _claim(store)
    assert (row.lease_until, row.attempt) == (NOON + timedelta(seconds=30), 1)
    assert _claim(store, at=after(seconds=29)) == ()
    (again,) = _claim(store, at=after(seconds=30), holder="another")
    assert (again.id, again.attempt) == ("o1", 2)


@pytest.mark.parametrize(
    ("behind", "taken"),
    [(timedelta(seconds=1), False), (timedelta(minutes=1), False), (timedelta(hours=1), True)],
    ids=["asked a moment before", "a clock a minute behind", "a clock set back since"],
)
def test_a_lease_of_one_whose_clock_goes_before_stands(store: Store, behind: timedelta, taken: bool) -> None:
    _put(store, a_step(due_at=NOON - timedelta(hours=2)))
    _claim(store, holder="first")
    assert bool(_claim(store, at=NOON - behind, holder="late")) is taken


def test_of_several_claimants_each_row_has_one_winner(store: Store) -> None:
    _put(store, *(a_step(f"s{n}") for n in range(40)))
    won: list[str] = []
    ready = threading.Barrier(4)

    def claim(holder: str) -> None:
        ready.wait()
        while rows := _claim(store, limit=3, holder=holder):
            won.extend(_ids(rows))

    threads = [threading.Thread(target=claim, args=(f"worker {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(won) == sorted(f"o{n}" for n in range(1, 41))


@pytest.mark.parametrize(
    ("chain", "held_for", "waits"),
    [("until_had", 60, True), ("until_had", 0, False), ("until_decided", 60, False), ("notice", 60, False)],
)
def test_only_until_had_rows_of_a_held_concern_wait(store: Store, chain: Any, held_for: int, waits: bool) -> None:
    _put(store, a_step(chain=chain))
    with store.write() as unit:
        unit.concerns.move(C1, 0, Life(held_until=after(seconds=held_for), version=1))
        unit.commit()
    with store.read() as unit:
        assert (unit.outbox.oldest_due(NOON) is None) == waits
    assert (_claim(store) == ()) == waits
    assert _claim(store, at=after(seconds=61)) != ()


def test_a_step_that_stands_already_is_skipped(store: Store) -> None:
    _put(store, a_step("same", role="head"))
    with store.write() as unit:
        unit.outbox.put([a_step("same", role="chair"), a_step("other")], [OutboxId("o8"), OutboxId("o9")])
        unit.commit()
    with store.read() as unit:
        rows = unit.outbox.of_concern(C1)
    assert [(row.id, row.step.role) for row in rows] == [("o1", "head"), ("o9", "designated_safeguarding_lead")]


def test_each_step_needs_an_id(store: Store) -> None:
    with pytest.raises(ValueError, match="zip"), store.write() as unit:
        unit.outbox.put([a_step()], [])


def test_a_step_of_an_unknown_concern_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        _put(store, a_step(concern="nowhere"))


def test_sending_a_row_puts_its_followers_in_the_same_transaction(store: Store) -> None:
    _put(store, a_step(follow=True))
    follow = a_step("round 2", round=2, due_at=after(hours=1))
    with store.write() as unit:
        unit.outbox.sent(O1, NOON, [follow], [OutboxId("o2")])
    with store.read() as unit:
        assert [row.state for row in unit.outbox.of_concern(C1)] == ["waiting"]
    with store.write() as unit:
        unit.outbox.sent(O1, NOON, [follow], [OutboxId("o2")])
        unit.commit()
    with store.read() as unit:
        assert [(row.state, row.step.round) for row in unit.outbox.of_concern(C1)] == [("sent", 1), ("waiting", 2)]


def test_a_row_cancelled_while_it_was_being_sent_starts_no_next_round(store: Store) -> None:
    _put(store, a_step(follow=True))
    _claim(store)
    with store.write() as unit:
        assert unit.outbox.cancel(C1, "until_had") == 1
        unit.outbox.sent(O1, NOON, [a_step("round 2")], [OutboxId("o2")])
        unit.commit()
    with store.read() as unit:
        assert [row.state for row in unit.outbox.of_concern(C1)] == ["cancelled"]


def test_a_failed_row_comes_back_at_its_next_time(store: Store) -> None:
    _put(store, a_step())
    _claim(store)
    with store.write() as unit:
        unit.outbox.failed(O1, after(seconds=10), "timeout")
        unit.commit()
    assert _claim(store, at=after(seconds=9)) == ()
    (row,) = _claim(store, at=after(seconds=10))
    assert (row.attempt, row.step.due_at) == (2, NOON)


def test_giving_up_is_a_state_that_is_never_claimed(store: Store) -> None:
    _put(store, a_step())
    with store.write() as unit:
        unit.outbox.failed(O1, None, "blocked")
        unit.commit()
    assert _claim(store, at=after(days=1)) == ()
    with store.read() as unit:
        assert unit.outbox.row(O1).state == "failed"


def test_cancelling_stops_only_the_named_chain(store: Store) -> None:
    _put(store, a_step("a"), a_step("b"), a_step("c", chain="until_decided"))
    with store.write() as unit:
        assert unit.outbox.cancel(C1, "until_had") == 2
        assert unit.outbox.cancel(C1, "until_had") == 0
        unit.commit()
    assert _ids(_claim(store)) == ["o3"]


@pytest.mark.parametrize(
    ("first", "second", "kept"), [("sent", "sent", False), ("sent", "failed", False), ("failed", "sent", True)]
)
def test_a_delivery_is_recorded_once_a_person_and_only_failures_give_way(
    store: Store, first: str, second: str, kept: bool
) -> None:
    _put(store, a_step())
    with store.write() as unit:
        assert unit.outbox.record(a_delivery(state=first))
        assert unit.outbox.record(a_delivery(state=second)) == kept
        assert unit.outbox.record(a_delivery(person=CAT, state="failed"))
        assert unit.outbox.recipients_done(O1) == {BEN}


def test_delivered_pointers_come_newest_first_with_their_concern(store: Store) -> None:
    _put(store, a_step("a"), a_step("b"), a_step("c"))
    with store.write() as unit:
        unit.outbox.record(a_delivery("o1", at=NOON))
        unit.outbox.record(a_delivery("o2", at=after(hours=1)))
        unit.outbox.record(a_delivery("o3", state="failed"))
        unit.commit()
    with store.read() as unit:
        delivered = unit.outbox.delivered_to(BEN, 10)
        assert _ids(tuple(each.row for each in unit.outbox.delivered_to(BEN, 1))) == ["o2"]
        assert unit.outbox.delivered_to(CAT, 10) == ()
    assert [(each.row.id, each.at) for each in delivered] == [("o2", after(hours=1)), ("o1", NOON)]
    assert delivered[0].concern == a_concern()
    assert delivered[0].row.step == a_step("b")


def test_health_counts_what_waits_and_since_when_something_is_due(store: Store) -> None:
    _put(store, a_step("a", due_at=after(minutes=5)), a_step("b", due_at=after(hours=1)))
    with store.write() as unit:
        unit.outbox.failed(O1, after(minutes=50), "timeout")
        unit.commit()
    with store.read() as unit:
        assert unit.outbox.waiting_count() == 2
        assert unit.outbox.oldest_due(NOON) is None
        assert unit.outbox.oldest_due(after(minutes=6)) == after(minutes=5)


def test_an_unknown_row_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound), store.read() as unit:
        unit.outbox.row(O1)
