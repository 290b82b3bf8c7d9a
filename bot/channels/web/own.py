"""Somebody's own page in the browser, and what is pressed there: away, back, swaps, in lesson."""

from dataclasses import dataclass

from aiohttp import web

from bot.channels.web.draw import Place
from bot.channels.web.read import read
from bot.channels.web.session import Kept, with_typed
from bot.channels.web.shell import FORM, Shell, go, named, said
from bot.platforms.roads import OPEN_SECONDS
from dialogs.screens import Screen

HOME = ("home", "after")
"""Where the screen after the last press here is kept."""


@dataclass(frozen=True, slots=True)
class Own:
    """The pages below /home."""

    shell: Shell

    def routes(self) -> list[web.RouteDef]:
        """For an application."""
        return [
            web.get("/home", self.home),
            web.get("/home/after", self.after),
            web.post("/home/{action:[a-z][a-z_]{0,39}}", self.press),
        ]

    async def home(self, request: web.Request) -> web.Response:
        """Start, drafts, own concerns, pointers; numbers only for somebody who isn't in the directory."""
        person, desk = self.shell.person(request), self.shell.ports.desk
        try:
            screen = await self.shell.call(desk.home, person)
        except (*self.shell.front.refused, *self.shell.front.missing):
            screen = await self.shell.call(desk.unknown)
        return self._show(request, screen)

    async def press(self, request: web.Request) -> web.Response:
        """Any button of these pages: it is done, and its page is gone to."""
        person, action = self.shell.person(request), named(request, "action")
        if action == "leave":
            return self._leave(request)
        kept = self._kept(request)
        raw = read(() if kept is None else kept.screen.fields, request[FORM])
        screen = await self.shell.call(self.shell.ports.desk.act, person, action, raw)
        self._keep(request, screen)
        return go("/home/after")

    async def after(self, request: web.Request) -> web.Response:
        """What the last press here led to; after ten minutes the start."""
        self.shell.person(request)
        kept = self._kept(request)
        return go("/home") if kept is None else self._show(request, kept.screen)

    def _show(self, request: web.Request, screen: Screen) -> web.Response:
        leave = "/home/leave" if screen.fields else None
        return self.shell.page(request, screen, Place(post="/home", each=True, leave=leave, starts_first=True))

    def _leave(self, request: web.Request) -> web.Response:
        """Hide, or go home, from a half-filled screen; what stands in it waits there."""
        kept = self._kept(request)
        if kept is not None:
            self._keep(request, with_typed(kept.screen, read(kept.screen.fields, request[FORM])))
        if said(request, "to") != "hide":
            return go("/home")
        self.shell.desktop(request).hidden_from = "/home/after"
        return go("/hide")

    def _kept(self, request: web.Request) -> Kept | None:
        now = self.shell.front.clock()
        kept = self.shell.desktop(request).left_at(HOME, now)
        return kept if kept is not None and (now - kept.at).total_seconds() <= OPEN_SECONDS else None

    def _keep(self, request: web.Request, screen: Screen) -> None:
        kept = Kept(screen=screen, revision=0, at=self.shell.front.clock())
        self.shell.desktop(request).keep(HOME, kept)
