"""A strict Slack on loopback: Web API, signed requests, Socket Mode. It refuses what Slack refuses.

Triggers live three seconds of the injected clock and serve once; a stale hash conflicts; tokens belong to a workspace
and hold the scopes of the manifest. Moods make it slow, out, or too busy. Every person and address here is invented.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import threading
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes import SetClock
from tests.slack.limits import sound
from tests.slack.published import ADDRESSES, CALLS, STARTS
from tests.slack.published import EVENTS as HEARD_WITH

MANIFEST: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "manifest" / "slack.yaml").read_text(encoding="utf-8")
)
"""The app is installed as the committed manifest says."""
SECRET = "a-signing-secret-of-tests"
APP_TOKEN = "xapp-of-tests"
APP_ID = "A0TESTS"
TRIGGER_SECONDS = 3
MOST_SOCKETS = 10
Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - Slack's answer
    """Slack says no, with its code."""


@dataclass
class Workspace:
    """One team: its token, and its accounts by id."""

    team: str
    token: str
    users: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    channels: set[str] = field(default_factory=set)
    scopes: set[str] = field(default_factory=lambda: set(MANIFEST["oauth_config"]["scopes"]["bot"]))
    out: bool = False
    """The app was taken out: its token is worth nothing."""

    def join(self, user: str, email: str, name: str, **flags: Any) -> None:
        """Somebody has an account here."""
        self.users[user] = {
            "id": user, "team_id": self.team, "name": name.lower(), "deleted": False, "is_bot": False,
            "is_restricted": False, "is_ultra_restricted": False, "is_email_confirmed": True,
            "profile": {"email": email, "real_name": name}, **flags,
        }  # fmt: skip


@dataclass
class Modal:
    """A view as Slack holds it."""

    id: str
    hash: str
    team: str
    user: str
    body: Json
    open: bool = True

    def payload(self, values: Json | None = None) -> Json:
        """As it goes round in payloads."""
        return {**self.body, "id": self.id, "hash": self.hash, "team_id": self.team, "state": {"values": values or {}}}


@dataclass
class Call:
    """Something that the programme asked of Slack."""

    method: str
    team: str
    sent: Json


@dataclass(repr=False)
class FakeSlack:
    """The whole of it."""

    clock: SetClock
    checker: Callable[[str, Json], None] = sound
    """Looks at every view and message; `kind` is modal, home or message."""
    unsound: list[str] = field(default_factory=list)
    """Why something was refused that the programme sent: a test that ends with any of it has failed."""
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    modals: dict[str, Modal] = field(default_factory=dict)
    homes: dict[tuple[str, str], Modal] = field(default_factory=dict)
    messages: dict[str, dict[str, Json]] = field(default_factory=lambda: defaultdict(dict))
    ephemeral: list[Json] = field(default_factory=list)
    moods: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, str] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    linked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a connection of Socket Mode opens."""
    released: asyncio.Event = field(default_factory=asyncio.Event)
    """Until it is set, a slow method is not done, and one that hangs is done and not answered."""
    url: str = ""
    _triggers: dict[str, Json] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _acks: dict[str, "asyncio.Future[Json]"] = field(default_factory=dict)
    _tickets: set[str] = field(default_factory=set)

    def workspace(self, team: str) -> Workspace:
        """A workspace that has the app."""
        self.workspaces[team] = Workspace(team, f"xoxb-{team}")
        return self.workspaces[team]

    def number(self) -> int:
        """Never given before."""
        return next(self._numbers)

    # The Web API

    def web_app(self) -> web.Application:
        """The server."""
        app = web.Application()
        app.router.add_post("/api/{method}", self._take)
        app.router.add_get("/link", self._link)
        return app

    async def _take(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        sent = await _sent(request, method)
        mood = self.moods[method].popleft() if self.moods[method] else self.always.get(method, "")
        if mood == "429":
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
        if mood == "500":
            return web.Response(status=500, text="<html>out</html>")
        if mood == "slow":
            await self.released.wait()
        try:
            if mood and mood not in ("slow", "hang"):
                raise Refusal(mood)
            answer = {"ok": True, **await self._answer(method, token, sent)}
        except Refusal as refusal:
            answer = {"ok": False, "error": str(refusal)}
        if mood == "hang":
            await self.released.wait()
        here = next((one for one in self.workspaces.values() if one.token == token), None)
        granted = {} if here is None else {"x-oauth-scopes": ",".join(sorted(here.scopes))}
        return web.json_response(answer, headers=granted)

    async def _answer(self, method: str, token: str, sent: Json) -> Json:
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refusal("invalid_auth")
            ticket = f"ticket{self.number()}"
            self._tickets.add(ticket)
            return {"url": f"{self.url.replace('http', 'ws')}link?ticket={ticket}"}
        here = next((one for one in self.workspaces.values() if one.token == token), None)
        if here is None:
            raise Refusal("invalid_auth")
        if here.out:
            raise Refusal("account_inactive")
        if CALLS.get(method) and CALLS[method] not in here.scopes:
            raise Refusal("missing_scope")
        self.calls.append(Call(method, here.team, sent))
        answers: Mapping[str, Callable[[Workspace, Json], Json]] = {
            "auth.test": lambda at, _: {"team_id": at.team, "user_id": "UBOT", "bot_id": "BBOT"},
            "users.info": self._users_info,
            "users.lookupByEmail": self._lookup,
            "usergroups.users.list": lambda at, given: {"users": at.groups.get(given["usergroup"], [])},
            "conversations.open": self._conversation,
            "chat.postMessage": self._post,
            "chat.update": self._change,
            "chat.postEphemeral": self._post_ephemeral,
            "views.open": self._open,
            "views.update": self._update,
            "views.publish": self._publish,
        }
        if method not in answers:
            raise Refusal("unknown_method")
        return answers[method](here, sent)

    def _users_info(self, at: Workspace, sent: Json) -> Json:
        if sent.get("user") not in at.users:
            raise Refusal("user_not_found")
        found = at.users[sent["user"]]
        if ADDRESSES in at.scopes:
            return {"user": found}
        return {"user": {**found, "profile": {**found["profile"], "email": None}}}

    def _lookup(self, at: Workspace, sent: Json) -> Json:
        for user in at.users.values():
            if user["profile"]["email"] == sent.get("email") and not user["deleted"]:
                return {"user": user}
        raise Refusal("users_not_found")

    def _conversation(self, at: Workspace, sent: Json) -> Json:
        user = at.users.get(str(sent.get("users")))
        if user is None:
            raise Refusal("user_not_found")
        if user["deleted"]:
            raise Refusal("user_disabled")
        return {"channel": {"id": room_of(at.team, user["id"])}}

    def _post(self, at: Workspace, sent: Json) -> Json:
        room = str(sent.get("channel"))
        if room not in {room_of(at.team, user) for user in at.users}:
            raise Refusal("channel_not_found")
        stamp = f"{int(self.clock().timestamp())}.{self.number():06}"
        self.messages[room][stamp] = self._message(sent)
        return {"channel": room, "ts": stamp}

    def _change(self, _: Workspace, sent: Json) -> Json:
        if sent.get("ts") not in self.messages[str(sent.get("channel"))]:
            raise Refusal("message_not_found")
        if len(str(sent.get("text"))) > 4000:
            raise Refusal("msg_too_long")
        self.messages[sent["channel"]][sent["ts"]] = self._message(sent)
        return {"channel": sent["channel"], "ts": sent["ts"]}

    def _post_ephemeral(self, at: Workspace, sent: Json) -> Json:
        if sent.get("channel") not in at.channels:
            raise Refusal("channel_not_found")
        if sent.get("user") not in at.users:
            raise Refusal("user_not_in_channel")
        self.ephemeral.append(self._message(sent))
        return {"message_ts": str(self.number())}

    def _message(self, sent: Json) -> Json:
        if not sent.get("text"):
            raise Refusal("no_text")
        self._checked("message", sent, "invalid_blocks")
        return sent

    def _checked(self, kind: str, body: Json, code: str) -> None:
        try:
            self.checker(kind, body)
        except Exception as error:  # noqa: BLE001 - whichever of the two readers says no
            self.unsound.append(f"{type(error).__name__}: {error}")
            raise Refusal(code) from None

    def _open(self, at: Workspace, sent: Json) -> Json:
        trigger = self._triggers.get(str(sent.get("trigger_id")))
        if trigger is None or trigger["team"] != at.team:
            raise Refusal("invalid_trigger_id")
        if trigger["used"]:
            raise Refusal("exchanged_trigger_id")
        if self.clock().timestamp() - trigger["born"] > TRIGGER_SECONDS:
            raise Refusal("expired_trigger_id")
        trigger["used"] = True
        body = self._sound(sent.get("view"), "modal")
        made = Modal(f"V{self.number()}", f"h{self.number()}", at.team, trigger["user"], body)
        self.modals[made.id] = made
        return {"view": made.payload()}

    def _update(self, at: Workspace, sent: Json) -> Json:
        modal = self.modals.get(str(sent.get("view_id")))
        if modal is None or modal.team != at.team or not modal.open:
            raise Refusal("not_found")
        if sent.get("hash") is not None and sent["hash"] != modal.hash:
            raise Refusal("hash_conflict")
        self.turn(modal, sent.get("view"))
        return {"view": modal.payload()}

    def turn(self, modal: Modal, body: Any) -> None:
        """Another page in the same modal."""
        modal.body, modal.hash = self._sound(body, "modal"), f"h{self.number()}"

    def _publish(self, at: Workspace, sent: Json) -> Json:
        user = str(sent.get("user_id"))
        if user not in at.users:
            raise Refusal("user_not_found")
        body = self._sound(sent.get("view"), "home")
        self.homes[at.team, user] = Modal(f"V{self.number()}", f"h{self.number()}", at.team, user, body)
        return {"view": self.homes[at.team, user].payload()}

    def _sound(self, view: Any, kind: str) -> Json:
        """What Slack's own schema would refuse."""
        if not isinstance(view, dict) or view.get("type") != kind:
            raise Refusal("invalid_arguments")
        self._checked(kind, view, "invalid_arguments")
        return dict(view)

    # Socket Mode

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        if request.query.get("ticket") not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        standing = [one for one in self.sockets if not one.closed]
        if len(standing) >= MOST_SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        await socket.send_json({"type": "hello", "num_connections": len(standing) + 1})
        self.sockets.append(socket)
        self.linked.set()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT and message.data.startswith("{"):
                said = json.loads(message.data)
                if (waits := self._acks.pop(str(said.get("envelope_id")), None)) is not None:
                    waits.set_result(said)
        return socket

    async def through_socket(self, kind: str, payload: Json) -> tuple[int, Json]:
        """One envelope; what came back with its acknowledgement."""
        types = {"command": "slash_commands", "event": "events_api"}
        name = f"e{self.number()}"
        self._acks[name] = waits = asyncio.get_running_loop().create_future()
        envelope = {"envelope_id": name, "type": types.get(kind, "interactive"), "payload": payload}
        await self.sockets[-1].send_json({**envelope, "accepts_response_payload": True})
        said = await asyncio.wait_for(waits, 3)
        return 200, said.get("payload") or {}

    # What people do

    def trigger(self, team: str, user: str) -> str:
        """A fresh trigger of somebody's press."""
        name = f"{self.number()}.trigger"
        self._triggers[name] = {"team": team, "user": user, "born": self.clock().timestamp(), "used": False}
        return name

    def presser(self, trigger: str) -> str:
        """Whose press a trigger came from."""
        return str(self._triggers[trigger]["user"])

    def rooms(self, team: str, user: str) -> list[Json]:
        """The messages that stand in somebody's conversation with the bot, oldest first."""
        return list(self.messages[room_of(team, user)].values())

    def everything_sent(self, *methods: str) -> str:
        """All that went to Slack, as text; of the named methods only, if any are named."""
        return "\n".join(json.dumps(one.sent) for one in self.calls if not methods or one.method in methods)


def room_of(team: str, user: str) -> str:
    """The conversation of somebody with the bot."""
    return f"D{team}{user}"


async def _sent(request: web.Request, method: str) -> Json:
    if request.content_type == "application/json" and not method.startswith(("users.", "usergroups.")):
        return dict(await request.json())
    return {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}


@asynccontextmanager
async def slack(clock: SetClock) -> AsyncIterator[FakeSlack]:
    """A fake Slack that listens."""
    fake = FakeSlack(clock)
    async with TestServer(fake.web_app(), host="127.0.0.1") as server:
        fake.url = str(server.make_url("/"))
        yield fake
        fake.released.set()
        for socket in fake.sockets:
            await socket.close()


@contextmanager
def in_thread() -> Iterator[FakeSlack]:
    """A fake Slack beside a test that has no event loop of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    fake, ends = FakeSlack(SetClock()), asyncio.Event()

    async def serve() -> None:
        async with TestServer(fake.web_app(), host="127.0.0.1") as server:
            fake.url = str(server.make_url("/"))
            ready.set()
            await ends.wait()
            fake.released.set()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(5)
    yield fake
    loop.call_soon_threadsafe(ends.set)
    thread.join()
    loop.close()


def signed(body: bytes, seconds: float, secret: str = SECRET) -> dict[str, str]:
    """Slack's two headers."""
    stamp = str(int(seconds))
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}"}


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """The body as Slack writes it, and its content type."""
    if kind == "event":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "command" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


