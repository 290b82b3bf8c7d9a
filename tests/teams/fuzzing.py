"""Requests to Teams' door that nobody should send: by seed, signed and not, whole and spoilt."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded: the same requests every time
from typing import Any

from tests import fuzzing
from tests.fuzzing import SAID, Came, noisy, stands, with_odd
from tests.teams.fake import FOREIGN, FakeTeams, Human, Json, inputs
from tests.teams.stage import DEPUTY, GUEST, PUPIL, TEACHER, Stage

NOT_OURS = 501
"""What an invoke of a kind that is none of ours gets, as the Bot Framework has it."""
NOBODY = "00000000-0000-0000-0000-000000009999"
ODD = (
    *fuzzing.ODD, "<at>x</at>", "removed", "task/fetch", "personal", "channel", ["~more"],
    {"do": "send", "inputs": ["saw*99", "~change", "saw~o"]}, "have:c1", "discard:id1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shot:
    """One request."""

    body: bytes
    token: str | None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Aim:
    """What requests are made of: true activities of a teacher, places of others, tokens, and chance."""

    activities: Sequence[Json]
    places: Sequence[str]
    tokens: Mapping[str, str]
    service: str
    chance: Random
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def shot(self) -> tuple[str, Shot]:
        """The next request, and what may come of it."""
        activity = {**self.chance.choice(self.activities), "id": f"z:{next(self.numbers)}"}
        made: Callable[[Json], tuple[str, Shot]] = self.chance.choice(
            (self._unsigned, self._foreign, self._stranger, self._spoilt, self._spoilt, self._forged, self._noise)
        )
        return made(activity)

    def _unsigned(self, activity: Json) -> tuple[str, Shot]:
        token = self.chance.choice([token for name, token in self.tokens.items() if name != "sound"])
        cut = self.tokens["sound"][: self.chance.randrange(len(self.tokens["sound"]) - 20)]
        return "outside", Shot(_written(activity), self.chance.choice((token, cut, "", None)))

    def _foreign(self, activity: Json) -> tuple[str, Shot]:
        there = self.chance.choice(
            (
                {"channelData": {"tenant": {"id": FOREIGN}}},
                {"channelId": "webchat"},
                {"serviceUrl": "https://elsewhere.example/"},
                {"channelData": {}, "conversation": {"id": "a:1"}},
            )
        )
        return "outside", Shot(_written({**activity, **there}), self.tokens["sound"])

    def _stranger(self, activity: Json) -> tuple[str, Shot]:
        other = self.chance.choice((GUEST.id, PUPIL.id, NOBODY))
        changed = json.loads(json.dumps(activity).replace(TEACHER.id, other))
        return "outside", Shot(_written(changed), self.tokens["sound"])

    def _spoilt(self, activity: Json) -> tuple[str, Shot]:
        spoilt = activity
        for _ in range(self.chance.randint(1, 4)):
            spoilt = with_odd(spoilt, self.chance, ODD)
        return "teacher", Shot(_written(spoilt), self.tokens["sound"])

    def _forged(self, activity: Json) -> tuple[str, Shot]:
        copy: Json = json.loads(json.dumps(activity))
        for ours in _ours(copy):
            ours["at"] = self.chance.choice(self.places)
            ours["to"] = self.chance.choice(
                ("privacy:c1", "concern:nobody", "resume:nobody", "screen:check", "x", None)
            )
            ours["do"] = self.chance.choice(
                (ours.get("do"), "open", "read", "have", "discard", "figures", "log", "pick")
            )
        return "teacher", Shot(_written(copy), self.tokens["sound"])

    def _noise(self, activity: Json) -> tuple[str, Shot]:
        kind = self.chance.choice(("application/json", "text/plain", "multipart/form-data", ""))
        return "teacher", Shot(noisy(_written(activity), self.chance), self.tokens["sound"], {"Content-Type": kind})


def _written(activity: Json) -> bytes:
    return json.dumps(activity).encode()


def _ours(part: Any) -> Iterator[Json]:
    """What buttons of ours send, wherever it stands."""
    found = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for one in found:
        yield from _ours(one)
    if isinstance(part, dict) and isinstance(part.get("swis"), dict):
        yield part["swis"]


def _tokens(fake: FakeTeams) -> dict[str, str]:
    now = int(fake.clock().timestamp())
    return {
        "sound": fake.token(), "old": fake.token(exp=now - 400), "early": fake.token(nbf=now + 400),
        "forged": fake.token(key="forged", kid="first"), "of another app": fake.token(aud=FOREIGN),
        "of another issuer": fake.token(iss="https://elsewhere.example/"), "garbage": "a.b.c",
        "for elsewhere": fake.token(serviceurl="https://elsewhere.example/"),
    }  # fmt: skip


async def aim(stage: Stage, seed: int) -> Aim:
    """Activities as Teams sends them, of a teacher who stands on the second page, and the places of others."""
    human, other = stage.human(TEACHER), stage.human(DEPUTY)
    await other.command()
    await human.installs()
    await human.command()
    await human.submit({"what": "worried"})
    places = stands(json.dumps(other.stand), json.dumps(human.stand))
    return Aim(tuple(_activities(human)), places, _tokens(stage.fake), stage.fake.url, Random(seed))


def _activities(human: Human) -> Iterator[Json]:
    assert human.dialog is not None
    at: Json = {"do": "next", "at": json.dumps(human.stand), "inputs": list(inputs(human.dialog))}
    page = {"swis": at, "saw": SAID}
    resume = {"swis": {"do": "resume", "to": f"resume:{human.stand['id']}"}, "msteams": {"type": "task/fetch"}}
    have = {"type": "Action.Execute", "verb": "have", "data": {"swis": {"do": "have", "to": "have:c1", "at": "K4M"}}}
    invokes: tuple[tuple[str, Json], ...] = (
        ("composeExtension/fetchTask", {"commandId": "concern", "commandContext": "message", "messagePayload": {
            "id": "1", "body": {"content": SAID}}}),
        ("composeExtension/submitAction", {"commandId": "concern", "data": page}),
        ("task/submit", {"data": page}),
        ("task/submit", {"data": {**page, "swis": {**at, "do": "back", "some": True}}}),
        ("task/fetch", {"data": resume}),
        ("adaptiveCard/action", {"action": have}),
        ("signin/verifyState", {"state": SAID}),
    )  # fmt: skip
    for name, value in invokes:
        yield human.activity("invoke", name=name, value=value, replyToId="1")
    yield human.activity("message", text=SAID, attachments=[{"contentUrl": "http://127.0.0.1:1/", "name": SAID}])
    yield human.activity("message", text=SAID, value=have["data"], conversation=human.elsewhere())
    yield human.activity("installationUpdate", action="add")
    yield human.activity("conversationUpdate", membersAdded=[{"id": human.account.user}])
    yield human.activity("messageReaction", reactionsAdded=[{"type": "like"}])


async def fired(stage: Stage, url: str, aim: Aim, count: int) -> Came:
    """Send so many requests, and look at what the database at `url` keeps before and after."""

    async def send(shot: Shot) -> tuple[int, str]:
        """One request."""
        sent = {} if shot.token is None else {"Authorization": f"Bearer {shot.token}"}
        headers = {"Content-Type": "application/json", **sent, **shot.headers}
        async with stage.session.post(stage.address, data=shot.body, headers=headers) as answer:
            return answer.status, await answer.text()

    door = fuzzing.Door(
        url=url, send=send, idle=stage.door.idle, logged=lambda: str(stage.log.kept) + stage.fake.everything_sent(),
        fine=frozenset({NOT_OURS}),
    )  # fmt: skip
    return await fuzzing.fired(door, aim.shot, count)
