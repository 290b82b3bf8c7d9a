"""The web page as a channel for pointers: a delivered card stands on the person's own home page, read from the outbox.

Nothing leaves the machine. A card that could not be drawn there is refused for good, and the plan goes on.
"""

from dataclasses import dataclass
from typing import Protocol

from bot.channels.web.draw import Frame, Place, Undrawable, draw
from bot.seams import Refused
from dialogs.screens import Screen


class Addressee(Protocol):
    """Whom a card is for."""

    @property
    def id(self) -> str:
        """The person's id."""


@dataclass(frozen=True, slots=True)
class WebCourier:
    """Hands cards to home pages. The receipt is the row's own key, so a repeat gives the same one."""

    channel: str = "web"

    def deliver(self, to: Addressee, card: Screen, key: str) -> str:  # noqa: ARG002 - the row itself names the person
        """Take the card, and return a receipt code.

        Raises:
            Refused: the card can't be drawn here.
        """
        try:
            draw(card, Place(), Frame())
        except Undrawable:
            raise Refused("undrawable", permanent=True) from None
        return f"web:{key}"
