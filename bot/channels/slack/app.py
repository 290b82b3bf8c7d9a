"""Slack's door, put together: signed HTTP or Socket Mode by the settings, the same listeners behind both.

Bolt runs its listeners before the answer (`process_before_response`): each acknowledges at once.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.channels.slack.client import Clients
from bot.channels.slack.gate import Gate
from bot.channels.slack.install import Install
from bot.channels.slack.installed import Installed
from bot.channels.slack.listeners import Listeners
from bot.channels.slack.ports import Ports
from bot.channels.slack.socket import Link
from bot.channels.slack.who import Who
from bot.logs import Log
from bot.platforms.bridge import Bridge
from bot.platforms.gate import MOST_BYTES, Refusals, Turned
from bot.platforms.pages import Pages
from bot.platforms.urgent import Urgent
from bot.seams import UNMEASURED, Measures, system_ticks

EVENTS = "/events"
"""Below the channel's own place, which is /slack."""
PAGES_AT_ONCE = 4
"""Start pages drawn anew together: presses come first."""


@dataclass(kw_only=True, slots=True)
class Door:
    """Where Slack comes in."""

    gate: Gate
    app: AsyncApp
    bridge: Bridge
    clients: Clients
    installed: Installed
    log: Log
    refusals: Refusals
    listeners: Listeners
    link: Link | None = None
    connecting: "asyncio.Task[None] | None" = None
    _waiting: set[str] = field(default_factory=set)
    _few: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PAGES_AT_ONCE))

    def __post_init__(self) -> None:
        """In Socket Mode with a connection, not opened yet."""
        if self.gate.install.socket:
            self.link = Link(self.gate.install, self.heard, self.log)

    def web_app(self) -> web.Application:
        """As a channel of the front door. Socket Mode takes no requests, and lives as long."""
        app = web.Application(client_max_size=MOST_BYTES)
        if not self.gate.install.socket:
            app.router.add_post(EVENTS, self.take)
        app.cleanup_ctx.append(self._life)
        return app

    def refresh(self, person: str) -> None:
        """Draw somebody's start page anew, soon; from any thread. One that waits already is enough."""
        self.bridge.soon(lambda: self._refresh(person))

    def ask(self, key: str, _way: str) -> None:
        """Ask Slack again whose an account is that pressed danger before, soon; from any thread."""
        self.bridge.soon(lambda: self.listeners.ask(key))

    def _refresh(self, person: str) -> None:
        if person not in self._waiting:
            self._waiting.add(person)
            self.bridge.spawn("slack/refresh", self._refreshed(person))

    async def _refreshed(self, person: str) -> None:
        async with self._few:
            self._waiting.discard(person)
            await self.listeners.refresh(person)

    async def _life(self, _: web.Application) -> AsyncIterator[None]:
        self.bridge.begin()
        if self.link is not None:
            self.connecting = self.link.start()
        for team in self.gate.install.tokens:
            self.installed.look(team)
        yield
        await self.close()

    async def take(self, request: web.Request) -> web.Response:
        """One signed request."""
        try:
            body = await request.read()
            payload = self.gate.signed(body, request.headers)
            self.gate.admit(payload)
        except Turned as turned:
            self.refusals.count(turned)
            return web.json_response({"error": turned.code}, status=turned.status)
        if (checked := _checked(payload)) is not None:
            return checked
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        return _answer(await self._dispatch(payload, headers))

    async def _dispatch(self, payload: Mapping[str, Any], headers: dict[str, str | Sequence[str]]) -> BoltResponse:
        try:
            # Read already: Bolt would read the bytes a second time, which takes a fifth of a turn.
            request = AsyncBoltRequest(body=dict(payload), headers=headers, mode="socket_mode")
            found = await self.app.async_dispatch(request)
        except Exception as error:  # noqa: BLE001 - what no listener can take must not become a stack trace
            self.log("page_failed", about="slack/dispatch", error=type(error).__name__)
            return _UNREADABLE
        if found.status < 500:
            return found
        self.log("page_failed", about="slack/dispatch", status=found.status)
        return _UNREADABLE

    async def heard(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """One envelope of the socket."""
        start = system_ticks()
        try:
            self.gate.admit(request.payload)
        except Turned as turned:
            self.refusals.count(turned)
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
            return
        try:
            answer = await run_async_bolt_app(self.app, request)
        except Exception as error:  # noqa: BLE001 - the socket stays, whatever an envelope holds
            self.log("page_failed", about="slack/socket", error=type(error).__name__)
            answer = BoltResponse(status=200)
        # What no listener takes is heard all the same: Slack would send it again.
        await send_async_response(client, request, answer if answer.status == 200 else BoltResponse(status=200), start)

    async def close(self) -> None:
        """What is under way ends first."""
        if self.link is not None:
            await self.link.close()
        await self.bridge.close()
        await self.clients.close()


_UNREADABLE = BoltResponse(
    status=400, body=json.dumps({"error": "unreadable"}), headers={"content-type": ["application/json"]}
)


def _checked(payload: Mapping[str, Any]) -> web.Response | None:
    """The answer where Slack only looks whether this is the right address; None for anything else."""
    if payload.get("type") == "url_verification":
        return web.json_response({"challenge": payload.get("challenge")})
    return web.Response(text="") if "ssl_check" in payload else None


def _answer(bolt: BoltResponse) -> web.Response:
    kind = bolt.first_headers().get("content-type", "text/plain").partition(";")[0]
    return web.Response(status=bolt.status, text=bolt.body, content_type=kind)


def open_door(
    install: Install, ports: Ports, *, clock: Callable[[], datetime], log: Log, workers: int = 4,
    measures: Measures = UNMEASURED,
) -> Door:  # fmt: skip
    """The door of an installed app."""

    def failed(place: str, error: str) -> None:
        log("page_failed", about=place, error=error)

    bridge, clients = Bridge(workers, failed), Clients(install)
    who = Who(clients=clients, arriving=ports.arriving, bridge=bridge, clock=clock)
    pages = Pages(ports=ports, bridge=bridge, clock=clock, failed=failed, channel="slack")
    app = _bolt(install)
    installed = Installed(clients=clients, arriving=ports.arriving, bridge=bridge, clock=clock, log=log)
    urgent = Urgent(danger=ports.danger, bridge=bridge, channel="slack")
    listeners = Listeners(
        pages=pages, ports=ports, who=who, clients=clients, installed=installed, urgent=urgent, log=log
    )  # fmt: skip
    listeners.register(app)
    return Door(
        gate=Gate(install, clock), app=app, bridge=bridge, clients=clients, installed=installed, log=log,
        refusals=Refusals(channel="slack", measures=measures, log=log), listeners=listeners,
    )  # fmt: skip


def _bolt(install: Install) -> AsyncApp:
    """Bolt without its own check of signatures and tokens: the gate has asked already."""

    async def authorize(team_id: str | None) -> AuthorizeResult:
        token = install.tokens.get(team_id or "", "")
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token=token, bot_id="B0", bot_user_id="U0")

    return AsyncApp(
        name="swis", signing_secret=install.secret or "unused", authorize=authorize, process_before_response=True,
        request_verification_enabled=False, ignoring_self_events_enabled=False, raise_error_for_unhandled_request=False,
    )  # fmt: skip
