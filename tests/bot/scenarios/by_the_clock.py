"""For tests of what happens by the clock: London instants, and rows that belong to no concern."""

from datetime import date, datetime, time, timedelta

from bot.working_time import at
from storage.shapes import Absence, PersonId, PlannedStep
from tests.bot.scenarios.house import Scene

TUESDAY = date(2026, 11, 24)


def london(day: date, hour: int, minute: int = 0) -> datetime:
    """The UTC instant of a London day and time."""
    return at(day, time(hour, minute))


def errands(scene: Scene, draw: str | None = None) -> list[PlannedStep]:
    """Every row without a concern that waits at the clock's instant or was due before, by person."""
    with scene.house.store.write() as unit:
        # Read as the sender does, and rolled back.
        rows = unit.outbox.claim(scene.clock(), 1000, 60, "reader")
    found = [row.step for row in rows if row.step.concern is None and draw in (None, row.step.draw)]
    return sorted(found, key=lambda step: step.person or "")


def people(steps: list[PlannedStep]) -> list[str]:
    """Whom they are for."""
    return [str(step.person) for step in steps]


def round_at(scene: Scene, day: date, hour: int, minute: int = 0) -> Scene:
    """Make the rounds at a London instant."""
    scene.clock.now = london(day, hour, minute)
    scene.house.rounds.make()
    return scene


def away(scene: Scene, *persons: str, days: int = 1) -> None:
    """Everybody named is away from this instant on."""
    with scene.house.store.write() as unit:
        for one in persons:
            end = scene.clock() + timedelta(days=days)
            unit.people.absence(Absence(person=PersonId(one), start=scene.clock(), end=end, reason="leave"))
        unit.commit()
