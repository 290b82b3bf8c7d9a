"""The responders' side in a modal: reading, asking, deciding, and the privacy step that comes back."""

import asyncio
import json

import pytest

from bot.directory import rows
from tests.bot.scenarios.house import directories
from tests.bot.scenarios.telling import ACTIONS, CHECKLIST, CHILD, FAMILY, HAPPENED, SHARED
from tests.slack.conftest import TEAM, Stage
from tests.slack.fake import Human, Json
from tests.slack.test_whole_path import reported, seen

SAID = str(HAPPENED["saw"])
ROAD: dict[str, Json] = {
    "checklist": dict(CHECKLIST),
    "level": {"level": "level_4", "reason": "What the child said", "social_worker_level": "none"},
    "actions": dict(ACTIONS),
    "sharing": {"shared": "yes"},
    "shared": dict(SHARED),
    "family": dict(FAMILY),
    "parents_not_told": {"parents_reason": "It may put the child in danger"},
    "feedback": {"sentence": "acting"},
}


async def opened(stage: Stage) -> Human:
    """A lead who has opened a concern out of the message."""
    lead = stage.human("UDSL")
    await seen(stage, "UDSL")
    await reported(stage.human("UTEACHER"))
    await stage.deliver()
    await lead.press("open", on="message")
    await lead.submit()
    assert SAID in lead.page
    return lead


def screen_of(human: Human) -> str:
    """Which page stands in front of somebody."""
    return str(json.loads(human.modal.body["private_metadata"]).get("screen", ""))


async def pressed(human: Human, name: str) -> None:
    """A button, whichever of the modal's it is."""
    stand = json.loads(human.modal.body["private_metadata"])
    await (human.submit() if stand.get("submit") == name else human.press(name))


async def test_the_suggestion_and_the_log_are_read_and_lead_back(stage: Stage) -> None:
    lead = await opened(stage)
    await pressed(lead, "suggestion")
    assert "Level" in lead.page
    await lead.press("read")
    await pressed(lead, "log")
    assert "opened the concern" in lead.page
    assert not stage.log.named("page_failed")


async def test_after_ten_minutes_the_privacy_step_comes_back_before_anything_is_shown(stage: Stage) -> None:
    lead = await opened(stage)
    stage.clock.move(minutes=11)
    await pressed(lead, "suggestion")
    assert screen_of(lead) == "privacy"
    assert SAID not in lead.page


async def test_hide_and_go_back_show_the_concern_only_while_open_holds(stage: Stage) -> None:
    lead = await opened(stage)
    await lead.press("hide")
    assert SAID not in lead.page
    await lead.press("unhide")
    assert SAID in lead.page
    await lead.press("hide")
    stage.clock.move(minutes=11)
    await lead.press("unhide")
    assert screen_of(lead) == "privacy"


async def test_a_question_reaches_the_reporter_without_its_words(stage: Stage) -> None:
    lead, teacher = await opened(stage), stage.human("UTEACHER")
    await teacher.open_home()
    await pressed(lead, "have")
    await pressed(lead, "read")
    await pressed(lead, "ask")
    await lead.submit({"question": "Where is the coat now?"})
    assert "Where is the coat" not in stage.fake.everything_sent("chat.postMessage", "chat.update")
    await stage.deliver()
    assert "question" in stage.fake.rooms(TEAM, "UTEACHER")[-1]["text"]


async def test_a_lead_decides_in_the_same_modal(stage: Stage) -> None:
    lead = await opened(stage)
    await pressed(lead, "have")
    await pressed(lead, "read")
    await pressed(lead, "decide")
    for _ in range(len(ROAD)):
        if (screen := screen_of(lead)) == "check":
            break
        await lead.submit(ROAD[screen])
    assert screen_of(lead) == "check"
    await lead.submit()
    with stage.house.store.read() as unit:
        assert [one.life.state for one in unit.concerns.open_everywhere()] == ["decided"]
    assert not stage.log.named("page_failed")


async def test_two_leads_press_i_have_it_at_once_and_each_is_told_who_has_it(stage: Stage) -> None:
    lead, deputy = stage.human("UDSL"), stage.human("UDEPUTY")
    await seen(stage, "UDSL", "UDEPUTY")
    await reported(stage.human("UTEACHER"))
    await stage.deliver()
    for human in (lead, deputy):
        await human.press("open", on="message")
        await human.submit()
    await asyncio.gather(pressed(lead, "have"), pressed(deputy, "have"))
    pages = [lead.page, deputy.page]
    assert sum("It is yours until" in page for page in pages) == 1
    assert sum("Somebody has it already" in page for page in pages) == 1


async def test_two_people_report_at_the_same_time_and_neither_sees_the_others_words(stage: Stage) -> None:
    one, two = stage.human("UTEACHER"), stage.human("UDEPUTY")
    await asyncio.gather(reported(one), reported(two))
    with stage.house.store.read() as unit:
        assert len(unit.concerns.open_everywhere()) == 2
    assert not stage.log.named("page_failed")


async def test_nobody_else_opens_it_with_the_same_button(stage: Stage) -> None:
    lead = await opened(stage)
    message = stage.fake.rooms(TEAM, "UDSL")[-1]
    stranger = stage.human("UTEACHER")
    stage.fake.messages[f"D{TEAM}UTEACHER"]["1.1"] = message
    before = len(stage.fake.calls)
    stage.fake.workspaces[TEAM].join("UHEAD", "mirela.duskhill@ealing.example.invalid", "Mirela Duskhill")
    head = stage.human("UHEAD")
    stage.fake.messages[f"D{TEAM}UHEAD"]["1.1"] = message
    await head.press("open", on="message")
    await stranger.press("open", on="message")
    later = json.dumps([call.sent for call in stage.fake.calls[before:]])
    assert SAID not in later
    assert str(CHILD["name"]) not in later
    assert lead.page


@pytest.mark.parametrize("role", ["reporter", "head", "chair", "social_worker", "duty_social_worker", "team_manager"])
async def test_everybody_of_the_directory_has_a_start_page(stage: Stage, role: str) -> None:
    person = next(one for one in rows(directories()[0])[1] if one.role == role)
    stage.fake.workspaces[TEAM].join("UANY", person.email, person.name)
    await stage.human("UANY").open_home()
    home = json.dumps(stage.fake.homes[TEAM, "UANY"].body)
    assert "020 8825 8000" in home
    assert ("do.begin" in home) == (role in ("reporter", "head", "chair"))
    assert not stage.log.named("page_failed")
