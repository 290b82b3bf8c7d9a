"""After sending: more is added, questions are answered, earlier concerns are found, decisions are recorded, closed."""

import pytest

from bot.access import Denied
from tests.bot.scenarios.house import Scene, Talk, actions_of, words_of
from tests.bot.scenarios.telling import (
    ACTIONS,
    CHECKLIST,
    DEPUTY,
    DSL,
    DUTY,
    HEAD,
    LEADS,
    MANAGER,
    PASTORAL,
    SENIOR,
    SIGNS,
    SW,
    TEACHER,
    decided,
    sent,
    to_decide,
)

CLOSING = {
    "summary": "The family has help and the marks are explained",
    "outcome": "support_in_school",
    "follow_up": "no",
    "no_follow_up_reason": "Nothing more is expected",
}


def added(scene: Scene, concern: str, *signs: str, group: str = "hurt_or_afraid", person: str = TEACHER) -> Talk:
    """Somebody who added to a concern."""
    talk = scene.begin(person, "addition", concern).say("happened", {"saw": "Another mark today"})
    if not signs:
        return talk.say("about", {"groups": ("none",)}).say("check", {}, "send")
    return talk.say("about", {"groups": (group,)}).say("signs", {"signs": signs}).say("check", {}, "send")


def test_an_addition_without_a_sign_reminds_the_leads_and_can_be_read(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    scene.deliver()
    added(scene, concern)
    assert scene.deliver() == LEADS
    assert "Another mark today" in words_of(scene.house.responding.open(DSL, concern))


def test_a_graver_addition_raises_the_concern_and_its_plan_starts_at_once(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    scene.deliver()
    added(scene, concern, SIGNS["section_47"][1])
    found = scene.concern(concern)
    assert (found.outcome, found.urgency) == ("statutory_referral", 4)
    assert scene.deliver() == sorted([*LEADS, SW])
    assert scene.later(minutes=15) == sorted([HEAD, SENIOR, DUTY, TEACHER])


def test_the_suggestion_shown_after_an_addition_is_the_graver_one(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    scene.deliver()
    before = words_of(scene.house.responding.suggestion(DSL, concern))
    added(scene, concern, SIGNS["section_47"][1])
    after = words_of(scene.house.responding.suggestion(DSL, concern))
    assert "adult hurt them" not in before
    assert after != before
    assert "Level 4" in after


def test_additions_add_up_with_each_other_and_never_lower(scene: Scene) -> None:
    concern = sent(scene, "section_17")
    added(scene, concern, SIGNS["advice"][1])
    assert scene.concern(concern).urgency == 3
    added(scene, concern, SIGNS["section_47"][1])
    added(scene, concern, SIGNS["advice"][1])
    assert scene.concern(concern).urgency == 4
    text = words_of(scene.house.responding.suggestion(DSL, concern))
    assert "Level 4" in text


def test_a_graver_addition_reaches_the_responders_although_a_lead_has_the_concern(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    scene.deliver()
    scene.house.responding.have(DSL, concern)
    scene.deliver()
    added(scene, concern, SIGNS["section_47"][1])
    assert scene.deliver() == sorted([*LEADS, SW])


def test_a_graver_addition_is_not_held_back_by_somebody_who_opened_the_milder_one(scene: Scene) -> None:
    concern = sent(scene, "section_17")
    scene.deliver()
    scene.house.responding.open(DSL, concern)
    added(scene, concern, SIGNS["section_47"][1])
    assert scene.deliver() == sorted([*LEADS, SW])


def test_what_a_decision_asked_for_is_not_reminded_of_once_the_concern_is_closed(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    decided(scene, concern)
    scene.deliver()
    assert scene.later(hours=1) == [DSL]
    scene.begin(DSL, "closing", concern).say("closing", CLOSING).say("check", {}, "send")
    scene.deliver()
    assert scene.later(days=14) == []


def test_an_addition_to_a_closed_concern_opens_it_again(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    scene.deliver()
    decided(scene, concern, level="level_2")
    scene.begin(DSL, "closing", concern).say("closing", CLOSING).say("check", {}, "send")
    assert scene.concern(concern).life.state == "closed"
    scene.deliver()
    added(scene, concern)
    assert scene.concern(concern).life.state == "sent"
    assert scene.deliver() == sorted([*LEADS, SW])
    assert ("reopened", TEACHER) in scene.log_of(concern)


def test_the_reporter_answers_a_question_and_the_answer_stands_in_the_concern(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.act(DSL, concern, "send_question", {"question": "Which arm was it?"})
    assert scene.deliver() == [TEACHER]
    receipt = scene.house.desk.receipt(TEACHER, concern)
    assert "Which arm" not in words_of(receipt)
    assert "reply" in actions_of(receipt)
    scene.begin(TEACHER, "reply", concern).say("reply", {"answer": "The left one"}, "send")
    assert DSL in scene.deliver()
    assert "The left one" in words_of(scene.house.responding.open(DSL, concern))


def test_earlier_concerns_are_counted_for_a_lead_and_never_for_the_reporter(scene: Scene) -> None:
    first = sent(scene, "early_help")
    scene.clock.move(days=7)
    second = sent(scene, "early_help", person=PASTORAL)
    scene.deliver()
    reference = scene.concern(first).reference
    opened = words_of(scene.house.responding.open(DSL, second))
    assert reference in opened
    assert "23 November" in opened
    assert reference not in words_of(scene.house.desk.receipt(PASTORAL, second))
    assert "None found" in words_of(scene.house.responding.open(DSL, first))


def test_a_confirmed_earlier_concern_is_judged_again_only_upward(scene: Scene) -> None:
    first = sent(scene, "early_help")
    second = sent(scene, "early_help", person=PASTORAL)
    scene.deliver()
    assert "confirm_child" in actions_of(scene.house.responding.open(DSL, second))
    before = scene.concern(second)
    scene.house.responding.act(DSL, second, "send_same_child", {"earlier": (first,)})
    after = scene.concern(second)
    assert after.urgency >= before.urgency
    assert ("child_confirmed", DSL) in scene.log_of(second)
    assert "confirm_child" not in actions_of(scene.house.responding.open(DSL, second))


def lowered(scene: Scene, concern: str) -> Talk:
    """A lead who chose a lower level, standing where that leads."""
    talk = scene.begin(DSL, "decision", concern).say("checklist", CHECKLIST)
    level = {"level": "level_2", "reason": "The mark was explained by the hospital", "social_worker_level": "level_2"}
    return talk.say("level", level)


def test_lowering_a_statutory_suggestion_needs_the_social_worker_or_the_consultation_line(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    talk = lowered(scene, concern)
    assert talk.turn.screen.id == "lowering"
    required = {one.id for one in talk.turn.screen.fields if one.required}
    assert "with_whom" in required
    talk.offer("actions", ACTIONS)
    assert talk.turn.screen.id == "lowering"


def test_a_decision_is_kept_beside_the_suggestion(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    decided(scene, concern)
    with scene.house.store.read() as unit:
        notes = unit.concerns.read(scene.concern(concern).id)[1]
    kept = next(note.content for note in notes if note.kind == "decision")
    assert kept["level"] == "level_4"
    assert kept["suggested"] == {"outcome": "statutory_referral", "level": scene.concern(concern).level}


def test_after_a_section_47_decision_the_lead_is_reminded_to_ring_within_the_hour(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    decided(scene, concern)
    scene.deliver()
    assert DSL in scene.later(hours=1)


@pytest.mark.parametrize("person", [TEACHER, SW, HEAD, MANAGER, DUTY])
def test_only_a_lead_may_decide(scene: Scene, person: str) -> None:
    concern = sent(scene)
    scene.deliver()
    with pytest.raises(Denied):
        scene.begin(person, "decision", concern)


def test_two_leads_who_decide_at_once_leave_one_decision(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    second = to_decide(scene, concern, DEPUTY)
    decided(scene, concern)
    with pytest.raises(Denied):
        second.say("check", {}, "send")
    assert [by for kind, by in scene.log_of(concern) if kind == "decided"] == [DSL]


def test_the_log_says_who_opened_and_who_was_refused_and_a_lead_can_read_it(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.open(DSL, concern)
    for person in (HEAD, "villiers.dsl"):
        with pytest.raises(Denied):
            scene.house.responding.open(person, concern)
    text = words_of(scene.house.responding.log(DSL, concern))
    assert "Kezia Fernhollow, Designated safeguarding lead: opened the concern." in text
    assert "Mirela Duskhill, Head: was refused access." in text
    assert "Rosalind Foxmallow" in text
    with pytest.raises(Denied):
        scene.house.responding.log(TEACHER, concern)
    with scene.house.store.read() as unit:
        assert unit.audit.verify(concern)


def test_a_social_worker_opens_below_statutory_what_the_agreement_says(scene: Scene) -> None:
    everything = sent(scene, "early_help")
    shared_only = sent(scene, "early_help", person="greenford.teacher")
    scene.deliver()
    assert scene.house.responding.open(SW, everything).id == "opened"
    with pytest.raises(Denied):
        scene.house.responding.open("greenford.sw", shared_only)


def test_a_reporter_disagrees_and_the_leads_hear_of_it(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    scene.deliver()
    talk = scene.begin(TEACHER, "disagree", concern)
    talk.say("disagree", {"with_what": "suggestion", "reason": "It is worse than that"}, "send")
    assert scene.deliver() == LEADS
    assert "It is worse than that" in words_of(scene.house.responding.open(DSL, concern))


def test_who_agreed_to_a_lower_level_is_told_and_reads_the_whole_decision(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    decided(scene, concern, level="level_2", with_whom=SW, when="2026-11-23")
    assert SW in scene.deliver()
    card = next(one for one in reversed(scene.courier.handed) if one.person == SW)
    assert card.card.title.startswith("You are named in a safeguarding decision")
    opened = scene.house.responding.open(SW, concern)
    text = words_of(opened)
    for said in (
        "Dariusz Kestrelham",
        "Ring the front door",
        "The record",
        "It may put the child in danger",
        "23 November 2026",
    ):
        assert said in text
    assert {"disagree", "add"} <= actions_of(opened)
    scene.begin(SW, "disagree", concern).say(
        "disagree", {"with_what": "decision", "reason": "I said no such thing"}, "send"
    )
    assert DSL in scene.deliver()


def test_no_stranger_and_nobody_absent_is_named_as_agreeing(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.away(SW)
    talk = lowered(scene, concern)
    [field] = [one for one in talk.turn.screen.fields if one.id == "with_whom"]
    assert [one.id for one in field.choices] == [DUTY]
    for named in (SW, "Lowering test reason"):
        talk.offer("lowering", {"with_whom": named, "when": "2026-11-23"})
        assert talk.turn.screen.id == "lowering"
    talk.offer("lowering", {"with_whom": DUTY, "when": "2020-01-01"})
    assert talk.turn.screen.id == "lowering"


def test_a_lead_disagrees_with_a_decision_once_there_is_one(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    assert "disagree" not in actions_of(scene.house.responding.open(DEPUTY, concern))
    decided(scene, concern)
    assert "disagree" in actions_of(scene.house.responding.open(DEPUTY, concern))


def test_after_a_decision_the_receipt_promises_no_step_of_the_suggestion_any_more(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    assert "Ring the council's front door" in words_of(scene.house.desk.receipt(TEACHER, concern))
    decided(scene, concern)
    assert "Ring the council's front door" not in words_of(scene.house.desk.receipt(TEACHER, concern))
