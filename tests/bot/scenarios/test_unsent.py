"""What was typed and not taken: kept sealed with the draft, shown back on any device and after a restart, then gone."""

from pathlib import Path

import pytest

from bot.access import Denied
from dialogs.screens import Notice, Quote, Screen
from storage.shapes import ConversationId
from tests.bot.scenarios.house import Scene, open_house, words_of
from tests.bot.scenarios.telling import CHILD, DEPUTY, DSL, HAPPENED, TEACHER, decided, sent, to_decide

HALF = "half a sentence of mine"
TOO_LONG = "word " * 1300


def value(screen: Screen, name: str) -> object:
    """What stands in a field."""
    return next(one.value for one in screen.fields if one.id == name)


def test_what_stands_in_a_page_that_is_left_is_there_again_after_a_restart(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "worried"})
    scene.house.intake.keep(TEACHER, talk.turn.conversation, "happened", {"saw": HALF, "think": ""})
    scene.house.store.close()
    again = open_house(scene.url, scene.clock, scene.courier, ids="second")
    try:
        shown = again.intake.show(TEACHER, talk.turn.conversation)
        assert value(shown.screen, "saw") == HALF
        assert shown.revision == 1
    finally:
        again.store.close()


def test_it_is_gone_once_the_page_is_taken(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "worried"})
    scene.house.intake.keep(TEACHER, talk.turn.conversation, "happened", {"saw": HALF})
    talk.say("happened", HAPPENED)
    shown = scene.house.intake.show(TEACHER, talk.turn.conversation, "happened")
    assert value(shown.screen, "saw") == HAPPENED["saw"]
    with scene.house.store.read() as unit:
        assert unit.conversations.typed(ConversationId(talk.turn.conversation)) == {}


def test_a_refused_page_stands_there_as_it_was_typed_on_another_device_too(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "worried"})
    refused = talk.offer("happened", {"saw": TOO_LONG, "think": HALF})
    assert talk.errors()
    assert value(refused.screen, "saw") == TOO_LONG
    elsewhere = scene.house.intake.show(TEACHER, talk.turn.conversation)
    assert value(elsewhere.screen, "saw") == TOO_LONG.strip()
    assert value(elsewhere.screen, "think") == HALF


def test_a_page_that_another_device_overtook_is_kept_and_says_where_it_stands(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "worried"})
    stale = talk.turn.revision
    talk.say("happened", HAPPENED)
    answer = scene.house.intake.answer
    turn = answer(TEACHER, talk.turn.conversation, stale, "happened", {"saw": HALF}, "next")
    assert (turn.unsaved, turn.screen.id) == (True, "child")
    assert any(one.to == "screen:happened" for one in turn.screen.actions)
    back = scene.house.intake.show(TEACHER, talk.turn.conversation, "happened")
    assert value(back.screen, "saw") == HALF
    assert back.revision == talk.turn.revision


def test_the_same_page_sent_twice_is_no_lost_page(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "worried"})
    stale = talk.turn.revision
    talk.say("happened", HAPPENED)
    turn = scene.house.intake.answer(TEACHER, talk.turn.conversation, stale, "happened", {**HAPPENED, "think": ""}, "")
    assert (turn.unsaved, turn.screen.id) == (False, "child")


def test_a_page_of_a_concern_that_was_sent_meanwhile_is_handed_back(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "worried"}).say("happened", HAPPENED)
    stale = talk.turn.revision
    talk.say("child", CHILD).say("about", {"groups": ("hurt_or_afraid",)})
    talk.say("signs", {"signs": ("child_says_adult_hurt_them",)}, "send_now").say("check", {}, "send")
    turn = scene.house.intake.answer(TEACHER, talk.turn.conversation, stale, "happened", {"saw": HALF}, "next")
    assert turn.unsaved
    assert [one.text for one in turn.screen.blocks if isinstance(one, Quote)] == [HALF]


def test_nobody_else_may_keep_or_see_it_and_it_is_sealed_and_goes_with_the_draft(file_scene: Scene) -> None:
    scene = file_scene
    talk = scene.begin(TEACHER).say("start", {"what": "worried"})
    draft = talk.turn.conversation
    for person in (DSL, DEPUTY):
        with pytest.raises(Denied):
            scene.house.intake.keep(person, draft, "happened", {"saw": HALF})
    scene.house.intake.keep(TEACHER, draft, "happened", {"saw": HALF})
    with scene.house.store.read() as unit:
        kept = unit.conversations.typed(ConversationId(draft))
    assert kept == {"happened": {"saw": HALF}}
    path = scene.url.removeprefix("sqlite:///")
    assert HALF.encode() not in Path(path).read_bytes() + Path(f"{path}-wal").read_bytes()
    scene.house.intake.discard(TEACHER, draft)
    with scene.house.store.read() as unit:
        assert unit.conversations.typed(ConversationId(draft)) == {}


def test_a_decision_left_midway_is_taken_up_again_unless_the_concern_moved_on(scene: Scene) -> None:
    concern = sent(scene)
    first = to_decide(scene, concern).turn
    assert scene.begin(DSL, "decision", concern).turn.conversation == first.conversation
    assert scene.begin(DEPUTY, "decision", concern).turn.conversation != first.conversation
    decided(scene, concern, DEPUTY)
    scene.clock.move(minutes=1)
    scene.begin(TEACHER, "addition", concern)
    with pytest.raises(Denied):
        scene.begin(DSL, "decision", concern)


def test_the_last_page_of_a_decision_that_a_colleague_made_meanwhile_leads_to_where_it_stands(scene: Scene) -> None:
    concern = sent(scene)
    mine = to_decide(scene, concern)
    decided(scene, concern, DEPUTY)
    with pytest.raises(Denied) as refused:
        mine.offer("check", {}, "send")
    assert scene.house.intake.about(DSL, mine.turn.conversation) == concern
    shown = scene.house.responding.refused(DSL, concern, refused.value.code)
    assert "Decided" in words_of(shown)
    assert any(isinstance(one, Notice) and one.title == "Nothing was changed" for one in shown.blocks)
