"""What the gate needs to know of a person and a concern that no single row tells."""

from datetime import datetime

from bot.access import LEADS, Standing, belongs, covers
from storage.shapes import Concern, Person, PlannedStep, School
from storage.unit import UnitOfWork


def standing(
    unit: UnitOfWork, person: Person, concern: Concern, now: datetime, programme_ends: datetime | None
) -> Standing:
    """Whether the person was told, covers, and whether any lead may be told at all."""
    school = unit.people.school(concern.school)
    people = unit.people.all(school.authority)
    return Standing(
        told=was_told(unit, person, concern),
        covering=_covering(unit, person, school, people, now),
        shared=any(note.kind == "shared" for note in unit.concerns.read(concern.id)[1]),
        programme_ends=programme_ends,
        no_lead=not _leads_left(people, concern, school),
    )


def was_told(unit: UnitOfWork, person: Person, concern: Concern) -> bool:
    """Whether a step of the concern's plan reached this person. What came as cover counts while covering only."""
    rows = [row for row in unit.outbox.of_concern(concern.id) if not _as_cover(person, row.step)]
    return any(person.id in unit.outbox.recipients_done(row.id) for row in rows)


def _as_cover(person: Person, step: PlannedStep) -> bool:
    return person.role == "duty_social_worker" and (step.role != person.role or step.reason == "covers")


def told_people(unit: UnitOfWork, concern: Concern) -> frozenset[str]:
    """Everybody whom any step reached."""
    rows = unit.outbox.of_concern(concern.id)
    return frozenset(person for row in rows for person in unit.outbox.recipients_done(row.id))


def _covering(unit: UnitOfWork, person: Person, school: School, people: tuple[Person, ...], now: datetime) -> bool:
    if person.role != "duty_social_worker":
        return False
    absences = [absence for one in people for absence in unit.people.absences(one.id)]
    return covers(person, school, people, absences, now)


def _leads_left(people: tuple[Person, ...], concern: Concern, school: School) -> bool:
    return any(one.role in LEADS and one.id not in concern.excluded and belongs(one, school) for one in people)
