"""Deliver what is due: claim under a lease, hand each card to the courier, record, ask for the next round.

Nothing is sent inside a transaction. A delivery recorded once is never sent again; one that may or may not have
happened is repeated with the same reference. People are looked up at the moment of sending.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.access import COUNCIL, belongs, may_be_told
from bot.logs import Log
from bot.places import Place, Places
from bot.plan import next_round
from bot.seams import Clock, Courier, NewId, Parcel, Refused
from dialogs.cards import Pointer, pointer
from dialogs.concern import State, had
from dialogs.screens import Screen
from dialogs.words import Words
from storage.errors import NotFound
from storage.shapes import Concern, ConcernId, Delivery, OutboxId, OutboxRow, Person, PersonId, PlannedStep, School
from storage.unit import Store, UnitOfWork

LEASE_SECONDS = 60
BATCH = 50
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=5)
GIVE_UP_AFTER = 50
TRIES_BEFORE_NEXT = 4
"""About half a minute of refusals; then the next step of the plan does not wait for its time."""
BROKE = "broke"
"""The code of a fault of ours, where no platform refused."""


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
                self._deliver_apart(row)
            total += len(rows)
        return total

    def _claim(self) -> tuple[OutboxRow, ...]:
        with self.store.write() as unit:
            rows = unit.outbox.claim(self.clock(), BATCH, LEASE_SECONDS, self.holder)
            unit.commit()
        return rows

    def _deliver_apart(self, row: OutboxRow) -> None:
        """A row that breaks waits its turn again; it never keeps the rows behind it from being told."""
        try:
            self._deliver(row)
        except Exception as error:  # noqa: BLE001 - whatever broke this row, the others must go
            self.log("delivery_broke", outbox=row.id, error=type(error).__name__, attempt=row.attempt)
            with self.store.write() as unit:
                unit.outbox.failed(row.id, self.clock() + _wait(row.attempt), BROKE)
                unit.commit()

    def _deliver(self, row: OutboxRow) -> None:
        wanted = self._wanted(row)
        failures = [code for person in wanted.people if (code := self._tell(wanted, person)) is not None]
        self._settle(wanted, failures)

    def _wanted(self, row: OutboxRow) -> Wanted:
        now = self.clock()
        with self.store.read() as unit:
            concern = unit.concerns.get(_of(row.step))
            done = unit.outbox.recipients_done(row.id)
            place = self.places.of(unit, concern.school)
            people = recipients(unit, row.step, concern, now) if still_wanted(row.step, concern, now) else ()
        over = self.places.over(place.authority, now)
        left = tuple(one for one in people if one.id not in done and not (over and one.role in COUNCIL))
        return Wanted(row=row, concern=concern, place=place, people=left)

    def _tell(self, wanted: Wanted, person: Person) -> str | None:
        """Tell one person; None when told, else the code of the failure."""
        row, now = wanted.row, self.clock()
        courier = self._courier()
        try:
            receipt = courier.deliver(
                Parcel(
                    to=person,
                    address=courier.address_of(person, ()) or "",
                    card=self._card(wanted),
                    key=f"{row.id}:{person.id}",
                )
            )
        except Refused as refused:
            self.log("delivery_failed", outbox=row.id, person=person.id, code=refused.code, attempt=row.attempt)
            return refused.code
        except Exception as error:  # noqa: BLE001 - a courier's fault with one person must not silence the others
            self.log("courier_broke", outbox=row.id, person=person.id, error=type(error).__name__, attempt=row.attempt)
            return BROKE
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
                attempt=row.attempt, at=now, detail=receipt,
            )  # fmt: skip
            if unit.outbox.record(delivery):
                about = {"outbox": row.id, "draw": row.step.draw, "chain": row.step.chain}
                unit.audit.add(wanted.concern.id, "told", person.id, person.role, now, about)
            unit.commit()

    def _settle(self, wanted: Wanted, failures: list[str]) -> None:
        row, now = wanted.row, self.clock()
        with self.store.write() as unit:
            follow = self._follow(row.step, unit, now) if self._goes_on(unit, row, failures) else ()
            ids = [OutboxId(self.new_id()) for _ in follow]
            if not failures:
                unit.outbox.sent(row.id, now, follow, ids)
            else:
                again = now + _wait(row.attempt) if row.attempt < GIVE_UP_AFTER else None
                unit.outbox.failed(row.id, again, failures[0])
                # The same rows put again stand there already.
                unit.outbox.put(follow, ids)
            if self._reached_nobody(unit, row.step, now):
                unit.outbox.hasten(row.step, now)
            unit.commit()
        if not failures and not wanted.people:
            self.log("nobody_to_tell", outbox=row.id, concern=wanted.concern.id, role=row.step.role)

    def _goes_on(self, unit: UnitOfWork, row: OutboxRow, failures: list[str]) -> bool:
        """Whether the row's chain goes on now: it waits for one that fails only if nobody at all can be reached."""
        if not failures or row.attempt >= GIVE_UP_AFTER or row.step.chain == "until_decided":
            return True
        return self._reached(unit, _rows_of(unit, row.step, row.step.round))

    def _reached_nobody(self, unit: UnitOfWork, step: PlannedStep, now: datetime) -> bool:
        """Whether this step of an alert was tried enough, and reached nobody: then the next one is told early.

        Not if nobody was reached in the round before either: the platform is out, and hurry would only pile rows up.
        """
        if step.chain != "until_had" or not still_wanted(step, unit.concerns.get(_of(step)), now):
            return False
        alike = [one for one in _rows_of(unit, step, step.round) if one.step.step == step.step]
        trying = any(one.state == "waiting" and (one.attempt < TRIES_BEFORE_NEXT or one.lease_until) for one in alike)
        before = _rows_of(unit, step, step.round - 1)
        out = bool(before) and not self._reached(unit, before)
        return not trying and not out and not self._reached(unit, alike)

    def _reached(self, unit: UnitOfWork, rows: Iterable[OutboxRow]) -> bool:
        return any(unit.outbox.recipients_done(one.id) for one in rows)

    def _follow(self, step: PlannedStep, unit: UnitOfWork, now: datetime) -> tuple[PlannedStep, ...]:
        concern = unit.concerns.get(_of(step))
        if not step.follow or not still_wanted(step, concern, now):
            return ()
        return next_round(self.places.plan_input(unit, concern, now), step)


