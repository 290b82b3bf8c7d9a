"""`swis serve` says every reason not to start at once, and starts nothing then."""

import base64
from pathlib import Path

import pytest

from bot.settings import Settings, environment_names
from storage.migrations import upgrade
from storage.sole import sole
from tests.commands.conftest import Swis

KEY = f"k1:{base64.b64encode(bytes(range(32))).decode()}"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Settings with which a rehearsal would start; the database is not migrated yet. Its address."""
    for name in Settings.model_fields:
        for variable in environment_names(name):
            monkeypatch.delenv(variable, raising=False)
    url = f"sqlite:///{tmp_path / 'swis.sqlite'}"
    monkeypatch.setenv("SWIS_DATABASE_URL", url)
    monkeypatch.setenv("SWIS_KEYS", KEY)
    return url


def test_everything_that_is_wrong_is_said_at_once(swis: Swis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWIS_KEYS")
    ran = swis("serve")
    ran.refused(
        "ealing: invented: people", "gateshead: invented: people", "not signed: data_location",
        "not signed: second_factor", "not signed: pupil_accounts_shut_out", "not signed: hazard_log",
        "SWIS_KEYS", "swis migrate", "no channel is set up",
    )  # fmt: skip
    assert all(line.startswith("serve: ") for line in ran.err.splitlines())


def test_the_same_settings_have_fewer_reasons_against_a_rehearsal(swis: Swis) -> None:
    ran = swis("serve", "--rehearsal")
    ran.refused("swis migrate")
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("SWIS_KEYS", "k1:short", "key 1 is not"),
        ("SWIS_KEYS_FILE", "missing-file", "SWIS_KEYS_FILE"),
        ("SWIS_DATABASE_URL", "mysql://somewhere/swis", "not supported"),
        ("SWIS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/swis", "SWIS_DATABASE_URL"),
        ("SWIS_DIRECTORY_FILES", "missing.yaml", "missing.yaml"),
        ("SWIS_BIND", "192.0.2.1", "no channel is set up"),
        ("SWIS_MAIL_HOST", "mail.example.org", "SWIS_MAIL_FROM"),
        ("SWIS_SLACK_SIGNING_SECRET", "a-secret", "SWIS_SLACK_TEAMS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    swis: Swis, installed: str, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    upgrade(installed)
    monkeypatch.setenv(variable, value)
    ran = swis("serve", "--rehearsal")
    ran.refused(says)
    assert len(ran.err.splitlines()) == 1


def test_no_password_of_a_database_is_printed(swis: Swis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_DATABASE_URL", "postgresql://somebody:hunter2@127.0.0.1:1/swis")
    assert "hunter2" not in swis("serve", "--rehearsal").err


def test_a_second_service_on_the_same_file_says_so(swis: Swis, installed: str) -> None:
    upgrade(installed)
    with sole(installed):
        swis("serve", "--rehearsal").refused("another `swis serve` works on swis.sqlite")


def test_a_setting_that_is_no_setting_is_said_before_anything_else(swis: Swis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_PORT", "door")
    swis("serve").refused("SWIS_PORT")
