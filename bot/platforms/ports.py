"""What the doors of channels need of the rest of the programme: the use cases, as protocols.

What stands behind them comes in by wiring, so that the door can be tried alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.access import Denied
from bot.arriving import Account, Arrival
from bot.danger import Kept
from bot.intake import Turn
from dialogs.screens import Screen


class Intake(Protocol):
    """Conversations, whichever flow they follow."""

    def begin(self, person: str, flow: str, concern: str | None = None) -> Turn:
        """Start one."""
        ...

    def show(self, person: str, conversation: str, screen: str | None = None) -> Turn:
        """The present screen, or an earlier one of its road."""
        ...

    def answer(
        self, person: str, conversation: str, revision: int, screen: str, raw: Mapping[str, object], action: str
    ) -> Turn:
        """Take one screen's answers; a refused answer gives the same screen with its errors."""
        ...

    def discard(self, person: str, conversation: str) -> None:
        """Delete a draft."""
        ...

    def keep(self, person: str, conversation: str, screen: str, raw: Mapping[str, object]) -> None:
        """Keep what stands in a page that is left without being sent, for any device and after a restart."""
        ...

    def about(self, person: str, conversation: str) -> str | None:
        """The concern that a conversation is about, or wrote."""
        ...


class Danger(Protocol):
    """The press of danger. It answers within two seconds, whatever the database does."""

    def press(self, person: str, what: str = ..., channel: str = ...) -> Turn | Kept:
        """*Danger now*."""
        ...

    def answer(self, person: str, conversation: str, revision: int, what: str, channel: str = ...) -> Turn | Kept:
        """The first screen of an open conversation, answered with one of the dangers."""
        ...

    def add(self, person: str, press: str, raw: Mapping[str, object]) -> Turn | Kept:
        """Where the child is and the number to ring back, for a press that was kept."""
        ...


class DangerByAccount(Danger, Protocol):
    """The press of danger where people come by a platform's account, and maybe nobody can say whose it is."""

    def who(self, channel: str, key: str, way: str = ...) -> str:
        """Whose account it is as far as it is known; else what stands in a person's place."""
        ...

    def refuse(self, channel: str, key: str, code: str) -> None:
        """The platform says that an account is no member of staff's."""
        ...


class Desk(Protocol):
    """What a person finds on coming in."""

    def home(self, person: str) -> Screen:
        """Their own page."""
        ...

    def act(self, person: str, action: str, raw: Mapping[str, object]) -> Screen:
        """Anything that may be pressed on it."""
        ...

    def receipt(self, person: str, concern: str) -> Screen:
        """The state of the person's own concern."""
        ...

    def unknown(self) -> Screen:
        """For somebody whom nobody knows: numbers and nothing else. Needs no database."""
        ...


class Responding(Protocol):
    """The responders' side of one concern; each call asks the gate again."""

    def privacy(self, person: str, concern: str) -> Screen:
        """Is your screen private?"""
        ...

    def open(self, person: str, concern: str) -> Screen:
        """The record; written to its log."""
        ...

    def suggestion(self, person: str, concern: str) -> Screen:
        """The suggestion with its reasons."""
        ...

    def have(self, person: str, concern: str) -> Screen:
        """I have it."""
        ...

    def log(self, person: str, concern: str) -> Screen:
        """Who opened it, and when."""
        ...

    def act(self, person: str, concern: str, action: str, raw: Mapping[str, object]) -> Screen:
        """Anything else that may be pressed there."""
        ...

    def refused(self, person: str, concern: str, code: str) -> Screen:
        """Where the concern stands, in place of a conversation about it that could not begin."""
        ...


class Forms(Protocol):
    """Pages of no conversation: what was typed there and not taken. `concern` is None for one's own page."""

    def keep(self, person: str, concern: str | None, page: str, raw: Mapping[str, object]) -> None:
        """Keep it, for any device and after a restart."""
        ...

    def kept(self, person: str, concern: str | None, page: str) -> Mapping[str, object]:
        """What was kept of a page, by field."""
        ...

    def taken(self, person: str, concern: str | None, page: str) -> None:
        """The page was taken: what was kept of it goes."""
        ...

    def handed_back(self, screen: Screen, raw: Mapping[str, object]) -> Screen:
        """What stands in place of a refused page, with its texts."""
        ...


class Arriving(Protocol):
    """Takes accounts in."""

    @property
    def groups(self) -> Sequence[str]:
        """The platform's groups that count as staff somewhere."""
        ...

    def arrive(self, account: Account) -> Arrival:
        """Who this is; written down as seen.

        Raises:
            Denied: no member of staff.
        """
        ...

    def settle(self, account: Account, raw: Mapping[str, object]) -> Arrival:
        """A newcomer chose the school.

        Raises:
            Denied: no member of staff, or nobody may report there.
        """
        ...

    def moved(self, account: Account) -> bool:
        """Whether this is other than what is kept of the account."""
        ...

    def follow(self, account: Account) -> None:
        """Keep what the platform says of an account that was seen before."""
        ...

    def addresses(self, person: str) -> Sequence[str]:
        """Workspace and account of each place where the person is reached now."""
        ...

    def gone(self, address: str) -> None:
        """The platform says that this account is closed."""
        ...

    def tenant_gone(self, tenant: str) -> None:
        """The platform took the programme out of a workspace."""
        ...

    def tenant_back(self, tenant: str) -> None:
        """The programme is in a workspace, maybe again."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class UseCases:
    """What somebody who is known can do, whatever the channel."""

    intake: Intake
    danger: Danger
    desk: Desk
    responding: Responding


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports(UseCases):
    """The use cases behind a platform's door. `missing`: the use cases' exception for *is not there*."""

    danger: DangerByAccount
    forms: Forms
    arriving: Arriving
    missing: tuple[type[Exception], ...]

    @property
    def closed(self) -> tuple[type[Exception], ...]:
        """The use cases' own exceptions for *may not* and *is not there*."""
        return (Denied, *self.missing)


class Seen(Protocol):
    """Where somebody was seen."""

    @property
    def channel(self) -> str:
        """Over which channel."""
        ...

    @property
    def tenant(self) -> str:
        """In which workspace or tenant."""
        ...

    @property
    def address(self) -> str:
        """The platform's own way to them, which its courier reads."""
        ...

    @property
    def state(self) -> str:
        """Whether the platform still delivers there."""
        ...
