"""How the service is: one look at the database at a time, apart from whoever asks, and what the last look found.

A database that hangs never hangs an asker: it gets the last figures with their age. Codes, counts and seconds only.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from bot.logs import Log
from bot.seams import Clock, Ticks
from bot.watch import Watch
from storage.errors import StoreBusy, StoreError
from storage.unit import Store

AUDIT = "watch"
"""The name of the auditor's alarm."""
AUDIT_LATE = 180.0
FRESH = 5.0
"""Seconds for which figures are given again without another look."""
SILENT = 15.0
"""Figures older than this say that the database does not answer."""
PATIENCE = 2.0
"""How long an asker waits for a look."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What a look found. Ages are seconds; None where there was never anything to age."""

    version: str | None
    audit_age: float | None
    oldest_unsent: float
    overdue: int
    unheard: int
    undeliverable: int
    waiting: int
    unreached: int = 0
    unreminded: int = 0
    jobs_missed: int = 0
    clock_jumps: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The last figures and their age in seconds; `trouble` is the code of what kept newer ones away."""

    figures: Figures | None
    age: float
    trouble: str | None


class Running(Protocol):
    """The jobs of this process, as far as its health goes."""

    def delivers(self) -> bool:
        """Whether the thread that delivers is alive."""
        ...

    def ages(self) -> Mapping[str, float]:
        """Seconds since each job last ended well."""
        ...


def look_at(store: Store, watch: Watch, clock: Clock) -> Callable[[], Figures]:
    """One look at the database. It raises `StoreError` where the database can't be read."""

    def look() -> Figures:
        now = clock()
        with store.read() as unit:
            version, rows = unit.figures.version(), unit.figures.outbox(now)
            seen = watch.pulse(unit)
        return Figures(
            version=version,
            audit_age=None if seen.beat_at is None else max((now - seen.beat_at).total_seconds(), 0.0),
            oldest_unsent=0.0 if rows.oldest_due is None else max((now - rows.oldest_due).total_seconds(), 0.0),
            overdue=rows.overdue,
            unheard=seen.unheard,
            undeliverable=rows.undeliverable,
            waiting=rows.waiting,
            unreached=seen.unreached,
            unreminded=seen.unreminded,
            jobs_missed=seen.jobs_missed,
            clock_jumps=seen.clock_jumps,
        )

    return look


class Lookout:
    """Looks when asked, in a thread of its own, one look at a time, and keeps what it found last."""

    def __init__(self, look: Callable[[], Figures], ticks: Ticks, log: Log) -> None:
        self._look, self._ticks, self._log = look, ticks, log
        self._turn = threading.Condition()
        self._asked: float | None = None
        self._tried: float | None = None
        self._figures: Figures | None = None
        self._at = 0.0
        self._trouble: str | None = None
        # Not one of a pool: a look that hangs must not keep the process from ending.
        threading.Thread(target=self._keep_looking, name="lookout", daemon=True).start()

    def latest(self, patience: float = PATIENCE) -> Seen:
        """The figures, new if the last are older than five seconds and a look ends within `patience` seconds."""
        with self._turn:
            if not self._fresh():
                hangs = self._asked is not None and self._ticks() - self._asked > patience
                if self._asked is None:
                    self._asked = self._ticks()
                    self._turn.notify_all()
                self._turn.wait_for(self._fresh, 0 if hangs else patience)
            return Seen(figures=self._figures, age=self._ticks() - self._at, trouble=self._trouble_now())

    def _fresh(self) -> bool:
        return self._tried is not None and self._ticks() - self._tried < FRESH

    def _trouble_now(self) -> str | None:
        silent = self._figures is None or self._ticks() - self._at > SILENT
        return self._trouble or ("database_silent" if silent else None)

    def _keep_looking(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._asked is not None)
            figures, trouble = self._looked()
            with self._turn:
                self._tried, self._asked, self._trouble = self._ticks(), None, trouble
                if figures is not None:
                    self._figures, self._at = figures, self._tried
                self._turn.notify_all()

    def _looked(self) -> tuple[Figures | None, str | None]:
        try:
            return self._look(), None
        except StoreError as error:
            return None, "database_busy" if isinstance(error, StoreBusy) else "database_unreachable"
        except Exception as error:  # noqa: BLE001 - whatever broke the look, the page must say so
            self._log("look_broke", error=type(error).__name__)
            return None, "look_broke"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spooled:
    """How many presses of danger wait to be written down, and how many were put aside; asked without the database."""

    waiting: Callable[[], int]
    aside: Callable[[], int]


