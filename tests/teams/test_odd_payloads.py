"""Signed activities with one part wrong, in every place: no fault, no trace, no concern, no typed word in the log."""

import json

from tests.slack.test_odd_payloads import spoilt, with_odd
from tests.teams.conftest import TEACHER, Stage
from tests.teams.fake import Json, inputs

SAID = "a sentence that was typed"


async def activities(stage: Stage) -> list[Json]:
    """One of each kind, as Teams sends them."""
    human = stage.human(TEACHER)
    await human.command()
    await human.submit({"what": "worried"})
    assert human.dialog is not None
    place = {"do": "next", "at": json.dumps(human.stand), "inputs": list(inputs(human.dialog))}
    page = {"data": {"swis": place, "saw": SAID}}
    button = {"swis": {"do": "resume", "to": f"resume:{human.stand['id']}"}}
    action = {"type": "Action.Execute", "verb": "have", "data": {"swis": {"do": "have", "to": "have:c1", "at": "K4M"}}}
    return [
        human.activity("invoke", name="task/submit", value=page),
        human.activity("invoke", name="composeExtension/submitAction", value={**page, "commandId": "concern"}),
        human.activity("invoke", name="task/fetch", value={"data": button}, replyToId="1"),
        human.activity("invoke", name="adaptiveCard/action", value={"action": action}, replyToId="1"),
        human.activity("message", text=SAID, value=action["data"], replyToId="1"),
        human.activity("installationUpdate", action="add"),
    ]


async def test_no_odd_part_of_a_signed_activity_is_a_fault(stage: Stage) -> None:
    tried = 0
    for activity in await activities(stage):
        for at, odd in spoilt(activity):
            spoiled = with_odd(activity, at, odd)
            if at != ("id",):
                spoiled["id"] = f"f:{tried}"
            status, answer = await stage.post(spoiled, stage.fake.token())
            assert status < 500 or status == 501, (activity.get("name"), at, str(odd)[:40])
            assert "Traceback" not in json.dumps(answer)
            tried += 1
    await stage.door.idle()
    assert tried > 500
    with stage.house.store.read() as unit:
        assert not unit.concerns.open_everywhere()
    assert SAID not in str(stage.log.kept)
    assert SAID not in stage.fake.everything_sent()


async def test_an_invoke_of_a_kind_that_is_not_ours_is_501_and_other_activities_are_heard_in_silence(
    stage: Stage,
) -> None:
    human = stage.human(TEACHER)
    assert (await stage.send(human.activity("invoke", name="signin/verifyState", value={})))[0] == 501
    for kind in ("conversationUpdate", "messageReaction", "typing", "event", "messageUpdate", "messageDelete"):
        assert await stage.send(human.activity(kind)) == (200, {"text": ""})
    assert not stage.fake.calls
