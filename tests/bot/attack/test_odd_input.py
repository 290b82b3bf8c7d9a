"""Anything at all may come in where an answer is expected: it changes nothing, or stands refused on its own screen."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.channels.web.session import Desktop, Seats
from tests.bot.scenarios.house import Scene, Talk
from tests.bot.scenarios.telling import DSL, TEACHER, danger, decided, sent, to_check, to_signs

ODD: tuple[object, ...] = (
    None, True, 0, -1, 1.5, float("nan"), b"bytes", "", " ", "\x00", "\ud800", "\u202e", "٢٠٢٦-١١-٢٣", "0000-00-00",
    "9999-99-99", "not_known", "none", "x" * 100_000, [], [[]], [None], ["none", "not_known"], [1, "x"], {}, {"a": 1},
    ("none",) * 400, ["x" * 10_000], "<script>", "25:61", "+" * 30, "²", "1e9",
)  # fmt: skip


def standing(scene: Scene) -> list[Talk]:
    """Conversations at many screens."""
    concern = sent(scene)
    flows = ("decision", "addition", "reply", "closing", "disagree")
    decided(scene, other := sent(scene))
    begun = [scene.begin(DSL if flow in ("decision", "closing") else TEACHER, flow, concern) for flow in flows[:3]]
    late = [scene.begin(DSL, "closing", other), scene.begin(TEACHER, "disagree", other)]
    adult = scene.begin(TEACHER).say("start", {"what": "adult"})
    talk = scene.begin(TEACHER).say("start", {"what": "talk"})
    return [scene.begin(TEACHER), danger(scene), to_signs(scene), to_check(scene), adult, talk, *begun, *late]


def test_no_odd_value_in_any_field_of_any_screen_breaks_a_turn(scene: Scene) -> None:
    odd, press = itertools.cycle(ODD), itertools.cycle(("next", "send", "send_now", "", "odd"))
    for talk in standing(scene):
        for _ in range(2 * len(ODD) + 1):
            raw = {one.id: next(odd) for one in talk.turn.screen.fields}
            talk.offer(talk.turn.screen.id, raw, next(press))
            if talk.turn.ended:
                break
    assert scene.deliver()
    assert scene.house.watch.audit().good


SHAPES: tuple[Callable[[Talk], object], ...] = (
    lambda talk: talk.offer("receipt", {}, "send"),
    lambda talk: talk.offer("check", {"leave_out": (DSL,)}, "send"),
    lambda talk: talk.offer("../start", {}, "next"),
    lambda talk: talk.offer("start", {"what": "worried", "excluded": ["x"]}, "next"),
    lambda talk: talk.offer("start", {"what": ["help_now"]}, "next"),
)


@pytest.mark.parametrize("press", SHAPES)
def test_a_step_that_was_never_offered_changes_nothing(scene: Scene, press: Callable[[Talk], object]) -> None:
    talk = scene.begin(TEACHER)
    press(talk)
    assert (talk.turn.revision, talk.turn.screen.id, scene.concerns()) == (0, "start", ())


@pytest.mark.parametrize("cookie", ["abc.\udce9", "\udcff.\udcff", "\x00.\x00", "é.🙂"])
def test_a_cookie_of_odd_bytes_is_no_seat(cookie: str) -> None:
    seats = Seats(b"k" * 32, lambda count: b"\x01" * count)
    assert seats.read(cookie, datetime(2026, 11, 23, tzinfo=UTC)) is None


def test_pressing_open_on_any_number_of_addresses_fills_no_memory() -> None:
    desktop, now = Desktop(), datetime(2026, 11, 23, tzinfo=UTC)
    for number in range(1000):
        desktop.press_open(f"made-up-{number}", now)
    assert len(desktop.opened) <= 50
    assert desktop.may_read("made-up-999", now)