def _of(step: PlannedStep) -> ConcernId:
    assert step.concern is not None
    return step.concern


def _rows_of(unit: UnitOfWork, step: PlannedStep, number: int) -> list[OutboxRow]:
    """The rows of one round of the step's chain."""
    rows = unit.outbox.of_concern(_of(step))
    return [one for one in rows if (one.step.chain, one.step.round) == (step.chain, number)]


def _wait(attempt: int) -> timedelta:
    """How long until the next attempt; `attempt` counts from 1, as the claim does."""
    doubled: timedelta = FIRST_RETRY * (1 << min(attempt - 1, 10))
    return min(doubled, LONGEST_RETRY)


def still_wanted(step: PlannedStep, concern: Concern, now: datetime) -> bool:
    """Whether telling still serves: a chain ends when a lead has it, when it is decided, or closed."""
    match step.chain:
        case "notice":
            return True
        case "until_had":
            return concern.life.state is State.SENT or (concern.life.state is State.HAD and not had(concern.life, now))
        case "until_decided":
            return concern.life.state in (State.SENT, State.HAD)
        case "until_closed":
            return concern.life.state is not State.CLOSED


def recipients(unit: UnitOfWork, step: PlannedStep, concern: Concern, now: datetime) -> tuple[Person, ...]:
    """Who is told by this step at this moment: by role, never anyone excluded, cover in the place of the absent."""
    school = unit.people.school(concern.school)
    if step.person is not None:
        found = _if_there(unit, step.person)
    elif step.role == "reporter":
        # The reporter hears of the own concern always, even where it names the reporter.
        return _if_there(unit, concern.reporter)
    else:
        found = _by_role(unit, step.role, school, now)
    return tuple(person for person in found if may_be_told(person, concern, school))


def _if_there(unit: UnitOfWork, person: PersonId) -> tuple[Person, ...]:
    """The person, unless they have left the directory."""
    try:
        return (unit.people.today(person),)
    except NotFound:
        return ()


def _by_role(unit: UnitOfWork, role: str, school: School, now: datetime) -> tuple[Person, ...]:
    here = [one for one in unit.people.all(school.authority) if belongs(one, school)]
    present = [one for one in here if not unit.people.absent(one.id, now)]
    found = tuple(one for one in present if one.role == role)
    if role == "social_worker" and not found:
        return tuple(one for one in present if one.role == "duty_social_worker")
    return found
