"""The standing connection of Socket Mode: opened, opened again when it falls, and how it is doing.

What comes in over it is somebody else's: this only carries.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.install import Install
from bot.logs import Log
from bot.seams import Ticks, system_ticks

FRESH_SECONDS = 20.0
"""So long an address that Slack gave for connecting is tried; then a new one is asked for."""
PING_SECONDS = 5.0

Heard = Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]


class _Client(SocketModeClient):
    """Slack's client, which would try the first address for ever; such an address lapses within the minute."""

    async def connect(self) -> None:
        """Connect, with as many fresh addresses as it takes."""
        while not self.closed:
            try:
                await asyncio.wait_for(super().connect(), FRESH_SECONDS)  # type: ignore[no-untyped-call]
            except TimeoutError:
                self.wss_uri = None
            else:
                return


class Link:
    """One connection a process. The figures may be asked from any thread."""

    def __init__(self, install: Install, heard: Heard, log: Log, *, ping_seconds: float = PING_SECONDS) -> None:
        self._install, self._heard, self._log = install, heard, log
        self._ping = ping_seconds
        self.ticks: Ticks = system_ticks
        self._stood_at = self.ticks()
        self._connections = 0
        self._client: _Client | None = None
        self._connecting: asyncio.Task[None] | None = None

    def start(self) -> "asyncio.Task[None]":
        """Begin to connect. Slack may be away: whoever came in another way is served all the same."""
        web_client = AsyncWebClient(token=self._install.app_token, base_url=self._install.base_url)
        self._client = _Client(
            app_token=self._install.app_token or "", web_client=web_client, ping_interval=self._ping
        )  # fmt: skip
        self._client.socket_mode_request_listeners.append(self._heard)
        self._client.message_listeners.append(self._greeted)
        self._connecting = asyncio.create_task(self._client.connect())
        return self._connecting

    async def _greeted(self, _: AsyncBaseSocketModeClient, message: dict[str, Any], _raw: str | None = None) -> None:
        """Slack says hello, with how many connections the app has now."""
        if message.get("type") == "hello" and isinstance(message.get("num_connections"), int):
            self._connections = message["num_connections"]
            self._log("socket_open", channel="slack", count=self._connections)
        if message.get("type") == "disconnect" and message.get("reason") == "too_many_websockets":
            self._log("socket_refused", channel="slack", code="too_many_connections")

    def down(self) -> float:
        """Seconds since it was last seen standing; 0 while it stands."""
        now, client = self.ticks(), self._client
        session = None if client is None or client.closed or client.stale else client.current_session
        if session is not None and not session.closed:
            self._stood_at = now
            return 0.0
        return now - self._stood_at

    def connections(self) -> int:
        """How many connections the app had when this one was last opened; Slack takes ten."""
        return self._connections

    async def close(self) -> None:
        """End it."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._client is not None:
            await self._client.close()  # type: ignore[no-untyped-call]
