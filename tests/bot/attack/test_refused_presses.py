"""Forged and stale presses: refused, logged, and the true state shown to those who may know, to nobody else."""

import pytest

from bot.access import Denied
from storage.errors import NotFound
from tests.bot.scenarios.house import Scene, words_of
from tests.bot.scenarios.telling import CHAIR, DEPUTY, DSL, HEAD, MANAGER, SW, TEACHER, decided, sent

STUDENT = "ealing.student-1"
EVERY_PRESS = (
    "have", "ask", "send_question", "confirm_council", "send_council", "confirm_child", "send_same_child",
    "wrong_child", "send_wrong_child", "hand_over", "send_hand_over", "give_back", "share", "let_in", "send_let_in",
    "erase", "__init__",
)  # fmt: skip


def press(scene: Scene, person: str, concern: str, action: str) -> str:
    """What is read after a press with nothing in it."""
    if action == "have":
        return words_of(scene.house.responding.have(person, concern))
    return words_of(scene.house.responding.act(person, concern, action, {}))


def test_an_unknown_press_is_refused_logged_and_the_present_state_shown(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(DSL, concern)
    text = press(scene, DEPUTY, concern, "erase")
    assert "There is no such button" in text
    assert "Somebody has it: 10:00, Designated safeguarding lead" in text
    assert "Designated safeguarding lead: Kezia Fernhollow, until 11:00" in text
    assert ("access_refused", DEPUTY) in scene.log_of(concern)


def test_a_press_on_a_page_that_the_concern_has_left_behind_shows_where_it_stands(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    decided(scene, concern)
    shown = scene.house.responding.have(DEPUTY, concern)
    assert shown.id == "not_done"
    assert "The concern has moved on" in words_of(shown)
    assert "Decided" in words_of(shown)
    assert scene.concern(concern).life.lead is None
    with pytest.raises(Denied):
        scene.begin(DEPUTY, "decision", concern)
    assert "Decided" in words_of(scene.house.responding.refused(DEPUTY, concern, "decided_already"))


def test_a_students_press_stops_nothing_and_says_so(scene: Scene) -> None:
    concern = sent(scene, person="greenford.teacher")
    scene.deliver()
    shown = scene.house.responding.have(STUDENT, concern)
    assert "A qualified social worker must press this" in words_of(shown)
    life = scene.concern(concern).life
    assert (life.lead, life.social_worker) == (None, None)
    assert "greenford.head" in scene.later(minutes=15)


@pytest.mark.parametrize("person", [TEACHER, HEAD, CHAIR, MANAGER, "villiers.dsl", "villiers.sw", STUDENT])
@pytest.mark.parametrize("action", EVERY_PRESS)
def test_who_may_not_open_it_learns_nothing_from_any_press(scene: Scene, person: str, action: str) -> None:
    concern = sent(scene)
    scene.deliver()
    before = scene.concern(concern)
    with pytest.raises(Denied):
        press(scene, person, concern, action)
    assert ("access_refused", person) in scene.log_of(concern)
    assert scene.concern(concern) == before
    assert scene.deliver() == []


@pytest.mark.parametrize("action", [one for one in EVERY_PRESS if one != "have"])
def test_no_empty_press_of_a_lead_moves_the_concern(scene: Scene, action: str) -> None:
    concern = sent(scene)
    scene.deliver()
    before = scene.concern(concern)
    press(scene, DSL, concern, action)
    assert scene.concern(concern) == before
    assert scene.deliver() == []


def test_a_social_worker_who_may_open_is_told_whose_press_it_is(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    assert "somebody in another role" in words_of(scene.house.responding.log(SW, concern))


@pytest.mark.parametrize("action", ["have", "erase", "hand_over"])
def test_a_press_for_a_concern_that_there_is_not_is_logged_without_one(scene: Scene, action: str) -> None:
    with pytest.raises(NotFound):
        press(scene, TEACHER, "forged", action)
    with scene.house.store.read() as unit:
        refused = [one for one in unit.audit.entries(None) if one.kind == "access_refused"]
        assert unit.audit.entries("forged") == ()
    assert [(one.by, one.about) for one in refused] == [(TEACHER, {"code": "no_concern"})]
    for read in (scene.house.responding.open, scene.house.responding.privacy, scene.house.responding.log):
        with pytest.raises(NotFound):
            read(TEACHER, "forged")
    with pytest.raises(NotFound):
        scene.house.responding.refused(TEACHER, "forged", "decided_already")
    with scene.house.store.read() as unit:
        assert len([one for one in unit.audit.entries(None) if one.kind == "access_refused"]) == 5
