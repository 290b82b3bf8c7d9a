"""What a press or a page leads to: one use case each, and the screen after it with the place where it stands.

Knows no payload and draws nothing; every exception of a use case becomes a calm screen.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from bot.arriving import SECOND_ACCOUNT, Newcomer
from bot.danger import Kept
from bot.intake import Turn
from bot.platforms.bridge import Bridge
from bot.platforms.frame import BACK, CLOSED, DANGER, HIDE, RING, SECOND, STOPPED, numbered
from bot.platforms.ports import Ports
from bot.platforms.roads import FLOWS, OPEN_SECONDS, RECEIPTS, START, VIEWS, last_page, screen_before, with_way_back
from bot.platforms.stand import Stand
from dialogs.engine import DANGERS
from dialogs.screens import Screen, filled
from dialogs.showing import submit_of as own_button

REFUSALS = frozenset({"not_done", "home"})
"""What stands in place of a form that was refused: how the concern stands, or one's own page."""
SOON = 0.4
"""Seconds that the receipt may take; the platform waits for the answer."""
MOST_TYPED = 1000
"""People of whom a page is remembered."""
MOST_PAGES = 3
"""Pages of one of them."""
LONGEST_PAGE = 30_000
"""Characters; the longest page takes four fifths of it."""
TYPED_TIME = timedelta(hours=1)
SEAL_AFTER = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds between the tries to keep what storage could not take: nine minutes together."""
FORMS = {
    "ask": "ask", "council": "confirm_council", "same_child": "confirm_child", "wrong_child": "wrong_child",
    "hand_over": "hand_over", "let_in": "let_in", "link": "link",
}  # fmt: skip
"""The press that leads to each page of a concern on which something is entered."""
OWN_FORMS = {"away": "away", "back": "back_again", "swap": "swap", "in_lesson": "in_lesson", "register": "register"}
"""The same of one's own page."""
NAMED = frozenset({"register_shown"})
"""One's own pages on which names stand: hidden at once, and gone after that."""

Raw: TypeAlias = Mapping[str, object]
Place: TypeAlias = tuple[str, str, str]
"""A page of one person: what kind of place, of which thing, which screen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen, and where it stands. `same`: the page that was sent is refused and stays, with its errors.

    `part` of a screen too long for one view, from 1; `room`: long texts have one more box. `concern`: the one that a
    conversation is about or has made.
    """

    screen: Screen
    stand: Stand
    same: bool = False
    part: int = 1
    room: bool = False
    concern: str | None = None


def submit_of(screen: Screen) -> str:
    """The action that the page's own button means; empty without one."""
    found = own_button(screen)
    return "" if found is None else found.id


def newcomer(found: Newcomer) -> Shown:
    """Where somebody chooses the school before anything else."""
    return Shown(found.screen, Stand(kind="arrive", submit=submit_of(found.screen)))


@dataclass(slots=True)
class Typed:
    """What stood in a page that was left without being sent while storage could not keep it: in this process only, for
    an hour at most."""

    clock: Callable[[], datetime]
    _kept: "OrderedDict[str, OrderedDict[Place, tuple[datetime, Raw]]]" = field(default_factory=OrderedDict)

    def keep(self, person: str, stand: Stand, raw: Raw) -> None:
        """Keep it, if there is anything and no more than a page can hold. Of one person only the latest pages are kept,
        and whoever writes most pushes out nobody else's."""
        if any(raw.values()) and _size(raw) <= LONGEST_PAGE:
            own = self._kept.setdefault(person, OrderedDict())
            own[_place(stand)] = (self.clock(), raw)
            own.move_to_end(_place(stand))
            if len(own) > MOST_PAGES:
                own.popitem(last=False)
            self._kept.move_to_end(person)
            if len(self._kept) > MOST_TYPED:
                self._kept.popitem(last=False)

    def forget(self, person: str, stand: Stand) -> None:
        """It was saved."""
        self._kept.get(person, OrderedDict()).pop(_place(stand), None)

    def of(self, person: str, stand: Stand) -> Raw | None:
        """What is kept of a page; None if nothing is."""
        kept = self._kept.get(person, OrderedDict()).get(_place(stand))
        return None if kept is None or self.clock() - kept[0] > TYPED_TIME else kept[1]

    def over(self, person: str, shown: Shown) -> Shown:
        """The screen with it standing in the fields."""
        raw = self.of(person, shown.stand)
        return shown if raw is None else replace(shown, screen=filled(shown.screen, raw))