Send = Callable[..., Any]
"""`await send(kind, payload, **headers)` → status and body, over either way in."""


@dataclass(repr=False)
class Human:
    """Somebody with a Slack client: sees what Slack shows, presses only what is there."""

    fake: FakeSlack
    send: Send
    team: str
    user: str

    def body(self, kind: str, **more: Any) -> Json:
        """What every payload of this person holds."""
        return {
            "type": kind, "team": {"id": self.team, "domain": "invented"}, "api_app_id": APP_ID,
            "user": {"id": self.user, "team_id": self.team}, "trigger_id": self.fake.trigger(self.team, self.user),
            **more,
        }  # fmt: skip

    async def command(self, channel: str = "C1", trigger: str | None = None, text: str = "") -> tuple[int, Json]:
        """/concern."""
        self.subscribed({one["command"] for one in MANIFEST["features"]["slash_commands"]}, "/concern", STARTS)
        form = {
            "command": "/concern", "text": text, "team_id": self.team, "user_id": self.user, "channel_id": channel,
            "api_app_id": APP_ID, "trigger_id": trigger or self.fake.trigger(self.team, self.user),
            "response_url": f"{self.fake.url}answer",
        }  # fmt: skip
        found: tuple[int, Json] = await self.send("command", form)
        return found

    async def shortcut(self, callback: str, **more: Any) -> tuple[int, Json]:
        """A global shortcut, or with a `message` the one on a message."""
        self.subscribed({one["callback_id"] for one in MANIFEST["features"]["shortcuts"]}, callback, STARTS)
        kind = "message_action" if "message" in more else "shortcut"
        found: tuple[int, Json] = await self.send(kind, self.body(kind, callback_id=callback, **more))
        return found

    def subscribed(self, told: Collection[str], name: str, scope: str) -> None:
        """Slack sends only what the manifest says, and what the workspace granted."""
        granted = self.fake.workspaces[self.team].scopes if self.team in self.fake.workspaces else {scope}
        assert name in told, f"{name} is not in the manifest: Slack would never send it"
        assert not scope or scope in granted, f"{name} needs {scope}"

    @property
    def modal(self) -> Modal:
        """The newest modal in front of the person."""
        mine = [one for one in self.fake.modals.values() if (one.team, one.user) == (self.team, self.user)]
        return [one for one in mine if one.open][-1]

    @property
    def page(self) -> str:
        """All that the modal shows, as text."""
        return json.dumps(self.modal.body, ensure_ascii=False)

    async def submit(self, values: Mapping[str, Any] | None = None, *, view: Json | None = None) -> tuple[int, Json]:
        """Send the page; Slack then shows what comes back."""
        modal = self.modal
        sent = view or modal.payload(state_of(modal.body, values or {}))
        assert "submit" in modal.body, "this page has no button of its own"
        status, answer = await self.send("view_submission", self.body("view_submission", view=sent, response_urls=[]))
        if answer.get("response_action") == "update":
            self.fake.turn(modal, answer["view"])
        if answer.get("response_action") == "errors":
            names = {one.get("block_id") for one in modal.body["blocks"] if one["type"] == "input"}
            assert set(answer["errors"]) <= names, "errors beside fields that are not there"
        return status, answer

    async def press(self, name: str, on: str = "modal", values: Mapping[str, Any] | None = None) -> tuple[int, Json]:
        """A button by its action's id or the place that it leads to: in the modal, on the home page, in a message."""
        if on == "modal":
            body, more = self.modal.body, {"view": self.modal.payload(state_of(self.modal.body, values or {}))}
        elif on == "home":
            home = self.fake.homes[self.team, self.user]
            body, more = home.body, {"view": home.payload()}
        else:
            body = self.fake.rooms(self.team, self.user)[-1]
            more = {"message": body, "channel": {"id": room_of(self.team, self.user)}}
        action = button(body, name)
        found: tuple[int, Json] = await self.send("block_actions", self.body("block_actions", actions=[action], **more))
        return found

    async def open_home(self) -> tuple[int, Json]:
        """The App Home."""
        return await self.event({"type": "app_home_opened", "user": self.user, "tab": "home", "channel": "D1"})

    async def write(self, text: str, *, stamp: str = "", **headers: str) -> tuple[int, Json]:
        """A direct message to the bot."""
        event = {
            "type": "message", "channel_type": "im", "user": self.user, "text": text,
            "channel": room_of(self.team, self.user), "ts": stamp or f"{self.fake.number()}.1",
        }  # fmt: skip
        return await self.event(event, **headers)

    async def event(self, event: Json, **headers: str) -> tuple[int, Json]:
        """Anything of the Events API, under an event id of its own."""
        name = "message.im" if event["type"] == "message" else event["type"]
        self.subscribed(MANIFEST["settings"]["event_subscriptions"]["bot_events"], name, HEARD_WITH[name])
        payload = {
            "type": "event_callback", "team_id": self.team, "api_app_id": APP_ID, "event": event,
            "event_id": f"Ev{self.fake.number()}",
        }  # fmt: skip
        found: tuple[int, Json] = await self.send("event", payload, **headers)
        return found


