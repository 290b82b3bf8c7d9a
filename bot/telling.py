"""Tell one person of one row: over the channel used last, the next one where it refuses, e-mail when none takes it.

Opens no transaction: what was tried comes back to be recorded.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.errands import errand_card
from bot.logs import Log
from bot.looking import REVISING, Wanted
from bot.seams import UNMEASURED, Clock, Courier, Measures, Parcel, Refused
from bot.ways import LONGEST_WAIT, TRIES_BEFORE_NEXT, Rests, Way, next_way, state_of, wait, ways
from dialogs.cards import Pointer, pointer
from dialogs.screens import Screen
from dialogs.words import Words
from storage.shapes import Delivery, Person
from thresholds.result import Urgency

BROKE = "broke"
"""The code of a fault of ours, where no platform refused."""
NO_WAY = "no_way"
"""The code of a person whom no channel reaches."""
RESTING = "resting"
"""The code of a platform that is left alone for a while."""
QUIET = "in_lesson"
LONGEST_LESSON = timedelta(minutes=60)
"""A lesson that ends later was begun before the clock was set back."""


@dataclass(kw_only=True, slots=True)
class Told:
    """What became of one person: the deliveries to record, and when to try again if they were not told.

    `kept`: the deliveries are recorded already.
    """

    person: Person
    deliveries: list[Delivery] = field(default_factory=list)
    code: str | None = None
    again: datetime | None = None
    kept: bool = False

    @property
    def reached(self) -> bool:
        """Whether a card is with them."""
        return self.code is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """Hands cards to couriers."""

    couriers: Mapping[str, Courier]
    words: Words
    clock: Clock
    log: Log
    measures: Measures = UNMEASURED
    rests: Rests = field(default_factory=Rests)

    def tell(self, wanted: Wanted, told: Told) -> None:
        """Try the person's channels, the next one at once where one refuses for good or has failed enough."""
        now, person = self.clock(), told.person
        if (until := _quiet_until(wanted, person, now)) is not None:
            told.code, told.again = QUIET, until
            return
        open_ways = self._ways(wanted, person)
        tries = wanted.tried(person.id)
        if wanted.living and next_way(open_ways, tries) is None:
            # It lives on platforms only; what must be heard has rows of its own, which go by e-mail too.
            return
        told.code, told.again = NO_WAY, now + wait(wanted.row.id, wanted.row.attempt)
        while (way := next_way(open_ways, tries)) is not None:
            rest = self.rests.of(way.channel, now)
            if rest is not None and rest.asked and rest.until - now <= LONGEST_WAIT:
                told.code, told.again = RESTING, rest.until
                return
            if rest is None or not rest.asked:
                tries[way.channel] = tried = self._try(wanted, told, way, tries.get(way.channel))
                if told.reached or (_worth_waiting_for(tried) and not self._asks_too_much(way, now)):
                    return
            else:
                told.code, told.again = RESTING, _sooner(told, rest.until)
            open_ways = tuple(one for one in open_ways if one.channel != way.channel)

    def _asks_too_much(self, way: Way, now: datetime) -> bool:
        """Whether the platform asked for more patience than an alert has."""
        rest = self.rests.of(way.channel, now)
        return rest is not None and rest.asked and rest.until - now > LONGEST_WAIT

    def _ways(self, wanted: Wanted, person: Person) -> tuple[Way, ...]:
        couriers = [one for one in self.couriers.values() if not (wanted.living and one.last_resort)]
        found = ways(couriers, person, wanted.known.get(person.id, ()))
        there = {channel for channel, _ in wanted.standing.get(person.id, ())}
        return tuple(sorted(found, key=lambda one: one.channel not in there)) if there else found

    def _try(self, wanted: Wanted, told: Told, way: Way, before: Delivery | None) -> Delivery:
        row, person, now = wanted.row, told.person, self.clock()
        repeat = wanted.again(person.id)
        parcel = Parcel(
            to=person, address=way.address, card=self._card(wanted), key=f"{row.id}:{person.id}", repeat=repeat,
            kind=row.step.draw, reference="" if wanted.concern is None else wanted.concern.reference,
        )  # fmt: skip
        tried = Delivery(
            outbox=row.id, person=person.id, channel=way.channel, state="sent", at=now, detail="", repeat=repeat,
            attempt=1 + (0 if before is None else before.attempt),
        )  # fmt: skip
        if self.rests.of(way.channel, now) is not None:
            # Out just now: it counts as one more try, and nobody waits for another silence.
            told.code = RESTING
            return self._tried(told, replace(tried, state="failed", detail=RESTING))
        try:
            tried = replace(tried, detail=self._handed_over(wanted, way, parcel))
            told.code, told.again = None, None
            self.rests.took(way.channel)
            self.measures.delivered(way.channel, (now - row.step.due_at).total_seconds(), repeat)
        except Refused as refused:
            tried = self._refused(told, tried, refused)
        except Exception as error:  # noqa: BLE001 - a courier's fault with one person must not silence the others
            self.log("courier_broke", outbox=row.id, person=person.id, error=type(error).__name__, attempt=row.attempt)
            tried = replace(tried, state="unsure", detail=BROKE)
            told.code = BROKE
        return self._tried(told, tried)

    def _tried(self, told: Told, tried: Delivery) -> Delivery:
        told.deliveries.append(tried)
        if tried.state != "sent":
            self.measures.failed(tried.channel, tried.detail)
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
        # Of the reporter's message there is one: an older one is gone, or the repeat of one that nobody confirmed.
        changing = here[:1] if wanted.living else dict.fromkeys(here)
        receipts = [way.courier.revise(parcel, one) for one in changing]
        self._revise_elsewhere(wanted, way, parcel)
        return receipts[0]

    def _revise_elsewhere(self, wanted: Wanted, way: Way, parcel: Parcel) -> None:
        """A person who was told over two channels: the other one's card changes too, if its platform answers."""
        others = {one.channel: one for one in self._ways(wanted, parcel.to) if one.channel != way.channel}
        for channel, receipt in wanted.standing.get(parcel.to.id, ()):
            if (other := others.get(channel)) is not None:
                with suppress(Refused):
                    other.courier.revise(replace(parcel, address=other.address), receipt)

    def _card(self, wanted: Wanted) -> Screen:
        step, concern, place = wanted.row.step, wanted.concern, wanted.place
        if wanted.card is not None:
            return wanted.card
        if concern is None or place is None:
            return errand_card(step, wanted.numbers, self.words)
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


def _worth_waiting_for(tried: Delivery) -> bool:
    return tried.state != "refused" and tried.attempt < TRIES_BEFORE_NEXT


def _sooner(told: Told, instant: datetime) -> datetime:
    return instant if told.again is None or told.code == NO_WAY else min(told.again, instant)


def _quiet_until(wanted: Wanted, person: Person, now: datetime) -> datetime | None:
    """Until when a person in a lesson is left alone; never with what is statutory, and a changed card is silent."""
    step, concern = wanted.row.step, wanted.concern
    urgent = concern is not None and concern.urgency >= Urgency.SECTION_17
    until = wanted.quiet.get(person.id)
    if urgent or step.draw in REVISING or until is None or not now < until <= now + LONGEST_LESSON:
        return None
    return until
