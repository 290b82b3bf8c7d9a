"""`swis check`: Slack as it is set up, and with --reach as it answers; each refusal says what to do."""

from base64 import b64encode
from collections.abc import Iterator

import pytest

from tests.commands.conftest import Ran, Swis, swis
from tests.slack.fake import APP_TOKEN, FakeSlack, in_thread

__all__ = ["swis"]
ONE, TWO = "T0ONE", "T0TWO"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    """Two workspaces, and settings that fit."""
    with in_thread() as found:
        tokens = [f"{team}:{found.workspace(team).token}" for team in (ONE, TWO)]
        monkeypatch.setenv("SWIS_SLACK_TEAMS", f"{ONE},{TWO}")
        monkeypatch.setenv("SWIS_SLACK_BOT_TOKENS", ",".join(tokens))
        monkeypatch.setenv("SWIS_SLACK_SIGNING_SECRET", "a-secret")
        monkeypatch.setenv("SLACK_BASE_URL", f"{found.url}api/")
        monkeypatch.setenv("SWIS_KEYS", f"one:{b64encode(bytes(range(32))).decode()}")
        yield found


@pytest.fixture
def socket(fake: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> FakeSlack:
    """The same in Socket Mode."""
    monkeypatch.setenv("SWIS_SLACK_APP_TOKEN", APP_TOKEN)
    return fake


def well(ran: Ran) -> str:
    """What it said, having found nothing wrong."""
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_without_being_asked_to_it_asks_slack_nothing(swis: Swis, fake: FakeSlack) -> None:
    assert "slack: signed requests over HTTP, workspaces T0ONE, T0TWO" in well(swis("check"))
    assert fake.calls == []


def test_each_workspace_is_asked_and_said(swis: Swis, socket: FakeSlack) -> None:
    said = well(swis("check", "--reach"))
    assert all(f"slack: {team} reached" in said for team in (ONE, TWO))
    assert "slack: Socket Mode can connect" in said
    assert [one.method for one in socket.calls] == ["auth.test", "auth.test"]


def test_settings_that_do_not_fit_are_said_without_asking(
    swis: Swis, fake: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_SLACK_TEAMS", f"{ONE},{TWO},T0THREE")
    swis("check", "--reach").refused("no token for T0THREE")
    assert fake.calls == []


@pytest.mark.parametrize("code", ["account_inactive", "invalid_auth", "token_revoked"])
def test_a_token_that_slack_refuses_is_named_by_its_workspace_alone(swis: Swis, fake: FakeSlack, code: str) -> None:
    fake.moods["auth.test"].extend([code])
    ran = swis("check", "--reach")
    ran.refused(f"refuses the token of {ONE} ({code})", "install the app there again")
    assert fake.workspaces[ONE].token not in ran.err
    assert TWO not in ran.err


def test_another_workspaces_token_is_found_out(swis: Swis, fake: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (fake.workspaces[team].token for team in (ONE, TWO))
    monkeypatch.setenv("SWIS_SLACK_BOT_TOKENS", f"{ONE}:{two},{TWO}:{one}")
    swis("check", "--reach").refused(f"the token given for {ONE} is another workspace's")


def test_a_scope_that_was_not_granted_is_named_and_one_too_many_is_a_warning(swis: Swis, fake: FakeSlack) -> None:
    fake.workspaces[ONE].scopes -= {"im:write", "usergroups:read"}
    fake.workspaces[TWO].scopes |= {"files:read"}
    ran = swis("check", "--reach")
    ran.refused(f"{ONE} has not granted im:write", "swis manifest slack")
    assert "usergroups:read" not in ran.err
    fake.workspaces[ONE].scopes |= {"im:write"}
    assert f"warning: Slack: {TWO} granted more than is used: files:read" in well(swis("check", "--reach"))


@pytest.mark.parametrize("mood", ["500", "429"])
def test_a_slack_that_is_out_is_no_token_that_is_refused(swis: Swis, fake: FakeSlack, mood: str) -> None:
    fake.always["auth.test"] = mood
    ran = swis("check", "--reach")
    ran.refused("Slack does not answer for T0ONE", "Slack does not answer for T0TWO")
    assert "refuses" not in ran.err


def test_a_slack_that_is_not_there_is_said(swis: Swis, fake: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BASE_URL", "http://127.0.0.1:1/api/")
    swis("check", "--reach").refused("SLACK_BASE_URL: Slack does not answer for T0ONE")


def test_the_apps_own_token_is_tried_in_socket_mode(
    swis: Swis, socket: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_SLACK_APP_TOKEN", "xapp-another")
    swis("check", "--reach").refused("SWIS_SLACK_APP_TOKEN: Slack refuses it (invalid_auth)", "connections:write")


def test_more_processes_than_slack_has_connections_for_are_refused(swis: Swis, socket: FakeSlack) -> None:
    assert "10 processes at most" in well(swis("check", "--processes", "10"))
    swis("check", "--processes", "11").refused("Socket Mode takes 10 connections", "serve over HTTP")


def test_over_http_any_number_of_processes_may_serve(swis: Swis, fake: FakeSlack) -> None:
    well(swis("check", "--processes", "11"))
