"""A backlog of due rows with a courier that only takes them: each row marked, and kept in the log, by itself.

On SQLite by one process, on PostgreSQL by four, against one database.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.directory import load_directory
from bot.reading import EXAMPLES, reading
from bot.seams import Parcel, references, system_clock, system_id
from bot.wiring import House, World, assemble, load_people
from dialogs.concern import Life
from storage.sealed import MasterKey
from storage.shapes import ChildTokens, Concern, ConcernId, Identity, OutboxId, Person, PersonId, PlannedStep, SchoolId
from storage.unit import Store

KEY = MasterKey("bench", bytes(range(32)))
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PUT_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NullCourier:
    """Takes everything and does nothing."""

    channel: str = "null"
    last_resort: bool = False

    def address_of(self, to: Person, known: Sequence[Identity]) -> str:  # noqa: ARG002
        """Everybody."""
        return to.id

    def deliver(self, parcel: Parcel) -> str:
        """Taken."""
        return parcel.key

    def revise(self, parcel: Parcel, receipt: str) -> str:  # noqa: ARG002
        """Taken."""
        return receipt


def house(url: str, holder: str) -> House:
    """The service on a migrated database, with the courier that does nothing."""
    world = World(
        clock=system_clock, new_id=system_id, new_reference=references(os.urandom), random=os.urandom,
        couriers={"null": NullCourier()}, holder=holder,
    )  # fmt: skip
    store = Store.open(url, [KEY], random_bytes=os.urandom)
    return assemble(store, reading().judge, (load_directory(EXAMPLES / "ealing.yaml"),), world)


def fill(store: Store, first: int, rows: int, *, state: str = "waiting") -> None:
    """So many concerns with one row each, all due: to the lead of one school."""
    for start in range(first, first + rows, PUT_AT_ONCE):
        numbers = range(start, min(start + PUT_AT_ONCE, first + rows))
        with store.write() as unit:
            for number in numbers:
                unit.concerns.add(_concern(number), {}, ChildTokens(tokens=()))
            unit.outbox.put([_step(number) for number in numbers], [OutboxId(f"row-{n:08}") for n in numbers])
            if state == "sent":
                for number in numbers:
                    unit.outbox.sent(OutboxId(f"row-{number:08}"), START)
            unit.commit()


def _concern(number: int) -> Concern:
    return Concern(
        id=ConcernId(f"concern-{number:08}"), reference=f"B{number:08}", kind="child", restricted=False,
        reporter=PersonId("brentside.teacher"), school=SchoolId("brentside"), authority="ealing", outcome=None,
        level=None, urgency=3, advice_now=False, document_version=None, branch=None, linked_to=None, excluded=(),
        sent_at=START, created_at=START, life=Life(),
    )  # fmt: skip


def _step(number: int) -> PlannedStep:
    return PlannedStep(
        concern=ConcernId(f"concern-{number:08}"), chain="until_had", round=1, step=0,
        role="designated_safeguarding_lead", person=None, due_at=START, respond_by=None, draw="alert",
        reason="told_at_once", dedupe=f"{number}", follow=False,
    )  # fmt: skip


def drain(house: House) -> tuple[int, float]:
    """Deliver all that is due; how many rows, in how many seconds."""
    began = time.perf_counter()
    rows = house.alerts.deliver_due()
    return rows, time.perf_counter() - began


def prepared(url: str) -> House:
    """A house on the database, with its people."""
    found = house(url, "filler")
    load_people(found.store, found.directories, START)
    return found
