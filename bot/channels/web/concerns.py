"""One concern in the browser: the reporter's receipt, the privacy step, and what responders read and press."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from aiohttp import web

from bot.channels.web.draw import Place
from bot.channels.web.limits import ID
from bot.channels.web.read import read
from bot.channels.web.session import Kept, with_typed
from bot.channels.web.shell import FORM, Shell, go, named, said
from bot.platforms.roads import FLOWS, OPEN_SECONDS, VIEWS, with_way_back
from dialogs.screens import Screen


@dataclass(frozen=True, slots=True)
class Concerns:
    """The pages below /concern."""

    shell: Shell

    def routes(self) -> list[web.RouteDef]:
        """For an application."""
        one = f"/concern/{{concern:{ID}}}"
        return [
            web.get(one, self.come),
            web.get(f"{one}/privacy", self.privacy),
            web.get(f"{one}/{{view:read|suggestion|log}}", self.view),
            web.get(f"{one}/after", self.after),
            web.post(f"{one}/{{action:[a-z][a-z_]{{0,39}}}}", self.press),
        ]

    async def come(self, request: web.Request) -> web.Response:
        """The receipt of one's own concern; else the privacy step."""
        ports, person, concern = self.shell.ports, self.shell.person(request), named(request, "concern")
        try:
            receipt = await self.shell.call(ports.desk.receipt, person, concern)
        except (*self.shell.front.refused, *self.shell.front.missing):
            return await self.privacy(request)
        return self._show(request, concern, receipt)

    async def privacy(self, request: web.Request) -> web.Response:
        """Is your screen private?"""
        person, concern = self.shell.person(request), named(request, "concern")
        screen = await self.shell.call(self.shell.ports.responding.privacy, person, concern)
        return self._show(request, concern, screen)

    async def view(self, request: web.Request) -> web.Response:
        """The record, the suggestion or the log, while *Open* holds; each showing asks the gate again."""
        person, concern = self.shell.person(request), named(request, "concern")
        if not self._open(request, concern):
            return go(f"/concern/{concern}/privacy")
        view = named(request, "view")
        screen = await self.shell.call(self._shows(view), person, concern)
        return self._show(request, concern, screen if view == "read" else with_way_back(screen, f"read:{concern}"))

    def _shows(self, view: str) -> Callable[[str, str], Screen]:
        responding = self.shell.ports.responding
        return {"read": responding.open, "suggestion": responding.suggestion, "log": responding.log}[view]

    def _open(self, request: web.Request, concern: str) -> bool:
        return self.shell.desktop(request).may_read(concern, self.shell.front.clock())

    def _show(self, request: web.Request, concern: str, screen: Screen) -> web.Response:
        """Draw it, and remember which fields were asked, so that a press can be read."""
        self._keep(request, (concern, "asked"), replace(screen, blocks=()))
        return self.shell.page(request, screen, _place(concern, asks=bool(screen.fields)))

    async def after(self, request: web.Request) -> web.Response:
        """What the last press here led to; after ten minutes the concern itself."""
        self.shell.person(request)
        concern = named(request, "concern")
        kept = self._kept(request, (concern, "after"))
        if kept is None:
            return go(f"/concern/{concern}")
        return self._show(request, concern, with_way_back(kept.screen, f"concern:{concern}"))

    async def press(self, request: web.Request) -> web.Response:
        """Any button of these pages: it is done, and its page is gone to."""
        person, concern, action = self.shell.person(request), named(request, "concern"), named(request, "action")
        if action == "leave":
            return self._leave(request, concern)
        if action == "open":
            self.shell.desktop(request).press_open(concern, self.shell.front.clock())
            return go(f"/concern/{concern}/read")
        if action in VIEWS:
            return go(f"/concern/{concern}/{VIEWS[action]}")
        if action in FLOWS:
            return await self._begin(request, person, concern, FLOWS[action])
        self._keep(request, (concern, "after"), await self._act(request, person, concern, action))
        return go(f"/concern/{concern}/after")

    async def _begin(self, request: web.Request, person: str, concern: str, flow: str) -> web.Response:
        """A conversation about the concern; where it can't begin any more, how the concern stands."""
        ports = self.shell.ports
        try:
            turn = await self.shell.call(ports.intake.begin, person, flow, concern)
        except self.shell.front.refused as refused:
            screen = await self.shell.call(ports.responding.refused, person, concern, str(refused))
            self._keep(request, (concern, "after"), screen)
            return go(f"/concern/{concern}/after")
        return go(f"/talk/{turn.conversation}")

    async def _act(self, request: web.Request, person: str, concern: str, action: str) -> Screen:
        responding, asked = self.shell.ports.responding, self._kept(request, (concern, "asked"))
        if action == "have":
            return await self.shell.call(responding.have, person, concern)
        raw = read(() if asked is None else asked.screen.fields, request[FORM])
        return await self.shell.call(responding.act, person, concern, action, raw)

    def _leave(self, request: web.Request, concern: str) -> web.Response:
        """Hide, or go home, from a half-filled screen of the last press; what stands in it waits there."""
        kept = self._kept(request, (concern, "after"))
        if kept is not None:
            raw = read(kept.screen.fields, request[FORM])
            self._keep(request, (concern, "after"), with_typed(kept.screen, raw))
        if said(request, "to") != "hide":
            return go("/home")
        self.shell.desktop(request).hidden_from = f"/concern/{concern}/after"
        return go("/hide")

    def _kept(self, request: web.Request, place: tuple[str, str]) -> Kept | None:
        now = self.shell.front.clock()
        kept = self.shell.desktop(request).left_at(place, now)
        return kept if kept is not None and (now - kept.at).total_seconds() <= OPEN_SECONDS else None

    def _keep(self, request: web.Request, place: tuple[str, str], screen: Screen) -> None:
        kept = Kept(screen=screen, revision=0, at=self.shell.front.clock())
        self.shell.desktop(request).keep(place, kept)


def _place(concern: str, *, asks: bool) -> Place:
    here = f"/concern/{concern}"
    return Place(post=here, each=True, leave=f"{here}/leave" if asks else None)
