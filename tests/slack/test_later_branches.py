"""Every page of the flows that come after a concern, walked in the modal against the strict fake, both ways in.

A lead decides and closes while the reporter adds, answers, disagrees or writes down a report to the police.
"""

import asyncio
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded: the same walks every time

import pytest

from dialogs.flows import latest
from tests.bot.scenarios.house import Talk
from tests.bot.scenarios.telling import CHILD, HAPPENED, SIGNS, TEACHER
from tests.slack.conftest import Stage, a_stage
from tests.slack.fake import Human
from tests.slack.test_responders import pressed
from tests.slack.test_whole_path import seen
from tests.slack.walking import Walk

REPORTED = ("addition", "reply", "disagree", "police")
"""What the reporter goes through, each with the press that begins it."""
PRESSES = {"addition": "add", "decision": "decide", "closing": "close"}
TOLD_OF_MUTILATION = ("honour_and_tradition", "fgm_told")
NO_SOCIAL_WORKER = "lowering_line"
"""The page that only a school without a social worker has: walked where the flow itself is tried."""
SEEDS = 24


@dataclass
class Roads:
    """The pages that were met of each flow."""

    met: dict[str, set[str]] = field(default_factory=dict)

    async def through(self, human: Human, flow: str, seed: int) -> None:
        """From the press that begins a flow to its end."""
        await pressed(human, PRESSES.get(flow, flow))
        walk = await Walk(human, Random(seed), most=9 if seed % 4 == 0 else 3).on()
        assert walk.ended, (flow, seed, walk.met)
        self.met.setdefault(flow, set()).update(walk.met)

    async def of_reporter(self, stage: Stage, concern: str, seed: int) -> None:
        """One of the reporter's flows, by the seed."""
        flow, teacher = REPORTED[seed % len(REPORTED)], stage.human("UTEACHER")
        await teacher.open_home()
        await teacher.press(f"concern:{concern}", on="home")
        await self.through(teacher, flow, seed)

    async def of_lead(self, stage: Stage, concern: str, seed: int) -> None:
        """Deciding, and closing after it."""
        for flow in ("decision", "closing"):
            await self.through(await reading(stage, concern), flow, seed)


def a_concern(stage: Stage, seed: int) -> str:
    """A sent concern of a teacher; one that obliges the teacher to ring the police where that is walked."""
    group, sign = TOLD_OF_MUTILATION if REPORTED[seed % len(REPORTED)] == "police" else SIGNS["section_47"]
    talk = Talk(stage.house, TEACHER, stage.house.intake.begin(TEACHER, "concern"))
    talk.say("start", {"what": "worried"}).say("happened", HAPPENED).say("child", CHILD)
    talk.say("about", {"groups": (group,)}).say("signs", {"signs": (sign,)}, "send_now")
    return talk.say("check", {}, "send").concern


async def reading(stage: Stage, concern: str) -> Human:
    """The lead with the record open."""
    lead = stage.human("UDSL")
    await lead.open_home()
    await lead.press(f"concern:{concern}", on="home")
    await lead.submit()
    return lead


async def walked(stage: Stage, roads: Roads, seed: int) -> None:
    """A concern that the lead has asked about, then both at once."""
    concern = await asyncio.to_thread(a_concern, stage, seed)
    await stage.deliver()
    lead = await reading(stage, concern)
    await pressed(lead, "ask")
    await lead.submit({"question": "Where was the coat left?"})
    await stage.deliver()
    await asyncio.gather(roads.of_reporter(stage, concern, seed), roads.of_lead(stage, concern, seed))


@pytest.mark.parametrize("through", ["http", "socket"])
async def test_every_page_after_a_concern_is_met_and_every_walk_comes_to_its_end(url: str, through: str) -> None:
    roads = Roads()
    async with a_stage(url, through=through) as stage:
        await seen(stage, "UTEACHER", "UDSL")
        for seed in range(SEEDS):
            await walked(stage, roads, seed)
        assert not stage.log.named("page_failed")
        assert not stage.log.named("modal_not_updated")
    for flow in ("decision", "closing", *REPORTED):
        asked = {page.id for page in latest(flow).pages if page.end is None} - {NO_SOCIAL_WORKER}
        assert asked <= roads.met[flow], flow
