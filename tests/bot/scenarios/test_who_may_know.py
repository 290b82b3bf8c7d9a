"""*Share with the social worker*, letting leads in on a restricted concern, *Wrong child*, and what stays shut."""

import pytest

from bot.access import Denied
from storage.shapes import Absence, PersonId
from tests.bot.scenarios.house import Scene, actions_of, words_of
from tests.bot.scenarios.telling import (
    CHAIR,
    DEPUTY,
    DSL,
    DUTY,
    HEAD,
    LEADS,
    SENIOR,
    SW,
    TEACHER,
    danger,
    decided,
    sent,
)

G_DSL, G_SW, G_TEACHER = "greenford.dsl", "greenford.sw", "greenford.teacher"


def press(scene: Scene, person: str, concern: str, action: str, **raw: object) -> str:
    """What is read after a press."""
    return words_of(scene.house.responding.act(person, concern, action, raw))


def refused(scene: Scene, concern: str, *people: str) -> None:
    """None of these opens it."""
    for person in people:
        with pytest.raises(Denied):
            scene.house.responding.open(person, concern)


# ── share


def test_what_a_lead_shares_the_social_worker_is_told_of_and_may_open(scene: Scene) -> None:
    concern = sent(scene, "early_help", G_TEACHER)
    scene.deliver()
    refused(scene, concern, G_SW)
    assert "share" in actions_of(scene.house.responding.open(G_DSL, concern))
    assert "is told and may open it" in press(scene, G_DSL, concern, "share")
    assert scene.deliver() == [G_SW]
    assert scene.house.responding.open(G_SW, concern).id == "opened"
    assert ("shared", G_DSL) in scene.log_of(concern)
    assert "share" not in actions_of(scene.house.responding.open(G_DSL, concern))


def test_what_is_shared_goes_to_who_covers(scene: Scene) -> None:
    concern = sent(scene, "early_help", G_TEACHER)
    scene.deliver()
    with scene.house.store.write() as unit:
        unit.people.absence(Absence(person=PersonId(G_SW), start=scene.clock(), end=None, reason="leave"))
        unit.commit()
    refused(scene, concern, DUTY)
    press(scene, G_DSL, concern, "share")
    assert scene.deliver() == [DUTY]
    assert scene.house.responding.open(DUTY, concern).id == "opened"


def test_there_is_nothing_to_share_where_the_social_worker_opens_it_anyway(scene: Scene) -> None:
    for concern, lead in ((sent(scene, "early_help"), DSL), (sent(scene, "section_17", G_TEACHER), G_DSL)):
        scene.deliver()
        assert "share" not in actions_of(scene.house.responding.open(lead, concern))
        assert "This was not done" in press(scene, lead, concern, "share")


def test_nobody_but_a_lead_shares(scene: Scene) -> None:
    concern = sent(scene, "early_help", G_TEACHER)
    scene.deliver()
    for person in (G_SW, G_TEACHER, "greenford.head", "ealing.student-1", DSL):
        with pytest.raises(Denied):
            press(scene, person, concern, "share")
    refused(scene, concern, G_SW)


# ── let leads in


def test_the_head_says_which_leads_may_know_and_only_those_are_told_and_open_it(scene: Scene) -> None:
    concern = danger(scene, "help_now_staff").concern
    scene.deliver()
    refused(scene, concern, *LEADS)
    form = scene.house.responding.act(HEAD, concern, "let_in", {})
    assert {choice.id for choice in form.fields[0].choices} == set(LEADS)
    assert "Deputy safeguarding lead: Leander Silverdew" in press(scene, HEAD, concern, "send_let_in", people=(DEPUTY,))
    assert scene.deliver() == [DEPUTY]
    assert {"have", "decide"} <= actions_of(scene.house.responding.open(DEPUTY, concern))
    refused(scene, concern, DSL, SW, SENIOR)
    assert ("let_in", HEAD) in scene.log_of(concern)
    assert scene.concern(concern).restricted


def test_a_lead_who_was_let_in_may_take_and_decide_it_and_hears_what_is_added(scene: Scene) -> None:
    concern = danger(scene, "help_now_staff").concern
    scene.deliver()
    press(scene, HEAD, concern, "send_let_in", people=(DEPUTY,))
    scene.deliver()
    scene.house.responding.have(DEPUTY, concern)
    scene.deliver()
    talk = scene.begin(TEACHER, "addition", concern).say("happened", {"saw": "He came back"})
    talk.say("about", {"groups": ("none",)}).say("check", {}, "send")
    told = scene.deliver()
    assert DEPUTY in told
    assert DSL not in told
    decided(scene, concern, DEPUTY)
    assert scene.concern(concern).life.state == "decided"


def test_the_chair_says_so_where_the_head_may_be_the_danger_and_never_the_head(scene: Scene) -> None:
    concern = danger(scene, "help_now_head").concern
    scene.deliver()
    for action in ("let_in", "send_let_in"):
        with pytest.raises(Denied):
            press(scene, HEAD, concern, action, people=(DSL,))
    press(scene, CHAIR, concern, "send_let_in", people=(DSL,))
    assert scene.deliver() == [DSL]


