"""The managers' single-use pages: a link shows a button, the button shows the figures, once.

A reader that only fetches the link (a preview, a scanner) spends nothing. No cookie, no script, nothing from elsewhere.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from aiohttp import web

from bot.pictures import PLACE
from bot.sheet_files import STYLE_HASH, as_html, question_html
from bot.sheets import Sheet


class Page(Protocol):
    """What a link opens."""

    @property
    def sheet(self) -> Sheet:
        """The page."""

    @property
    def csv(self) -> str:
        """Its figures."""

    @property
    def pdf(self) -> bytes | None:
        """It, printed; None where it can't be."""


class Looker(Protocol):
    """Spends links."""

    def look(self, token: str) -> Page | None:
        """The page, once."""


class Drawer(Protocol):
    """Draws the pictures of cards."""

    def png(self, mark: str) -> bytes | None:
        """The picture at an address; None if there is none."""


HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Content-Security-Policy": f"default-src 'none'; style-src '{STYLE_HASH}'; img-src data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    }
)
PICTURE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "max-age=3600",
        "Content-Security-Policy": "default-src 'none'",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
)
"""Platforms show a picture inside pages of their own."""
MOST_BYTES = 1024


def _shown(found: Page) -> web.Response:
    """The page; the bare figures if it can't be drawn."""
    try:
        return web.Response(text=as_html(found.sheet, found.csv, found.pdf), content_type="text/html", headers=HEADERS)
    except Exception:  # noqa: BLE001 - the link is spent, so the numbers must not be lost with the form
        return web.Response(text=found.csv, content_type="text/plain", charset="utf-8", headers=HEADERS)


def pages_app(looker: Looker, words: Mapping[str, str], pictures: Drawer | None = None) -> web.Application:
    """The pages as an application, and the pictures of cards.

    `words`: `page`, `ask` and `show` of the question, `gone` of a spent link, `later` of a fault.
    """

    async def ask(request: web.Request) -> web.Response:  # noqa: ARG001 - the same for every link
        page = question_html(words["page"], words["ask"], words["show"])
        return web.Response(text=page, content_type="text/html", headers=HEADERS)

    async def show(request: web.Request) -> web.Response:
        try:
            found = await asyncio.to_thread(looker.look, request.match_info["token"])
        except Exception:  # noqa: BLE001 - whatever broke, nothing was spent, and the reader can press again
            return said("later", 503)
        return said("gone", 410) if found is None else _shown(found)

    def said(what: str, status: int) -> web.Response:
        page = question_html(words["page"], words[what], None)
        return web.Response(text=page, status=status, content_type="text/html", headers=HEADERS)

    async def picture(request: web.Request) -> web.Response:
        found = None if pictures is None else await asyncio.to_thread(pictures.png, request.match_info["mark"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found, content_type="image/png", headers=PICTURE_HEADERS)

    app = web.Application(client_max_size=MOST_BYTES)
    app.add_routes([web.get(f"{PLACE}/{{mark:[0-9a-f]{{32}}}}.png", picture)])
    app.add_routes([web.get("/{token:[A-Za-z0-9_-]{20,80}}", ask), web.post("/{token:[A-Za-z0-9_-]{20,80}}", show)])
    return app
