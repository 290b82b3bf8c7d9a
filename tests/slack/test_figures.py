"""The weekly figures in Slack: the card that is pushed, and the link of `/concern digest`, for a manager alone."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.channels.slack.draw import home
from dialogs.screens import Paragraph
from tests.bot.scenarios.house import Talk, directories
from tests.bot.scenarios.telling import CHILD, HAPPENED, MANAGER, SIGNS, TEACHER
from tests.bot.scenarios.test_digests import NEXT_MONDAY
from tests.bot.slack.checking import buttons, faults
from tests.slack.conftest import TEAM, Stage


def join_manager(stage: Stage) -> None:
    """Ealing's team manager comes into the workspace."""
    person = next(one for one in directories()[0].people if one.id == MANAGER)
    stage.fake.workspaces[TEAM].join("UMANAGER", person.email, person.name)


async def a_monday(stage: Stage) -> None:
    """The digest is built and delivered."""
    join_manager(stage)
    await stage.human("UMANAGER").open_home()
    stage.clock.now = NEXT_MONDAY
    await asyncio.to_thread(stage.house.digests.make)
    await stage.deliver()


async def test_a_week_with_concerns_arrives_too(stage: Stage) -> None:
    await asyncio.to_thread(_a_concern, stage)
    await a_monday(stage)
    said = json.dumps([call.sent for call in stage.fake.calls if call.method == "chat.postMessage"])
    assert "Statutory referral: 1 to 4" in said
    assert "Not seen yet (1)" in said


def _a_concern(stage: Stage) -> None:
    talk = Talk(stage.house, TEACHER, stage.house.intake.begin(TEACHER, "concern"))
    group, sign = SIGNS["section_47"]
    talk.say("start", {"what": "worried"}).say("happened", HAPPENED).say("child", CHILD)
    talk.say("about", {"groups": (group,)}).say("signs", {"signs": (sign,)}, "send_now").say("check", {}, "send")


async def test_the_digest_arrives_as_a_card_that_slack_takes(stage: Stage) -> None:
    await a_monday(stage)
    sent = [json.dumps(call.sent) for call in stage.fake.calls if call.method == "chat.postMessage"]
    assert [("Weekly figures" in one, "A quiet week" in one) for one in sent] == [(True, True)]


async def test_the_managers_start_page_shows_the_figures_of_the_week_and_nobody_elses_does(stage: Stage) -> None:
    await asyncio.to_thread(_a_concern, stage)
    await a_monday(stage)
    for user, shown in (("UMANAGER", True), ("UDSL", False), ("UTEACHER", False)):
        await stage.human(user).open_home()
        page = json.dumps(stage.fake.homes[TEAM, user].body)
        assert ("Weekly figures, 23 to 29 November 2026" in page) is shown
        assert ("1 to 4" in page) is shown
        assert "Not seen yet (1)" not in page or shown


@pytest.mark.parametrize(("blocks", "parts"), [(100, 1), (101, 2)])
async def test_figures_on_a_start_page_as_long_as_a_view_holds_and_one_block_longer(
    stage: Stage, blocks: int, parts: int
) -> None:
    await asyncio.to_thread(_a_concern, stage)
    await a_monday(stage)
    page = await asyncio.to_thread(stage.house.desk.home, MANAGER)
    more = (Paragraph(text="Text"),) * (blocks - len(home(page)["blocks"]))
    long = replace(page, blocks=(*page.blocks, *more))
    drawn = [home(long, part=part) for part in (1, 2)][:parts]
    assert [faults(one) for one in drawn] == [[]] * parts
    assert [("part", "part:2") in buttons(one) for one in drawn] == [parts == 2, False][:parts]
    assert json.dumps(drawn).count("All together") == 1


async def test_the_command_makes_a_link_for_the_manager(stage: Stage) -> None:
    await a_monday(stage)
    manager = stage.human("UMANAGER")
    await manager.command(text=" Digest ")
    assert "The link is ready" in manager.page
    assert "/figures/" in manager.page


async def test_the_command_makes_no_link_for_anybody_else(stage: Stage) -> None:
    await a_monday(stage)
    teacher = stage.human("UTEACHER")
    await teacher.command(text="digest")
    assert "/figures/" not in teacher.page
    with stage.house.store.read() as unit:
        assert "access_refused" in {one.kind for one in unit.audit.entries("-")}
