"""`swis backup` and `swis restore` on both databases: everything comes back, keys apart, nothing is written over."""

import base64
import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from bot.commands.backup import APART
from storage.migrations import current, head, upgrade
from storage.sealed import MasterKey
from storage.unit import Store
from storage.whole import broken_chains
from tests.bot.scenarios.house import KEY, Scene, open_house
from tests.bot.scenarios.telling import LEADS, SW, danger, sent
from tests.commands.conftest import Swis

WIPE = re.compile(r"postgresql://postgres@/(?P<name>\w+)\?host=(?P<host>.+)")


@dataclass
class Site:
    """An installation: a scene, its back-up file, the command."""

    scene: Scene
    file: Path
    swis: Swis

    def backup(self) -> None:
        ran = self.swis("backup", "--out", str(self.file))
        assert (ran.code, ran.err) == (0, "")
        assert APART in ran.out

    def wipe(self) -> None:
        """Lose the database and put an empty one in its place."""
        self.scene.house.store.close()
        server = WIPE.fullmatch(self.scene.url)
        if server is None:
            for file in Path(self.scene.url.removeprefix("sqlite:///")).parent.glob("swis.sqlite*"):
                file.unlink()
            return
        with psycopg.connect(host=server["host"], user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {server['name']} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {server['name']}".encode())


@pytest.fixture
def site(scene: Scene, tmp_path: Path, swis: Swis, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A running installation whose settings are in the environment."""
    monkeypatch.setenv("SWIS_DATABASE_URL", scene.url)
    monkeypatch.setenv("SWIS_KEYS", f"{KEY.id}:{base64.b64encode(KEY.key).decode()}")
    return Site(scene, tmp_path / "swis.backup", swis)


def test_a_lost_database_comes_back_whole_and_what_waited_is_delivered(site: Site) -> None:
    concerns = [sent(site.scene), danger(site.scene).concern]
    before = {one: (site.scene.concern(one), site.scene.rows(one), site.scene.log_of(one)) for one in concerns}
    site.backup()
    site.wipe()
    ran = site.swis("restore", "--from", str(site.file))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "restored: every chain of the log verifies, the keys open it\n"
    house = open_house(site.scene.url, site.scene.clock, site.scene.courier, ids="restored")
    again = Scene(house, site.scene.clock, site.scene.courier, site.scene.url)
    assert {one: (again.concern(one), again.rows(one), again.log_of(one)) for one in concerns} == before
    assert {*LEADS, SW} <= set(again.deliver())
    with house.store.read() as unit:
        assert all(unit.audit.verify(one) for one in concerns)
        assert all(unit.concerns.read(again.concern(one).id)[1] for one in concerns)
    house.store.close()


def test_a_back_up_taken_while_others_write_is_of_one_moment(site: Site) -> None:
    concern = sent(site.scene)
    done, begun = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            with site.scene.house.store.write() as unit:
                unit.audit.add(concern, "read", None, "head", site.scene.clock(), {"number": number})
                unit.settings.put("lines", str(number))
                unit.commit()
            begun.set()

    writing = threading.Thread(target=write)
    writing.start()
    begun.wait(10)
    site.backup()
    done.set()
    writing.join(20)
    site.wipe()
    assert site.swis("restore", "--from", str(site.file)).code == 0
    store = Store.open(site.scene.url, [KEY], random_bytes=os.urandom)
    with store.read() as unit:
        assert unit.settings.get("lines") == str(sum(one.kind == "read" for one in unit.audit.entries(concern)))
    store.close()


def test_only_its_owner_may_read_a_back_up_and_no_key_is_in_it(site: Site) -> None:
    sent(site.scene)
    site.backup()
    assert stat.S_IMODE(site.file.stat().st_mode) == 0o600
    assert KEY.key not in site.file.read_bytes()
    assert [one.name for one in site.file.parent.iterdir() if "backup" in one.name] == ["swis.backup"]


def test_a_back_up_never_writes_over_a_file_unless_it_is_told_to(site: Site) -> None:
    site.file.write_text("precious", encoding="utf-8")
    site.swis("backup", "--out", str(site.file)).refused("backup:", "stands already", "--force")
    assert site.file.read_text(encoding="utf-8") == "precious"
    assert site.swis("backup", "--out", str(site.file), "--force").code == 0
    assert site.file.stat().st_size > 1000


def test_nothing_is_restored_over_a_database_that_holds_something(site: Site) -> None:
    concern = sent(site.scene)
    site.backup()
    site.swis("restore", "--from", str(site.file)).refused("restore:", "new, empty")
    assert site.scene.concern(concern)


@pytest.mark.parametrize("keys", ["", f"other:{base64.b64encode(bytes(32)).decode()}"], ids=["none", "another"])
def test_without_the_right_keys_a_restore_says_where_they_are_not(
    site: Site, monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    sent(site.scene)
    site.backup()
    site.wipe()
    monkeypatch.setenv("SWIS_KEYS", keys)
    site.swis("restore", "--from", str(site.file)).refused("restored, but no key opens it", APART, "SWIS_KEYS")


def test_a_log_that_was_changed_is_named_at_the_restore(site: Site) -> None:
    concern = sent(site.scene)
    site.scene.house.store.close()
    _forge(site.scene.url, concern)
    assert broken_chains(site.scene.url) == (concern,)
    site.backup()
    site.wipe()
    site.swis("restore", "--from", str(site.file)).refused("restored, but the log was changed", concern)


def _forge(url: str, concern: str) -> None:
    """Change a line as somebody with the run of the database could."""
    line = f"UPDATE audit SET role = 'chair' WHERE chain = '{concern}' AND number = 1"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                file.execute(f"DROP TRIGGER {name}")
            file.execute(line)
        file.close()
        return
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
        connection.execute(line.encode())
        connection.execute("ALTER TABLE audit ENABLE TRIGGER ALL")


def test_a_file_that_is_no_back_up_is_refused_and_nothing_is_made(site: Site) -> None:
    site.wipe()
    site.file.write_text("not a back-up", encoding="utf-8")
    site.swis("restore", "--from", str(site.file)).refused("restore:", "is no back-up of a")
    site.swis("restore", "--from", str(site.file.with_name("gone"))).refused("restore:", "gone")
    site.file.write_bytes(b"SQLite format 3\x00" + b"rubbish" * 400)
    site.swis("restore", "--from", str(site.file)).refused("restore:")
    site.file.write_bytes(b"PGDMP" + b"rubbish" * 400)
    site.swis("restore", "--from", str(site.file)).refused("restore:")


def test_the_log_of_an_earlier_sqlite_file_is_never_read_into_the_restored_one(
    file_scene: Scene, swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_DATABASE_URL", file_scene.url)
    site = Site(file_scene, tmp_path / "swis.backup", swis)
    site.backup()
    site.wipe()
    old = tmp_path / "swis.sqlite-wal"
    old.write_bytes(b"old")
    swis("restore", "--from", str(site.file)).refused("restore:", "swis.sqlite-wal", "move them away")
    assert not (tmp_path / "swis.sqlite").exists()


def test_rekeying_puts_everything_under_the_newest_key_while_the_service_runs(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    concern = sent(site.scene)
    newer = MasterKey("newer", bytes(range(32, 64)))
    both = ",".join(f"{key.id}:{base64.b64encode(key.key).decode()}" for key in (KEY, newer))
    monkeypatch.setenv("SWIS_KEYS", both)
    said = site.swis("rekey").out
    assert said.startswith("2 records put under the key newer")
    assert "a key may leave the settings only when the spool of every machine is empty" in said
    assert "warning" not in said
    monkeypatch.setenv("SWIS_SPOOL_FOLDER", str(tmp_path))
    (tmp_path / "one.press").touch()
    again = site.swis("rekey").out
    assert again.startswith("0 records")
    assert "warning: presses of danger waiting in the spool" in again
    store = Store.open(site.scene.url, [newer], random_bytes=os.urandom)
    with store.read() as unit:
        assert unit.concerns.read(site.scene.concern(concern).id)[1]
    store.close()
    monkeypatch.setenv("SWIS_KEYS", "")
    site.swis("rekey").refused("rekey: no master key is set")


@pytest.mark.parametrize("number", [1, 2])
def test_migrate_run_by_several_processes_at_once_and_again_is_one_migration(
    blank: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_DATABASE_URL", blank)
    for _ in range(number):
        command = [sys.executable, "-m", "bot", "migrate"]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
        said = [one.communicate(timeout=60) for one in running]
        assert [one.returncode for one in running] == [0, 0, 0]
        assert set(said) == {(f"database at version {head()}\n".encode(), b"")}
    assert current(blank) == head()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a stand-in for pg_dump first on the path; it runs these lines of shell."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("SWIS_DATABASE_URL", "postgresql://swis:kettle-zebra@db.example.invalid/swis?sslmode=require")
    monkeypatch.setenv("SWIS_KEYS", "one:secret")

    def make(lines: str) -> Path:
        program = folder / "pg_dump"
        program.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        program.chmod(0o755)
        return folder

    return make


def test_without_the_client_program_a_back_up_says_what_to_install(
    swis: Swis, tmp_path: Path, programs: Callable[[str], Path]
) -> None:
    swis("backup", "--out", str(tmp_path / "x")).refused("pg_dump is not there", "postgresql-client")
    assert not (tmp_path / "x").exists()


def test_the_password_goes_by_the_environment_and_the_keys_not_at_all(
    swis: Swis, tmp_path: Path, programs: Callable[[str], Path]
) -> None:
    folder = programs(f'echo "$@" > {tmp_path}/words; export -p > {tmp_path}/environment')
    assert folder.is_dir()
    assert swis("backup", "--out", str(tmp_path / "x")).code == 0
    words = (tmp_path / "words").read_text(encoding="utf-8")
    environment = (tmp_path / "environment").read_text(encoding="utf-8")
    assert "postgresql://swis@db.example.invalid/swis?sslmode=require" in words
    assert "kettle-zebra" not in words
    assert "PGPASSWORD='kettle-zebra'" in environment
    assert "SWIS_" not in environment


def test_a_client_program_that_fails_is_quoted_by_its_first_line_and_leaves_no_file(
    swis: Swis, tmp_path: Path, programs: Callable[[str], Path]
) -> None:
    programs('echo "pg_dump: error: no such server" >&2; echo "DETAIL: a row" >&2; exit 1')
    ran = swis("backup", "--out", str(tmp_path / "x"))
    ran.refused("backup: pg_dump failed: pg_dump: error: no such server")
    assert "DETAIL" not in ran.err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["programs"]


@pytest.mark.parametrize("end", ["", "-wal"])
def test_a_back_up_is_never_written_over_the_database_itself(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    database, other = tmp_path / "swis.sqlite", tmp_path / "other"
    upgrade(f"sqlite:///{database}")
    monkeypatch.setenv("SWIS_DATABASE_URL", f"sqlite:///{database}")
    Path(f"{database}-wal").touch()
    other.symlink_to(f"{database}{end}")
    before = database.stat().st_ino
    for name in (other, Path(f"{database}{end}")):
        swis("backup", "--out", str(name), "--force").refused("backup:", "is the database itself")
    assert database.stat().st_ino == before


def test_a_back_up_of_a_file_that_is_not_there_makes_none(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere.sqlite'}")
    swis("backup", "--out", str(tmp_path / "x")).refused("there is no database at", "SWIS_DATABASE_URL")
    assert not list(tmp_path.iterdir())


def test_a_back_up_into_a_folder_that_is_not_there_or_is_none_says_which(
    swis: Swis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "swis.sqlite"
    monkeypatch.setenv("SWIS_DATABASE_URL", f"sqlite:///{database}")
    database.write_bytes(b"")
    missing = tmp_path / "no"
    swis("backup", "--out", str(missing / "x")).refused(f"backup: the folder {missing} is not there: make it")
    swis("backup", "--out", str(database / "x")).refused(f"backup: nothing can be written into {database} (Not a dir")
