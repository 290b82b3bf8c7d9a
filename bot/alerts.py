"""Deliver what is due: claim under a lease, hand each card to the courier, record, ask for the next round.

Nothing is sent inside a transaction. A delivery recorded once is never sent again; one that may or may not have
happened is repeated with the same reference and marked as a repeat. People are looked up at the moment of sending.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from bot.errands import FIGURES, UNGIVEN
from bot.living import LIVING, keep_alive, living_row
from bot.logs import Log
from bot.looking import Look, Looking, Wanted
from bot.places import Places
from bot.plan import next_round
from bot.recipients import still_wanted
from bot.report_rows import next_to_hear
from bot.seams import Clock, Courier, NewId
from bot.telling import BROKE, QUIET, Telling, Told
from bot.ways import TRIES_BEFORE_NEXT, wait
from dialogs.concern import Event, Happening, State, advance
from storage.audit import Head
from storage.errors import StaleLife, StoreBroken, StoreError
from storage.shapes import Concern, Delivery, OutboxId, OutboxRow, Person, PersonId, PlannedStep
from storage.unit import Store, UnitOfWork

LEASE_SECONDS = 60
BATCH = 20
SPARE = timedelta(seconds=25)
"""A row is begun only while its lease has this much left, longer than a courier may take."""
FRESH = timedelta(seconds=2)
"""How old a look at people and concerns may be when a card is handed over."""
PATIENCE = timedelta(seconds=10)
"""How long cards in hand wait for a storage that is gone; then they are told, though nobody can keep that they were."""
GIVE_UP_AFTER = 50
EXPIRED = "have_expired"


@dataclass(kw_only=True, slots=True)
class Alerts:
    """The sender. `holder` names this process in leases; several threads and processes may deliver at once."""

    store: Store
    looking: Looking
    telling: Telling
    places: Places
    clock: Clock
    new_id: NewId
    log: Log
    holder: str
    _unkept: dict[tuple[OutboxId, PersonId], tuple[Delivery, ...]] = field(default_factory=dict)
    """What was handed over and storage could not keep: not handed over again while this process lives."""
    _unsettled: dict[OutboxId, Wanted] = field(default_factory=dict)
    """Claimed rows in hand when storage went away, told or not."""
    listeners: list[Callable[[PersonId], None]] = field(default_factory=list)
    """Asked after the commit, for each person who was told: something on their own page may have changed."""
    _taking_up: Lock = field(default_factory=Lock)

    def deliver_due(self) -> int:
        """Send everything that is due; returns how many rows were dealt with.

        Raises:
            StoreError: storage failed; what it could not keep is kept at the next call.
        """
        if self._unsettled and self._taking_up.acquire(blocking=False):
            try:
                self._take_up()
            finally:
                self._taking_up.release()
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
        faults: list[StoreError] = []
        for number, row in enumerate(rows):
            now = self.clock()
            if row.lease_until is not None and now + SPARE > row.lease_until and number:
                self._release(rows[number:])
                return number
            if look is None or abs(now - look.at) > FRESH:
                look = self._looked(rows[number:])
            faults.extend(self._deliver_apart(row, look))
            if faults and isinstance(faults[-1], StoreBroken) and look is not None:
                self._unsettled |= {one.id: look.wanted[one.id] for one in rows[number:]}
                break
        _raise_the_last_of(faults)
        return len(rows)

    def _take_up(self) -> None:
        """Storage was away: what was told is kept now, and what was not goes back to whoever is free."""
        faults: list[StoreError] = []
        for row_id, wanted in list(self._unsettled.items()):
            ends, now = wanted.row.lease_until, self.clock()
            if ends is None or ends <= now + SPARE:
                # Somebody may have it by now; what this process told of it, it still knows.
                del self._unsettled[row_id]
            elif self._in_hand(wanted) or now - (ends - timedelta(seconds=LEASE_SECONDS)) >= PATIENCE:
                found = self._deliver_apart(wanted.row, Look(at=now, wanted={row_id: wanted}, heads={}))
                faults.extend(found)
                if not found:
                    del self._unsettled[row_id]
            elif not faults:
                self._release([wanted.row])
                del self._unsettled[row_id]
        _raise_the_last_of(faults)

    def _in_hand(self, wanted: Wanted) -> bool:
        return any((wanted.row.id, one.id) in self._unkept for one in wanted.people)

    def _release(self, rows: Sequence[OutboxRow]) -> None:
        """Slow couriers took the time of the batch: what is left goes to whoever is free."""
        with self.store.write() as unit:
            unit.outbox.release([row.id for row in rows], self.holder)
            unit.commit()

    def _deliver_apart(self, row: OutboxRow, look: Look | None) -> tuple[StoreError, ...]:
        """A row that breaks waits its turn again; it never keeps the rows behind it from being told.

        What storage said is returned and not kept in a field: several threads deliver at once.
        """
        tolds: list[Told] = []
        try:
            wanted = look.wanted[row.id] if look is not None else self._wanted_alone(row)
            self._deliver(wanted, tolds, {} if look is None else look.heads)
        except StoreError as fault:
            self.log("delivery_not_kept", outbox=row.id, error=type(fault).__name__, attempt=row.attempt)
            self._unkept |= {(row.id, one.person.id): tuple(one.deliveries) for one in tolds if one.reached}
            if look is not None:
                self._unsettled[row.id] = look.wanted[row.id]
            return (fault,)
        except Exception as error:  # noqa: BLE001 - whatever broke this row, the others must go
            self.log("delivery_broke", outbox=row.id, error=type(error).__name__, attempt=row.attempt)
            self._broke(row, tolds)
        return ()

    def _broke(self, row: OutboxRow, tolds: Iterable[Told]) -> None:
        """A fault of ours: the row is never given up for it, or its chain would end with nobody told."""
        with self.store.write() as unit:
            for one in _handed(tolds):
                unit.outbox.record(replace(one, state="unsure", detail=BROKE))
            unit.outbox.failed(row.id, self.clock() + wait(row.id, row.attempt), BROKE)
            unit.commit()

    def _looked(self, rows: Sequence[OutboxRow]) -> Look | None:
        """What there is to know of the rows; None if one of them can't be looked at: then each is looked at alone."""
        try:
            return self.looking.look(rows)
        except Exception as error:  # noqa: BLE001 - one row's fault; it is found when the rows are looked at one by one
            self.log("look_broke", count=len(rows), error=type(error).__name__)
            return None

    def _wanted_alone(self, row: OutboxRow) -> Wanted:
        return self.looking.look([row]).wanted[row.id]

    def _deliver(self, wanted: Wanted, tolds: list[Told], heads: dict[str, Head]) -> None:
        for person in wanted.people:
            # Several people: each is kept as soon as told, so that a crash repeats one card at the most.
            self._keep(wanted, tolds, heads)
            told = Told(person=person)
            tolds.append(told)
            if (before := self._unkept.get((wanted.row.id, person.id))) is not None:
                told.deliveries.extend(before)
            else:
                self.telling.tell(wanted, told)
        self._settle(wanted, tolds, heads)
        for told in tolds:
            self._unkept.pop((wanted.row.id, told.person.id), None)

    def _keep(self, wanted: Wanted, tolds: list[Told], heads: dict[str, Head]) -> None:
        """A storage that fails here keeps nobody from being told: the settling comes to it again."""
        if not tolds:
            return
        with suppress(StoreError), self.store.write() as unit:
            self._record(unit, wanted, tolds, heads)
            unit.commit()
            heads[wanted.chain] = unit.audit.head(wanted.chain)
            for told in tolds:
                told.kept = True

    def _record(self, unit: UnitOfWork, wanted: Wanted, tolds: Iterable[Told], heads: dict[str, Head]) -> None:
        if wanted.chain in heads:
            unit.audit.know(wanted.chain, heads[wanted.chain])
        for told in tolds:
            for one in () if told.kept else told.deliveries:
                if unit.outbox.record(one):
                    self._log(unit, wanted, told.person, one)
                if one.state == "refused":
                    unit.identities.refuse(one.channel, one.person)

    def _log(self, unit: UnitOfWork, wanted: Wanted, person: Person, one: Delivery) -> None:
        step = wanted.row.step
        about: dict[str, Any] = {"outbox": one.outbox, "channel": one.channel}
        if one.state == "sent":
            kind = "own_message_shown" if wanted.living else "told_again" if one.repeat else "told"
            about |= {"draw": step.draw, "chain": step.chain}
        else:
            kind = "delivery_failed"
            about |= {"code": one.detail, "attempt": one.attempt}
        unit.audit.add(wanted.chain, kind, person.id, person.role, one.at, about)

    def _settle(self, wanted: Wanted, tolds: list[Told], heads: dict[str, Head]) -> None:
        row, now = wanted.row, self.clock()
        left = [one for one in tolds if not one.reached]
        with self.store.write() as unit:
            if row.step.follow and wanted.concern is not None:
                # Held before its log is written to, as by every press: the other way round two would block each other.
                unit.concerns.get(wanted.concern.id)
            self._record(unit, wanted, tolds, heads)
            follow = self._follow(unit, wanted, left, now)
            if left:
                self._put_off(unit, row, min(_again(one, row, now) for one in left), _code(left))
            else:
                unit.outbox.sent(row.id, now, follow, [OutboxId(self.new_id()) for _ in follow])
            if left and follow:
                # The same rows put again stand there already.
                unit.outbox.put(follow, [OutboxId(self.new_id()) for _ in follow])
            if left or not _on_platform(tolds, self.telling.couriers):
                self._hasten(unit, wanted, now)
            self._say_whether_anybody_hears(unit, wanted, now)
            self._tell_of_figures(unit, row, left, now)
            unit.commit()
            if wanted.chain in heads:
                heads[wanted.chain] = unit.audit.head(wanted.chain)
        self._heard(tolds)
        if not tolds and not wanted.tries and row.step.draw != LIVING:
            self.log("nobody_to_tell", outbox=row.id, concern=row.step.concern, role=row.step.role)

    def _heard(self, tolds: Iterable[Told]) -> None:
        for person in (one.person.id for one in tolds if one.reached):
            for listener in self.listeners:
                listener(person)

    def _say_whether_anybody_hears(self, unit: UnitOfWork, wanted: Wanted, now: datetime) -> None:
        """An alert that failed for a while, and one that got through after all, change what the reporter reads."""
        row, concern = wanted.row, wanted.concern
        if concern is not None and row.step.chain == "until_had" and row.attempt >= TRIES_BEFORE_NEXT:
            heard = "reached" if unit.outbox.recipients_done(row.id) else "failing"
            unit.outbox.put([living_row(concern, f"{heard}_{row.id}", now)], [OutboxId(self.new_id())])

    def _tell_of_figures(self, unit: UnitOfWork, row: OutboxRow, left: Sequence[Told], now: datetime) -> None:
        """Figures that were tried enough and are with nobody: somebody else hears that they wait, without any."""
        if row.step.draw in FIGURES | {UNGIVEN} and left and row.attempt >= TRIES_BEFORE_NEXT:
            rows = next_to_hear(unit, self.places, row.step, now)
            unit.outbox.put(rows, [OutboxId(self.new_id()) for _ in rows])

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
            keep_alive(unit, concern, life, now)
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
        return any(_stands(one, self.telling.couriers) for tries in found.values() for one in tries)


def _raise_the_last_of(faults: Sequence[StoreError]) -> None:
    """Only at the end, so that a row which can't be kept keeps nobody else from being told."""
    if faults:
        raise faults[-1]


def _trying(row: OutboxRow) -> bool:
    """Whether a row is still in its first half-minute of tries, or just being tried."""
    return row.state == "waiting" and (row.attempt < TRIES_BEFORE_NEXT or row.lease_until is not None)


def _stands(one: Delivery, couriers: Mapping[str, Courier]) -> bool:
    courier = couriers.get(one.channel)
    return one.state == "sent" and not (courier is not None and courier.last_resort)


def _on_platform(tolds: Iterable[Told], couriers: Mapping[str, Courier]) -> bool:
    return any(_stands(one, couriers) for told in tolds for one in told.deliveries)


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
