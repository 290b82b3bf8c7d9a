"""What the gate needs to know of a person and a concern that no single row tells."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.access import Standing, covers
from bot.places import Places
from bot.roles import LEADERS, LEADS
from bot.roll import Roll
from dialogs.concern import Seat, holding, worker_has
from storage.shapes import Concern, ConcernId, Person, PersonId, School, SchoolId
from storage.unit import UnitOfWork
from storage.worklist import ToldOf

HANDOVER = "handover_"
"""How the reason of a step begins by which one person hands a concern to another."""


class Step(Protocol):
    """For whom a step of a plan was, and why."""

    @property
    def role(self) -> str: ...
    @property
    def reason(self) -> str: ...


def standing(unit: UnitOfWork, person: Person, concern: Concern, now: datetime, places: Places) -> Standing:
    """Whether the person was told, covers, and whether any lead may be told at all."""
    return standings(unit, person, [concern], now, places)[concern.id]


def standings(
    unit: UnitOfWork, person: Person, concerns: Sequence[Concern], now: datetime, places: Places
) -> Mapping[ConcernId, Standing]:
    """The same of several concerns, with one statement a question."""
    roll = places.rolls.of(unit, person.authority)
    ids = [one.id for one in concerns]
    told = was_told(person, unit.worklist.told_as(person.id, ids))
    shared = unit.worklist.shared_of(ids)
    schools = schools_of(unit, roll, concerns)
    covering = {school.id: covers(person, school, roll.present(school, now)) for school in schools.values()}
    return {
        one.id: Standing(
            told=(one.id in told and still_counts(roll, person, one, now)) or handed_over_to(unit, person, one, now),
            covering=covering[one.school],
            shared=one.id in shared,
            programme_ends=places.ends(person),
            no_lead=stands_in(roll, person, one, schools[one.school], now),
        )
        for one in concerns
    }


def schools_of(unit: UnitOfWork, roll: Roll, concerns: Iterable[Concern]) -> Mapping[SchoolId, School]:
    """The schools of concerns: from the roll, or from storage where they have left it."""
    return {one: roll.schools.get(one) or unit.people.school(one) for one in {each.school for each in concerns}}


def was_told(person: Person, told: Iterable[ToldOf]) -> frozenset[ConcernId]:
    """Of which concerns a step reached this person. What came as cover counts while covering only."""
    return frozenset(one.concern for one in told if not as_cover(person, one))


def as_cover(person: Person, step: Step) -> bool:
    """Whether a step came to a duty social worker in somebody else's place, or was handed over by a colleague."""
    theirs = step.role == person.role and step.reason != "covers" and not step.reason.startswith(HANDOVER)
    return person.role == "duty_social_worker" and not theirs


def still_counts(roll: Roll, person: Person, concern: Concern, now: datetime) -> bool:
    """Whether what the ladder told somebody counts: a duty social worker's while on duty, and while they have it."""
    return person.role != "duty_social_worker" or person.id in roll.on_duty(now) or has(person, concern, now)


def handed_over_to(unit: UnitOfWork, person: Person, concern: Concern, now: datetime) -> bool:
    """Whether a duty social worker has the concern from a colleague, or is just being asked to take it over."""
    if person.role != "duty_social_worker" or not worker_has(concern.life, now):
        return False
    if has(person, concern, now):
        takings = [one.kind for one in unit.audit.entries(concern.id) if one.kind in TAKING["social_worker"]]
        return takings[-1:] == ["handed_over_by_social_worker"]
    return offered_to(unit, concern, "social_worker") == person.id


TAKING: Mapping[Seat, frozenset[str]] = {
    "lead": frozenset({"had", "handed_over", "given_back", "let_go"}),
    "social_worker": frozenset(
        {
            "had_by_social_worker",
            "handed_over_by_social_worker",
            "given_back_by_social_worker",
            "let_go_by_social_worker",
        }
    ),
}
"""The lines of the log with which somebody takes the concern in a seat, or leaves it."""


def offered_to(unit: UnitOfWork, concern: Concern, seat: Seat) -> PersonId | None:
    """To whom whoever has the concern in this seat hands it over; an offer ends with the holding it was made in."""
    to: PersonId | None = None
    for entry in unit.audit.entries(concern.id):
        if entry.kind == "handing_over" and entry.about["seat"] == seat:
            to = PersonId(str(entry.about["person"]))
        elif entry.kind in TAKING[seat]:
            to = None
    return to


def has(person: Person, concern: Concern, now: datetime) -> bool:
    """Whether the person has the concern, in any seat."""
    return holding(concern.life, person.id, now) is not None


def stands_in(roll: Roll, person: Person, concern: Concern, school: School, at: datetime) -> bool:
    """Whether the head or chair has a lead's place: no lead is there, or it was taken so and has not run out."""
    keeps = person.role in LEADERS and has(person, concern, at)
    return keeps or not leads_left(roll, concern, school, at)


def leads_left(roll: Roll, concern: Concern, school: School, at: datetime) -> bool:
    """Whether any lead of the school is there at an instant who may be told of the concern."""
    return any(one.role in LEADS and one.id not in concern.excluded for one in roll.present(school, at))
