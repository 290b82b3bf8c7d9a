"""The web page as a channel for pointers: a delivered card stands on the person's own home page, read from the outbox.

Nothing leaves the machine. A card that could not be drawn there is refused for good, and the plan goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.channels.web.draw import Frame, Place, draw
from bot.seams import Refused
from dialogs.screens import Screen
from dialogs.showing import Undrawable

HOME = Place(post="/home", each=True)
"""Where cards stand."""


class Addressee(Protocol):
    """Whom a card is for."""

    @property
    def id(self) -> str:
        """The person's id."""


class Carried(Protocol):
    """A card on its way."""

    @property
    def card(self) -> Screen:
        """What is drawn."""

    @property
    def key(self) -> str:
        """The same for the same delivery."""


@dataclass(frozen=True, slots=True)
class WebCourier:
    """Hands cards to home pages. The receipt is the row's own key, so a repeat gives the same one."""

    channel: str = "web"
    last_resort: bool = False

    def address_of(self, to: Addressee, known: Sequence[object]) -> str:  # noqa: ARG002 - everybody has a home page
        """Everybody's own home page."""
        return to.id

    def deliver(self, parcel: Carried) -> str:
        """Take the card, and return a receipt code.

        Raises:
            Refused: the card can't be drawn here.
        """
        try:
            draw(parcel.card, HOME, Frame())
        except Undrawable:
            raise Refused("undrawable", permanent=True) from None
        return f"web:{parcel.key}"

    def revise(self, parcel: Carried, receipt: str) -> str:  # noqa: ARG002 - home pages are drawn from the rows anew
        """As a new one: what a home page shows of a concern is always its present state."""
        return self.deliver(parcel)
