"""Requests to Slack's door that nobody should send: by seed, signed and not, whole and spoilt."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random  # noqa: TID251 - seeded: the same requests every time
from urllib.parse import urlencode

from tests import fuzzing
from tests.fuzzing import SAID, Came, Door, noisy, stands, with_odd
from tests.slack.fake import APP_ID, SECRET, Human, Json, encoded, room_of, signed, state_of
from tests.slack.stage import FOREIGN, TEAM, Stage

STRANGER, GUEST = "UPUPIL", "UGUEST"
ODD = (*fuzzing.ODD, "<!channel>", "do.back.0", [{"type": "button", "action_id": "do.send.0"}])


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
        body, written = _encoded(kind, with_odd(changed, self.chance, ODD) if self.chance.random() < 0.5 else changed)
        return Shot("outside", body, written)

    def _spoilt(self, kind: str, payload: Json) -> Shot:
        spoilt = payload
        for _ in range(self.chance.randint(1, 4)):
            spoilt = with_odd(spoilt, self.chance, ODD)
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
        changed = self.chance.choice((noisy(body, self.chance), b"payload=" + body))
        other = self.chance.choice((written, "application/json", "text/plain", "multipart/form-data", ""))
        return Shot("teacher", changed, other)


def _encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "command":
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()}
        return urlencode(form, errors="replace").encode(), "application/x-www-form-urlencoded"
    return encoded(kind, payload)


async def aim(stage: Stage, seed: int) -> Aim:
    """Payloads as Slack sends them, from a teacher who stands on the second page, and the places of others."""
    stage.fake.workspaces[TEAM].join(STRANGER, "pupil@pupils.example.invalid", "Pupil Invented")
    stage.fake.workspaces[TEAM].join(GUEST, "guest@ealing.example.invalid", "Guest Invented", is_restricted=True)
    human, other = stage.human("UTEACHER"), stage.human("UDEPUTY")
    await other.command()
    await human.command()
    await human.submit({"what": "worried"})
    theirs, mine = (str(one.modal.body["private_metadata"]) for one in (other, human))
    return Aim(tuple(_payloads(human)), stands(theirs, mine), Random(seed))


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


async def fired(stage: Stage, url: str, aim: Aim, count: int) -> Came:
    """Send so many requests, and look at what the database at `url` keeps before and after."""

    async def send(shot: Shot) -> tuple[int, str]:
        """One request, signed."""
        headers = {"Content-Type": shot.kind, **signed(shot.body, stage.clock().timestamp() - shot.age, shot.secret)}
        async with stage.session.post(stage.address, data=shot.body, headers=headers) as answer:
            return answer.status, await answer.text()

    door = Door(url=url, send=send, idle=stage.door.bridge.idle, logged=lambda: str(stage.log.kept))
    return await fuzzing.fired(door, lambda: _grouped(aim.shot()), count)


def _grouped(shot: Shot) -> tuple[str, Shot]:
    return shot.group, shot
