"""What Teams may ask: read, one use case, draw. What takes longer goes on after the answer.

Nothing here decides anything about safeguarding, and no typed word is read but a page's answers, and the one word
that asks for the weekly figures.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from bot.arriving import Arrival, Arrived, Newcomer
from bot.channels.teams import frame, replies
from bot.channels.teams.activities import (
    Activity,
    Caller,
    caller_in,
    caller_of,
    is_personal,
    mapping_at,
    packed,
    text_at,
)
from bot.channels.teams.asked import Asked, refilled
from bot.channels.teams.connector import Connector, Room
from bot.channels.teams.courier import HAVE, card_of, message
from bot.channels.teams.drafts import Drafts
from bot.channels.teams.ports import Element, Ports
from bot.channels.teams.replies import Repeats, Reply
from bot.channels.teams.who import CHANNEL, Who
from bot.logs import Log
from bot.platforms.bridge import Bridge
from bot.platforms.frame import CLOSED, DANGER, FIGURES_CARD, FIGURES_WORD, HIDDEN, LATE, STOPPED, numbered
from bot.platforms.known import Stranger
from bot.platforms.pages import Pages, Shown, newcomer
from bot.platforms.roads import START, with_home
from bot.platforms.stand import Stand, Unreadable, unpacked
from bot.platforms.urgent import Urgent
from dialogs.cards import DIGEST, Draft, draft, draft_deleted, draft_over, may_be_pushed, start
from dialogs.screens import Action, Notice, Number, Progress, Screen
from dialogs.words import Words

DISCARD = "discard"
WRITTEN_ON = frozenset({"talk", "concern", "own"})
"""Kinds of places that have pages with fields, to which *Go back* leads."""
IN_CHAT = frozenset({"task/fetch", "adaptiveCard/action"})
"""What is pressed on cards, which stand in a person's own conversation only."""
PATIENCE = 4.5
"""Seconds: Teams gives a command five."""
PATIENCE_IN_DIALOGS = 12.0
"""Seconds: Teams gives a button fifteen."""

Make: TypeAlias = Callable[[str], Awaitable[Shown]]
Press: TypeAlias = tuple[str, str | None]


