"""A house with Teams before it: a fake Teams, the door, and people with accounts."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.teams import draw, read
from bot.channels.teams.app import Door, Outside
from bot.channels.teams.connector import Connector, Tokens
from bot.channels.teams.courier import TeamsCourier
from bot.channels.teams.install import Install
from bot.channels.teams.pace import Pace
from bot.channels.teams.wire import HttpWire
from bot.wiring import House, World, teams_door
from dialogs.words import Words
from tests.bot.scenarios.house import PATIENT, open_house
from tests.fakes import SetClock
from tests.slack.stage import Counted, Lines
from tests.teams.fake import Account, FakeTeams, Human, Json, teams

DOMAIN = "ealing.example.invalid"


def account(number: int, email: str, name: str, **more: Any) -> Account:
    """An account of the tenant."""
    return Account(id=f"00000000-0000-0000-0000-{number:012d}", email=f"{email}@{DOMAIN}", name=name, **more)


TEACHER = account(1, "pavel.oakhollow", "Pavel Oakhollow")
DSL = account(2, "kezia.fernhollow", "Kezia Fernhollow")
DEPUTY = account(3, "leander.silverdew", "Leander Silverdew")
SW = account(4, "dariusz.kestrelham", "Dariusz Kestrelham")
NEW = account(5, "odile.larkhurst", "Odile Larkhurst")
HEAD = account(6, "mirela.duskhill", "Mirela Duskhill")
GUEST = account(7, "gus", "Gus Elsewhere", more={"userPrincipalName": "gus_else.example#EXT#@ealing.example.invalid"})
PUPIL = Account(id="00000000-0000-0000-0000-000000000008", email="pat@pupils.example.invalid", name="Pat Pupil")
"""Invented, as in the example directory; the last four are in no file or are nobody here."""


def outside_of(install: Install, clock: Callable[[], Any], timeout: float = 5.0, patience: float = 3.0) -> Outside:
    """The way to the fake; nobody waits in it for time to pass."""
    wire = HttpWire(timeout)
    ticks = Ticking()
    pace = Pace(ticks=ticks, pause=ticks.pause, patience=patience)
    connector = Connector(
        wire=wire, tokens=Tokens(install, wire, clock), pace=pace, pause=ticks.pause, random=bytes
    )  # fmt: skip
    return Outside(connector=connector, wire=wire)


@dataclass
class Ticking:
    """Time that passes only while somebody waits."""

    now: float = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now

    def pause(self, seconds: float, /) -> None:
        """It has passed."""
        self.now += seconds


@dataclass(repr=False)
class Stage:
    """Everything together. `answers`: what each account got back."""

    fake: FakeTeams
    house: House
    door: Door
    clock: SetClock
    log: Lines
    address: str
    session: aiohttp.ClientSession
    install: Install
    answers: list[tuple[str, Json]] = field(default_factory=list)
    turned: list[tuple[str, str]] = field(default_factory=list)
    """What was refused at the door: channel and code."""

    def human(self, who: Account) -> Human:
        """Somebody with a client."""
        return Human(self.fake, self.send, who)

    async def send(self, activity: Json) -> tuple[int, Json]:
        """What Teams sends, signed; then everything that it set off has ended."""
        answer = await self.post(activity, self.fake.token())
        self.answers.append((str(activity["from"]["aadObjectId"]), answer[1]))
        await self.door.idle()
        return answer

    async def post(self, activity: Json | bytes | io.BytesIO, token: str | None, **headers: str) -> tuple[int, Json]:
        """A request."""
        given = headers if token is None else {"Authorization": f"Bearer {token}", **headers}
        body: Any = {"data": activity} if isinstance(activity, bytes | io.BytesIO) else {"json": activity}
        async with self.session.post(self.address, headers=given, **body) as found:
            text = await found.text()
            return found.status, await found.json() if text.startswith("{") else {"text": text}

    async def deliver(self) -> None:
        """Deliver what is due, from a thread as in the service."""
        await asyncio.to_thread(self.house.alerts.deliver_due)


@asynccontextmanager
async def a_stage(url: str, **settings: Any) -> AsyncIterator[Stage]:
    """A house, a fake Teams, and the door between them."""
    clock, log = SetClock(), Lines()
    async with teams(clock) as fake, aiohttp.ClientSession() as session:
        for who in (TEACHER, DSL, DEPUTY, SW, NEW, HEAD, GUEST, PUPIL):
            fake.join(who)
        install = fake.install(**settings)
        if install.local:
            fake.tokens.add("")
        outside = outside_of(install, clock)
        house = open_house(url, clock, TeamsCourier(install, outside.connector, draw, Words.load()), log=log)
        counted = Counted()
        world = World(
            clock=clock, new_id=str, new_reference=str, random=bytes, couriers={}, log=log, measures=counted
        )  # fmt: skip
        door = teams_door(house, install, world, outside, (draw, read))
        door.bridge.wait_seconds = door.outside.wait_seconds = PATIENT
        door.listeners.patience = (PATIENT, PATIENT)
        door.listeners.drafts.rest = 0.0
        door.listeners.pages.seal_after, door.listeners.pages.soon = (0.0, 0.0), PATIENT
        app = web.Application()
        app.add_subapp("/api", door.web_app())
        async with TestServer(app, host="127.0.0.1") as server:
            yield Stage(
                fake, house, door, clock, log, str(server.make_url("/api/messages")), session, install,
                turned=counted.turned,
            )  # fmt: skip
        house.close()
