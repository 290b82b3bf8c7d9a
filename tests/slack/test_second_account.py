"""A second account with somebody's e-mail address: it opens nothing and is sent nothing until the first confirms it."""

import asyncio
from pathlib import Path

import pytest

from bot.reading import EXAMPLES
from storage.shapes import PersonId
from tests.bot.scenarios.house import directories
from tests.bot.scenarios.telling import DSL, HAPPENED
from tests.slack.conftest import OTHER, TEAM, Stage
from tests.slack.fake import Human
from tests.slack.test_whole_path import reported, seen

LEADS = "kezia.fernhollow@ealing.example.invalid"
SECOND = f"slack:{OTHER}:USECOND"


@pytest.fixture
async def second(stage: Stage) -> Human:
    """The lead was seen, and an account in the other workspace has the lead's address."""
    await seen(stage, "UDSL")
    stage.fake.workspaces[OTHER].join("USECOND", LEADS, "Kezia Fernhollow")
    stage.clock.move(seconds=5)
    return stage.human("USECOND", OTHER)


def states(stage: Stage) -> dict[str, str]:
    """How each of the lead's accounts stands."""
    with stage.house.store.read() as unit:
        return {one.key: one.state for one in unit.identities.of(PersonId(DSL))}


async def answered(stage: Stage, answer: str) -> None:
    """The lead answers on the first account's start page."""
    lead = stage.human("UDSL")
    await lead.open_home()
    await lead.press("second_account", on="home")
    await lead.submit({"account": SECOND, "answer": answer})


async def test_it_reads_nothing_and_alerts_go_on_to_the_first(stage: Stage, second: Human) -> None:
    await second.open_home()
    await reported(stage.human("UTEACHER"))
    await stage.deliver()
    assert len(stage.fake.rooms(TEAM, "UDSL")) == 1
    assert stage.fake.rooms(OTHER, "USECOND") == []
    home = str(stage.fake.homes[OTHER, "USECOND"].body)
    assert "not confirmed yet" in home
    assert "Needs you" not in home
    await second.command()
    assert "not confirmed yet" in second.page
    assert states(stage) == {f"{TEAM}:UDSL": "active", f"{OTHER}:USECOND": "unconfirmed"}


async def test_it_is_noted_once_by_its_id_and_shown_to_its_person(stage: Stage, second: Human) -> None:
    for hours in (0, 2, 2):
        stage.clock.move(hours=hours)
        await second.open_home()
    with stage.house.store.read() as unit:
        lines = [one for one in unit.audit.entries(None) if one.kind == "second_account"]
    assert [(one.by, one.about["account"]) for one in lines] == [(DSL, f"{OTHER}:USECOND")]
    assert {"channel": "slack", "code": "second_account"} in stage.log.named("stranger_refused")
    await stage.human("UDSL").open_home()
    assert "Another account uses your e-mail address" in str(stage.fake.homes[TEAM, "UDSL"].body)


async def test_its_person_may_confirm_it_and_is_reached_at_both(stage: Stage, second: Human) -> None:
    await second.open_home()
    await answered(stage, "mine")
    assert states(stage) == {f"{TEAM}:UDSL": "active", f"{OTHER}:USECOND": "active"}
    await second.open_home()
    assert "Report a concern" in str(stage.fake.homes[OTHER, "USECOND"].body)


async def test_its_person_may_deny_it_for_good(stage: Stage, second: Human) -> None:
    await second.open_home()
    await answered(stage, "not_mine")
    stage.clock.move(hours=2)
    await second.open_home()
    assert states(stage)[f"{OTHER}:USECOND"] == "denied"
    await second.command()
    assert "Report a concern" not in second.page
    assert "999" in second.page


async def test_danger_pressed_from_it_is_told_and_shows_nothing_of_its_person(stage: Stage, second: Human) -> None:
    lead = stage.human("UDSL")
    await lead.command()
    await lead.submit({"what": "help_now"})
    await lead.submit({"place": "In the library"})
    await second.open_home()
    await second.press("danger", on="home")
    assert '\\"kind\\":\\"kept\\"' in second.page
    assert "library" not in second.page
    danger = stage.house.danger
    await asyncio.to_thread(danger.direct.settle, 60)
    assert await asyncio.to_thread(danger.replay) == 1
    with stage.house.store.read() as unit:
        assert [one.reporter for one in unit.concerns.open_everywhere()] == [DSL, DSL]


async def test_where_the_directory_names_the_workspace_the_first_account_from_elsewhere_waits_too(
    stage: Stage, tmp_path: Path
) -> None:
    file = tmp_path / "ealing.yaml"
    text = (EXAMPLES / "ealing.yaml").read_text(encoding="utf-8")
    named = f"workspaces: {{slack: [{TEAM}]}}\nstaff_groups:\n"
    file.write_text(text.replace("staff_groups:\n", named), encoding="utf-8")
    stage.house.reload.watch([(file, directories()[0])])
    assert stage.house.reload.look() == ("ealing",)
    stage.fake.workspaces[OTHER].join("USECOND", LEADS, "Kezia Fernhollow")
    await stage.human("USECOND", OTHER).open_home()
    assert states(stage) == {f"{OTHER}:USECOND": "unconfirmed"}
    await seen(stage, "UDSL")
    assert states(stage)[f"{TEAM}:UDSL"] == "active"
    await reported(stage.human("UTEACHER"))
    await stage.deliver()
    assert str(HAPPENED["saw"]) not in stage.fake.everything_sent("chat.postMessage")
    assert stage.fake.rooms(OTHER, "USECOND") == []
