"""Slack's listeners: acknowledge, read, one use case, draw. What takes longer goes on after the acknowledgement.

Nothing here decides anything about safeguarding, and no typed word is read but a page's answers.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.arriving import Arrival, Arrived, Newcomer
from bot.channels.slack.account import account_of
from bot.channels.slack.client import Clients
from bot.channels.slack.gate import team_of, user_of
from bot.channels.slack.installed import Installed
from bot.channels.slack.ports import Payload, Ports, View
from bot.channels.slack.scopes import COMMAND, GLOBAL_SHORTCUT, MESSAGE_SHORTCUT
from bot.channels.slack.who import Who
from bot.logs import Log
from bot.platforms.bridge import Slow
from bot.platforms.frame import (
    AGAIN,
    BEGIN,
    CLOSED,
    DANGER,
    FIGURES_WORD,
    HIDDEN,
    LATE,
    LOADING,
    NOT_SAVED,
    SENT,
    STOPPED,
    WROTE,
)
from bot.platforms.known import Stranger
from bot.platforms.pages import Pages, Shown, newcomer
from bot.platforms.stand import Stand, Unreadable, unpacked
from bot.platforms.urgent import Urgent
from bot.remembered import Remembered
from dialogs.screens import Action, Screen

CALLBACK = "swis"
MOST_REMEMBERED = 10_000
ACK_SECONDS = 2.0
"""So long a press of danger may take to be kept before Slack, which gives up after three, is told that it was heard."""
EMERGENCY = "emergency"
"""The screen after danger: it shows only once the alert has gone, or is kept."""

Make: TypeAlias = Callable[[str], Awaitable[Shown]]
Button: TypeAlias = tuple[str, str | None]
"""What was pressed: the action, and where it leads."""


FIGURES_PRESS = "figures"
"""What `/concern digest` presses on the own page."""


@dataclass(kw_only=True, slots=True)
class Listeners:
    """Everything that Slack may ask."""

    pages: Pages
    ports: Ports
    who: Who
    clients: Clients
    installed: Installed
    urgent: Urgent
    log: Log
    _done: Remembered[str, bool] = field(default_factory=lambda: Remembered(MOST_REMEMBERED))

    def register(self, app: AsyncApp) -> None:
        """Hand them to Bolt, which asks each in this order whether a request is its own: a page's comes most often."""
        app.view(CALLBACK)(self.submitted)
        app.action(re.compile(".*", re.DOTALL))(self.pressed)
        app.command(COMMAND)(self.started)
        app.shortcut(GLOBAL_SHORTCUT)(self.started)
        app.shortcut(MESSAGE_SHORTCUT)(self.started)
        app.view_closed(CALLBACK)(self.closed)
        app.event("app_home_opened")(self.came_home)
        app.event({"type": "message", "subtype": None})(self.wrote)
        app.event("user_change")(self.changed)
        app.event("app_uninstalled")(self.removed)
        app.event("tokens_revoked")(self.removed)

    async def started(self, ack: AsyncAck, body: Payload) -> None:
        """The command and both shortcuts: a fresh conversation in a modal. `digest` after the command: the figures."""
        await ack()
        if self._first(f"trigger:{body.get('trigger_id')}"):
            wanted = str(body.get("text") or "").strip().casefold()
            begin = self._figures if wanted == FIGURES_WORD else self.pages.begin
            self._spawn("started", self._opened(body, self._made(body, begin)))

    async def _figures(self, person: str) -> Shown:
        """The press that makes a link to the figures; refused to whoever gets none."""
        return await self.pages.pressed(person, Stand(kind="own"), (FIGURES_PRESS, None), {})

    async def pressed(self, ack: AsyncAck, body: Payload) -> None:
        """Any button, in a message, on the start page or in a modal. A choice in a field is no press."""
        action: Payload = next(iter(body.get("actions") or ()), {})
        if action.get("type") == "button" and self._first(f"trigger:{body.get('trigger_id')}"):
            button = self.ports.read.press(action)
            await (self._endangered(body, button) if button[1] == DANGER.to else self._pressed(body, button))
        await ack()

    async def _endangered(self, body: Payload, button: Button) -> None:
        """*Danger now*: kept before Slack is told that it was heard, if that can be had in time."""
        view = body.get("view") or {}
        if view.get("type") == "modal":
            making = asyncio.ensure_future(self._from_modal(body, view, button))
            self._spawn("pressed", self._turned(body, view, making))
        else:
            making = asyncio.ensure_future(self._made(body, lambda person: self._outside(person, button), button))
            self._spawn("pressed", self._opened(body, making, button))
        with suppress(TimeoutError):
            await self.who.bridge.pause(asyncio.wait((making,)), ACK_SECONDS)

    async def _pressed(self, body: Payload, button: Button) -> None:
        view = body.get("view") or {}
        if view.get("type") == "home" and str(button[1]).startswith("part:"):
            self._spawn("home", self._publish(team_of(body), user_of(body), button))
        elif view.get("type") != "modal":
            made = self._made(body, lambda person: self._outside(person, button), button)
            self._spawn("pressed", self._opened(body, made, button))
        elif button == ("hide", None):
            self._spawn("hidden", self._hide(body, view))
        else:
            self._spawn("pressed", self._turned(body, view, self._from_modal(body, view, button)))

    async def _outside(self, person: str, button: Button) -> Shown:
        return await self.pages.pressed(person, Stand(kind="own"), button, {})

    async def submitted(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """A page was sent: the next one, or its errors, within two seconds; or what is saved."""
        with self.who.bridge.answering():
            answer = await self._answer(body, view)
        await ack(**answer)

    async def _answer(self, body: Payload, view: Payload) -> dict[str, Any]:
        raw = self.ports.read.answers(view)
        try:
            stand = unpacked(view.get("private_metadata"))
            arrival = await self._settled(body, stand, raw)
            shown = await self._sent(arrival, stand, raw)
        except Unreadable:
            return _update(self.view(self._unknown()))
        except Stranger as stranger:
            return _update(self.view(self.pages.refused(stranger.code)))
        except (Slow, TimeoutError) as slow:
            self.log("page_failed", about="slack/submitted", error=type(slow).__name__)
            return self._not_saved(view)
        except Exception as error:  # noqa: BLE001 - the page stays as it is, with what was typed
            self.log("page_failed", about="slack/submitted", error=type(error).__name__)
            return self._not_saved(view)
        self._after(body, arrival, stand, shown)
        errors = self._errors(view, shown)
        return {"response_action": "errors", "errors": errors} if errors else _update(self.view(shown))

    async def _settled(self, body: Payload, stand: Stand, raw: Mapping[str, object]) -> Arrival:
        team, user = team_of(body), user_of(body)
        if self.pages.is_danger(stand, raw):
            return await self._who_is_in_danger(body)
        if stand.kind != "arrive":
            return await self.who.of(team, user)
        bridge = self.who.bridge
        return cast("Arrival", await bridge.pause(self.who.settle(team, user, raw), bridge.left(None)))

    async def _sent(self, arrival: Arrival, stand: Stand, raw: Mapping[str, object]) -> Shown:
        if isinstance(arrival, Newcomer):
            return newcomer(arrival)
        try:
            return await self.pages.sent(arrival.person, stand, raw)
        except self.pages.ports.closed:
            return self.pages.static(CLOSED)

    def _not_saved(self, view: Payload) -> dict[str, Any]:
        """The page as it stands, what was typed in it too, and a line that says so; without a field, the calm one."""
        places = [block.get("block_id") for block in view.get("blocks") or () if block.get("type") == "input"]
        if places:
            return {"response_action": "errors", "errors": {str(places[0]): NOT_SAVED}}
        return _update(self.view(self.pages.static(STOPPED)))

    def _errors(self, view: Payload, shown: Shown) -> dict[str, str]:
        """Errors beside the fields, if each of them has a field in the page that was sent."""
        if not shown.same:
            return {}
        places = self.ports.read.places(view)
        wrong = {one.id: one.error for one in shown.screen.fields if one.error}
        return {places[name]: error for name, error in wrong.items()} if wrong.keys() <= places.keys() else {}

    async def closed(self, ack: AsyncAck) -> None:
        """A modal was closed: what was sent is saved, and Slack drops the rest."""
        await ack()

    async def came_home(self, body: Payload) -> None:
        """The start page was opened."""
        event = body["event"]
        if event.get("tab") in (None, "home"):
            self._spawn("home", self._publish(team_of(body), user_of(body)))

    async def wrote(self, body: Payload) -> None:
        """Something was written to the bot: it is neither read nor kept; the answer says so, once a message."""
        event = body["event"]
        ours = event.get("bot_id") or event.get("app_id") or event.get("channel_type") != "im"
        place = f"{event.get('channel')}:{event.get('ts')}"
        if not ours and self._first(f"message:{team_of(body)}:{place}"):
            self._spawn("wrote", self._told_nobody(team_of(body), user_of(body), str(event.get("channel"))))

    async def changed(self, body: Payload) -> None:
        """An account changed: asked anew; a closed one is reached no more, an opened one again."""
        user = body["event"].get("user")
        if isinstance(user, dict):
            self.who.forget(team_of(body), str(user.get("id", "")))
            self._spawn("changed", self._followed(team_of(body), user))

    async def _followed(self, team: str, user: Payload) -> None:
        """What the event says is only a reason to ask: events come late, and in any order."""
        said, arriving, bridge = account_of(team, user), self.who.arriving, self.who.bridge
        if not await bridge.call(arriving.moved, said):
            return
        try:
            said = await self.who.account(team, said.user)
        except Exception as error:  # noqa: BLE001 - Slack doesn't say: then its own event is what is known
            self.log("account_not_asked", channel="slack", error=type(error).__name__)
        await bridge.call(arriving.follow, said)

    async def removed(self, body: Payload) -> None:
        """The app was taken out of a workspace, or its token: nobody is reached there, if that still holds."""
        tokens = body["event"].get("tokens")
        if tokens is None or (isinstance(tokens, dict) and tokens.get("bot")):
            self._spawn("removed", self._taken_out(team_of(body)))

    async def _taken_out(self, team: str) -> None:
        if await self.installed.removed(team):
            self.who.forget_team(team)

    # What goes on after the acknowledgement

    async def _opened(self, body: Payload, making: Awaitable[Shown], button: Button | None = None) -> None:
        """A modal at once, since a trigger lives three seconds; then what belongs in it."""
        team = team_of(body)
        opening = asyncio.ensure_future(
            self.clients.call(team, "views.open", {"trigger_id": body.get("trigger_id"), "view": self._plain(LOADING)})
        )
        shown = await making
        try:
            opened = await opening
        except Exception as error:  # noqa: BLE001 - what was done is done; it can't be shown here
            opened = {"ok": False, "error": type(error).__name__}
        if opened.get("ok"):
            await self._update(team, opened["view"], self.view(shown))
        else:
            self.log("modal_not_opened", channel="slack", code=str(opened.get("error")))
            await self._late(body, shown, button)

    async def _made(self, body: Payload, make: Make, button: Button | None = None) -> Shown:
        team, user = team_of(body), user_of(body)
        self.installed.look(team)
        danger = button is not None and button[1] == DANGER.to
        try:
            arrival = await (self._who_is_in_danger(body) if danger else self.who.of(team, user))
        except Stranger as stranger:
            self.log("stranger_refused", channel="slack", code=stranger.code)
            return self.pages.refused(stranger.code)
        except Exception as error:  # noqa: BLE001 - neither Slack nor the database may say who this is
            self.log("page_failed", about="slack/who", error=type(error).__name__)
            return self.pages.static(STOPPED)
        if isinstance(arrival, Newcomer):
            return newcomer(arrival)
        person = arrival.person
        shown = await self.pages.calmly("made", lambda: make(person))
        self._after(body, arrival, Stand(kind="own"), shown)
        return shown

    async def _who_is_in_danger(self, body: Payload) -> Arrival:
        """Whoever pressed danger, whether Slack and the database say who it is or not."""
        team, user = team_of(body), user_of(body)
        return await self.urgent.who(f"{team}:{user}", self.who.of(team, user))

    def ask(self, key: str) -> None:
        """Ask again whose an account is that pressed danger before."""
        team, _, user = key.partition(":")
        self.urgent.ask(key, self.who.of(team, user))

    async def _turned(self, body: Payload, view: Payload, making: Awaitable[Shown]) -> None:
        """The page after a button inside a modal, in the same modal."""
        shown = await making
        await self._update(team_of(body), view, self.view(shown))

    async def _from_modal(self, body: Payload, view: Payload, button: Button) -> Shown:
        try:
            stand = unpacked(view.get("private_metadata"))
        except Unreadable:
            stand = Stand(kind="end")
        raw = self.ports.read.answers(view)
        return await self._made(body, lambda person: self.pages.pressed(person, stand, button, raw), button)

    async def _update(self, team: str, view: Payload, drawn: View) -> None:
        """Change a modal, unless something else changed it meanwhile."""
        sent = {"view_id": view.get("id"), "hash": view.get("hash"), "view": drawn}
        answer = await self.clients.call(team, "views.update", sent)
        if not answer.get("ok"):
            self.log("modal_not_updated", channel="slack", code=str(answer.get("error")))

    async def _late(self, body: Payload, shown: Shown, button: Button | None) -> None:
        """The modal could not open: a button to try again, seen by the person alone. Content stays out of messages."""
        alarmed = shown.screen.id in ("kept", EMERGENCY) and (button is None or button[0] == DANGER.id)
        static = self.pages.static(SENT if alarmed else LATE)
        team, user, channel = team_of(body), user_of(body), str(body.get("channel_id") or "")
        message = self.ports.draw.message(_tried_again(static.screen, button))
        if channel and not channel.startswith("D"):
            sent = await self.clients.call(team, "chat.postEphemeral", {"channel": channel, "user": user, **message})
            if sent.get("ok"):
                return
        await self._write(team, user, message)

    async def _write(self, team: str, user: str, message: View) -> None:
        opened = await self.clients.call(team, "conversations.open", {"users": user})
        if opened.get("ok"):
            await self.clients.call(team, "chat.postMessage", {"channel": opened["channel"]["id"], **message})

    async def _told_nobody(self, team: str, user: str, channel: str) -> None:
        try:
            await self.who.of(team, user)
            actions: tuple[Action, ...] = (BEGIN, DANGER)
        except Stranger:
            actions = ()
        screen = replace(self.pages.static(WROTE).screen, actions=actions)
        await self.clients.call(team, "chat.postMessage", {"channel": channel, **self.ports.draw.message(screen)})

    async def _publish(self, team: str, user: str, button: Button = ("home", "home")) -> None:
        shown = await self._made({"team_id": team, "user_id": user}, lambda person: self._outside(person, button))
        await self.clients.call(team, "views.publish", {"user_id": user, "view": self._home_view(shown)})

    async def refresh(self, person: str) -> None:
        """Draw somebody's start page anew, wherever they have one: what needs them has changed."""
        for address in await self.who.bridge.call(self.who.arriving.addresses, person):
            team, _, user = address.partition(":")
            if team in self.clients.install.tokens:
                await self._publish(team, user)

    def _home_view(self, shown: Shown) -> View:
        """The start page has no fields: a newcomer chooses the school in a modal, behind the first button."""
        if shown.stand.kind != "arrive":
            return self.ports.draw.home(shown.screen, part=shown.part)
        return self.ports.draw.home(replace(shown.screen, fields=(), actions=(BEGIN, DANGER)))

    def _after(self, body: Payload, arrival: Arrival, stand: Stand, shown: Shown) -> None:
        """Draw the start page again where a press may have changed it."""
        done = stand.kind == "own" and shown.screen.id == "said"
        moved = done or shown.stand.kind == "end" or stand.kind in ("concern", "arrive")
        if isinstance(arrival, Arrived) and moved and body.get("type") in ("view_submission", "block_actions"):
            self._spawn("home", self._publish(team_of(body), user_of(body)))

    # Drawing

    def view(self, shown: Shown) -> View:
        """A modal at its place. What can't be drawn is a fault of ours: the reader learns what was saved."""
        try:
            drawn = self.ports.draw.modal(shown.screen, part=shown.part, room=shown.room)
        except Exception as error:  # noqa: BLE001 - the use case is done; no page may hide that
            self.log("page_failed", about=f"slack/draw/{shown.screen.id}", error=type(error).__name__)
            drawn = self._plain(self.pages.static(STOPPED).screen)
        return {**drawn, "callback_id": CALLBACK, "private_metadata": shown.stand.packed()}

    def _plain(self, screen: Screen) -> View:
        return {**self.ports.draw.modal(screen), "callback_id": CALLBACK}

    async def _hide(self, body: Payload, view: Payload) -> None:
        """At once, whatever the database does; what was typed waits where it was."""
        place = str(view.get("private_metadata", ""))
        await self._update(team_of(body), view, {**self._plain(HIDDEN), "private_metadata": place})
        with suppress(Unreadable, Stranger):
            arrival = await self.who.of(team_of(body), user_of(body))
            if isinstance(arrival, Arrived):
                await self.pages.left(arrival.person, unpacked(place), self.ports.read.answers(view))

    def _unknown(self) -> Shown:
        return Shown(self.pages.ports.desk.unknown(), Stand(kind="end"))

    def _first(self, key: str) -> bool:
        """Whether this is the first time: Slack repeats what it believes was not heard, under new event ids too."""
        return self._done.first(key, True)

    def _spawn(self, name: str, work: Any) -> None:
        self.who.bridge.spawn(f"slack/{name}", work)


def _tried_again(screen: Screen, button: Button | None) -> Screen:
    """The screen with the button that was pressed in place of the one that begins."""
    if button is None or screen.id != LATE.id or button[0] in ("", BEGIN.id, DANGER.id):
        return screen
    again = Action(id=button[0], label=AGAIN, style="primary", to=button[1])
    return replace(screen, actions=(again, DANGER))


def _update(view: View) -> dict[str, Any]:
    return {"response_action": "update", "view": view}
