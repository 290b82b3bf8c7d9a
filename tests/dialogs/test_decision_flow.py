"""The decision and the other flows after sending."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from dialogs.engine import Rejected, receive, screen_at
from dialogs.flows import latest
from dialogs.screens import Choice
from dialogs.setting import Suggestion
from tests.dialogs.scenes import LEVELS, Talk, a_sign, the_setting

YES = dict.fromkeys(("child_safe_now", "siblings", "earlier_worries", "parents_view", "who_else_knows"), "yes")
REASON = "The child is safe with an aunt, and help has begun."
ACTION = {"action_1": "Ring the aunt", "by_whom_1": "designated_safeguarding_lead", "by_when_1": "2026-11-30"}
SHARED = {
    "what": "The record",
    "to_whom": "Social care",
    "when": "2026-11-23",
    "why": "To keep the child safe",
}
SCRIPT: Mapping[str, Mapping[str, object]] = {
    "checklist": YES,
    "level": {"level": "level_3", "reason": REASON},
    "lowering": {"with_whom": "brentside.sw", "when": "2026-11-23"},
    "actions": ACTION,
    "sharing": {"shared": "yes"},
    "shared": SHARED,
    "family": {"agreement": "not_needed", "parents_told": "yes"},
    "feedback": {"sentence": "acting"},
}


def a_decision(until: str = "decided", level: str = "level_3", suggestion: Suggestion | None = None) -> Talk:
    """A decision on a statutory suggestion at level 3, up to the screen `until`."""
    setting = the_setting() if suggestion is None else replace(the_setting(), suggestion=suggestion)
    talk = Talk(flow=latest("decision"), setting=setting)
    while talk.position.screen != until and talk.position.ended is None:
        screen = talk.position.screen
        raw = {**SCRIPT.get(screen, {}), **({"level": level} if screen == "level" else {})}
        talk.say(screen, raw, "send" if screen == "check" else "next")
    return talk


def test_a_decision_ends_recorded() -> None:
    position = a_decision().position
    assert position.ended == "decided"
    assert "lowering" not in position.path


LOWERED = [
    ("statutory_referral", "level_3", "level_2", True),
    ("statutory_referral", "level_4", "level_3", True),
    ("statutory_referral", "level_3", "level_3", False),
    ("statutory_referral", "level_3", "level_4", False),
    ("emergency", "level_4", "level_1", True),
    ("early_help", "level_2", "level_1", False),
    (None, None, "level_1", False),
]


@pytest.mark.parametrize(("outcome", "suggested", "chosen", "asks"), LOWERED)
def test_going_below_a_statutory_suggestion_asks_for_the_second_person(
    outcome: str | None, suggested: str | None, chosen: str, asks: bool
) -> None:
    suggestion = Suggestion(outcome=outcome, level=suggested, order=LEVELS)
    path = a_decision(level=chosen, suggestion=suggestion).position.path
    assert ("lowering" in path) is asks


def test_raising_the_level_again_takes_the_second_person_away() -> None:
    talk = a_decision(until="actions", level="level_2")
    assert "lowering" in talk.position.path
    talk.say("level", {"level": "level_4", "reason": REASON})
    assert talk.position.path == ("checklist", "level", "actions")


def test_a_level_that_is_not_in_the_order_counts_as_lower() -> None:
    suggestion = Suggestion(outcome="statutory_referral", level="level_3", order=LEVELS)
    assert suggestion.lowered_by("somewhere")


REFUSED = [
    ("level", {"level": "level_3"}, {"reason"}),
    ("level", {"level": "level_3", "reason": "ok"}, {"reason"}),
    ("level", {"level": "level_9", "reason": REASON}, {"level"}),
    ("checklist", {}, set(YES)),
    ("actions", {}, {"action_1", "by_whom_1", "by_when_1"}),
    ("feedback", {}, {"sentence"}),
]


@pytest.mark.parametrize(("screen", "raw", "fields"), REFUSED)
def test_what_a_decision_needs_is_asked_for(screen: str, raw: Mapping[str, object], fields: set[str]) -> None:
    assert set(a_decision(until=screen).errors(screen, raw)) == fields


THEN: list[tuple[str, Mapping[str, object], str, set[str]]] = [
    ("actions", {**ACTION, "another_1": "yes"}, "actions_2", {"action_2", "by_whom_2", "by_when_2"}),
    ("actions", {**ACTION, "another_1": "no"}, "sharing", {"shared"}),
    ("actions", ACTION, "sharing", {"shared"}),
    ("sharing", {"shared": "yes"}, "shared", {"what", "to_whom", "when", "why"}),
    ("sharing", {"shared": "no"}, "not_shared", {"not_shared_reason"}),
    ("family", {"agreement": "yes", "parents_told": "no"}, "parents_not_told", {"parents_reason"}),
    ("family", {"agreement": "yes", "parents_told": "yes"}, "feedback", {"sentence"}),
]


@pytest.mark.parametrize(("screen", "raw", "then", "fields"), THEN)
def test_what_an_answer_makes_necessary_is_asked_on_a_screen_of_its_own(
    screen: str, raw: Mapping[str, object], then: str, fields: set[str]
) -> None:
    talk = a_decision(until=screen).say(screen, raw)
    assert talk.position.screen == then
    assert set(talk.errors(then, {})) == fields


def test_lowering_names_the_second_person() -> None:
    assert set(a_decision(until="lowering", level="level_1").errors("lowering", {})) == {"with_whom", "when"}


EARLY = [
    ("lowering", {"with_whom": "brentside.sw", "when": "2026-11-22"}, "when"),
    ("actions", {**ACTION, "by_when_1": "2026-11-22"}, "by_when_1"),
    ("shared", {**SHARED, "when": "2026-11-22"}, "when"),
]


@pytest.mark.parametrize(("screen", "raw", "field"), EARLY)
def test_nothing_of_a_decision_lies_before_the_concern(screen: str, raw: Mapping[str, object], field: str) -> None:
    talk = a_decision(until=screen, level="level_1")
    setting = replace(talk.setting, sent_on=talk.setting.today)
    for day, wrong in ((raw, {field}), ({**raw, field: "2026-11-23"}, set())):
        received = receive(talk.flow, talk.trail, screen, day, "next", setting)
        assert (set(received.errors) if isinstance(received, Rejected) else set()) == wrong


def test_the_social_workers_own_level_stands_beside_it() -> None:
    talk = a_decision(until="level")
    assert talk.errors("level", {"level": "level_3", "reason": REASON, "social_worker_level": "none"}) == {}
    assert talk.errors("level", {"level": "level_3", "reason": REASON, "social_worker_level": "level_4"}) == {}


def test_an_addition_may_bring_new_signs() -> None:
    talk = Talk(flow=latest("addition")).say("happened", {"saw": "It happened again."})
    talk.say("about", {"groups": ["care_and_home"]}).say("signs", {"signs": [a_sign("care_and_home")]})
    assert talk.facts[a_sign("care_and_home")] is True
    assert talk.say("check", action="send").position.ended == "added"


def test_an_addition_without_new_signs_goes_straight_to_its_check() -> None:
    talk = Talk(flow=latest("addition")).say("happened", {"saw": "It happened again."})
    assert talk.say("about", {"groups": ["none"]}).position.screen == "check"


SHORT = [
    ("reply", "reply", {"answer": "On Friday, at lunch."}, "replied"),
    ("disagree", "disagree", {"with_what": "pace", "reason": "Nobody rang."}, "disagreed"),
]


@pytest.mark.parametrize(("flow", "screen", "raw", "end"), SHORT)
def test_a_short_flow_is_one_screen(flow: str, screen: str, raw: Mapping[str, object], end: str) -> None:
    talk = Talk(flow=latest(flow))
    assert talk.errors(screen, {}, "send")
    assert talk.say(screen, raw, "send").position.ended == end


FOLLOW_UP = [({"follow_up": "yes"}, "follow_up_on"), ({"follow_up": "no"}, "no_follow_up_reason")]


@pytest.mark.parametrize(("answer", "wanted"), FOLLOW_UP)
def test_closing_wants_a_day_to_look_again_or_the_reason_for_none(answer: dict[str, str], wanted: str) -> None:
    talk = Talk(flow=latest("closing"))
    raw = {"summary": "Help has begun.", "outcome": "early_help_started", **answer}
    assert list(talk.errors("closing", raw)) == [wanted]
    filled = {**raw, wanted: "2027-01-11"}
    assert talk.say("closing", filled).say("check", action="send").position.ended == "closed"


WORKERS = (Choice(id="brentside.sw", label="Social worker: Asha Rowe"), Choice(id="ealing.duty", label="Duty"))


@pytest.mark.parametrize(
    ("workers", "offered", "then"),
    [(WORKERS, ["brentside.sw", "ealing.duty"], "actions"), ((), ["consultation_line"], "lowering_line")],
)
def test_lowering_is_agreed_with_a_social_worker_by_name_or_where_there_is_none_the_consultation_line(
    workers: tuple[Choice, ...], offered: list[str], then: str
) -> None:
    talk = a_decision(until="lowering", level="level_1")
    talk.setting = replace(talk.setting, social_workers=workers)
    screen = screen_at(talk.flow, talk.trail, "lowering", talk.setting)
    [field] = [field for field in screen.fields if field.id == "with_whom"]
    assert [choice.id for choice in field.choices] == offered
    assert talk.errors("lowering", {"with_whom": "Anybody", "when": "2026-11-23"}).keys() == {"with_whom"}
    assert talk.say("lowering", {"with_whom": offered[0], "when": "2026-11-23"}).position.screen == then


@pytest.mark.parametrize(("name", "refused"), [("Mel Ashdown", True), ("  mel  ashdown ", True), ("Asha Rowe", False)])
def test_nobody_agrees_with_themselves_to_lower(name: str, refused: bool) -> None:
    talk = a_decision(until="lowering", level="level_1")
    talk.setting = replace(talk.setting, own_name="Mel Ashdown", social_workers=())
    talk.say("lowering", {"with_whom": "consultation_line", "when": "2026-11-23"})
    assert set(talk.errors("lowering_line", {"name": name})) == ({"name"} if refused else set())
