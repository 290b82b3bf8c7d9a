"""The page for authors in the browser: ticks in, the document's answer out. Nothing is kept or stands in an address.

Beside the demonstration, or alone (`create_authors_app`): a program on this machine that shows one folder.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.authoring import Authors, NoSuchDocument
from bot.channels.web.draw import HERE, html
from bot.channels.web.guard import CONNECTS, Stopped, came_from_here, headers_for
from bot.channels.web.limits import BODY_BYTES
from bot.channels.web.read import Unreadable, form_of
from bot.channels.web.shell import FORM, go
from bot.channels.web.trouble import NOT_FOUND

PART = "X-Part"
"""The header by which the page's own script asks for the answer alone."""
STATIC = {
    "swis.css": "text/css",
    "authors.css": "text/css",
    "authors.js": "text/javascript",
    "mark.svg": "image/svg+xml",
}
PLACE = "/documents/{authority:[a-z0-9-]{1,64}}/{date:[0-9-]{10}}"

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorsPages:
    """The pages below /documents. `token` is what a form of this browser carries; `back` is where one came from."""

    authors: Authors
    token: Callable[[web.Request], str]
    back: str = ""

    def routes(self) -> list[web.RouteDef]:
        """For an application."""
        return [web.get("/documents", self.documents), web.get(PLACE, self.leaf), web.post(PLACE, self.judge)]

    async def documents(self, _: web.Request) -> web.Response:
        """Which documents there are."""
        found = await _apart(self.authors.documents)
        return _page("documents.html", documents=found, back=self.back)

    async def leaf(self, request: web.Request) -> web.Response:
        """One document, nothing ticked."""
        return await self._shown(request, {})

    async def judge(self, request: web.Request) -> web.Response:
        """What it says of the ticks: to the script alone, else as the page with the ticks in it."""
        given = {name: values for name, values in request[FORM].items() if name == "sign" or name.startswith("fact.")}
        if request.headers.get(PART) != "answer":
            return await self._shown(request, given)
        said = await _apart(lambda: self.authors.judge(_id(request), given))
        return _page("answer.html", said=said)

    async def _shown(self, request: web.Request, given: Mapping[str, tuple[str, ...]]) -> web.Response:
        leaf = await _apart(lambda: self.authors.leaf(_id(request)))
        said = await _apart(lambda: self.authors.judge(leaf.id, given)) if leaf.title else None
        request[CONNECTS] = True
        return _page(
            "document.html", leaf=leaf, said=said, given=given, token=self.token(request), back=self.back,
            place=f"/documents/{leaf.id}",
        )  # fmt: skip


def create_authors_app(authors: Authors, origins: Callable[[], frozenset[str]]) -> web.Application:
    """The page for authors alone. `origins` are the addresses that it answers to, known once it listens."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await _answered(request, handler, origins())
        except (web.HTTPException, Stopped) as stopped:
            response = web.Response(status=getattr(stopped, "status", 404), text=NOT_FOUND.title)
        response.headers.update(headers_for(request))
        return response

    app = web.Application(middlewares=[guarded], client_max_size=BODY_BYTES)
    app.add_routes(AuthorsPages(authors=authors, token=lambda _: "").routes())
    app.add_routes([web.get("/", _to_the_only_one(authors)), web.get("/static/{name}", _static)])
    return app


async def _answered(request: web.Request, handler: Handler, origins: frozenset[str]) -> web.StreamResponse:
    if f"http://{request.headers.get('Host', '')}" not in origins:
        raise Stopped(NOT_FOUND, 421)
    if request.method == "POST":
        if not came_from_here(request, origins):
            raise Stopped(NOT_FOUND, 403)
        try:
            request[FORM] = form_of(await request.read())
        except Unreadable:
            raise Stopped(NOT_FOUND, 400) from None
    return await handler(request)


def _to_the_only_one(authors: Authors) -> Handler:
    async def first(_: web.Request) -> web.Response:
        found = await _apart(authors.documents)
        return go(f"/documents/{found[0].id}")

    return first


async def _static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in STATIC:
        raise Stopped(NOT_FOUND, 404)
    return web.Response(body=(HERE / "static" / name).read_bytes(), content_type=STATIC[name], charset="utf-8")


async def _apart(ask: Callable[[], Result]) -> Result:
    """Outside the event loop; a document that is not there is a page that is not there."""
    try:
        return await asyncio.to_thread(ask)
    except NoSuchDocument:
        raise Stopped(NOT_FOUND, 404) from None


def _id(request: web.Request) -> str:
    return f"{request.match_info['authority']}/{request.match_info['date']}"


def _page(template: str, **values: object) -> web.Response:
    return web.Response(text=html(f"authors/{template}", **values), content_type="text/html", charset="utf-8")
