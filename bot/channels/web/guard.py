"""What stands before and after every request: host, origin, form token, size, headers, and a calm page for every fault.

Nothing here knows a concern. A fault is told to `failed` by route and class name; the reader never sees a trace.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.channels.web import limits
from bot.channels.web.read import Form, Unreadable, first, form_of
from bot.channels.web.session import COOKIE, Seat
from bot.channels.web.shell import FORM, SEAT, TYPED, Shell
from bot.channels.web.trouble import NOT_FOR_YOU, NOT_FOUND, STALE_FORM, STOPPED, TOO_LONG, TYPED_IS_KEPT, Trouble

Answering: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "script-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
CONNECTS = web.RequestKey("connects", bool)
"""Set on a page whose own script asks this programme for more: the page for authors, where no child's answer stands."""
_WHILE_HIDDEN = re.compile(r"/(hide|sheet|static/.*)")
_LONG_FORM = re.compile(r"/(talk|concern)/.+")


def headers_for(request: web.Request) -> Mapping[str, str]:
    """The headers of every answer; a page that connects may ask this programme, and nobody else."""
    if not request.get(CONNECTS):
        return HEADERS
    return {**HEADERS, "Content-Security-Policy": f"{CONTENT_SECURITY}; connect-src 'self'"}


class Stopped(Exception):  # noqa: N818 - an answer to a browser, not a fault of ours
    """The request ends here with a page that says why."""

    def __init__(self, trouble: Trouble, status: int) -> None:
        self.trouble, self.status = trouble, status
        super().__init__(trouble.title)


@dataclass(frozen=True, slots=True)
class Guard:
    """The one middleware."""

    shell: Shell

    def middleware(self) -> Middleware:
        """For an application."""

        @web.middleware
        async def guarded(request: web.Request, handler: Answering) -> web.StreamResponse:
            response = await self._answer(request, handler)
            response.headers.update(headers_for(request))
            return response

        return guarded

    async def _answer(self, request: web.Request, handler: Answering) -> web.StreamResponse:
        seat, new = self._seat(request)
        request[SEAT] = seat
        response = await self._calmly(request, handler)
        if new and COOKIE not in response.cookies:
            self.shell.give_cookie(response, seat)
        return response

    def _seat(self, request: web.Request) -> tuple[Seat, bool]:
        now = self.shell.front.clock()
        seat = self.shell.seats.read(request.cookies.get(COOKIE, ""), now)
        return (self.shell.seats.issue(now), True) if seat is None else (seat, False)

    async def _calmly(self, request: web.Request, handler: Answering) -> web.StreamResponse:
        try:
            await self._check(request)
            return await handler(request)
        except Stopped as stopped:
            return self.shell.trouble(request, stopped.trouble, stopped.status)
        except web.HTTPException as answer:
            return self._of_http(request, answer)
        except self.shell.front.refused:
            return self.shell.trouble(request, NOT_FOR_YOU, 403)
        except self.shell.front.missing:
            return self.shell.trouble(request, NOT_FOUND, 404)
        except Exception as error:  # noqa: BLE001 - the outermost edge: whatever broke, the reader gets numbers to ring
            return self._of_fault(request, error)

    def _of_http(self, request: web.Request, answer: web.HTTPException) -> web.StreamResponse:
        if answer.status < 400:
            return web.Response(status=answer.status, headers=answer.headers)
        if answer.status == 413:
            return self.shell.trouble(request, TOO_LONG, 413)
        return self.shell.trouble(request, NOT_FOUND, answer.status)

    def _of_fault(self, request: web.Request, error: Exception) -> web.StreamResponse:
        self.shell.front.failed(_route(request), type(error).__name__)
        advice = getattr(error, "advice", None)
        lines = (advice,) if isinstance(advice, str) and advice else ()
        lines = (*lines, TYPED_IS_KEPT) if request.get(TYPED) else lines
        return self.shell.trouble(request, STOPPED.saying(lines, back=_way_back(request)), 503)

    async def _check(self, request: web.Request) -> None:
        if request.headers.get("Host", "") not in self.shell.hosts:
            raise Stopped(NOT_FOUND, 421)
        if request.method not in ("GET", "HEAD"):
            await self._check_form(request)
        elif self.shell.desktop(request).hidden and not _WHILE_HIDDEN.fullmatch(request.path):
            raise web.HTTPSeeOther("/hide")

    async def _check_form(self, request: web.Request) -> None:
        if not came_from_here(request, self.shell.origins):
            raise Stopped(STALE_FORM, 403)
        form = await _form(request)
        if not self.shell.seats.token_is_right(request[SEAT], first(form, "csrf")):
            raise Stopped(STALE_FORM, 403)
        request[FORM] = form


def came_from_here(request: web.Request, origins: frozenset[str]) -> bool:
    """Whether a form was sent by a page of this programme.

    Under *no-referrer* some browsers send an origin of `null` with their own site's forms; then Sec-Fetch-Site must
    say that it was the same site.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin != "null":
        return origin in origins
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return any(request.headers.get("Referer", "").startswith(f"{origin}/") for origin in origins)


async def _form(request: web.Request) -> Form:
    bound = limits.LONG_BODY_BYTES if _LONG_FORM.fullmatch(request.path) else limits.BODY_BYTES
    if (request.content_length or 0) > bound:
        raise Stopped(TOO_LONG, 413)
    body = await request.read()
    if len(body) > bound:
        raise Stopped(TOO_LONG, 413)
    if request.content_type != "application/x-www-form-urlencoded":
        raise Stopped(STALE_FORM, 415)
    try:
        return form_of(body)
    except Unreadable:
        raise Stopped(STALE_FORM, 400) from None


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return "none" if resource is None else resource.canonical


def _way_back(request: web.Request) -> str:
    """The conversation somebody was in; home otherwise."""
    conversation = request.match_info.get("conversation")
    return "/home" if conversation is None else f"/talk/{conversation}"


__all__ = ["HEADERS", "Guard", "Stopped", "came_from_here"]
