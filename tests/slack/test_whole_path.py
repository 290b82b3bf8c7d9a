"""The whole product path through Slack, against the fake: report, receipt, alert, open, I have it, stand-down."""

import json

import pytest

from tests.bot.scenarios.telling import CHILD, HAPPENED, SIGNS, WHEN
from tests.slack.conftest import TEAM, Stage, a_stage
from tests.slack.fake import Call, Human

SIGN = SIGNS["section_47"][1]


async def reported(teacher: Human, kind: str = "section_47") -> None:
    """A concern, page by page, to its receipt; a statutory one unless another kind is named."""
    group, sign = SIGNS[kind]
    await teacher.command()
    for values in ({"what": "worried"}, HAPPENED, CHILD, {"groups": [group]}):
        status, answer = await teacher.submit(values)
        assert (status, answer.get("response_action")) == (200, "update"), answer
    if kind == "section_47":
        await teacher.submit({"signs": [sign]})
        await to_check(teacher)
    else:
        await teacher.press("send_now", values={"signs": [sign]})
    status, answer = await teacher.submit()
    assert (status, answer.get("response_action")) == (200, "update"), answer


async def to_check(teacher: Human) -> None:
    """Whatever lies between the signs and *Check your answers*."""
    for _ in range(4):
        stand = json.loads(teacher.modal.body["private_metadata"])
        if stand["screen"] == "check":
            return
        await teacher.submit(WHEN if stand["screen"] == "when" else {})
    raise AssertionError(f"no way to check: {teacher.page}")


async def seen(stage: Stage, *users: str) -> None:
    """They have opened the App Home once."""
    for user in users:
        assert (await stage.human(user).open_home())[0] == 200


async def the_path(stage: Stage) -> None:
    """From the first tap to the other lead's changed message."""
    teacher, lead = stage.human("UTEACHER"), stage.human("UDSL")
    await seen(stage, "UDSL", "UDEPUTY", "USW")
    await reported(teacher)
    assert "999" in teacher.page
    assert "Who has been told" in teacher.page
    assert "Reasons" in teacher.page
    await stage.deliver()
    assert [len(stage.fake.rooms(TEAM, user)) for user in ("UDSL", "UDEPUTY", "USW")] == [1, 1, 1]
    pushed = stage.fake.everything_sent("chat.postMessage", "chat.update")
    assert str(HAPPENED["saw"]) not in pushed
    assert str(CHILD["name"]) not in pushed

    await lead.press("open", on="message")
    assert "private" in lead.page
    assert str(HAPPENED["saw"]) not in lead.page
    await lead.submit()
    assert str(HAPPENED["saw"]) in lead.page
    before = stage.fake.rooms(TEAM, "UDEPUTY")[-1]["text"]
    if "submit" in lead.modal.body:
        await lead.submit()
    else:
        await lead.press("have")
    assert "It is yours until" in lead.page
    await stage.deliver()
    after = stage.fake.rooms(TEAM, "UDEPUTY")
    assert len(after) == 1
    assert after[-1]["text"] != before
    assert not stage.log.named("page_failed")


async def test_a_concern_goes_from_the_command_to_the_others_stood_down(stage: Stage) -> None:
    await the_path(stage)


async def test_the_same_path_through_socket_mode(url: str) -> None:
    async with a_stage(url, through="socket") as stage:
        await the_path(stage)


@pytest.mark.parametrize("through", ["http", "socket"])
async def test_the_same_path_on_postgresql(server_url: str, through: str) -> None:
    async with a_stage(server_url, through=through) as stage:
        await the_path(stage)


def reader(stage: Stage, call: Call) -> str:
    """In front of whom a call puts something that Slack does not keep: whose modal it is; nobody for all else."""
    if call.method == "views.open":
        return stage.fake.presser(call.sent["trigger_id"])
    return stage.fake.modals[call.sent["view_id"]].user if call.method == "views.update" else ""


async def test_no_typed_word_goes_to_slack_but_in_views_for_the_entitled(stage: Stage) -> None:
    await the_path(stage)
    for call in stage.fake.calls:
        if reader(stage, call) not in ("UTEACHER", "UDSL"):
            text = json.dumps(call.sent)
            assert not [one for one in (HAPPENED["saw"], CHILD["name"], SIGN, "Level 4") if str(one) in text], call
