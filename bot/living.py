"""The reporter's one message about a concern: when it has to change, and the row that says so. Draws nothing.

Each change leaves a row of its own, kept with the change; whichever is delivered shows the concern as it then stands.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.plan import alone
from dialogs.concern import Life
from storage.shapes import Concern, OutboxId, OutboxRow, PlannedStep
from storage.unit import UnitOfWork

LIVING = "living"
"""What such a row draws."""


def living_row(concern: Concern, because: str, now: datetime) -> PlannedStep:
    """The reporter's message is to show the concern as it stands; the same cause twice is one row."""
    row = alone("reporter", None, LIVING, now, f"{concern.id}:{LIVING}:{because}")
    return replace(row, concern=concern.id, reason=f"{LIVING}_{because}")


def keep_alive(unit: UnitOfWork, concern: Concern, life: Life, now: datetime) -> None:
    """Leave a row if the reporter reads something else of `life` than of the concern's life so far."""
    if _shown(life) != _shown(concern.life):
        row = living_row(concern, f"version_{life.version}", now)
        # Its key holds the version, and only one change makes a version.
        unit.outbox.put([row], [OutboxId(row.dedupe)])


def overtaken(row: OutboxRow, rows: Iterable[OutboxRow]) -> bool:
    """Whether a later row of the same message waits too: that one shows all."""
    waiting = [one for one in rows if one.step.draw == LIVING and one.state == "waiting"]
    return any(_order(one) > _order(row) for one in waiting)


def _order(row: OutboxRow) -> tuple[datetime, str]:
    return row.step.due_at, row.id


def _shown(life: Life) -> tuple[object, ...]:
    return life.state, life.seen_at, life.lead, life.decided_at, life.closed_at
