"""Alarms, and nothing else: APScheduler rings, the truth is `due_at` in rows.

A lost alarm loses nothing (the next one finds the rows); an alarm in two processes does nothing twice (leases).
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.logs import Log

DELIVER_EVERY = 2
SENDERS = 3
"""Threads that deliver: a platform that answers slowly keeps one of them, not the others' rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """What rings every so many seconds, and what is run then."""

    name: str
    every: int
    run: Callable[[], object]


class Jobs:
    """The scheduler of one process and its `senders`. `nudge` rings the delivery at once, from any thread."""

    def __init__(
        self, deliver: Callable[[], object], alarms: Sequence[Alarm], log: Log, senders: int = SENDERS
    ) -> None:
        self._log = log
        self._deliver = self._calm("deliver", deliver)
        self._ring = threading.Event()
        self._stopped = threading.Event()
        self._scheduler = BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(2)})
        often = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self._ring.set, "interval", seconds=DELIVER_EVERY, id="deliver", **often)
        for alarm in alarms:
            ring = self._calm(alarm.name, alarm.run)
            self._scheduler.add_job(ring, "interval", seconds=alarm.every, id=alarm.name, **often)
        self._senders = [threading.Thread(target=self._send, name="deliver", daemon=True) for _ in range(senders)]

    def start(self) -> None:
        """Start the alarms; what is due already is delivered at once."""
        self._ring.set()
        for sender in self._senders:
            sender.start()
        self._scheduler.start()

    def nudge(self) -> None:
        """Something was committed: deliver now."""
        self._ring.set()

    def stop(self) -> None:
        """Stop, and wait for what runs."""
        self._scheduler.shutdown(wait=True)
        self._stopped.set()
        self._ring.set()
        for sender in self._senders:
            sender.join(timeout=10)

    def _send(self) -> None:
        while not self._stopped.is_set():
            self._ring.wait()
            self._ring.clear()
            if not self._stopped.is_set():
                self._deliver()

    def _calm(self, name: str, job: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - an alarm that dies would be silence
                # The rows are still there; the next alarm tries again.
                self._log("job_failed", job=name, code=type(error).__name__)

        return run
