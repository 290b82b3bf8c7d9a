"""Drafts that are left: erased when their days are over, unless a concern was begun from them."""

import pytest

from storage.errors import NotFound
from tests.bot.scenarios.house import Scene, Talk, words_of
from tests.bot.scenarios.telling import CHILD, DSL, HAPPENED, SIGNS, TEACHER, danger, sent, to_decide, to_signs


def left(scene: Scene) -> int:
    """A week and a day go by, and the housekeeping comes."""
    scene.clock.move(days=8)
    return scene.house.tidy.tidy()


def gone(scene: Scene, talk: Talk) -> None:
    """It can be neither shown nor answered."""
    intake, turn = scene.house.intake, talk.turn
    with pytest.raises(NotFound):
        intake.show(TEACHER, turn.conversation)
    with pytest.raises(NotFound):
        intake.answer(TEACHER, turn.conversation, turn.revision, "start", {"what": "worried"}, "next")


def test_an_expired_draft_is_not_shown_as_an_empty_one_that_takes_no_answers(scene: Scene) -> None:
    talk = to_signs(scene)
    assert left(scene) == 1
    gone(scene, talk)
    assert "resume" not in {action.id for action in scene.house.desk.home(TEACHER).actions}


def test_discarding_twice_is_discarding_once(scene: Scene) -> None:
    talk = to_signs(scene)
    for _ in range(2):
        scene.house.intake.discard(TEACHER, talk.turn.conversation)
    gone(scene, talk)
    assert [kind for kind, _ in scene.log_of(talk.turn.conversation)].count("discarded") == 1


def test_a_sent_concern_is_not_discarded(scene: Scene) -> None:
    talk = to_signs(scene).say("signs", {"signs": (SIGNS["section_47"][1],)}, "send_now").say("check", {}, "send")
    scene.house.intake.discard(TEACHER, talk.turn.conversation)
    assert scene.house.intake.show(TEACHER, talk.turn.conversation).ended == "receipt"


def test_a_draft_whose_alarm_has_gone_waits_for_its_writer(scene: Scene) -> None:
    talk = danger(scene).say("emergency").say("happened", HAPPENED)
    assert left(scene) == 0
    talk.turn = scene.house.intake.show(TEACHER, talk.turn.conversation)
    talk.say("child", CHILD).say("about", {"groups": ("hurt_or_afraid",)})
    talk.say("signs", {"signs": (SIGNS["emergency"][1],)}, "send_now").say("check", {}, "send")
    assert str(HAPPENED["saw"]) in words_of(scene.house.responding.open(DSL, talk.concern))


def test_a_decision_that_was_left_half_way_is_erased(scene: Scene) -> None:
    to_decide(scene, sent(scene))
    assert left(scene) == 1
