"""The web page of the demonstration, put together: routes, seats, numbers, hide, clock.

It works without JavaScript, listens to this machine only, and crosses into the synchronous core through one small pool.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from aiohttp import web

from bot.channels.web.authors import AuthorsPages
from bot.channels.web.concerns import Concerns
from bot.channels.web.draw import HERE, html
from bot.channels.web.guard import Guard, Stopped
from bot.channels.web.limits import LONG_BODY_BYTES
from bot.channels.web.own import Own
from bot.channels.web.ports import AuthorityView, Front, Ports, SeatView
from bot.channels.web.session import Desktops, Seats
from bot.channels.web.shell import SEAT, Shell, go, local_address, said
from bot.channels.web.talk import Talk
from bot.channels.web.trouble import NOT_FOUND
from bot.platforms.bridge import Bridge

STATIC = {
    "swis.css": "text/css",
    "hide.js": "text/javascript",
    "authors.css": "text/css",
    "authors.js": "text/javascript",
    "mark.svg": "image/svg+xml",
}
MOVES = {"300": 300, "900": 900, "3600": 3600}


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatGroup:
    """The seats of one school, or of the council."""

    name: str
    seats: tuple[SeatView, ...]


def groups_of(seats: Sequence[SeatView], council: str) -> tuple[SeatGroup, ...]:
    """Seats by school, in the order given; council staff last."""
    placed = sorted(seats, key=lambda seat: seat.school is None)
    names = [name for name, _ in groupby(placed, key=lambda seat: seat.school)]
    return tuple(
        SeatGroup(name=name or council, seats=tuple(seat for seat in placed if seat.school == name))
        for name in dict.fromkeys(names)
    )


@dataclass(frozen=True, slots=True)
class Rooms:
    """The pages outside conversations and concerns."""

    shell: Shell

    def routes(self) -> list[web.RouteDef]:
        """For an application."""
        return [
            web.get("/", self.seats),
            web.post("/seat", self.sit),
            web.get("/sheet", self.sheet),
            web.get("/hide", self.hide),
            web.post("/unhide", self.unhide),
            web.post("/clock", self.move),
            web.get("/static/{name}", self.static),
        ]

    async def seats(self, request: web.Request) -> web.Response:
        """Choose an authority (when there are several), then a seat."""
        authorities, authors = self.shell.front.authorities, self.shell.ports.authors is not None
        chosen = _chosen(authorities, request.query.get("authority"))
        if chosen is None:
            title = "Choose an authority"
            return self.shell.template(
                request, "seats.html", title=title, groups=None, authorities=authorities, authors=authors
            )
        seats = await self.shell.call(self.shell.ports.desk.seats, chosen.id)
        return self.shell.template(
            request, "seats.html", title=f"Choose a seat in {chosen.name}", chosen=chosen.id, authorities=authorities,
            groups=groups_of(seats, f"{chosen.name} council"), authors=authors,
        )  # fmt: skip

    async def sit(self, request: web.Request) -> web.Response:
        """Take a seat: a new cookie, and nothing of the old one remains open."""
        chosen = _chosen(self.shell.front.authorities, said(request, "authority"))
        seats = () if chosen is None else await self.shell.call(self.shell.ports.desk.seats, chosen.id)
        seat = next((one for one in seats if one.person == said(request, "person")), None)
        if seat is None or chosen is None:
            raise Stopped(NOT_FOUND, 404)
        self.shell.desktops.clear(request[SEAT])
        new = self.shell.seats.issue(self.shell.front.clock(), seat.person, chosen.id, label_of(seat))
        response = go("/home")
        self.shell.give_cookie(response, new)
        return response

    async def sheet(self, request: web.Request) -> web.Response:
        """The numbers. It needs neither a seat nor a database."""
        wanted = _chosen(self.shell.front.authorities, request[SEAT].authority)
        shown = self.shell.front.authorities if wanted is None else (wanted,)
        return self.shell.template(request, "sheet.html", authorities=shown)

    async def hide(self, request: web.Request) -> web.Response:
        """A page that says nothing. What was typed waits where it was."""
        self.shell.desktop(request).hidden = True
        token = self.shell.seats.token(request[SEAT])
        return web.Response(text=html("hide.html", token=token), content_type="text/html", charset="utf-8")

    async def unhide(self, request: web.Request) -> web.Response:
        """*Go back*: to where it was hidden from."""
        desktop = self.shell.desktop(request)
        desktop.hidden = False
        return go(desktop.hidden_from)

    async def move(self, request: web.Request) -> web.Response:
        """The demonstration's clock goes forward."""
        clock, wanted = self.shell.ports.clock, said(request, "to")
        self.shell.person(request)
        if clock is None:
            raise Stopped(NOT_FOUND, 404)
        now = clock.now()
        seconds = MOVES.get(wanted)
        if wanted == "next_school_day":
            seconds = ceil((self.shell.front.next_school_morning(now) - now).total_seconds())
        if seconds is None or seconds <= 0:
            raise Stopped(NOT_FOUND, 400)
        await self.shell.call(clock.move, seconds)
        return go(local_address(said(request, "back")))

    async def static(self, request: web.Request) -> web.Response:
        """One of three files."""
        name = request.match_info["name"]
        if name not in STATIC:
            raise Stopped(NOT_FOUND, 404)
        body = (HERE / "static" / name).read_bytes()
        return web.Response(body=body, content_type=STATIC[name], charset="utf-8")


def label_of(seat: SeatView) -> str:
    """Who somebody is, in one line."""
    school = "" if seat.school is None else f", {seat.school}"
    return f"{seat.name}, {seat.role}{school}"


def _chosen(authorities: Sequence[AuthorityView], wanted: str | None) -> AuthorityView | None:
    if len(authorities) == 1:
        return authorities[0]
    return next((one for one in authorities if one.id == wanted), None)


def create_app(ports: Ports, front: Front) -> web.Application:
    """The page as an application."""
    # A browser waits as long as a turn takes; no platform gives up on it.
    bridge = Bridge(front.workers, front.failed, wait_seconds=None, name="web")
    seats = Seats(front.key, front.random_bytes)
    shell = Shell(front=front, ports=ports, seats=seats, desktops=Desktops(), bridge=bridge)
    app = web.Application(middlewares=[Guard(shell).middleware()], client_max_size=LONG_BODY_BYTES)
    for part in (Rooms(shell), Own(shell), Talk(shell), Concerns(shell)):
        app.add_routes(part.routes())

    if ports.authors is not None:
        token = _token_of(shell)
        app.add_routes(AuthorsPages(authors=ports.authors, token=token, back="/").routes())

    async def with_bridge(_: web.Application) -> AsyncIterator[None]:
        yield
        await bridge.close()

    app.cleanup_ctx.append(with_bridge)
    return app


def _token_of(shell: Shell) -> Callable[[web.Request], str]:
    return lambda request: shell.seats.token(request[SEAT])
