"""People who are named, left out, elsewhere or gone come to know nothing, by any road."""

import pytest

from bot.access import Denied
from storage.errors import NotFound
from storage.shapes import Absence, PersonId
from tests.bot.attack.test_never_unheard import left
from tests.bot.scenarios.house import Scene, words_of
from tests.bot.scenarios.telling import DEPUTY, DSL, DUTY, HEAD, LEADS, SW, TEACHER, danger, decided, sent

TESTS = dict.fromkeys(("harmed_child", "possible_offence", "poses_risk", "unsuitable"), "no")


def about_adult(scene: Scene, name: str) -> str:
    """A sent concern about an adult who is called something."""
    talk = scene.begin(TEACHER).say("start", {"what": "adult"})
    talk.say("adult_who", {"who": "someone_else", "name": name, "someone_safe": "yes"})
    talk.say("adult_what", {"saw": "Shouted at a child"}).say("adult_harm", {**TESTS, "child_hurt": "no"})
    return talk.say("adult_check", {}, "send").concern


def name_of(scene: Scene, person: str) -> str:
    with scene.house.store.read() as unit:
        return unit.people.person(PersonId(person)).name


@pytest.mark.parametrize("shape", ["{first}", "Ms {last}'s office", "{LAST}", "the head, {first}-{last}", "({last})"])
def test_the_head_is_known_by_first_name_surname_or_anything_around_it(scene: Scene, shape: str) -> None:
    first, last = name_of(scene, HEAD).split()
    concern = about_adult(scene, shape.format(first=first, last=last, LAST=last.upper()))
    assert HEAD not in scene.deliver()
    with pytest.raises(Denied):
        scene.house.responding.open(HEAD, scene.concern(concern).id)


def test_a_title_names_nobody(scene: Scene) -> None:
    about_adult(scene, "Mr")
    assert scene.deliver() == [HEAD]


def test_the_head_who_was_told_of_an_alarm_is_shut_out_once_the_head_may_be_the_danger(scene: Scene) -> None:
    talk = danger(scene)
    assert HEAD in scene.deliver()
    talk.say("start", {"what": "help_now_head"})
    for press in (scene.house.responding.open, scene.house.responding.have, scene.house.responding.log):
        with pytest.raises(Denied):
            press(HEAD, talk.concern)
    assert all(HEAD not in scene.later(minutes=3) for _ in range(4))


def test_earlier_concerns_of_schools_that_a_social_worker_does_not_serve_are_not_counted(scene: Scene) -> None:
    elsewhere = scene.concern(sent(scene, person="featherstone.teacher")).reference
    other = scene.concern(sent(scene, person="villiers.teacher")).reference
    here = scene.concern(sent(scene)).reference
    concern = sent(scene)
    scene.deliver()
    shown = words_of(scene.house.responding.open(SW, concern))
    assert here in shown
    assert elsewhere not in shown
    assert other not in shown


def test_who_has_left_the_directory_opens_begins_and_hears_nothing(scene: Scene) -> None:
    concern = sent(scene)
    draft = scene.begin(TEACHER)
    scene.deliver()
    left(scene, DSL, TEACHER)
    for attempt in (
        lambda: scene.house.responding.open(DSL, concern),
        lambda: scene.house.responding.have(DSL, concern),
        lambda: scene.house.desk.home(DSL),
        lambda: scene.house.desk.receipt(TEACHER, concern),
        lambda: scene.begin(TEACHER),
        lambda: draft.offer("start", {"what": "worried"}),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert not {DSL, TEACHER} & set(scene.later(minutes=15))


def test_what_a_duty_worker_was_told_as_cover_closes_with_the_cover(scene: Scene) -> None:
    start = scene.clock()
    with scene.house.store.write() as unit:
        unit.people.absence(Absence(person=PersonId(SW), start=start, end=None, reason="sickness"))
        unit.commit()
    scene.house.places.forget()
    concern = sent(scene, "section_17")
    assert scene.deliver() == sorted([*LEADS, DUTY])
    scene.house.responding.open(DUTY, concern)
    scene.clock.move(minutes=5)
    with scene.house.store.write() as unit:
        assert unit.people.back(PersonId(SW), scene.clock())
        unit.commit()
    with pytest.raises(Denied):
        scene.house.responding.open(DUTY, concern)
    assert scene.house.responding.open(SW, concern)


def test_the_news_of_a_decision_never_reads_like_an_alert(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    decided(scene, concern)
    scene.deliver()
    (card,) = [one.card for one in scene.courier.handed if one.person == TEACHER]
    assert "news" in card.title


def test_a_question_keeps_no_control_characters_and_none_of_them_alone_is_a_question(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    act = scene.house.responding.act
    assert act(DEPUTY, concern, "send_question", {"question": "\x00\x07 \ud800"}).id == "ask"
    assert act(DEPUTY, concern, "send_question", {"question": "Where\x00 is\ud800 he now?"}).id == "said"
    assert "Where is he now?" in words_of(scene.house.responding.open(DEPUTY, concern))


def test_the_receipt_does_not_say_that_the_chair_is_told_where_nobody_in_school_is_safe(scene: Scene) -> None:
    reporter = "featherstone.teacher"
    talk = scene.begin(reporter).say("start", {"what": "adult"})
    talk.say("adult_who", {"who": "head", "someone_safe": "no"}).say("adult_what", {"saw": "Shouted at a child"})
    talk.say("adult_harm", {**TESTS, "child_hurt": "yes"}).say("adult_check", {}, "send")
    assert scene.deliver() == [reporter]
    for concern in scene.concerns():
        assert "The chair is" not in words_of(scene.house.desk.receipt(reporter, concern.id))
