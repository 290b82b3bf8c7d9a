"""What was typed outlives a database that stalls, and more than one card holds: in the page, sealed with its draft."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from storage.shapes import PersonId
from tests.bot.scenarios.frail import AWAY, frail
from tests.slack.stage import stalled
from tests.teams.conftest import DSL, TEACHER, Stage
from tests.teams.fake import Human, Json
from tests.teams.path import opened

HALF = "Half a sentence"
EMOJI = "💬"
MOST = 6000


async def on_the_second_page(stage: Stage) -> Human:
    """A teacher who has answered the first page."""
    human = stage.human(TEACHER)
    await human.command()
    await human.submit({"what": "worried"})
    return human


@contextmanager
def away(stage: Stage) -> Iterator[None]:
    """No conversation can be kept meanwhile."""
    frail(stage.house).gone = AWAY
    yield
    frail(stage.house).gone = None


def typed_in(stage: Stage) -> Json:
    """What is sealed with the teacher's draft."""
    with stage.house.store.read() as unit:
        (draft,) = unit.conversations.open_of(PersonId("brentside.teacher"))
        return dict(unit.conversations.typed(draft.id))


async def test_a_turn_that_takes_too_long_gives_the_page_back_with_what_was_typed(stage: Stage) -> None:
    human = await on_the_second_page(stage)
    with stalled(stage):
        stage.door.bridge.wait_seconds = 0.0
        await human.submit({"saw": HALF})
    stage.door.bridge.wait_seconds = 60.0
    assert human.stand["screen"] == "happened"
    for said in ("Not saved yet", "999", HALF):
        assert said in human.page
    await human.submit({"saw": HALF})
    assert human.stand["screen"] == "child"
    assert not typed_in(stage)


async def test_who_cannot_be_answered_in_time_gets_the_page_back_too(stage: Stage) -> None:
    human = await on_the_second_page(stage)
    stage.door.listeners.patience = (0.0, 0.0)
    await human.submit({"saw": HALF})
    stage.door.listeners.patience = (60.0, 60.0)
    assert "Not saved yet" in human.page
    assert HALF in human.page
    await human.submit({"saw": HALF})
    assert human.stand["screen"] == "child"


async def test_what_storage_could_not_take_is_sealed_with_the_draft_as_soon_as_it_can(stage: Stage) -> None:
    human = await on_the_second_page(stage)
    human.send = lambda activity: stage.post(activity, stage.fake.token())
    stage.door.listeners.pages.seal_after = (3600.0,)
    with away(stage):
        await human.submit({"saw": HALF})
        assert "Not saved yet" in human.page
    assert not typed_in(stage)
    # An end waits for nothing, and tries once more.
    await stage.door.bridge.close()
    assert typed_in(stage) == {"happened": {"saw": HALF}}


async def test_an_end_while_the_database_is_away_tries_once_and_waits_no_longer(stage: Stage) -> None:
    human = await on_the_second_page(stage)
    human.send = lambda activity: stage.post(activity, stage.fake.token())
    stage.door.listeners.pages.seal_after = (3600.0,) * 5
    with away(stage):
        await human.submit({"saw": HALF})
        tried = len(stage.log.named("page_failed"))
        await stage.door.bridge.close()
    assert len(stage.log.named("page_failed")) == tried + 1


async def test_a_dialog_closed_while_the_database_was_away_comes_back_with_what_was_typed(stage: Stage) -> None:
    human = await on_the_second_page(stage)
    with away(stage):
        await human.submit({"saw": HALF})
    human.dialog = None
    await human.open("resume")
    assert HALF in human.page


async def test_a_page_that_this_process_never_showed_gives_way_to_the_way_back(stage: Stage) -> None:
    human = await on_the_second_page(stage)
    stage.door.listeners.asked._pages.forget_all(lambda _: True)
    with away(stage):
        await human.submit({"saw": HALF})
    assert HALF not in human.page
    assert "What you typed is kept for you" in human.page
    await human.press("unhide")
    assert HALF in human.page


async def test_a_page_comes_back_while_nobody_says_who_sent_it(stage: Stage) -> None:
    human = await on_the_second_page(stage)
    stage.clock.move(hours=13)
    stage.fake.always["members"] = "500"
    await human.submit({"saw": HALF})
    assert "Not saved yet" in human.page
    assert HALF in human.page
    del stage.fake.always["members"]
    await human.submit({"saw": HALF})
    assert human.stand["screen"] == "child"


async def test_a_form_of_a_concern_keeps_its_words_while_the_database_is_away(stage: Stage) -> None:
    lead = stage.human(DSL)
    await opened(stage, lead, stage.human(TEACHER))
    await lead.press("ask")
    stage.door.bridge.wait_seconds = 0.0
    await lead.submit({"question": "Where is the coat"})
    stage.door.bridge.wait_seconds = 60.0
    assert "What you typed is kept for you" in lead.page
    await lead.press("unhide")
    assert "Where is the coat" in lead.page


async def test_answers_too_long_for_one_card_stand_on_several_and_every_one_of_them_counts(stage: Stage) -> None:
    human = await on_the_second_page(stage)
    full = {
        name: f"{name} {EMOJI * (MOST - len(name) - 1)}" for name in ("saw", "child_said", "told_by_other", "think")
    }
    await human.submit(full)
    assert human.stand["screen"] == "child"
    await human.press("back")
    assert "Part 1 of 2" in human.page
    await human.press("part:2", {"saw": f"changed {EMOJI}"})
    assert "think 💬" in human.page
    await human.submit({"think": "thought"})
    assert human.stand["screen"] == "child"
    await human.press("back")
    for said in (f"changed {EMOJI}", "told_by_other 💬", "child_said 💬", "thought"):
        assert said in human.page


@pytest.mark.parametrize("known", [True, False])
async def test_one_part_that_is_refused_or_hidden_loses_nothing_of_the_others(stage: Stage, known: bool) -> None:
    human = await on_the_second_page(stage)
    names = ("saw", "child_said", "told_by_other", "think")
    await human.submit({name: f"{name} {EMOJI * 5900}" for name in names})
    await human.press("back")
    if not known:
        stage.door.listeners.asked._pages.forget_all(lambda _: True)
    await human.press("hide", {"saw": f"hidden {EMOJI * 5900}"})
    await human.press("unhide")
    assert f"hidden {EMOJI}" in human.page
    await human.press("part:2", {"saw": f"longer {EMOJI * MOST}"})
    await human.submit({"think": "thought"})
    assert "Attention" in human.page
    assert f"longer {EMOJI}" in human.page
    await human.submit({"saw": "shorter"})
    assert human.stand["screen"] == "child"
    await human.press("back")
    assert "thought" in human.page
    assert "shorter" in human.page
