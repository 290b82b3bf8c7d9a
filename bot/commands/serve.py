"""`swis serve`: the real service. What keeps it from starting is said all at once, and nothing is started then.

A rehearsal is the same with invented people only, and says so on every screen and card.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Annotated

import typer
from aiohttp import web

from bot.channels.mail.courier import RelayError
from bot.channels.web.courier import WebCourier
from bot.clearance import against_rehearsing, against_serving
from bot.commands.configured import chosen
from bot.commands.doors import Open, Platform
from bot.commands.exits import Problem
from bot.commands.platforms import platforms_of
from bot.commands.running import Bell, Running, page_everywhere, web_page
from bot.directory import Directory, DirectoryError
from bot.health import Link
from bot.holdings import Mode
from bot.logs import Log, open_log, quieten_libraries
from bot.metrics import Metrics
from bot.platforms.install import InstallError
from bot.seams import Courier, references, system_clock, system_id, system_random
from bot.settings import KeysError, Settings
from bot.wiring import (
    House,
    World,
    against_database,
    build,
    held_against,
    load_directories,
    mail_courier,
    master_key_of,
)
from dialogs.words import Words
from storage.errors import StoreBusy, StoreError
from storage.sole import sole

HERE = ("127.0.0.1", "localhost")
"""Where the local page answers."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="With invented people only; nobody real is told.")
    ] = False,
) -> None:
    """Serve until SIGTERM; print the address. Whatever keeps it from starting is said at once, with exit 2."""
    settings = chosen()
    log = open_log(system_clock)
    quieten_libraries(log)
    with ExitStack() as held:
        reasons = [*_against(settings, rehearsal=rehearsal), *_locked(held, settings)]
        if reasons:
            raise Problem(f"serve: {reason}" for reason in reasons)
        try:
            running = service(settings, log, rehearsal=rehearsal)
        except StoreError as error:
            raise Problem(f"serve: SWIS_DATABASE_URL: {error}: {error.advice}") from None
        asyncio.run(running.run("serve", lambda url: typer.echo(f"swis {_named(rehearsal=rehearsal)} at {url}")))


def _named(*, rehearsal: bool) -> str:
    return "rehearsal" if rehearsal else "service"


def service(settings: Settings, log: Log, *, rehearsal: bool) -> Running:
    """The service, put together; no level of an unsigned document is shown.

    Raises:
        StoreError: the database can't be used.
    """
    bell, metrics, platforms = Bell(), Metrics(), platforms_of(settings)
    world = World(
        clock=system_clock, new_id=system_id, new_reference=references(system_random), random=system_random,
        couriers=_couriers(settings, platforms, rehearsal=rehearsal), log=log, nudge=bell, holder=system_id(),
        draft_days=settings.draft_days, measures=metrics, mode=_mode(rehearsal=rehearsal),
        against=_clearance(settings, rehearsal=rehearsal),
    )  # fmt: skip
    house = build(settings, world, show_unsigned=False)
    opened = {one.name: one.open(house, world, settings.turn_workers) for one in platforms}
    channels = {**{one.place: one.app for one in opened.values()}, **_page(house, settings, world)}
    return Running(
        house=house, world=world, settings=settings, metrics=metrics, bell=bell, channels=channels,
        links=_links(opened),
    )  # fmt: skip


def _links(opened: Mapping[str, Open]) -> Mapping[str, Link]:
    """The standing connections, by channel."""
    return {name: link for name, one in opened.items() for link in one.links}


def _page(house: House, settings: Settings, world: World) -> Mapping[str, web.Application]:
    has = _has_page(settings, rehearsal=world.rehearsal)
    return page_everywhere(web_page(house, settings, world, None)) if has else {}


def _couriers(settings: Settings, platforms: Sequence[Platform], *, rehearsal: bool) -> Mapping[str, Courier]:
    """Platforms first, e-mail last."""
    found: dict[str, Courier] = {one.name: one.courier() for one in platforms}
    found |= {"web": WebCourier()} if _has_page(settings, rehearsal) else {}
    mail = mail_courier(settings, Words.load(), system_clock)
    return found if mail is None else {**found, mail.channel: mail}


def _has_page(settings: Settings, rehearsal: bool) -> bool:
    """In rehearsal the local page stands in for a platform: anybody may take any seat, so on this machine only."""
    return rehearsal and settings.bind in HERE


def _against(settings: Settings, *, rehearsal: bool) -> Iterator[str]:
    """Every reason not to start that can be found without starting."""
    yield from _against_directories(settings, rehearsal=rehearsal)
    try:
        master_key_of(settings)
    except KeysError as error:
        yield f"SWIS_KEYS, SWIS_KEYS_FILE: {error}"
    except OSError as error:
        yield f"SWIS_KEYS_FILE: {settings.keys_file} can't be read: {error.strerror}"
    database = against_database(settings)
    yield from _held_against(settings, rehearsal=rehearsal) if database is None else (database,)
    try:
        mail_courier(settings, Words.load(), system_clock)
    except RelayError as error:
        yield str(error)
    yield from _against_platforms(settings, rehearsal=rehearsal)


def _against_platforms(settings: Settings, *, rehearsal: bool) -> Iterator[str]:
    try:
        platforms = platforms_of(settings)
    except InstallError as error:
        yield from error.problems
        return
    if not platforms and not _has_page(settings, rehearsal):
        yield "no channel is set up: set up Slack or Teams; e-mail alone takes no concern"
    yield from (one.unsafe for one in platforms if one.unsafe and not rehearsal)


def _held_against(settings: Settings, *, rehearsal: bool) -> tuple[str, ...]:
    found = held_against(settings, _mode(rehearsal=rehearsal))
    for warning in found.warnings:
        typer.echo(f"serve: warning: {warning}", err=True)
    return found.reasons


def _mode(*, rehearsal: bool) -> Mode:
    return "rehearsal" if rehearsal else "real"


def _against_directories(settings: Settings, *, rehearsal: bool) -> tuple[str, ...]:
    try:
        directories = load_directories(settings)
    except DirectoryError as error:
        return tuple(map(str, error.problems))
    return _clearance(settings, rehearsal=rehearsal)(directories)


def _clearance(settings: Settings, *, rehearsal: bool) -> Callable[[Sequence[Directory]], tuple[str, ...]]:
    if rehearsal:
        return lambda directories: against_rehearsing(directories, settings.rehearsal_domains)
    return against_serving


def _locked(held: ExitStack, settings: Settings) -> Iterator[str]:
    try:
        held.enter_context(sole(settings.database_url))
    except StoreBusy as error:
        yield error.advice
    except (OSError, ValueError):
        # What is wrong with the address is said with the database.
        return