def button(body: Json, name: str) -> Json:
    """A button of a view or message, by action id or value; it must be there."""
    rows = [one for block in body["blocks"] for one in block.get("elements", ())]
    found = [*rows, *(block["accessory"] for block in body["blocks"] if "accessory" in block)]
    there = [one for one in found if one.get("type") == "button"]
    for one in there:
        if name in (one["action_id"].split(".")[1], one.get("value")):
            return {"type": "button", "action_id": one["action_id"], "value": one.get("value", ""), "block_id": "b"}
    raise AssertionError(f"no button {name}; there are {[(one['action_id'], one.get('value')) for one in there]}")


def state_of(body: Json, values: Mapping[str, Any]) -> Json:
    """`view.state.values` for what somebody entered by field; options must be offered there."""
    inputs = {one["block_id"]: one["element"] for one in body["blocks"] if one["type"] == "input"}
    missing = set(values) - {field_of(name) for name in inputs}
    assert not missing, f"no field {missing}; there are {sorted(inputs)}"
    entered: Json = {}
    typed: set[str] = set()
    for name, element in inputs.items():
        value = None if field_of(name) in typed else values.get(field_of(name))
        entered[name] = {element["action_id"]: _entered(element, value)}
        typed |= {field_of(name)} if element["type"] == "plain_text_input" else set()
    return entered


def field_of(block: str) -> str:
    """The field that a block belongs to; its text goes into the first of its boxes."""
    return block.partition(".")[2].partition("~")[0]


def _entered(element: Json, value: Any) -> Json:
    kind = element["type"]
    grouped = [one for group in element.get("option_groups", ()) for one in group["options"]]
    offered = {one["value"]: one for one in (*element.get("options", ()), *grouped)}
    if kind in ("radio_buttons", "static_select"):
        return {"type": kind, "selected_option": None if value is None else offered[value]}
    if kind in ("checkboxes", "multi_static_select"):
        return {"type": kind, "selected_options": [offered[one] for one in value or () if one in offered]}
    assert len(str(value or "")) <= element.get("max_length", 3000), "Slack takes no more in one box"
    key = {"datepicker": "selected_date", "timepicker": "selected_time"}.get(kind, "value")
    return {"type": kind, key: value if value is not None else element.get("initial_value")}
