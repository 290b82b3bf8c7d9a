"""What this process knows without its database: who works where, and where people were last seen. Never written to.

It is as old as the last look; a look is cheap while the directory stands as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.places import Place, Places
from bot.roll import Roll
from storage.errors import NotFound
from storage.shapes import Absence, Identity, Person, PersonId, School, SchoolId, Shift
from storage.unit import Store


@dataclass(frozen=True, slots=True)
class OfRoll:
    """A register that answers out of one authority's roll."""

    roll: Roll

    def version(self) -> int:
        """The directory's number when the roll was read."""
        return self.roll.number

    def person(self, person: PersonId) -> Person:
        """Somebody of the authority.

        Raises:
            NotFound: nobody has this id.
        """
        found = next((one for one in self.roll.people if one.id == person), None)
        if found is None:
            raise NotFound("nobody in the directory fits")
        return found

    def today(self, person: PersonId) -> Person:
        """Somebody of the authority: whoever has left is in no roll.

        Raises:
            NotFound: nobody has this id.
        """
        return self.person(person)

    def school(self, school: SchoolId) -> School:
        """A school of the authority.

        Raises:
            NotFound: it has no such school.
        """
        if school not in self.roll.schools:
            raise NotFound(f"no school {school}")
        return self.roll.schools[school]

    def schools(self, authority: str) -> tuple[School, ...]:  # noqa: ARG002 - a roll is of one authority
        """Every school."""
        return tuple(self.roll.schools.values())

    def all(self, authority: str) -> tuple[Person, ...]:  # noqa: ARG002
        """Everybody."""
        return self.roll.people

    def absences_of_all(self, authority: str) -> tuple[Absence, ...]:  # noqa: ARG002
        """Who is away when."""
        return tuple(one for each in self.roll.absences.values() for one in each)

    def shifts(self, authority: str) -> tuple[Shift, ...]:  # noqa: ARG002
        """The rota."""
        return self.roll.shifts


@dataclass(frozen=True, slots=True)
class Remembered:
    """A unit of work that only knows people, as they were at the last look."""

    people: OfRoll


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Somebody as they are remembered, at their school."""

    person: Person
    place: Place
    unit: Remembered


@dataclass(kw_only=True, slots=True)
class Memory:
    """The last look of this process."""

    store: Store
    places: Places
    _seen: Mapping[PersonId, tuple[Identity, ...]] = field(default_factory=dict)

    def refresh(self) -> None:
        """Look again: the rolls that moved on, and where everybody who may be told was seen.

        Raises:
            StoreError: the database is away; what was known stays known.
        """
        with self.store.read() as unit:
            rolls = [self.places.rolls.of(unit, authority) for authority in self.places.lands]
            tellable = [one.id for roll in rolls for one in roll.people if one.role != "reporter"]
            self._seen = unit.identities.of_many(tellable)

    def known(self, person: str) -> Known | None:
        """Somebody who belongs to a school that is known; None otherwise."""
        for roll in self.places.rolls.known():
            found = next((one for one in roll.people if one.id == person), None)
            school = None if found is None or found.school is None else roll.schools.get(found.school)
            if found is not None and school is not None and school.authority in self.places.lands:
                return Known(person=found, place=self.places.at(school), unit=Remembered(OfRoll(roll)))
        return None

    def identities(self, person: PersonId) -> tuple[Identity, ...]:
        """Where somebody was last seen, newest first."""
        return self._seen.get(person, ())
