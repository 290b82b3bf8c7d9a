"""Who works where, who is away and who is on duty: an authority's directory as one frozen picture of storage's rows.

Built once and kept while the directory's number stands, so that no turn and no delivery reads a hundred people. It has
the look-ups that places need, and answers without a database too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.access import belongs
from storage.shapes import Absence, Person, PersonId, Role, School, SchoolId, Shift


class Register(Protocol):
    """Where people and schools are looked up: storage's people, or a directory's own rows."""

    def version(self) -> int: ...
    def person(self, person: PersonId) -> Person: ...
    def school(self, school: SchoolId) -> School: ...
    def schools(self, authority: str) -> tuple[School, ...]: ...
    def all(self, authority: str) -> tuple[Person, ...]: ...
    def absences_of_all(self, authority: str) -> tuple[Absence, ...]: ...
    def shifts(self, authority: str) -> tuple[Shift, ...]: ...


class Seats(Protocol):
    """Where one person is looked up with their school."""

    def version(self) -> int: ...
    def seat(self, person: PersonId) -> tuple[Person, School | None]: ...


class HasRegister(Protocol):
    """A unit of work, as far as people need one."""

    @property
    def people(self) -> Register: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Roll:
    """One authority's schools, people, absences and rota. `number` is the directory's when it was read."""

    authority: str
    number: int
    schools: Mapping[SchoolId, School]
    people: tuple[Person, ...]
    absences: Mapping[PersonId, tuple[Absence, ...]]
    shifts: tuple[Shift, ...]
    _here: dict[SchoolId, tuple[Person, ...]] = field(default_factory=dict, compare=False)
    _by_id: dict[PersonId, Person] = field(default_factory=dict, compare=False)

    def seat(self, person: PersonId) -> tuple[Person, School | None] | None:
        """Somebody of the authority and their school, None for council staff; None where the roll can't say."""
        if not self._by_id:
            self._by_id.update({one.id: one for one in self.people})
        found = self._by_id.get(person)
        if found is None or found.school is None:
            return None if found is None else (found, None)
        school = self.schools.get(found.school)
        return None if school is None else (found, school)

    def absent(self, person: PersonId, at: datetime) -> bool:
        """Whether the person is away at an instant."""
        return any(one.start <= at and (one.end is None or at < one.end) for one in self.absences.get(person, ()))

    def on_duty(self, at: datetime) -> frozenset[PersonId]:
        """The duty social workers of an instant: whom the rota names, swaps first; all of them where it names nobody.

        Whoever is named and away gives way to the others, so that a duty worker is there if there is one at all.
        """
        everybody = frozenset(one.id for one in self.people if one.role == "duty_social_worker")
        named = self._named(at) & everybody
        there = frozenset(one for one in everybody if not self.absent(one, at))
        return (named & there) or there

    def _named(self, at: datetime) -> frozenset[PersonId]:
        now = [one for one in self.shifts if one.start <= at < one.end]
        swapped = [one for one in now if one.source == "person"]
        return frozenset(one.person for one in swapped or now)

    def here(self, school: School) -> tuple[Person, ...]:
        """Everybody who belongs to a school, looked for once."""
        if school.id not in self._here:
            self._here[school.id] = tuple(one for one in self.people if belongs(one, school))
        return self._here[school.id]

    def present(self, school: School, at: datetime) -> tuple[Person, ...]:
        """Everybody who belongs to a school and can be told at an instant: not away, and on duty if of the rota."""
        duty = self.on_duty(at)
        return tuple(
            one
            for one in self.here(school)
            if not self.absent(one.id, at) and (one.role != "duty_social_worker" or one.id in duty)
        )

    def holding(self, role: Role, school: School, at: datetime) -> tuple[Person, ...]:
        """Who holds a role at a school at an instant; the duty social worker for a social worker who is not there."""
        there = self.present(school, at)
        found = tuple(one for one in there if one.role == role)
        if role == "social_worker" and not found:
            return tuple(one for one in there if one.role == "duty_social_worker")
        return found


def roll_of(register: Register, authority: str) -> Roll:
    """An authority's roll, read from a register."""
    away: dict[PersonId, tuple[Absence, ...]] = {}
    for one in register.absences_of_all(authority):
        away[one.person] = (*away.get(one.person, ()), one)
    return Roll(
        authority=authority,
        number=register.version(),
        schools={one.id: one for one in register.schools(authority)},
        people=register.all(authority),
        absences=away,
        shifts=register.shifts(authority),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Rolls:
    """The rolls of this process, each read again when the directory's number has moved on."""

    _kept: dict[str, Roll] = field(default_factory=dict)

    def of(self, unit: HasRegister, authority: str) -> Roll:
        """The authority's roll as it stands in this unit."""
        kept = self._kept.get(authority)
        if kept is None or kept.number != unit.people.version():
            # Units run side by side: each keeps what it read, and the newest number wins at the next look.
            kept = self._kept[authority] = roll_of(unit.people, authority)
        return kept

    def seat(self, people: Seats, person: PersonId) -> tuple[Person, School | None]:
        """Somebody who is in the directory now and their school, out of a roll that still stands, or asked for.

        Raises:
            NotFound: nobody has this id, or they left.
        """
        number = people.version()
        for roll in self.known():
            if roll.number == number and (found := roll.seat(person)) is not None:
                return found
        return people.seat(person)

    def known(self) -> tuple[Roll, ...]:
        """What was read last, whatever has changed since: for when the database can't be asked."""
        return tuple(self._kept.values())
