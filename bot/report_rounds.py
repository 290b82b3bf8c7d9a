"""The board's month and the partnership's term, built when they are over, once, and told to whom the directory names.

What was missed is made up when the service comes back, and says so. Leaves rows; sends nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.ahead import claimed
from bot.digests import PUNCTUAL
from bot.logs import Log
from bot.places import Land
from bot.report_rows import REPORTS, about_report, receivers, report_row
from bot.reports import Reports
from bot.seams import Clock, NewId, Nudge
from bot.weeks import Stretch
from storage.shapes import OutboxId, PlannedStep
from storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportRounds:
    """Builds the reports that are due."""

    reports: Reports
    clock: Clock
    new_id: NewId
    log: Log
    nudge: Nudge

    def make(self) -> None:
        """Build every report that is due and was not told, oldest first. What is broken in one keeps no other back.

        Raises:
            Exception: the first fault of any report, when all were tried.
        """
        now, lands = self.clock(), self.reports.places.lands.items()
        tried = [self._tried(authority, land, kind, now) for authority, land in lands for kind in REPORTS]
        faults = [one for one in tried if one is not None]
        if faults:
            raise faults[0]

    def _tried(self, authority: str, land: Land, kind: str, now: datetime) -> Exception | None:
        try:
            for stretch in self._missing(authority, land, kind, now):
                self._build_and_tell(authority, land, kind, stretch)
        except Exception as error:  # noqa: BLE001 - whatever broke one report, the others go out
            self.log("report_broke", authority=authority, kind=kind, error=type(error).__name__)
            return error
        return None

    def _missing(self, authority: str, land: Land, kind: str, now: datetime) -> tuple[Stretch, ...]:
        """The periods over since the last one told; where none was, the last period alone."""
        if not receivers(land.reporting, kind):
            return ()
        over = [one for one in self.reports.periods(land, kind).values() if one.over <= now]
        with self.reports.store.read() as unit:
            told = last_told(unit, authority, kind)
        if told is not None and all(told[0] != one.first.key for one in over):
            # A clock that ran ahead told of what is to come.
            told = None
        return tuple(over[-1:] if told is None else (one for one in over if one.first.key > told[0]))

    def _build_and_tell(self, authority: str, land: Land, kind: str, stretch: Stretch) -> None:
        self.reports.build(authority, kind, stretch.name)
        now, key = self.clock(), _key(authority, kind)
        with self.reports.store.write() as unit:
            if not claimed(unit, f"{key}:{stretch.first.key}", now):
                return
            rows = tuple(self._rows(unit, authority, land, kind, stretch))
            unit.outbox.put(rows, [OutboxId(self.new_id()) for _ in rows])
            unit.settings.put(key, f"{stretch.first.key} {stretch.name}")
            unit.commit()
        self.log("report_built", authority=authority, kind=kind, key=stretch.first.key, count=len(rows))
        self.nudge()

    def _rows(self, unit: UnitOfWork, authority: str, land: Land, kind: str, stretch: Stretch) -> Iterator[PlannedStep]:
        now, people = self.clock(), self.reports.places.rolls.of(unit, authority).people
        about = about_report(authority, kind, stretch.name)
        for one in people:
            if one.id in receivers(land.reporting, kind):
                yield report_row(one, about, now > stretch.over + PUNCTUAL, now)


def last_told(unit: UnitOfWork, authority: str, kind: str) -> tuple[str, str] | None:
    """The first week of the newest period of a report that was told, and its name; None before the first."""
    kept = unit.settings.get(_key(authority, kind))
    if kept is None:
        return None
    week, _, name = kept.partition(" ")
    return week, name


def _key(authority: str, kind: str) -> str:
    return f"reported:{authority}:{kind}"
