"""The part of `swis thresholds show --serve` that needs a web server: the page for authors, on this machine only."""

import asyncio
import os
from collections.abc import Callable

from aiohttp import web

from bot.authoring import Authors
from bot.channels.web.authors import create_authors_app
from bot.commands.exits import Problem
from bot.commands.running import until_signal
from bot.serve import address_of, listen

HERE = "127.0.0.1"


def serve(authors: Authors, port: int, says: Callable[[str], None]) -> None:
    """Show the page until Ctrl-C; `says` gets the address.

    Raises:
        Problem: the port can't be used.
    """
    asyncio.run(_serve(authors, port, says))


async def _serve(authors: Authors, port: int, says: Callable[[str], None]) -> None:
    listening: list[web.AppRunner] = []
    app = create_authors_app(authors, lambda: frozenset(_origins(listening)))
    try:
        listening.append(await listen(app, HERE, port))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise Problem(f"show: {HERE} port {port} can't be used ({why}); choose another with --serve") from None
    says(address_of(listening[0]))
    try:
        await until_signal()
    finally:
        await listening[0].cleanup()


def _origins(listening: list[web.AppRunner]) -> list[str]:
    ports = [address_of(one).rstrip("/").rpartition(":")[2] for one in listening]
    return [f"http://{name}:{port}" for port in ports for name in (HERE, "localhost")]
