"""Danger pressed in Slack while nobody may say who pressed: kept before Slack hears of it, told, written down later."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.channels.slack.listeners import ACK_SECONDS
from bot.spool import account_in
from storage.shapes import Concern
from tests.bot.scenarios.frail import AWAY, frail
from tests.bot.scenarios.telling import TEACHER
from tests.slack.conftest import TEAM, Stage
from tests.slack.fake import Human, encoded
from tests.slack.test_patience import patient
from tests.slack.test_whole_path import seen

SILENT = ["500", "429", "user_is_silent"]


def restarted(stage: Stage) -> None:
    """A fresh process: it remembers nobody whom it saw."""
    who = stage.door.listeners.who
    who.forget_team(TEAM)


@contextmanager
def no_database(stage: Stage) -> Iterator[None]:
    """The house and its door without the database."""
    frail(stage.house).gone = AWAY
    yield
    frail(stage.house).gone = None


def concerns(stage: Stage) -> tuple[Concern, ...]:
    """Those that are open."""
    with stage.house.store.read() as unit:
        return tuple(unit.concerns.open_everywhere())


def kind(stage: Stage, user: str = "UTEACHER") -> str:
    """What stands in front of somebody."""
    return str(json.loads(stage.human(user).modal.body["private_metadata"])["kind"])


async def replayed(stage: Stage) -> int:
    """What is kept is written down, as far as it can be; a platform that is asked meanwhile has answered."""
    danger = stage.house.danger
    await asyncio.to_thread(danger.direct.settle, 60)
    done = await asyncio.to_thread(danger.replay)
    await stage.door.bridge.idle()
    return done


async def test_a_fresh_process_without_its_database_keeps_danger_and_tells_people(stage: Stage) -> None:
    teacher = stage.human("UTEACHER")
    await seen(stage, "UTEACHER", "UDSL")
    stage.house.danger.refresh()
    restarted(stage)
    with no_database(stage):
        await teacher.press("danger", on="home")
        assert kind(stage) == "kept"
        assert "999" in teacher.page
        await teacher.submit({"place": "In the library"})
        assert [one.place for one in stage.house.danger.spool.kept()] == ["In the library"]
        assert await replayed(stage) == 0
    assert "A safeguarding concern needs you" in stage.fake.rooms(TEAM, "UDSL")[-1]["text"]
    assert "library" not in stage.fake.everything_sent("chat.postMessage")
    assert await replayed(stage) == 1
    (concern,) = concerns(stage)
    assert (concern.reporter, concern.outcome) == (TEACHER, "emergency")


@pytest.mark.parametrize("silence", SILENT)
async def test_slack_that_does_not_say_who_pressed_keeps_no_danger_from_being_told(stage: Stage, silence: str) -> None:
    teacher = stage.human("UTEACHER")
    await seen(stage, "UTEACHER", "UDSL")
    restarted(stage)
    stage.fake.always["users.info"] = silence
    await teacher.press("danger", on="home")
    (concern,) = concerns(stage)
    assert concern.reporter == TEACHER
    assert "999" in teacher.page
    assert kind(stage) == "talk"


async def test_the_first_page_sent_with_danger_goes_the_same_way(stage: Stage) -> None:
    teacher = stage.human("UTEACHER")
    await seen(stage, "UDSL")
    await teacher.command()
    restarted(stage)
    stage.fake.always["users.info"] = "500"
    await teacher.submit({"what": "help_now"})
    assert [one.reporter for one in concerns(stage)] == [TEACHER]


async def unknown(stage: Stage, user: str) -> Human:
    """Somebody with a start page in front of them whom nobody here knows, while Slack does not say who it is."""
    human = stage.human(user)
    await human.open_home()
    with stage.house.store.write() as unit:
        unit.identities.close("slack", f"{TEAM}:{user}")
        unit.commit()
    restarted(stage)
    stage.house.danger.refresh()
    stage.fake.always["users.info"] = "500"
    return human


async def test_an_account_that_nobody_knows_is_kept_and_written_down_when_slack_says_whose_it_is(stage: Stage) -> None:
    await seen(stage, "UDSL")
    deputy = await unknown(stage, "UDEPUTY")
    await deputy.press("danger", on="home")
    assert kind(stage, "UDEPUTY") == "kept"
    assert concerns(stage) == ()
    assert [account_in(one.person) for one in stage.house.danger.spool.kept()] == [("slack", f"{TEAM}:UDEPUTY")]
    assert await replayed(stage) == 0
    assert len(stage.fake.rooms(TEAM, "UDSL")) == 1, "the only school of the workspace is told"
    stage.fake.always.pop("users.info")
    assert await replayed(stage) == 0, "Slack is asked"
    await deputy.submit({"place": "In the library"})
    assert [one.place for one in stage.house.danger.spool.kept()] == ["In the library"]
    assert await replayed(stage) == 1
    assert [one.reporter for one in concerns(stage)] == ["brentside.deputy"]
    assert stage.house.danger.spool.aside() == 0


async def test_where_a_workspace_has_several_schools_only_the_duty_worker_is_told(stage: Stage) -> None:
    users = stage.fake.workspaces[TEAM]
    users.join("UDUTY", "bram.wrenfield@ealing.example.invalid", "Bram Wrenfield")
    users.join("UDUTY2", "ottoline.fenwhistle@ealing.example.invalid", "Ottoline Fenwhistle")
    users.join("UVILLIERS", "rosalind.foxmallow@ealing.example.invalid", "Rosalind Foxmallow")
    await seen(stage, "UDSL", "UVILLIERS", "UDUTY", "UDUTY2")
    await (await unknown(stage, "UDEPUTY")).press("danger", on="home")
    await replayed(stage)
    told = {user for user in ("UDSL", "UVILLIERS", "UDUTY", "UDUTY2") if stage.fake.rooms(TEAM, user)}
    assert told
    assert told <= {"UDUTY", "UDUTY2"}


async def test_what_a_stranger_pressed_while_slack_was_silent_is_put_aside(stage: Stage) -> None:
    await seen(stage, "UDSL")
    stage.fake.workspaces[TEAM].join("UPUPIL", "pupil@ealing.example.invalid", "Pupil Invented")
    human = stage.human("UPUPIL")
    await seen(stage, "UPUPIL")
    restarted(stage)
    stage.fake.always["users.info"] = "500"
    await human.press("danger", on="home")
    assert stage.house.danger.spool.waiting() == 1
    stage.fake.always.pop("users.info")
    stage.fake.workspaces[TEAM].users["UPUPIL"]["is_restricted"] = True
    await replayed(stage)
    assert (stage.house.danger.spool.waiting(), stage.house.danger.spool.aside()) == (0, 1)
    assert concerns(stage) == ()


async def test_a_press_of_danger_is_kept_before_slack_hears_that_it_was(stage: Stage) -> None:
    teacher = stage.human("UTEACHER")
    await seen(stage, "UTEACHER")
    had: list[int] = []

    async def heard(kind: str, payload: dict[str, object]) -> tuple[int, dict[str, object]]:
        answer = await stage.post(*encoded(kind, payload))
        had.append(len(concerns(stage)))
        await stage.door.bridge.idle()
        return answer

    teacher.send = heard
    await teacher.press("danger", on="home")
    assert had == [1]


async def test_slack_is_told_in_time_where_keeping_takes_longer(stage: Stage) -> None:
    teacher = stage.human("UTEACHER")
    await seen(stage, "UTEACHER")
    pauses = patient(stage)
    pauses.hanging = True
    status, _ = await teacher.press("danger", on="home")
    assert status == 200
    assert ACK_SECONDS in pauses.had
    assert len(concerns(stage)) == 1, "it goes on"
