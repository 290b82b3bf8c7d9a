"""The page of the whole service when its database is away, or hangs with every turn in it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer, unused_port

from bot.access import Denied
from bot.channels.web.app import create_app
from bot.channels.web.ports import AuthorityView, Front, Ports
from bot.danger import WAIT_SECONDS
from storage.errors import NotFound
from tests.bot.scenarios.frail import away, frail, hurried
from tests.bot.scenarios.house import Scene
from tests.bot.scenarios.telling import TEACHER
from tests.bot.scenarios.test_danger_away import EVERYBODY, SPARE, replayed
from tests.bot.web.browser import Pairs, Sent, Visitor
from tests.bot.web.small import Small
from tests.fakes import Hold

PRESS: Pairs = [("flow", "concern"), ("danger", "1")]
WORKERS = 2


@asynccontextmanager
async def at_the_page(scene: Scene) -> AsyncIterator[Visitor]:
    """A teacher at the page of the scene's house."""
    house, port = scene.house, unused_port()
    lands = house.places.lands.values()
    front = Front(
        port=port,
        authorities=tuple(AuthorityView(id=one.authority, name=one.name, numbers=one.numbers) for one in lands),
        key=bytes(32), random_bytes=bytes, clock=scene.clock, next_school_morning=lambda now: now,
        refused=(Denied,), missing=(NotFound,), workers=WORKERS,
    )  # fmt: skip
    house.danger.refresh()
    ports = Ports(intake=house.intake, danger=house.danger, desk=house.desk, responding=house.responding)
    server = TestServer(create_app(ports, front), host="127.0.0.1", port=port)
    async with TestClient(server) as client:
        visitor = Visitor(client=client, small=Small(), port=port)
        await visitor.get("/?authority=ealing")
        await visitor.send("/seat", [("authority", "ealing"), ("person", TEACHER)])
        await visitor.get("/home")
        yield visitor
    house.danger.close()


async def test_the_press_the_place_and_the_draft_afterwards(scene: Scene) -> None:
    async with at_the_page(scene) as visitor:
        with away(scene):
            page = await visitor.send("/begin", PRESS)
            assert Sent(page.text).headings == ["Act now"]
            for number in scene.house.places.lands["ealing"].numbers:
                assert number.phone in page.text
            address = page.text.split('action="/danger/', 1)[1].split('"', 1)[0]
            given = await visitor.send(f"/danger/{address}", [("place", "Room 4"), ("callback", "07700 900000")])
            assert "What you wrote is kept with the alert" in given.text
            home = await visitor.get("/home")
            assert home.status == 503
            assert 'name="danger" value="1"' in home.text
            assert (await visitor.get("/sheet")).status == 200
        replayed(scene)
        home = await visitor.get("/home")
        assert f"/talk/{address}" in home.text
        assert (await visitor.get(f"/talk/{address}")).status == 200
        assert scene.deliver() == EVERYBODY


async def test_turns_that_hang_keep_no_danger_waiting(scene: Scene) -> None:
    async with at_the_page(hurried(scene, WAIT_SECONDS)) as visitor:
        hold = Hold()
        frail(scene.house).held = hold
        stuck = [asyncio.create_task(visitor.send("/begin", [("flow", "concern")])) for _ in range(3 * WORKERS)]
        for _ in range(WORKERS):
            assert await asyncio.to_thread(hold.entered.acquire, timeout=60)
        began = time.monotonic()
        page = await visitor.send("/begin", PRESS)
        took = time.monotonic() - began
        hold.go_on.set()
        await asyncio.gather(*stuck)
    assert Sent(page.text).headings == ["Act now"]
    assert took < WAIT_SECONDS + SPARE


@pytest.mark.parametrize("press", [True, False])
async def test_a_file_that_was_taken_away_is_the_same(scene: Scene, press: bool) -> None:
    if not scene.url.startswith("sqlite"):
        pytest.skip("there is no file to take away")
    file = Path(scene.url.removeprefix("sqlite:///"))
    async with at_the_page(scene) as visitor:
        begun = (await visitor.send("/begin", [("flow", "concern")])).to
        gone = file.rename(file.with_suffix(".away"))
        first: Pairs = [("screen", "start"), ("revision", "0"), ("what", "help_now_head"), ("action", "next")]
        page = await (visitor.send("/begin", PRESS) if press else visitor.send(begun, first))
        gone.rename(file)
    assert Sent(page.text).headings == ["Act now"]
    assert not press or "Tell the designated safeguarding lead in person" in page.text
    assert press or "Do not tell the head" in page.text
    talk = replayed(scene)
    assert (talk.turn.conversation == begun.removeprefix("/talk/")) is not press
