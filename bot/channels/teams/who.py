"""Who somebody is: an account of Teams → a person here, asked of the roster of their own conversation with the bot.

Guests, accounts of other tenants and strangers are refused. What a person pressed or typed plays no part in it.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.arriving import Account, Arrival, Standing, Unanswered
from bot.channels.teams.activities import Caller, text_at
from bot.channels.teams.connector import Connector, Room
from bot.platforms.bridge import Bridge
from bot.platforms.known import FRESH, MOST, Known, Stranger, grouped
from bot.platforms.ports import Arriving
from bot.seams import Refused

CHANNEL = "teams"
NOBODY = frozenset({"conversation_not_found", "member_not_found", "not_found"})
GUEST = "#ext#"
"""Stands in the sign-in name of whoever was invited from elsewhere."""


@dataclass(kw_only=True, slots=True)
class Who:
    """Looks accounts up. `outside`: the threads that ask Teams, apart from those that answer people."""

    connector: Connector
    arriving: Arriving
    bridge: Bridge
    outside: Bridge
    clock: Callable[[], datetime]
    _known: Known[Caller] = field(init=False)
    _rooms: OrderedDict[Caller, Room] = field(default_factory=OrderedDict)
    _groups: OrderedDict[tuple[Caller, str], tuple[datetime, bool]] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        """With nobody known yet."""
        self._known = Known(account=self.account, arriving=self.arriving, bridge=self.bridge, clock=self.clock)

    async def of(self, caller: Caller) -> Arrival:
        """The person behind an account, or a newcomer who has to choose the school.

        Raises:
            Stranger: the account is none of a member of staff.
        """
        return await self._known.of(caller)

    async def settle(self, caller: Caller, raw: Mapping[str, object]) -> Arrival:
        """A newcomer chose the school.

        Raises:
            Stranger: nobody may report there, or this is no member of staff.
        """
        return await self._known.settle(caller, raw)

    def forget(self, caller: Caller) -> None:
        """Ask anew the next time."""
        self._known.forget(caller)
        self._rooms.pop(caller, None)

    async def account(self, caller: Caller) -> Account:
        """What Teams says of an account.

        Raises:
            Stranger: it knows nobody there.
            Unanswered: it doesn't say, which is no reason to take anybody for a stranger.
        """
        room = await self.room(caller)
        found = await self._member(room or _here(caller), caller.user)
        # Older rosters name it otherwise.
        named = text_at(found, "aadObjectId") or text_at(found, "objectId")
        if named.casefold() != caller.account:
            raise Stranger("another_account")
        # A team that counts as staff somewhere has the app, so that it can say who is in it.
        return await grouped(
            account_of(caller, found, room), self.arriving.groups, lambda group: self._in(caller, group)
        )

    async def room(self, caller: Caller) -> Room | None:
        """The person's own conversation with the bot; None where Teams makes none, so that they can't be written to."""
        if caller.personal:
            return self._remember(caller, _here(caller))
        if caller not in self._rooms:
            try:
                made = await self.outside.call(
                    self.connector.room_with, caller.service, caller.tenant, caller.user, caller.bot
                )
            except Refused:
                return None
            self._remember(caller, made)
        return self._rooms[caller]

    def _remember(self, caller: Caller, room: Room) -> Room:
        self._rooms[caller] = room
        self._rooms.move_to_end(caller)
        if len(self._rooms) > MOST:
            self._rooms.popitem(last=False)
        return room

    async def _member(self, room: Room, user: str) -> Mapping[str, Any]:
        try:
            return await self.outside.call(self.connector.member, room, user)
        except Refused as refused:
            raise Stranger(refused.code) if refused.code in NOBODY else Unanswered(refused.code) from None

    async def _in(self, caller: Caller, group: str) -> bool:
        at, found = self._groups.get((caller, group), (None, False))
        if at is None or self.clock() - at >= FRESH:
            found = await self._in_team(caller, group)
            self._groups[caller, group] = (self.clock(), found)
            if len(self._groups) > MOST:
                self._groups.popitem(last=False)
        return found

    async def _in_team(self, caller: Caller, group: str) -> bool:
        """Raise `Unanswered` where Teams is silent; a team that it does not show, or has not, holds nobody."""
        room = Room(service=caller.service, tenant=caller.tenant, conversation=group)
        try:
            return bool(await self.outside.call(self.connector.member, room, caller.user))
        except Refused as refused:
            if refused.permanent or refused.code in NOBODY:
                return False
            raise Unanswered(refused.code) from None


def _here(caller: Caller) -> Room:
    return Room(service=caller.service, tenant=caller.tenant, conversation=caller.conversation)


def account_of(caller: Caller, member: Mapping[str, Any], room: Room | None) -> Account:
    """Teams' member in our words; where it can be written to stands with it."""
    sign_in = text_at(member, "userPrincipalName")
    return Account(
        channel=CHANNEL,
        tenant=caller.tenant,
        user=caller.account,
        email=text_at(member, "email") or sign_in,
        name=text_at(member, "name"),
        standing=_standing(caller, member),
        reach="" if room is None else f"{room.service} {room.conversation}",
    )


def _standing(caller: Caller, member: Mapping[str, Any]) -> Standing:
    """One of another tenant, invited or nameless is a guest here."""
    home = text_at(member, "tenantId").casefold() or caller.tenant
    role = text_at(member, "userRole").casefold() or "user"
    if (
        GUEST in text_at(member, "userPrincipalName").casefold()
        or home != caller.tenant
        or role not in ("user", "owner")
    ):
        return "guest"
    return "member"


def room_of(address: str) -> Room | None:
    """The conversation that an address leads to; None where it was never known.

    >>> room_of("t1:u1 https://service.example/ a:1").conversation
    'a:1'
    """
    parts = address.split(" ")
    if len(parts) != 3:
        return None
    return Room(service=parts[1], tenant=parts[0].partition(":")[0], conversation=parts[2])
