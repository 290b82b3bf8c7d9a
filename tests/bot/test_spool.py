"""The spool: sealed, whole or not there, bounded; what does not open never stops what does."""

import errno
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bot import spool as spools
from bot.logs import silent
from bot.spool import Direct, NotKept, Press, Spool, write_through
from storage.sealed import KeyRing, MasterKey
from storage.shapes import ConcernId, ConversationId, PersonId, SchoolId
from tests.fakes import MONDAY

OLD, NEW = (MasterKey(name, bytes([number]) * 32) for number, name in enumerate(("old", "new"), 1))
PRESS = Press(
    id=ConversationId("press1"),
    conversation=ConversationId("press1"),
    revision=0,
    concern=ConcernId("concern1"),
    reference="K4M-7QX",
    person=PersonId("brentside.teacher"),
    role="reporter",
    school=SchoolId("brentside"),
    authority="ealing",
    what="help_now",
    at=MONDAY,
    channel="web",
    place="Room 4",
    callback="07700 900000",
    told=(
        Direct(
            person=PersonId("brentside.dsl"),
            role="designated_safeguarding_lead",
            channel="list",
            receipt="list:1",
            at=MONDAY,
        ),
    ),
)


def opened(folder: Path, *keys: MasterKey) -> Spool:
    """A spool in a folder, with these master keys."""
    return Spool(folder=folder, ring=KeyRing(keys or (OLD,), os.urandom), log=silent)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """A spool whose folder is not there yet."""
    return opened(tmp_path / "var" / "spool")


def test_what_is_kept_comes_back_whole(spool: Spool) -> None:
    spool.keep(PRESS)
    assert spool.kept() == (PRESS,)
    assert opened(spool.folder).kept() == (PRESS,)


def test_nothing_on_the_disk_says_who_pressed_or_what_or_where(spool: Spool) -> None:
    spool.keep(PRESS)
    (file,) = spool.folder.iterdir()
    seen = file.name.encode() + file.read_bytes()
    for word in ("brentside", "teacher", "help_now", "K4M", "Room", "07700", "concern1", "dsl", "2026"):
        assert word.encode() not in seen


def test_only_this_account_can_read_the_folder_and_its_files(spool: Spool) -> None:
    spool.keep(PRESS)
    (file,) = spool.folder.iterdir()
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_every_known_key_opens_and_the_newest_seals(spool: Spool) -> None:
    spool.keep(PRESS)
    turned = opened(spool.folder, OLD, NEW)
    assert turned.kept() == (PRESS,)
    later = replace(PRESS, id=ConversationId("press2"))
    turned.keep(later)
    assert opened(spool.folder, NEW).kept() == (later,)


def test_a_press_whose_key_is_missing_waits_for_the_key(spool: Spool) -> None:
    spool.keep(PRESS)
    assert opened(spool.folder, NEW).kept() == ()
    assert (spool.aside(), spool.kept()) == (0, (PRESS,))


@pytest.mark.parametrize("damage", ["first", "middle", "last", "cut", "empty", "long"])
def test_a_file_that_was_changed_is_put_aside_and_the_others_are_read(spool: Spool, damage: str) -> None:
    spool.keep(PRESS)
    spool.keep(replace(PRESS, id=ConversationId("press2")))
    file = spool.folder / "press1.press"
    raw = file.read_bytes()
    places = {"first": 0, "middle": len(raw) // 2, "last": len(raw) - 1}
    if damage in places:
        changed = bytearray(raw)
        changed[places[damage]] ^= 1
        file.write_bytes(changed)
    else:
        file.write_bytes({"cut": raw[:20], "empty": b"", "long": raw * 100}[damage])
    assert [one.id for one in spool.kept()] == ["press2"]
    assert (spool.folder / "press1.bad").exists()
    assert (spool.waiting(), spool.aside()) == (1, 1)


def test_a_press_under_another_name_is_put_aside(spool: Spool) -> None:
    spool.keep(PRESS)
    (spool.folder / "press1.press").rename(spool.folder / "press9.press")
    assert spool.kept() == ()
    assert spool.aside() == 1


def test_a_file_of_somebody_else_with_an_odd_name_is_put_aside(spool: Spool) -> None:
    spool.keep(PRESS)
    (spool.folder / "Käse 1.press").write_text("no press")
    assert spool.kept() == (PRESS,)
    assert spool.aside() == 1


def test_a_folder_in_the_place_of_a_file_stops_nothing(spool: Spool) -> None:
    spool.keep(PRESS)
    (spool.folder / "press2.press").mkdir()
    assert spool.kept() == (PRESS,)


def test_what_is_added_while_it_is_written_down_keeps_the_press(spool: Spool) -> None:
    bare = replace(PRESS, place="", callback="")
    spool.keep(bare)
    assert spool.change(PRESS.id, lambda kept: kept.with_place("Room 4", "07700 900000"))
    assert not spool.done(bare)
    assert spool.kept() == (PRESS,)
    assert spool.done(PRESS)
    assert spool.done(PRESS)
    assert not spool.change(PRESS.id, lambda kept: kept)
    assert spool.kept() == ()


def test_a_place_is_bounded_and_an_empty_one_takes_nothing_back() -> None:
    assert len(PRESS.with_place("x" * 9000, "").place) == spools.LONGEST_PLACE
    assert PRESS.with_place("", "") == PRESS


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_disk_that_takes_nothing_is_said_and_leaves_nothing_half_done(spool: Spool, number: int) -> None:
    def full(path: Path, content: bytes) -> None:
        write_through(path, content[:10])
        raise OSError(number, "no room")

    with pytest.raises(NotKept, match="unwritable"):
        replace(spool, write=full).keep(PRESS)
    assert list(spool.folder.iterdir()) == []


def test_a_disk_that_fills_up_leaves_the_press_as_it_was(spool: Spool) -> None:
    spool.keep(PRESS)

    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "no room")

    with pytest.raises(NotKept):
        replace(spool, write=full).change(PRESS.id, lambda kept: kept.with_place("Room 5", ""))
    assert spool.kept() == (PRESS,)


