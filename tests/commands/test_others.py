"""The rest of the commands, and the programme as it is really started."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Swis

ROOT = Path(__file__).resolve().parents[2]


def started(*words: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    """The programme in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=ROOT, input=given, capture_output=True, text=True, check=False
    )


def test_the_programme_starts_as_a_module_and_fails_with_one_clear_line() -> None:
    good = started("facts", "--authority", "ealing")
    bad = started("triage", "--authority", "ealing", "--facts", "-", given='{"nonsense": true}')
    assert (good.returncode, good.stderr) == (0, "")
    assert (bad.returncode, bad.stdout, len(bad.stderr.splitlines())) == (2, "", 1)


def test_a_small_command_imports_neither_the_database_nor_the_web_server() -> None:
    look = (
        "import sys; from bot.__main__ import gathered; gathered('facts'); "
        "print(sorted({'sqlalchemy', 'aiohttp', 'alembic', 'holidays', 'apscheduler'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "words", [["no-such-command"], ["facts"], ["triage", "--authority", "ealing"], ["walk", "--x"]]
)
def test_wrong_words_end_with_two_and_say_what_is_there(swis: Swis, words: list[str]) -> None:
    ran = swis(*words)
    assert ran.code == 2
    assert "Usage" in ran.err


@pytest.mark.parametrize(
    "command", ["facts", "triage", "walk", "demo", "migrate", "check", "backup", "restore", "rekey", "thresholds lint"]
)
def test_each_command_explains_itself(swis: Swis, command: str) -> None:
    ran = swis(*command.split(), "--help")
    assert ran.code == 0
    assert "Usage" in ran.out


def test_lint_finds_nothing_wrong_with_the_packaged_documents(swis: Swis) -> None:
    assert swis("thresholds", "lint").code == 0


def test_lint_names_every_problem_with_file_and_line(swis: Swis, tmp_path: Path) -> None:
    folder = tmp_path / "anyshire" / "2026-09-01"
    folder.mkdir(parents=True)
    (folder / "document.yaml").write_text("authority: anyshire\nauthority: other\nnonsense: 1\n", "utf-8")
    ran = swis("thresholds", "lint", str(folder))
    ran.refused("document.yaml:2")
    assert len(ran.err.splitlines()) > 1


@pytest.mark.parametrize("authority", ["ealing", "gateshead", "trafford"])
def test_show_prints_levels_lines_and_that_nobody_signed(swis: Swis, authority: str) -> None:
    ran = swis("thresholds", "show", "--authority", authority)
    assert ran.code == 0
    assert f"**NOT SIGNED OFF by {authority.title()}." in ran.out


def test_show_says_when_no_document_was_in_force(swis: Swis) -> None:
    swis("thresholds", "show", "--authority", "ealing", "--now", "1999-01-04T10:00:00+00:00").refused("1999-01-04")


@pytest.mark.parametrize("authority", ["ealing", "gateshead", "trafford"])
def test_the_worked_examples_agree(swis: Swis, authority: str) -> None:
    ran = swis("thresholds", "test", "--authority", authority)
    assert ran.code == 0
    assert int(ran.out.split(": ")[1].split()[0]) >= 25


def test_migrate_makes_the_database_and_may_be_repeated(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert "database at version" in swis("migrate").out
    assert swis("migrate").code == 0
    assert (tmp_path / "new.sqlite").is_file()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:////nowhere/at/all/x.sqlite", "nonsense"])
def test_migrate_says_what_is_wrong_with_a_database(swis: Swis, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("SWIS_DATABASE_URL", url)
    swis("migrate").refused("migrate:")


@pytest.mark.parametrize("command", ["migrate", "check"])
def test_settings_that_cannot_be_used_are_named(swis: Swis, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("SWIS_PORT", "a lot")
    monkeypatch.setenv("SWIS_DRAFT_DAYS", "0")
    swis(command).refused("SWIS_PORT", "SWIS_DRAFT_DAYS")


@pytest.mark.usefixtures("keys")
def test_check_names_what_it_found(swis: Swis) -> None:
    ran = swis("check")
    assert ran.code == 0
    assert "ealing" in ran.out


def test_check_names_every_problem_of_every_directory(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("authority: ealing\nnonsense: 1\n", "utf-8")
    monkeypatch.setenv("SWIS_DIRECTORY_FILES", f"{tmp_path / 'one.yaml'},{tmp_path / 'two.yaml'}")
    swis("check").refused("one.yaml:2", "two.yaml:2")


def test_check_looks_at_the_documents_and_keys_that_the_settings_name(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "anyshire" / "2026-09-01"
    folder.mkdir(parents=True)
    (folder / "document.yaml").write_text("nonsense: 1\n", "utf-8")
    (tmp_path / "keys").write_text("half a k\u00e9y\n", "utf-8")
    monkeypatch.setenv("SWIS_DOCUMENTS_FOLDER", str(tmp_path))
    monkeypatch.setenv("SWIS_KEYS_FILE", str(tmp_path / "keys"))
    monkeypatch.setenv("SWIS_AUTHORITIES", "nowhere")
    swis("check").refused("SWIS_KEYS", "indicators.yaml:1", "nowhere.yaml")


def test_the_demonstration_says_when_its_keys_cannot_be_used(swis: Swis, tmp_path: Path) -> None:
    (tmp_path / "demo-keys").write_text("", encoding="ascii")
    swis("demo", "--folder", str(tmp_path)).refused("demo: the master keys")


def test_the_demonstration_says_when_its_folder_or_port_cannot_be_used(swis: Swis, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="ascii")
    swis("demo", "--folder", str(in_the_way / "below")).refused("demo:")
    assert swis("demo", "--port", "99999").code == 2
