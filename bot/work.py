"""How much work waits for whom: one pass over the open concerns, by the gate's own word. Tells nobody."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.access import Standing, covers, may_decide, may_open
from bot.places import Place, Places
from bot.roll import Roll
from bot.standing import HANDOVER, as_cover, has, stands_in
from dialogs.concern import State, had
from storage.shapes import Concern, ConcernId, Person, PersonId, SchoolId
from storage.unit import UnitOfWork
from storage.worklist import Overdue, ToldOf


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """How many concerns wait for somebody, and how many of them are past their time."""

    tasks: int
    overdue: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the rows say of all open concerns at an instant."""

    now: datetime
    told: Mapping[ConcernId, tuple[ToldOf, ...]]
    shared: frozenset[ConcernId]
    overdue: Overdue


def known(unit: UnitOfWork, now: datetime) -> Known:
    """Read it, in one statement a question."""
    told: dict[ConcernId, tuple[ToldOf, ...]] = {}
    for one in unit.worklist.told():
        told[one.concern] = (*told.get(one.concern, ()), one)
    return Known(now=now, told=told, shared=unit.worklist.shared(), overdue=unit.worklist.overdue(now))


def loads(places: Places, roll: Roll, concerns: Iterable[Concern], facts: Known) -> Mapping[PersonId, Load]:
    """What waits for each person of an authority who is there; whoever has nothing is missing."""
    found: dict[PersonId, Load] = {}
    there: dict[SchoolId, tuple[Person, ...]] = {}
    for concern in concerns:
        school = roll.schools.get(concern.school)
        if school is None or concern.kind == "consultation":
            continue
        if school.id not in there:
            there[school.id] = roll.present(school, facts.now)
        seen = Desk(place=places.at(school), roll=roll, there=there[school.id], facts=facts)
        for person, late in seen.waiting(concern, places):
            before = found.get(person, Load(tasks=0, overdue=0))
            found[person] = Load(tasks=before.tasks + 1, overdue=before.overdue + late)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A school at an instant, with who is there."""

    place: Place
    roll: Roll
    there: tuple[Person, ...]
    facts: Known

    def waiting(self, concern: Concern, places: Places) -> Iterator[tuple[PersonId, bool]]:
        """For whom a concern waits, and whether it is overdue for them."""
        for person in self.there:
            # A student's press stops nothing, so nothing waits for it.
            if person.role == "student_social_worker" or not self._waits(concern, person, places):
                continue
            yield person.id, concern.id in (self.facts.overdue.alerts | self.facts.overdue.acts)

    def _waits(self, concern: Concern, person: Person, places: Places) -> bool:
        standing, school, now = self._standing(concern, person, places), self.place.school, self.facts.now
        if concern.life.state is State.DECIDED:
            late = concern.id in self.facts.overdue.acts
            return late and bool(may_decide(person, concern, school, now, standing))
        return _unanswered(concern, person, now) and bool(may_open(person, concern, school, now, standing))

    def _standing(self, concern: Concern, person: Person, places: Places) -> Standing:
        told = self.facts.told.get(concern.id, ())
        return Standing(
            told=any(one.person == person.id and self._counts(concern, person, one) for one in told),
            covering=covers(person, self.place.school, self.there),
            shared=concern.id in self.facts.shared,
            programme_ends=places.ends(person),
            no_lead=stands_in(self.roll, person, concern, self.place.school, self.facts.now),
        )

    def _counts(self, concern: Concern, person: Person, told: ToldOf) -> bool:
        """Whether it counts that the person was told: what came as cover does not, what was handed over while kept."""
        kept = told.reason.startswith(HANDOVER) and has(person, concern, self.facts.now)
        return kept or not as_cover(person, told)


def _unanswered(concern: Concern, person: Person, now: datetime) -> bool:
    """Nobody has it; or this person has it, and has not decided."""
    life = concern.life
    mine = [one for one in (life.lead, life.social_worker) if one is not None and one.person == person.id]
    return not had(life, now) or any(one.until > now for one in mine)
