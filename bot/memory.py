"""What this process knows without its database: who works where, and where people were last seen. Never written to.

It is as old as the last look; a look is cheap while the directory stands as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.places import Place, Places
from bot.roll import Roll
from bot.spool import account_in
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
    """Somebody as they are remembered, at their school. `sure`: it is theirs, and not only one of their authority."""

    person: Person
    place: Place
    unit: Remembered
    sure: bool = True


@dataclass(kw_only=True, slots=True)
class Memory:
    """The last look of this process."""

    store: Store
    places: Places
    _seen: Mapping[PersonId, tuple[Identity, ...]] = field(default_factory=dict)
    _accounts: Mapping[tuple[str, str], PersonId] = field(default_factory=dict)

    def refresh(self) -> None:
        """Look again: the rolls that moved on, where everybody who may be told was seen, and whose each account is.

        Raises:
            StoreError: the database is away; what was known stays known.
        """
        with self.store.read() as unit:
            rolls = [self.places.rolls.of(unit, authority) for authority in self.places.lands]
            tellable = [one.id for roll in rolls for one in roll.people if one.role != "reporter"]
            self._seen = unit.identities.of_many(tellable)
            self._accounts = unit.identities.accounts()

    def at(self, channel: str, key: str) -> PersonId | None:
        """Whose account this was at the last look; None where nobody's was known."""
        return self._accounts.get((channel, key))

    def ask(self, channel: str, key: str, *, confirmed: bool = True) -> PersonId | None:
        """Whose account this is, asked of the database; one that its person has not confirmed too, if that will do.

        Raises:
            StoreError: the database is away.
        """
        with self.store.read() as unit:
            found = unit.identities.of_account(channel, key)
        wanted = {"active", "refused"} if confirmed else {"active", "refused", "unconfirmed"}
        return next((one.person for one in found if one.state in wanted), None)

    def seats(self, person: str) -> tuple[Known, ...]:
        """Where a press may come from: the person's school; for an account that nobody knows, its workspace's schools.

        Where a workspace has one school, that is it. Else there is one of each authority, and none of them is sure.
        """
        account, known = account_in(person), self.known(person)
        if account is None:
            return () if known is None else (known,)
        schools = self._schools_of(*account)
        of_each = {one.authority: one for one in schools if one.arm != "comparison"}
        chosen = schools if len(schools) == 1 else tuple(of_each.values())
        return tuple(self._guessed(PersonId(person), one, sure=len(schools) == 1) for one in chosen)

    def _schools_of(self, channel: str, key: str) -> tuple[School, ...]:
        """The schools of whoever was seen in the account's workspace; every school where nobody was."""
        tenant = key.partition(":")[0]
        there = {one for (on, seen), one in self._accounts.items() if (on, seen.partition(":")[0]) == (channel, tenant)}
        people = [one for roll in self._rolls() for one in roll.people if not there or one.id in there]
        wanted = {one.school for one in people if one.school is not None}
        return tuple(one for roll in self._rolls() for one in roll.schools.values() if one.id in wanted)

    def _guessed(self, person: PersonId, school: School, *, sure: bool) -> Known:
        """Somebody whom nobody knows, as a reporter of a school."""
        roll = next(one for one in self._rolls() if school.id in one.schools)
        who = Person(
            id=person, authority=school.authority, name="", email="", role="reporter", school=SchoolId(school.id)
        )
        return Known(person=who, place=self.places.at(school), unit=Remembered(OfRoll(roll)), sure=sure)

    def _rolls(self) -> tuple[Roll, ...]:
        return tuple(one for one in self.places.rolls.known() if one.authority in self.places.lands)

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
