"""The front door: what each of its pages says, whatever channel stands behind it."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, unused_port

from bot.health import Figures, Health, Lookout
from bot.jobs import Jobs
from bot.logs import silent
from bot.metrics import GAUGES, Metrics
from bot.seams import system_ticks
from bot.serve import address_of, front_door, listen
from storage.errors import StoreBroken


@dataclass
class SetHealth:
    """Health as told."""

    codes: tuple[str, ...] = ()

    def unready(self) -> tuple[str, ...]:
        """As told."""
        return self.codes

    def state(self) -> Mapping[str, object]:
        """As told."""
        return {"status": "look" if self.codes else "ok"}

    def gauges(self) -> Mapping[str, float]:
        """One each."""
        return dict.fromkeys(GAUGES, 1.0)

    def jobs(self) -> Mapping[str, float]:
        """One job."""
        return {"watch": 1.0}

    def sockets(self) -> Mapping[str, Mapping[str, float]]:
        """One connection."""
        return {"swis_socket_connections": {"slack": 1.0}}


async def _says(request: web.Request) -> web.Response:
    return web.Response(text=f"the channel at {request.path}")


def channel() -> web.Application:
    """A channel that takes everything it is asked."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", _says)
    return app


Visitor = TestClient[web.Request, web.Application]


@pytest.fixture
async def health() -> SetHealth:
    """Well, until told otherwise."""
    return SetHealth()


@pytest.fixture
async def visitor(health: SetHealth) -> AsyncIterator[Visitor]:
    """Somebody at a door with a channel of its own place and one for everything else."""
    app = front_door(health, Metrics(), {"/slack": channel(), "/": channel()})
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_process_that_answers_is_live_whatever_else_is_wrong(visitor: Visitor, health: SetHealth) -> None:
    health.codes = ("database_unreachable",)
    answer = await visitor.get("/healthz/live")
    assert (answer.status, await answer.json()) == (200, {"live": True})


@pytest.mark.parametrize(("codes", "status"), [((), 200), (("audit_late", "delivery_stopped"), 503)])
async def test_ready_is_200_or_503_with_codes(
    visitor: Visitor, health: SetHealth, codes: tuple[str, ...], status: int
) -> None:
    health.codes = codes
    answer = await visitor.get("/healthz/ready")
    assert (answer.status, await answer.json()) == (status, {"ready": not codes, "codes": list(codes)})


async def test_the_state_is_told_even_when_something_is_wrong(visitor: Visitor, health: SetHealth) -> None:
    health.codes = ("audit_late",)
    answer = await visitor.get("/healthz")
    assert (answer.status, json.loads(await answer.text())) == (200, {"status": "look"})


async def test_metrics_are_plain_text(visitor: Visitor) -> None:
    answer = await visitor.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "swis_waiting_rows 1.0" in await answer.text()


@pytest.mark.parametrize("path", ["/healthz", "/healthz/live", "/healthz/ready", "/metrics"])
async def test_its_own_pages_are_never_kept_and_take_no_form(visitor: Visitor, path: str) -> None:
    assert (await visitor.get(path)).headers["Cache-Control"] == "no-store"
    assert (await visitor.post(path)).status == 405


@pytest.mark.parametrize("path", ["/slack/events", "/home", "/healthz/other"])
async def test_everything_else_goes_to_a_channel(visitor: Visitor, path: str) -> None:
    assert await (await visitor.get(path)).text() == f"the channel at {path}"


async def test_a_channels_place_is_its_own_whatever_takes_the_rest(health: SetHealth) -> None:
    async def other(_: web.Request) -> web.Response:
        return web.Response(text="another channel")

    placed = web.Application()
    placed.router.add_post("/messages", other)
    app = front_door(health, Metrics(), {"/": channel(), "/api": placed})
    async with TestClient(TestServer(app)) as visitor:
        found = [await visitor.post(path) for path in ("/api/messages", "/apis/messages", "/")]
        assert [await one.text() for one in found] == [
            "another channel", "the channel at /apis/messages", "the channel at /",
        ]  # fmt: skip
        assert (await visitor.post("/api/nothing")).status == 404


async def test_a_database_that_hangs_holds_up_neither_live_nor_metrics() -> None:
    go_on = threading.Event()

    def hang() -> Figures:
        go_on.wait(60)
        raise StoreBroken("gone")

    hanging = Health(
        lookout=Lookout(hang, system_ticks, silent), running=Jobs(nothing, (), silent), head="1", rules_readable=True
    )
    async with asyncio.timeout(30), TestClient(TestServer(front_door(hanging, Metrics()))) as client:
        assert (await client.get("/healthz/live")).status == 200
        assert "swis_turn_seconds_count" in await (await client.get("/metrics")).text()
        answer = await client.get("/healthz/ready")
        assert (answer.status, (await answer.json())["codes"][0]) == (503, "database_silent")
    go_on.set()


def nothing() -> None:
    """A delivery with nothing to do."""


async def test_without_a_channel_nothing_else_is_there(health: SetHealth) -> None:
    async with TestClient(TestServer(front_door(health, Metrics()))) as client:
        assert (await client.get("/home")).status == 404
        assert (await client.get("/healthz/live")).status == 200


async def test_it_listens_where_it_is_told_and_says_when_the_port_is_taken(health: SetHealth) -> None:
    port = unused_port()
    runner = await listen(front_door(health, Metrics()), "127.0.0.1", port)
    try:
        assert address_of(runner) == f"http://127.0.0.1:{port}/"
        with pytest.raises(OSError, match="in use"):
            await listen(front_door(health, Metrics()), "127.0.0.1", port)
    finally:
        await runner.cleanup()
