"""The branches that add a duty or change the road, and what a fault of the rules does."""

from pathlib import Path

import pytest

from bot.access import Denied
from bot.judge import NoRules
from tests.bot.scenarios.house import Scene, actions_of, changed, open_house, opening, words_of
from tests.bot.scenarios.house import judge as the_judge
from tests.bot.scenarios.telling import (
    DSL,
    DUTY,
    HEAD,
    LEADS,
    SENIOR,
    SW,
    TEACHER,
    decided,
    pressed,
    sent,
    to_check,
)
from tests.fakes import ListCourier, SetClock


def test_talking_something_through_informs_the_social_worker_only(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "talk"})
    talk.say("talk", {"hurt": "no", "topic": "early_help", "when_suits": "today"})
    assert talk.turn.ended == "consultation"
    assert scene.deliver() == [SW]
    found = scene.concern(talk.concern)
    assert (found.kind, found.level, found.outcome) == ("consultation", None, None)
    assert scene.house.watch.audit().good


@pytest.mark.parametrize("hurt", ["yes", "not_known"])
def test_a_hurt_child_makes_a_talk_a_concern(scene: Scene, hurt: str) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "talk"}).say("talk", {"hurt": hurt})
    assert talk.turn.screen.id == "happened"


def test_a_consultation_at_a_comparison_school_goes_to_the_leads(scene: Scene) -> None:
    talk = scene.begin("alec-reed.teacher").say("start", {"what": "talk"})
    talk.say("talk", {"hurt": "no", "topic": "early_help", "when_suits": "today"})
    assert scene.deliver() == ["alec-reed.deputy", "alec-reed.dsl"]


def test_a_comparison_school_reports_only_where_authority_and_evaluator_chose_so(scene: Scene, tmp_path: Path) -> None:
    assert scene.begin("alec-reed.teacher").turn.screen.id == "start"
    changed(scene.house, tmp_path, "comparison_schools_report: true", "comparison_schools_report: false")
    with pytest.raises(Denied, match="takes_no_part"):
        scene.begin("alec-reed.teacher")
    with pytest.raises(Denied, match="takes_no_part"):
        pressed(scene, "alec-reed.teacher")
    assert scene.begin(TEACHER).turn.screen.id == "start"


def test_a_child_with_a_social_worker_is_judged_and_shown_as_ever(scene: Scene) -> None:
    concern = sent(scene, social_worker="yes")
    found = scene.concern(concern)
    assert (found.branch, found.outcome, found.urgency) == ("has_social_worker", "statutory_referral", 4)
    assert scene.deliver() == sorted([*LEADS, SW])


def test_a_child_of_another_installed_council_is_judged_by_that_councils_document(scene: Scene) -> None:
    concern = sent(scene, council="trafford")
    found = scene.concern(concern)
    assert found.authority == "trafford"
    scene.deliver()
    assert "Trafford" in words_of(scene.house.responding.suggestion(DSL, concern))
    decided(scene, concern, DSL, _gravest("trafford", scene))
    assert scene.concern(concern).life.state == "decided"


def _gravest(authority: str, scene: Scene) -> str:
    document = the_judge().document(authority, scene.clock().date())
    assert document is not None
    return document.levels[-1].id


@pytest.mark.parametrize("council", ["brent", "other_council", "not_known"])
def test_without_that_councils_document_there_is_no_level_but_a_section_17_clock(scene: Scene, council: str) -> None:
    found = scene.concern(sent(scene, "early_help", council=council))
    assert (found.outcome, found.level, found.urgency) == (None, None, 3)
    assert scene.deliver() == sorted([*LEADS, SW])


@pytest.mark.parametrize("council", ["brent", "other_council", "not_known"])
def test_significant_harm_is_section_47_everywhere(scene: Scene, council: str) -> None:
    found = scene.concern(sent(scene, "section_47", council=council))
    assert (found.outcome, found.urgency) == ("statutory_referral", 4)


def test_a_neighbours_front_door_stands_on_the_receipt(scene: Scene) -> None:
    concern = sent(scene, "section_17", council="brent")
    assert "020 7946 0110" in words_of(scene.house.desk.receipt(TEACHER, concern))