def test_one_who_is_left_out_is_never_let_in(scene: Scene) -> None:
    concern = danger(scene, "help_now_staff").concern
    scene.deliver()
    with scene.house.store.write() as unit:
        unit.concerns.amend(scene.concern(concern).id, excluded=(PersonId(DSL),))
        unit.commit()
    form = scene.house.responding.act(HEAD, concern, "let_in", {})
    assert [choice.id for choice in form.fields[0].choices] == [DEPUTY]
    shown = scene.house.responding.act(HEAD, concern, "send_let_in", {"people": (DSL, "villiers.dsl", SENIOR)})
    assert shown.fields[0].error
    assert scene.deliver() == []
    refused(scene, concern, DSL)


@pytest.mark.parametrize("person", [DSL, DEPUTY, SENIOR, SW, TEACHER, "villiers.head"])
def test_nobody_lets_themselves_in(scene: Scene, person: str) -> None:
    concern = danger(scene, "help_now_staff").concern
    scene.deliver()
    with pytest.raises(Denied):
        press(scene, person, concern, "send_let_in", people=(person,))
    refused(scene, concern, *LEADS)


def test_duty_sees_that_letting_in_is_the_heads_to_do(scene: Scene) -> None:
    concern = danger(scene, "help_now_staff").concern
    scene.deliver()
    assert "somebody in another role" in press(scene, DUTY, concern, "send_let_in", people=(DSL,))
    refused(scene, concern, DSL)


# ── the same child, the wrong child


def test_only_the_chosen_earlier_concerns_are_linked(scene: Scene) -> None:
    first, second, third = (sent(scene, "early_help") for _ in range(3))
    scene.deliver()
    form = scene.house.responding.act(DSL, third, "confirm_child", {})
    labels = {choice.id: choice.label for choice in form.fields[0].choices}
    assert set(labels) == {first, second}
    assert scene.concern(first).reference in labels[first]
    press(scene, DSL, third, "send_same_child", earlier=(first,))
    with scene.house.store.read() as unit:
        assert [one.id for one in unit.concerns.linked_children(scene.concern(third).id)] == [first]
    assert "confirm_child" in actions_of(scene.house.responding.open(DSL, third))


def test_nothing_is_linked_that_was_not_found_or_not_chosen(scene: Scene) -> None:
    other = sent(scene, "early_help", "villiers.teacher")
    first, second = sent(scene, "early_help"), sent(scene, "early_help")
    scene.deliver()
    for earlier in ((), (other,), ("nothing",), first):
        shown = scene.house.responding.act(DSL, second, "send_same_child", {"earlier": earlier})
        assert shown.id == "same_child"
        assert shown.fields[0].error
    with scene.house.store.read() as unit:
        assert unit.concerns.linked_children(scene.concern(second).id) == ()


def test_a_wrong_link_is_taken_back_logged_on_both_and_lowers_nothing(scene: Scene) -> None:
    first, second = sent(scene, "early_help"), sent(scene, "early_help")
    scene.deliver()
    press(scene, DSL, second, "send_same_child", earlier=(first,))
    before = scene.concern(second)
    assert "The level was not changed" in press(scene, DSL, second, "send_wrong_child", unlink=(first,))
    after = scene.concern(second)
    assert (after.urgency, after.level, after.outcome) == (before.urgency, before.level, before.outcome)
    with scene.house.store.read() as unit:
        assert unit.concerns.linked_children(after.id) == ()
    for concern in (first, second):
        assert ("child_unlinked", DSL) in scene.log_of(concern)


def test_a_wrong_name_is_corrected_by_an_addition_and_found_under_the_right_one(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    scene.deliver()
    press(scene, DSL, concern, "send_wrong_child", name="Sasha Madeup")
    opened = words_of(scene.house.responding.open(DSL, concern))
    assert "corrected the child's name" in opened
    assert "Sasha Madeup" in opened
    assert "Robin Invented" in opened
    later = sent(scene, "early_help", name="Sasha Madeup")
    scene.deliver()
    assert scene.concern(concern).reference in words_of(scene.house.responding.open(DSL, later))
    assert ("child_corrected", DSL) in scene.log_of(concern)


def test_a_correction_says_something_or_is_asked_again(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    scene.deliver()
    for raw in ({}, {"name": " \x00 "}, {"name": "x" * 500}, {"unlink": ("nothing",)}, {"name": 7}):
        shown = scene.house.responding.act(DSL, concern, "send_wrong_child", raw)
        assert shown.id == "wrong_child"
        assert any(field.error for field in shown.fields)


@pytest.mark.parametrize("person", [SW, TEACHER, HEAD, "villiers.dsl"])
def test_only_a_lead_says_which_child_it_is(scene: Scene, person: str) -> None:
    first, second = sent(scene), sent(scene)
    scene.deliver()
    for action, raw in (("send_same_child", {"earlier": (first,)}), ("send_wrong_child", {"name": "Sasha Madeup"})):
        try:
            assert "This was not done" in press(scene, person, second, action, **raw)
        except Denied:
            assert person != SW
    assert not {"child_confirmed", "child_corrected"} & {kind for kind, _ in scene.log_of(second)}
