"""Slack's Web API as the door calls it: one connection pool, the token of the workspace, an end to every wait.

An answer of *no* comes back as it is; only what never came is an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.install import Install

TIMEOUT = 5
"""Seconds that a call may take."""


@dataclass(slots=True)
class Clients:
    """A client for each workspace."""

    install: Install
    _session: aiohttp.ClientSession | None = None
    _clients: dict[str, AsyncWebClient] = field(default_factory=dict)

    def of(self, team: str) -> AsyncWebClient:
        """The client of an allowed workspace. Only inside the event loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        if team not in self._clients:
            self._clients[team] = AsyncWebClient(
                token=self.install.tokens[team], base_url=self.install.base_url, timeout=TIMEOUT,
                session=self._session, retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
            )  # fmt: skip
        return self._clients[team]

    async def call(self, team: str, method: str, sent: Mapping[str, Any]) -> Mapping[str, Any]:
        """Slack's answer, `ok` or not.

        Raises:
            aiohttp.ClientError: none came.
            TimeoutError: none came in time.
        """
        client = self.of(team)
        # Look-ups are forms: Slack reads no JSON there.
        form = method.startswith(("users.", "usergroups."))
        try:
            answer = await (
                client.api_call(method, params=dict(sent)) if form else client.api_call(method, json=dict(sent))
            )
        except SlackApiError as error:
            found = error.response.data if hasattr(error.response, "data") else None
            return found if isinstance(found, dict) else {"ok": False, "error": "no_answer"}
        return answer.data if isinstance(answer.data, dict) else {"ok": False, "error": "no_answer"}

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            self._session = None
            self._clients.clear()
