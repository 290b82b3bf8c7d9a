"""Teams' door, put together: each request is checked before any of our code reads it; none ends in a stack trace."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from aiohttp import web

from bot.channels.teams.activities import Activity
from bot.channels.teams.connector import Connector
from bot.channels.teams.drafts import Drafts
from bot.channels.teams.gate import Envelope, Gate
from bot.channels.teams.install import Install
from bot.channels.teams.keys import Keys
from bot.channels.teams.listeners import Listeners
from bot.channels.teams.ports import Ports
from bot.channels.teams.replies import Reply
from bot.channels.teams.who import CHANNEL, Who
from bot.channels.teams.wire import Wire
from bot.logs import Log
from bot.platforms.bridge import Bridge
from bot.platforms.gate import MOST_BYTES, Refusals, Turned
from bot.platforms.pages import Pages
from bot.platforms.urgent import Urgent

MESSAGES = "/messages"
"""Below the channel's own place, which is /api."""
WAIT_SECONDS = 4.0
"""Teams gives a command five seconds."""
OUTSIDE = 8
"""Threads that ask Teams."""


class Runs(Protocol):
    """Runs an activity that the gate let in."""

    async def run(self, activity: Activity) -> Reply:
        """What Teams gets back for it."""
        ...


@dataclass(kw_only=True, slots=True)
class Door:
    """Where Teams comes in."""

    gate: Gate
    listeners: Listeners
    turns: Runs
    bridge: Bridge
    outside: Bridge
    log: Log
    refusals: Refusals

    def web_app(self) -> web.Application:
        """As a channel of the front door."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_post(MESSAGES, self.take)
        app.cleanup_ctx.append(self._life)
        if self.gate.install.local:
            self.log("teams_local_only", channel=CHANNEL)
        return app

    async def _life(self, _: web.Application) -> AsyncIterator[None]:
        self.bridge.begin()
        yield
        await self.close()

    def ask(self, _key: str, way: str) -> None:
        """Ask Teams again whose an account is that pressed danger before, soon; from any thread."""
        self.bridge.soon(lambda: self.listeners.ask(way))

    async def take(self, request: web.Request) -> web.Response:
        """One activity."""
        envelope = Envelope(body=await request.read(), headers=request.headers, remote=request.remote or "")
        try:
            kid = self.gate.unknown_kid(envelope)
            if kid is not None:
                await self.outside.call(self.gate.keys.fetch, kid)
            activity = self.gate.admit(envelope)
        except Turned as turned:
            self.refusals.count(turned)
            return web.json_response({"error": turned.code}, status=turned.status)
        except Exception as error:  # noqa: BLE001 - whatever a stranger sends, it is refused
            self.log("page_failed", about="teams/gate", error=type(error).__name__)
            return web.json_response({"error": "refused"}, status=401)
        try:
            return _answer(await self.turns.run(activity))
        except Exception as error:  # noqa: BLE001 - what no listener can take must not become a stack trace
            self.log("page_failed", about="teams/dispatch", error=type(error).__name__)
            return web.json_response({"error": "unreadable"}, status=400)

    async def idle(self) -> None:
        """Wait until everything that was begun has ended."""
        await self.bridge.idle()

    async def close(self) -> None:
        """What is under way ends first."""
        await self.bridge.close()
        await self.outside.close()


def _answer(reply: Reply) -> web.Response:
    return (
        web.Response(status=reply.status)
        if reply.body is None
        else web.Response(body=_ENCODE(reply.body).encode("utf-8", "replace"), status=reply.status, **_AS_JSON)
    )


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""As a page's size is counted."""
_AS_JSON: Mapping[str, Any] = {"content_type": "application/json", "charset": "utf-8"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """What the door reaches Teams with. `wire` fetches the keys that requests are signed with."""

    connector: Connector
    wire: Wire


def open_door(
    install: Install, ports: Ports, outside: Outside, *, clock: Callable[[], datetime], refusals: Refusals,
    workers: int = 4,
) -> Door:  # fmt: skip
    """The door of an installed app; `refusals` names the log that it writes to."""
    # Half a second and some megabytes that only Teams needs.
    from bot.channels.teams.turns import Turns  # noqa: PLC0415

    log = refusals.log

    def failed(place: str, error: str) -> None:
        log("page_failed", about=place, error=error)

    bridge = Bridge(workers, failed, wait_seconds=WAIT_SECONDS, name=CHANNEL)
    asking = Bridge(OUTSIDE, failed, wait_seconds=WAIT_SECONDS, name="teams-outside")
    connector = outside.connector
    who = Who(connector=connector, arriving=ports.arriving, bridge=bridge, outside=asking, clock=clock)
    pages = Pages(ports=ports, bridge=bridge, clock=clock, failed=failed, channel=CHANNEL)
    listeners = Listeners(
        pages=pages, ports=ports, who=who, connector=connector, drafts=Drafts(connector, asking), bridge=bridge,
        outside=asking, urgent=Urgent(danger=ports.danger, bridge=bridge, channel=CHANNEL), log=log,
    )  # fmt: skip
    gate = Gate(install, Keys(install.openid, outside.wire, clock), clock)
    return Door(
        gate=gate, listeners=listeners, turns=Turns(listeners), bridge=bridge, outside=asking, log=log,
        refusals=refusals,
    )  # fmt: skip
