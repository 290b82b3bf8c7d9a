"""`swis demo`: everything in one process on one SQLite file, invented people, the page at 127.0.0.1."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from bot.authoring import Authors, of_catalogue
from bot.channels.web.courier import WebCourier
from bot.commands.exits import Problem
from bot.commands.in_teams import in_teams
from bot.commands.running import Bell, Running, page_everywhere, web_page
from bot.demo_clock import DemoClock
from bot.directory import DirectoryError
from bot.judge import Rulebook
from bot.logs import Log, open_log, quieten_libraries
from bot.metrics import Metrics
from bot.platforms.install import InstallError
from bot.seams import Courier, references, system_clock, system_id, system_random
from bot.settings import wrong
from bot.wiring import House, World, build, demo_settings, migrated
from storage.errors import StoreError

HERE = "127.0.0.1"


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
        running = demonstration(folder, port, log)
    except DirectoryError as error:
        raise Problem(map(str, error.problems)) from None
    except ValidationError as error:
        raise Problem(wrong(error)) from None
    except InstallError as error:
        raise Problem(error.problems) from None
    except StoreError as error:
        raise Problem(f"demo: the file in {folder} can't be used: {error.advice}") from None
    except ValueError as error:
        raise Problem(f"demo: the master keys in {folder} can't be used: {error}") from None
    except OSError as error:
        raise Problem(f"demo: can't write in {folder}: {error.strerror}") from None
    asyncio.run(running.run("demo", lambda url: typer.echo(f"swis demonstration at {url} (Ctrl-C ends it)")))


def demonstration(folder: Path, port: int, log: Log) -> Running:
    """The demonstration, put together.

    Raises:
        DirectoryError: an example directory can't be used.
        StoreError: the database can't be used.
        ValueError: the keys can't be used.
        OSError: nothing can be written in the folder.
    """
    settings = migrated(demo_settings(folder, port, system_random)).model_copy(update={"bind": HERE})
    bell, clock, metrics = Bell(), Moved(), Metrics()
    # With a tenant in the settings the demonstration answers the Playground too.
    teams = in_teams(settings)
    couriers: dict[str, Courier] = {} if teams is None else {teams.name: teams.courier()}
    world = World(
        clock=clock, new_id=system_id, new_reference=references(system_random), random=system_random,
        couriers={**couriers, "web": WebCourier()}, log=log, nudge=bell, holder=system_id(),
        draft_days=settings.draft_days, measures=metrics, mode="demo",
    )  # fmt: skip
    house = build(settings, world, show_unsigned=True)
    clock.by = DemoClock(house.store, system_clock)
    page = web_page(house, settings, world, MovingClock(clock.by, bell), _authors(house))
    opened = () if teams is None else (teams.open(house, world, settings.turn_workers),)
    channels = {**{one.place: one.app for one in opened}, **page_everywhere(page)}
    return Running(house=house, world=world, settings=settings, metrics=metrics, bell=bell, channels=channels)


def _authors(house: House) -> Authors | None:
    """The page for authors; none where the rules could not be read."""
    judge = house.places.judge
    return (
        Authors(load=of_catalogue(judge.catalogue), words=house.places.words) if isinstance(judge, Rulebook) else None
    )


class Moved:
    """The demonstration's present: the real clock until the moved one is there, which its own database keeps."""

    by: DemoClock | None = None

    def __call__(self) -> datetime:
        """The instant, UTC."""
        return system_clock() if self.by is None else self.by.now()


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