@dataclass(kw_only=True, slots=True)
class Listeners:
    """Everything that Teams may ask. `outside`: the threads that ask Teams."""

    pages: Pages
    ports: Ports
    who: Who
    connector: Connector
    drafts: Drafts
    bridge: Bridge
    outside: Bridge
    urgent: Urgent
    log: Log
    repeats: Repeats = field(default_factory=Repeats)
    asked: Asked = field(default_factory=Asked)
    patience: tuple[float, float] = (PATIENCE, PATIENCE_IN_DIALOGS)

    async def invoked(self, activity: Activity) -> Reply:
        """A press, or a command: it is answered."""
        caller = caller_of(activity)
        return self._nobody(activity) if caller is None else await self._answered(activity, caller)

    async def wrote(self, activity: Activity) -> None:
        """Somebody wrote to the bot."""
        caller = caller_of(activity)
        if caller is not None and self.repeats.first(activity):
            self._spawn("wrote", self._wrote(activity, caller))

    async def installed(self, activity: Activity) -> None:
        """The app came to somebody, or left them."""
        caller = caller_of(activity)
        if caller is not None and is_personal(activity) and self.repeats.first(activity):
            self._spawn("installed", self._installed(activity, caller))

    def _nobody(self, activity: Activity) -> Reply:
        """For somebody whom the activity does not name."""
        return replies.said(self._unknown().screen, text_at(activity, "name"))

    async def _answered(self, activity: Activity, caller: Caller) -> Reply:
        """The answer to an invoke in time, or what may be done instead; what is under way goes on."""
        name = text_at(activity, "name")
        patience = self.patience[not name.startswith("composeExtension/")]
        try:
            return await self.repeats.once(activity, lambda: self._invoked(activity, caller), patience)
        except TimeoutError:
            self.log("page_failed", about="teams/answered", error="TimeoutError")
            return self._late(name, caller, mapping_at(activity, "value", "data"))

    def _late(self, name: str, caller: Caller, data: Mapping[str, Any]) -> Reply:
        if name == "adaptiveCard/action":
            return replies.said(LATE)
        stand = self._stand(data)
        if stand.kind == "end":
            return self._drawn(self.pages.static(LATE))
        return self._drawn(self._still_here(caller, stand, self.ports.read.answers(data)))

    def _stand(self, data: Mapping[str, Any]) -> Stand:
        """Where a page stands that was sent."""
        try:
            return unpacked(self.ports.read.place(data))
        except Unreadable:
            return Stand(kind="end")

    async def _invoked(self, activity: Activity, caller: Caller) -> Reply:
        name, value = text_at(activity, "name"), mapping_at(activity, "value")
        if not is_personal(activity) and name in IN_CHAT:
            return replies.said(frame.PRIVATELY, name)
        data = mapping_at(value, "data")
        answers: Mapping[str, Callable[[], Awaitable[Reply]]] = {
            "composeExtension/fetchTask": lambda: self._page(caller, Stand(kind="own"), self.pages.begin),
            "composeExtension/submitAction": lambda: self._turned(caller, data),
            "task/fetch": lambda: self._opened(activity, caller, data),
            "task/submit": lambda: self._turned(caller, data),
            "adaptiveCard/action": lambda: self._in_place(caller, mapping_at(value, "action", "data")),
        }
        return await answers[name]() if name in answers else replies.UNKNOWN

    # Dialogs

    async def _opened(self, activity: Activity, caller: Caller, data: Mapping[str, Any]) -> Reply:
        """A button of a card in the chat opens a dialog."""
        action, to = self.ports.read.press(data)
        kind, _, named = (to or "").partition(":")
        if kind in ("resume", DISCARD):
            self.drafts.adopt(named, text_at(activity, "replyToId"))
        if kind == DISCARD:
            return self._drawn(Shown(frame.sure(named), Stand(kind="end")))
        if kind == HAVE:
            stand = Stand(kind="concern", id=named)
            return await self._page(caller, stand, lambda person: self.pages.press(person, stand, HAVE, {}))
        own = Stand(kind="own")
        return await self._page(
            caller, own, lambda person: self.pages.pressed(person, own, (action, to), {}), danger=to == DANGER.to
        )

    async def _turned(self, caller: Caller, data: Mapping[str, Any]) -> Reply:
        """A button of a dialog's page: the page after it, in the same dialog."""
        press, stand = self.ports.read.press(data), self._stand(data)
        raw = await self._typed_in(caller, stand, data)
        if press == ("hide", None):
            return await self._hidden(caller, stand, raw)
        if stand.kind == "arrive":
            return await self._settled(caller, raw)
        if stand.message:
            self.drafts.adopt(stand.id, stand.message)
        if press[0] == DISCARD and press[1]:
            named = press[1].partition(":")[2]
            return await self._page(caller, Stand(kind="end"), lambda person: self._dropped(caller, person, named))
        sent = press[1] is None and press[0] == stand.submit
        danger = press[1] == DANGER.to or (sent and self.pages.is_danger(stand, raw))
        return await self._page(
            caller, stand, lambda person: self._pressed(person, stand, press, raw), raw, danger=danger
        )

    async def _typed_in(self, caller: Caller, stand: Stand, data: Mapping[str, Any]) -> Mapping[str, object]:
        """What stands in the page's fields; of a page in parts, on the other parts too."""
        raw = self.ports.read.answers(data)
        if stand.kind != "talk" or not self.ports.read.some(data):
            return raw
        try:
            return {**await self._beside(caller, stand), **raw}
        except Exception as error:  # noqa: BLE001 - what this part holds must not be lost by it
            self.log("page_failed", about="teams/beside", error=type(error).__name__)
            return raw

    async def _beside(self, caller: Caller, stand: Stand) -> Mapping[str, object]:
        known = self.asked.values(caller, stand)
        arrival = await self.who.of(caller)
        if known is not None or not isinstance(arrival, Arrived):
            return known or {}
        shown = await self.pages.show(arrival.person, stand.id, stand.screen)
        self.asked.remember(caller, shown.stand, shown.screen)
        return self.asked.values(caller, stand) or {}

    async def _pressed(self, person: str, stand: Stand, press: Press, raw: Mapping[str, object]) -> Shown:
        action, to = press
        if to is None and action == stand.submit:
            return await self.pages.sent(person, stand, raw)
        return await self.pages.pressed(person, stand, (action, to), raw)

    async def _dropped(self, caller: Caller, person: str, conversation: str) -> Shown:
        """*Delete it*, in a client that can't change the card in place."""
        await self.bridge.call(self.ports.intake.discard, person, conversation)
        self._take_away(caller, conversation)
        return self.pages.static(draft_deleted(self._numbers, self.ports.words))

    async def _hidden(self, caller: Caller, stand: Stand, raw: Mapping[str, object]) -> Reply:
        """At once, whatever the database does; what was typed waits where it was."""
        self._spawn("hidden", self._typed(caller, stand, raw))
        return self._drawn(Shown(HIDDEN, stand))

    async def _typed(self, caller: Caller, stand: Stand, raw: Mapping[str, object]) -> None:
        arrival = await self.who.of(caller)
        if isinstance(arrival, Arrived):
            await self.pages.left(arrival.person, stand, raw)

    async def _settled(self, caller: Caller, raw: Mapping[str, object]) -> Reply:
        """A newcomer chose the school, and goes on to the start page."""
        try:
            arrival = await self.who.settle(caller, raw)
        except Stranger:
            return self._drawn(self._unknown())
        except Exception as error:  # noqa: BLE001 - the choice can be made again
            self.log("page_failed", about="teams/settled", error=type(error).__name__)
            return self._drawn(self.pages.static(STOPPED))
        if isinstance(arrival, Newcomer):
            return self._drawn(newcomer(arrival))
        return await self._page(caller, Stand(kind="own"), self.pages.home)

    async def _page(
        self, caller: Caller, stand: Stand, make: Make, raw: Mapping[str, object] | None = None, *, danger: bool = False
    ) -> Reply:
        """The page that a use case leads to, or one that says why not and what was saved.

        `danger`: it must not be lost, whether Teams and the database say who it is or not.
        """
        arrival = await self._arrived(caller, danger=danger)
        if isinstance(arrival, Shown):
            return self._drawn(self._unsaid(caller, stand, raw, arrival))
        if isinstance(arrival, Newcomer):
            return self._drawn(newcomer(arrival))
        person = arrival.person
        try:
            shown = await make(person)
        except self.ports.closed:
            shown = self.pages.static(CLOSED)
        except Exception as error:  # noqa: BLE001 - whatever broke, the reader must learn what was saved
            self.log("page_failed", about="teams/page", error=type(error).__name__)
            shown = self._not_saved((caller, person), stand, raw)
        if shown.same:
            shown = replace(shown, screen=refilled(shown.screen, raw or {}))
        self._show_draft(caller, shown)
        shown = self._with_home(shown)
        self.asked.remember(caller, shown.stand, shown.screen)
        return self._drawn(shown)

    def ask(self, way: str) -> None:
        """Ask again whose an account is that pressed danger before."""
        caller = caller_in(way)
        if caller is not None:
            self.urgent.ask(_key_of(caller), self.who.of(caller))

    async def _arrived(self, caller: Caller, *, danger: bool = False) -> Arrival | Shown:
        try:
            if danger:
                return await self.urgent.who(_key_of(caller), self.who.of(caller), packed(caller))
            return await self.who.of(caller)
        except Stranger as stranger:
            self.log("stranger_refused", channel=CHANNEL, code=stranger.code)
            return self.pages.refused(stranger.code)
        except Exception as error:  # noqa: BLE001 - neither Teams nor the database may say who this is
            self.log("page_failed", about="teams/who", error=type(error).__name__)
            return self.pages.static(STOPPED)

    def _unsaid(self, caller: Caller, stand: Stand, raw: Mapping[str, object] | None, said: Shown) -> Shown:
        """While nobody says who it is nothing can be kept: the page comes back, if it is known here."""
        back = self.asked.again(caller, stand, raw, frame.STILL_HERE) if raw and said.screen.id == STOPPED.id else None
        return said if back is None else Shown(back, stand)

    def _not_saved(self, who: tuple[Caller, str], stand: Stand, raw: Mapping[str, object] | None) -> Shown:
        """What was typed is kept, sealed as soon as storage takes it, and stands in the page that is given back."""
        caller, person = who
        if raw is None or stand.kind not in WRITTEN_ON or not (raw or stand.kind == "talk"):
            return self.pages.static(STOPPED)
        self.pages.untaken(person, stand, raw)
        return self._still_here(caller, stand, raw)

    def _still_here(self, caller: Caller, stand: Stand, raw: Mapping[str, object]) -> Shown:
        """The page again with what was typed in it; where it is not known any more, the way back to it."""
        again = self.asked.again(caller, stand, raw, frame.STILL_HERE)
        return Shown(again or numbered(frame.NOT_SAVED, self.ports.desk.unknown()), stand)

    def _with_home(self, shown: Shown) -> Shown:
        """There is no other way to one's own page where a command opened the dialog."""
        if shown.stand.kind != "talk" or shown.stand.screen != START:
            return shown
        return replace(shown, screen=with_home(shown.screen))

    # Drafts in the chat

    def _show_draft(self, caller: Caller, shown: Shown) -> None:
        """The card in the chat stands for what is not sent; once somebody is told, the concern's own card does."""
        stand, conversation = shown.stand, shown.stand.id
        if stand.kind == "talk" and not shown.concern and stand.revision:
            self._spawn(
                "draft", self.drafts.show(conversation, lambda: self.who.room(caller), lambda: self._draft(shown))
            )
        elif stand.kind in ("talk", "end") and shown.concern and conversation:
            self._take_away(caller, conversation)

    def _take_away(self, caller: Caller, conversation: str) -> None:
        instead = message(self.ports.draw, draft_over(self._numbers, self.ports.words))
        self._spawn("draft", self.drafts.take_away(conversation, lambda: self.who.room(caller), instead))

    def _draft(self, shown: Shown) -> Element:
        at = shown.screen.progress or Progress(step=1, of=1)
        said = draft(Draft(conversation=shown.stand.id, step=at.step, of=at.of), self._numbers, self.ports.words)
        return message(self.ports.draw, said)

    @property
    def _numbers(self) -> tuple[Number, ...]:
        """Those that everybody may have."""
        return self.ports.desk.unknown().numbers

    # In the chat

    async def _in_place(self, caller: Caller, data: Mapping[str, Any]) -> Reply:
        """A press that changes the card where it stands: *I have it*, or deleting a draft."""
        (action, to), mark = self.ports.read.press(data), self.ports.read.place(data)
        kind, _, named = (to or "").partition(":")
        if action != kind or action not in (HAVE, DISCARD) or not named:
            return replies.said(CLOSED)
        arrival = await self._arrived(caller)
        if isinstance(arrival, Shown):
            return replies.said(arrival.screen)
        if isinstance(arrival, Newcomer):
            return replies.said(CLOSED)
        if action == HAVE:
            return await self._had(arrival.person, named, mark)
        return await self._discarded(arrival.person, named, mark)

    async def _had(self, person: str, concern: str, reference: str) -> Reply:
        stand = Stand(kind="concern", id=concern)
        shown = await self.pages.calmly("have", lambda: self.pages.press(person, stand, HAVE, {}))
        if shown.stand.kind == "end":
            return replies.said(shown.screen)
        return self._card(_pointed(shown.screen, concern, reference), reference)

    async def _discarded(self, person: str, conversation: str, mark: str) -> Reply:
        if mark != frame.SURE:
            return self._card(frame.sure(conversation), frame.SURE)
        try:
            await self.bridge.call(self.ports.intake.discard, person, conversation)
        except self.ports.closed:
            return replies.said(CLOSED)
        except Exception as error:  # noqa: BLE001 - the draft stays, and its card
            self.log("page_failed", about="teams/discarded", error=type(error).__name__)
            return replies.said(STOPPED)
        self.drafts.forget(conversation)
        return self._card(draft_deleted(self._numbers, self.ports.words))

    def _card(self, screen: Screen, place: str = "") -> Reply:
        """A card in the place of the one that was pressed."""
        drawn = card_of(message(self.ports.draw, screen, place))
        return replies.card(drawn)

    async def _wrote(self, activity: Activity, caller: Caller) -> None:
        """Something was written: it is neither read nor kept; the answer says so, once a message."""
        if not is_personal(activity):
            place = Room(service=caller.service, tenant=caller.tenant, conversation=caller.conversation)
            await self._post(place, frame.PRIVATELY)
            return
        if text_at(activity, "text").strip().casefold() == FIGURES_WORD:
            figures = await self._figures(caller)
            if figures is not None:
                await self._post(await self.who.room(caller), figures)
                return
        wrote = replace(frame.WROTE, actions=start(self._numbers, self.ports.words).actions)
        await self._post(await self.who.room(caller), await self._start(caller, wrote))

    async def _figures(self, caller: Caller) -> Screen | None:
        """The weekly figures for whoever receives them; the press is refused, and logged, to everybody else."""
        arrival = await self._arrived(caller)
        if not isinstance(arrival, Arrived):
            return None
        shown = await self.bridge.call(self.ports.desk.act, arrival.person, FIGURES_CARD, {})
        return shown if shown.id == DIGEST and may_be_pushed(shown) else None

    async def _installed(self, activity: Activity, caller: Caller) -> None:
        """The app came to somebody, who is known from now on, or left them, who is reached here no more."""
        if text_at(activity, "action").startswith("remove"):
            self.who.forget(caller)
            address = f"{caller.tenant}:{caller.account} {caller.service} {caller.conversation}"
            await self.bridge.call(self.ports.arriving.gone, address)
            return
        self.who.forget(caller)
        await self._post(await self.who.room(caller), await self._start(caller, start(self._numbers, self.ports.words)))

    async def _start(self, caller: Caller, screen: Screen) -> Screen:
        """A card to start from; whoever is not known gets the numbers and nothing to press."""
        found = numbered(screen, self.ports.desk.unknown())
        try:
            await self.who.of(caller)
        except Stranger:
            return replace(found, actions=())
        except Exception as error:  # noqa: BLE001 - while nobody says who it is, danger can be pressed all the same
            self.log("page_failed", about="teams/who", error=type(error).__name__)
        return found

    async def _post(self, room: Room | None, screen: Screen) -> None:
        if room is not None:
            await self.outside.call(self.connector.post, room, message(self.ports.draw, screen))

    # Drawing

    def _drawn(self, shown: Shown) -> Reply:
        """A page at its place. What can't be drawn is a fault of ours: the reader learns what was saved."""
        stand = shown.stand
        if stand.kind == "talk":
            stand = replace(stand, message=self.drafts.message_of(stand.id) or stand.message)
        try:
            return replies.page(self.ports.draw.task(shown.screen, part=shown.part, place=stand.packed()))
        except Exception as error:  # noqa: BLE001 - the use case is done; no page may hide that
            self.log("page_failed", about=f"teams/draw/{shown.screen.id}", error=type(error).__name__)
            return replies.page(
                self.ports.draw.task(self.pages.static(STOPPED).screen, place=Stand(kind="end").packed())
            )

    def _unknown(self) -> Shown:
        return Shown(self.ports.desk.unknown(), Stand(kind="end"))

    def _spawn(self, name: str, work: Any) -> None:
        self.bridge.spawn(f"teams/{name}", work)


def _key_of(caller: Caller) -> str:
    """Which account of Teams it is."""
    return f"{caller.tenant}:{caller.account}"


def _pointed(screen: Screen, concern: str, reference: str) -> Screen:
    """What a press came to, as the pointer that it was pressed on: sentences of ours, and *Open*."""
    title = f"{screen.title} · ref {reference}" if reference else screen.title
    notices = tuple(block for block in screen.blocks if isinstance(block, Notice))
    opening = Action(id="open", label=Words.load()("cards.open"), style="primary", to=f"concern:{concern}")
    return Screen(id="pointer", title=title, blocks=notices, actions=(opening,), foot=screen.foot)
