"""Who somebody is: Slack's account → a person here. Asked of Slack and of the directory, and remembered for minutes.

Guests, bots, closed accounts and strangers are refused. What a person pressed or typed plays no part in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import ClientError

from bot.arriving import Account, Arrival, Unanswered
from bot.channels.slack.account import account_of
from bot.channels.slack.client import Clients
from bot.platforms.bridge import Bridge
from bot.platforms.known import FRESH, Known, Stranger, grouped
from bot.platforms.ports import Arriving

NOBODY = frozenset({"user_not_found", "user_not_visible"})
NO_GROUP = frozenset({"no_such_subteam", "subteam_not_found", "missing_scope"})
"""What Slack says of a group that this workspace has not, or does not show."""


@dataclass(kw_only=True, slots=True)
class Who:
    """Looks accounts up."""

    clients: Clients
    arriving: Arriving
    bridge: Bridge
    clock: Callable[[], datetime]
    _known: Known[tuple[str, str]] = field(init=False)
    _groups: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """With nobody known yet."""
        self._known = Known(
            account=lambda key: self.account(*key), arriving=self.arriving, bridge=self.bridge, clock=self.clock
        )  # fmt: skip

    async def of(self, team: str, user: str) -> Arrival:
        """The person behind an account, or a newcomer who has to choose the school.

        Raises:
            Stranger: the account is none of a member of staff.
        """
        return await self._known.of((team, user))

    async def settle(self, team: str, user: str, raw: Mapping[str, object]) -> Arrival:
        """A newcomer chose the school.

        Raises:
            Stranger: nobody may report there, or this is no member of staff.
        """
        return await self._known.settle((team, user), raw)

    def forget(self, team: str, user: str) -> None:
        """Ask anew the next time."""
        self._known.forget((team, user))

    def forget_team(self, team: str) -> None:
        """Ask everybody of a workspace anew."""
        self._known.forget_all(lambda key: key[0] == team)

    async def account(self, team: str, user: str) -> Account:
        """What Slack says of an account.

        Raises:
            Stranger: it knows nobody there.
            Unanswered: it doesn't say, which is no reason to take anybody for a stranger.
        """
        answer = await self.clients.call(team, "users.info", {"user": user})
        if not answer.get("ok"):
            code = str(answer.get("error"))
            raise Stranger(code) if code in NOBODY else Unanswered(code)

        async def inside(group: str) -> bool:
            try:
                return user in await self._members(team, group)
            except (TimeoutError, ClientError):
                raise Unanswered("no_answer") from None

        return await grouped(account_of(team, answer["user"]), self.arriving.groups, inside)

    async def _members(self, team: str, group: str) -> frozenset[str]:
        at, members = self._groups.get(f"{team}:{group}", (None, frozenset()))
        if at is None or self.clock() - at >= FRESH:
            answer = await self.clients.call(team, "usergroups.users.list", {"usergroup": group})
            if not answer.get("ok") and answer.get("error") not in NO_GROUP:
                raise Unanswered(str(answer.get("error")))
            members = frozenset(answer.get("users", ())) if answer.get("ok") else frozenset()
            self._groups[f"{team}:{group}"] = (self.clock(), members)
        return members
