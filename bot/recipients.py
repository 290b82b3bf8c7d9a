"""Who is told by a step at this moment: looked up at sending, never anyone excluded, cover in place of the absent."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from bot import roll as rolls
from bot.access import may_be_told
from bot.places import Place, Places
from bot.roles import COUNCIL, FOR_AN_ACT
from bot.roll import Roll
from bot.working_time import is_school_day, local_day
from dialogs.concern import State, had
from storage.errors import NotFound
from storage.shapes import Concern, Person, PersonId, PlannedStep


class Register(rolls.Register, Protocol):
    """A register that also knows who has left."""

    def today(self, person: PersonId) -> Person: ...


class HasRegister(Protocol):
    """A unit of work, as far as recipients need one; what is known without a database is another."""

    @property
    def people(self) -> Register: ...


def still_wanted(step: PlannedStep, concern: Concern, now: datetime) -> bool:
    """Whether telling still serves: a chain ends when a lead has it, when it is decided, or closed."""
    match step.chain:
        case "notice":
            return step.draw != "nobody_yet" or _nobody_has(concern, now)
        case "until_had":
            return _nobody_has(concern, now)
        case "until_decided":
            return concern.life.state in (State.SENT, State.HAD)
        case "until_closed":
            return concern.life.state is not State.CLOSED
        case "in_person":
            return True


def _nobody_has(concern: Concern, now: datetime) -> bool:
    return concern.life.state is State.SENT or (concern.life.state is State.HAD and not had(concern.life, now))


def recipients(
    unit: HasRegister, places: Places, step: PlannedStep, concern: Concern, now: datetime
) -> tuple[Person, ...]:
    """Who is told by a step of a concern's plan now; nobody where telling no longer serves."""
    if not still_wanted(step, concern, now):
        return ()
    if step.role == "reporter" and step.person is None:
        # The reporter hears of the own concern always, even where it names the reporter.
        return if_there(unit, concern.reporter)
    place = places.of(unit, concern.school)
    over = places.over(place.authority, now)
    found = dict.fromkeys(_named(unit, places, step, concern, now))
    return tuple(one for one in found if may_be_told(one, concern, place.school) and not (over and one.role in COUNCIL))


def if_there(unit: HasRegister, person: PersonId) -> tuple[Person, ...]:
    """The person, unless they have left the directory."""
    try:
        return (unit.people.today(person),)
    except NotFound:
        return ()


def _named(unit: HasRegister, places: Places, step: PlannedStep, concern: Concern, now: datetime) -> tuple[Person, ...]:
    if step.person is not None:
        return if_there(unit, step.person)
    place = places.of(unit, concern.school)
    roll = places.rolls.of(unit, place.authority)
    if step.chain == "until_closed":
        return _act_for(step.role, concern, place, roll, now)
    held = roll.holding(step.role, place.school, now)  # type: ignore[arg-type]
    return (*held, *_holiday_cover(step, place, roll, now))


def _act_for(role: str, concern: Concern, place: Place, roll: Roll, now: datetime) -> tuple[Person, ...]:
    """Who does what a decision asks for, today: the role, or the first that stands in for it and may be told."""
    for one in (role, *FOR_AN_ACT.get(role, ())):
        found = roll.holding(one, place.school, now)  # type: ignore[arg-type]
        if allowed := tuple(person for person in found if may_be_told(person, concern, place.school)):
            return allowed
    return ()


def _holiday_cover(step: PlannedStep, place: Place, roll: Roll, now: datetime) -> Iterator[Person]:
    """While no pupils are in, whoever the school named for the holidays hears what its lead hears."""
    cover = place.school.holiday_cover
    if step.role != "designated_safeguarding_lead" or is_school_day(place.land.calendars.school, local_day(now)):
        return
    yield from (one for one in roll.present(place.school, now) if one.id == cover)
