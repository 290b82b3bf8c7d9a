"""`swis serve` says every reason not to start at once, and starts nothing then."""

import base64
import os
import sqlite3
from pathlib import Path

import pytest

from bot.holdings import Mode, claim_mode
from bot.reading import EXAMPLES
from bot.settings import Settings, environment_names
from storage.migrations import upgrade
from storage.sole import sole
from storage.unit import Store
from tests.bot.scenarios.house import KEY as MASTER
from tests.bot.scenarios.house import a_scene, peopled
from tests.bot.scenarios.telling import sent
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


def test_teams_without_an_app_id_is_for_rehearsals(swis: Swis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_TEAMS_TENANTS", "11111111-1111-1111-1111-111111111111")
    swis("serve").refused("SWIS_TEAMS_APP_ID")
    ran = swis("serve", "--rehearsal")
    ran.refused("swis migrate")
    assert "SWIS_TEAMS" not in ran.err


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("SWIS_TEAMS_TENANTS", "our-tenant", "SWIS_TEAMS_TENANTS"),
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


@pytest.fixture
def with_a_concern(installed: str) -> str:
    """The database of a service from before there were marks: everybody of the examples, and one open concern."""
    upgrade(installed)
    peopled(installed)
    with a_scene(installed) as scene:
        sent(scene, "section_47")
    return installed


def marked(url: str, mode: Mode) -> None:
    """Write down of which mode a database is."""
    store = Store.open(url, [MASTER], random_bytes=os.urandom)
    with store.write() as unit:
        claim_mode(unit, mode)
        unit.commit()
    store.close()


def test_a_database_with_concerns_and_without_a_mark_is_the_real_services(swis: Swis, with_a_concern: str) -> None:
    ran = swis("serve", "--rehearsal")
    ran.refused("the database is that of the real service, and this is a rehearsal: use a database of its own")
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("mode", ["rehearsal", "demo"])
def test_a_database_of_invented_people_does_not_become_the_real_services(
    swis: Swis, installed: str, mode: Mode
) -> None:
    upgrade(installed)
    marked(installed, mode)
    swis("serve").refused("the database is that of a", "and this is the real service")


def test_a_demonstration_on_another_modes_file_says_so(swis: Swis, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.sqlite'}"
    upgrade(url)
    marked(url, "rehearsal")
    swis("demo", "--folder", str(tmp_path)).refused("that of a rehearsal, and this is a demonstration")


def test_an_authority_with_open_concerns_does_not_go(
    swis: Swis, with_a_concern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(with_a_concern.removeprefix("sqlite:///")) as database:
        database.execute("INSERT INTO settings (key, value) VALUES ('mode', 'rehearsal')")
    database.close()
    monkeypatch.setenv("SWIS_AUTHORITIES", "gateshead")
    swis("serve", "--rehearsal").refused(
        "the school brentside of ealing would go, and has open concerns (1): name the directory file of ealing"
    )


def test_a_school_with_open_concerns_does_not_go(
    swis: Swis, with_a_concern: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with sqlite3.connect(with_a_concern.removeprefix("sqlite:///")) as database:
        database.execute("INSERT INTO settings (key, value) VALUES ('mode', 'rehearsal')")
    database.close()
    renamed = (EXAMPLES / "ealing.yaml").read_text(encoding="utf-8").replace("brentside", "brookside")
    (tmp_path / "ealing.yaml").write_text(renamed, encoding="utf-8")
    monkeypatch.setenv("SWIS_DIRECTORY_FILES", f"{tmp_path / 'ealing.yaml'},{EXAMPLES / 'gateshead.yaml'}")
    swis("serve", "--rehearsal").refused("the school brentside of ealing would go", "put it back until they are closed")


def test_a_setting_that_is_no_setting_is_said_before_anything_else(swis: Swis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_PORT", "door")
    swis("serve").refused("SWIS_PORT")
