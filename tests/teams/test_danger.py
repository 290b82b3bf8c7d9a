"""Danger pressed in Teams, with the database there and away: told at once or kept, and said as it is."""

import asyncio

from bot.channels.teams.activities import Caller, caller_of
from storage.shapes import PersonId
from tests.bot.scenarios.frail import AWAY, frail
from tests.teams.conftest import DSL, TEACHER, Stage
from tests.teams.fake import Account
from tests.teams.path import SAID, seen


def taken_away(stage: Stage) -> None:
    """The house without its database."""
    frail(stage.house).gone = AWAY


def given_back(stage: Stage) -> None:
    """It is there again."""
    frail(stage.house).gone = None


async def test_danger_is_told_after_one_press_on_the_card_and_its_page_goes_on(stage: Stage) -> None:
    await seen(stage, DSL, TEACHER)
    teacher = stage.human(TEACHER)
    await teacher.open("danger")
    await stage.deliver()
    assert len(stage.fake.room(DSL.id)) == 2
    assert teacher.stand["screen"] == "emergency"
    await teacher.submit({"place": "In the library"})
    assert "library" not in stage.fake.everything_sent()
    assert "Draft" not in str([card["fallbackText"] for card in stage.fake.room(TEACHER.id)])


async def test_danger_while_the_database_is_away_is_kept_sent_directly_and_written_down_later(stage: Stage) -> None:
    await seen(stage, DSL, TEACHER)
    stage.house.danger.refresh()
    taken_away(stage)
    teacher = stage.human(TEACHER)
    await teacher.open("danger")
    await asyncio.to_thread(stage.house.danger.direct.settle, 60)
    assert teacher.stand["kind"] == "kept"
    assert "999" in teacher.page
    assert len(stage.fake.room(DSL.id)) == 2
    await teacher.submit({"place": "In the library"})
    assert "library" not in stage.fake.everything_sent()
    given_back(stage)
    assert await asyncio.to_thread(stage.house.danger.replay) == 1
    with stage.house.store.read() as unit:
        assert len(unit.concerns.open_everywhere()) == 1
    stage.house.danger.close()


def caller(stage: Stage, account: Account) -> Caller:
    """Somebody as the door knows them."""
    found = caller_of(stage.human(account).activity("message"))
    assert found is not None
    return found


async def test_a_fresh_process_without_its_database_keeps_danger_and_tells_people(stage: Stage) -> None:
    await seen(stage, DSL, TEACHER)
    stage.house.danger.refresh()
    teacher = stage.human(TEACHER)
    stage.door.listeners.who.forget(caller(stage, TEACHER))
    taken_away(stage)
    await teacher.open("danger")
    assert teacher.stand["kind"] == "kept"
    await teacher.submit({"place": "In the library"})
    await asyncio.to_thread(stage.house.danger.direct.settle, 60)
    assert len(stage.fake.room(DSL.id)) == 2
    given_back(stage)
    assert await asyncio.to_thread(stage.house.danger.replay) == 1
    with stage.house.store.read() as unit:
        assert [one.reporter for one in unit.concerns.open_everywhere()] == ["brentside.teacher"]
    stage.house.danger.close()


async def test_an_account_that_nobody_knows_is_kept_and_written_down_when_teams_says_whose_it_is(stage: Stage) -> None:
    await seen(stage, DSL, TEACHER)
    teacher, danger = stage.human(TEACHER), stage.house.danger
    with stage.house.store.write() as unit:
        for one in unit.identities.of(PersonId("brentside.teacher")):
            unit.identities.close("teams", one.address)
        unit.commit()
    danger.refresh()
    stage.door.listeners.who.forget(caller(stage, TEACHER))
    stage.fake.always["members"] = "500"
    await teacher.open("danger")
    assert teacher.stand["kind"] == "kept"
    await asyncio.to_thread(danger.direct.settle, 60)
    assert len(stage.fake.room(DSL.id)) == 2
    stage.fake.always.pop("members")
    assert await asyncio.to_thread(danger.replay) == 0
    await stage.door.idle()
    assert await asyncio.to_thread(danger.replay) == 1
    with stage.house.store.read() as unit:
        assert [one.reporter for one in unit.concerns.open_everywhere()] == ["brentside.teacher"]
    danger.close()


async def test_the_first_page_answered_with_danger_goes_the_same_way(stage: Stage) -> None:
    await seen(stage, DSL, TEACHER)
    stage.house.danger.refresh()
    teacher = stage.human(TEACHER)
    await teacher.command()
    taken_away(stage)
    await teacher.submit({"what": "help_now"})
    assert teacher.stand["kind"] == "kept"
    given_back(stage)
    await asyncio.to_thread(stage.house.danger.direct.settle, 60)
    stage.house.danger.close()


async def test_the_card_that_answers_a_message_keeps_its_buttons_while_the_database_is_away(stage: Stage) -> None:
    taken_away(stage)
    await stage.human(TEACHER).write("hello")
    assert next(one["title"] for one in stage.fake.room(TEACHER.id)[-1]["actions"]) == "Danger now"


async def test_anything_else_while_it_is_away_says_what_is_saved_and_keeps_what_was_typed(stage: Stage) -> None:
    await seen(stage, TEACHER)
    teacher = stage.human(TEACHER)
    await teacher.command()
    await teacher.submit({"what": "worried"})
    taken_away(stage)
    await teacher.submit({"saw": SAID})
    assert "Not saved yet" in teacher.page
    assert SAID in teacher.page
    given_back(stage)
    await teacher.submit({"saw": SAID})
    assert teacher.stand["screen"] == "child"
