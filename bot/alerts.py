"""Deliver what is due: claim under a lease, hand each card to the courier, record, ask for the next round.

Nothing is sent inside a transaction. A delivery recorded once is never sent again; one that may or may not have
happened is repeated with the same reference and marked as a repeat. People are looked up at the moment of sending.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.logs import Log
from bot.places import Place, Places
from bot.plan import next_round
from bot.recipients import if_there, recipients, still_wanted
from bot.seams import Clock, Courier, NewId, Parcel, Refused
from bot.ways import LONGEST_WAIT, TRIES_BEFORE_NEXT, Rests, Way, next_way, state_of, wait, ways
from dialogs.cards import Pointer, pointer
from dialogs.concern import Event, Happening, State, advance
from dialogs.screens import Screen
from dialogs.words import Words
from storage.audit import Head
from storage.errors import StaleLife
from storage.shapes import Concern, ConcernId, Delivery, Identity, OutboxId, OutboxRow, Person, PersonId, PlannedStep
from storage.unit import Store, UnitOfWork
from thresholds.result import Urgency

LEASE_SECONDS = 60
BATCH = 20
SPARE = timedelta(seconds=25)
"""A row is begun only while its lease has this much left, longer than a courier may take."""
FRESH = timedelta(seconds=2)
"""How old a look at people and concerns may be when a card is handed over."""
GIVE_UP_AFTER = 50
BROKE = "broke"
"""The code of a fault of ours, where no platform refused."""
NO_WAY = "no_way"
"""The code of a person whom no channel reaches."""
QUIET = "in_lesson"
REVISING = frozenset({"stood_down"})
"""What changes the cards that stand, where a channel can, instead of ringing again."""
EXPIRED = "have_expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A claimed row with all that telling needs: whose concern, who is left to tell, what was tried, until when.

    `concern` None: a notice that stands alone. `standing`: the receipts of the cards that it changes, a person.
    """

    row: OutboxRow
    concern: Concern | None
    place: Place | None
    people: tuple[Person, ...]
    tries: tuple[Delivery, ...]
    known: Mapping[PersonId, tuple[Identity, ...]]
    quiet: Mapping[PersonId, datetime]
    standing: Mapping[PersonId, tuple[tuple[str, str], ...]]

    @property
    def chain(self) -> str:
        """Where the log keeps what becomes of it."""
        step = self.row.step
        return step.concern or step.about or f"person:{step.person}"

    def tried(self, person: PersonId) -> dict[str, Delivery]:
        """What each channel said of the person so far."""
        return {one.channel: one for one in self.tries if one.person == person}


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What was read of a batch of rows at an instant."""

    at: datetime
    wanted: Mapping[OutboxId, Wanted]
    heads: dict[str, Head]


@dataclass(kw_only=True, slots=True)
class Told:
    """What became of one person: the deliveries to record, and when to try again if they were not told."""

    person: Person
    deliveries: list[Delivery] = field(default_factory=list)
    code: str | None = None
    again: datetime | None = None

    @property
    def reached(self) -> bool:
        """Whether a card is with them."""
        return self.code is None


@dataclass(kw_only=True, slots=True)
class Alerts:
    """The sender. `holder` names this process in leases; several threads and processes may deliver at once."""

    store: Store
    couriers: Mapping[str, Courier]
    places: Places
    words: Words
    clock: Clock
    new_id: NewId
    log: Log
    holder: str
    rests: Rests = field(default_factory=Rests)

    def deliver_due(self) -> int:
        """Send everything that is due; returns how many rows were dealt with."""
        total = 0
        while rows := self._claim():
            total += self._deliver_all(rows)
        return total

    def _claim(self) -> tuple[OutboxRow, ...]:
        with self.store.write() as unit:
            rows = unit.outbox.claim(self.clock(), BATCH, LEASE_SECONDS, self.holder)
            unit.commit()
        return rows

    def _deliver_all(self, rows: tuple[OutboxRow, ...]) -> int:
        look: Look | None = None
        for number, row in enumerate(rows):
            now = self.clock()
            if row.lease_until is not None and now + SPARE > row.lease_until and number:
                self._release(rows[number:])
                return number
            if look is None or abs(now - look.at) > FRESH:
                look = self._looked(rows[number:])
            self._deliver_apart(row, look)
        return len(rows)

    def _release(self, rows: Sequence[OutboxRow]) -> None:
        """Slow couriers took the time of the batch: what is left goes to whoever is free."""
        with self.store.write() as unit:
            unit.outbox.release([row.id for row in rows], self.holder)
            unit.commit()

    def _deliver_apart(self, row: OutboxRow, look: Look | None) -> None:
        """A row that breaks waits its turn again; it never keeps the rows behind it from being told."""
        tolds: list[Told] = []
        try:
            wanted = look.wanted[row.id] if look is not None else self._wanted_alone(row)
            self._deliver(wanted, tolds, {} if look is None else look.heads)
        except Exception as error:  # noqa: BLE001 - whatever broke this row, the others must go
            self.log("delivery_broke", outbox=row.id, error=type(error).__name__, attempt=row.attempt)
            with self.store.write() as unit:
                for one in _handed(tolds):
                    unit.outbox.record(replace(one, state="unsure", detail=BROKE))
                self._put_off(unit, row, self.clock() + wait(row.id, row.attempt), BROKE)
                unit.commit()

    def _looked(self, rows: Sequence[OutboxRow]) -> Look | None:
        """What there is to know of the rows; None if one of them can't be looked at: then each is looked at alone."""
        try:
            return self._look(rows)
        except Exception as error:  # noqa: BLE001 - one row's fault; it is found when the rows are looked at one by one
            self.log("look_broke", count=len(rows), error=type(error).__name__)
            return None

    def _wanted_alone(self, row: OutboxRow) -> Wanted:
        return self._look([row]).wanted[row.id]

    def _look(self, rows: Sequence[OutboxRow]) -> Look:
        now = self.clock()
        with self.store.read() as unit:
            ids = [row.step.concern for row in rows if row.step.concern is not None]
            concerns = unit.concerns.some(ids)
            tries = unit.outbox.tries([row.id for row in rows])
            told = {row.id: self._people(unit, row.step, concerns, now) for row in rows}
            people = list(dict.fromkeys(one.id for found in told.values() for one in found))
            known = unit.identities.of_many(people)
            quiet = unit.people.quiet_now(now)
            wanted = {
                row.id: Wanted(
                    row=row,
                    concern=None if row.step.concern is None else concerns[row.step.concern],
                    place=None if row.step.concern is None else self.places.of(unit, concerns[row.step.concern].school),
                    people=_left(told[row.id], tries.get(row.id, ())),
                    tries=tries.get(row.id, ()),
                    known=known,
                    quiet=quiet,
                    standing=self._standing(unit, row.step, told[row.id]),
                )
                for row in rows
            }
            heads = unit.audit.heads(list({one.chain for one in wanted.values()}))
        return Look(at=now, wanted=wanted, heads=dict(heads))

    def _people(
        self, unit: UnitOfWork, step: PlannedStep, concerns: Mapping[ConcernId, Concern], now: datetime
    ) -> tuple[Person, ...]:
        if step.concern is not None:
            return recipients(unit, self.places, step, concerns[step.concern], now)
        assert step.person is not None
        return if_there(unit, step.person)

    def _standing(
        self, unit: UnitOfWork, step: PlannedStep, people: Iterable[Person]
    ) -> Mapping[PersonId, tuple[tuple[str, str], ...]]:
        if step.concern is None or step.draw not in REVISING:
            return {}
        return {one.id: unit.outbox.receipts(step.concern, one.id) for one in people}

    def _deliver(self, wanted: Wanted, tolds: list[Told], heads: dict[str, Head]) -> None:
        for person in wanted.people:
            if tolds:
                # Several people: each is kept as soon as told, so that a crash repeats one card at the most.
                self._keep(wanted, tolds[-1:], heads)
            told = Told(person=person)
            tolds.append(told)
            self._tell(wanted, told)
        self._settle(wanted, tolds, heads)

    def _keep(self, wanted: Wanted, tolds: Iterable[Told], heads: dict[str, Head]) -> None:
        with self.store.write() as unit:
            self._record(unit, wanted, tolds, heads)
            unit.commit()
            heads[wanted.chain] = unit.audit.head(wanted.chain)

    def _tell(self, wanted: Wanted, told: Told) -> None:
        """Try the person's channels, the next one at once where one refuses for good or has failed enough."""
        now, person = self.clock(), told.person
        if (until := _quiet_until(wanted, person, now)) is not None:
            told.code, told.again = QUIET, until
            return
        open_ways = self._ways(wanted, person)
        tries = wanted.tried(person.id)
        told.code, told.again = NO_WAY, now + wait(wanted.row.id, wanted.row.attempt)
        while (way := next_way(open_ways, tries)) is not None:
            resting = self.rests.until(way.channel, now)
            if resting is not None:
                told.code, told.again = "resting", _sooner(told, resting)
            else:
                tried = self._try(wanted, told, way, tries.get(way.channel))
                if told.reached:
                    return
                tries[way.channel] = tried
                if tried.state != "refused" and tried.attempt < TRIES_BEFORE_NEXT and not self._long(way, now):
                    return
            open_ways = tuple(one for one in open_ways if one.channel != way.channel)

    def _long(self, way: Way, now: datetime) -> bool:
        """Whether the platform asked for more patience than an alert has."""
        until = self.rests.until(way.channel, now)
        return until is not None and until - now > LONGEST_WAIT

    def _ways(self, wanted: Wanted, person: Person) -> tuple[Way, ...]:
        found = ways(self.couriers.values(), person, wanted.known.get(person.id, ()))
        there = {channel for channel, _ in wanted.standing.get(person.id, ())}
        return tuple(sorted(found, key=lambda one: one.channel not in there)) if there else found

    def _try(self, wanted: Wanted, told: Told, way: Way, before: Delivery | None) -> Delivery:
        row, person, now = wanted.row, told.person, self.clock()
        repeat = row.interrupted or any(one.state == "unsure" or one.repeat for one in wanted.tried(person.id).values())
        parcel = Parcel(
            to=person, address=way.address, card=self._card(wanted), key=f"{row.id}:{person.id}", repeat=repeat
        )
        tried = Delivery(
            outbox=row.id, person=person.id, channel=way.channel, state="sent", at=now, detail="", repeat=repeat,
            attempt=1 + (0 if before is None else before.attempt),
        )  # fmt: skip
        try:
            tried = replace(tried, detail=self._handed_over(wanted, way, parcel))
            told.code, told.again = None, None
            self.rests.took(way.channel)
        except Refused as refused:
            tried = self._refused(told, tried, refused)
        except Exception as error:  # noqa: BLE001 - a courier's fault with one person must not silence the others
            self.log("courier_broke", outbox=row.id, person=person.id, error=type(error).__name__, attempt=row.attempt)
            tried = replace(tried, state="unsure", detail=BROKE)
            told.code = BROKE
        told.deliveries.append(tried)
        return tried

    def _refused(self, told: Told, tried: Delivery, refused: Refused) -> Delivery:
        self.log(
            "delivery_failed", outbox=tried.outbox, person=tried.person, channel=tried.channel, code=refused.code,
            attempt=tried.attempt,
        )  # fmt: skip
        self.rests.refused(tried.channel, refused, tried.at)
        told.code = refused.code
        if refused.retry_after is not None and told.again is not None:
            told.again = max(told.again, tried.at + timedelta(seconds=refused.retry_after))
        return replace(tried, state=state_of(refused), detail=refused.code)  # type: ignore[arg-type]

    def _handed_over(self, wanted: Wanted, way: Way, parcel: Parcel) -> str:
        """The receipt of a new card, or of the cards that stand and were changed."""
        standing = wanted.standing.get(parcel.to.id, ())
        here = [receipt for channel, receipt in standing if channel == way.channel]
        if not here:
            return way.courier.deliver(parcel)
        receipts = [way.courier.revise(parcel, one) for one in dict.fromkeys(here)]
        self._revise_elsewhere(standing, way, parcel)
        return receipts[0]

    def _revise_elsewhere(self, standing: Iterable[tuple[str, str]], way: Way, parcel: Parcel) -> None:
        """A person who was told over two channels: the other one's card changes too, if its platform answers."""
        for channel, receipt in standing:
            other = self.couriers.get(channel)
            if channel != way.channel and other is not None:
                with suppress(Refused):
                    other.revise(parcel, receipt)

    def _card(self, wanted: Wanted) -> Screen:
        step, concern, place = wanted.row.step, wanted.concern, wanted.place
        assert concern is not None
        assert place is not None
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

    def _record(self, unit: UnitOfWork, wanted: Wanted, tolds: Iterable[Told], heads: dict[str, Head]) -> None:
        if wanted.chain in heads:
            unit.audit.know(wanted.chain, heads[wanted.chain])
        for told in tolds:
            for one in told.deliveries:
                if unit.outbox.record(one):
                    self._log(unit, wanted, told.person, one)
                if one.state == "refused":
                    unit.identities.refuse(one.channel, one.person)

    def _log(self, unit: UnitOfWork, wanted: Wanted, person: Person, one: Delivery) -> None:
        step = wanted.row.step
        about: dict[str, Any] = {"outbox": one.outbox, "channel": one.channel}
        if one.state == "sent":
            kind = "told_again" if one.repeat else "told"
            about |= {"draw": step.draw, "chain": step.chain}
        else:
            kind = "delivery_failed"
            about |= {"code": one.detail, "attempt": one.attempt}
        unit.audit.add(wanted.chain, kind, person.id, person.role, one.at, about)

    def _settle(self, wanted: Wanted, tolds: list[Told], heads: dict[str, Head]) -> None:
        row, now = wanted.row, self.clock()
        left = [one for one in tolds if not one.reached]
        with self.store.write() as unit:
            self._record(unit, wanted, tolds[-1:], heads)
            follow = self._follow(unit, wanted, left, now)
            if left:
                self._put_off(unit, row, min(_again(one, row, now) for one in left), _code(left))
            else:
                unit.outbox.sent(row.id, now, follow, [OutboxId(self.new_id()) for _ in follow])
            if left and follow:
                # The same rows put again stand there already.
                unit.outbox.put(follow, [OutboxId(self.new_id()) for _ in follow])
            if left or not _on_platform(tolds, self.couriers):
                self._hasten(unit, wanted, now)
            unit.commit()
            if wanted.chain in heads:
                heads[wanted.chain] = unit.audit.head(wanted.chain)
        if not tolds and not wanted.tries:
            self.log("nobody_to_tell", outbox=row.id, concern=row.step.concern, role=row.step.role)

    def _put_off(self, unit: UnitOfWork, row: OutboxRow, again: datetime, code: str) -> None:
        over = row.attempt >= GIVE_UP_AFTER and code != QUIET
        unit.outbox.failed(row.id, None if over else again, code)

    def _follow(self, unit: UnitOfWork, wanted: Wanted, left: list[Told], now: datetime) -> tuple[PlannedStep, ...]:
        """The next round, if this row asks for it and its chain goes on now."""
        step, concern = wanted.row.step, wanted.concern
        if concern is None or not step.follow or not still_wanted(step, concern, now):
            return ()
        if not self._goes_on(unit, wanted.row, left):
            return ()
        # Read again in this transaction: what is planned must be of the concern as it stands.
        concern = self._expired(unit, step, unit.concerns.get(concern.id), now)
        if not still_wanted(step, concern, now):
            return ()
        return next_round(self.places.plan_input(unit, concern, now), step)

    def _expired(self, unit: UnitOfWork, step: PlannedStep, concern: Concern, now: datetime) -> Concern:
        """*I have it* ran out undecided: the concern is nobody's again, and its log says so."""
        lead = concern.life.lead
        if step.reason != EXPIRED or concern.life.state is not State.HAD or lead is None or lead.until > now:
            return concern
        life = advance(concern.life, Happening(event=Event.EXPIRED, at=now, person=lead.person))
        with suppress(StaleLife):
            unit.concerns.move(concern.id, concern.life.version, life)
            unit.audit.add(concern.id, "expired", PersonId(lead.person), step.role, now, {})
            return replace(concern, life=life)
        return unit.concerns.get(concern.id)

    def _goes_on(self, unit: UnitOfWork, row: OutboxRow, left: list[Told]) -> bool:
        """Whether the row's chain goes on now: it waits for one that fails only if nobody at all can be reached."""
        if not left or row.attempt >= GIVE_UP_AFTER or row.step.chain == "until_decided":
            return True
        return self._reached(unit, _rows_of(unit, row.step, row.step.round))

    def _hasten(self, unit: UnitOfWork, wanted: Wanted, now: datetime) -> None:
        """The next step of the plan is told early where this one was tried enough and is on nobody's platform.

        Not if nobody was reached in the round before either: the platform is out, and hurry would only pile rows up.
        """
        step = wanted.row.step
        if step.chain != "until_had" or wanted.concern is None or not still_wanted(step, wanted.concern, now):
            return
        alike = [one for one in _rows_of(unit, step, step.round) if one.step.step == step.step]
        before = _rows_of(unit, step, step.round - 1)
        out = bool(before) and not self._reached(unit, before)
        if not out and not any(map(_trying, alike)) and not self._reached(unit, alike):
            unit.outbox.hasten(step, now)

    def _reached(self, unit: UnitOfWork, rows: Iterable[OutboxRow]) -> bool:
        """Whether any row stands on somebody's platform; e-mail alone is hard to reach."""
        found = unit.outbox.tries([row.id for row in rows])
        return any(_stands(one, self.couriers) for tries in found.values() for one in tries)


