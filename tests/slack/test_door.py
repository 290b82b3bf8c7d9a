"""Who and what gets in: signatures, ages, workspaces, apps, accounts; and what a stranger may send."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.directory import rows
from storage.shapes import PersonId
from tests.bot.scenarios.house import directories, staff_rule
from tests.bot.scenarios.telling import CHILD, HAPPENED, TEACHER
from tests.slack.conftest import FOREIGN, TEAM, Stage, a_stage
from tests.slack.fake import Human, Json, encoded, room_of

NUMBERS = "020 8825 8000"


def command(team: str = TEAM, app: str = "A0TESTS") -> tuple[bytes, str]:
    """A command as Slack would send it."""
    form = {"command": "/concern", "team_id": team, "user_id": "UTEACHER", "api_app_id": app, "trigger_id": "1.1"}
    return encoded("command", form)


def drafts(stage: Stage, person: str = TEACHER) -> int:
    """How many conversations somebody has begun."""
    with stage.house.store.read() as unit:
        return len(unit.conversations.open_of(PersonId(person)))


@pytest.mark.parametrize(
    ("made", "status", "code"),
    [
        ({"secret": "another"}, 401, "bad_signature"),
        ({"age": 301}, 401, "too_old"),
        ({"age": -301}, 401, "too_old"),
        ({"more": {"X-Slack-Signature": "v0=1"}}, 401, "bad_signature"),
        ({"more": {"X-Slack-Signature": ""}}, 401, "bad_signature"),
        ({"more": {"X-Slack-Request-Timestamp": "soon"}}, 401, "unsigned"),
    ],
)
async def test_what_slack_did_not_just_sign_is_refused_and_counted(
    stage: Stage, made: dict[str, Any], status: int, code: str
) -> None:
    for times in (1, 2):
        answer = await stage.post(*command(), **made)
        assert answer == (status, {"error": code})
        assert stage.log.named("turned_away")[-1] == {
            "channel": "slack", "code": code, "status": status, "count": times,
        }  # fmt: skip
        assert stage.turned == [("slack", code)] * times
    assert drafts(stage) == 0


async def test_another_workspace_and_another_app_are_refused_and_counted(stage: Stage) -> None:
    assert (await stage.post(*command(team=FOREIGN)))[0] == 403
    assert (await stage.post(*command(app="A0OTHER")))[0] == 403
    assert [one["code"] for one in stage.log.named("turned_away")] == ["foreign_workspace", "wrong_app"]
    assert stage.turned == [("slack", "foreign_workspace"), ("slack", "wrong_app")]
    assert drafts(stage) == 0


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"[1]", "application/json"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=" + b"[" * 5000, "application/x-www-form-urlencoded"),
        (b'{"team_id":"T0EALING","api_app_id":"A0TESTS","event":7,"type":"event_callback"}', "application/json"),
        (b'{"team_id":"T0EALING","api_app_id":"A0TESTS","type":["x"]}', "application/json"),
        (b'{"team":{"id":"T0EALING"},"api_app_id":"A0TESTS","type":"view_submission","view":3}', "application/json"),
        (b'{"team":{"id":"T0EALING"},"api_app_id":"A0TESTS","type":"block_actions","actions":{}}', "application/json"),
    ],
)
async def test_odd_bodies_are_no_fault_and_change_nothing(stage: Stage, body: bytes, kind: str) -> None:
    status, answer = await stage.post(body, kind)
    assert status < 500
    assert "Traceback" not in json.dumps(answer)
    assert drafts(stage) == 0


async def test_slack_may_check_the_address(stage: Stage) -> None:
    found = await stage.post(*encoded("event", {"type": "url_verification", "challenge": "abc"}))
    assert found[0] == 200
    assert "abc" in found[1].values()


@pytest.mark.parametrize(
    "flags",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_bot": True},
        {"deleted": True},
        {"team_id": FOREIGN},
        {"is_email_confirmed": False},
    ],
)
async def test_guests_bots_and_accounts_of_elsewhere_get_the_numbers_and_nothing_else(
    stage: Stage, flags: Json
) -> None:
    stage.fake.workspaces[TEAM].join("UX", "someone@ealing.example.invalid", "Somebody Invented", **flags)
    human = stage.human("UX")
    await human.command()
    assert NUMBERS in human.page
    assert "submit" not in human.modal.body
    await human.open_home()
    assert "do.begin" not in json.dumps(stage.fake.homes[TEAM, "UX"].body)
    assert not stage.log.named("page_failed")


async def test_somebody_outside_the_staff_rule_gets_the_numbers(stage: Stage) -> None:
    stage.fake.workspaces[TEAM].join("UX", "pupil@pupils.example.invalid", "Pupil Invented")
    human = stage.human("UX")
    await human.command()
    assert NUMBERS in human.page
    assert stage.log.named("stranger_refused") == [{"channel": "slack", "code": "not_staff"}]


async def newcomer(stage: Stage) -> Human:
    """Staff by the rule, in no directory file."""
    stage.fake.workspaces[TEAM].join("UNEW", "new.one@ealing.example.invalid", "New Invented")
    human = stage.human("UNEW")
    await human.command()
    return human


async def test_staff_by_the_rule_choose_the_school_once_and_the_lead_sees_it(stage: Stage) -> None:
    human = await newcomer(stage)
    assert "Where do you work?" in human.page
    await human.submit({"school": "brentside"})
    await human.command()
    assert "What is it?" in human.page
    assert "New Invented" in json.dumps([str(one) for one in stage.house.desk.home("brentside.dsl").blocks])
    with stage.house.store.read() as unit:
        found = unit.people.by_email("NEW.ONE@ealing.example.invalid")
        assert (found.school, found.role) == ("brentside", "reporter")
        assert [one.address for one in unit.identities.of(found.id)] == [f"{TEAM}:UNEW"]


async def test_a_school_that_was_not_offered_is_not_taken(stage: Stage) -> None:
    human = await newcomer(stage)
    view = human.modal.payload()
    block = next(one for one in view["blocks"] if one["type"] == "input")
    chosen = {"selected_option": {"value": "somewhere-else"}, "type": "static_select"}
    view["state"] = {"values": {block["block_id"]: {block["element"]["action_id"]: chosen}}}
    await human.submit(view=view)
    assert "Where do you work?" in human.page


async def test_a_person_who_left_the_directory_and_presses_an_old_button_gets_the_numbers(stage: Stage) -> None:
    human = stage.human("UTEACHER")
    await human.open_home()
    schools, people, absences, rota = rows(directories()[0])
    with stage.house.store.write() as unit:
        unit.people.replace("ealing", schools, [one for one in people if one.id != TEACHER], absences, rota)
        unit.commit()
    stage.fake.workspaces[TEAM].users["UTEACHER"]["profile"]["email"] = "pavel@elsewhere.example.invalid"
    stage.clock.move(minutes=6)
    await human.press("begin", on="home")
    assert NUMBERS in human.page
    assert "submit" not in human.modal.body


async def test_what_is_written_to_the_bot_is_answered_once_and_kept_nowhere(stage: Stage) -> None:
    human = stage.human("UTEACHER")
    for headers in ({}, {"x-slack-retry-num": "1"}, {}):
        assert (await human.write(str(HAPPENED["saw"]), stamp="1700.1", **headers))[0] == 200
    answers = stage.fake.rooms(TEAM, "UTEACHER")
    assert [one["text"] for one in answers] == ["Nobody has been told. Delete what you wrote."]
    assert NUMBERS in json.dumps(answers)
    assert str(HAPPENED["saw"]) not in stage.fake.everything_sent() + str(stage.log.kept)
    assert drafts(stage) == 0
    await human.press("begin", on="message")
    assert "What is it?" in human.page


async def test_a_message_shortcut_takes_nothing_from_the_message(stage: Stage) -> None:
    human = stage.human("UTEACHER")
    await human.shortcut("concern_about_message", message={"text": str(CHILD["name"]), "ts": "1.1"})
    assert str(CHILD["name"]) not in human.page
    await human.shortcut("concern_start")
    assert "What is it?" in human.page


async def test_a_trigger_that_came_too_late_leaves_a_button_that_only_the_person_sees(stage: Stage) -> None:
    human = stage.human("UTEACHER")
    old = stage.fake.trigger(TEAM, "UTEACHER")
    stage.clock.move(seconds=4)
    await human.command(channel="C1", trigger=old)
    assert len(stage.fake.ephemeral) == 1
    assert not stage.fake.rooms(TEAM, "UTEACHER")
    another = stage.fake.trigger(TEAM, "UTEACHER")
    stage.clock.move(seconds=4)
    await human.command(channel="C9", trigger=another)
    assert len(stage.fake.messages[room_of(TEAM, "UTEACHER")]) == 1


async def test_a_user_group_counts_as_staff_where_the_directory_says_so(stage: Stage, tmp_path: Path) -> None:
    at = stage.fake.workspaces[TEAM]
    for user in ("UIN", "UOUT"):
        at.join(user, f"{user.lower()}@agency.example.invalid", "Supply Invented")
    at.groups["S0STAFF"] = ["UIN"]
    staff_rule(stage.house, tmp_path, "slack_group", "S0STAFF")
    inside, outside = stage.human("UIN"), stage.human("UOUT")
    await inside.command()
    await outside.command()
    assert "Where do you work?" in inside.page
    assert "Where do you work?" not in outside.page


async def test_a_group_that_slack_does_not_tell_makes_nobody_a_stranger(stage: Stage, tmp_path: Path) -> None:
    stage.fake.workspaces[TEAM].join("UIN", "uin@agency.example.invalid", "Supply Invented")
    stage.fake.workspaces[TEAM].groups["S0STAFF"] = ["UIN"]
    staff_rule(stage.house, tmp_path, "slack_group", "S0STAFF")
    human = stage.human("UIN")
    stage.fake.always["usergroups.users.list"] = "internal_error"
    await human.command()
    assert not stage.log.named("stranger_refused")
    assert "may not have been done" in human.page
    del stage.fake.always["usergroups.users.list"]
    await human.command()
    assert "Where do you work?" in human.page


@pytest.mark.parametrize("mood", ["internal_error", "500"])
async def test_a_group_that_slack_does_not_tell_keeps_nobody_of_the_directory_out(
    stage: Stage, tmp_path: Path, mood: str
) -> None:
    staff_rule(stage.house, tmp_path, "slack_group", "S0STAFF")
    stage.fake.always["usergroups.users.list"] = mood
    human = stage.human("UTEACHER")
    await human.command()
    assert "What is it?" in human.page
    assert not stage.log.named("page_failed")


async def test_a_foreign_workspace_is_turned_away_from_the_socket_too(url: str) -> None:
    async with a_stage(url, through="socket") as stage:
        form = {"command": "/concern", "team_id": FOREIGN, "user_id": "UTEACHER", "trigger_id": "1.1"}
        assert await stage.send("command", form) == (200, {})
        assert stage.log.named("turned_away")[-1]["code"] == "foreign_workspace"
        assert (await stage.post(*command()))[0] in (404, 405)
        assert drafts(stage) == 0


@pytest.mark.parametrize("mood", ["500", "internal_error"])
async def test_a_modal_that_slack_cannot_open_leaves_a_button(stage: Stage, mood: str) -> None:
    human = stage.human("UTEACHER")
    stage.fake.moods["views.open"].append(mood)
    await human.command()
    assert len(stage.fake.ephemeral) == 1
    await human.command()
    assert "What is it?" in human.page


async def test_somebody_known_goes_on_while_slack_does_not_say_who_they_are(stage: Stage) -> None:
    human = stage.human("UTEACHER")
    await human.command()
    stage.clock.move(minutes=30)
    stage.fake.always["users.info"] = "500"
    await human.submit({"what": "worried"})
    assert "What happened" in human.page