def test_at_night_a_neighbours_out_of_hours_team_comes_first_and_where_none_is_known_the_front_door(
    scene: Scene,
) -> None:
    scene.clock.move(hours=10)
    shut = words_of(scene.house.desk.receipt(TEACHER, sent(scene, council="brent")))
    assert "out-of-hours team first: Brent, out-of-hours team, 020 7946 0120. In office hours" in shut
    assert shut.index("020 7946 0120") < shut.index("020 7946 0110")
    assert "That council's front door is the one to ring" not in shut
    without = words_of(scene.house.desk.receipt(TEACHER, sent(scene, council="harrow")))
    assert "That council's front door is the one to ring: Harrow, 020 7946 0111" in without
    scene.clock.move(hours=14)
    opened = words_of(scene.house.desk.receipt(TEACHER, sent(scene, council="brent")))
    assert "That council's front door is the one to ring: Brent, 020 7946 0110" in opened


def test_the_route_to_a_neighbour_holds_both_numbers_at_any_hour(scene: Scene) -> None:
    concern = sent(scene, council="brent")
    scene.deliver()
    shown = words_of(scene.house.responding.suggestion(DSL, concern))
    assert "020 7946 0110" in shown
    assert "Brent, out-of-hours team, 020 7946 0120" in shown


def test_somebody_who_is_18_gets_no_childs_level(scene: Scene) -> None:
    found = scene.concern(sent(scene, "early_help", age_band="18_or_over"))
    assert (found.branch, found.outcome, found.level) == ("eighteen_or_over", None, None)
    assert DSL in scene.deliver()


def test_without_rules_a_concern_goes_on_unrated_and_most_urgent(scene: Scene) -> None:
    clock, courier = SetClock(), ListCourier(SetClock())
    rules = NoRules(vocabulary=the_judge().vocabulary)
    house = open_house(scene.url, clock, courier, rules=rules, ids="fault")
    opening(house, clock())
    faulty = Scene(house, clock, courier)
    found = faulty.concern(sent(faulty, "advice"))
    assert (found.outcome, found.level, found.urgency) == (None, None, 5)
    assert faulty.deliver() == sorted([*LEADS, SW, DUTY, HEAD, SENIOR])
    house.store.close()


def test_an_ordinary_check_screen_names_who_will_receive_it(scene: Scene) -> None:
    screen = words_of(to_check(scene).turn.screen)
    assert "Kezia Fernhollow" in screen
    assert "Dariusz Kestrelham" in screen


def test_the_lead_confirms_a_council_that_was_not_known_and_it_is_judged_then(scene: Scene) -> None:
    concern = sent(scene, "early_help", council="not_known")
    scene.deliver()
    assert "confirm_council" in actions_of(scene.house.responding.open(DSL, concern))
    form = scene.house.responding.act(DSL, concern, "confirm_council", {})
    assert "ealing" in {choice.id for choice in form.fields[0].choices}
    scene.house.responding.act(DSL, concern, "send_council", {"council": "ealing"})
    found = scene.concern(concern)
    assert (found.outcome, found.level, found.branch) == ("early_help", "level_2", None)
    assert found.urgency == 3, "the clock never slows down"
    assert "Level 2" in words_of(scene.house.responding.suggestion(DSL, concern))
    assert "confirm_council" not in actions_of(scene.house.responding.open(DSL, concern))
    assert "not known yet" not in words_of(scene.house.desk.receipt(TEACHER, concern))


@pytest.mark.parametrize("council", ["brent", "other_council"])
def test_a_confirmed_council_that_is_not_installed_gives_no_level_and_its_front_door(
    scene: Scene, council: str
) -> None:
    concern = sent(scene, "early_help", council="not_known")
    scene.deliver()
    scene.house.responding.act(DSL, concern, "send_council", {"council": council})
    found = scene.concern(concern)
    assert (found.outcome, found.level, found.branch) == (None, None, "other_council")
    assert "confirm_council" not in actions_of(scene.house.responding.open(DSL, concern))


def test_an_empty_or_foreign_council_is_refused_on_its_field(scene: Scene) -> None:
    concern = sent(scene, "early_help", council="not_known")
    scene.deliver()
    assert scene.house.responding.act(DSL, concern, "send_council", {"council": "atlantis"}).fields[0].error
