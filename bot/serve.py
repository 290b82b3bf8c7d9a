"""The front door: health, metrics, and whatever channels the wiring hands over. Holds no logic.

Plain HTTP, on this machine only unless told otherwise: TLS belongs in front. Ids stand on none of its pages.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Protocol, TypeAlias

from aiohttp import web
from aiohttp.typedefs import Middleware
from aiohttp.web_urldispatcher import AbstractRuleMatching, MatchedSubAppResource

from bot.metrics import CONTENT_TYPE

ANYWHERE = "/"
"""The place of a channel that takes whatever nothing else answers."""
NOTHING: Mapping[str, web.Application] = MappingProxyType({})
READING = ("GET", "HEAD")
_Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
GRACE = 10.0
"""Seconds that an answer under way has to end when the service stops."""


class Health(Protocol):
    """How the service is. Each call may wait for a bounded time."""

    def unready(self) -> tuple[str, ...]:
        """Codes of what keeps this process from serving."""
        ...

    def state(self) -> Mapping[str, object]:
        """Seconds, counts and codes."""
        ...

    def gauges(self) -> Mapping[str, float]:
        """Figures by metric name."""
        ...

    def jobs(self) -> Mapping[str, float]:
        """Seconds since each job last ended well."""
        ...

    def sockets(self) -> Mapping[str, Mapping[str, float]]:
        """Standing connections by metric name and channel."""
        ...


class Page(Protocol):
    """Where metrics are kept."""

    def page(
        self, gauges: Mapping[str, float], jobs: Mapping[str, float], sockets: Mapping[str, Mapping[str, float]]
    ) -> bytes:
        """Everything in Prometheus's text format."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontDoor:
    """The pages for whoever watches over the service."""

    health: Health
    metrics: Page

    def answers(self) -> Mapping[str, _Answer]:
        """Each page's answer by its path."""
        return {
            "/healthz/live": self.live,
            "/healthz/ready": self.ready,
            "/healthz": self.state,
            "/metrics": self.figures,
        }

    def middleware(self) -> Middleware:
        """Answers these pages before any channel is asked: no guard, cookie or fault of a channel touches them."""
        answers = self.answers()

        @web.middleware
        async def watched(request: web.Request, handler: _Answer) -> web.StreamResponse:
            ours = answers.get(request.path)
            if ours is None:
                return await handler(request)
            if request.method not in READING:
                raise web.HTTPMethodNotAllowed(request.method, READING)
            return await ours(request)

        return watched

    async def live(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """This process answers. Nothing else is asked."""
        return web.json_response({"live": True}, headers=_FRESH)

    async def ready(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """200 when this process can serve, else 503 with the codes of what keeps it from that."""
        codes = await asyncio.to_thread(self.health.unready)
        return web.json_response({"ready": not codes, "codes": codes}, status=503 if codes else 200, headers=_FRESH)

    async def state(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """The state in numbers."""
        return web.json_response(dict(await asyncio.to_thread(self.health.state)), headers=_FRESH)

    async def figures(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """For Prometheus."""
        body = await asyncio.to_thread(self._page)
        return web.Response(body=body, headers={**_FRESH, "Content-Type": CONTENT_TYPE})

    def _page(self) -> bytes:
        return self.metrics.page(self.health.gauges(), self.health.jobs(), self.health.sockets())


_FRESH: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-store"})


def front_door(health: Health, metrics: Page, channels: Mapping[str, web.Application] = NOTHING) -> web.Application:
    """The application: its own pages first, then each channel below its place."""
    app = web.Application(middlewares=[FrontDoor(health=health, metrics=metrics).middleware()])
    places = [place for place in channels if place != ANYWHERE]
    for place in places:
        app.add_subapp(place, channels[place])
    if ANYWHERE in channels:
        # aiohttp asks what matches by a rule before what stands below a place, so that the rule leaves those out.
        rest = channels[ANYWHERE]
        app._add_subapp(partial(MatchedSubAppResource, _Elsewhere(places), rest), rest)
    return app


class _Elsewhere(AbstractRuleMatching):
    """Whatever lies below none of the places."""

    def __init__(self, places: Sequence[str]) -> None:
        self._places = tuple(places)

    async def match(self, request: web.Request) -> bool:
        """Whether the request is for somewhere else."""
        return not any(request.path == one or request.path.startswith(f"{one}/") for one in self._places)

    async def get_info(self) -> dict[str, str]:  # type: ignore[override]
        """What it matches, for a listing of routes."""
        return {"elsewhere": ", ".join(self._places)}

    @property
    def canonical(self) -> str:
        """Its name in such a listing."""
        return "elsewhere"


async def listen(app: web.Application, bind: str, port: int) -> web.AppRunner:
    """Serve at an address of this machine; the caller cleans the runner up, which lets answers under way end.

    Raises:
        OSError: the address can't be used.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        await web.TCPSite(runner, bind, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner


def address_of(runner: web.AppRunner) -> str:
    """Where it listens, as an address to open."""
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
