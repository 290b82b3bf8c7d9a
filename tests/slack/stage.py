"""A house with Slack before it: a fake Slack, the door in HTTP mode, and people with accounts."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.slack import draw, read
from bot.channels.slack.app import Door
from bot.channels.slack.courier import SlackCourier
from bot.channels.slack.install import Install
from bot.seams import Unmeasured
from bot.wiring import House, World, slack_door
from tests.bot.scenarios.house import PATIENT, open_house
from tests.fakes import SetClock
from tests.slack.fake import APP_ID, APP_TOKEN, SECRET, FakeSlack, Human, Json, encoded, signed, slack

TEAM, OTHER, FOREIGN = "T0EALING", "T0SECOND", "T0FOREIGN"
NO_MORE: Mapping[str, str] = MappingProxyType({})
PEOPLE = {
    "UTEACHER": ("pavel.oakhollow@ealing.example.invalid", "Pavel Oakhollow"),
    "UDSL": ("kezia.fernhollow@ealing.example.invalid", "Kezia Fernhollow"),
    "UDEPUTY": ("leander.silverdew@ealing.example.invalid", "Leander Silverdew"),
    "UHEAD": ("mirela.duskhill@ealing.example.invalid", "Mirela Duskhill"),
    "USW": ("dariusz.kestrelham@ealing.example.invalid", "Dariusz Kestrelham"),
}
"""Invented, as in the example directory."""


@dataclass(repr=False)
class Lines:
    """A log that keeps its lines."""

    kept: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, event: str, **about: Any) -> None:
        """Keep a line."""
        self.kept.append((event, about))

    def named(self, event: str) -> list[dict[str, Any]]:
        """The lines of one event."""
        return [about for name, about in self.kept if name == event]


@dataclass(repr=False)
class Counted(Unmeasured):
    """Keeps what was refused at the door, and nothing else."""

    turned: list[tuple[str, str]] = field(default_factory=list)

    def turned_away(self, channel: str, code: str) -> None:
        """Keep it."""
        self.turned.append((channel, code))


@dataclass(repr=False)
class Stage:
    """Everything together. `people` by their account."""

    fake: FakeSlack
    house: House
    door: Door
    clock: SetClock
    log: Lines
    address: str
    session: aiohttp.ClientSession
    through: str = "http"
    turned: list[tuple[str, str]] = field(default_factory=list)
    """What was refused at the door: channel and code."""

    def human(self, user: str, team: str = TEAM) -> Human:
        """Somebody with a client."""
        return Human(self.fake, self.send, team, user)

    async def send(self, kind: str, payload: Json, **headers: str) -> tuple[int, Json]:
        """What Slack sends, either way in; then everything that it set off has ended."""
        if self.through == "socket":
            answer = await self.fake.through_socket(kind, payload)
        else:
            answer = await self.post(*encoded(kind, payload), headers)
        await self.door.bridge.idle()
        return answer

    async def post(
        self, body: bytes, kind: str, more: Mapping[str, str] = NO_MORE, *, secret: str = SECRET, age: float = 0
    ) -> tuple[int, Json]:
        """A signed request; `more` headers."""
        headers = {"Content-Type": kind, **signed(body, self.clock().timestamp() - age, secret), **more}
        async with self.session.post(self.address, data=body, headers=headers) as found:
            text = await found.text()
            return found.status, await found.json() if text.startswith("{") else {"text": text}

    async def deliver(self) -> None:
        """Deliver what is due, from a thread as in the service."""

        await asyncio.to_thread(self.house.alerts.deliver_due)


@asynccontextmanager
async def a_stage(url: str, *, through: str = "http") -> AsyncIterator[Stage]:
    """A house, a fake Slack, and the door between them."""
    clock, log = SetClock(), Lines()
    async with slack(clock) as fake, aiohttp.ClientSession() as session:
        for team in (TEAM, OTHER):
            at = fake.workspace(team)
            at.channels.add("C1")
        for user, (email, name) in PEOPLE.items():
            fake.workspaces[TEAM].join(user, email, name)
        install = Install(
            tokens={team: one.token for team, one in fake.workspaces.items()}, secret=SECRET, app=APP_ID,
            app_token=APP_TOKEN if through == "socket" else None, base_url=f"{fake.url}api/",
        )  # fmt: skip
        house = open_house(url, clock, SlackCourier(install, draw.message), log=log)
        counted = Counted()
        world = World(
            clock=clock, new_id=str, new_reference=str, random=bytes, couriers={}, log=log, measures=counted
        )  # fmt: skip
        door = slack_door(house, install, world, (draw, read))
        door.bridge.wait_seconds = door.bridge.answer_seconds = PATIENT
        app = web.Application()
        app.add_subapp("/slack", door.web_app())
        async with TestServer(app, host="127.0.0.1") as server:
            if door.connecting is not None:
                await door.connecting
            await door.bridge.idle()
            place = str(server.make_url("/slack/events"))
            yield Stage(fake, house, door, clock, log, place, session, through, counted.turned)
        house.close()
        assert fake.unsound == [], "Slack would refuse a view or a message"


class Housed(Protocol):
    """Anything with a house behind it."""

    @property
    def house(self) -> House:
        """The house."""
        ...


@contextmanager
def stalled(stage: Housed) -> Iterator[None]:
    """The database takes nothing meanwhile: somebody else writes, and does not end."""
    held, freed = threading.Event(), threading.Event()

    def stall() -> None:
        with stage.house.store.write():
            held.set()
            freed.wait(20)

    staller = threading.Thread(target=stall)
    staller.start()
    held.wait(5)
    try:
        yield
    finally:
        freed.set()
        staller.join()
