"""What every page shares: the seat of a request, drawing, and the one crossing into the synchronous core."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.channels.web.draw import Frame, Place, RingView, draw, front_door_of, html, ring_view
from bot.channels.web.limits import ID
from bot.channels.web.ports import Front, Ports
from bot.channels.web.read import Form, first
from bot.channels.web.session import COOKIE, Desktop, Desktops, Seat, Seats
from bot.channels.web.trouble import Trouble
from bot.platforms.bridge import Bridge
from dialogs.screens import Number, Screen

SEAT = web.RequestKey("seat", Seat)
FORM = web.RequestKey("form", Form)
TYPED = web.RequestKey("typed", bool)
"""Set where what was typed on the page is kept, whatever becomes of it."""
LONDON = ZoneInfo("Europe/London")
_LOCAL = re.compile(rf"/home|/sheet|/(talk|concern)/{ID}(/[a-z]{{1,20}})?")

Given = ParamSpec("Given")
Result = TypeVar("Result")


def in_words(instant: datetime) -> str:
    """An instant as people read it.

    >>> from datetime import UTC
    >>> in_words(datetime(2026, 6, 9, 9, 5, tzinfo=UTC))
    'Tuesday 9 June 2026, 10:05'
    """
    local = instant.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B} {local.year}, {local:%H:%M}"


def local_address(wanted: str) -> str:
    """`wanted` if it is a page of ours that can be shown again, else home."""
    return wanted if _LOCAL.fullmatch(wanted) else "/home"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shell:
    """The page's own state, of which only desktops change."""

    front: Front
    ports: Ports
    seats: Seats
    desktops: Desktops
    bridge: Bridge

    @property
    def hosts(self) -> frozenset[str]:
        """The names that this programme answers to."""
        return frozenset((f"127.0.0.1:{self.front.port}", f"localhost:{self.front.port}"))

    @property
    def origins(self) -> frozenset[str]:
        """Where its forms come from."""
        return frozenset(f"http://{host}" for host in self.hosts)

    async def call(self, use_case: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """Run a use case in the pool, outside the event loop, as long as it takes."""
        return await self.bridge.call(use_case, *args, **kwargs)

    async def call_urgently(
        self, use_case: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """As `call`, in a pool where nothing waits for the database: turns that hang keep no danger waiting."""
        return await self.bridge.call_urgently(use_case, *args, **kwargs)

    def person(self, request: web.Request) -> str:
        """Who sits here.

        Raises:
            HTTPSeeOther: nobody has chosen a seat.
        """
        person = request[SEAT].person
        if person is None:
            raise web.HTTPSeeOther("/")
        return person

    def desktop(self, request: web.Request) -> Desktop:
        """What this seat has open."""
        return self.desktops.of(request[SEAT])

    def give_cookie(self, response: web.StreamResponse, seat: Seat) -> None:
        """Put the seat into the browser, for this visit."""
        response.set_cookie(COOKIE, self.seats.cookie(seat), path="/", httponly=True, samesite="Strict")

    def frame(self, request: web.Request, *, may_move: bool = True) -> Frame:
        """What stands around a page. The clock isn't moved from a page where somebody may be typing."""
        seat, clock = request[SEAT], self.ports.clock
        return Frame(
            token=self.seats.token(seat),
            seat=seat.label if seat.person else None,
            instant=None if clock is None else in_words(clock.now()),
            can_move=may_move and clock is not None and seat.person is not None,
            here=local_address(request.path),
            rehearsal=self.front.rehearsal,
        )

    def page(self, request: web.Request, screen: Screen, place: Place) -> web.Response:
        """The screen as a page."""
        self.desktop(request).hidden_from = local_address(request.path)
        frame = self.frame(request, may_move=place.leave is None)
        return _page(draw(screen, place, frame))

    def template(self, request: web.Request, name: str, **values: object) -> web.Response:
        """A page that is no screen."""
        return _page(html(name, frame=self.frame(request), ring=ring(self.numbers(request)), **values))

    def trouble(self, request: web.Request, trouble: Trouble, status: int) -> web.Response:
        """A calm page. It touches no database."""
        seat = request[SEAT]
        sitting = seat.label if seat.person else None
        frame = Frame(token=self.seats.token(seat), seat=sitting, rehearsal=self.front.rehearsal)
        numbers = self.numbers(request)
        text = html("trouble.html", frame=frame, ring=ring(numbers), numbers=numbers, trouble=trouble)
        return _page(text, status)

    def numbers(self, request: web.Request) -> tuple[Number, ...]:
        """The numbers of the seat's authority, known since the start."""
        wanted = request[SEAT].authority
        return next((one.numbers for one in self.front.authorities if one.id == wanted), ())


def ring(numbers: Sequence[Number]) -> tuple[RingView, ...]:
    """The foot of a page that is no screen."""
    door = front_door_of(numbers)
    shown = () if door is None else (ring_view(door),)
    return (RingView(text="999", phone="999"), *shown, RingView(text="You need nobody’s permission to ring"))


def _page(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", charset="utf-8", status=status)


def go(address: str) -> web.Response:
    """Go there with a GET."""
    return web.Response(status=303, headers={"Location": address})


def named(request: web.Request, name: str) -> str:
    """An id out of the address."""
    return request.match_info[name]


def said(request: web.Request, name: str) -> str:
    """A value out of the form."""
    return first(request[FORM], name)
