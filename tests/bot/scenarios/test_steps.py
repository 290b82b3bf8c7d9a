"""Stale, repeated, forged steps, and somebody else's: the present screen, nothing changed, nothing typed lost."""

import pytest

from bot.access import Denied
from tests.bot.scenarios.house import Scene
from tests.bot.scenarios.telling import CHILD, HAPPENED, PASTORAL, TEACHER, sent, to_check, to_signs
from tests.fakes import counting


def test_a_repeated_step_changes_nothing_and_shows_the_present_screen(scene: Scene) -> None:
    talk = scene.begin(TEACHER)
    first = talk.turn
    now = talk.offer("start", {"what": "worried"})
    intake = scene.house.intake
    again = intake.answer(TEACHER, first.conversation, first.revision, "start", {"what": "help_now"}, "next")
    assert (again.revision, again.screen.id, again.concern) == (now.revision, "happened", None)


def test_a_double_click_on_send_makes_one_concern(scene: Scene) -> None:
    talk = to_check(scene)
    before = talk.turn
    intake = scene.house.intake
    first = intake.answer(TEACHER, before.conversation, before.revision, "check", {}, "send")
    second = intake.answer(TEACHER, before.conversation, before.revision, "check", {}, "send")
    assert first.concern == second.concern
    assert second.screen.id == "receipt"
    assert len(scene.concerns()) == 1


@pytest.mark.parametrize("revision", [-1, 0, 99])
def test_a_stale_revision_changes_nothing(scene: Scene, revision: int) -> None:
    talk = to_signs(scene)
    intake = scene.house.intake
    turn = intake.answer(TEACHER, talk.turn.conversation, revision, "signs", {"signs": ("bruise_explained",)}, "next")
    assert (turn.revision, turn.screen.id) == (talk.turn.revision, "signs")


@pytest.mark.parametrize("screen", ["check", "receipt", "adult_who", "no_such_screen"])
def test_a_screen_that_was_not_reached_takes_no_answer(scene: Scene, screen: str) -> None:
    talk = to_signs(scene)
    before = talk.turn
    assert talk.offer(screen, {}, "send").revision == before.revision
    assert talk.turn.screen.id == "signs"
    assert scene.concerns() == ()


def test_a_forged_option_is_refused_with_the_field_named_and_what_was_typed_kept(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "worried"}).say("happened", HAPPENED)
    talk.offer("child", {**CHILD, "age_band": "a_hundred", "where_now": "With the nurse"})
    assert set(talk.errors()) == {"age_band"}
    kept = {one.id: one.value for one in talk.turn.screen.fields}
    assert kept["where_now"] == "With the nurse"


@pytest.mark.parametrize(("text", "refused"), [("", True), ("   ", True), ("x" * 100_000, True), ("A mark", False)])
def test_a_too_long_or_empty_answer_keeps_the_screen(scene: Scene, text: str, refused: bool) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "worried"})
    turn = talk.offer("happened", {"saw": text})
    assert (turn.screen.id == "happened") is refused
    assert bool(talk.errors()) is refused


def test_a_button_that_is_not_there_changes_nothing(scene: Scene) -> None:
    talk = scene.begin(TEACHER)
    assert talk.offer("start", {"what": "worried"}, "send").revision == 0


def test_nobody_else_can_see_answer_or_discard_a_conversation(scene: Scene) -> None:
    talk = to_signs(scene)
    intake, conversation = scene.house.intake, talk.turn.conversation
    with pytest.raises(Denied):
        intake.show(PASTORAL, conversation)
    with pytest.raises(Denied):
        intake.answer(PASTORAL, conversation, talk.turn.revision, "signs", {}, "next")
    with pytest.raises(Denied):
        intake.discard(PASTORAL, conversation)
    assert intake.show(TEACHER, conversation).screen.id == "signs"


def test_a_conversation_that_does_not_exist_is_refused_like_somebody_elses(scene: Scene) -> None:
    with pytest.raises(Denied):
        scene.house.intake.show(TEACHER, "nothing")


def test_nobody_else_sees_a_receipt(scene: Scene) -> None:
    concern = sent(scene)
    with pytest.raises(Denied):
        scene.house.desk.receipt(PASTORAL, concern)


def test_a_sent_conversation_takes_no_more_answers(scene: Scene) -> None:
    talk = to_check(scene).say("check", {}, "send")
    sent_at = talk.turn
    talk.offer("happened", {"saw": "Something else"})
    assert (talk.turn.revision, talk.turn.ended) == (sent_at.revision, "receipt")


def test_ids_of_a_scene_count_upward() -> None:
    make = counting()
    assert [make(), make()] == ["id1", "id2"]
