"""The card in the chat that stands for a draft: posted once, changed after each page, taken away when it is sent.

Best effort: a draft is kept by storage, and stands on the start page whatever becomes of its card.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.channels.teams.connector import Connector, Room
from bot.channels.teams.ports import Element
from bot.platforms.bridge import Bridge
from bot.seams import Refused

MOST = 5000
REST = 1.0
"""Seconds after a page until its card is changed: whoever goes on faster has it changed once, and Teams takes few."""


@dataclass(slots=True)
class _Draft:
    message: str = ""
    wanted: int = 0
    gone: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class Drafts:
    """The cards, by the conversation that they stand for. `outside`: the threads that ask Teams. `rest`: seconds."""

    connector: Connector
    outside: Bridge
    rest: float = REST
    _cards: OrderedDict[str, _Draft] = field(default_factory=OrderedDict)

    def message_of(self, conversation: str) -> str:
        """The id of its card; empty while there is none."""
        found = self._cards.get(conversation)
        return "" if found is None else found.message

    def adopt(self, conversation: str, message: str) -> None:
        """The card stands already: another process posted it, or this one before it was started anew."""
        found = self._of(conversation)
        if message and not found.message:
            found.message = message

    async def show(
        self, conversation: str, room: Callable[[], Awaitable[Room | None]], draw: Callable[[], Element]
    ) -> None:
        """Post the card, or change it, after a rest. Of several pages meanwhile only the last is drawn and shown."""
        draft = self._of(conversation)
        draft.wanted += 1
        mine = draft.wanted
        await self.outside.rest(self.rest)
        async with draft.turn:
            if mine < draft.wanted or draft.gone or (place := await room()) is None:
                return
            activity = draw()
            if draft.message and await self._changed(place, draft.message, activity):
                return
            draft.message = await self.outside.call(self.connector.post, place, activity)

    async def _changed(self, room: Room, message: str, activity: Element) -> bool:
        try:
            await self.outside.call(self.connector.put, room, message, activity)
        except Refused as refused:
            if refused.code != "message_gone":
                raise
            return False
        return True

    async def take_away(self, conversation: str, room: Callable[[], Awaitable[Room | None]], instead: Element) -> None:
        """It is no draft any more; where its card can't be taken away, it says so: that nobody was told is not true."""
        draft = self._of(conversation)
        draft.gone = True
        async with draft.turn:
            if draft.message and (place := await room()) is not None:
                message, draft.message = draft.message, ""
                await self._gone(place, message, instead)

    async def _gone(self, room: Room, message: str, instead: Element) -> None:
        try:
            await self.outside.call(self.connector.take_back, room, message)
        except Refused:
            await self._changed(room, message, instead)

    def forget(self, conversation: str) -> None:
        """It is deleted, and its card says so already."""
        self._of(conversation).gone = True

    def _of(self, conversation: str) -> _Draft:
        draft = self._cards.setdefault(conversation, _Draft())
        self._cards.move_to_end(conversation)
        if len(self._cards) > MOST:
            self._cards.popitem(last=False)
        return draft
