"""Requests that nobody should send: by seed, signed and not, whole and spoilt. What they leave behind is looked at.

Unsigned, from elsewhere or from strangers: nothing at all may change. Signed, from a teacher, with parts spoilt and
with the places of other people: nothing but that teacher's own drafts may.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded: the same requests every time
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Engine, create_engine, text

from tests.slack.fake import APP_ID, SECRET, Human, Json, encoded, room_of, signed, state_of
from tests.slack.stage import FOREIGN, TEAM, Stage

AT_ONCE = 8
SAID = "a sentence that nobody may find again"
STRANGER, GUEST = "UPUPIL", "UGUEST"
OWN = frozenset({"conversations", "entries", "audit"})
"""Tables in which a teacher's own drafts stand."""
ODD: tuple[Any, ...] = (
    None, True, -1, 7, 1e308, "", "x", "\ud800", "\x00", "💥" * 900, "x" * 9000, [], {}, ["x"], [[]], {"id": []},
    {"id": "../../etc"}, "'; DROP TABLE concerns; --", "{{7*7}}", "<!channel>", "do.back.0", "part:9999999999",
    "concern:c1", "resume:id1", "swis", [{"type": "button", "action_id": "do.send.0"}],
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shot:
    """One request. `group`: what may come of it."""

    group: str
    body: bytes
    kind: str
    secret: str = SECRET
    age: float = 0.0


@dataclass
class Aim:
    """What requests are made of: true payloads of a teacher, places of others, and chance."""

    payloads: Sequence[tuple[str, Json]]
    places: Sequence[str]
    chance: Random

    def shot(self) -> Shot:
        """The next request."""
        kind, payload = self.chance.choice(self.payloads)
        made: Callable[[str, Json], Shot] = self.chance.choice(
            (self._unsigned, self._foreign, self._stranger, self._spoilt, self._forged, self._noise)
        )
        return made(kind, payload)

    def _unsigned(self, kind: str, payload: Json) -> Shot:
        body, written = encoded(kind, payload)
        secret, age = self.chance.choice(((SECRET, 400.0), (SECRET, -400.0), ("another", 0.0), ("", 0.0)))
        return Shot("outside", body, written, secret, age)

    def _foreign(self, kind: str, payload: Json) -> Shot:
        there = self.chance.choice(({"team_id": FOREIGN, "team": {"id": FOREIGN}}, {"api_app_id": "A0OTHER"}))
        body, written = encoded(kind, {**payload, **there})
        return Shot("outside", body, written)

    def _stranger(self, kind: str, payload: Json) -> Shot:
        user = self.chance.choice((STRANGER, GUEST, "UNOBODY"))
        changed = json.loads(json.dumps(payload).replace("UTEACHER", user))
        body, written = _encoded(kind, self._with_odd(changed) if self.chance.random() < 0.5 else changed)
        return Shot("outside", body, written)

    def _spoilt(self, kind: str, payload: Json) -> Shot:
        spoilt = payload
        for _ in range(self.chance.randint(1, 4)):
            spoilt = self._with_odd(spoilt)
        body, written = _encoded(kind, spoilt)
        return Shot("teacher", body, written)

    def _forged(self, kind: str, payload: Json) -> Shot:
        copy: Json = json.loads(json.dumps(payload))
        if isinstance(copy.get("view"), dict):
            copy["view"]["private_metadata"] = self.chance.choice(self.places)
        for action in copy.get("actions", ()):
            action["value"] = self.chance.choice(("privacy:c1", "concern:nobody", "resume:nobody", "screen:check", "x"))
        body, written = _encoded(kind, copy)
        return Shot("teacher", body, written)

    def _noise(self, kind: str, payload: Json) -> Shot:
        body, written = encoded(kind, payload)
        cut = self.chance.randrange(len(body) + 1)
        changed = self.chance.choice(
            (
                body[:cut],
                body[:cut] + self.chance.randbytes(9) + body[cut:],
                self.chance.randbytes(60),
                b"payload=" + body,
            )
        )
        other = self.chance.choice((written, "application/json", "text/plain", "multipart/form-data", ""))
        return Shot("teacher", changed, other)

    def _with_odd(self, payload: Json) -> Json:
        """A copy with one part, anywhere, put in the place of another, or gone."""
        copy: Json = json.loads(json.dumps(payload))
        at = self.chance.choice(list(_places(copy)) or [()])
        if not at:
            return copy
        inner: Any = copy
        for key in at[:-1]:
            inner = inner[key]
        if self.chance.random() < 0.15 and isinstance(inner, dict):
            del inner[at[-1]]
        else:
            inner[at[-1]] = self.chance.choice(ODD)
        return copy


def _encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "command":
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()}
        return urlencode(form, errors="replace").encode(), "application/x-www-form-urlencoded"
    return encoded(kind, payload)


