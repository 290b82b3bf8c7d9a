"""What the Teams door needs besides the use cases: drawing and reading, as protocols, so that it can be tried alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bot.platforms import ports
from dialogs.screens import Screen, Value
from dialogs.words import Words

Element: TypeAlias = dict[str, Any]
"""A card, or a part of one: JSON."""


class Drawer(Protocol):
    """Screens as Teams shows them."""

    def task(self, screen: Screen, *, part: int = 1, place: str = "") -> Element:
        """A page of a dialog with what stands round it. `place` comes back with each of its buttons."""
        ...

    def card(self, screen: Screen, *, place: str = "") -> Element:
        """A card in the chat."""
        ...

    def attachment(self, drawn: Element) -> Element:
        """A card as an activity carries it."""
        ...


class Reader(Protocol):
    """What Teams sends, in our words."""

    def answers(self, data: object) -> Mapping[str, Value]:
        """The raw answer of each field that the page showed."""
        ...

    def some(self, data: object) -> bool:
        """Whether the page showed some of the screen's fields only."""
        ...

    def press(self, data: object) -> tuple[str, str | None]:
        """A pressed button: the action's id, and the place that it leads to."""
        ...

    def place(self, data: object) -> str:
        """Where the card stands, as it was given to the drawing."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports(ports.Ports):
    """The use cases behind the door, the drawing before it."""

    draw: Drawer
    read: Reader
    words: Words
