"""Danger does not wait: who is told after one screen, and who is not told at all."""

import pytest

from bot.access import Denied
from tests.bot.scenarios.house import Scene, links_of, words_of
from tests.bot.scenarios.telling import (
    CHAIR,
    CHILD,
    DEPUTY,
    DSL,
    DUTY,
    HAPPENED,
    HEAD,
    LEADS,
    MANAGER,
    SENIOR,
    SIGNS,
    SW,
    TEACHER,
    danger,
    pressed,
    to_signs,
)

STAFF = [*LEADS, HEAD, SENIOR, SW]


@pytest.mark.parametrize("what", ["help_now", "not_sure_safe"])
def test_the_alert_stands_ready_when_the_first_screen_is_answered(scene: Scene, what: str) -> None:
    talk = danger(scene, what)
    assert talk.turn.screen.id == "emergency"
    now = {row.step.role for row in scene.rows(talk.concern) if row.step.due_at == scene.clock()}
    assert now >= {"designated_safeguarding_lead", "deputy_safeguarding_lead", "social_worker", "duty_social_worker"}
    assert scene.deliver() == sorted([*STAFF, DUTY])


def test_sending_later_fills_the_same_concern_and_tells_nobody_twice(scene: Scene) -> None:
    talk = danger(scene)
    first = talk.concern
    scene.deliver()
    talk.say("emergency", {"place": "Room 4", "callback": "07700 900000"}).say("happened", HAPPENED)
    talk.say("child", CHILD).say("about", {"groups": ("hurt_or_afraid",)})
    talk.say("signs", {"signs": (SIGNS["emergency"][1],)}, "send_now").say("check", {}, "send")
    assert talk.concern == first
    assert scene.concern(first).sent_at is not None
    assert [one.id for one in scene.concerns()] == [first]
    assert scene.deliver() == []


def test_the_place_can_be_read_by_the_responders_before_the_record_is_sent(scene: Scene) -> None:
    talk = danger(scene)
    scene.deliver()
    talk.say("emergency", {"place": "Room 4", "callback": "07700 900000"})
    opened = repr(scene.house.responding.open(DSL, talk.concern))
    assert "Room 4" in opened
    assert "07700 900000" in opened


def test_the_place_is_sent_with_a_press_of_its_own_while_the_child_is_not_safe_yet(scene: Scene) -> None:
    talk = danger(scene)
    scene.deliver()
    talk.offer("emergency", {"place": "Room 12", "callback": "no number"}, "tell")
    assert "Room 12" not in words_of(scene.house.responding.open(DSL, talk.concern)), "a refused page is no answer"
    talk.offer("emergency", {"place": "Room 12", "callback": "07700 900123"}, "tell")
    assert (talk.turn.screen.id, talk.errors()) == ("emergency", {})
    assert "What you wrote is kept with the alert" in words_of(talk.turn.screen)
    assert {"Room 12", "07700 900123"} <= {field.value for field in talk.turn.screen.fields}
    opened = words_of(scene.house.responding.open(DSL, talk.concern))
    assert "Room 12" in opened
    assert "07700 900123" in opened
    talk.say("emergency", {"place": "Room 12", "callback": "07700 900123"})
    assert talk.turn.screen.id == "happened"


@pytest.mark.parametrize(
    ("left", "read"),
    [
        ({"place": "Room 12", "callback": "07700 900123"}, ("Room 12", "07700 900123")),
        ({"place": "Room 12", "callback": "ask in the office"}, ("Room 12 ask in the office",)),
    ],
)
def test_the_place_is_read_by_the_responders_when_its_page_was_left_or_hidden(
    scene: Scene, left: dict[str, str], read: tuple[str, ...]
) -> None:
    talk = danger(scene)
    scene.deliver()
    scene.house.intake.keep(TEACHER, talk.turn.conversation, "emergency", left)
    opened = words_of(scene.house.responding.open(DSL, talk.concern))
    assert all(one in opened for one in read)
    shown = scene.house.intake.show(TEACHER, talk.turn.conversation)
    assert shown.screen.id == "emergency"
    assert left["place"] in {field.value for field in shown.screen.fields}


def test_nobody_has_it_goes_to_manager_and_reporter_after_three_minutes_and_round_again(scene: Scene) -> None:
    danger(scene)
    scene.deliver()
    assert scene.later(minutes=2, seconds=59) == []
    assert scene.later(seconds=1) == sorted({MANAGER, TEACHER, *STAFF, DUTY})
    assert scene.later(minutes=3) == sorted([MANAGER, TEACHER, *STAFF, DUTY])


