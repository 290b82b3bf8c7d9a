"""Deliver what is due: claim under a lease, hand each card to the courier, record, ask for the next round.

Nothing is sent inside a transaction. A delivery recorded once is never sent again; one that may or may not have
happened is repeated with the same reference. People are looked up at the moment of sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.access import belongs, may_be_told
from bot.logs import Log
from bot.places import Place, Places
from bot.plan import next_round
from bot.seams import Clock, Courier, NewId, Refused
from dialogs.cards import Pointer, pointer
from dialogs.concern import State, had
from dialogs.screens import Screen
from dialogs.words import Words
from storage.shapes import Concern, Delivery, OutboxId, OutboxRow, Person, PlannedStep, School
from storage.unit import Store, UnitOfWork

LEASE_SECONDS = 60
BATCH = 50
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=5)
GIVE_UP_AFTER = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A claimed row that is still wanted: whose concern, and who is told now."""

    row: OutboxRow
    concern: Concern
    place: Place
    people: tuple[Person, ...]


@dataclass(kw_only=True, slots=True)
class Alerts:
    """The sender. `holder` names this process in leases."""

    store: Store
    couriers: Mapping[str, Courier]
    places: Places
    words: Words
    clock: Clock
    new_id: NewId
    log: Log
    holder: str

    def deliver_due(self) -> int:
        """Send everything that is due; returns how many rows were dealt with."""
        total = 0
        while rows := self._claim():
            for row in rows:
                self._deliver(row)
            total += len(rows)
        return total

    def _claim(self) -> tuple[OutboxRow, ...]:
        with self.store.write() as unit:
            rows = unit.outbox.claim(self.clock(), BATCH, LEASE_SECONDS, self.holder)
            unit.commit()
        return rows

    def _deliver(self, row: OutboxRow) -> None:
        wanted = self._wanted(row)
        failures = [code for person in wanted.people if (code := self._tell(wanted, person)) is not None]
        self._settle(wanted, failures)

    def _wanted(self, row: OutboxRow) -> Wanted:
        now = self.clock()
        with self.store.read() as unit:
            concern = unit.concerns.get(row.step.concern)
            done = unit.outbox.recipients_done(row.id)
            place = self.places.of(unit, concern.school)
            people = recipients(unit, row.step, concern, now) if still_wanted(row.step, concern, now) else ()
        left = tuple(one for one in people if one.id not in done)
        return Wanted(row=row, concern=concern, place=place, people=left)

    def _tell(self, wanted: Wanted, person: Person) -> str | None:
        """Tell one person; None when told, else the code of the failure."""
        row, now = wanted.row, self.clock()
        courier = self._courier()
        try:
            receipt = courier.deliver(person, self._card(wanted), f"{row.id}:{person.id}")
        except Refused as refused:
            self.log("delivery_failed", outbox=row.id, person=person.id, code=refused.code, attempt=row.attempt + 1)
            return refused.code
        self._record(wanted, person, receipt, now)
        return None

    def _courier(self) -> Courier:
        return next(iter(self.couriers.values()))

    def _card(self, wanted: Wanted) -> Screen:
        step, concern, place = wanted.row.step, wanted.concern, wanted.place
        return pointer(
            Pointer(
                concern=concern.id,
                reference=concern.reference,
                kind=step.draw,
                respond_by=None if step.respond_by is None else place.local_text(step.respond_by, self.clock()),
            ),
            place.numbers_at(self.clock()),
            self.words,
        )

    def _record(self, wanted: Wanted, person: Person, receipt: str, now: datetime) -> None:
        row = wanted.row
        with self.store.write() as unit:
            delivery = Delivery(
                outbox=row.id, person=person.id, channel=self._courier().channel, state="sent",
                attempt=row.attempt + 1, at=now, detail=receipt,
            )  # fmt: skip
            if unit.outbox.record(delivery):
                about = {"outbox": row.id, "draw": row.step.draw, "chain": row.step.chain}
                unit.audit.add(wanted.concern.id, "told", person.id, person.role, now, about)
            unit.commit()

    def _settle(self, wanted: Wanted, failures: list[str]) -> None:
        row, now = wanted.row, self.clock()
        with self.store.write() as unit:
            if failures:
                again = None if row.attempt + 1 >= GIVE_UP_AFTER else now + _wait(row.attempt)
                unit.outbox.failed(row.id, again, failures[0])
            else:
                follow = self._follow(row.step, unit, now)
                unit.outbox.sent(row.id, now, follow, [OutboxId(self.new_id()) for _ in follow])
            unit.commit()
        if not failures and not wanted.people:
            self.log("nobody_to_tell", outbox=row.id, concern=wanted.concern.id, role=row.step.role)

    def _follow(self, step: PlannedStep, unit: UnitOfWork, now: datetime) -> tuple[PlannedStep, ...]:
        concern = unit.concerns.get(step.concern)
        if not step.follow or not still_wanted(step, concern, now):
            return ()
        return next_round(self.places.plan_input(unit, concern, now), step)


def _wait(attempt: int) -> timedelta:
    doubled: timedelta = FIRST_RETRY * (1 << min(attempt, 10))
    return min(doubled, LONGEST_RETRY)


def still_wanted(step: PlannedStep, concern: Concern, now: datetime) -> bool:
    """Whether telling still serves: a chain ends when a lead has it, or when it is decided."""
    match step.chain:
        case "notice":
            return True
        case "until_had":
            return concern.life.state is State.SENT or (concern.life.state is State.HAD and not had(concern.life, now))
        case "until_decided":
            return concern.life.state in (State.SENT, State.HAD)


def recipients(unit: UnitOfWork, step: PlannedStep, concern: Concern, now: datetime) -> tuple[Person, ...]:
    """Who is told by this step at this moment: by role, never anyone excluded, cover in the place of the absent."""
    school = unit.people.school(concern.school)
    if step.person is not None:
        found: tuple[Person, ...] = (unit.people.person(step.person),)
    elif step.role == "reporter":
        # The reporter hears of the own concern always, even where it names the reporter.
        return (unit.people.person(concern.reporter),)
    else:
        found = _by_role(unit, step.role, school, now)
    return tuple(person for person in found if may_be_told(person, concern, school))


def _by_role(unit: UnitOfWork, role: str, school: School, now: datetime) -> tuple[Person, ...]:
    here = [one for one in unit.people.all(school.authority) if belongs(one, school)]
    present = [one for one in here if not unit.people.absent(one.id, now)]
    found = tuple(one for one in present if one.role == role)
    if role == "social_worker" and not found:
        return tuple(one for one in present if one.role == "duty_social_worker")
    return found
