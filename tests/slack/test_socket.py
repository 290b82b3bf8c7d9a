"""The standing connection: seen standing, seen fallen, opened again; and no more of them than Slack takes."""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from bot.channels.slack.install import Install
from bot.channels.slack.socket import Link
from tests.fakes import SetClock
from tests.slack.conftest import Lines
from tests.slack.fake import APP_TOKEN, MOST_SOCKETS, FakeSlack, slack

QUICK = 0.05


class SetTicks:
    """A clock of seconds that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The reading."""
        return self.now


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    """A Slack to connect to."""
    async with slack(SetClock()) as found:
        yield found


@pytest.fixture
async def link(fake: FakeSlack) -> AsyncIterator[Link]:
    """A connection, open, on a clock that stands."""
    found = Link(_install(fake), _nobody, Lines(), ping_seconds=QUICK)
    found.ticks = SetTicks()
    await found.start()
    await asyncio.wait_for(_until(lambda: found.connections() > 0), 5)
    yield found
    await found.close()


def _install(fake: FakeSlack) -> Install:
    return Install(tokens={}, app_token=APP_TOKEN, base_url=f"{fake.url}api/")


async def _nobody(_client: object, _request: object) -> None: ...


def _nothing() -> None: ...


async def _until(holds: Callable[[], bool]) -> None:
    """Give way until something holds."""
    while not holds():
        await asyncio.to_thread(_nothing)


async def test_it_stands_and_knows_how_many_there_are(link: Link) -> None:
    assert (link.down(), link.connections()) == (0.0, 1)


async def test_one_that_fell_says_for_how_long_and_comes_back_by_itself(fake: FakeSlack, link: Link) -> None:
    ticks = link.ticks
    assert isinstance(ticks, SetTicks)
    assert link.down() == 0.0
    fake.always["apps.connections.open"] = "internal_error"
    fake.linked.clear()
    await fake.sockets[-1].close()
    ticks.now += 7.0
    await asyncio.wait_for(_until(lambda: link.down() > 0), 5)
    assert link.down() == 7.0
    del fake.always["apps.connections.open"]
    await asyncio.wait_for(fake.linked.wait(), 10)
    await asyncio.wait_for(_until(lambda: link.down() == 0.0), 5)


async def test_a_slack_that_is_away_at_the_start_is_asked_until_it_is_there(fake: FakeSlack) -> None:
    fake.moods["apps.connections.open"].extend(["500", "internal_error"])
    link = Link(_install(fake), _nobody, Lines(), ping_seconds=QUICK)
    assert link.down() >= 0.0
    await asyncio.wait_for(link.start(), 10)
    assert link.down() == 0.0
    await link.close()


async def test_slack_takes_ten_connections_and_no_more(fake: FakeSlack) -> None:
    async with aiohttp.ClientSession() as session:

        async def opened() -> str:
            """What Slack says to one connection more."""
            ticket = {"Authorization": f"Bearer {APP_TOKEN}"}
            async with session.post(f"{fake.url}api/apps.connections.open", headers=ticket) as answer:
                address = (await answer.json())["url"]
            found = await session.ws_connect(address)
            said = await found.receive_json()
            return str(said["type"])

        assert [await opened() for _ in range(MOST_SOCKETS + 1)] == ["hello"] * MOST_SOCKETS + ["disconnect"]
