"""Concerns whose holder has left or is away: looked for once a minute and when a directory was loaded.

Whoever is not in the directory any more holds nothing: the alerts go on at once. Of a holder who is away the other
leads hear once. One concern that breaks keeps nothing from the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.access import Standing, belongs, may_be_told, seat
from bot.logs import Log
from bot.places import Places
from bot.roles import LEADERS
from bot.roll import Roll
from bot.seams import Clock, Nudge
from bot.sending import Sending
from bot.standing import leads_left
from bot.steps import move, pointer_to
from dialogs.concern import Event, Had, Happening, Seat, had, worker_has
from storage.shapes import Concern, Person, PersonId, PlannedStep, School
from storage.unit import Store, UnitOfWork

_LETS_GO = {"lead": Event.GIVEN_BACK, "social_worker": Event.GIVEN_BACK_BY_SOCIAL_WORKER}
_KINDS = {"lead": "let_go", "social_worker": "let_go_by_social_worker"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """One a process."""

    store: Store
    places: Places
    sending: Sending
    clock: Clock
    log: Log
    nudge: Nudge

    def look(self) -> int:
        """Let go of what leavers had, and tell of holders who are away; of how many concerns.

        Raises:
            Exception: the first fault with a concern, when all were looked at.
        """
        done, faults = 0, list[Exception]()
        with self.store.read() as unit:
            held = [one for one in unit.concerns.open_everywhere() if any(_holders(one, self.clock()))]
        for concern in held:
            try:
                done += self._looked(concern)
            except Exception as error:  # noqa: BLE001 - whatever broke one concern, the others must go on
                self.log("leaving_broke", concern=concern.id, error=type(error).__name__)
                faults.append(error)
        if done:
            self.nudge()
        if faults:
            raise faults[0]
        return done

    def _looked(self, concern: Concern) -> bool:
        """Whether anything was done, in a unit of its own that writes only where it seems needed."""
        with self.store.read() as unit:
            wanted = bool(self._gone(unit, concern)) or any(self._of_away(unit, concern))
        if not wanted:
            return False
        with self.store.write() as unit:
            now = self.clock()
            concern = unit.concerns.get(concern.id)
            for chair, held in self._gone(unit, concern):
                concern = self._let_go(unit, concern, (chair, held), now)
            self._tell(unit, concern, now)
            unit.commit()
        return True

    # ── who has left

    def _gone(self, unit: UnitOfWork, concern: Concern) -> list[tuple[Seat, Had]]:
        """Who has it and is not at the school any more."""
        school = unit.people.school(concern.school)
        people = {one.id: one for one in self._roll(unit, school).people}
        found = _holders(concern, self.clock())
        return [(chair, held) for chair, held in found if not _stays(people.get(PersonId(held.person)), school)]

    def _let_go(self, unit: UnitOfWork, concern: Concern, held: tuple[Seat, Had], now: datetime) -> Concern:
        chair, person = held[0], unit.people.person(PersonId(held[1].person))
        moved = move(unit, concern, Happening(event=_LETS_GO[chair], at=now, person=person.id))
        unit.audit.add(concern.id, _KINDS[chair], person.id, person.role, now, {})
        if chair == "lead":
            self.sending.go_on(unit, moved, now)
        self.log(_KINDS[chair], concern=concern.id, person=person.id)
        return moved

    # ── who is away

    def _tell(self, unit: UnitOfWork, concern: Concern, now: datetime) -> None:
        steps = list(self._of_away(unit, concern))
        lead = concern.life.lead
        if steps and lead is not None:
            person = unit.people.person(PersonId(lead.person))
            self.sending.put(unit, steps)
            unit.audit.add(concern.id, "holder_away", person.id, person.role, now, {})

    def _of_away(self, unit: UnitOfWork, concern: Concern) -> Iterator[PlannedStep]:
        """One pointer to each of the other leads who was not told yet that this holder is away."""
        now, lead = self.clock(), concern.life.lead
        if lead is None or not had(concern.life, now):
            return
        school = unit.people.school(concern.school)
        roll = self._roll(unit, school)
        if not roll.absent(PersonId(lead.person), now):
            return
        known = {row.step.dedupe for row in unit.outbox.of_concern(concern.id)}
        reason = f"holder_away_{lead.person}_{int(lead.until.timestamp())}"
        for person in _others(roll, concern, school, now):
            step = pointer_to(concern, person, "holder_away", reason, (now, None))
            if step.dedupe not in known:
                yield step

    def _roll(self, unit: UnitOfWork, school: School) -> Roll:
        return self.places.rolls.of(unit, school.authority)


def _holders(concern: Concern, now: datetime) -> Iterator[tuple[Seat, Had]]:
    life = concern.life
    if life.lead is not None and had(life, now):
        yield "lead", life.lead
    if life.social_worker is not None and worker_has(life, now):
        yield "social_worker", life.social_worker


def _stays(person: Person | None, school: School) -> bool:
    return person is not None and person.role != "reporter" and belongs(person, school)


def _others(roll: Roll, concern: Concern, school: School, now: datetime) -> tuple[Person, ...]:
    """Who is there and whose press would count as the holder's; else the heads who may know of it."""
    known = Standing(no_lead=not leads_left(roll, concern, school, now))
    there = [one for one in roll.present(school, now) if may_be_told(one, concern, school)]
    leads = tuple(one for one in there if seat(one, concern, known) == "lead")
    return leads or tuple(one for one in there if one.role in LEADERS)
