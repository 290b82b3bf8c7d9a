"""A concern from the first tap to a decision, and what each person finds on the way."""

from tests.bot.scenarios.house import Scene, actions_of, links_of, words_of
from tests.bot.scenarios.telling import (
    CHILD,
    DEPUTY,
    DSL,
    HAPPENED,
    HEAD,
    LEADS,
    SIGNS,
    SW,
    TEACHER,
    WHEN,
    decided,
    sent,
    to_signs,
)


def test_a_teacher_reports_both_responders_open_it_and_the_receipt_says_decided(scene: Scene) -> None:
    talk = to_signs(scene).say("signs", {"signs": (SIGNS["section_47"][1],)}).say("more").say("when", WHEN)
    talk.say("check", {}, "send")
    assert talk.turn.ended == "receipt"
    assert scene.deliver() == [DEPUTY, DSL, SW]
    assert links_of(scene.house.desk.home(DSL)) == [talk.concern]

    opened = scene.house.responding.open(DSL, talk.concern)
    assert str(HAPPENED["saw"]) in words_of(opened)
    assert str(CHILD["name"]) in words_of(opened)
    assert "Level" in words_of(scene.house.responding.suggestion(SW, talk.concern))
    scene.house.responding.have(DSL, talk.concern)
    decided(scene, talk.concern)
    assert TEACHER in scene.deliver()

    receipt = words_of(scene.house.desk.receipt(TEACHER, talk.concern))
    assert all(state in receipt for state in ("Sent", "Seen", "Decided"))
    assert "Your concern is being acted on." in receipt


def test_a_statutory_concern_takes_nine_screens_at_most_and_seven_with_send_now(scene: Scene) -> None:
    whole = to_signs(scene).say("signs", {"signs": (SIGNS["section_47"][1],)}).say("more").say("when", WHEN)
    assert len(whole.say("check", {}, "send").turn.path) <= 9
    short = to_signs(scene).say("signs", {"signs": (SIGNS["section_47"][1],)}, "send_now").say("check", {}, "send")
    assert len(short.turn.path) <= 7


def test_words_come_before_the_suggestion(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    opened = scene.house.responding.open(DSL, concern)
    assert "suggestion" in actions_of(opened)
    assert "Level 4" not in words_of(opened)


def test_send_now_is_offered_first_as_soon_as_a_sign_gives_section_47(scene: Scene) -> None:
    mild = to_signs(scene).say("signs", {"signs": (SIGNS["advice"][1],)})
    grave = to_signs(scene).say("signs", {"signs": (SIGNS["section_47"][1],)})
    assert [one.id for one in mild.turn.screen.actions] == ["next", "send_now"]
    assert [one.id for one in grave.turn.screen.actions] == ["send_now", "next"]


def test_an_earlier_answer_can_be_changed_and_the_road_follows(scene: Scene) -> None:
    talk = to_signs(scene)
    shown = scene.house.intake.show(TEACHER, talk.turn.conversation, "about")
    assert shown.screen.id == "about"
    talk.say("about", {"groups": ("feelings_and_health",)})
    assert talk.turn.screen.id == "signs"
    offered = {choice.id for one in talk.turn.screen.fields for choice in one.choices}
    assert SIGNS["section_47"][1] not in offered


def test_a_draft_is_found_on_the_home_page_and_taken_up_again(scene: Scene) -> None:
    talk = to_signs(scene)
    resume = [one.to for one in scene.house.desk.home(TEACHER).actions if one.id == "resume"]
    assert resume == [f"resume:{talk.turn.conversation}"]
    assert scene.house.intake.show(TEACHER, talk.turn.conversation).screen.id == "signs"


def test_the_most_that_a_head_sees_before_being_told_is_nothing(scene: Scene) -> None:
    sent(scene)
    scene.deliver()
    assert links_of(scene.house.desk.home(HEAD)) == []
    assert set(LEADS) <= set(scene.courier.told())


def test_the_receipt_says_when_the_lead_took_it_not_when_it_was_first_seen(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.open(DSL, concern)
    scene.clock.move(minutes=4)
    scene.house.responding.have(DSL, concern)
    scene.clock.move(minutes=4)
    text = words_of(scene.house.desk.receipt(TEACHER, concern))
    assert ("Seen: 10:00" in text, ": 10:04, Designated safeguarding lead" in text) == (True, True)
