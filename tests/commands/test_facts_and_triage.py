"""`swis facts` and `swis triage`: the formats that others rely on, and every kind of bad input."""

import json
from collections.abc import Callable

import pytest

from tests.commands.conftest import MORNING, Ran, Swis

AUTHORITIES = ("ealing", "gateshead", "trafford")
GRAVE = {"child_says_adult_hurt_them": True}


def triage(swis: Swis, facts: object, authority: str = "ealing", now: str = MORNING) -> Ran:
    """The suggestion for facts on standard input."""
    text = facts if isinstance(facts, str) else json.dumps(facts)
    return swis("triage", "--authority", authority, "--facts", "-", "--now", now, given=text)


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_facts_prints_the_whole_vocabulary(swis: Swis, authority: str) -> None:
    found = swis("facts", "--authority", authority).json
    assert set(found) == {"areas", "signs", "facts"}
    assert len(found["areas"]) >= 25
    assert len(found["signs"]) >= 220
    assert all(set(area) == {"id", "label"} for area in found["areas"])
    assert all(set(sign) == {"id", "area", "text"} for sign in found["signs"])
    assert all(set(fact) == {"id", "kind", "question", "values"} for fact in found["facts"])
    assert {sign["area"] for sign in found["signs"]} <= {area["id"] for area in found["areas"]}


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_triage_prints_everything_that_others_rely_on(swis: Swis, authority: str) -> None:
    found = triage(swis, GRAVE, authority).json
    assert set(found) >= {
        "outcome", "status", "level", "reasons", "unknown", "advice_now", "route", "consent", "deadlines", "document",
    }  # fmt: skip
    assert (found["outcome"], found["status"], found["advice_now"]) == ("statutory_referral", "rated", False)
    assert set(found["level"]) == {"id", "label", "number", "basis"}
    assert found["level"]["basis"] == "S47"
    assert set(found["document"]) == {"authority", "version", "in_force_from", "signed_off"}
    assert found["document"]["signed_off"] in (False, None)


def test_each_reason_has_its_facts_and_its_citation(swis: Swis) -> None:
    for reason in triage(swis, GRAVE).json["reasons"]:
        assert set(reason) >= {"indicator", "facts", "citation"}
        assert set(reason["citation"]) >= {"document", "version", "place", "url"}
        assert all(reason["citation"][key] for key in ("document", "version", "place"))


def test_routes_consent_and_deadlines_have_their_shapes(swis: Swis) -> None:
    found = triage(swis, GRAVE).json
    for part in ("route", "consent"):
        assert all(isinstance(value, str) for value in found[part].values())
    assert found["deadlines"]
    assert all(set(one) == {"what", "role", "due"} for one in found["deadlines"])
    assert found["deadlines"] == sorted(found["deadlines"], key=lambda one: one["due"])


def test_no_sign_at_all_is_unrated_and_asks_for_advice(swis: Swis) -> None:
    found = triage(swis, {}).json
    assert (found["outcome"], found["status"], found["advice_now"]) == (None, "unrated_signs", True)


def test_a_list_gives_a_list_in_the_same_order_and_one_gives_one(swis: Swis) -> None:
    found = triage(swis, [GRAVE, {}, {"bruise_explained": True}]).json
    assert [one["outcome"] for one in found] == ["statutory_referral", None, "preventative_advice"]
    assert triage(swis, [GRAVE]).json == [triage(swis, GRAVE).json]
    assert triage(swis, []).json == []


def test_a_file_and_standard_input_give_the_same(swis: Swis, in_file: Callable[[object], str]) -> None:
    by_file = swis("triage", "--authority", "ealing", "--facts", in_file(GRAVE), "--now", MORNING)
    assert by_file.json == triage(swis, GRAVE).json


def test_an_offset_is_an_instant_and_not_a_wall_clock(swis: Swis) -> None:
    assert (
        triage(swis, GRAVE, now="2026-11-23T12:00:00+02:00").json
        == triage(swis, GRAVE, now="2026-11-23T10:00:00Z").json
    )


