"""What the Slack door needs besides the use cases: drawing and reading, as protocols, so that it can be tried alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bot.platforms import ports
from dialogs.screens import Screen, Value

Payload: TypeAlias = Mapping[str, Any]
"""Something that Slack sent, or takes: JSON."""
View: TypeAlias = dict[str, Any]


class Drawer(Protocol):
    """Screens as Slack shows them."""

    def modal(self, screen: Screen, *, part: int = 1, room: bool = False) -> View:
        """A modal view, without `private_metadata`. `part` of a long screen; `room`: more boxes for long texts."""
        ...

    def home(self, screen: Screen, *, part: int = 1) -> View:
        """The App Home."""
        ...

    def message(self, screen: Screen) -> View:
        """`text` and `blocks` of a direct message."""
        ...


class Reader(Protocol):
    """What Slack sends, in our words."""

    def answers(self, view: Payload) -> Mapping[str, Value]:
        """The raw answer of each field that the view showed."""
        ...

    def press(self, action: Payload) -> tuple[str, str | None]:
        """A pressed button: the action's id, and the place that it leads to."""
        ...

    def places(self, view: Payload) -> Mapping[str, str]:
        """The block that an error of a field stands at, by the field's id."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports(ports.Ports):
    """The use cases behind the door, the drawing before it."""

    draw: Drawer
    read: Reader
