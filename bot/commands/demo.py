"""`swis demo`: everything in one process on one SQLite file, invented people, the page at 127.0.0.1."""

import asyncio
import hashlib
import signal
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from bot.access import Denied
from bot.channels.web.app import create_app, listen
from bot.channels.web.courier import WebCourier
from bot.channels.web.ports import AuthorityView, Front, Ports
from bot.commands.exits import Problem
from bot.demo_clock import DemoClock
from bot.directory import DirectoryError
from bot.jobs import Jobs
from bot.logs import Log, open_log, quieten_libraries
from bot.seams import references, system_clock, system_id, system_random
from bot.settings import wrong
from bot.wiring import House, World, build, demo_settings, master_key_of, migrated
from bot.working_time import at, is_school_day, local_day, next_school_day
from storage.errors import NotFound, StoreError

MORNING = time(8, 15)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    port: Annotated[int, typer.Option("--port", envvar=["SWIS_PORT", "PORT"], min=1, max=65535)] = 8080,
    folder: Annotated[Path, typer.Option("--folder", help="Where the demonstration keeps its file.")] = Path("var"),
) -> None:
    """Start the demonstration and print its address; Ctrl-C ends it."""
    log = open_log(system_clock)
    quieten_libraries(log)
    try:
        running = Demo(folder, port, log)
    except DirectoryError as error:
        raise Problem(map(str, error.problems)) from None
    except ValidationError as error:
        raise Problem(wrong(error)) from None
    except StoreError as error:
        raise Problem(f"demo: the file in {folder} can't be used: {error.advice}") from None
    except ValueError as error:
        raise Problem(f"demo: the master keys in {folder} can't be used: {error}") from None
    except OSError as error:
        raise Problem(f"demo: can't write in {folder}: {error.strerror}") from None
    asyncio.run(running.run())


class Demo:
    """The demonstration, put together."""

    def __init__(self, folder: Path, port: int, log: Log) -> None:
        self._port, self._log = port, log
        settings = migrated(demo_settings(folder, port, system_random))
        self._clock: DemoClock | None = None
        self._jobs: Jobs | None = None
        world = World(
            clock=self._now, new_id=system_id, new_reference=references(system_random), random=system_random,
            couriers={"web": WebCourier()}, log=log, nudge=self._nudge, holder=system_id(),
            draft_days=settings.draft_days,
        )  # fmt: skip
        self._workers = settings.turn_workers
        self._house = build(settings, world, show_unsigned=True)
        self._key = hashlib.sha256(b"seat cookies:" + master_key_of(settings)).digest()
        self._clock = DemoClock(self._house.store, system_clock)
        self._jobs = Jobs(self._house.alerts.deliver_due, self._house.alarms(), log)

    def _now(self) -> datetime:
        return system_clock() if self._clock is None else self._clock.now()

    def _nudge(self) -> None:
        if self._jobs is not None:
            self._jobs.nudge()

    async def run(self) -> None:
        """Serve until a signal to end."""
        assert self._clock is not None
        assert self._jobs is not None
        app = create_app(self._ports(self._clock), self._front())
        try:
            runner = await listen(app, self._port)
        except OSError as error:
            raise Problem(
                f"demo: port {self._port} can't be used ({error.strerror}); choose another with PORT"
            ) from None
        self._jobs.start()
        typer.echo(f"swis demonstration at http://127.0.0.1:{self._port}/ (Ctrl-C ends it)")
        try:
            await _until_signal()
        finally:
            await runner.cleanup()
            self._jobs.stop()
            self._house.store.close()

    def _ports(self, clock: DemoClock) -> Ports:
        house = self._house
        moving = MovingClock(clock, self._nudge)
        return Ports(intake=house.intake, desk=house.desk, responding=house.responding, clock=moving)

    def _front(self) -> Front:
        house = self._house
        lands = house.places.lands.values()
        calendars = next(iter(lands)).calendars

        def next_morning(now: datetime) -> datetime:
            today = local_day(now)
            morning = at(today, MORNING)
            if is_school_day(calendars.school, today) and morning > now:
                return morning
            return at(next_school_day(calendars.school, today), MORNING)

        return Front(
            port=self._port,
            authorities=tuple(AuthorityView(id=one.authority, name=one.name, numbers=one.numbers) for one in lands),
            key=self._key,
            random_bytes=system_random,
            clock=system_clock,
            next_school_morning=next_morning,
            refused=(Denied,),
            missing=(NotFound,),
            health=lambda: health(house),
            workers=self._workers,
            failed=lambda place, error: self._log("page_failed", about=_route_id(place), error=error),
        )


def _route_id(place: str) -> str:
    """A route as the log takes it: without braces and spaces."""
    return "".join(letter if letter.isalnum() or letter in "/_" else "-" for letter in place).strip("/-") or "root"


class MovingClock:
    """The demonstration's clock for the page: moving it rings the alarm."""

    def __init__(self, clock: DemoClock, nudge: Callable[[], None]) -> None:
        self._clock, self._nudge = clock, nudge

    def now(self) -> datetime:
        """The demonstration's instant, UTC."""
        return self._clock.now()

    def move(self, seconds: int) -> datetime:
        """Go on by so many seconds; what is due then is delivered."""
        moved = self._clock.move(seconds)
        self._nudge()
        return moved


def health(house: House) -> Mapping[str, object]:
    """The health page: instants and counts."""
    found = house.watch.health()
    return {
        "status": "ok" if found.unheard == 0 else "concern_unheard",
        "beat_at": None if found.beat_at is None else found.beat_at.astimezone(UTC).isoformat(),
        "unheard": found.unheard,
        "waiting": found.waiting,
        "given_up": found.given_up,
        "oldest_due": None if found.oldest_due is None else found.oldest_due.isoformat(),
    }


async def _until_signal() -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, done.set)
    await done.wait()
