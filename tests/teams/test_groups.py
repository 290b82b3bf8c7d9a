"""Staff by a team's roster: the team has the app, so that it can say who is in it; nobody else is let in by it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.directory import load_directory
from bot.reading import EXAMPLES
from tests.bot.scenarios.house import staff_rule
from tests.teams.conftest import DSL, PUPIL, Stage
from tests.teams.fake import Account

STAFF_TEAM = "19:staff@thread.tacv2"
SUPPLY = Account(id="00000000-0000-0000-0000-000000000012", email="sam@agency.example.invalid", name="Sam Supply")
"""Invented."""


@pytest.fixture
def counts_the_team(stage: Stage, tmp_path: Path) -> None:
    """The directory's rule asks about a team, which Sam is in."""
    staff_rule(stage.house, tmp_path, "teams_group", STAFF_TEAM)
    stage.fake.join(SUPPLY)
    stage.fake.teams[STAFF_TEAM] = {SUPPLY.id}


@pytest.mark.usefixtures("counts_the_team")
async def test_a_member_of_the_team_chooses_the_school_and_somebody_else_is_refused(stage: Stage) -> None:
    supply, pupil = stage.human(SUPPLY), stage.human(PUPIL)
    await supply.command()
    assert supply.stand["kind"] == "arrive"
    await supply.submit({"school": "brentside"})
    await supply.press("begin")
    assert supply.stand["screen"] == "start"
    await pupil.command()
    assert "Action." not in pupil.page


@pytest.mark.usefixtures("counts_the_team")
async def test_a_team_that_does_not_answer_makes_nobody_a_stranger_and_is_asked_again(stage: Stage) -> None:
    supply = stage.human(SUPPLY)
    stage.fake.always[STAFF_TEAM] = "500"
    await supply.command()
    assert not stage.log.named("stranger_refused")
    assert "may not have been done" in supply.page
    del stage.fake.always[STAFF_TEAM]
    await supply.command()
    assert supply.stand["kind"] == "arrive"


@pytest.mark.usefixtures("counts_the_team")
async def test_a_team_that_does_not_answer_keeps_nobody_of_the_directory_out(stage: Stage) -> None:
    stage.fake.always[STAFF_TEAM] = "500"
    lead = stage.human(DSL)
    await lead.command()
    assert lead.stand["screen"] == "start"
    assert not stage.log.named("page_failed")


@pytest.mark.usefixtures("counts_the_team")
@pytest.mark.parametrize("code", ["BotNotInConversationRoster", "403"])
async def test_a_team_that_has_not_the_app_holds_nobody(stage: Stage, code: str) -> None:
    stage.fake.always[STAFF_TEAM] = code
    supply = stage.human(SUPPLY)
    await supply.command()
    assert [one["code"] for one in stage.log.named("stranger_refused")] == ["not_staff"]


@pytest.mark.usefixtures("counts_the_team")
async def test_a_guest_in_the_team_stays_a_guest(stage: Stage) -> None:
    guest = stage.fake.join(replace(SUPPLY, more={"userRole": "guest"}))
    human = stage.human(guest)
    await human.command()
    assert "Action." not in human.page


async def test_the_staff_rules_are_those_of_the_directory_as_it_stands(stage: Stage, tmp_path: Path) -> None:
    human = stage.human(stage.fake.join(SUPPLY))
    await human.command()
    assert "Where do you work?" not in human.page
    staff_rule(stage.house, tmp_path, "email_domain", "agency.example.invalid")
    await human.command()
    assert "Where do you work?" in human.page
    file = tmp_path / "ealing.yaml"
    file.write_text((EXAMPLES / "ealing.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert stage.house.reload.look() == ("ealing",)
    assert load_directory(file) in stage.house.reload.directories
    await human.command()
    assert "Where do you work?" not in human.page
