"""What the use cases need of the outside world, as protocols, with the one real clock, id maker and random source.

Nothing else in the project reads the clock or makes randomness; tests pass their own callables by the same door.
"""

import os
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from dialogs.screens import Screen
from storage.shapes import Identity, Person

LETTERS = "34679CDFGHJKMNPQRTWXY"
"""Of a reference: none is taken for another when read aloud or copied, and no vowel makes a word."""


class Clock(Protocol):
    """The present instant, aware, UTC."""

    def __call__(self) -> datetime: ...


class Ticks(Protocol):
    """Seconds of a clock that only goes forward: two readings make a length of time, one alone means nothing."""

    def __call__(self) -> float: ...


class Pause(Protocol):
    """Waits for so many seconds, in the thread that asks."""

    def __call__(self, seconds: float, /) -> None: ...


class NewId(Protocol):
    """A new id, never given before."""

    def __call__(self) -> str: ...


class NewReference(Protocol):
    """A new reference that people read aloud, like K4M-7QX; it carries no meaning."""

    def __call__(self) -> str: ...


class RandomBytes(Protocol):
    """`count` unpredictable bytes."""

    def __call__(self, count: int, /) -> bytes: ...


class Nudge(Protocol):
    """Says that rows may be due now; losing one loses nothing, since the rows say so themselves."""

    def __call__(self) -> None: ...


class Refused(Exception):  # noqa: N818 - a platform's answer, not a fault of ours
    """A platform did not take a card: it was certainly not delivered.

    `permanent`: never again for this person over this channel (blocked, uninstalled, revoked). `retry_after`: seconds,
    ten minutes at the most whatever the platform asks: a child can't wait for longer.
    `outage`: the platform itself does not answer, whoever the card is for. `code`: a word of ours, never its text.
    """

    def __init__(
        self, code: str, *, permanent: bool = False, retry_after: float | None = None, outage: bool = False
    ) -> None:
        self.code, self.permanent, self.outage = code, permanent, outage
        self.retry_after = None if retry_after is None else _bounded(retry_after)
        super().__init__(code)


LONGEST_RETRY_AFTER = 600.0
"""Seconds."""


def _bounded(seconds: float) -> float:
    """What a platform said, made a length of time: what is none (not a number, negative) asks for no wait."""
    return min(seconds, LONGEST_RETRY_AFTER) if seconds > 0 else 0.0


class Unsure(Refused):
    """Nobody knows whether the card arrived (no answer in time): it is sent again, marked as a repeat."""

    def __init__(self, code: str) -> None:
        super().__init__(code, outage=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """A card for one person at one address of a channel. The same `key` twice delivers once where the platform can.

    `repeat`: an earlier attempt may have arrived. `kind` is what a pointer is about, `reference` the concern's.
    """

    to: Person
    address: str
    card: Screen
    key: str
    repeat: bool = False
    kind: str = ""
    reference: str = ""


class Courier(Protocol):
    """Carries cards to people over one channel. Called from any thread, never inside a transaction."""

    @property
    def channel(self) -> str:
        """The name that deliveries are recorded under."""
        ...

    @property
    def last_resort(self) -> bool:
        """Whether it is tried only when no platform takes a card, and counts as *hard to reach* (e-mail)."""
        ...

    def address_of(self, to: Person, known: Sequence[Identity]) -> str | None:
        """Where this channel reaches the person, None if it can't. `known`: everywhere they were seen, newest first."""
        ...

    def deliver(self, parcel: Parcel) -> str:
        """Hand the card over and return a receipt code, by which it can be found again.

        Raises:
            Refused: the platform did not take it.
            Unsure: it did not say.
        """
        ...

    def revise(self, parcel: Parcel, receipt: str) -> str:
        """Put the card in the place of one delivered before under `receipt`; returns the receipt that counts from now.

        A channel that can't change what it delivered sends a new card.

        Raises:
            Refused: the platform did not take it.
            Unsure: it did not say.
        """
        ...


class Measures(Protocol):
    """Takes figures of how the service runs: seconds, channel names and codes of ours, never an id. Never raises."""

    def delivered(self, channel: str, seconds: float, repeat: bool) -> None:
        """A card was handed over so many seconds after it was due; `repeat`: an earlier attempt may have arrived."""
        ...

    def failed(self, channel: str, code: str) -> None:
        """A card was not taken, or nobody knows; `code` as it is recorded."""
        ...

    def turn(self, seconds: float) -> None:
        """Somebody's answer was taken and the next screen described."""
        ...

    def job_failed(self, job: str) -> None:
        """An alarm's work ended with an error."""
        ...

    def turned_away(self, channel: str, code: str) -> None:
        """A request was refused at a channel's door."""
        ...


class Unmeasured:
    """Keeps nothing: tests, and commands that end soon."""

    def delivered(self, channel: str, seconds: float, repeat: bool) -> None:
        """Keep nothing."""

    def failed(self, channel: str, code: str) -> None:
        """Keep nothing."""

    def turn(self, seconds: float) -> None:
        """Keep nothing."""

    def job_failed(self, job: str) -> None:
        """Keep nothing."""

    def turned_away(self, channel: str, code: str) -> None:
        """Keep nothing."""


UNMEASURED: Measures = Unmeasured()


def system_clock() -> datetime:
    """The one place where the clock is read."""
    return datetime.now(UTC)


def system_ticks() -> float:
    """The one place where lengths of time are read, seconds."""
    return time.monotonic()


def system_pause(seconds: float, /) -> None:
    """The one place where a thread waits for time to pass."""
    time.sleep(seconds)


def system_id() -> str:
    """A random id of 32 hexadecimal characters."""
    return uuid.uuid4().hex


def system_random(count: int) -> bytes:
    """`count` bytes of the operating system's randomness."""
    return os.urandom(count)


def references(random: RandomBytes) -> NewReference:
    """A maker of references from `random`; each letter is equally likely."""

    def make() -> str:
        letters = [_letter(random) for _ in range(6)]
        return f"{''.join(letters[:3])}-{''.join(letters[3:])}"

    return make


def _letter(random: RandomBytes) -> str:
    fair = 256 - 256 % len(LETTERS)
    while True:
        drawn = random(1)[0]
        if drawn < fair:
            return LETTERS[drawn % len(LETTERS)]


def nobody_listens() -> None:
    """The nudge of a process in which no one waits: the alarm finds the rows."""
