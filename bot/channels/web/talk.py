"""Conversations in the browser: begin, show, answer, leave half-way, discard."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from aiohttp import web

from bot.channels.web.draw import Place
from bot.channels.web.limits import ID
from bot.channels.web.read import read
from bot.channels.web.session import Kept, with_typed
from bot.channels.web.shell import FORM, TYPED, Shell, go, named, said
from bot.channels.web.trouble import NOBODY_TOLD
from bot.danger import Kept as KeptPress
from bot.intake import Turn
from bot.platforms.roads import RECEIPTS, START, last_page, screen_before, with_home
from dialogs.engine import DANGERS
from dialogs.screens import Screen, Value


@dataclass(frozen=True, slots=True)
class Talk:
    """The pages below /begin, /talk and /danger."""

    shell: Shell

    def routes(self) -> list[web.RouteDef]:
        """For an application."""
        one = f"/talk/{{conversation:{ID}}}"
        return [
            web.post("/begin", self.begin),
            web.get(one, self.show),
            web.post(one, self.answer),
            web.post(f"{one}/leave", self.leave),
            web.post(f"{one}/discard", self.discard),
            web.post(f"/danger/{{press:{ID}}}", self.add),
        ]

    async def begin(self, request: web.Request) -> web.Response:
        """Start a conversation; *danger* answers its first screen at once: the alert is out before anything shows."""
        person = self.shell.person(request)
        if said(request, "danger"):
            return await self._danger(request, lambda: self.shell.ports.danger.press(person))
        flow, concern = said(request, "flow") or "concern", said(request, "concern") or None
        turn = await self.shell.call(self.shell.ports.intake.begin, person, flow, concern)
        return go(f"/talk/{turn.conversation}")

    async def _danger(self, request: web.Request, press: Callable[[], Turn | KeptPress]) -> web.Response:
        """The next screen, or the one from memory. Only if even that breaks: a page that says *ring*."""
        try:
            found = await self.shell.call_urgently(press)
        except Exception as error:  # noqa: BLE001 - whatever broke, the reader must learn that nobody has been told
            self.shell.front.failed(f"{request.path.split('/')[1]} danger", type(error).__name__)
            return self.shell.trouble(request, NOBODY_TOLD, 503)
        return self._next(request, found) if isinstance(found, Turn) else self._kept(request, found)

    def _next(self, request: web.Request, turn: Turn) -> web.Response:
        if any(one.error for one in turn.screen.fields):
            self._keep_screen(request, turn)
        return go(address_of(turn))

    def _kept(self, request: web.Request, kept: KeptPress) -> web.Response:
        numbers = kept.screen.numbers or self.shell.numbers(request)
        place = Place(post=f"/danger/{kept.press}") if kept.press else Place()
        screen = with_home(replace(kept.screen, numbers=numbers))
        return self.shell.page(request, screen, place)

    async def add(self, request: web.Request) -> web.Response:
        """Where the child is, for an alert that was kept while the database was away."""
        person, press = self.shell.person(request), named(request, "press")
        raw = {name: said(request, name) for name in ("place", "callback")}
        return await self._danger(request, lambda: self.shell.ports.danger.add(person, press, raw))

    async def show(self, request: web.Request) -> web.Response:
        """The present screen, or the one asked for, with what was typed there before."""
        turn = await self._turn(request, _screen_id(request.query.get("screen", "")))
        if turn.ended is not None:
            return self._ended(request, turn)
        place, now = (turn.conversation, turn.screen.id), self.shell.front.clock()
        self.shell.desktop(request).draw(place, Kept(screen=turn.screen, revision=turn.revision, at=now))
        kept = self.shell.desktop(request).left_at(place, now)
        screen = turn.screen if kept is None else kept.over(turn.screen, turn.revision)
        return self.shell.page(request, screen, place_of(turn))

    async def _turn(self, request: web.Request, screen: str | None) -> Turn:
        person = self.shell.person(request)
        return await self.shell.call(self.shell.ports.intake.show, person, named(request, "conversation"), screen)

    def _ended(self, request: web.Request, turn: Turn) -> web.Response:
        self.shell.desktop(request).forget(turn.conversation)
        if turn.concern is not None and turn.ended in RECEIPTS:
            return go(f"/concern/{turn.concern}")
        return self.shell.page(request, last_page(turn.screen, turn.concern), Place())

    async def answer(self, request: web.Request) -> web.Response:
        """Take a screen's answers. What was typed is kept until it is saved, so a fault loses none of it."""
        person, revision, what = self.shell.person(request), _revision(said(request, "revision")), said(request, "what")
        if said(request, "screen") == START and what in DANGERS:
            conversation = named(request, "conversation")
            return await self._danger(
                request, lambda: self.shell.ports.danger.answer(person, conversation, revision, what)
            )
        before, raw = await self._typed(request)
        self._keep(request, before, raw)
        try:
            turn = await self.shell.call(
                self.shell.ports.intake.answer, person, before.conversation,
                revision, before.screen.id, raw, said(request, "action"),
            )  # fmt: skip
        except self.shell.front.refused as refused:
            return await self._moved_on(request, before, refused)
        if turn.unsaved and turn.ended is not None:
            return self.shell.page(request, last_page(turn.screen, turn.concern), Place())
        if turn.ended is not None or turn.revision > before.revision:
            self.shell.desktop(request).forget(turn.conversation, before.screen.id)
        elif revision == before.revision or turn.unsaved:
            self._keep_screen(request, turn)
        return go(address_of(turn))

    async def _moved_on(self, request: web.Request, before: Turn, refused: Exception) -> web.Response:
        """Somebody was faster: where the concern stands that the conversation is about."""
        person, ports = self.shell.person(request), self.shell.ports
        concern = await self.shell.call(ports.intake.about, person, before.conversation)
        if concern is None:
            raise refused
        screen = await self.shell.call(ports.responding.refused, person, concern, str(refused))
        return self.shell.page(request, last_page(screen, concern), Place())

    async def leave(self, request: web.Request) -> web.Response:
        """Go somewhere else from a half-filled screen, and keep what stands in it."""
        before, raw = await self._typed(request)
        self._keep(request, before, raw)
        await self._keep_with_draft(request, before, raw)
        wanted = said(request, "to")
        here = f"/talk/{before.conversation}"
        if wanted == "hide":
            self.shell.desktop(request).hidden_from = f"{here}?screen={before.screen.id}"
            return go("/hide")
        screen = _screen_id(wanted.removeprefix("screen:")) if wanted.startswith("screen:") else None
        return go("/home" if screen is None else f"{here}?screen={screen}")

    async def _keep_with_draft(self, request: web.Request, before: Turn, raw: dict[str, Value]) -> None:
        """So that it is there on another device too. What the draft can't keep stands in this seat's memory."""
        person, ports = self.shell.person(request), self.shell.ports
        with suppress(Exception):
            await self.shell.call(ports.intake.keep, person, before.conversation, before.screen.id, raw)

    async def _typed(self, request: web.Request) -> tuple[Turn, dict[str, Value]]:
        screen = _screen_id(said(request, "screen"))
        try:
            turn = await self._turn(request, screen)
        except (*self.shell.front.refused, *self.shell.front.missing):
            raise
        except Exception:
            self._keep_as_drawn(request, screen)
            raise
        return turn, read(turn.screen.fields, request[FORM])

    def _keep_as_drawn(self, request: web.Request, screen: str | None) -> None:
        """Nothing can be asked: keep what was typed by the screen as it was shown."""
        place, desktop = (named(request, "conversation"), screen or ""), self.shell.desktop(request)
        drawn = desktop.drawn.get(place)
        if drawn is not None:
            raw = read(drawn.screen.fields, request[FORM])
            desktop.keep(place, replace(drawn, screen=with_typed(drawn.screen, raw), at=self.shell.front.clock()))
            request[TYPED] = True

    def _keep(self, request: web.Request, turn: Turn, raw: dict[str, Value]) -> None:
        if turn.ended is None:
            self._keep_screen(request, turn, with_typed(turn.screen, raw))
            request[TYPED] = True

    def _keep_screen(self, request: web.Request, turn: Turn, screen: Screen | None = None) -> None:
        kept = Kept(screen=screen or turn.screen, revision=turn.revision, at=self.shell.front.clock())
        self.shell.desktop(request).keep((turn.conversation, turn.screen.id), kept)

    async def discard(self, request: web.Request) -> web.Response:
        """Delete a draft, and what was typed in it."""
        conversation = named(request, "conversation")
        await self.shell.call(self.shell.ports.intake.discard, self.shell.person(request), conversation)
        self.shell.desktop(request).forget(conversation)
        return go("/home")


def place_of(turn: Turn) -> Place:
    """Where the screen of an open conversation stands. A draft whose alert has gone can't be discarded."""
    here = f"/talk/{turn.conversation}"
    return Place(
        post=here,
        change=here,
        leave=f"{here}/leave",
        discard=f"{here}/discard" if turn.concern is None else None,
        back=screen_before(turn.path, turn.screen.id) or None,
        hidden=(("revision", str(turn.revision)), ("screen", turn.screen.id)),
    )


def address_of(turn: Turn) -> str:
    """The address that shows this turn again: plain for the last screen of the road."""
    here = f"/talk/{turn.conversation}"
    at_end = turn.ended is not None or not turn.path or turn.path[-1] == turn.screen.id
    return here if at_end else f"{here}?screen={turn.screen.id}"


def _screen_id(text: str) -> str | None:
    return text if re.fullmatch(ID, text) else None


def _revision(text: str) -> int:
    """The revision that a form was drawn for; one that can't be read is stale."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
