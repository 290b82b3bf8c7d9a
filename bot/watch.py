"""The auditor, apart from the sender: asks whether every open concern is held, had, or has a step due in time.

It repairs nothing silently: it counts and says which; only a reporter whom nobody's alert protects is told at once.
Its heartbeat is the time of its last good round.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.logs import Log
from bot.seams import Clock, NewId, Nudge
from bot.steps import notice
from storage.oversight import Found
from storage.shapes import ConcernId, OutboxId, OutboxRow, PlannedStep
from storage.unit import Store, UnitOfWork

BEAT = "watch_beat"
JOB = "job_done:"
STUCK_AFTER = timedelta(minutes=10)
"""A row that is due for so long and that nobody tried: the sender is stuck."""
UNREMINDED_AFTER = timedelta(minutes=35)
"""A worrying draft left for so long without a reminder: nobody makes the rounds."""
JOBS_KEPT_EVERY = timedelta(minutes=5)
ROUNDS_MISSED = 5
"""An alarm is missed when so many of its times went by without a good run anywhere."""
JUMP = timedelta(minutes=10)
SKEW = timedelta(minutes=1)
"""By how much the clocks of two machines may differ without one having jumped."""
SOON = timedelta(minutes=5)
"""A reporter whom the plan itself tells within this time is not told beside it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What a round found: counts, and the first ids of each kind.

    `unheard`: concerns that nobody holds or has and no row will bring up. `stuck`: due rows that nobody tried.
    `undeliverable`: rows given up. `unreached`: concerns of which nobody at all was told. `unreminded`: worrying drafts
    that the rounds missed. `jobs_missed`: alarms without a good run. `jumped`: seconds by which the clock jumped.
    """

    unheard: Found
    stuck: Found
    undeliverable: Found
    unreached: Found
    unreminded: Found
    jobs_missed: tuple[str, ...]
    jumped: int = 0

    @property
    def good(self) -> bool:
        """Whether nobody is forgotten: what could not be delivered is loud on its own, and a chain goes on after it."""
        return not (self.unheard or self.stuck or self.unreminded)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulse:
    """What the health page shows of the auditor: instants and counts. `beat_at`: the last good round of any process."""

    beat_at: datetime | None
    unheard: int
    unreached: int
    unreminded: int
    jobs_missed: int
    clock_jumps: int


@dataclass(kw_only=True, slots=True)
class Watch:
    """One auditor. `every` says how often each alarm of the house rings, in seconds."""

    store: Store
    clock: Clock
    log: Log
    new_id: NewId
    nudge: Nudge
    every: Mapping[str, int] = field(default_factory=dict)
    _done: dict[str, datetime] = field(default_factory=dict)
    _since: datetime | None = None
    _last: datetime | None = None
    _jumps: int = 0

    def noting(self, job: str, run: Callable[[], object]) -> Callable[[], None]:
        """The job, so that the auditor knows of its good runs."""

        def noted() -> None:
            run()
            self._done[job] = self.clock()

        return noted

    def audit(self) -> Findings:
        """One round: look, say what is wrong, tell reporters whom nobody protects, and beat if nobody is forgotten."""
        now = self.clock()
        self._since = self._since or now
        with self.store.read() as unit:
            found = self._find(unit, now)
            warned = tuple(self._warnings(unit, found.unreached, now))
            known = {job: self._kept(unit, job) for job in self.every}
        self._say(found)
        self._last = now
        self._write(found, warned, known, now)
        return found

    def pulse(self, unit: UnitOfWork) -> Pulse:
        """What the health page shows of the auditor, and nothing that it counts itself."""
        now, oversight = self.clock(), unit.oversight
        return Pulse(
            beat_at=_instant(unit, BEAT),
            unheard=oversight.unheard(now).count,
            unreached=oversight.unreached(now).count,
            unreminded=oversight.unreminded(now - UNREMINDED_AFTER).count,
            jobs_missed=len(self._jobs_missed(unit, now)),
            clock_jumps=self._jumps,
        )

    def _find(self, unit: UnitOfWork, now: datetime) -> Findings:
        oversight = unit.oversight
        return Findings(
            unheard=oversight.unheard(now),
            stuck=oversight.stuck(now - STUCK_AFTER, now),
            undeliverable=oversight.given_up(),
            unreached=oversight.unreached(now),
            unreminded=oversight.unreminded(now - UNREMINDED_AFTER),
            jobs_missed=self._jobs_missed(unit, now),
            jumped=self._jumped(_instant(unit, BEAT), now),
        )

    # ── jobs and the clock

    def _jobs_missed(self, unit: UnitOfWork, now: datetime) -> tuple[str, ...]:
        return tuple(job for job, every in self.every.items() if self._missed(unit, job, every, now))

    def _missed(self, unit: UnitOfWork, job: str, every: int, now: datetime) -> bool:
        """Nothing is missed before this process was there to see it run."""
        seen = [one for one in (self._done.get(job), self._kept(unit, job), self._since) if one is not None]
        return bool(seen) and now - max(seen) > timedelta(seconds=every * ROUNDS_MISSED) + JOBS_KEPT_EVERY

    def _kept(self, unit: UnitOfWork, job: str) -> datetime | None:
        return _instant(unit, JOB + job)

    def _jumped(self, beat: datetime | None, now: datetime) -> int:
        """Seconds by which the clock jumped since this process last looked, or was set back since anybody's beat."""
        if self._last is not None and not timedelta() <= now - self._last <= JUMP:
            return round((now - self._last).total_seconds())
        if self._last is None and beat is not None and now < beat - SKEW:
            return round((now - beat).total_seconds())
        return 0

    # ── what comes of it

    def _say(self, found: Findings) -> None:
        for concern in found.unheard.ids:
            self.log("concern_unheard", concern=concern)
        for concern in found.unreached.ids:
            self.log("concern_unreached", concern=concern)
        for row in found.stuck.ids:
            self.log("delivery_stuck", outbox=row)
        for draft in found.unreminded.ids:
            self.log("draft_unreminded", conversation=draft)
        for job in found.jobs_missed:
            self.log("job_missed", job=job)
        if found.undeliverable:
            self.log("undeliverable", count=found.undeliverable.count)
        if found.jumped:
            self._jumps += 1
            self.log("clock_jumped", age_seconds=found.jumped)

    def _warnings(self, unit: UnitOfWork, unreached: Found, now: datetime) -> Iterator[PlannedStep]:
        """For each concern that reached nobody: its reporter hears at once, unless the plan says so soon."""
        for wanted in unreached.ids:
            concern = unit.concerns.get(ConcernId(wanted))
            rows = unit.outbox.of_concern(concern.id)
            if not any(_tells_reporter(row, now) for row in rows):
                number = max(row.step.round for row in rows)
                yield notice(concern, "nobody_yet", f"nobody_reached_{number}", now)

    def _write(
        self, found: Findings, warned: tuple[PlannedStep, ...], known: Mapping[str, datetime | None], now: datetime
    ) -> None:
        """Everything that a round keeps, in one transaction: the beat, good runs now and then, and warnings."""
        runs = {job: at for job, at in self._done.items() if job in known and _newer(at, known[job])}
        if not (found.good or warned or found.jumped):
            return
        with self.store.write() as unit:
            # After a clock was set back, what was put off by the clock before would wait for it to come round again.
            woken = unit.outbox.wake(now) if found.jumped else 0
            if found.good:
                unit.settings.put(BEAT, now.isoformat())
                for job, at in runs.items():
                    unit.settings.put(JOB + job, at.isoformat())
            unit.outbox.put(warned, [OutboxId(self.new_id()) for _ in warned])
            unit.commit()
        if woken:
            self.log("rows_woken", count=woken)
        if warned or woken:
            self.nudge()


def _instant(unit: UnitOfWork, key: str) -> datetime | None:
    value = unit.settings.get(key)
    return None if value is None else datetime.fromisoformat(value)


def _newer(at: datetime, kept: datetime | None) -> bool:
    """Kept only now and then; or at once where the clock was set back."""
    return kept is None or at - kept >= JOBS_KEPT_EVERY or at < kept


def _tells_reporter(row: OutboxRow, now: datetime) -> bool:
    """Whether a row tells the reporter that nobody has it: just told, or about to be."""
    step = row.step
    if step.draw != "nobody_yet" or step.role != "reporter":
        return False
    return row.state == "sent" or (row.state == "waiting" and step.due_at <= now + SOON)
