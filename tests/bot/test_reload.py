"""The running service keeps the last good directory: files that change, break, vanish and are mended under it."""

import base64
import io
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clearance import against_serving
from bot.directory import Directory, parse_directory
from bot.holdings import is_older
from bot.intake import Turn
from bot.logs import open_log
from bot.reading import EXAMPLES
from bot.reload import load
from bot.settings import Settings
from bot.wiring import House, World, build, health_of
from storage.errors import StoreError
from storage.migrations import upgrade
from storage.shapes import ConcernId, PersonId, SchoolId
from tests.fakes import ListCourier, SetClock, counting

SOUND = (Path(__file__).parent / "sound_directory.yaml").read_text(encoding="utf-8")
FRONT_DOOR, NEW_NUMBER = "0191 498 0001", "0191 498 0009"
BROKEN = SOUND.replace("id: lado", "id: consultation_line").replace("last: 2027-03-25", "last: 2026-03-25")
TEACHER = "  - {id: elm.teacher, "
NEWCOMER = "  - {id: elm.deputy, name: Rowan Invented, email: rowan@example.invalid, role: deputy_safeguarding_lead, "
NEWCOMER += "school: elm, invented: true}\n"


class Jobs:
    """Jobs that are well."""

    def delivers(self) -> bool:
        return True

    def ages(self) -> Mapping[str, float]:
        return {}


