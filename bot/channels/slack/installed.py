"""Which workspaces have the app, as Slack says when it is asked: an event that says so may be old, or come late.

Where the app is in again, everybody who was reached there is so again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.slack.client import Clients
from bot.logs import Log
from bot.platforms.bridge import Bridge
from bot.platforms.ports import Arriving

AGAIN = timedelta(minutes=1)
"""So long a workspace whose token is refused is not asked anew."""
OUT = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_revoked", "token_expired", "team_not_found"})
"""What Slack says to the token of an app that was taken out."""


@dataclass(kw_only=True, slots=True)
class Installed:
    """Asks each workspace once, and again after it said no."""

    clients: Clients
    arriving: Arriving
    bridge: Bridge
    clock: Callable[[], datetime]
    log: Log
    _there: set[str] = field(default_factory=set)
    _asked: dict[str, datetime] = field(default_factory=dict)

    def look(self, team: str) -> None:
        """See, beside everything else, that the app is in a workspace: something came from there, or we begin."""
        last = self._asked.get(team)
        if team in self._there or (last is not None and self.clock() - last < AGAIN):
            return
        self._asked[team] = self.clock()
        self.bridge.spawn("slack/installed", self._look(team))

    async def _look(self, team: str) -> None:
        code = await self._refusal(team)
        if code is not None:
            self.log("workspace_refused", channel="slack", code=code)
            return
        self._there.add(team)
        await self.bridge.call(self.arriving.tenant_back, team)

    async def removed(self, team: str) -> bool:
        """Slack said that the app, or its token, was taken out: whether that still holds. If so, nobody is reached."""
        code = await self._refusal(team)
        if code not in OUT:
            self.log("removal_was_old", channel="slack", code=code or "ok")
            return False
        self._there.discard(team)
        self._asked.pop(team, None)
        await self.bridge.call(self.arriving.tenant_gone, team)
        return True

    async def _refusal(self, team: str) -> str | None:
        """Slack's code for no; None for yes."""
        answer = await self.clients.call(team, "auth.test", {})
        return None if answer.get("ok") else str(answer.get("error"))
