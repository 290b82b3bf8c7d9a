"""`swis walk` as a stranger's program sees it: only what the screens print is used to answer them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import product
from typing import Any

import pytest

from bot.reading import Reading, reading
from bot.walk import walker_of

Answers = dict[str, dict[str, object]]
Picks = Callable[[Sequence[str]], str]

MONDAY = "2026-11-23T10:00:00+00:00"
TYPED = {
    "text": "A few words",
    "long_text": "A few words",
    "date": "2026-11-23",
    "time": "10:15",
    "phone": "020 7946 0123",
}
MOST = {"concern": 9, "adult": 6, "consultation": 3}
HURT: Answers = {
    "start": {"what": "worried"},
    "emergency": {},
    "happened": {"saw": "He held his arm close."},
    "child": {"age_band": "13_to_15", "council": "ealing", "social_worker": "no", "tonight": "someone_safe"},
    "about": {"groups": ["hurt_or_afraid"]},
    "signs": {"signs": ["child_says_adult_hurt_them"], "action": "send_now"},
    "check": {},
}
CHECKLIST = dict.fromkeys(("child_safe_now", "siblings", "earlier_worries", "parents_view", "who_else_knows"), "yes")


@cache
def rules() -> Reading:
    """The packaged documents, read once."""
    return reading()


def walked(
    answers: Mapping[str, object],
    authority: str = "ealing",
    *,
    now: str = MONDAY,
    flow: str = "concern",
    school: str = "",
) -> dict[str, Any]:
    """What the command prints for these answers."""
    at = datetime.fromisoformat(now)
    return walker_of(rules(), rules().seat(authority, None, school or None, at), flow, at).walk(answers)


def receipt(*, now: str = MONDAY, school: str = "", **changes: Mapping[str, object]) -> dict[str, Any]:
    """The receipt of the hurt child; `changes` replace fields of whole screens."""
    answers = {screen: {**fields, **changes.get(screen, {})} for screen, fields in HURT.items()}
    found = walked(answers, now=now, school=school)
    assert "receipt" in found, found.get("errors")
    return dict(found["receipt"])


def told_at(found: Mapping[str, Any], instant: str = MONDAY) -> set[str]:
    """The roles told at an instant."""
    return {one["role"] for one in found["told"] if one["due"] == instant}


def required_only(screen: Mapping[str, Any], pick: Picks) -> dict[str, object]:
    """An answer to the required fields alone."""
    found: dict[str, object] = {}
    for field in screen["fields"]:
        if field["required"]:
            ids = [option["id"] for option in field["options"]]
            found[field["id"]] = TYPED.get(field["kind"]) or (pick(ids) if field["kind"] == "one" else [pick(ids)])
    return found


def to_the_end(
    authority: str, pick: Picks, first: Mapping[str, object], flow: str = "concern"
) -> tuple[dict[str, Any], list[str]]:
    """Answer what is required, screen by screen; nothing may be refused. The end and the screens before it."""
    answers: dict[str, object] = dict(first)
    path = list(first)
    while "screen" in (found := walked(answers, authority, flow=flow)):
        assert "errors" not in found, found["errors"]
        screen = found["screen"]
        answers[screen["id"]] = required_only(screen, pick)
        path.append(screen["id"])
    return found, path


AUTHORITIES = ("ealing", "gateshead", "trafford")
STARTS = ("help_now", "help_now_staff", "help_now_head", "not_sure_safe", "worried", "adult", "talk")
PICKS: dict[str, Picks] = {
    "first": lambda ids: ids[0],
    "last": lambda ids: ids[-1],
    "second": lambda ids: ids[1 % len(ids)],
}


@pytest.mark.parametrize(("authority", "start", "pick"), [*product(AUTHORITIES, STARTS, PICKS)])
def test_who_answers_only_what_is_required_is_never_refused_and_ends_in_time(
    authority: str, start: str, pick: str
) -> None:
    found, path = to_the_end(authority, PICKS[pick], {"start": {"what": start}})
    kind = found["receipt"].get("branch", "concern")
    extra = {"emergency", "sorter", "signs_more", *(() if kind == "consultation" else ("talk",))}
    assert len([screen for screen in path if screen not in extra]) + 1 <= MOST.get(kind, MOST["concern"])
    assert found["receipt"]["told"]
    assert found["receipt"]["messages"]


@pytest.mark.parametrize(("authority", "pick"), [*product(AUTHORITIES, PICKS)])
def test_a_decision_asks_for_nothing_that_it_did_not_mark(authority: str, pick: str) -> None:
    found, _ = to_the_end(authority, PICKS[pick], {}, flow="decision")
    assert found["decision"]["level"]


def test_one_of_several_boxes_is_enough_and_they_are_named() -> None:
    start: Answers = {"start": {"what": "worried"}}
    boxes = walked(start)["screen"]["fields"]
    assert [field["required"] for field in boxes] == [True, False, False, False]
    assert {tuple(field["one_of"]) for field in boxes} == {tuple(field["id"] for field in boxes)}
    assert walked({**start, "happened": {"think": "Something is wrong"}})["screen"]["id"] == "child"
    assert list(walked({**start, "happened": {}})["errors"]) == ["saw"]


@pytest.mark.parametrize("start", ["adult", "talk"])
def test_a_concern_about_an_adult_and_a_talk_have_no_triage_part(start: str) -> None:
    found, _ = to_the_end("ealing", PICKS["second"], {"start": {"what": start}})
    assert not {"outcome", "status", "level", "reasons", "document", "deadlines"} & set(found["receipt"])


def test_an_answer_that_an_earlier_one_took_away_does_no_harm() -> None:
    words = {**HURT, "happened": {"saw": "a knife"}, "child": {**HURT["child"], "danger_check": "no"}}
    assert "receipt" in walked(words)
    assert "receipt" in walked({**words, "happened": HURT["happened"]})


ELSEWHERE = [
    ("brent", None, "020 7946 0110"),
    ("other_council", None, "020 8825 8000"),
    ("gateshead", "gateshead", "0191 433 2653"),
]


@pytest.mark.parametrize(("council", "document", "phone"), ELSEWHERE)
def test_another_council_is_a_branch_with_its_own_document_or_front_door(
    council: str, document: str | None, phone: str
) -> None:
    found = receipt(child={"council": council})
    assert found["branch"] == "other_council"
    assert (found["document"] or {}).get("authority") == document
    assert (found["route"]["phone"], found["level"]["basis"]) == (phone, "S47")


def test_of_somebody_18_or_over_the_route_is_adult_safeguarding() -> None:
    found = receipt(child={"age_band": "18_or_over"})
    assert (found["branch"], found["route"]["phone"]) == ("eighteen_or_over", "020 7946 0105")
    assert any("020 7946 0105" in line for line in found["messages"])


def test_a_child_with_a_social_worker_needs_no_new_form() -> None:
    assert "form" in receipt()["route"]
    known = receipt(child={"social_worker": "yes"})
    assert "form" not in known["route"]
    assert (known["outcome"], known["level"]) == (receipt()["outcome"], receipt()["level"])


OUTSIDE = {
    "friday_1650": "2026-11-27T16:50:00+00:00",
    "near_closing": "2026-11-23T15:30:00+00:00",
    "night": "2026-11-24T03:00:00+00:00",
    "christmas": "2026-12-25T11:00:00+00:00",
    "half_term_in_office_hours": "2026-10-28T11:00:00+00:00",
}


@pytest.mark.parametrize("now", OUTSIDE.values(), ids=OUTSIDE)
def test_outside_hours_or_term_the_duty_number_stands_first_and_the_rota_is_told(now: str) -> None:
    found = receipt(now=now)
    numbers = [line for line in found["messages"] if "020 " in line]
    assert numbers[0] == found["messages"][1]
    assert "020 7946 0101" in numbers[0]
    assert "duty_social_worker" in told_at(found, now)


def test_within_hours_no_number_comes_before_the_reference() -> None:
    found = receipt()
    assert found["messages"][0].startswith("Sent.")
    assert "duty_social_worker" not in told_at(found)


SHIELDED = [
    ("help_now_staff", "", {"head", "duty_social_worker"}),
    ("help_now_head", "", {"chair", "duty_social_worker"}),
    ("help_now_staff", "featherstone", {"head"}),
    ("help_now_head", "featherstone", {"chair"}),
]


@pytest.mark.parametrize(("start", "school", "roles"), SHIELDED)
def test_where_staff_may_be_the_danger_the_check_names_no_lead_as_recipient(
    start: str, school: str, roles: set[str]
) -> None:
    asked = {**HURT, "start": {"what": start}}
    del asked["check"]
    check = walked(asked, school=school)
    assert (check["screen"]["id"], check["screen"]["fields"]) == ("check", [])
    assert told_at({"told": check["alerted"]}) == roles
    assert told_at(receipt(school=school, start={"what": start})) == roles


def test_everybody_on_the_ladder_can_be_left_out_and_a_vacant_post_shows_who_covers() -> None:
    asked = {screen: fields for screen, fields in HURT.items() if screen != "check"}
    options = walked(asked, school="ealing-alternative-provision")["screen"]["fields"][0]["options"]
    assert [option["label"].partition(":")[0] for option in options][:4] == [
        "Designated safeguarding lead", "Deputy safeguarding lead", "Head", "Senior leader",
    ]  # fmt: skip
    assert {option["label"].partition(":")[0] for option in options[4:]} == {"Duty social worker"}


LEFT_OUT = [
    (["brentside.dsl"], {"head", "deputy_safeguarding_lead", "social_worker"}),
    (["brentside.sw"], {"designated_safeguarding_lead", "deputy_safeguarding_lead", "duty_social_worker"}),
    (["brentside.dsl", "brentside.deputy"], {"head", "social_worker"}),
]


@pytest.mark.parametrize(("people", "roles"), LEFT_OUT)
def test_whoever_is_left_out_is_stood_in_for(people: list[str], roles: set[str]) -> None:
    assert told_at(receipt(check={"leave_out": people})) == roles


def test_with_nobody_safe_in_school_the_reporter_is_sent_to_the_designated_officer() -> None:
    no = dict.fromkeys(("harmed_child", "possible_offence", "poses_risk", "unsuitable", "child_hurt"), "no")
    asked: Answers = {
        "start": {"what": "adult"},
        "adult_who": {"who": "someone_else", "someone_safe": "no"},
        "adult_what": {"saw": "He shouted."},
        "adult_harm": dict(no),
    }
    assert "This goes to the head" not in walked(asked)["screen"]["text"]
    found = walked({**asked, "adult_check": {}})["receipt"]
    assert [one["role"] for one in found["told"]] == ["reporter"]
    assert any("020 7946 0102" in line and "yourself" in line for line in found["messages"])


@pytest.mark.parametrize("facts", [{"child_says_adult_hurt_them": True}, {"under_attack_now": True}])
def test_going_below_a_statutory_suggestion_needs_the_second_person_with_or_without_a_document(
    facts: dict[str, bool],
) -> None:
    for more in ({}, {"age_band": "18_or_over"}):
        asked = {"facts": {**facts, **more}, "checklist": CHECKLIST, "level": {"level": "level_1", "reason": "Seen"}}
        assert walked(asked, flow="decision")["screen"]["id"] == "lowering"
