"""The house as a command builds it: what the last process kept is written down before anybody comes."""

import base64
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.danger import Kept
from bot.holdings import WrongKeys
from bot.reading import EXAMPLES
from bot.seams import references
from bot.settings import Settings
from bot.wiring import House, World, build, demo_settings, held_against, keys_against, migrated
from storage.errors import StoreBroken
from storage.migrations import upgrade
from tests.fakes import ListCourier, SetClock, counting
from tests.postgres import Server, fresh

TEACHER = "brentside.teacher"


def built(settings: Settings, ids: str) -> House:
    """The house that these settings give."""
    courier = ListCourier(SetClock())
    world = World(
        clock=courier.clock,
        new_id=counting(ids),
        new_reference=references(os.urandom),
        random=os.urandom,
        couriers={courier.channel: courier},
    )
    return build(settings, replace(world, holder=ids), show_unsigned=True)


def test_a_press_that_one_process_kept_is_written_down_when_the_next_one_starts(tmp_path: Path) -> None:
    settings = migrated(demo_settings(tmp_path, 0, os.urandom))
    house = built(settings, "a")
    away = (tmp_path / "demo.sqlite").rename(tmp_path / "away")
    kept = house.danger.press(TEACHER)
    assert isinstance(kept, Kept)
    house.danger.direct.settle(5)
    assert [one.name for one in (tmp_path / "spool").iterdir()] == [f"{kept.press}.press"]
    away.rename(tmp_path / "demo.sqlite")
    house.close()
    again = built(settings, "b")
    with again.store.read() as unit:
        (concern,) = unit.concerns.open_everywhere()
    assert (concern.reporter, concern.branch) == (TEACHER, "danger")
    assert list((tmp_path / "spool").iterdir()) == []
    again.close()


def test_a_machine_with_an_older_file_leaves_the_people_as_they_are(postgres: Server, tmp_path: Path) -> None:
    file = tmp_path / "ealing.yaml"
    newer = (EXAMPLES / "ealing.yaml").read_text(encoding="utf-8")
    with fresh(postgres) as url:
        upgrade(url)
        settings = demo_settings(tmp_path, 0, os.urandom)
        settings = settings.model_copy(update={"database_url": url, "directory_files": (file,)})
        file.write_text(newer, encoding="utf-8")
        built(settings, "a").close()
        file.write_text(newer.replace("id: brentside.pastoral", "id: brentside.left"), encoding="utf-8")
        os.utime(file, (0, 0))
        [warning] = held_against(settings, "real").warnings
        assert warning.startswith("ealing: another machine has loaded a newer directory")
        other = built(settings, "b")
        with other.store.read() as unit:
            assert "brentside.pastoral" in {one.id for one in unit.people.all("ealing")}
        other.close()
        os.utime(file)
        assert held_against(settings, "real").warnings == ()


def test_a_newer_master_key_put_first_is_refused_before_earlier_concerns_are_not_found(tmp_path: Path) -> None:
    settings = migrated(demo_settings(tmp_path, 0, os.urandom))
    built(settings, "a").close()
    old, new = (tmp_path / "demo-keys").read_text("ascii"), f"new:{base64.b64encode(os.urandom(32)).decode()}\n"
    keys = tmp_path / "keys"
    settings = settings.model_copy(update={"keys_file": keys})
    keys.write_text(new + old, "ascii")
    assert "oldest master key first" in str(keys_against(settings))
    assert any("oldest master key first" in one for one in held_against(settings, "real").reasons)
    with pytest.raises(WrongKeys):
        built(settings, "b")
    keys.write_text(old + new, "ascii")
    assert keys_against(settings) is None
    built(settings, "c").close()


def test_what_is_known_without_a_database_is_known_from_the_start(tmp_path: Path) -> None:
    house = built(migrated(demo_settings(tmp_path, 0, os.urandom)), "a")
    (tmp_path / "demo.sqlite").rename(tmp_path / "away")
    with pytest.raises(StoreBroken):
        house.danger.refresh()
    found = house.danger.press(TEACHER)
    assert found.screen.numbers[0].phone == "999"
    assert len(found.screen.numbers) >= 3
    house.close()


def test_a_service_starts_without_what_is_large_and_rarely_needed() -> None:
    rare = ("alembic", "botbuilder", "fpdf", "matplotlib", "rich", "slack_sdk")
    looking = f"import sys, bot.wiring, bot.commands.serve; print([one for one in {rare!r} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", looking], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
