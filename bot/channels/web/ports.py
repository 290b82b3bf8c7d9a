"""What the web page needs of the rest of the programme: protocols only, so that it can be drawn and tried alone.

The use cases that stand behind them come in by wiring. Ids are plain strings here; the gate looks every one of them up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.authoring import Authors
from dialogs.screens import Number, Screen


@runtime_checkable
class Turn(Protocol):
    """Where a conversation stands: the screen to show, the screens on its road, and how it ended."""

    @property
    def conversation(self) -> str:
        """Its id."""

    @property
    def revision(self) -> int:
        """How many answers it has; an answer names the revision that it was drawn for."""

    @property
    def screen(self) -> Screen:
        """What is shown."""

    @property
    def path(self) -> tuple[str, ...]:
        """Ids of the screens reached, in order."""

    @property
    def ended(self) -> str | None:
        """Which end was reached, None while it is open."""

    @property
    def concern(self) -> str | None:
        """The concern that it made or belongs to."""

    @property
    def unsaved(self) -> bool:
        """Whether the page that was sent was overtaken, and the screen says what became of its words."""


class Kept(Protocol):
    """What stands in place of a turn while the database is away."""

    @property
    def press(self) -> str:
        """Takes a place and a number to ring back; empty if nothing could be kept."""

    @property
    def screen(self) -> Screen:
        """What is shown."""


class Danger(Protocol):
    """The press of danger. It answers within two seconds, whatever the database does."""

    def press(self, person: str) -> Turn | Kept:
        """*Danger now*: one press; a second one within a minute is the same."""

    def answer(self, person: str, conversation: str, revision: int, what: str) -> Turn | Kept:
        """The first screen of an open conversation, answered with one of the dangers."""

    def add(self, person: str, press: str, raw: Mapping[str, object]) -> Turn | Kept:
        """Where the child is and the number to ring back, for a press that was kept."""


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


class Intake(Protocol):
    """Conversations, whichever flow they follow."""

    def begin(self, person: str, flow: str, concern: str | None = None) -> Turn:
        """Start one."""

    def show(self, person: str, conversation: str, screen: str | None = None) -> Turn:
        """The present screen, or an earlier one of its road."""

    def answer(
        self, person: str, conversation: str, revision: int, screen: str, raw: Mapping[str, object], action: str
    ) -> Turn:
        """Take one screen's answers; a refused answer gives the same screen with its errors."""

    def discard(self, person: str, conversation: str) -> None:
        """Delete a draft."""

    def about(self, person: str, conversation: str) -> str | None:
        """The concern that a conversation is about, or wrote."""


class Desk(Protocol):
    """What a person finds on coming in."""

    def home(self, person: str) -> Screen:
        """Start, drafts, own concerns, pointers."""

    def act(self, person: str, action: str, raw: Mapping[str, object]) -> Screen:
        """Anything that may be pressed on the person's own page."""

    def seats(self, authority: str) -> tuple[SeatView, ...]:
        """Who can be played."""

    def receipt(self, person: str, concern: str) -> Screen:
        """The state of the person's own concern; refused to anybody else."""

    def unknown(self) -> Screen:
        """For somebody who is not in the directory: numbers and nothing else."""


class Responding(Protocol):
    """The responders' side of one concern; each call asks the gate again."""

    def privacy(self, person: str, concern: str) -> Screen:
        """Is your screen private?"""

    def open(self, person: str, concern: str) -> Screen:
        """The record, answers first; written to its log."""

    def suggestion(self, person: str, concern: str) -> Screen:
        """The suggestion with its reasons."""

    def have(self, person: str, concern: str) -> Screen:
        """I have it."""

    def log(self, person: str, concern: str) -> Screen:
        """Who opened it, and when."""

    def act(self, person: str, concern: str, action: str, raw: Mapping[str, object]) -> Screen:
        """Anything else that may be pressed there."""

    def refused(self, person: str, concern: str, code: str) -> Screen:
        """Where the concern stands, in place of a conversation about it that could not begin."""


class DemoClock(Protocol):
    """The demonstration's clock; it only goes forward."""

    def now(self) -> datetime:
        """The demonstration's instant, UTC."""

    def move(self, seconds: int) -> datetime:
        """Go on by so many seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports:
    """The use cases behind the page. Without a `clock` there is no demonstration bar for it.

    `authors` shows the documents to those who write them; without it there is no such page.
    """

    intake: Intake
    danger: Danger
    desk: Desk
    responding: Responding
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
