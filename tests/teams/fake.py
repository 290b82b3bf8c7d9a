"""A strict Teams on loopback: connector, roster, tokens, signing keys. It refuses what Teams refuses.

Tokens are asked of each call; conversations exist only where the app is installed; cards are checked for size, version
and buttons. Moods make it slow, out, or too busy. Every person and address here is invented.
"""

import asyncio
import itertools
import json
import threading
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.channels.teams.install import ISSUER, Bot, Install
from tests.fakes import SetClock

APP = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SECRET = "a-secret-of-tests"
TENANT = "11111111-1111-1111-1111-111111111111"
FOREIGN = "99999999-9999-9999-9999-999999999999"
BOT = f"28:{APP}"
MOST_BYTES = 100_000
Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - Teams' answer
    """Teams says no: a status and its code."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code
        super().__init__(code)


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A key of an issuer, made once a name."""
    assert name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody with an account in a tenant."""

    id: str
    email: str
    name: str
    tenant: str = TENANT
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def user(self) -> str:
        """Their id in Teams."""
        return f"29:{self.id}"

    def member(self) -> Json:
        """As a roster has them."""
        return {
            "id": self.user, "aadObjectId": self.id, "objectId": self.id, "name": self.name, "email": self.email,
            "userPrincipalName": self.email, "tenantId": self.tenant, "userRole": "user", **self.more,
        }  # fmt: skip


@dataclass
class Call:
    """Something that the programme asked of Teams."""

    method: str
    place: str
    sent: Json
    token: str


def no_limits(card: Json) -> None:
    """The hook for a checker of cards. Raises `Refusal`."""


@dataclass(repr=False)
class FakeTeams:
    """The whole of it."""

    clock: SetClock
    checker: Callable[[Json], None] = no_limits
    accounts: dict[str, Account] = field(default_factory=dict)
    installed: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    teams: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    messages: dict[str, dict[str, Json]] = field(default_factory=lambda: defaultdict(dict))
    calls: list[Call] = field(default_factory=list)
    moods: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, str] = field(default_factory=dict)
    signing: list[str] = field(default_factory=lambda: ["first"])
    endorsements: Sequence[str] = ("msteams",)
    fetches: int = 0
    tokens: set[str] = field(default_factory=set)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def join(self, account: Account, *, installed: bool = True) -> Account:
        """Somebody has an account, and the app."""
        self.accounts[account.id] = account
        if installed:
            self.installed.add(account.id)
        return account

    def install(self, **more: Any) -> Install:
        """The settings of a bot here, and of the bots of `others`, by tenant."""
        others: Mapping[str, Bot] = more.pop("others", {})
        bot = Bot(**{"app": APP, "secret": SECRET, "home": TENANT, **more})
        return Install(
            tenants=frozenset({TENANT, *others}), bots={TENANT: bot, **others} if bot.app else {},
            openid=f"{self.url}/openid", login=f"{self.url}/login",
        )  # fmt: skip

    def number(self) -> int:
        """Never given before."""
        return next(self._numbers)

    # What signs

    def token(self, *, key: str = "first", kid: str | None = None, headers: Json | None = None, **claims: Any) -> str:
        """A token as the Bot Framework makes it; claims may be changed, or left out with None."""
        now = int(self.clock().timestamp())
        whole = {
            "iss": ISSUER, "aud": APP, "exp": now + 3600, "nbf": now - 60, "serviceurl": self.url, **claims,
        }  # fmt: skip
        said = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(said, rsa_key(key), algorithm="RS256", headers={"kid": kid or key, **(headers or {})})

    async def _openid(self, _: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        self.fetches += 1
        made = [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(name).public_key())) for name in self.signing]
        return web.json_response(
            {"keys": [{**one, "kid": name, "endorsements": list(self.endorsements)}
                      for one, name in zip(made, self.signing, strict=True)]}
        )  # fmt: skip

    async def _login(self, request: web.Request) -> web.Response:
        form = await request.post()
        if (form.get("client_id"), form.get("client_secret")) != (APP, SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        token = f"of-us-{self.number()}"
        self.tokens.add(token)
        return web.json_response({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    # The connector

    def web_app(self) -> web.Application:
        """The server."""
        app = web.Application(client_max_size=2_000_000)
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/login/{tenant}/oauth2/v2.0/token", self._login)
        app.router.add_route("*", "/v3/conversations", self._take)
        app.router.add_route("*", "/v3/conversations/{rest:.*}", self._take)
        return app

    async def _take(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        place = request.match_info.get("rest", "")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        sent = json.loads(raw or b"{}")
        what = _named(request.method, place)
        self.calls.append(Call(what, place, sent, token))
        mood = self.moods[what].popleft() if self.moods[what] else self._always(what, place)
        if mood == "slow":
            await self.released.wait()
        try:
            answer = self._answered(mood, token, len(raw), lambda: self._asked(request.method, place, sent))
        except Refusal as refusal:
            headers = {"Retry-After": "1"} if refusal.status == 429 else {}
            body = {"error": {"code": refusal.code, "message": "no"}}
            return web.json_response(body, status=refusal.status, headers=headers)
        if mood == "hang":
            await self.released.wait()
        return web.json_response(answer, status=201 if request.method == "POST" else 200)

    def _always(self, what: str, place: str) -> str:
        """The standing mood of a kind of call, or of one conversation."""
        return self.always.get(what) or self.always.get(place.partition("/")[0], "")

    def _answered(self, mood: str, token: str, size: int, work: Callable[[], Json]) -> Json:
        if mood.isdigit():
            raise Refusal(int(mood), "Busy")
        if token not in self.tokens:
            raise Refusal(401, "Unauthorized")
        if mood and mood not in ("slow", "hang"):
            raise Refusal(403, mood)
        if size > MOST_BYTES:
            raise Refusal(413, "MessageSizeTooBig")
        return work()

    def _asked(self, method: str, place: str, sent: Json) -> Json:
        if not place:
            return self._made(sent)
        conversation, _, rest = place.partition("/")
        kind, _, named = rest.partition("/")
        if kind == "members" and method == "GET":
            return self._member(conversation, named)
        if kind != "activities":
            raise Refusal(405, "MethodNotAllowed")
        self._require_open(conversation)
        room = self.messages[conversation]
        if method == "POST":
            self._check(sent)
            message = f"{1_700_000_000_000 + self.number()}"
            room[message] = sent
            return {"id": message}
        if named not in room:
            raise Refusal(404, "ActivityNotFound")
        if method == "DELETE":
            del room[named]
            return {}
        self._check(sent)
        room[named] = sent
        return {"id": named}

    def _made(self, sent: Json) -> Json:
        user = sent["members"][0]["id"].removeprefix("29:")
        if not sent.get("tenantId") or not sent["bot"]["id"]:
            raise Refusal(400, "BadArgument")
        if user not in self.installed:
            raise Refusal(403, "ForbiddenOperationException")
        return {"id": room_of(user)}

    def _member(self, conversation: str, named: str) -> Json:
        user = named.removeprefix("29:")
        inside = self.teams.get(conversation, {conversation.removeprefix("a:")})
        if user not in inside or user not in self.accounts:
            raise Refusal(404, "MemberNotFound" if inside else "ConversationNotFound")
        return self.accounts[user].member()

    def _require_open(self, conversation: str) -> None:
        user = conversation.removeprefix("a:")
        if user in self.blocked:
            raise Refusal(403, "MessageWritesBlocked")
        if conversation not in self.teams and user not in self.installed:
            raise Refusal(404, "ConversationNotFound")

    def _check(self, sent: Json) -> None:
        if sent.get("type") != "message" or len(sent.get("attachments", ())) != 1:
            raise Refusal(400, "BadSyntax")
        card = sent["attachments"][0]["content"]
        if (card["type"], card["version"]) != ("AdaptiveCard", "1.5") or len(card.get("actions", ())) > 6:
            raise Refusal(400, "BadArgument")
        self.checker(card)

    # What people see

    def room(self, account: str) -> list[Json]:
        """The cards in somebody's own conversation, oldest first."""
        return [one["attachments"][0]["content"] for one in self.messages[room_of(account)].values()]

    def everything_sent(self) -> str:
        """All that ever went to Teams but as the answer to a dialog."""
        return json.dumps([one.sent for one in self.calls], ensure_ascii=False)


