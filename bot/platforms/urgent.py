"""Whose press of danger it is while neither the platform nor the database may say: by what is known of the account.

A stranger is refused as ever. What is done with the press is not decided here.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import cast

from bot.arriving import SECOND_ACCOUNT, Arrival, Arrived
from bot.platforms.bridge import Bridge
from bot.platforms.known import LOOK_SECONDS, Stranger, heard
from bot.platforms.ports import DangerByAccount
from bot.spool import account_in

UNKNOWN_SECONDS = 1.0
"""So long a press waits to learn who it is where nothing here knows the account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Urgent:
    """The presses of one channel."""

    danger: DangerByAccount
    bridge: Bridge
    channel: str

    async def who(self, key: str, asked: Awaitable[Arrival], way: str = "") -> Arrival:
        """The person behind an account; else whose it was last, or what stands in a person's place.

        `asked`: the platform and the directory, which go on by themselves. `way`: what is needed to ask again later.

        An account that its person has not confirmed stands for itself: it presses, and sees nothing of theirs.

        Raises:
            Stranger: the account is none of a member of staff.
        """
        asking = asyncio.ensure_future(asked)
        known = await self.bridge.call_urgently(self.danger.who, self.channel, key, way)
        most = LOOK_SECONDS if account_in(known) is None else UNKNOWN_SECONDS
        try:
            return cast("Arrival", await self.bridge.pause(asyncio.shield(asking), self.bridge.left(most)))
        except Stranger as stranger:
            if stranger.code != SECOND_ACCOUNT:
                raise
            return Arrived(known)
        except Exception:  # noqa: BLE001 - whoever can't say who it is must not lose the press
            asking.add_done_callback(heard)
            return Arrived(known)

    def ask(self, key: str, asked: Awaitable[Arrival]) -> None:
        """Ask again whose an account is that pressed before; on the event loop."""
        self.bridge.spawn(f"{self.channel}/asked", self._asked(key, asked))

    async def _asked(self, key: str, asked: Awaitable[Arrival]) -> None:
        try:
            await asked
        except Stranger as stranger:
            # Whose it may be is known then, and the next replay writes the press down.
            if stranger.code != SECOND_ACCOUNT:
                await self.bridge.call(self.danger.refuse, self.channel, key, stranger.code)
