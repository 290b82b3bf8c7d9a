"""What the gate needs to know of a person and a concern that no single row tells."""

from datetime import datetime
from typing import Protocol

from bot.access import LEADS, Standing, covers
from bot.places import Places
from bot.roll import Roll
from storage.shapes import Concern, Person, School
from storage.unit import UnitOfWork


class Step(Protocol):
    """For whom a step of a plan was, and why."""

    @property
    def role(self) -> str: ...
    @property
    def reason(self) -> str: ...


def standing(unit: UnitOfWork, person: Person, concern: Concern, now: datetime, places: Places) -> Standing:
    """Whether the person was told, covers, and whether any lead may be told at all."""
    roll = places.rolls.of(unit, person.authority)
    school = unit.people.school(concern.school)
    return Standing(
        told=was_told(unit, person, concern),
        covering=covers(person, school, roll.present(school, now)),
        shared=any(note.kind == "shared" for note in unit.concerns.read(concern.id)[1]),
        programme_ends=places.ends(person),
        no_lead=not leads_left(roll, concern, school),
    )


def was_told(unit: UnitOfWork, person: Person, concern: Concern) -> bool:
    """Whether a step of the concern's plan reached this person. What came as cover counts while covering only."""
    rows = [row for row in unit.outbox.of_concern(concern.id) if not as_cover(person, row.step)]
    return any(person.id in unit.outbox.recipients_done(row.id) for row in rows)


def as_cover(person: Person, step: Step) -> bool:
    """Whether a step came to a duty social worker in somebody else's place."""
    return person.role == "duty_social_worker" and (step.role != person.role or step.reason == "covers")


def told_people(unit: UnitOfWork, concern: Concern) -> frozenset[str]:
    """Everybody whom any step reached."""
    rows = unit.outbox.of_concern(concern.id)
    return frozenset(person for row in rows for person in unit.outbox.recipients_done(row.id))


def leads_left(roll: Roll, concern: Concern, school: School) -> bool:
    """Whether the school has any lead at all who may be told of the concern."""
    return any(one.role in LEADS and one.id not in concern.excluded for one in roll.here(school))
