"""What the web page needs of the rest of the programme: protocols only, so that it can be drawn and tried alone.

The use cases that stand behind them come in by wiring. Ids are plain strings here; the gate looks every one of them up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.authoring import Authors
from bot.platforms import ports
from dialogs.screens import Number


class SeatView(Protocol):
    """Somebody whom the demonstration lets you be; `role` in full words."""

    @property
    def person(self) -> str:
        """The person's id."""

    @property
    def role(self) -> str:
        """The role in full words."""

    @property
    def name(self) -> str:
        """The invented name."""

    @property
    def school(self) -> str | None:
        """The school's name; None for council staff."""


class Desk(ports.Desk, Protocol):
    """What a person finds on coming in, and in the demonstration who can be played."""

    def seats(self, authority: str) -> tuple[SeatView, ...]:
        """Who can be played."""
        ...


class DemoClock(Protocol):
    """The demonstration's clock; it only goes forward."""

    def now(self) -> datetime:
        """The demonstration's instant, UTC."""

    def move(self, seconds: int) -> datetime:
        """Go on by so many seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports(ports.UseCases):
    """The use cases behind the page. Without a `clock` there is no demonstration bar for it.

    `authors` shows the documents to those who write them; without it there is no such page.
    """

    desk: Desk
    clock: DemoClock | None = None
    authors: Authors | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorityView:
    """An authority that can be chosen, with its numbers: known at start, so that the sheet needs no database."""

    id: str
    name: str
    numbers: tuple[Number, ...]


def _tell_nobody(place: str, error: str) -> None:
    """Take the route and the error's class name, and keep neither."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Front:
    """What the page is set up with.

    `key` signs the seat cookie (32 bytes; the same after a restart, or everybody chooses a seat again). `clock` is the
    real one. `next_school_morning` takes an instant and gives the next school day's 08:15. `refused` and `missing` are
    the use cases' own exceptions for *may not* and *is not there*. `failed` is told of a fault: route and class name.
    `rehearsal` stands at the foot of every page.
    """

    port: int
    authorities: tuple[AuthorityView, ...]
    key: bytes
    random_bytes: Callable[[int], bytes]
    clock: Callable[[], datetime]
    next_school_morning: Callable[[datetime], datetime]
    refused: tuple[type[Exception], ...] = (PermissionError,)
    missing: tuple[type[Exception], ...] = (FileNotFoundError,)
    failed: Callable[[str, str], None] = _tell_nobody
    workers: int = 4
    rehearsal: str = ""