def _places(payload: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    parts = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for key, value in parts:
        yield from _places(value, (*at, key))


async def aim(stage: Stage, seed: int) -> Aim:
    """Payloads as Slack sends them, from a teacher who stands on the second page, and the places of others."""
    stage.fake.workspaces[TEAM].join(STRANGER, "pupil@pupils.example.invalid", "Pupil Invented")
    stage.fake.workspaces[TEAM].join(GUEST, "guest@ealing.example.invalid", "Guest Invented", is_restricted=True)
    human, other = stage.human("UTEACHER"), stage.human("UDEPUTY")
    await other.command()
    await human.command()
    await human.submit({"what": "worried"})
    theirs, mine = (str(one.modal.body["private_metadata"]) for one in (other, human))
    forged = json.dumps({**json.loads(mine), "id": json.loads(theirs)["id"]})
    places = (
        theirs, forged, "", "null", "[]", "{}", '{"kind":"talk","id":"gone"}', '{"kind":"concern","id":"c1"}',
        '{"kind":"concern","id":"c1","opened":9999999999,"view":"read"}', '{"kind":"kept","id":"k1"}',
        '{"kind":"own","submit":"away"}', '{"kind":"end"}', '{"kind":["talk"]}', "[" * 5000,
        '{"kind":"talk","revision":1e99}',
    )  # fmt: skip
    return Aim(tuple(_payloads(human)), places, Random(seed))


def _payloads(human: Human) -> Iterator[tuple[str, Json]]:
    view = human.modal.payload(state_of(human.modal.body, {"saw": SAID}))
    button = {"type": "button", "action_id": "do.back.0", "value": "screen:start", "block_id": "b"}
    room = room_of(TEAM, human.user)
    user = {"id": human.user, "team_id": TEAM, "profile": {"email": "pavel.oakhollow@ealing.example.invalid"}}
    yield "view_submission", human.body("view_submission", view=view, response_urls=[])
    yield "view_closed", human.body("view_closed", view=view, is_cleared=False)
    yield "block_actions", human.body("block_actions", view=view, actions=[button])
    yield "block_actions", human.body("block_actions", message={"text": SAID}, channel={"id": room}, actions=[button])
    yield "shortcut", human.body("shortcut", callback_id="concern_start")
    yield "message_action", human.body("message_action", callback_id="concern_about_message", message={"text": SAID})
    yield "block_suggestion", human.body("block_suggestion", action_id="x", value=SAID)
    yield "command", {
        "command": "/concern", "text": SAID, "team_id": TEAM, "user_id": human.user, "channel_id": "C1",
        "api_app_id": APP_ID, "trigger_id": "1.1", "response_url": "http://127.0.0.1:1/",
    }  # fmt: skip
    for event in (
        {"type": "message", "channel_type": "im", "user": human.user, "text": SAID, "ts": "1.1", "channel": room},
        {"type": "app_home_opened", "user": human.user, "tab": "home", "channel": room},
        {"type": "user_change", "user": user},
        {"type": "tokens_revoked", "tokens": {"oauth": ["UX"]}},
        {"type": "nothing_we_know", "user": human.user},
    ):
        yield "event", {
            "type": "event_callback", "team_id": TEAM, "api_app_id": APP_ID, "event": event, "event_id": "Ev1",
        }  # fmt: skip


@dataclass
class Came:
    """What came of the requests: how many of each group and of each status, and everything that must not be."""

    groups: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


async def fired(stage: Stage, url: str, aim: Aim, count: int) -> Came:
    """Send so many requests, a few at once, and look at what the database at `url` keeps before and after."""
    came, engine = Came(), create_engine(url)
    for group, left_out in (("outside", frozenset()), ("teacher", OWN)):
        before = _kept(engine, left_out)
        await _sent(stage, _of(aim, group, count // 2), came)
        after = _kept(engine, left_out)
        came.broken += [f"{group}: {table} changed" for table in before if before[table] != after[table]]
    engine.dispose()
    if SAID in str(stage.log.kept):
        came.broken.append("a typed sentence stands in the log")
    return came


def _of(aim: Aim, group: str, count: int) -> Iterator[Shot]:
    left = count
    while left:
        shot = aim.shot()
        if shot.group == group:
            left -= 1
            yield shot


async def _sent(stage: Stage, left: Iterator[Shot], came: Came) -> None:
    async def some() -> None:
        """One sender."""
        for shot in left:
            await _one(stage, shot, came)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    await stage.door.bridge.idle()


async def _one(stage: Stage, shot: Shot, came: Came) -> None:
    headers = {"Content-Type": shot.kind, **signed(shot.body, stage.clock().timestamp() - shot.age, shot.secret)}
    async with stage.session.post(stage.address, data=shot.body, headers=headers) as answer:
        said = await answer.text()
        came.groups[shot.group] += 1
        came.statuses[answer.status] += 1
        if answer.status >= 500 or "Traceback" in said:
            came.broken.append(f"{answer.status} for {shot.kind} {shot.body[:300]!r}")


def _kept(engine: Engine, left_out: frozenset[str]) -> dict[str, int]:
    """A number for what stands in each table."""
    with engine.connect() as connection:
        return {table: _hash(connection, table) for table in _tables(connection) if table not in left_out}


def _tables(connection: Connection) -> list[str]:
    found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
    return [str(name) for (name,) in found]


def _hash(connection: Connection, table: str) -> int:
    return hash(tuple(sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}"'))))))
