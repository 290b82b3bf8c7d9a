"""Every kind of question takes what it should, and says what to do about the rest."""

import json
from collections.abc import Mapping

import pytest

from dialogs.answers import Answered, Wrong, from_json, parse, to_json, trail_of
from dialogs.findings import Finding
from dialogs.flow import Question
from dialogs.screens import FieldKind
from tests.dialogs.scenes import TODAY

OFFERED = frozenset({"a", "b", "none", "not_known"})

TAKEN: list[tuple[FieldKind, object, object]] = [
    ("one", "a", "a"),
    ("one", "not_known", "not_known"),
    ("one", "", None),
    ("one", None, None),
    ("many", ["a", "b"], ("a", "b")),
    ("many", ("b", "a", "b"), ("b", "a")),
    ("many", "a", ("a",)),
    ("many", ["none"], ("none",)),
    ("many", [], None),
    ("text", "  Sam  ", "Sam"),
    ("text", "   ", None),
    ("text", "a\x00b\u2028c", "abc"),
    ("text", "half \ud83d letter", "half  letter"),
    ("long_text", "one\r\ntwo\rthree", "one\ntwo\nthree"),
    ("long_text", "x" * 6000, "x" * 6000),
    ("date", "2026-11-23", "2026-11-23"),
    ("date", "1999-01-01", "1999-01-01"),
    ("time", "00:00", "00:00"),
    ("time", "23:59", "23:59"),
    ("phone", "020 7946 0001", "020 7946 0001"),
    ("phone", "+44 (0)20 7946-0001 ext 12", "+44 (0)20 7946-0001 ext 12"),
    ("phone", "999", "999"),
    ("number", "12", "12"),
]


@pytest.mark.parametrize(("kind", "raw", "value"), TAKEN)
def test_a_good_entry_becomes_its_value(kind: FieldKind, raw: object, value: object) -> None:
    assert parse(Question(id="q", kind=kind), raw, OFFERED, TODAY) == value


REFUSED: list[tuple[FieldKind, object, str]] = [
    ("one", "c", "not_offered"),
    ("one", ["a"], "unreadable"),
    ("one", 7, "unreadable"),
    ("many", ["a", "c"], "not_offered"),
    ("many", ["a", 7], "not_offered"),
    ("many", [["a"]], "not_offered"),
    ("many", {"a": "b"}, "unreadable"),
    ("many", True, "unreadable"),
    ("many", ["a"] * 301, "unreadable"),
    ("many", ["none", "a"], "none_with_others"),
    ("many", ["not_known", "a"], "none_with_others"),
    ("text", "x" * 201, "too_long"),
    ("text", ["x"], "unreadable"),
    ("long_text", "x" * 6001, "too_long"),
    ("phone", "1" * 31, "too_long"),
    ("phone", "ring the office", "not_a_phone"),
    ("phone", "12", "not_a_phone"),
    ("date", "2026-11-24", "in_future"),
    ("date", "2026-02-30", "not_a_date"),
    ("date", "20261123", "not_a_date"),
    ("date", "23.11.2026", "not_a_date"),
    ("date", "not_known", "not_a_date"),
    ("time", "24:00", "not_a_time"),
    ("time", "9:5", "not_a_time"),
    ("number", "-1", "not_a_number"),
    ("number", "many", "not_a_number"),
]


@pytest.mark.parametrize(("kind", "raw", "code"), REFUSED)
def test_anything_else_is_refused_with_its_reason(kind: FieldKind, raw: object, code: str) -> None:
    found = parse(Question(id="q", kind=kind), raw, OFFERED, TODAY)
    assert isinstance(found, Wrong)
    assert found.code == code


def test_not_known_is_a_date_where_the_question_offers_it() -> None:
    assert parse(Question(id="q", kind="date", also=("not_known",)), "not_known", (), TODAY) == "not_known"


def test_a_date_to_come_is_taken_where_the_question_is_about_the_future() -> None:
    assert parse(Question(id="q", kind="date", future=True), "2027-01-01", (), TODAY) == "2027-01-01"


def test_a_reason_may_be_too_short() -> None:
    found = parse(Question(id="q", kind="long_text", min_length=20), "too little", (), TODAY)
    assert found == Wrong("too_short", 20)


WHOLE = Answered(
    screen="signs",
    values={"signs": ("a", "b"), "mark_description": "round"},
    action="send_now",
    finding=Finding(
        needs=("disabled",),
        section_47=True,
        emergency=True,
        danger_words=("knife",),
        marks=("injury",),
        advice_now=True,
        document="ealing/2020-09-01",
        outcome="statutory_referral",
    ),
    shown=("hurt_or_afraid",),
)


@pytest.mark.parametrize("answered", [WHOLE, Answered(screen="start", values={})])
def test_an_answer_survives_being_json(answered: Answered) -> None:
    assert from_json(json.loads(json.dumps(to_json(answered)))) == answered


OLD: Mapping[str, object] = {"screen": "start", "values": {"what": "worried"}}


def test_an_answer_kept_without_the_newer_parts_can_still_be_read() -> None:
    assert from_json(OLD) == Answered(screen="start", values={"what": "worried"})


def test_the_latest_answer_of_a_screen_counts() -> None:
    first, second = (
        Answered(screen="start", values={"what": "worried"}),
        Answered(screen="start", values={"what": "talk"}),
    )
    assert trail_of([first, second])["start"] is second
