"""Nobody waits for longer than two seconds, however long the database or Slack takes: waits are counted, not had.

The door waits through `Bridge.pause`: here each wait that could be long ends at once and moves the clock by its length.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot import danger
from bot.platforms.bridge import ANSWER_SECONDS, WAIT_SECONDS
from bot.platforms.known import LOOK_SECONDS
from storage.shapes import PersonId
from tests.bot.scenarios.telling import HAPPENED, TEACHER
from tests.slack.conftest import Stage, stalled
from tests.slack.fake import Human, Json
from tests.slack.test_whole_path import reported
from tests.slack.walking import at_happened

PATIENCE = 2.0
"""Seconds after which an answer is late."""


@dataclass
class Pauses:
    """Waits that take no time. While `hanging`, nothing that has an end is waited for."""

    now: float = 0.0
    hanging: bool = False
    had: list[float] = field(default_factory=list)

    def ticks(self) -> float:
        """The clock that the waits move."""
        return self.now

    async def __call__(self, waited: Awaitable[Any], seconds: float | None) -> Any:
        """Wait, or count the whole wait."""
        if not self.hanging or seconds is None:
            return await waited
        self.had.append(seconds)
        self.now += seconds
        if inspect.iscoroutine(waited):
            waited.close()
        elif isinstance(waited, asyncio.Future):
            waited.cancel()
        raise TimeoutError


def patient(stage: Stage) -> Pauses:
    """The door with its real limits, and waits that take no time."""
    pauses, bridge = Pauses(), stage.door.bridge
    bridge.pause, bridge.ticks = pauses, pauses.ticks
    bridge.wait_seconds, bridge.answer_seconds = WAIT_SECONDS, ANSWER_SECONDS
    return pauses


def screen(human: Human) -> str:
    """Which page stands in front of somebody."""
    return str(json.loads(human.modal.body["private_metadata"])["screen"])


@pytest.mark.parametrize(
    ("away", "waits"),
    [({"minutes": 1}, 1), ({"minutes": 6}, 2), ({"hours": 13}, 1)],
    ids=["just seen", "seen a while ago", "not seen today"],
)
async def test_a_page_is_answered_within_two_seconds_while_the_database_stalls(
    stage: Stage, away: dict[str, float], waits: int
) -> None:
    human = await at_happened(stage)
    pauses = patient(stage)
    stage.clock.move(**away)
    pauses.hanging = True
    with stalled(stage):
        status, answer = await human.submit(HAPPENED)
    assert (status, answer["response_action"]) == (200, "errors")
    said = json.dumps(answer)
    assert "Not saved yet" in said
    assert "the screens before are saved" in said
    assert "999" in said
    assert len(pauses.had) == waits
    assert sum(pauses.had) <= PATIENCE
    pauses.hanging = False
    await human.submit(HAPPENED)
    assert screen(human) == "child"
    with stage.house.store.read() as unit:
        assert [one.revision for one in unit.conversations.open_of(PersonId(TEACHER))] == [2]


async def test_a_newcomer_who_chose_is_answered_within_two_seconds(stage: Stage) -> None:
    stage.fake.workspaces["T0EALING"].join("UNEW", "new.one@ealing.example.invalid", "New Invented")
    human = stage.human("UNEW")
    await human.command()
    pauses = patient(stage)
    pauses.hanging = True
    _, answer = await human.submit({"school": "brentside"})
    assert "Not saved yet" in json.dumps(answer)
    assert 0 < sum(pauses.had) <= PATIENCE
    pauses.hanging = False
    await human.submit({"school": "brentside"})
    await human.command()
    assert "What is it?" in human.page


async def test_a_page_without_fields_says_what_is_saved(stage: Stage) -> None:
    lead: Human = stage.human("UDSL")
    await stage.human("UDSL").open_home()
    await reported_and_told(stage)
    await lead.press("open", on="message")
    pauses = patient(stage)
    pauses.hanging = True
    answer: Json = (await lead.submit())[1]
    assert answer["response_action"] == "update"
    assert "may not have been done" in json.dumps(answer)
    assert sum(pauses.had) <= PATIENCE


async def reported_and_told(stage: Stage) -> None:
    """A concern, and its pointers delivered."""
    await reported(stage.human("UTEACHER"))
    await stage.deliver()


def test_a_press_of_danger_has_an_end_of_its_own_that_fits_behind_the_look_at_who_it_is() -> None:
    assert LOOK_SECONDS + danger.WAIT_SECONDS <= PATIENCE
    assert ANSWER_SECONDS <= PATIENCE
