"""Staff by a team's roster: the team has the app, so that it can say who is in it; nobody else is let in by it."""

from dataclasses import replace

from bot.arriving import Arriving, StaffRule
from tests.teams.conftest import PUPIL, Stage
from tests.teams.fake import Account

STAFF_TEAM = "19:staff@thread.tacv2"
SUPPLY = Account(id="00000000-0000-0000-0000-000000000012", email="sam@agency.example.invalid", name="Sam Supply")
"""Invented."""


def counts_the_team(stage: Stage) -> None:
    """The directory's rule asks about a team."""
    arriving = stage.door.listeners.who.arriving
    assert isinstance(arriving, Arriving)
    arriving.rules = [StaffRule(authority="ealing", kind="teams_group", value=STAFF_TEAM)]


async def test_a_member_of_the_team_chooses_the_school_and_somebody_else_is_refused(stage: Stage) -> None:
    counts_the_team(stage)
    stage.fake.join(SUPPLY)
    stage.fake.teams[STAFF_TEAM] = {SUPPLY.id}
    supply, pupil = stage.human(SUPPLY), stage.human(PUPIL)
    await supply.command()
    assert supply.stand["kind"] == "arrive"
    await supply.submit({"school": "brentside"})
    await supply.press("begin")
    assert supply.stand["screen"] == "start"
    await pupil.command()
    assert "Action." not in pupil.page


async def test_a_team_that_does_not_answer_lets_nobody_in(stage: Stage) -> None:
    counts_the_team(stage)
    stage.fake.join(SUPPLY)
    supply = stage.human(SUPPLY)
    await supply.command()
    assert "Action." not in supply.page


async def test_a_guest_in_the_team_stays_a_guest(stage: Stage) -> None:
    counts_the_team(stage)
    guest = stage.fake.join(replace(SUPPLY, more={"userRole": "guest"}))
    stage.fake.teams[STAFF_TEAM] = {guest.id}
    human = stage.human(guest)
    await human.command()
    assert "Action." not in human.page