@pytest.mark.parametrize("command", ["facts", "triage", "walk", "thresholds show", "thresholds test"])
def test_an_unknown_authority_is_named_with_those_there_are(swis: Swis, command: str) -> None:
    more = {"triage": ("--facts", "-"), "walk": ("--answers", "-")}.get(command, ())
    swis(*command.split(), "--authority", "narnia", *more, given="{}").refused("'narnia'", *AUTHORITIES)


def test_every_unknown_fact_is_named(swis: Swis) -> None:
    triage(swis, {"nonsense": True, "more_nonsense": "x", **GRAVE}).refused("nonsense", "more_nonsense")


def test_a_list_with_bad_items_prints_nothing_and_names_each(swis: Swis) -> None:
    triage(swis, [GRAVE, {"nonsense": True}, {"other_nonsense": 1}]).refused("item 2", "item 3", "other_nonsense")


@pytest.mark.parametrize("value", ["yes", 1, [], {}])
def test_a_sign_is_true_false_or_null(swis: Swis, value: object) -> None:
    triage(swis, {"child_says_adult_hurt_them": value}).refused("child_says_adult_hurt_them")


@pytest.mark.parametrize("value", ["a_hundred", True, 7, ["7_to_9"]])
def test_a_facts_value_is_one_of_its_values(swis: Swis, value: object) -> None:
    triage(swis, {"age_band": value}).refused("age_band")


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "not json", '{"a": tru}', "\u2603"])
def test_what_is_not_json_is_refused_with_its_place(swis: Swis, text: str) -> None:
    triage(swis, text).refused("--facts", "not JSON", "line 1")


@pytest.mark.parametrize("value", ["7", '"text"', "null", "true", "[[]]", "[1]"])
def test_json_of_another_shape_is_refused(swis: Swis, value: str) -> None:
    triage(swis, value).refused("--facts")


def test_a_key_that_stands_twice_is_refused(swis: Swis) -> None:
    triage(swis, '{"age_band": "7_to_9", "age_band": null}').refused("'age_band'", "twice")


def test_what_is_not_text_is_refused(swis: Swis) -> None:
    ran = swis("triage", "--authority", "ealing", "--facts", "-", given=b"\xff\xfe{")
    ran.refused("not UTF-8")


def test_nesting_without_end_is_refused(swis: Swis) -> None:
    triage(swis, "[" * 100_000).refused("--facts")


def test_a_file_that_is_not_there_is_refused(swis: Swis) -> None:
    swis("triage", "--authority", "ealing", "--facts", "no-such-file.json").refused("no-such-file.json")


@pytest.mark.parametrize("now", ["2026-11-23T10:00:00", "2026-11-23", "tomorrow", "2026-13-01T00:00:00Z", ""])
def test_an_instant_needs_its_offset(swis: Swis, now: str) -> None:
    triage(swis, GRAVE, now=now).refused("--now")


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_instant_outside_the_calendar_is_refused(swis: Swis, now: str) -> None:
    triage(swis, GRAVE, now=now).refused("--now")


def test_before_any_document_was_in_force_there_is_none(swis: Swis) -> None:
    found = triage(swis, GRAVE, now="1999-01-04T10:00:00+00:00").json
    assert found["status"] == "no_document"
    assert found["document"] is None
    has_it = next(one["due"] for one in found["deadlines"] if one["what"] == "someone_has_it")
    assert has_it == "1999-01-04T10:03:00+00:00"


def test_triage_says_what_carries_a_suggestion_and_what_would_raise_it(swis: Swis) -> None:
    why = triage(swis, {"often_hungry": True, "bruise_explained": True, "earlier_help_failed": None}).json[
        "explanation"
    ]
    assert {one["fact"]: one["value"] for one in why["carried_by"]} == {
        "often_hungry": True,
        "earlier_help_failed": None,
    }
    assert set(why["raised_by"]) == {"fact", "value", "outcome", "level"}
    assert triage(swis, {}).json["explanation"] == {"carried_by": [], "raised_by": None}