def room_of(account: str) -> str:
    """Somebody's own conversation with the bot."""
    return f"a:{account}"


def _named(method: str, place: str) -> str:
    if not place:
        return "create"
    kind = place.partition("/")[2].partition("/")[0]
    return {"POST": "post", "PUT": "put", "DELETE": "delete", "GET": kind}[method]


@asynccontextmanager
async def teams(clock: SetClock) -> AsyncIterator[FakeTeams]:
    """A fake Teams on a free port of loopback."""
    fake = FakeTeams(clock)
    async with TestServer(fake.web_app(), host="127.0.0.1") as server:
        fake.url = str(server.make_url("")).rstrip("/")
        yield fake
        fake.released.set()


@contextmanager
def in_thread(clock: SetClock) -> Iterator[FakeTeams]:
    """A fake Teams beside a test that has no event loop of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    fake, ends = FakeTeams(clock), asyncio.Event()

    async def serve() -> None:
        async with TestServer(fake.web_app(), host="127.0.0.1") as server:
            fake.url = str(server.make_url("")).rstrip("/")
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


Send = Callable[[Json], Any]
"""`await send(activity)` → status and body."""


@dataclass(repr=False)
class Human:
    """Somebody with a Teams client: sees what Teams shows, presses only what is there."""

    fake: FakeTeams
    send: Send
    account: Account
    dialog: Json | None = None
    opened_by: str = ""
    said: str = ""

    def activity(self, kind: str, **more: Any) -> Json:
        """What every activity of this person holds."""
        here = {"id": room_of(self.account.id), "conversationType": "personal", "tenantId": self.account.tenant}
        return {
            "type": kind, "id": f"f:{self.fake.number()}", "channelId": "msteams", "serviceUrl": self.fake.url,
            "from": {"id": self.account.user, "aadObjectId": self.account.id, "name": self.account.name},
            "recipient": {"id": BOT}, "conversation": here,
            "channelData": {"tenant": {"id": self.account.tenant}}, **more,
        }  # fmt: skip

    def elsewhere(self, kind: str = "channel") -> Json:
        """A conversation that others see."""
        return {
            "id": "19:invented@thread.tacv2", "conversationType": kind, "tenantId": self.account.tenant,
            "isGroup": True,
        }  # fmt: skip

    async def write(self, text: str, **more: Any) -> tuple[int, Json]:
        """A message to the bot."""
        return await self._sent(self.activity("message", text=text, **more))

    async def installs(self, action: str = "add") -> tuple[int, Json]:
        """The app comes to this person, or leaves."""
        return await self._sent(self.activity("installationUpdate", action=action))

    async def command(self, name: str = "concern", **more: Any) -> tuple[int, Json]:
        """The command of the message extension."""
        value = {"commandId": name, "commandContext": "compose", "context": {"theme": "default"}}
        self.opened_by = "composeExtension/submitAction"
        return await self._dialog("composeExtension/fetchTask", value, **more)

    async def open(self, name: str, card: int = -1) -> tuple[int, Json]:
        """A button of a card in the chat that opens a dialog."""
        message, drawn = self._card(card)
        button = _button(drawn, name)
        data = button.get("fallback", button)["data"]
        assert data["msteams"] == {"type": "task/fetch"}, "this button opens nothing"
        self.opened_by = "task/submit"
        return await self._dialog("task/fetch", {"data": data}, replyToId=message)

    async def execute(self, name: str, card: int = -1) -> tuple[int, Json]:
        """A button that changes the card where it stands."""
        message, drawn = self._card(card)
        button = _button(drawn, name)
        assert button["type"] == "Action.Execute", "this button changes nothing"
        action = {"type": "Action.Execute", "verb": button["verb"], "data": button["data"]}
        found = await self._sent(
            self.activity("invoke", name="adaptiveCard/action", value={"action": action}, replyToId=message)
        )
        body = found[1]
        if body.get("type") == "application/vnd.microsoft.card.adaptive":
            self.fake.messages[room_of(self.account.id)][message]["attachments"][0]["content"] = body["value"]
        else:
            self.said = body["value"]
        return found

    def _card(self, number: int) -> tuple[str, Json]:
        message, found = list(self.fake.messages[room_of(self.account.id)].items())[number]
        return message, found["attachments"][0]["content"]

    @property
    def page(self) -> str:
        """All that the dialog shows, as text."""
        return json.dumps(self.dialog, ensure_ascii=False)

    @property
    def stand(self) -> Json:
        """Where the dialog stands, as its buttons say."""
        assert self.dialog is not None
        found: Json = json.loads(next(one["data"]["swis"]["at"] for one in _buttons(self.dialog)))
        return found

    async def press(self, name: str, values: Mapping[str, Any] | None = None) -> tuple[int, Json]:
        """A button of the dialog by its action or the place that it leads to; a list to choose from counts too."""
        assert self.dialog is not None, "no dialog is open"
        data = _sent_with(self.dialog, name)
        shown = inputs(self.dialog)
        missing = set(values or {}) - {one.partition("~")[0] for one in shown}
        assert not missing, f"no field {missing}; there are {sorted(shown)}"
        typed = {one: _entered(element, (values or {}).get(one.partition("~")[0])) for one, element in shown.items()}
        value: Json = {"data": {**typed, **data}}
        if self.opened_by == "composeExtension/submitAction":
            value["commandId"] = "concern"
        return await self._dialog(self.opened_by, value)

    async def submit(self, values: Mapping[str, Any] | None = None) -> tuple[int, Json]:
        """The page's own button."""
        return await self.press(self.stand["submit"], values)

    def pressing(self, sent: Mapping[str, Any]) -> Json:
        """A press that no page of this person offers."""
        return self.activity("invoke", name="task/submit", value={"data": {"swis": dict(sent)}})

    async def _dialog(self, name: str, value: Json, **more: Any) -> tuple[int, Json]:
        status, body = await self._sent(self.activity("invoke", name=name, value=value, **more))
        if status == 200 and "task" in body:
            task = body["task"]
            assert task["type"] == "continue", task
            self.fake.checker(task["value"]["card"]["content"])
            self.dialog = task["value"]["card"]["content"]
        return status, body

    async def _sent(self, activity: Json) -> tuple[int, Json]:
        found: tuple[int, Json] = await self.send(activity)
        return found


