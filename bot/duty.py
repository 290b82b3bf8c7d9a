"""Who stands in for whom, and since when: pure, from an authority's roll."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.roll import Roll
from storage.shapes import Person, PersonId, School

_JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Serving:
    """The social worker of a school, and who takes part in that place now (the same if nobody is away)."""

    own: Person | None
    now: Person | None

    @property
    def covered(self) -> bool:
        """Whether somebody else stands in."""
        return self.now is not None and (self.own is None or self.own.id != self.now.id)


def social_worker_of(roll: Roll, school: School, at: datetime) -> Serving:
    """Who serves a school at an instant; nobody at a comparison school."""
    if school.arm == "comparison":
        return Serving(own=None, now=None)
    held = roll.holding("social_worker", school, at)
    owns = [one for one in roll.here(school) if one.role == "social_worker"]
    there = [one for one in owns if one in held]
    return Serving(own=next(iter((*there, *owns)), None), now=next(iter(held), None))


def in_charge(roll: Roll, school: School, at: datetime, *, called: bool) -> frozenset[PersonId]:
    """Who of the council has to do with a school's grave concern: its social workers or who covers them.

    `called`: the ladder has told the duty social worker already, so whoever is on duty has to do with it too.
    """
    if school.arm == "comparison":
        return frozenset()
    held = roll.holding("social_worker", school, at)
    duty = roll.holding("duty_social_worker", school, at) if called else ()
    return frozenset(one.id for one in (*held, *duty))


def newly_in_charge(
    roll: Roll, school: School, begin: datetime, now: datetime, *, called: bool
) -> Mapping[PersonId, datetime]:
    """Who is in charge now and was not all the time since `begin`, with the instant from which on they are."""
    turns = sorted(changes(roll, begin, now), reverse=True)
    if not turns:
        return {}
    found: dict[PersonId, datetime] = {}
    for person in in_charge(roll, school, now, called=called):
        before = (one for one in turns if person not in in_charge(roll, school, one - _JUST_BEFORE, called=called))
        since = next(before, None)
        if since is not None:
            found[person] = since
    return found


def changes(roll: Roll, begin: datetime, now: datetime) -> frozenset[datetime]:
    """When somebody went, came back, began or ended a shift."""
    absences = [one for each in roll.absences.values() for one in each]
    instants = [*(one.start for one in absences), *(one.end for one in absences)]
    instants += [instant for one in roll.shifts for instant in (one.start, one.end)]
    return frozenset(one for one in instants if one is not None and begin < one <= now)
