"""Signed payloads with one part wrong, in every place: no fault, no trace, no concern, no typed word in the log."""

import json
from collections.abc import Iterator
from typing import Any

from tests.bot.scenarios.telling import HAPPENED
from tests.slack.conftest import TEAM, Stage
from tests.slack.fake import Json, encoded, room_of, state_of

ODD: tuple[Any, ...] = (None, 7, "", "x" * 4000, [], {}, ["x"], {"id": []})
SAID = "a sentence that was typed"


def spoilt(payload: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place of a payload, with each odd value in it."""
    if at:
        yield from ((at, odd) for odd in ODD)
    if isinstance(payload, dict):
        for key, value in payload.items():
            yield from spoilt(value, (*at, key))
    elif isinstance(payload, list):
        for place, value in enumerate(payload[:1]):
            yield from spoilt(value, (*at, place))


def with_odd(payload: Json, at: tuple[Any, ...], odd: Any) -> Json:
    """A copy with one part put in the place of another."""
    copy: Json = json.loads(json.dumps(payload))
    inner: Any = copy
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = odd
    return copy


async def payloads(stage: Stage) -> list[tuple[str, Json]]:
    """One of each kind, as Slack sends them."""
    human = stage.human("UTEACHER")
    await human.command()
    await human.submit({"what": "worried"})
    view = human.modal.payload(state_of(human.modal.body, {**HAPPENED, "saw": SAID}))
    view["blocks"] = [one for one in view["blocks"] if one["type"] == "input"][:1]
    action = {"type": "button", "action_id": "do.back.0", "value": "screen:start", "block_id": "b"}
    event = {
        "type": "message", "channel_type": "im", "user": "UTEACHER", "text": SAID, "ts": "1.1",
        "channel": room_of(TEAM, "UTEACHER"),
    }  # fmt: skip
    outer = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0TESTS", "event_id": "Ev1", "event": event}
    return [
        ("view_submission", human.body("view_submission", view=view)),
        ("block_actions", human.body("block_actions", actions=[action], view=view)),
        ("event", outer),
        ("event", {**outer, "event": {"type": "user_change", "user": {"id": "UTEACHER", "deleted": False}}}),
    ]


async def test_no_odd_part_of_a_signed_payload_is_a_fault(stage: Stage) -> None:
    tried = 0
    for kind, payload in await payloads(stage):
        for at, odd in spoilt(payload):
            status, answer = await stage.post(*encoded(kind, with_odd(payload, at, odd)))
            assert status < 500, (kind, at, str(odd)[:40])
            assert "Traceback" not in json.dumps(answer)
            tried += 1
    await stage.door.bridge.idle()
    assert tried > 500
    with stage.house.store.read() as unit:
        assert not unit.concerns.open_everywhere()
    assert SAID not in str(stage.log.kept)