def test_when_someone_who_works_here_may_be_the_danger_no_lead_hears_of_it(scene: Scene) -> None:
    talk = danger(scene, "help_now_staff")
    assert scene.deliver() == sorted([DUTY, HEAD])
    for _ in range(4):
        scene.later(minutes=3)
    assert set(scene.courier.told()) == {DUTY, HEAD, MANAGER, TEACHER}
    for person in (*LEADS, SW, SENIOR):
        with pytest.raises(Denied):
            scene.house.responding.open(person, talk.concern)
        assert talk.concern not in links_of(scene.house.desk.home(person))


def test_when_the_head_may_be_the_danger_duty_and_chair_hear_of_it_and_nobody_else_in_school(scene: Scene) -> None:
    talk = danger(scene, "help_now_head")
    assert scene.deliver() == sorted([CHAIR, DUTY])
    for _ in range(4):
        scene.later(minutes=3)
    assert set(scene.courier.told()) == {DUTY, CHAIR, MANAGER, TEACHER}
    for person in (HEAD, *LEADS):
        with pytest.raises(Denied):
            scene.house.responding.privacy(person, talk.concern)


def test_at_a_comparison_school_danger_never_reaches_a_council_worker(scene: Scene) -> None:
    danger(scene, "help_now", "alec-reed.teacher")
    danger(scene, "help_now_staff", "alec-reed.teacher")
    danger(scene, "help_now_head", "alec-reed.teacher")
    for _ in range(6):
        scene.later(minutes=3)
    assert {person.partition(".")[0] for person in scene.courier.told()} == {"alec-reed"}
    assert "alec-reed.chair" in scene.courier.told()


def test_saying_later_that_staff_may_be_the_danger_shields_the_concern_from_then_on(scene: Scene) -> None:
    talk = danger(scene)
    scene.deliver()
    talk.say("start", {"what": "help_now_staff"})
    assert scene.concern(talk.concern).restricted
    with pytest.raises(Denied):
        scene.house.responding.open(DSL, talk.concern)
    for _ in range(3):
        told = scene.later(minutes=3)
        assert not {*LEADS, SW, SENIOR} & set(told)


def test_taking_the_first_answer_back_takes_no_alert_back(scene: Scene) -> None:
    talk = danger(scene)
    talk.say("start", {"what": "worried"})
    assert scene.deliver() == sorted([*STAFF, DUTY])
    talk.say("happened", HAPPENED).say("child", CHILD).say("about", {"groups": ("hurt_or_afraid",)})
    talk.say("signs", {"signs": (SIGNS["advice"][1],)}, "send_now").say("check", {}, "send")
    found = scene.concern(talk.concern)
    assert (found.outcome, found.urgency) == ("emergency", 5)


def test_an_alert_that_turns_out_to_be_about_an_adult_gives_the_record_to_the_head_alone(scene: Scene) -> None:
    talk = danger(scene)
    begun = talk.concern
    scene.deliver()
    talk.say("start", {"what": "adult"}).say("adult_who", {"who": "someone_else", "someone_safe": "yes"})
    talk.say("adult_what", {"saw": "Shouted at a child"})
    tests = dict.fromkeys(("harmed_child", "possible_offence", "poses_risk", "unsuitable"), "no")
    talk.say("adult_harm", {**tests, "child_hurt": "no"}).say("adult_check", {}, "send")
    about = scene.concern(talk.concern)
    assert (about.kind, about.restricted) == ("adult", True)
    assert about.id != begun
    assert "Shouted at a child" not in repr(scene.house.responding.open(DSL, begun))
    with pytest.raises(Denied):
        scene.house.responding.open(DSL, about.id)


def test_danger_words_raise_a_question_and_a_yes_raises_the_alarm(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "worried"})
    talk.say("happened", {"child_said": "He says he has swallowed tablets"})
    assert "danger_check" in {one.id for one in talk.turn.screen.fields}
    talk.say("child", {**CHILD, "danger_check": "yes"})
    assert talk.turn.screen.id == "emergency"
    assert DSL in scene.deliver()


def test_a_grave_sign_and_due_home_to_the_person_feared_is_an_emergency(scene: Scene) -> None:
    talk = to_signs(scene, tonight="feared").say("signs", {"signs": (SIGNS["section_47"][1],)})
    assert talk.turn.screen.id == "emergency"
    assert HEAD in scene.deliver()


def test_a_discarded_draft_leaves_what_was_alerted(scene: Scene) -> None:
    talk = danger(scene)
    scene.house.intake.discard(TEACHER, talk.turn.conversation)
    assert DEPUTY in scene.deliver()
    assert [one.id for one in scene.concerns()] == [talk.concern]


def test_a_double_press_of_danger_now_is_one_concern(scene: Scene) -> None:
    first, second = (pressed(scene).turn for _ in range(2))
    assert (first.conversation, first.concern) == (second.conversation, second.concern)
    assert len(scene.concerns()) == 1


def test_danger_now_pressed_again_later_is_a_new_concern(scene: Scene) -> None:
    first = pressed(scene)
    scene.clock.move(minutes=2)
    assert pressed(scene).concern != first.concern
