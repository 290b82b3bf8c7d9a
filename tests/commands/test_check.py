"""`swis check` as the gate before a deploy: keys, flows in use, manifests, and what a new directory file changes."""

from pathlib import Path

import pytest

from bot.commands.exits import Problem
from bot.commands.fitting import manifests
from bot.reading import EXAMPLES
from storage.migrations import upgrade
from storage.sealed import MasterKey
from storage.unit import Store
from tests.commands.conftest import Swis
from tests.storage.rows import a_conversation

SOUND = Path(__file__).parents[1] / "bot" / "sound_directory.yaml"


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, keys: None) -> None:
    """A key, a sound directory, and the place of a database that is not there yet."""
    monkeypatch.setenv("SWIS_DIRECTORY_FILES", str(SOUND))
    monkeypatch.setenv("SWIS_DATABASE_URL", f"sqlite:///{tmp_path / 'swis.sqlite'}")


def began(folder: Path, version: int, state: str = "open") -> None:
    """Somebody's conversation on a version of the flow stands in the database."""
    url = f"sqlite:///{folder / 'swis.sqlite'}"
    upgrade(url)
    store = Store.open(url, [MasterKey("one", bytes(range(32)))], random_bytes=bytes)
    with store.write() as unit:
        unit.conversations.start(a_conversation(flow_version=version, state=state))
        unit.commit()
    store.close()


def test_a_key_is_counted_and_none_at_all_is_a_problem(swis: Swis, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "master keys: 1" in swis("check").out
    monkeypatch.delenv("SWIS_KEYS")
    swis("check").refused("SWIS_KEYS, SWIS_KEYS_FILE: no master key is set")


@pytest.mark.parametrize("state", ["open", "sent"])
def test_a_flow_that_is_in_use_and_not_in_the_code_stops_the_deploy(swis: Swis, tmp_path: Path, state: str) -> None:
    began(tmp_path, 0, state)
    swis("check").refused("the flow concern, version 0, is not in this code, and 1 conversations or records follow it")


@pytest.mark.parametrize(("version", "state"), [(1, "open"), (0, "discarded"), (0, "expired")])
def test_flows_that_are_there_or_that_nobody_needs_let_it_go_on(
    swis: Swis, tmp_path: Path, version: int, state: str
) -> None:
    began(tmp_path, version, state)
    ran = swis("check")
    assert ran.code == 0
    assert "all in this code" in ran.out


def test_a_database_that_can_not_be_reached_is_a_problem(swis: Swis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_DATABASE_URL", "mysql://x/y")
    swis("check").refused("SWIS_DATABASE_URL")


def test_a_committed_manifest_that_the_code_does_not_make_is_a_problem(tmp_path: Path) -> None:
    old = tmp_path / "slack.yaml"
    old.write_text("features: {}\n", encoding="utf-8")
    with pytest.raises(Problem, match="not what this code makes: write it with `swis manifest slack --out"):
        manifests([], old)


def test_the_manifests_are_named_as_the_staff_groups_ask(swis: Swis) -> None:
    assert "`swis manifest slack --no-staff-groups`, `swis manifest teams`" in swis("check").out


def test_what_a_new_directory_file_changes_is_said_before_it_is_loaded(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "new.yaml"
    text = SOUND.read_text(encoding="utf-8")
    new.write_text(
        text.replace("id: oak.head", "id: oak.new-head").replace(
            "holiday_cover: oak.head", "holiday_cover: oak.new-head"
        ),
        "utf-8",
    )
    monkeypatch.setenv("SWIS_DIRECTORY_FILES", str(new))
    said = swis("check", "--was", str(SOUND)).out
    assert "invented: The person oak.new-head is added." in said
    assert "invented: The person oak.head goes." in said
    assert "invented: Nothing changes." in swis("check", "--was", str(new)).out
    assert "changes" not in swis("check").out


def test_a_file_in_force_that_is_broken_or_another_authoritys_is_named(swis: Swis, tmp_path: Path) -> None:
    swis("check", "--was", str(EXAMPLES / "ealing.yaml")).refused("--was: ealing: SWIS_DIRECTORY_FILES names no file")
    swis("check", "--was", str(tmp_path / "none.yaml")).refused("--was: ", "none.yaml", "cannot be read")
