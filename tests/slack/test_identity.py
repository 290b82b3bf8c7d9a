"""Accounts are followed: closed, opened again, become a guest's or somebody else's; the app taken out and put in again.

An event is only a reason to ask: events come late, twice and in any order.
"""

from pathlib import Path

import pytest

from bot.arriving import StaffRule
from bot.directory import load_directory
from bot.reading import EXAMPLES
from storage.shapes import PersonId
from tests.bot.scenarios.telling import DEPUTY, DSL
from tests.slack.conftest import OTHER, TEAM, Stage, a_stage
from tests.slack.fake import Json

DEPUTYS = "leander.silverdew@ealing.example.invalid"


def states(stage: Stage, team: str = TEAM) -> list[str]:
    """Whether Slack reaches the lead and the deputy in a workspace."""
    people = [PersonId(DSL), PersonId(DEPUTY)]
    with stage.house.store.read() as unit:
        found = unit.identities.of_many(people)
    return [next((one.state for one in found.get(person, ()) if one.tenant == team), "none") for person in people]


async def both(stage: Stage) -> None:
    """The two leads have opened the App Home."""
    for user in ("UDSL", "UDEPUTY"):
        await stage.human(user).open_home()
    assert states(stage) == ["active", "active"]


async def changed(stage: Stage, **flags: object) -> Json:
    """Slack changes the lead's account, and says so."""
    account = stage.fake.workspaces[TEAM].users["UDSL"]
    account |= flags
    said = dict(account)
    await stage.human("UDSL").event({"type": "user_change", "user": said})
    return said


@pytest.mark.parametrize("flags", [{"deleted": True}, {"is_restricted": True}, {"is_ultra_restricted": True}])
async def test_an_account_that_closes_is_reached_no_more_and_one_that_opens_is_again(
    stage: Stage, flags: dict[str, bool]
) -> None:
    await both(stage)
    await changed(stage, **flags)
    assert states(stage) == ["closed", "active"]
    await changed(stage, **dict.fromkeys(flags, False))
    assert states(stage) == ["active", "active"]


async def test_an_old_word_of_an_account_that_comes_late_changes_nothing(stage: Stage) -> None:
    await both(stage)
    old = await changed(stage, deleted=True)
    await changed(stage, deleted=False)
    await stage.human("UDSL").event({"type": "user_change", "user": old})
    assert states(stage) == ["active", "active"]


async def test_an_event_is_believed_where_slack_does_not_answer(stage: Stage) -> None:
    await both(stage)
    stage.fake.always["users.info"] = "500"
    await changed(stage, deleted=True)
    assert states(stage) == ["closed", "active"]


async def test_an_account_that_becomes_nobodys_is_reached_no_more_and_one_handed_on_asks_the_next_person(
    stage: Stage,
) -> None:
    await both(stage)
    profile = stage.fake.workspaces[TEAM].users["UDSL"]["profile"]
    await changed(stage, profile={**profile, "email": "nobody@elsewhere.example.invalid"})
    assert states(stage) == ["closed", "active"]
    await changed(stage, profile={**profile, "email": DEPUTYS})
    with stage.house.store.read() as unit:
        found = {one.address: one.state for one in unit.identities.of(PersonId(DEPUTY))}
        assert found == {f"{TEAM}:UDSL": "unconfirmed", f"{TEAM}:UDEPUTY": "active"}, "the deputy is asked first"
        assert unit.identities.of(PersonId(DSL)) == ()


async def test_a_change_of_somebody_never_seen_asks_slack_nothing(stage: Stage) -> None:
    stage.fake.workspaces[TEAM].join("UPUPIL", "pupil@pupils.example.invalid", "Pupil Invented")
    before = len(stage.fake.calls)
    await stage.human("UPUPIL").event({"type": "user_change", "user": stage.fake.workspaces[TEAM].users["UPUPIL"]})
    assert stage.fake.calls[before:] == []


async def test_a_guest_who_presses_something_is_reached_no_more_although_no_event_came(stage: Stage) -> None:
    await both(stage)
    stage.fake.workspaces[TEAM].users["UDSL"]["is_restricted"] = True
    stage.clock.move(minutes=6)
    await stage.human("UDSL").open_home()
    assert states(stage) == ["closed", "active"]


@pytest.mark.parametrize("event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UB"]}}])
async def test_an_app_taken_out_reaches_nobody_there_and_everybody_once_it_is_in_again(url: str, event: Json) -> None:
    async with a_stage(url) as stage:
        await both(stage)
        stage.fake.workspaces[OTHER].join("UDSL2", "kezia.fernhollow@ealing.example.invalid", "Kezia Fernhollow")
        await stage.human("UDSL2", OTHER).open_home()
        await changed(stage, deleted=True)
        stage.clock.move(hours=2)
        await stage.human("UDSL2", OTHER).open_home()
        stage.fake.workspaces[TEAM].out = True
        await stage.human("UDEPUTY").event(event)
        assert states(stage) == ["closed", "refused"]
        assert states(stage, OTHER) == ["active", "none"]
    async with a_stage(url) as stage:
        await stage.door.bridge.idle()
        assert states(stage) == ["closed", "active"]


async def test_word_of_a_removal_that_comes_after_the_app_is_in_again_changes_nothing(stage: Stage) -> None:
    await both(stage)
    await stage.human("UDEPUTY").event({"type": "app_uninstalled"})
    await stage.human("UDEPUTY").event({"type": "tokens_revoked", "tokens": {"oauth": ["UX"]}})
    assert states(stage) == ["active", "active"]
    assert stage.log.named("removal_was_old") == [{"channel": "slack", "code": "ok"}]


async def test_a_slack_that_is_out_when_it_says_so_leaves_everybody_as_they_are(stage: Stage) -> None:
    await both(stage)
    stage.fake.always["auth.test"] = "500"
    await stage.human("UDEPUTY").event({"type": "app_uninstalled"})
    assert states(stage) == ["active", "active"]


async def test_the_staff_rules_are_those_of_the_directory_as_it_stands(stage: Stage, tmp_path: Path) -> None:
    stage.fake.workspaces[TEAM].join("UNEW", "supply@agency.example.org", "Supply Invented")
    human = stage.human("UNEW")
    file = tmp_path / "ealing.yaml"
    text = (EXAMPLES / "ealing.yaml").read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    stage.house.reload.watch([(file, load_directory(file))])
    await human.command()
    assert "Where do you work?" not in human.page
    rule = "{id: school-staff, kind: email_domain, value: ealing.example.invalid}"
    file.write_text(text.replace(rule, rule.replace("ealing.example.invalid", "agency.example.org")), encoding="utf-8")
    assert stage.house.reload.look() == ("ealing",)
    assert [one for one in stage.house.arriving("slack").rules() if one.authority == "ealing"] == [
        StaffRule(authority="ealing", kind="email_domain", value="agency.example.org")
    ]
    await human.command()
    assert "Where do you work?" in human.page
