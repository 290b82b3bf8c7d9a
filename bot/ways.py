"""Over which channel a person is told next: the platform used last, the other ones, e-mail as the last resort. Pure.

A channel that refused for good is never tried again for that row; one that refused several times gives way to the next,
and when all have, the one that failed least takes its turn.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.seams import Courier, Refused, Unsure
from storage.shapes import Delivery, Identity, OutboxId, Person

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=5)
TRIES_BEFORE_NEXT = 4
"""About half a minute of refusals; then the next channel, and the next step of the plan, do not wait their time."""
LONGEST_WAIT = timedelta(minutes=1)
"""A platform that asks for a longer wait is taken as out: the next channel is tried at once."""
OUTAGES_BEFORE_REST = 3
REST = timedelta(seconds=15)
"""A platform that failed several times in a row is left alone for so long, so that it can't keep other rows waiting."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A channel that reaches a person, and where."""

    courier: Courier
    address: str

    @property
    def channel(self) -> str:
        """The channel's name."""
        return self.courier.channel


def ways(couriers: Iterable[Courier], person: Person, known: Sequence[Identity]) -> tuple[Way, ...]:
    """Every way to a person in the order of trying: by when they were last seen there, last resorts at the end."""
    seen = [one.channel for one in known if one.state == "active"]

    def order(way: Way) -> tuple[bool, int]:
        place = seen.index(way.channel) if way.channel in seen else len(seen)
        return way.courier.last_resort, place

    found = [
        Way(courier=one, address=address) for one in couriers if (address := one.address_of(person, known)) is not None
    ]
    return tuple(sorted(found, key=order))


def next_way(open_ways: Sequence[Way], tries: Mapping[str, Delivery]) -> Way | None:
    """The way to try now, by what each channel said so far; None when every one refused for good."""
    left = [one for one in open_ways if one.channel not in tries or tries[one.channel].state != "refused"]
    fresh = (one for one in left if failures(tries.get(one.channel)) < TRIES_BEFORE_NEXT)
    return next(fresh, None) or min(left, key=lambda one: failures(tries.get(one.channel)), default=None)


def failures(tried: Delivery | None) -> int:
    """How often a channel failed for a row and person so far."""
    return 0 if tried is None else tried.attempt


def wait(row: OutboxId, attempt: int) -> timedelta:
    """How long until the next attempt (which counts from 1): doubled each time, five minutes at most.

    A quarter is given or taken by the row's id, so that rows which failed together don't come back together.
    """
    doubled: timedelta = min(FIRST_RETRY * (1 << min(attempt - 1, 10)), LONGEST_RETRY)
    drawn = hashlib.sha256(f"{row}:{attempt}".encode()).digest()[0]
    return doubled * (0.75 + drawn / 1024)


@dataclass(frozen=True, slots=True)
class Rest:
    """A platform is left alone until then; `asked`: it asked for it itself, else it was out several times in a row."""

    until: datetime
    asked: bool


@dataclass(frozen=True, slots=True)
class Rests:
    """Which platforms are left alone for a while, as this process knows them. Forgetting it costs a few tries."""

    _resting: dict[str, Rest] = field(default_factory=dict)
    _outages: dict[str, int] = field(default_factory=dict)

    def of(self, channel: str, now: datetime) -> Rest | None:
        """The channel's rest; None if it has none now."""
        rest = self._resting.get(channel)
        return rest if rest is not None and rest.until > now else None

    def took(self, channel: str) -> None:
        """It took a card: whatever was wrong is over."""
        self._outages.pop(channel, None)
        self._resting.pop(channel, None)

    def refused(self, channel: str, refusal: Refused, now: datetime) -> None:
        """It did not: it rests for as long as it asks, or after several outages in a row."""
        if refusal.retry_after is not None:
            self._resting[channel] = Rest(now + timedelta(seconds=refusal.retry_after), asked=True)
        elif refusal.outage:
            self._out(channel, now)

    def _out(self, channel: str, now: datetime) -> None:
        self._outages[channel] = self._outages.get(channel, 0) + 1
        if self._outages[channel] >= OUTAGES_BEFORE_REST:
            self._resting[channel] = Rest(now + REST, asked=False)


def state_of(refusal: Refused) -> str:
    """How a refusal stands in the deliveries."""
    if isinstance(refusal, Unsure):
        return "unsure"
    return "refused" if refusal.permanent else "failed"