def test_there_is_an_end_to_how_much_is_kept(spool: Spool, tmp_path: Path) -> None:
    spool.keep(PRESS)
    for number in range(spools.MOST_FILES - 1):
        (spool.folder / f"n{number}.press").touch()
    with pytest.raises(NotKept, match="full"):
        spool.keep(replace(PRESS, id=ConversationId("press2")))
    spool.keep(PRESS)


def test_what_a_process_left_half_done_is_kept_if_it_is_whole(spool: Spool) -> None:
    spool.keep(PRESS)
    whole = (spool.folder / "press1.press").read_bytes()
    (spool.folder / "press1.press").rename(spool.folder / "press1.new")
    (spool.folder / "press2.new").write_bytes(whole[:50])
    opened(spool.folder).recover()
    assert spool.kept() == (PRESS,)
    assert [one.name for one in spool.folder.iterdir()] == ["press1.press"]


def test_a_folder_that_is_not_there_holds_nothing(spool: Spool) -> None:
    spool.recover()
    assert (spool.kept(), spool.waiting(), spool.aside()) == ((), 0, 0)


def test_what_was_left_half_done_under_a_key_that_is_missing_waits_for_the_key(spool: Spool) -> None:
    spool.keep(PRESS)
    (spool.folder / "press1.press").rename(spool.folder / "press1.new")
    opened(spool.folder, NEW).recover()
    assert (spool.waiting(), spool.kept()) == (1, (PRESS,))


def test_what_can_not_be_opened_yet_takes_the_place_of_nothing(spool: Spool) -> None:
    spool.keep(PRESS)
    later = replace(PRESS, place="Room 5")
    opened(spool.folder, OLD, NEW).keep(later)
    sealed = (spool.folder / "press1.press").read_bytes()
    spool.keep(PRESS)
    (spool.folder / "press1.new").write_bytes(sealed)
    spool.recover()
    assert spool.kept() == (PRESS,)
    both = opened(spool.folder, OLD, NEW)
    both.recover()
    assert both.kept() == (later,)


@pytest.mark.parametrize("length", [0, 5, 14, 20, 40])
def test_what_was_cut_short_before_its_content_is_removed_whatever_its_key(spool: Spool, length: int) -> None:
    spool.keep(PRESS)
    file = spool.folder / "press1.press"
    (spool.folder / "press2.new").write_bytes(file.read_bytes()[:length])
    opened(spool.folder, NEW).recover()
    assert [one.name for one in spool.folder.iterdir()] == ["press1.press"]


def test_another_process_that_begins_takes_nothing_away_from_one_that_writes(spool: Spool) -> None:
    other = opened(spool.folder)

    def write(path: Path, content: bytes) -> None:
        write_through(path, content)
        other.recover()

    replace(spool, write=write).keep(PRESS)
    assert spool.kept() == (PRESS,)
    (spool.folder / "press1.press").rename(spool.folder / "press1.new")
    other.recover()
    assert spool.kept() == (PRESS,)


def test_a_conversation_that_can_be_none_of_ours_is_left_out_and_the_press_kept(spool: Spool) -> None:
    spool.keep(replace(PRESS, conversation=ConversationId("x" * 20_000), revision=7))
    assert spool.kept() == (PRESS,)


def test_what_stands_beside_a_press_never_makes_it_too_long_to_be_read(spool: Spool) -> None:
    many = tuple(replace(PRESS.told[0], receipt="r" * 1000) for _ in range(30))
    spool.keep(replace(PRESS, told=many))
    assert spool.kept() == (replace(PRESS, told=()),)
    wide = replace(PRESS, told=()).with_place("\U0001f600" * 900, "\U0001f600" * 90)
    spool.keep(wide)
    assert spool.kept() == (wide,)


def test_a_press_that_would_not_be_read_back_is_not_called_kept(spool: Spool) -> None:
    with pytest.raises(NotKept, match="long"):
        spool.keep(replace(PRESS, person=PersonId("x" * 20_000)))