def _trying(row: OutboxRow) -> bool:
    """Whether a row is still in its first half-minute of tries, or just being tried."""
    return row.state == "waiting" and (row.attempt < TRIES_BEFORE_NEXT or row.lease_until is not None)


def _stands(one: Delivery, couriers: Mapping[str, Courier]) -> bool:
    courier = couriers.get(one.channel)
    return one.state == "sent" and not (courier is not None and courier.last_resort)


def _on_platform(tolds: Iterable[Told], couriers: Mapping[str, Courier]) -> bool:
    return any(_stands(one, couriers) for told in tolds for one in told.deliveries)


def _left(people: Iterable[Person], tries: Iterable[Delivery]) -> tuple[Person, ...]:
    """Whom the row has not reached yet."""
    done = {one.person for one in tries if one.state == "sent"}
    return tuple(one for one in people if one.id not in done)


def _quiet_until(wanted: Wanted, person: Person, now: datetime) -> datetime | None:
    """Until when a person in a lesson is left alone; never with what is statutory, and a changed card is silent."""
    step, concern = wanted.row.step, wanted.concern
    urgent = concern is not None and concern.urgency >= Urgency.SECTION_17
    until = wanted.quiet.get(person.id)
    return None if urgent or step.draw in REVISING or until is None or until <= now else until


def _sooner(told: Told, instant: datetime) -> datetime:
    return instant if told.again is None or told.code == NO_WAY else min(told.again, instant)


def _again(told: Told, row: OutboxRow, now: datetime) -> datetime:
    return told.again or now + wait(row.id, row.attempt)


def _code(left: Sequence[Told]) -> str:
    """A refusal before a lesson: the lesson ends by itself."""
    codes = [one.code for one in left if one.code is not None]
    return next((code for code in codes if code != QUIET), codes[0])


def _handed(tolds: Iterable[Told]) -> Iterator[Delivery]:
    """What was handed over and may not have been kept."""
    return (one for told in tolds for one in told.deliveries if one.state == "sent")


def _rows_of(unit: UnitOfWork, step: PlannedStep, number: int) -> list[OutboxRow]:
    """The rows of one round of the step's chain."""
    assert step.concern is not None
    rows = unit.outbox.of_concern(step.concern)
    return [one for one in rows if (one.step.chain, one.step.round) == (step.chain, number)]
