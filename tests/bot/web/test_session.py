"""Seats and desktops: signed, bounded, short-lived."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.web.limits import (
    KEPT_SCREENS,
    KEPT_SECONDS,
    SEAT_SECONDS,
    SEATS_REMEMBERED,
)
from bot.channels.web.session import Desktop, Desktops, Kept, Seats
from bot.platforms.roads import OPEN_SECONDS
from tests.bot.web import samples
from tests.bot.web.small import NOON

SEATS = Seats(b"k" * 32, lambda count: b"\x01" * count)
SEAT = SEATS.issue(NOON, "teacher", "gateshead", "Asha Rowe, Teacher")


def test_a_cookie_gives_its_seat_back_even_after_a_restart() -> None:
    assert Seats(b"k" * 32, lambda count: b"\x02" * count).read(SEATS.cookie(SEAT), NOON) == SEAT


def test_a_cookie_signed_with_another_key_is_no_seat() -> None:
    assert replace(SEATS, key=b"o" * 32).read(SEATS.cookie(SEAT), NOON) is None


@pytest.mark.parametrize("cookie", ["", ".", "abc", "e30=.00", "é.é"])
def test_a_made_up_cookie_is_no_seat(cookie: str) -> None:
    assert SEATS.read(cookie, NOON) is None


def test_a_changed_cookie_is_no_seat() -> None:
    body, _, mark = SEATS.cookie(SEAT).partition(".")
    assert SEATS.read(f"{body[:-4]}AAA=.{mark}", NOON) is None


@pytest.mark.parametrize(
    ("seconds", "holds"), [(0, True), (SEAT_SECONDS, True), (SEAT_SECONDS + 1, False), (-1, False)]
)
def test_a_seat_lapses(seconds: int, holds: bool) -> None:
    assert (SEATS.read(SEATS.cookie(SEAT), NOON + timedelta(seconds=seconds)) == SEAT) is holds


def test_a_form_token_belongs_to_one_seat() -> None:
    other = replace(SEAT, id="another")
    assert SEATS.token_is_right(SEAT, SEATS.token(SEAT))
    assert not SEATS.token_is_right(other, SEATS.token(SEAT))
    assert not SEATS.token_is_right(SEAT, "é")


def test_open_holds_for_ten_minutes_for_that_concern_only() -> None:
    desktop = Desktop()
    desktop.press_open("c1", NOON)
    at_the_end = NOON + timedelta(seconds=OPEN_SECONDS)
    assert desktop.may_read("c1", at_the_end)
    assert not desktop.may_read("c1", at_the_end + timedelta(seconds=1))
    assert not desktop.may_read("c2", NOON)


def kept(revision: int = 1) -> Kept:
    field = replace(samples.CHILD.fields[1], value="Rob", error="Say more")
    return Kept(screen=replace(samples.CHILD, fields=(field,)), revision=revision, at=NOON)


def test_typed_words_are_kept_for_an_hour_and_dropped_when_asked() -> None:
    desktop = Desktop()
    desktop.keep(("t1", "child"), kept())
    assert desktop.left_at(("t1", "child"), NOON + timedelta(seconds=KEPT_SECONDS)) is not None
    assert desktop.left_at(("t1", "child"), NOON + timedelta(seconds=KEPT_SECONDS + 1)) is None
    assert desktop.kept == {}


def test_the_oldest_half_filled_screen_goes_first() -> None:
    desktop = Desktop()
    for number in range(KEPT_SCREENS + 1):
        desktop.keep((f"t{number}", "child"), kept())
    assert len(desktop.kept) == KEPT_SCREENS
    assert ("t0", "child") not in desktop.kept


def test_forgetting_takes_one_screen_or_a_whole_conversation() -> None:
    desktop = Desktop()
    for place in (("t1", "a"), ("t1", "b"), ("t2", "a")):
        desktop.keep(place, kept())
    desktop.forget("t1", "a")
    assert list(desktop.kept) == [("t1", "b"), ("t2", "a")]
    desktop.forget("t1")
    assert list(desktop.kept) == [("t2", "a")]


def test_errors_stand_only_until_the_next_revision_and_words_longer() -> None:
    fresh = replace(samples.CHILD, fields=(samples.CHILD.fields[1],))
    same, later = kept().over(fresh, 1).fields[0], kept().over(fresh, 2).fields[0]
    assert (same.value, same.error) == ("Rob", "Say more")
    assert (later.value, later.error) == ("Rob", None)


def test_a_field_that_is_new_keeps_its_own_value() -> None:
    shown = kept().over(samples.CHILD, 1)
    assert [one.value for one in shown.fields] == [None, "Rob", None, None]


def test_desktops_are_bounded_and_a_cleared_one_is_empty() -> None:
    desktops = Desktops()
    desktops.of(SEAT).press_open("c1", NOON)
    for number in range(SEATS_REMEMBERED - 1):
        desktops.of(replace(SEAT, id=str(number)))
    assert desktops.of(SEAT).opened == {"c1": NOON}
    desktops.of(replace(SEAT, id="one more"))
    desktops.clear(SEAT)
    assert desktops.of(SEAT).opened == {}
