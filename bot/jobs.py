"""Alarms, and nothing else: APScheduler rings, the truth is `due_at` in rows.

A lost alarm loses nothing (the next one finds the rows); an alarm in two processes does nothing twice (leases).
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.logs import Log
from bot.seams import UNMEASURED, Measures, Ticks, system_clock, system_ticks

DELIVER_EVERY = 2
SENDERS = 3
"""Threads that deliver: a platform that answers slowly keeps one of them, not the others' rows."""
DELIVER = "deliver"
PATIENCE = 10
"""Seconds that stopping waits for deliveries under way; what is cut off goes when its lease has run out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """What rings every so many seconds, and what is run then."""

    name: str
    every: int
    run: Callable[[], object]


class Jobs:
    """The scheduler of one process and its `senders`. `nudge` rings the delivery at once, from any thread."""

    def __init__(
        self,
        deliver: Callable[[], object],
        alarms: Sequence[Alarm],
        log: Log,
        senders: int = SENDERS,
        *,
        measures: Measures = UNMEASURED,
        ticks: Ticks = system_ticks,
    ) -> None:
        self._log, self._measures, self._ticks = log, measures, ticks
        self._done: dict[str, float] = {}
        self._deliver = self._calm(DELIVER, deliver)
        self._ring = threading.Event()
        self._stopped = threading.Event()
        self._scheduler = BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(2)})
        often = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self._ring.set, "interval", seconds=DELIVER_EVERY, id=DELIVER, **often)
        for alarm in alarms:
            ring = self._calm(alarm.name, alarm.run)
            # At the start too: the auditor must not be silent for its first minute.
            self._scheduler.add_job(
                ring, "interval", seconds=alarm.every, id=alarm.name, next_run_time=system_clock(), **often
            )
        self._senders = [threading.Thread(target=self._send, name=DELIVER, daemon=True) for _ in range(senders)]

    def start(self) -> None:
        """Start the alarms; what is due already is delivered at once."""
        self._ring.set()
        for sender in self._senders:
            sender.start()
        self._scheduler.start()

    def nudge(self) -> None:
        """Something was committed: deliver now."""
        self._ring.set()

    def delivers(self) -> bool:
        """Whether every thread that delivers is alive."""
        return all(sender.is_alive() for sender in self._senders)

    def ages(self) -> Mapping[str, float]:
        """Seconds since each job last ended well; one that never did is missing."""
        now = self._ticks()
        return {job: now - at for job, at in self._done.copy().items()}

    def stop(self) -> bool:
        """Stop, and wait for what runs; False if a delivery is still under way after ten seconds."""
        self._scheduler.shutdown(wait=True)
        self._stopped.set()
        self._ring.set()
        until = self._ticks() + PATIENCE
        for sender in self._senders:
            sender.join(timeout=max(until - self._ticks(), 0))
        return not any(sender.is_alive() for sender in self._senders)

    def _send(self) -> None:
        while not self._stopped.is_set():
            self._ring.wait()
            self._ring.clear()
            if not self._stopped.is_set():
                self._deliver()
        # The ring may have been cleared before another sender waited for it.
        self._ring.set()

    def _calm(self, name: str, job: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                job()
                self._done[name] = self._ticks()
            except Exception as error:  # noqa: BLE001 - an alarm that dies would be silence
                # The rows are still there; the next alarm tries again.
                self._log("job_failed", job=name, code=type(error).__name__)
                self._measures.job_failed(name)

        return run
