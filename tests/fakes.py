"""The outside world for tests: a clock that is set, ids that count, a courier that keeps a list and can fail."""

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.seams import Parcel, Refused, Unsure
from dialogs.cards import LIVING
from dialogs.screens import Screen
from storage.shapes import Identity, Person
from storage.unit import Store, UnitOfWork

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""An ordinary school day in term, ten o'clock in London too."""


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> datetime:
        """Go on by a span, as `timedelta` names it."""
        self.now += timedelta(**span)
        return self.now


def counting(prefix: str = "id") -> Callable[[], str]:
    """A maker of ids that counts upward."""
    numbers = itertools.count(1)
    return lambda: f"{prefix}{next(numbers)}"


@dataclass(frozen=True)
class Handed:
    """A card that arrived: when, with whom, in which role."""

    at: datetime
    person: str
    role: str
    card: Screen
    key: str


@dataclass
class ListCourier:
    """Keeps what it is given. `refusals` are taken from the front, one an attempt; `down` refuses everything."""

    clock: Callable[[], datetime]
    channel: str = "list"
    refusals: list[str] = field(default_factory=list)
    down: bool = False
    attempts: int = 0
    handed: list[Handed] = field(default_factory=list)

    last_resort: bool = False
    revised: list[Handed] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    """The keys of cards that came again without saying so."""
    living: list[Handed] = field(default_factory=list)
    """What reporters' own messages showed, each change. They ring nobody, so they stand apart from who was told."""

    def address_of(self, to: Person, known: Sequence[Identity]) -> str | None:  # noqa: ARG002
        """Everybody is reached here."""
        return to.id

    def revise(self, parcel: Parcel, receipt: str) -> str:
        """Keep what a card was changed to.

        Raises:
            Refused: the platform is down.
        """
        if self.down:
            raise Refused("outage", outage=True)
        if parcel.card.id == LIVING:
            return self._lives(parcel, receipt)
        changed = Handed(self.clock(), parcel.to.id, parcel.to.role, parcel.card, parcel.key)
        self.revised.append(changed)
        self.handed.append(changed)
        return receipt

    def deliver(self, parcel: Parcel) -> str:
        """Keep the card.

        Raises:
            Refused: a refusal was waiting, or the platform is down.
        """
        if parcel.card.id == LIVING and not self.down:
            return self._lives(parcel, f"living:{len(self.living)}")
        self.attempts += 1
        if self.down or self.refusals:
            raise Refused(self.refusals.pop(0) if self.refusals else "outage", outage=self.down)
        key = parcel.key
        if not parcel.repeat and key in {one.key for one in self.handed}:
            # The sender takes a courier's fault for the courier's: so it is kept, for the tests to look at.
            self.twice.append(key)
            raise AssertionError(f"{key} was delivered twice")
        self.handed.append(Handed(self.clock(), parcel.to.id, parcel.to.role, parcel.card, key))
        return f"list:{len(self.handed)}"

    def _lives(self, parcel: Parcel, receipt: str) -> str:
        self.living.append(Handed(self.clock(), parcel.to.id, parcel.to.role, parcel.card, receipt))
        return receipt

    def told(self) -> list[str]:
        """The ids of everybody who was told, in order, each once."""
        return list(dict.fromkeys(one.person for one in self.handed))

    def new(self) -> list[str]:
        """Who was told since the last call, sorted; what was seen is forgotten (keys stay known)."""
        found = sorted({one.person for one in self.handed[self._seen :]})
        self._seen = len(self.handed)
        return found

    _seen: int = 0


@dataclass
class Platform(ListCourier):
    """A platform with moods: what it says to each card is the front of `moods`, and nothing wrong when there is none.

    `takes_then_hangs`: the card arrives and the answer never does. `reached`: whom it knows; None: everybody.
    """

    moods: list[Exception] = field(default_factory=list)
    always: Exception | None = None
    takes_then_hangs: int = 0
    reached: frozenset[str] | None = None
    asked: list[datetime] = field(default_factory=list)
    asking: Callable[[], object] = lambda: None

    def address_of(self, to: Person, known: Sequence[Identity]) -> str | None:  # noqa: ARG002
        """Everybody, or those that it knows."""
        return to.id if self.reached is None or to.id in self.reached else None

    def deliver(self, parcel: Parcel) -> str:
        """Take the card, or not, or both.

        Raises:
            Refused: as its mood is.
            Unsure: it took the card and said nothing.
        """
        if parcel.card.id == LIVING:
            return super().deliver(parcel)
        self.asked.append(self.clock())
        self.asking()
        if self.moods or self.always:
            raise self.moods.pop(0) if self.moods else self.always  # type: ignore[misc]
        receipt = super().deliver(parcel)
        if self.takes_then_hangs:
            self.takes_then_hangs -= 1
            raise Unsure("no_answer")
        return receipt


@dataclass(frozen=True, slots=True)
class Hold:
    """Whoever writes waits here; `entered` counts them."""

    go_on: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def wait(self) -> None:
        """Until it is let go on."""
        self.entered.release()
        assert self.go_on.wait(20)


class Frail(Store):
    """A store like any other, until a test says that it is gone or hangs."""

    gone: Exception | None = None
    held: Hold | None = None

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """As a store does, if it is there, and not before it is let go on."""
        self._there()
        if self.held is not None:
            self.held.wait()
        with super().write() as unit:
            yield unit

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """As a store does, if it is there."""
        self._there()
        with super().read() as unit:
            yield unit

    def _there(self) -> None:
        if self.gone is not None:
            raise self.gone
