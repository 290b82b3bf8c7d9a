"""Start pages follow the work: drawn when opened, and anew when something that concerns their reader changes."""

import json

from dialogs.words import Words
from tests.platforms import the_concern
from tests.slack.conftest import TEAM, Stage
from tests.slack.fake import Json
from tests.slack.test_responders import opened, pressed
from tests.slack.test_whole_path import reported, seen

NONE_WAITING = Words.load()("home.none_waiting")


def home(stage: Stage, user: str) -> str:
    """What stands on somebody's start page now, as text."""
    return json.dumps(stage.fake.homes[TEAM, user].body, ensure_ascii=False)


async def delivered(stage: Stage) -> None:
    """Deliver, and wait for the pages that this changes."""
    await stage.deliver()
    await stage.door.bridge.idle()


def reference(stage: Stage) -> str:
    """Of the newest open concern."""
    with stage.house.store.read() as unit:
        return unit.concerns.get(the_concern(stage.house)).reference


async def test_what_waits_appears_without_the_page_being_opened_again_and_goes_when_somebody_has_it(
    stage: Stage,
) -> None:
    await seen(stage, "UDSL", "UDEPUTY")
    assert NONE_WAITING in home(stage, "UDEPUTY")
    await reported(stage.human("UTEACHER"))
    await delivered(stage)
    assert f"ref {reference(stage)}" in home(stage, "UDEPUTY")
    lead = stage.human("UDSL")
    await lead.press(f"concern:{the_concern(stage.house)}", on="message")
    await lead.submit()
    await pressed(lead, "have")
    await delivered(stage)
    assert NONE_WAITING in home(stage, "UDEPUTY")
    assert "Told to you earlier" in home(stage, "UDEPUTY")


async def test_a_reporters_page_shows_the_state_of_the_own_concern_as_it_changes(stage: Stage) -> None:
    lead = await opened(stage)
    await stage.human("UTEACHER").open_home()
    assert "Seen" in home(stage, "UTEACHER")
    await pressed(lead, "have")
    await delivered(stage)
    assert "Somebody has it" in home(stage, "UTEACHER")
    assert "Social worker of your school: Dariusz Kestrelham" in home(stage, "UTEACHER")


async def test_the_reporter_has_one_message_a_concern_and_it_changes_in_place(stage: Stage) -> None:
    teacher, lead = stage.human("UTEACHER"), await opened(stage)
    await delivered(stage)
    [message] = own(stage)
    assert "Seen" in json.dumps(message)
    await pressed(lead, "have")
    await delivered(stage)
    [message] = own(stage)
    assert "Somebody has it" in json.dumps(message)
    await teacher.press(f"concern:{the_concern(stage.house)}", on="message")
    assert reference(stage) in teacher.page


def own(stage: Stage) -> list[Json]:
    """The messages that stand with the reporter."""
    return stage.fake.rooms(TEAM, "UTEACHER")


async def test_a_page_that_slack_does_not_take_keeps_nobody_from_being_told(stage: Stage) -> None:
    await seen(stage, "UDSL", "UDEPUTY")
    await reported(stage.human("UTEACHER"))
    stage.fake.always["views.publish"] = "internal_error"
    await delivered(stage)
    assert [len(stage.fake.rooms(TEAM, user)) for user in ("UDSL", "UDEPUTY")] == [1, 1]
