"""The auditor, apart from the sender: asks whether every open concern is held, had, or has a step due.

It repairs nothing silently: it counts and says which. Its heartbeat is the time of its last good round.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.logs import Log
from bot.seams import Clock
from dialogs.concern import State, had, held
from storage.shapes import Concern
from storage.unit import Store, UnitOfWork

BEAT = "watch_beat"
ALERTING = frozenset({"until_had", "until_decided"})
"""The chains that bring a concern up again until it is decided."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """What the auditor last found: instants and counts, ids nowhere."""

    beat_at: datetime | None
    unheard: int
    waiting: int
    given_up: int
    oldest_due: datetime | None


@dataclass(kw_only=True, slots=True)
class Watch:
    """One auditor."""

    store: Store
    clock: Clock
    log: Log

    def audit(self) -> tuple[Concern, ...]:
        """The open concerns that nobody holds and no row will bring up again: there must be none."""
        now = self.clock()
        with self.store.read() as unit:
            unheard = tuple(one for one in self._open(unit) if not self._looked_after(unit, one, now))
        for concern in unheard:
            self.log("concern_unheard", concern=concern.id)
        if not unheard:
            self._beat(now)
        return unheard

    def health(self) -> Health:
        """For the health page."""
        now = self.clock()
        with self.store.read() as unit:
            beat = unit.settings.get(BEAT)
            return Health(
                beat_at=None if beat is None else datetime.fromisoformat(beat),
                unheard=sum(not self._looked_after(unit, one, now) for one in self._open(unit)),
                waiting=unit.outbox.waiting_count(),
                given_up=unit.outbox.given_up_count(),
                oldest_due=unit.outbox.oldest_due(now),
            )

    def _open(self, unit: UnitOfWork) -> list[Concern]:
        found = unit.concerns.open_everywhere()
        return [one for one in found if one.kind != "consultation" and one.life.state in (State.SENT, State.HAD)]

    def _looked_after(self, unit: UnitOfWork, concern: Concern, now: datetime) -> bool:
        if held(concern.life, now) or had(concern.life, now):
            return True
        rows = unit.outbox.of_concern(concern.id)
        return any(row.state == "waiting" and row.step.chain in ALERTING for row in rows)

    def _beat(self, now: datetime) -> None:
        with self.store.write() as unit:
            unit.settings.put(BEAT, now.isoformat())
            unit.commit()
