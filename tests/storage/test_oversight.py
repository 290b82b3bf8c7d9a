"""What the auditor asks: each question finds what it is for and nothing else, and reads no closed concern."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Select

from dialogs.concern import Had, Life, State
from storage import oversight, worklist
from storage.engine import make_engine
from storage.migrations import upgrade
from storage.oversight import MOST_IDS, Found
from storage.shapes import ConversationId, OutboxId, PlannedStep
from storage.unit import Store, UnitOfWork
from tests.storage.rows import (
    BEN,
    BY_ANA,
    NO_TOKENS,
    NOON,
    a_concern,
    a_conversation,
    a_delivery,
    a_step,
    after,
    an_entry,
)

TEN = timedelta(minutes=10)
LONG_AGO = after(hours=-1)
NONE = Found()


def keep(unit: UnitOfWork, name: str = "c1", **changes: Any) -> None:
    """A concern, without any row."""
    unit.concerns.add(a_concern(name, **changes), {"saw": "a bruise"}, NO_TOKENS)


def put(unit: UnitOfWork, name: str, concern: str = "c1", **changes: Any) -> OutboxId:
    """A row of a concern; its id is its key."""
    unit.outbox.put([a_step(name, concern=concern, **changes)], [OutboxId(name)])
    return OutboxId(name)


def one(name: str) -> Found:
    """Exactly this one was found."""
    return Found(count=1, ids=(name,))


def stuck(unit: UnitOfWork, now: datetime) -> Found:
    """What is stuck for ten minutes."""
    return unit.oversight.stuck(now - TEN, now)


def has(until: Any) -> Life:
    """A life in which a lead has it until then."""
    return Life(state=State.HAD, lead=Had(person="ben", until=until))


LIVES = {
    "sent": (Life(), True),
    "had": (has(after(hours=1)), False),
    "had until this instant": (has(NOON), True),
    "held": (Life(held_until=after(minutes=1)), False),
    "held until this instant": (Life(held_until=NOON), True),
    "held from before the clock was set back": (Life(held_until=after(hours=2)), True),
    "only a social worker has it": (Life(social_worker=Had(person="ben", until=after(hours=1))), True),
    "decided": (Life(state=State.DECIDED, decided_at=NOON), False),
    "closed": (Life(state=State.CLOSED, closed_at=NOON), False),
}


@pytest.mark.parametrize("name", LIVES)
def test_a_concern_is_unheard_when_nobody_has_or_holds_it_and_no_row_will_bring_it_up(store: Store, name: str) -> None:
    life, unheard = LIVES[name]
    with store.write() as unit:
        keep(unit, life=life)
        assert unit.oversight.unheard(NOON) == (one("c1") if unheard else NONE)


@pytest.mark.parametrize(
    ("chain", "unheard"), [("until_had", False), ("until_decided", False), ("until_closed", True), ("notice", True)]
)
def test_only_a_waiting_row_of_an_alerting_chain_will_bring_it_up(store: Store, chain: str, unheard: bool) -> None:
    with store.write() as unit:
        keep(unit)
        row = put(unit, "o1", chain=chain)
        assert bool(unit.oversight.unheard(NOON)) is unheard
        unit.outbox.sent(row, NOON)
        assert unit.oversight.unheard(NOON)


def test_a_consultation_is_nobodys_to_have(store: Store) -> None:
    with store.write() as unit:
        keep(unit, kind="consultation")
        assert unit.oversight.unheard(NOON) == NONE


def test_a_due_row_that_nobody_tried_for_ten_minutes_is_stuck(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        put(unit, "o1", due_at=NOON)
        assert stuck(unit, after(minutes=9)) == NONE
        assert stuck(unit, after(minutes=10)) == one("o1")


def test_a_row_that_is_tried_again_and_again_is_not_stuck(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        row = put(unit, "o1", due_at=LONG_AGO)
        unit.outbox.claim(NOON, 10, 60, "one")
        assert stuck(unit, NOON) == NONE
        unit.outbox.failed(row, after(minutes=5), "outage")
        assert stuck(unit, after(minutes=6)) == NONE
        assert stuck(unit, after(minutes=16)) == one("o1")


def test_a_row_whose_sender_died_is_stuck_when_nobody_takes_it_over(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        put(unit, "o1", due_at=LONG_AGO)
        unit.outbox.claim(NOON, 10, 60, "dead")
        assert stuck(unit, after(minutes=10)) == NONE
        assert stuck(unit, after(minutes=11)) == one("o1")


def test_what_an_opened_concern_holds_back_is_not_stuck_nor_just_after(store: Store) -> None:
    with store.write() as unit:
        keep(unit, life=Life(held_until=NOON))
        put(unit, "o1", due_at=LONG_AGO)
        assert stuck(unit, after(minutes=9)) == NONE
        assert stuck(unit, after(minutes=10)) == one("o1")


@pytest.mark.parametrize(("row", "until"), [({"step": 0}, after(hours=1)), ({}, after(hours=2))])
def test_what_no_hold_keeps_back_is_stuck_all_the_same(store: Store, row: dict[str, Any], until: datetime) -> None:
    with store.write() as unit:
        keep(unit, life=Life(held_until=until))
        put(unit, "o1", due_at=LONG_AGO, **row)
        assert stuck(unit, NOON) == one("o1")


def test_rows_given_up_are_counted_while_their_concern_is_open_and_those_of_no_concern(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        keep(unit, "c2", life=Life(state=State.CLOSED, closed_at=NOON))
        rows = [put(unit, "o1"), put(unit, "o2", concern="c2"), put(unit, "o3")]
        errand = a_step("e1", chain="notice", person=BEN)
        unit.outbox.put([_without_concern(errand)], [OutboxId("e1")])
        for row in (*rows[:2], OutboxId("e1")):
            unit.outbox.failed(row, None, "outage")
        assert unit.oversight.given_up() == Found(count=2, ids=("o1", "e1"))


def _without_concern(step: PlannedStep) -> PlannedStep:
    return replace(step, concern=None)


def test_a_concern_is_unreached_when_all_alerts_that_were_due_told_nobody(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        first, second = put(unit, "o1"), put(unit, "o2", role="deputy_safeguarding_lead")
        put(unit, "o3", role="head", due_at=after(hours=2))
        assert unit.oversight.unreached(NOON) == NONE
        unit.outbox.failed(first, None, "outage")
        assert unit.oversight.unreached(NOON) == NONE
        unit.outbox.sent(second, NOON)
        assert unit.oversight.unreached(NOON) == one("c1")
        unit.outbox.record(a_delivery(second))
        assert unit.oversight.unreached(NOON) == NONE


def test_a_reporter_who_was_told_to_ring_is_nobody_who_has_heard(store: Store) -> None:
    with store.write() as unit:
        keep(unit)
        unit.outbox.failed(put(unit, "o1"), None, "outage")
        told = put(unit, "o2", role="reporter", draw="nobody_yet")
        unit.outbox.sent(told, NOON)
        unit.outbox.record(a_delivery(told))
        assert unit.oversight.unreached(NOON) == one("c1")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"worry": "none"}, False),
        ({"flow": "addition"}, True),
        ({"flow": "closing"}, False),
        ({"state": "discarded"}, False),
        ({"touched_at": after(seconds=1)}, False),
    ],
)
def test_a_worrying_draft_without_a_reminder_was_missed(store: Store, changes: Any, found: bool) -> None:
    with store.write() as unit:
        unit.conversations.start(a_conversation(**{"worry": "grave", **changes}))
        assert bool(unit.oversight.unreminded(NOON)) is found


def test_a_reminder_counts_for_its_revision_only(store: Store) -> None:
    with store.write() as unit:
        unit.conversations.start(a_conversation(worry="grave"))
        unit.outbox.put([_without_concern(a_step("midway_reminder:v1:0", person=BEN))], [OutboxId("e1")])
        assert unit.oversight.unreminded(NOON) == NONE
        unit.conversations.append(ConversationId("v1"), 0, an_entry(1), "grave", BY_ANA)
        assert unit.oversight.unreminded(NOON) == one("v1")


def test_an_answer_names_the_first_and_counts_all(store: Store) -> None:
    with store.write() as unit:
        for number in range(MOST_IDS + 5):
            keep(unit, f"c{number:02}")
        found = unit.oversight.unheard(NOON)
    assert (found.count, len(found.ids), found.ids[0]) == (MOST_IDS + 5, MOST_IDS, "c00")


QUESTIONS: dict[str, Select[Any]] = {
    name: statement
    for module in (oversight, worklist)
    for name, statement in vars(module).items()
    if isinstance(statement, Select) and name not in ("_STANDING", "_ERRANDS")
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_reads_a_whole_table(tmp_path: Path, name: str) -> None:
    """On SQLite, which says how it would go about it; open concerns, open drafts and waiting rows have their index."""
    url = f"sqlite:///{tmp_path / 'swis.db'}"
    upgrade(url)
    engine = make_engine(url)
    with engine.connect() as connection:
        plan = _plan(connection, QUESTIONS[name])
    engine.dispose()
    tables = ("concerns", "outbox", "deliveries", "notes", "conversations")
    whole = [line for line in plan if line.startswith("SCAN ") and line.split()[1] in tables]
    assert [line for line in whole if "_open" not in line and "_waiting" not in line] == []


def _plan(connection: Connection, question: Select[Any]) -> list[str]:
    text = question.params(roles=["somebody"], ids=["c1"], keys=["k"], wanted="c1").compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    values = tuple(0 for _ in getattr(text, "positiontup", None) or ())
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
