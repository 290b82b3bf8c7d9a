"""The database's file removed, locked or spoilt while the service runs, or before it starts."""

import sqlite3
from pathlib import Path

import psycopg
import pytest

from bot.settings import Settings
from bot.wiring import migrated
from storage.errors import StoreBroken, StoreBusy
from tests.bot.scenarios.house import Scene, open_house
from tests.bot.scenarios.telling import LEADS, SW, TEACHER, danger, sent


def file_of(scene: Scene) -> Path:
    """Where its database is."""
    return Path(scene.url.removeprefix("sqlite:///"))


def impatient(scene: Scene) -> Scene:
    """Another process on the same database, which waits a tenth of a second for whoever writes."""
    house = open_house(scene.url, scene.clock, scene.courier, ids="impatient", patience=0.1)
    return Scene(house, scene.clock, scene.courier, scene.url)


def test_nothing_is_said_to_be_saved_in_a_file_that_was_removed(file_scene: Scene) -> None:
    file = file_of(file_scene)
    assert file_scene.concerns() == ()
    away = file.rename(file.with_suffix(".away"))
    with pytest.raises(StoreBroken):
        file_scene.begin(TEACHER)
    assert not file.exists()
    away.rename(file)
    assert file_scene.concern(sent(file_scene))
    assert file_scene.deliver() == sorted([*LEADS, SW])


def test_a_file_put_in_its_place_is_not_written_to(file_scene: Scene, template: Path) -> None:
    file = file_of(file_scene)
    assert file_scene.concerns() == ()
    file.unlink()
    file.write_bytes(template.read_bytes())
    with pytest.raises(StoreBroken):
        file_scene.begin(TEACHER)


def test_a_lock_that_somebody_holds_leaves_nothing_half_done(file_scene: Scene) -> None:
    now = impatient(file_scene)
    other = sqlite3.connect(file_of(file_scene), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        danger(now)
    other.execute("ROLLBACK")
    other.close()
    assert file_scene.concerns() == ()
    assert danger(now).turn.ended is None
    now.house.store.close()


def test_a_table_that_somebody_locks_leaves_nothing_half_done(server_scene: Scene) -> None:
    now = impatient(server_scene)
    with psycopg.connect(server_scene.url) as other:
        other.execute("LOCK TABLE concerns")
        with pytest.raises(StoreBusy):
            danger(now)
    assert server_scene.concerns() == ()
    assert danger(now).turn.ended is None
    now.house.store.close()


def test_a_spoilt_file_is_told_in_one_sentence_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "spoilt.sqlite"
    file.write_bytes(b"not a database at all" * 400)
    with pytest.raises(StoreBroken) as found:
        migrated(Settings().model_copy(update={"database_url": f"sqlite:///{file}"}))
    assert "Ring instead" in found.value.advice
