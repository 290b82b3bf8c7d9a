"""What people must see on their own pages: whom to go to, what is asked, that nobody has it, what counted."""

import pytest

from dialogs.screens import Rows, Screen
from tests.bot.scenarios.house import Scene, actions_of, words_of
from tests.bot.scenarios.telling import DEPUTY, DSL, SW, TEACHER, decided, pressed, sent, to_check, to_signs

QUESTION = "Is the child still in Room 12?"


def danger(scene: Scene) -> str:
    """*Danger now*, delivered."""
    concern = pressed(scene).concern
    assert concern is not None
    scene.deliver()
    return concern


def asked(scene: Scene, concern: str) -> None:
    """A lead asked the reporter."""
    scene.house.responding.act(DSL, concern, "send_question", {"question": QUESTION})
    scene.deliver()


def values(screen: Screen) -> list[str]:
    """Every value in a labelled list."""
    return [row.value for block in screen.blocks if isinstance(block, Rows) for row in block.rows]


@pytest.mark.parametrize("reader", [DSL, SW])
def test_whoever_opens_an_alarm_reads_at_once_who_raised_it(scene: Scene, reader: str) -> None:
    text = words_of(scene.house.responding.open(reader, danger(scene)))
    assert "Reported by Pavel Oakhollow, Teacher, 10:00" in text


def test_the_words_are_quoted_once_and_empty_answers_take_no_room(scene: Scene) -> None:
    screen = scene.house.responding.open(DSL, sent(scene))
    assert words_of(screen).count("Came in without a coat again") == 1
    assert "Not answered" not in values(screen)


def test_the_reporter_reads_the_question_above_the_box_for_the_answer(scene: Scene) -> None:
    concern = sent(scene)
    assert QUESTION not in words_of(scene.begin(TEACHER, "reply", concern).turn.screen)
    asked(scene, concern)
    talk = scene.begin(TEACHER, "reply", concern)
    assert QUESTION in words_of(talk.turn.screen)


def test_the_start_page_says_that_a_question_waits_until_it_is_answered(scene: Scene) -> None:
    concern = sent(scene)
    asked(scene, concern)
    home = scene.house.desk.home
    assert "There is a question" in words_of(home(TEACHER))
    assert QUESTION not in words_of(home(TEACHER))
    scene.begin(TEACHER, "reply", concern).say("reply", {"answer": "Yes"}, "send")
    assert "There is a question" not in words_of(home(TEACHER))


def test_the_start_page_says_that_nobody_has_it_and_whom_to_ring_until_somebody_has(scene: Scene) -> None:
    concern, home = danger(scene), scene.house.desk.home
    assert "Nobody has" not in words_of(home(TEACHER))
    scene.later(minutes=4)
    warned = words_of(home(TEACHER))
    assert "Nobody has your safeguarding concern yet: ring now" in warned
    assert "020 8825 8000" in warned
    scene.house.responding.have(DSL, concern)
    assert "Nobody has" not in words_of(home(TEACHER))


def test_the_reporter_of_an_unfinished_alarm_sees_that_it_went_out_and_to_whom(scene: Scene) -> None:
    text = words_of(scene.house.desk.receipt(TEACHER, danger(scene)))
    assert "Alert sent, record not finished: 10:00" in text
    assert "Designated safeguarding lead: Told now" in text


def test_the_check_page_says_so_when_an_alert_has_gone_already(scene: Scene) -> None:
    assert "An alert has gone already" not in words_of(to_check(scene).turn.screen)
    feared = to_signs(scene, tonight="feared").say("signs", {"signs": ("child_says_adult_hurt_them",)})
    assert "An alert has gone already" in words_of(feared.say("emergency").say("more", {}, "send_now").turn.screen)


def test_whoever_has_it_is_told_until_when_and_is_not_asked_again(scene: Scene) -> None:
    concern = sent(scene)
    scene.house.responding.have(DSL, concern)
    mine, other = scene.house.responding.open(DSL, concern), scene.house.responding.open(DEPUTY, concern)
    assert "You have it" in words_of(mine)
    assert "have" not in actions_of(mine)
    assert "have" in actions_of(other)


def test_the_decided_level_and_its_actions_stand_beside_the_reason(scene: Scene) -> None:
    concern = sent(scene)
    decided(scene, concern)
    text = words_of(scene.house.responding.open(DSL, concern))
    assert "decided on this level" in text
    assert "Ring the front door" in text


def test_a_line_that_counts_because_nobody_knows_does_not_read_as_if_somebody_had_said_so(scene: Scene) -> None:
    talk = to_signs(scene, group="care_and_home").say("signs", {"signs": ("often_hungry",)})
    unknown = dict.fromkeys((field.id for field in talk.turn.screen.fields), "not_known")
    concern = talk.say("more", unknown, "send_now").say("check", {}, "send").concern
    text = words_of(scene.house.desk.receipt(TEACHER, concern))
    assert "Not known, so it counts: A plan of help with the family made no real difference" in text


def test_at_night_the_way_to_go_on_names_the_team_that_answers(scene: Scene) -> None:
    scene.clock.move(hours=12)
    text = words_of(scene.house.responding.suggestion(DSL, sent(scene)))
    assert "Out of hours: Ealing emergency duty team, 020 7946 0101" in text
