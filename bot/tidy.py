"""Housekeeping by the alarm: drafts that were left too long are erased, old errands forgotten, the log emptied."""

from dataclasses import dataclass
from datetime import timedelta

from bot.logs import Log
from bot.seams import Clock
from storage.unit import Store

PASSES_KEPT = timedelta(days=1)
"""How long a link to figures is known after its time; it opens nothing then."""
ERRANDS_KEPT = timedelta(days=30)
"""How long a pointer that belongs to no concern is kept; what came of it stays in the audit log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tidy:
    """`draft_days`: how long a draft may be left, in days."""

    store: Store
    clock: Clock
    log: Log
    draft_days: int

    def tidy(self) -> int:
        """Erase old drafts with their keys; returns how many."""
        with self.store.write() as unit:
            gone = unit.conversations.expire(self.clock() - timedelta(days=self.draft_days))
            unit.worklist.forget_errands(self.clock() - ERRANDS_KEPT)
            unit.publications.forget(self.clock() - PASSES_KEPT)
            unit.commit()
        for conversation in gone:
            self.log("draft_expired", conversation=conversation)
        self.store.checkpoint()
        return len(gone)