def _size(raw: Raw) -> int:
    return sum(len(str(value)) for value in raw.values())


def _place(stand: Stand) -> Place:
    return stand.kind, stand.id, stand.screen


@dataclass(kw_only=True, slots=True)
class Pages:
    """Everything that somebody who is known can do."""

    ports: Ports
    bridge: Bridge
    clock: Callable[[], datetime]
    failed: Callable[[str, str], None]
    channel: str
    seal_after: tuple[float, ...] = SEAL_AFTER
    soon: float = SOON
    typed: Typed = field(init=False)

    def __post_init__(self) -> None:
        """With nothing typed yet."""
        self.typed = Typed(self.clock)

    async def calmly(self, name: str, work: Callable[[], Awaitable[Shown]]) -> Shown:
        """The work, or a screen that says why not and what was saved."""
        try:
            return await work()
        except self.ports.closed:
            return self.static(CLOSED)
        except Exception as error:  # noqa: BLE001 - whatever broke, the reader must learn what was saved
            self.failed(name, type(error).__name__)
            return self.static(STOPPED)

    def static(self, screen: Screen) -> Shown:
        """A screen of the frame."""
        return Shown(numbered(screen, self.ports.desk.unknown()), Stand(kind="end"))

    def refused(self, code: str) -> Shown:
        """For an account that this is not open to: numbers and nothing else, or how it is confirmed."""
        if code == SECOND_ACCOUNT:
            return self.static(SECOND)
        return Shown(self.ports.desk.unknown(), Stand(kind="end"))

    # Conversations

    async def begin(self, person: str, flow: str = "concern", concern: str | None = None) -> Shown:
        """Start a conversation."""
        return self.turn(await self.bridge.call(self.ports.intake.begin, person, flow, concern))

    async def show(self, person: str, conversation: str, screen: str | None = None) -> Shown:
        """Take a conversation up again, at a screen of its road."""
        shown = self.turn(await self.bridge.call(self.ports.intake.show, person, conversation, screen or None))
        return self.typed.over(person, shown)

    async def answer(self, person: str, stand: Stand, raw: Raw, action: str) -> Shown:
        """One page's answers. Danger on the first screen goes its own way, which needs no database."""
        what = raw.get("what")
        if stand.screen == START and isinstance(what, str) and what in DANGERS:
            return await self.endangered(
                lambda: self.ports.danger.answer(person, stand.id, stand.revision, what, self.channel)
            )
        try:
            turn = await self.bridge.call(
                self.ports.intake.answer, person, stand.id, stand.revision, stand.screen, raw, action
            )
        except self.ports.closed as refused:
            return await self._not_taken(person, stand, raw, await self._moved_on(person, stand, refused))
        if _refused(turn, stand):
            return replace(self.turn(turn), same=True)
        self.typed.forget(person, stand)
        return await self._with_receipt(person, turn, self.typed.over(person, self.turn(turn)))

    async def _with_receipt(self, person: str, turn: Turn, shown: Shown) -> Shown:
        """What was sent ends in its receipt: the suggestion with its reasons, who is told, what happens next."""
        if turn.concern is None or turn.ended not in RECEIPTS:
            return shown
        try:
            receipt = await asyncio.wait_for(self.bridge.call(self.ports.desk.receipt, person, turn.concern), self.soon)
        except Exception as error:  # noqa: BLE001 - it is sent, and no fault in reading it may hide that
            self.failed("receipt", type(error).__name__)
            return shown
        return replace(shown, screen=replace(shown.screen, blocks=receipt.blocks))

    async def _moved_on(self, person: str, stand: Stand, refused: Exception) -> Shown:
        """Somebody was faster: where the concern stands that the conversation is about."""
        concern = await self.bridge.call(self.ports.intake.about, person, stand.id)
        if concern is None:
            raise refused
        screen = await self.bridge.call(self.ports.responding.refused, person, concern, str(refused))
        return self._of(screen, Stand(kind="concern", id=concern))

    async def left(self, person: str, stand: Stand, raw: Raw) -> None:
        """Keep what stands in a page that is left, refused or overtaken: sealed, with its draft or as one of its own;
        in memory where storage can't take it now."""
        # A page without fields says nothing of what was typed.
        if raw and not await self._sealed(person, stand, raw):
            self.untaken(person, stand, raw)

    async def _sealed(self, person: str, stand: Stand, raw: Raw) -> bool:
        """Whether it is kept sealed now, or can't be any more."""
        try:
            await self.bridge.call(self._keeping(person, stand, raw))
        except self.ports.closed:
            return True
        except Exception as error:  # noqa: BLE001 - the page is left all the same
            self.failed("left", type(error).__name__)
            return False
        self.typed.forget(person, stand)
        return True

    def untaken(self, person: str, stand: Stand, raw: Raw) -> None:
        """Storage could not take a page: it is kept in memory, and sealed as soon as storage is there again."""
        self.typed.keep(person, stand, raw)
        if stand.kind in ("talk", "concern", "own") and any(raw.values()):
            self.bridge.spawn("untaken", self._seal_later(person, stand, raw))

    async def _seal_later(self, person: str, stand: Stand, raw: Raw) -> None:
        for seconds in self.seal_after:
            await self.bridge.rest(seconds)
            # Another page's words may stand there by now, or none: they were saved.
            left = self.typed.of(person, stand) is raw and not await self._sealed(person, stand, raw)
            if not left or self.bridge.ends:
                return

    def _keeping(self, person: str, stand: Stand, raw: Raw) -> Callable[[], None]:
        if stand.kind == "talk":
            return partial(self.ports.intake.keep, person, stand.id, stand.screen, raw)
        return partial(self.ports.forms.keep, person, concern_of(stand), stand.screen, raw)

    async def _with_kept(self, person: str, shown: Shown) -> Shown:
        """A form with what was typed in it before and not taken. No fault in that keeps the form from anybody."""
        stand = shown.stand
        if stand.kind not in ("concern", "own") or not shown.screen.fields:
            return shown
        try:
            kept = await self.bridge.call(self.ports.forms.kept, person, concern_of(stand), stand.screen)
        except Exception as error:  # noqa: BLE001 - as above
            self.failed("kept", type(error).__name__)
            kept = {}
        if kept and stand.kind == "concern" and not self._is_open(stand):
            return await self.privacy(person, stand.id)
        known = replace(shown, screen=filled(shown.screen, kept)) if kept else shown
        return self.typed.over(person, known)

    async def _taken(self, person: str, stand: Stand) -> None:
        """What was kept of a form that is done now goes."""
        self.typed.forget(person, stand)
        try:
            await self.bridge.call(self.ports.forms.taken, person, concern_of(stand), stand.screen)
        except Exception as error:  # noqa: BLE001 - it is done all the same, and lapses with its draft
            self.failed("taken", type(error).__name__)

    async def _not_taken(self, person: str, stand: Stand, raw: Raw, shown: Shown) -> Shown:
        """What stands in place of a refused page, with its texts; they are kept with its draft too."""
        await self.left(person, stand, raw)
        return replace(shown, screen=self.ports.forms.handed_back(shown.screen, raw))

    async def danger(self, person: str) -> Shown:
        """*Danger now*."""
        return await self.endangered(lambda: self.ports.danger.press(person, channel=self.channel))

    async def add(self, person: str, press: str, raw: Raw) -> Shown:
        """Where the child is, for a press that was kept."""
        return await self.endangered(lambda: self.ports.danger.add(person, press, raw))

    async def endangered(self, press: Callable[[], Turn | Kept]) -> Shown:
        """The press of danger. Only if even that breaks: a screen that says *ring*."""
        try:
            found = await self.bridge.call_urgently(press)
        except self.ports.closed:
            raise
        except Exception as error:  # noqa: BLE001 - whatever broke, the reader must learn that nobody has been told
            self.failed("danger", type(error).__name__)
            return self.static(RING)
        return self.turn(found) if isinstance(found, Turn) else self._kept(found)

    def _kept(self, kept: Kept) -> Shown:
        stand = Stand(kind="kept", id=kept.press, submit=submit_of(kept.screen)) if kept.press else Stand(kind="end")
        numbers = kept.screen.numbers or self.ports.desk.unknown().numbers
        return Shown(replace(kept.screen, numbers=numbers), stand)

    def turn(self, turn: Turn) -> Shown:
        """A conversation's screen with what the frame adds: *Back*, *Hide now*."""
        if turn.ended is not None:
            last = last_page(turn.screen, turn.concern)
            return Shown(last, Stand(kind="end", id=turn.conversation), concern=turn.concern)
        before = screen_before(turn.path, turn.screen.id)
        more = (*((BACK,) if before else ()), HIDE)
        stand = Stand(
            kind="talk", id=turn.conversation, revision=turn.revision, screen=turn.screen.id,
            submit=submit_of(turn.screen), before=before,
        )  # fmt: skip
        return Shown(replace(turn.screen, actions=(*turn.screen.actions, *more)), stand, concern=turn.concern)

    def is_danger(self, stand: Stand, raw: Raw) -> bool:
        """Whether a page that is sent must not be lost, whoever can't say who sent it."""
        return stand.kind == "kept" or (stand.kind == "talk" and stand.screen == START and raw.get("what") in DANGERS)

    # One concern

    async def come(self, person: str, concern: str) -> Shown:
        """The receipt of one's own concern; else the privacy step."""
        try:
            receipt = await self.bridge.call(self.ports.desk.receipt, person, concern)
        except self.ports.closed:
            return await self.privacy(person, concern)
        return self._of(receipt, Stand(kind="concern", id=concern, view="come"))

    async def privacy(self, person: str, concern: str) -> Shown:
        """Is your screen private?"""
        screen = await self.bridge.call(self.ports.responding.privacy, person, concern)
        return self._of(screen, Stand(kind="concern", id=concern))

    async def press(self, person: str, stand: Stand, action: str, raw: Raw) -> Shown:
        """Any button of one concern's pages."""
        concern = stand.id
        if action in FLOWS:
            return await self._about(person, concern, FLOWS[action])
        if action == "open":
            opened = replace(stand, opened=int(self.clock().timestamp()), view="read")
            return self._of(await self.bridge.call(self.ports.responding.open, person, concern), opened)
        if action in VIEWS:
            return await self._view(person, stand, VIEWS[action])
        if action == "have":
            return self._of(await self.bridge.call(self.ports.responding.have, person, concern), stand)
        return self._of(await self.bridge.call(self.ports.responding.act, person, concern, action, raw), stand)

    async def _view(self, person: str, stand: Stand, view: str) -> Shown:
        if not self._is_open(stand):
            return await self.privacy(person, stand.id)
        responding = self.ports.responding
        shows = {"read": responding.open, "suggestion": responding.suggestion, "log": responding.log}[view]
        screen = await self.bridge.call(shows, person, stand.id)
        return self._of(screen if view == "read" else with_way_back(screen), replace(stand, view=view))

    def _is_open(self, stand: Stand) -> bool:
        """Whether *Open* after the privacy step still holds."""
        return self.clock().timestamp() - stand.opened <= OPEN_SECONDS

    async def _about(self, person: str, concern: str, flow: str) -> Shown:
        """A conversation about the concern; where it can't begin any more, how the concern stands."""
        try:
            return await self.begin(person, flow, concern)
        except self.ports.closed as refused:
            screen = await self.bridge.call(self.ports.responding.refused, person, concern, str(refused))
            return self._of(screen, Stand(kind="concern", id=concern))

    def _of(self, screen: Screen, stand: Stand) -> Shown:
        hide = () if screen.id == "privacy" else (HIDE,)
        placed = replace(stand, screen=screen.id, submit=submit_of(screen))
        return Shown(replace(screen, actions=(*screen.actions, *hide)), placed)

    # One's own page

    async def home(self, person: str) -> Shown:
        """The start page."""
        return self._own(await self.bridge.call(self.ports.desk.home, person))

    async def act(self, person: str, action: str, raw: Raw) -> Shown:
        """Anything that may be pressed on it."""
        return self._own(await self.bridge.call(self.ports.desk.act, person, action, raw))

    def _own(self, screen: Screen) -> Shown:
        hide = (HIDE,) if screen.id in NAMED else ()
        stand = Stand(kind="own", screen=screen.id, submit=submit_of(screen))
        return Shown(replace(screen, actions=(*screen.actions, *hide)), stand)

    # Any of them

    async def sent(self, person: str, stand: Stand, raw: Raw) -> Shown:
        """The page's own button. What is refused comes back with the texts that stood in it."""
        try:
            shown = await self._sent(person, stand, raw)
        except self.ports.closed:
            return await self._not_taken(person, stand, raw, self.static(CLOSED))
        wrong = any(one.error for one in shown.screen.fields)
        if stand.kind in ("concern", "own") and raw:
            shown = await self._form_sent(person, stand, raw, shown)
        return replace(shown, same=shown.same or (wrong and shown.stand.screen == stand.screen))

    async def _form_sent(self, person: str, stand: Stand, raw: Raw, shown: Shown) -> Shown:
        if any(one.error for one in shown.screen.fields):
            await self.left(person, stand, raw)
        elif shown.screen.id in REFUSALS:
            return await self._not_taken(person, stand, raw, shown)
        else:
            await self._taken(person, stand)
        return shown

    async def _sent(self, person: str, stand: Stand, raw: Raw) -> Shown:
        if stand.kind == "talk":
            return await self.answer(person, stand, raw, stand.submit)
        if stand.kind == "kept":
            return await self.add(person, stand.id, raw)
        if stand.kind == "concern" and stand.submit:
            return await self.press(person, stand, stand.submit, raw)
        return await (self.act(person, stand.submit, raw) if stand.submit else self.home(person))

    async def pressed(self, person: str, stand: Stand, button: tuple[str, str | None], raw: Raw) -> Shown:
        """Any other button: a way to another place, or an action of the page itself."""
        action, to = button
        if to != DANGER.to:
            await self.left(person, stand, raw)
        shown = await (self.gone(person, stand, to) if to else self._done(person, stand, action, raw))
        return await self._with_kept(person, shown)

    async def _done(self, person: str, stand: Stand, action: str, raw: Raw) -> Shown:
        if action in ("unhide", "room"):
            return replace(await self.again(person, stand), room=action == "room")
        if stand.kind == "talk":
            back = action == "back"
            return await (
                self.show(person, stand.id, stand.before) if back else self.answer(person, stand, raw, action)
            )
        return await (
            self.press(person, stand, action, raw) if stand.kind == "concern" else self.act(person, action, raw)
        )

    async def gone(self, person: str, stand: Stand, to: str) -> Shown:
        """Another place: a concern, a draft, a screen of the same conversation, the start page."""
        kind, _, named = to.partition(":")
        if kind == "part":
            return replace(await self.again(person, stand), part=_number(named))
        ways: Mapping[str, Callable[[], Awaitable[Shown]]] = {
            "begin": lambda: self.begin(person),
            "danger": lambda: self.danger(person),
            "resume": lambda: self.show(person, named),
            "screen": lambda: self.show(person, stand.id, named),
            "concern": lambda: self.come(person, named),
            "privacy": lambda: self.privacy(person, named),
            "read": lambda: self.press(person, replace(stand, id=named), "read", {}),
        }
        return await ways.get(kind, lambda: self.home(person))()

    async def again(self, person: str, stand: Stand) -> Shown:
        """What stands there, read anew: hidden before, or another part of it. A concern asks the gate once more."""
        if stand.kind in ("talk", "end") and stand.id:
            return await self.show(person, stand.id, stand.screen)
        if stand.kind == "own":
            form = OWN_FORMS.get(stand.screen)
            return await (self.act(person, form, {}) if form else self.home(person))
        if stand.kind != "concern":
            return await self.home(person)
        if stand.screen in FORMS:
            return await self._form_again(person, stand)
        if stand.view in ("read", "suggestion", "log"):
            return await self._view(person, stand, stand.view)
        return await self.come(person, stand.id)

    async def _form_again(self, person: str, stand: Stand) -> Shown:
        if not self._is_open(stand):
            return await self.privacy(person, stand.id)
        return await self.press(person, stand, FORMS[stand.screen], {})


def concern_of(stand: Stand) -> str | None:
    """The concern that a form is about; None for one's own."""
    return stand.id if stand.kind == "concern" else None


def _number(number: str) -> int:
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1


def _refused(turn: Turn, stand: Stand) -> bool:
    """Whether the page that was sent stays, because of its errors."""
    here = turn.revision == stand.revision and turn.screen.id == stand.screen
    return here and any(field.error for field in turn.screen.fields)
