"""Teams as a courier: pointers as cards in the person's own conversation, changed in place. Called from threads.

Nobody is found by an address of theirs: who was never seen in Teams is reached over another channel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.channels.teams.connector import Connector, Room
from bot.channels.teams.install import Install
from bot.channels.teams.ports import Drawer, Element
from bot.channels.teams.who import CHANNEL, room_of
from bot.platforms.ports import Seen
from bot.remembered import Remembered
from bot.seams import Parcel, Refused
from dialogs.cards import TAKEN, may_be_pushed
from dialogs.screens import Action, Screen
from dialogs.words import Words

MOST_REMEMBERED = 5000
ONLOOKERS = frozenset({"reporter", "team_manager"})
HAVE = "have"


@dataclass(slots=True)
class TeamsCourier:
    """Hands cards to Teams."""

    install: Install
    connector: Connector
    draw: Drawer
    words: Words
    channel: str = CHANNEL
    last_resort: bool = False
    _sent: Remembered[str, str] = field(default_factory=lambda: Remembered(MOST_REMEMBERED))

    def address_of(self, to: object, known: Sequence[Seen]) -> str | None:  # noqa: ARG002
        """The conversation in which Teams saw the person last, in an allowed tenant; None where it never did."""
        here = (one for one in known if one.channel == CHANNEL and one.state == "active")
        served = (one.address for one in here if one.tenant in self.install.tenants and room_of(one.address))
        return next(served, None)

    def deliver(self, parcel: Parcel) -> str:
        """Post a card into the person's own conversation; the receipt says which message it is.

        Raises:
            Refused: Teams did not take it, or the card holds what may not be pushed.
            Unsure: it did not say.
        """
        drawn, room = self._drawn(parcel), self._room(parcel)
        if (before := self._sent.get(parcel.key)) is not None:
            return before
        return self._sent.put(parcel.key, f"{CHANNEL}:{self.connector.post(room, drawn)}")

    def revise(self, parcel: Parcel, receipt: str) -> str:
        """Change the message of a receipt; one that is gone is sent anew.

        Raises:
            Refused: Teams did not take it.
            Unsure: it did not say.
        """
        drawn, room = self._drawn(parcel), self._room(parcel)
        try:
            self.connector.put(room, receipt.partition(":")[2], drawn)
        except Refused as refused:
            if refused.code != "message_gone":
                raise
            return self.deliver(parcel)
        return receipt

    def _room(self, parcel: Parcel) -> Room:
        room = room_of(parcel.address)
        if room is None or room.tenant not in self.install.tenants:
            raise Refused("tenant_not_served", permanent=True)
        return room

    def _drawn(self, parcel: Parcel) -> Element:
        """The message. Whatever else a card holds is content, and content is never pushed."""
        card = parcel.card
        if not may_be_pushed(card):
            raise Refused("undrawable", permanent=True)
        return message(
            self.draw, taken_on(card, self.words("cards.can.have")) if _asks(parcel) else card, parcel.reference
        )


def _asks(parcel: Parcel) -> bool:
    return parcel.kind in TAKEN and parcel.to.role not in ONLOOKERS


def taken_on(card: Screen, label: str) -> Screen:
    """The pointer with *I have it* beside *Open*; whether it may be pressed is asked when it is."""
    to = next((one.to for one in card.actions if one.id == "open"), None) or ""
    kind, _, concern = to.partition(":")
    if kind != "concern":
        return card
    return replace(card, actions=(*card.actions, Action(id=HAVE, label=label, to=f"{HAVE}:{concern}")))


def message(draw: Drawer, screen: Screen, place: str = "") -> Element:
    """A card as a message; what the notification says is its title, which never carries content."""
    return {
        "type": "message",
        "summary": screen.title,
        "attachments": [draw.attachment(draw.card(screen, place=place))],
    }


def card_of(activity: Mapping[str, object]) -> object:
    """The card of such a message."""
    attachments = activity["attachments"]
    assert isinstance(attachments, list)
    return attachments[0]["content"]