class Link(Protocol):
    """A standing connection to a platform; asked from any thread, and without the platform."""

    def down(self) -> float:
        """Seconds since it was last seen; 0 while it stands."""
        ...

    def connections(self) -> int:
        """How many the app had when this one was opened."""
        ...


NO_LINKS: Mapping[str, Link] = MappingProxyType({})
NOTHING_SPOOLED = Spooled(waiting=lambda: 0, aside=lambda: 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """What the health pages and metrics say. `head`: the database version that this code needs; `links` by channel."""

    lookout: Lookout
    running: Running
    head: str
    rules_readable: bool
    refused_directories: Callable[[], int] = lambda: 0
    spool: Spooled = NOTHING_SPOOLED
    links: Mapping[str, Link] = field(default_factory=lambda: NO_LINKS)

    def unready(self) -> tuple[str, ...]:
        """Codes of what keeps this process from serving; none when it is ready."""
        seen = self.lookout.latest()
        audited = self.running.ages().get(AUDIT)
        found = (
            (seen.trouble is not None, seen.trouble or ""),
            # A newer one is ready: in an upgrade the tables go first, and old processes go on until their turn comes.
            (seen.figures is not None and (seen.figures.version or "") < self.head, "other_version"),
            (not self.rules_readable, "rules_unreadable"),
            (audited is None or audited > AUDIT_LATE, "audit_late"),
            (not self.running.delivers(), "delivery_stopped"),
        )
        return tuple(code for wrong, code in found if wrong)

    def state(self) -> Mapping[str, object]:
        """Everything that a person on duty looks at first: seconds, counts, codes."""
        codes, seen = self.unready(), self.lookout.latest()
        beside = {
            "refused_directories": self.refused_directories(),
            "spool_waiting": self.spool.waiting(),
            "spool_aside": self.spool.aside(),
            **{f"{name}_socket_down_seconds": round(one.down(), 1) for name, one in self.links.items()},
        }
        well = not codes and not any(beside.values()) and _well(seen)
        shown: dict[str, object] = {"status": "ok" if well else "look", "codes": list(codes), **beside}
        if seen.figures is None:
            return shown
        return shown | {
            "figures_age_seconds": round(seen.age, 1),
            "audit_age_seconds": None if seen.figures.audit_age is None else round(seen.figures.audit_age, 1),
            "oldest_unsent_seconds": round(seen.figures.oldest_unsent, 1),
            "unheard": seen.figures.unheard,
            "undeliverable": seen.figures.undeliverable,
            "overdue": seen.figures.overdue,
            "waiting": seen.figures.waiting,
            "unreached": seen.figures.unreached,
            "drafts_unreminded": seen.figures.unreminded,
            "jobs_missed": seen.figures.jobs_missed,
            "clock_jumps": seen.figures.clock_jumps,
        }

    def gauges(self) -> Mapping[str, float]:
        """The figures by the names of `bot.metrics.GAUGES`; what was never found is missing."""
        seen = self.lookout.latest()
        found: dict[str, float] = {
            "swis_refused_directories": self.refused_directories(),
            "swis_spool_waiting": self.spool.waiting(),
            "swis_spool_aside": self.spool.aside(),
        }
        if seen.figures is None:
            return found
        if seen.figures.audit_age is not None:
            # With the figures themselves growing old, so does the heartbeat in them.
            found["swis_heartbeat_age_seconds"] = seen.figures.audit_age + seen.age
        return found | {
            "swis_figures_age_seconds": seen.age,
            "swis_oldest_unsent_seconds": seen.figures.oldest_unsent,
            "swis_overdue_rows": seen.figures.overdue,
            "swis_unheard_concerns": seen.figures.unheard,
            "swis_undeliverable_rows": seen.figures.undeliverable,
            "swis_waiting_rows": seen.figures.waiting,
            "swis_unreached_concerns": seen.figures.unreached,
            "swis_drafts_unreminded": seen.figures.unreminded,
            "swis_jobs_missed": seen.figures.jobs_missed,
            "swis_clock_jumps": seen.figures.clock_jumps,
        }

    def sockets(self) -> Mapping[str, Mapping[str, float]]:
        """The standing connections, by the names of `bot.metrics.SOCKETS` and by channel."""
        return {
            "swis_socket_down_seconds": {name: one.down() for name, one in self.links.items()},
            "swis_socket_connections": {name: one.connections() for name, one in self.links.items()},
        }

    def jobs(self) -> Mapping[str, float]:
        """Seconds since each job of this process last ended well."""
        return self.running.ages()


def _well(seen: Seen) -> bool:
    figures = seen.figures
    if figures is None:
        return False
    forgotten = figures.unheard or figures.unreached or figures.undeliverable or figures.overdue or figures.unreminded
    return not (forgotten or figures.jobs_missed)
