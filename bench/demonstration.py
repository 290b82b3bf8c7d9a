"""The programme put together as the demonstration is, on a database of its own, with nobody waiting for alerts."""

from pathlib import Path

from bot.intake import Intake
from bot.seams import references, system_clock, system_id, system_random
from bot.wiring import House, World, build, demo_settings, migrated
from storage.shapes import Person

AUTHORITY = "ealing"


def put_together(folder: Path) -> tuple[House, World, Person]:
    """A house that keeps in `folder`, its world, and a teacher who may report."""
    settings = migrated(demo_settings(folder, 0, system_random))
    world = World(
        clock=system_clock,
        new_id=system_id,
        new_reference=references(system_random),
        random=system_random,
        couriers={},
        mode="demo",
    )
    house = build(settings, world, show_unsigned=True)
    with house.store.read() as unit:
        people = unit.people.all(AUTHORITY)
        arms = {school.id: school.arm for school in unit.people.schools(AUTHORITY)}
    teacher = next(
        one for one in people if one.role == "reporter" and one.school and arms[one.school] == "intervention"
    )
    return house, world, teacher


def intake_in(folder: Path) -> tuple[Intake, str]:
    """An intake that keeps in `folder`, and a teacher who may report."""
    house, _, teacher = put_together(folder)
    return house.intake, teacher.id
