"""`swis walk`: a program that knows only what is printed talks its way through, and is told what it did wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import MORNING, Ran, Swis

KINDS = {"one", "many", "text", "long_text", "date", "time", "phone", "number"}
WORRIED: dict[str, Any] = {
    "start": {"what": "worried"},
    "happened": {"saw": "A red mark on an arm"},
    "child": {
        "name": "Robin Invented",
        "age_band": "7_to_9",
        "council": "ealing",
        "social_worker": "no",
        "tonight": "someone_safe",
    },
    "about": {"groups": ["hurt_or_afraid"]},
    "signs": {"signs": ["child_says_adult_hurt_them"], "action": "send_now"},
    "check": {"action": "send"},
}


def walk(swis: Swis, answers: object, *more: str, authority: str = "ealing") -> Ran:
    """A walk by answers on standard input."""
    text = answers if isinstance(answers, str) else json.dumps(answers)
    return swis("walk", "--authority", authority, "--answers", "-", "--now", MORNING, *more, given=text)


@pytest.mark.parametrize("authority", ["ealing", "gateshead", "trafford"])
def test_an_empty_object_starts(swis: Swis, authority: str) -> None:
    found = walk(swis, {}, authority=authority).json
    assert found["screen"]["id"] == "start"
    assert set(found["screen"]) >= {"id", "title", "text", "fields", "actions"}
    assert set(found["progress"]) == {"step", "of"}
    for field in found["screen"]["fields"]:
        assert set(field) >= {"id", "kind", "label", "required", "options"}
        assert field["kind"] in KINDS
        assert all(set(option) >= {"id", "label"} for option in field["options"])


def test_answers_lead_to_the_next_screen_and_at_last_to_a_receipt(swis: Swis) -> None:
    steps = [dict(list(WORRIED.items())[:count]) for count in range(len(WORRIED) + 1)]
    *screens, last = walk(swis, steps).json
    assert [one["screen"]["id"] for one in screens] == list(WORRIED)
    receipt = last["receipt"]
    assert receipt["outcome"] == "statutory_referral"
    assert all(set(one) == {"role", "due"} for one in receipt["told"])
    assert all(isinstance(line, str) for line in receipt["messages"])


def test_a_list_gives_a_list(swis: Swis) -> None:
    found = walk(swis, [{}, WORRIED]).json
    assert [next(iter(one)) for one in found] == ["screen", "receipt"]


def test_danger_stands_alerted_beside_the_next_screen(swis: Swis) -> None:
    found = walk(swis, {"start": {"what": "help_now"}}).json
    assert found["screen"]["id"] == "emergency"
    roles = {one["role"] for one in found["alerted"]}
    assert roles >= {"designated_safeguarding_lead", "social_worker", "duty_social_worker", "head"}


def test_a_refused_answer_gives_the_same_screen_with_the_field_named(swis: Swis) -> None:
    wrong = {**WORRIED, "child": {**WORRIED["child"], "age_band": "a_hundred"}}
    found = walk(swis, wrong).json
    assert found["screen"]["id"] == "child"
    assert set(found["errors"]) == {"age_band"}
    empty = walk(swis, {"start": {}}).json
    assert set(empty["errors"]) == {"what"}


@pytest.mark.parametrize("branch", ["adult", "talk"])
def test_two_branches_have_no_triage_part(swis: Swis, branch: str) -> None:
    harm = dict.fromkeys(("harmed_child", "possible_offence", "poses_risk", "unsuitable", "child_hurt"), "no")
    answers = {
        "adult": {
            "adult_who": {"who": "someone_else", "someone_safe": "yes"},
            "adult_what": {"saw": "Shouted"},
            "adult_harm": harm,
            "adult_check": {"action": "send"},
        },
        "talk": {"talk": {"hurt": "no", "topic": "early_help", "when_suits": "today"}},
    }[branch]
    receipt = walk(swis, {"start": {"what": branch}, **answers}).json["receipt"]
    assert receipt["branch"] == {"adult": "adult", "talk": "consultation"}[branch]
    assert not {"outcome", "level", "reasons"} & set(receipt)


def test_a_school_can_be_chosen(swis: Swis) -> None:
    there = walk(swis, {"start": {"what": "help_now"}}, "--school", "alec-reed").json
    assert not [one for one in there["alerted"] if "social_worker" in one["role"] or "manager" in one["role"]]


def test_an_unknown_school_is_named_with_those_there_are(swis: Swis) -> None:
    walk(swis, {}, "--school", "hogwarts").refused("'hogwarts'", "brentside")


def test_an_unknown_flow_is_named_with_those_there_are(swis: Swis) -> None:
    walk(swis, {}, "--flow", "chat").refused("'chat'", "concern", "decision")


def test_every_unknown_screen_is_named(swis: Swis) -> None:
    walk(swis, {"strat": {}, "hapened": {}}).refused("strat", "hapened")


@pytest.mark.parametrize("answers", ["7", "[7]", '{"start": 7}', '[{}, {"start": []}]', "null"])
def test_answers_of_another_shape_are_refused(swis: Swis, answers: str) -> None:
    walk(swis, answers).refused("--answers")


def test_a_key_that_stands_twice_is_refused(swis: Swis) -> None:
    walk(swis, '{"start": {}, "start": {}}').refused("'start'", "twice")


def test_a_field_that_the_screen_does_not_ask_is_refused_on_the_same_screen(swis: Swis) -> None:
    found = walk(swis, {"start": {"what": "worried", "shoe_size": "7"}}).json
    assert found["screen"]["id"] == "start"
    assert found["errors"]


def test_the_decision_ends_in_a_decision_and_messages(swis: Swis) -> None:
    start = walk(swis, {"facts": {"child_says_adult_hurt_them": True}}, "--flow", "decision").json
    assert start["screen"]["id"] == "checklist"
    unknown = walk(swis, {"facts": {"nonsense": True}}, "--flow", "decision")
    unknown.refused("nonsense")


def test_all_problems_of_a_directory_come_at_once_with_file_and_line(
    swis: Swis, tmp_path: Path, in_file: Callable[[object], str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("authority: ealing\nname: Ealing\nshools: []\npeople:\n  - {id: a, role: wizard}\n", "utf-8")
    ran = swis("walk", "--authority", "ealing", "--answers", in_file({}), "--directory", str(broken))
    ran.refused("broken.yaml:3", "broken.yaml:5", "shools", "contacts")
    assert len(ran.err.splitlines()) > 4


def test_a_directory_that_is_not_there_is_refused(swis: Swis) -> None:
    walk(swis, {}, "--directory", "nowhere.yaml").refused("nowhere.yaml")