@dataclass
class Served:
    """A running service, its one directory file, and what it logged."""

    house: House
    world: World
    file: Path
    database: Path
    said: io.StringIO

    def look(self, text: str) -> tuple[str, ...]:
        """Write the file anew and look at it."""
        self.file.write_text(text, encoding="utf-8")
        return self.house.reload.look()

    def refused(self) -> list[str]:
        """The authorities whose file is refused."""
        return list(self.house.reload.refused)

    def front_door(self) -> str:
        """The number that people are shown."""
        number = self.house.places.lands["invented"].front_door
        assert number is not None
        return number.phone

    def people(self) -> set[str]:
        """Everybody of the directory, from storage."""
        with self.house.store.read() as unit:
            return {one.id for one in unit.people.all("invented")}

    def loadings(self) -> int:
        """How often the log says that a directory was loaded."""
        with self.house.store.read() as unit:
            return sum(one.kind == "directory_loaded" for one in unit.audit.entries(None))

    def lines(self, of: tuple[str, ...] = ("directory",)) -> list[dict[str, Any]]:
        """What was logged of directories (or of what `of` says), without the time."""
        found = [json.loads(line) for line in self.said.getvalue().splitlines()]
        told = [one for one in found if any(part in one["event"] for part in of)]
        return [{key: one[key] for key in one if key != "at"} for one in told]

    def health(self) -> object:
        """How many refused files the health page shows."""
        shown = health_of(self.house, Jobs(), self.world).state()
        return shown["refused_directories"]


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts a service on a file that is good, and on further ones."""
    started: list[House] = []

    def start(*more: Path, against: Callable[[Any], tuple[str, ...]] = lambda _: ()) -> Served:
        file, database, said, clock = tmp_path / "invented.yaml", tmp_path / "s.sqlite", io.StringIO(), SetClock()
        file.write_text(SOUND, encoding="utf-8")
        upgrade(f"sqlite:///{database}")
        keys = tmp_path / "keys"
        keys.write_text(f"one:{base64.b64encode(bytes(32)).decode()}\n", encoding="ascii")
        settings = Settings().model_copy(
            update={"database_url": f"sqlite:///{database}", "keys_file": keys, "directory_files": (file, *more)}
        )
        courier = ListCourier(clock)
        world = World(
            clock=clock, new_id=counting(), new_reference=counting("REF"), random=os.urandom,
            couriers={"list": courier}, log=open_log(clock, said, strict=True), against=against,
        )  # fmt: skip
        house = build(settings, world, show_unsigned=True)
        started.append(house)
        return Served(house, world, file, database, said)

    yield start
    for house in started:
        house.store.close()


def test_a_good_file_is_loaded_a_broken_one_is_refused_whole_and_a_mended_one_is_loaded_again(serve: Serve) -> None:
    served = serve()
    assert served.look(SOUND.replace(FRONT_DOOR, NEW_NUMBER)) == ("invented",)
    assert (served.front_door(), served.loadings(), served.health()) == (NEW_NUMBER, 2, 0)

    assert served.look(BROKEN.replace(TEACHER, NEWCOMER + TEACHER)) == ()
    assert served.refused() == ["invented"]
    assert (served.front_door(), served.loadings(), served.health()) == (NEW_NUMBER, 2, 1)
    assert "elm.deputy" not in served.people()

    assert served.look(SOUND.replace(TEACHER, NEWCOMER + TEACHER)) == ("invented",)
    assert served.refused() == []
    assert (served.front_door(), served.loadings(), served.health()) == (FRONT_DOOR, 3, 0)
    assert "elm.deputy" in served.people()


def test_a_refusal_is_logged_at_every_look_until_it_is_mended_with_codes_only(serve: Serve) -> None:
    served = serve()
    served.look(BROKEN)
    served.house.reload.look()
    refused = {"event": "directory_refused", "authority": "invented", "count": 2}
    assert served.lines() == [refused, refused]
    served.look(SOUND.replace(FRONT_DOOR, NEW_NUMBER))
    assert served.lines()[2:] == [{"event": "directory_loaded", "authority": "invented", "count": 1}]


def test_screens_are_drawn_anew_after_a_change(serve: Serve) -> None:
    served = serve()
    house, now = served.house, served.world.clock()

    def numbers() -> list[str]:
        with house.store.read() as unit:
            place = house.places.of(unit, SchoolId("elm"))
            teacher = unit.people.person(PersonId("elm.teacher"))
            return [one.phone for one in house.places.setting(unit, place, teacher, now).numbers]

    assert numbers() == ["999", FRONT_DOOR, "0191 498 0002"]
    served.look(SOUND.replace(FRONT_DOOR, NEW_NUMBER))
    assert numbers() == ["999", NEW_NUMBER, "0191 498 0002"]


def test_a_swap_in_the_file_changes_who_is_on_duty(serve: Serve) -> None:
    served = serve()
    swap = "  - {person: inv.second, instead_of: inv.duty, first: 2026-11-23, last: 2026-11-23}\n"

    def on_duty(day: int) -> set[str]:
        with served.house.store.read() as unit:
            roll = served.house.places.rolls.of(unit, "invented")
        return {str(one) for one in roll.on_duty(datetime(2026, 11, day, 12, tzinfo=UTC))}

    assert [on_duty(23), on_duty(25), on_duty(30)] == [{"inv.duty"}, {"inv.second"}, {"inv.second"}]
    served.look(SOUND.replace("swaps:\n", f"swaps:\n{swap}"))
    assert [on_duty(23), on_duty(24)] == [{"inv.second"}, {"inv.duty"}]


def test_the_same_bytes_and_a_new_comment_change_nothing(serve: Serve) -> None:
    served = serve()
    assert served.house.reload.look() == ()
    assert served.look(SOUND + "# A comment more.\n") == ()
    assert (served.loadings(), served.lines()) == (1, [])


def test_a_file_that_changed_back_while_it_was_refused_is_no_longer_refused(serve: Serve) -> None:
    served = serve()
    served.look(BROKEN)
    assert served.look(SOUND) == ()
    assert (served.refused(), served.loadings()) == ([], 1)


@pytest.mark.parametrize("content", [None, b"name: \xe9\xff", b"", b"- a\n"], ids=["gone", "latin", "empty", "a_list"])
def test_a_file_that_cannot_be_read_is_refused_until_it_is_there_again(serve: Serve, content: bytes | None) -> None:
    served = serve()
    served.house.reload.look()
    served.file.unlink()
    if content is not None:
        served.file.write_bytes(content)
    assert (served.house.reload.look(), served.refused()) == ((), ["invented"])
    assert served.front_door() == FRONT_DOOR
    assert served.look(SOUND) == ()
    assert served.refused() == []


def test_a_file_that_turned_into_another_authoritys_is_refused(serve: Serve) -> None:
    served = serve()
    assert served.look(SOUND.replace("authority: invented", "authority: elsewhere")) == ()
    assert served.refused() == ["invented"]
    assert set(served.house.places.lands) == {"invented"}


def test_of_two_files_the_good_one_is_loaded_while_the_other_is_refused(serve: Serve, tmp_path: Path) -> None:
    other = tmp_path / "gateshead.yaml"
    gateshead = (EXAMPLES / "gateshead.yaml").read_text(encoding="utf-8")
    other.write_text(gateshead, encoding="utf-8")
    served = serve(other)
    other.write_text(gateshead.replace("name: Gateshead", "name: Gateshead anew"), encoding="utf-8")
    assert served.look(BROKEN) == ("gateshead",)
    assert served.refused() == ["invented"]
    assert served.house.places.lands["gateshead"].name == "Gateshead anew"


def test_nobody_is_taken_from_another_authoritys_file(serve: Serve, tmp_path: Path) -> None:
    other = tmp_path / "gateshead.yaml"
    other.write_text((EXAMPLES / "gateshead.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    served = serve(other)
    assert served.look(SOUND.replace("id: elm.teacher", "id: gateshead.duty")) == ()
    assert served.refused() == ["invented"]
    with served.house.store.read() as unit:
        assert unit.people.person(PersonId("gateshead.duty")).authority == "gateshead"


def test_who_moves_to_another_file_is_there_once_the_first_has_let_go(serve: Serve, tmp_path: Path) -> None:
    other = tmp_path / "gateshead.yaml"
    gateshead = (EXAMPLES / "gateshead.yaml").read_text(encoding="utf-8")
    other.write_text(gateshead, encoding="utf-8")
    served = serve(other)
    mover = next(line for line in gateshead.splitlines() if "id: gateshead.student-3" in line)
    here = mover.replace("serves: [whickham]", "serves: [elm]")
    other.write_text(gateshead.replace(f"{mover}\n", ""), encoding="utf-8")
    assert served.look(SOUND.replace(TEACHER, f"{here}\n{TEACHER}")) == ("gateshead",)
    assert served.house.reload.look() == ("invented",)
    assert served.refused() == []
    assert "gateshead.student-3" in served.people()


def test_what_may_not_be_served_at_the_start_is_not_loaded_later_either(serve: Serve) -> None:
    reasons = {"count": 0}

    def against(directories: list[Directory]) -> tuple[str, ...]:
        reasons["count"] += 1
        return against_serving(directories)

    served = serve(against=against)
    assert served.look(SOUND.replace(FRONT_DOOR, NEW_NUMBER)) == ()
    assert (served.refused(), reasons["count"]) == (["invented"], 1)
    assert served.front_door() == FRONT_DOOR


def test_what_the_database_did_not_take_is_tried_again_at_the_next_look(serve: Serve) -> None:
    served = serve()
    with sqlite3.connect(served.database) as database:
        database.execute("ALTER TABLE shifts RENAME TO hidden")
    with pytest.raises(StoreError):
        served.look(SOUND.replace(FRONT_DOOR, NEW_NUMBER))
    assert (served.front_door(), served.refused()) == (FRONT_DOOR, [])
    with sqlite3.connect(served.database) as database:
        database.execute("ALTER TABLE hidden RENAME TO shifts")
    database.close()
    assert served.house.reload.look() == ("invented",)
    assert served.front_door() == NEW_NUMBER


def test_a_school_with_open_concerns_does_not_go_until_they_are_closed(serve: Serve) -> None:
    served = serve()
    served.house.danger.press("elm.teacher")
    assert served.look(SOUND.replace("elm", "yew")) == ()
    assert served.refused() == ["invented"]
    assert "elm.teacher" in served.people()
    goes = {"event": "school_would_go", "authority": "invented", "school": "elm", "count": 1}
    refused = {"event": "directory_refused", "authority": "invented", "count": 1}
    assert served.lines(("directory", "school")) == [goes, refused]
    with sqlite3.connect(served.database) as database:
        database.execute("UPDATE concerns SET state = 'closed'")
    database.close()
    assert served.house.reload.look() == ("invented",)
    assert "yew.teacher" in served.people()


def test_what_somebody_had_who_leaves_with_a_change_of_the_file_is_let_go_with_it(serve: Serve) -> None:
    served = serve()
    pressed = served.house.danger.press("elm.teacher")
    assert isinstance(pressed, Turn)
    assert pressed.concern is not None
    served.house.alerts.deliver_due()
    served.house.responding.have("elm.dsl", pressed.concern)
    assert served.look(SOUND.replace("elm.dsl", "elm.new-lead").replace("dsl@", "new-lead@")) == ("invented",)
    with served.house.store.read() as unit:
        assert unit.concerns.get(ConcernId(pressed.concern)).life.lead is None


def test_an_older_file_than_another_machine_loaded_retires_nobody(serve: Serve) -> None:
    served = serve()
    older, (directory,) = datetime(2026, 11, 1, tzinfo=UTC), served.house.directories
    with served.house.store.write() as unit:
        assert not is_older(unit, directory, older)
        newer = parse_directory("x", SOUND.replace(TEACHER, NEWCOMER + TEACHER))
        load(unit, newer, served.world.clock())
        load(unit, newer, served.world.clock() + timedelta(days=9))
        assert is_older(unit, directory, older)
        assert not is_older(unit, directory, served.world.clock() + timedelta(minutes=1))
        assert not is_older(unit, newer, older)


def test_the_files_are_looked_at_every_minute(serve: Serve) -> None:
    [alarm] = [one for one in serve().house.alarms() if one.name == "reload"]
    assert (alarm.every, alarm.run()) == (60, ())
