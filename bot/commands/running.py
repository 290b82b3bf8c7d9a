"""What `swis demo` and `swis serve` share: the page, the bell that wakes the sender, the life of one process."""

import asyncio
import hashlib
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from aiohttp import web

from bot.access import Denied
from bot.authoring import Authors
from bot.channels.pages.app import pages_app
from bot.channels.web.app import create_app
from bot.channels.web.ports import AuthorityView, DemoClock, Front, Ports
from bot.commands.exits import Problem
from bot.figure_links import PLACE
from bot.health import NO_LINKS, Link
from bot.jobs import Jobs
from bot.logs import Log
from bot.metrics import Metrics
from bot.seams import system_clock, system_random
from bot.serve import ANYWHERE, NOTHING, address_of, front_door, listen
from bot.settings import Settings
from bot.wiring import House, World, health_of, master_key_of
from bot.working_time import at, is_school_day, local_day, next_school_day
from storage.errors import NotFound

MORNING = time(8, 15)


@dataclass(slots=True)
class Bell:
    """Wakes the sender, once there is one; until then nobody is woken, and the rows say what is due."""

    jobs: Jobs | None = None

    def __call__(self) -> None:
        """Something was committed."""
        if self.jobs is not None:
            self.jobs.nudge()


def web_page(
    house: House, settings: Settings, world: World, clock: DemoClock | None, authors: Authors | None = None
) -> web.Application:
    """The local page. With a `clock` of its own it can be moved; `authors` shows them their documents."""
    ports = Ports(
        intake=house.intake, danger=house.danger, desk=house.desk, responding=house.responding, clock=clock,
        authors=authors,
    )  # fmt: skip
    return create_app(ports, _front(house, settings, world))


def _front(house: House, settings: Settings, world: World) -> Front:
    lands = house.places.lands.values()
    return Front(
        port=settings.port,
        authorities=tuple(AuthorityView(id=one.authority, name=one.name, numbers=one.numbers) for one in lands),
        key=hashlib.sha256(b"seat cookies:" + master_key_of(settings)).digest(),
        random_bytes=system_random,
        clock=system_clock,
        next_school_morning=_next_school_morning(house),
        refused=(Denied,),
        missing=(NotFound,),
        workers=settings.turn_workers,
        failed=_failed(world.log),
        rehearsal=world.words()("rehearsal") if world.rehearsal else "",
    )


def _next_school_morning(house: House) -> Callable[[datetime], datetime]:
    calendar = next(iter(house.places.lands.values())).calendars.school

    def next_morning(now: datetime) -> datetime:
        today = local_day(now)
        morning = at(today, MORNING)
        if is_school_day(calendar, today) and morning > now:
            return morning
        return at(next_school_day(calendar, today).date, MORNING)

    return next_morning


def _failed(log: Log) -> Callable[[str, str], None]:
    return lambda place, error: log("page_failed", about=_route_id(place), error=error)


def _route_id(place: str) -> str:
    """A route as the log takes it: without braces and spaces."""
    return "".join(letter if letter.isalnum() or letter in "/_" else "-" for letter in place).strip("/-") or "root"


@dataclass(kw_only=True, slots=True)
class Running:
    """One process: its jobs and its front door, from start to end."""

    house: House
    world: World
    settings: Settings
    metrics: Metrics
    bell: Bell
    channels: Mapping[str, web.Application] = field(default_factory=lambda: NOTHING)
    links: Mapping[str, Link] = field(default_factory=lambda: NO_LINKS)

    async def run(self, command: str, says: Callable[[str], None]) -> None:
        """Serve until SIGTERM or SIGINT; `says` gets the address. What is under way then ends first.

        Raises:
            Problem: the address can't be used.
        """
        jobs = self._jobs()
        channels = {PLACE: self._figures(), **self.channels}
        app = front_door(health_of(self.house, jobs, self.world, self.links), self.metrics, channels)
        runner = await self._listening(app, command)
        jobs.start()
        says(address_of(runner))
        try:
            await until_signal()
        finally:
            await runner.cleanup()
            # A connection is not closed under a delivery that is still under way; the process ends with it.
            if jobs.stop():
                self.house.close()

    def _figures(self) -> web.Application:
        words = self.world.words()
        said = {name: words(f"figures.link.{name}") for name in ("page", "ask", "show", "gone", "later")}
        return pages_app(self.house.figures, said, self.house.figures.pictures)

    def _jobs(self) -> Jobs:
        house, world = self.house, self.world
        jobs = Jobs(
            house.alerts.deliver_due, house.alarms(), world.log, measures=world.measures, ticks=world.ticks
        )  # fmt: skip
        self.bell.jobs = jobs
        return jobs

    async def _listening(self, app: web.Application, command: str) -> web.AppRunner:
        bind, port = self.settings.bind, self.settings.port
        try:
            return await listen(app, bind, port)
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise Problem(f"{command}: {bind} port {port} can't be used ({why}); choose another with PORT") from None


def page_everywhere(page: web.Application) -> Mapping[str, web.Application]:
    """The page as the channel that takes whatever nothing else answers."""
    return {ANYWHERE: page}


async def until_signal() -> None:
    """Wait for SIGTERM or SIGINT."""
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, done.set)
    await done.wait()