def _all(found: object) -> Iterator[Json]:
    """Every element of a card."""
    if isinstance(found, dict):
        yield found
        for value in found.values():
            yield from _all(value)
    elif isinstance(found, list):
        for one in found:
            yield from _all(one)


def _buttons(card: Json) -> list[Json]:
    return [one for one in _all(card) if str(one.get("type")).startswith("Action.") and "swis" in one.get("data", {})]


def presses_of(card: Json) -> list[str]:
    """The action of each button, and of each choice of the lists that are opened with one."""
    listed = [
        choice["value"].partition(" ")[0]
        for one in _all(card)
        if one.get("type") == "Input.ChoiceSet" and one["id"].startswith("~")
        for choice in one["choices"]
    ]
    return [*(one["data"]["swis"]["do"] for one in _buttons(card)), *listed]


def _button(card: Json, name: str) -> Json:
    """A button by its action or place; it must be there."""
    found = [one for one in _buttons(card) if one["type"] in ("Action.Submit", "Action.Execute")]
    for one in found:
        if name in (one["data"]["swis"]["do"], one["data"]["swis"].get("to")):
            return one
    raise AssertionError(f"no button {name}; there are {[one['data']['swis'] for one in found]}")


def _sent_with(card: Json, name: str) -> Json:
    """What a press sends besides the inputs; an action of a list is chosen there first."""
    for one in (one for one in _all(card) if one.get("type") == "Input.ChoiceSet" and one["id"].startswith("~")):
        for choice in one["choices"]:
            if name in choice["value"].split(" "):
                pick = next(two for two in _buttons(card) if two["data"]["swis"].get("from") == one["id"])
                return {**pick["data"], one["id"]: choice["value"]}
    found: Json = _button(card, name)["data"]
    return found


def inputs(card: Json) -> dict[str, Json]:
    """The inputs of a card by their ids."""
    return {one["id"]: one for one in _all(card) if str(one.get("type")).startswith("Input.") and one["id"][0] != "~"}


def _entered(element: Json, value: Any) -> str:
    kind = element["type"]
    if kind != "Input.ChoiceSet":
        beside = element["id"].endswith("~o")
        return element.get("value", "") if value is None or beside else str(value)
    offered = {one["value"] for one in element["choices"]}
    if value is None:
        return str(element.get("value", ""))
    wanted = value if isinstance(value, list | tuple) else (value,)
    return ",".join(one for one in wanted if one in offered)
