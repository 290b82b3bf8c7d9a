"""Who somebody is: a platform's account → a person here. Asked of the platform, and remembered for minutes.

Strangers are refused by whoever looks the account up. What a person pressed or typed plays no part in it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar, cast

from bot.access import Denied
from bot.arriving import Account, Arrival, Arrived, Unanswered
from bot.platforms.bridge import Bridge, Slow
from bot.platforms.ports import Arriving
from bot.remembered import Remembered

FRESH = timedelta(minutes=5)
STALE = timedelta(hours=12)
"""So long somebody is known by what was last seen, while the platform or the database doesn't answer."""
MOST = 5000
LOOK_SECONDS = 0.4
"""So long an answer waits for news of somebody who is known."""
WHO_SECONDS = 1.2
"""So long an answer waits to learn who somebody is."""

Key = TypeVar("Key", bound=Hashable)


class Stranger(Exception):  # noqa: N818 - who it is
    """Nobody whom this is open to; carries the code of why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


async def grouped(account: Account, groups: Sequence[str], inside: Callable[[str], Awaitable[bool]]) -> Account:
    """The account with those of the groups that it is in, and those of which the platform does not say.

    `inside` asks for one; it raises `Unanswered` where the platform is silent.
    """
    found, silent = list[str](), list[str]()
    for group in groups:
        try:
            found += [group] if await inside(group) else []
        except (Unanswered, Slow):
            silent.append(group)
    return replace(account, groups=tuple(found), silent=tuple(silent))


@dataclass(frozen=True, slots=True)
class _Seen:
    at: datetime
    arrival: Arrival


@dataclass(kw_only=True, slots=True)
class Known(Generic[Key]):
    """Looks accounts up by a platform's key of them. `account`: asks the platform; raises `Stranger`, `Unanswered`."""

    account: Callable[[Key], Awaitable[Account]]
    arriving: Arriving
    bridge: Bridge
    clock: Callable[[], datetime]
    _seen: Remembered[Key, _Seen] = field(default_factory=lambda: Remembered(MOST))

    async def of(self, key: Key) -> Arrival:
        """The person behind an account, or a newcomer who has to choose the school.

        Where somebody waits for the answer, one known by what was last seen is not kept waiting for long.

        Raises:
            Stranger: the account is none of a member of staff.
            TimeoutError: nobody said so in time.
        """
        seen, now = self._seen.get(key), self.clock()
        if seen is not None and now - seen.at < FRESH:
            return seen.arrival
        known = seen is not None and now - seen.at < STALE
        asking = asyncio.ensure_future(self._asked(key))
        rest = self.bridge.left(None)
        most = None if rest is None else min(rest, LOOK_SECONDS if known else WHO_SECONDS)
        try:
            return cast("Arrival", await self.bridge.pause(asyncio.shield(asking), most))
        except Stranger:
            raise
        except Exception:
            # It goes on by itself, and the next press finds what it found.
            asking.add_done_callback(heard)
            if seen is not None and known:
                return seen.arrival
            raise

    async def _asked(self, key: Key) -> Arrival:
        try:
            return self._keep(key, await self._looked_up(key))
        except Stranger:
            self.forget(key)
            raise

    async def settle(self, key: Key, raw: Mapping[str, object]) -> Arrival:
        """A newcomer chose the school.

        Raises:
            Stranger: nobody may report there, or this is no member of staff.
        """
        account = await self.account(key)
        try:
            arrival = await self.bridge.call(self.arriving.settle, account, raw)
        except Denied as denied:
            raise Stranger(denied.code) from None
        return self._keep(key, arrival)

    def forget(self, key: Key) -> None:
        """Ask anew the next time."""
        self._seen.forget(key)

    def forget_all(self, matching: Callable[[Key], bool]) -> None:
        """Ask everybody of some place anew."""
        self._seen.forget_all(matching)

    def _keep(self, key: Key, arrival: Arrival) -> Arrival:
        if isinstance(arrival, Arrived):
            self._seen.put(key, _Seen(self.clock(), arrival))
        return arrival

    async def _looked_up(self, key: Key) -> Arrival:
        account = await self.account(key)
        try:
            return await self.bridge.call(self.arriving.arrive, account)
        except Denied as denied:
            raise Stranger(denied.code) from None


def heard(asking: "asyncio.Future[Arrival]") -> None:
    """Nobody waits for it any more: its exception is no news."""
    if not asking.cancelled():
        asking.exception()
