"""The reporter's one message about a concern: kept at sending, changed in place at every change, never with content."""

import pytest

from bot.living import LIVING
from dialogs.screens import Screen
from tests.bot.scenarios.canary import Canary
from tests.bot.scenarios.house import Scene, a_scene, open_house, words_of
from tests.bot.scenarios.telling import CHILD, DSL, HAPPENED, TEACHER, danger, decided, sent
from tests.bot.scenarios.test_adults import about


def shown(scene: Scene) -> str:
    """What the reporter's message says after everything that is due."""
    scene.house.alerts.deliver_due()
    return words_of(scene.courier.living[-1].card)


def rows(scene: Scene, concern: str) -> list[str]:
    """The states of the rows of the reporter's message."""
    return [one.state for one in scene.rows(concern) if one.step.draw == LIVING]


def test_it_stands_in_the_outbox_with_the_concern_and_comes_once(scene: Scene) -> None:
    concern = sent(scene)
    assert rows(scene, concern) == ["waiting"]
    said = shown(scene)
    assert "Sent" in said
    assert scene.concern(concern).reference in said
    assert [one.person for one in scene.courier.living] == [TEACHER]
    scene.house.alerts.deliver_due()
    assert len(scene.courier.living) == 1


def test_it_changes_in_place_when_it_is_seen_had_decided_and_closed(scene: Scene) -> None:
    concern = sent(scene)
    assert "Seen" not in shown(scene)
    scene.house.responding.open(DSL, concern)
    assert "Seen" in shown(scene)
    scene.house.responding.have(DSL, concern)
    assert "Somebody has it" in shown(scene)
    assert "Designated safeguarding lead" in shown(scene)
    decided(scene, concern)
    assert "Decided" in shown(scene)
    Canary(scene).talk("closing", DSL, concern, {})
    assert "Closed" in shown(scene)
    assert len({one.key for one in scene.courier.living}) == 1


def test_reading_it_again_changes_nothing_that_the_reporter_would_see(scene: Scene) -> None:
    concern = sent(scene)
    scene.house.responding.open(DSL, concern)
    shown(scene)
    before = len(scene.courier.living)
    scene.house.responding.open("brentside.deputy", concern)
    shown(scene)
    assert len(scene.courier.living) == before


def test_having_it_that_ran_out_is_taken_back(scene: Scene) -> None:
    concern = sent(scene)
    scene.house.responding.have(DSL, concern)
    assert "Somebody has it" in shown(scene)
    scene.later(hours=1, minutes=1)
    assert "Somebody has it" not in shown(scene)


def test_after_danger_it_says_that_the_record_is_not_finished_and_leads_to_it(scene: Scene) -> None:
    talk = danger(scene)
    said = shown(scene)
    assert "Alert sent, record not finished" in said
    action = next(one for one in scene.courier.living[-1].card.actions if one.id == "resume")
    assert action.to == f"resume:{talk.turn.conversation}"


def test_a_question_stands_in_it_until_it_is_answered(scene: Scene) -> None:
    concern = sent(scene)
    scene.house.responding.open(DSL, concern)
    scene.house.responding.act(DSL, concern, "send_question", {"question": "Where is the coat now?"})
    assert "There is a question for you" in shown(scene)
    assert "coat" not in shown(scene)
    Canary(scene).talk("reply", TEACHER, concern, {})
    assert "There is a question for you" not in shown(scene)


@pytest.mark.parametrize("kind", ["section_47", "early_help"])
def test_it_never_holds_a_word_of_the_child_or_what_kind_of_concern_it_is(scene: Scene, kind: str) -> None:
    sent(scene, kind)
    about(scene, "someone_else", child_hurt="yes", child_name="Robin Invented")
    scene.house.alerts.deliver_due()
    titles = {without_times(one.card) for one in scene.courier.living}
    assert len(titles) == 1
    for one in scene.courier.living:
        text = words_of(one.card)
        assert not [said for said in (HAPPENED["saw"], CHILD["name"], "Level", "Head") if str(said) in text]


def without_times(card: Screen) -> tuple[str, ...]:
    """What the card says apart from reference and times."""
    return tuple(type(block).__name__ for block in card.blocks) + tuple(action.id for action in card.actions)


def test_while_nobody_can_be_told_it_says_so_and_takes_it_back(scene: Scene) -> None:
    scene.courier.refusals = ["busy"] * 40
    concern = sent(scene)
    for _ in range(8):
        scene.later(seconds=20)
    assert "Nobody could be reached yet" in shown(scene)
    scene.courier.refusals = []
    scene.later(minutes=6)
    assert scene.concern(concern).life.lead is None
    assert "Nobody could be reached yet" not in shown(scene)


def test_what_changed_while_the_platform_was_down_comes_as_one_message(scene: Scene) -> None:
    scene.courier.down = True
    concern = sent(scene)
    scene.house.alerts.deliver_due()
    scene.house.responding.open(DSL, concern)
    scene.house.responding.have(DSL, concern)
    scene.courier.down = False
    scene.later(minutes=6)
    assert [one.person for one in scene.courier.living] == [TEACHER]
    assert "Somebody has it" in shown(scene)
    assert set(rows(scene, concern)) == {"sent"}


def test_a_restart_before_it_came_loses_it_not_and_changes_the_same_message(scene: Scene) -> None:
    concern = sent(scene)
    scene.house.store.close()
    again = open_house(scene.url, scene.clock, scene.courier, ids="second", holder="two")
    try:
        again.alerts.deliver_due()
        again.responding.open(DSL, concern)
        again.alerts.deliver_due()
    finally:
        again.store.close()
    assert len(scene.courier.living) == 2
    assert len({one.key for one in scene.courier.living}) == 1


def test_a_reporter_whom_only_e_mail_reaches_gets_none_and_no_row_waits(place: str) -> None:
    with a_scene(place) as scene:
        scene.courier.last_resort = True
        concern = sent(scene)
        scene.house.alerts.deliver_due()
        assert scene.courier.living == []
        assert rows(scene, concern) == ["sent"]
