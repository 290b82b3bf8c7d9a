"""Until someone has it: the chain by a moved clock, what holds it, what stops it, and what starts it again."""

import threading
from datetime import UTC, datetime

import pytest

from bot.access import Denied
from tests.bot.scenarios.house import Scene, words_of
from tests.bot.scenarios.telling import (
    CHAIR,
    DEPUTY,
    DSL,
    DUTY,
    HEAD,
    LEADS,
    MANAGER,
    SENIOR,
    SIGNS,
    SW,
    TEACHER,
    decided,
    sent,
    to_check,
    to_signs,
)


def test_nobody_opens_a_section_47_concern(scene: Scene) -> None:
    sent(scene)
    assert scene.deliver() == sorted([*LEADS, SW])
    assert scene.later(minutes=14) == []
    assert scene.later(minutes=1) == sorted([HEAD, SENIOR, DUTY, TEACHER])
    assert scene.later(minutes=15) == sorted([MANAGER, *LEADS, SW])
    assert scene.later(minutes=15) == sorted([HEAD, SENIOR, DUTY, TEACHER])


def test_nobody_opens_a_section_17_concern(scene: Scene) -> None:
    sent(scene, "section_17")
    assert scene.deliver() == sorted([*LEADS, SW])
    assert scene.later(hours=2) == sorted([HEAD, SENIOR, DUTY])
    assert scene.later(hours=5) == sorted([MANAGER, TEACHER])
    assert scene.later(hours=14) == []
    assert scene.later(hours=1) == sorted([*LEADS, SW, DUTY]), "at eight the council is still shut"


def test_nobody_opens_an_early_help_concern(scene: Scene) -> None:
    sent(scene, "early_help")
    assert scene.deliver() == sorted([*LEADS, SW])
    assert scene.later(hours=30) == []
    assert scene.later(hours=1) == sorted([HEAD, SENIOR])
    assert TEACHER in scene.later(days=2)


def test_advice_goes_to_the_leads_and_the_social_worker_is_informed_only(scene: Scene) -> None:
    concern = sent(scene, "advice")
    assert scene.deliver() == sorted([*LEADS, SW])
    informed = [row.step for row in scene.rows(concern) if row.step.role == "social_worker"]
    assert [(step.chain, step.draw) for step in informed] == [("notice", "inform")]


def test_signs_that_no_table_rates_are_told_like_section_17(scene: Scene) -> None:
    concern = scene.concern(sent(scene, "unrated"))
    assert (concern.outcome, concern.advice_now, concern.urgency) == (None, True, 3)
    assert scene.deliver() == sorted([*LEADS, SW])


def test_opening_holds_the_chain_and_then_it_goes_on(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.clock.move(minutes=14)
    scene.house.responding.open(DSL, concern)
    assert scene.later(minutes=9) == []
    assert scene.later(minutes=1) == sorted([HEAD, SENIOR, DUTY, TEACHER])


def test_a_leads_press_stops_the_chain_and_stands_the_others_down(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(DSL, concern)
    assert scene.deliver() == [DEPUTY, SW]
    assert all("A colleague has this" in one.card.title for one in scene.courier.handed[-2:])
    assert scene.later(minutes=29) == []


def test_a_social_workers_press_stands_nobody_down(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(SW, concern)
    assert scene.deliver() == []
    assert scene.later(minutes=15) == sorted([HEAD, SENIOR, DUTY, TEACHER])


def test_a_press_that_is_not_followed_by_a_decision_expires_and_the_chain_goes_on(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(DSL, concern)
    scene.deliver()
    assert scene.later(minutes=30) == [DSL]
    assert scene.later(minutes=30) == sorted([*LEADS, SW])
    assert scene.later(minutes=15) == sorted([HEAD, SENIOR, DUTY, TEACHER])


def test_a_decision_ends_every_chain(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(DSL, concern)
    decided(scene, concern)
    scene.deliver()
    assert HEAD not in scene.later(days=1)
    assert {row.step.chain for row in scene.rows(concern) if row.state == "waiting"} == {"until_closed"}


def test_of_two_leads_at_once_one_wins_and_the_other_is_told_who(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    gate, said = threading.Barrier(2), {}

    def press(person: str) -> None:
        gate.wait()
        said[person] = words_of(scene.house.responding.have(person, concern))

    pressing = [threading.Thread(target=press, args=(person,)) for person in LEADS]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    lead = scene.concern(concern).life.lead
    assert lead is not None
    winner, other = lead.person, next(one for one in LEADS if one != lead.person)
    assert "You have it" in said[winner]
    assert "You have it" not in said[other]
    assert [by for kind, by in scene.log_of(concern) if kind == "had"] == [winner]


def test_a_vacant_post_is_covered_by_the_duty_worker_at_once(scene: Scene) -> None:
    school = "ealing-alternative-provision"
    concern = sent(scene, person=f"{school}.teacher")
    assert scene.deliver() == sorted([DUTY, f"{school}.deputy", f"{school}.dsl"])
    assert "Invented" in words_of(scene.house.responding.open(DUTY, concern))


def test_a_feeder_primary_reaches_the_secondarys_social_worker(scene: Scene) -> None:
    sent(scene, person="larkrise-primary.teacher")
    assert scene.deliver() == sorted([SW, "larkrise-primary.deputy", "larkrise-primary.dsl"])


def test_a_comparison_school_tells_no_social_worker_and_none_may_open(scene: Scene) -> None:
    concern = sent(scene, person="alec-reed.teacher")
    assert scene.deliver() == ["alec-reed.deputy", "alec-reed.dsl"]
    for _ in range(4):
        scene.later(minutes=15)
    assert {person.partition(".")[0] for person in scene.courier.told()} == {"alec-reed"}
    for person in (SW, DUTY, MANAGER):
        with pytest.raises(Denied):
            scene.house.responding.open(person, concern)


def test_friday_at_ten_to_five_the_duty_rota_is_told_at_once(scene: Scene) -> None:
    scene.clock.now = datetime(2026, 11, 20, 16, 50, tzinfo=UTC)
    concern = sent(scene)
    assert DUTY in scene.deliver()
    assert "020 7946 0101" in words_of(scene.house.desk.receipt(TEACHER, concern))


@pytest.mark.parametrize("left_out", [DSL, SW])
def test_who_is_left_out_is_told_nothing_and_the_most_senior_uninvolved_person_instead(
    scene: Scene, left_out: str
) -> None:
    talk = to_check(scene).say("check", {"leave_out": (left_out,), "leave_out_reason": "related"}, "send")
    told = scene.deliver()
    assert left_out not in told
    assert (HEAD if left_out == DSL else DUTY) in told
    for _ in range(4):
        assert left_out not in scene.later(minutes=15)
    with pytest.raises(Denied):
        scene.house.responding.open(left_out, talk.concern)


def test_with_every_lead_left_out_the_head_has_it_and_decides(scene: Scene) -> None:
    talk = to_check(scene).say("check", {"leave_out": tuple(LEADS), "leave_out_reason": "involved"}, "send")
    assert scene.deliver() == sorted([HEAD, SW])
    scene.house.responding.have(HEAD, talk.concern)
    decided(scene, talk.concern, HEAD)
    assert scene.concern(talk.concern).life.state == "decided"


def test_leaving_a_lead_out_after_the_danger_alert_counts_from_then_on(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "help_now"}).say("emergency").say("happened", {"saw": "Hit"})
    assert DSL in scene.deliver()
    talk.say("child", to_answers(talk.turn.screen.id)).say("about", {"groups": ("hurt_or_afraid",)})
    talk.say("signs", {"signs": (SIGNS["emergency"][1],)}, "send_now")
    talk.say("check", {"leave_out": (DSL,), "leave_out_reason": "involved"}, "send")
    for _ in range(3):
        assert DSL not in scene.later(minutes=3)
    with pytest.raises(Denied):
        scene.house.responding.open(DSL, talk.concern)
    assert ("told", DSL) in scene.log_of(talk.concern)


def to_answers(screen: str) -> dict[str, object]:
    """The ordinary answers of the child's screen."""
    assert screen == "child"
    return {"age_band": "7_to_9", "council": "ealing", "social_worker": "no", "tonight": "someone_safe"}


def test_when_every_lead_is_away_the_head_is_told_at_once(scene: Scene) -> None:
    scene.away(*LEADS)
    sent(scene)
    assert scene.deliver() == sorted([HEAD, SW])


def test_an_absent_social_worker_is_covered_and_the_cover_ends_with_the_absence(scene: Scene) -> None:
    scene.away(SW)
    concern = sent(scene)
    assert scene.deliver() == sorted([*LEADS, DUTY])
    assert scene.house.responding.open(DUTY, concern).id == "opened"


def test_the_chair_is_not_on_an_ordinary_ladder(scene: Scene) -> None:
    sent(scene)
    for _ in range(8):
        scene.later(minutes=15)
    assert CHAIR not in scene.courier.told()


def test_signs_are_judged_again_at_each_screen(scene: Scene) -> None:
    talk = to_signs(scene).say("signs", {"signs": (SIGNS["advice"][1],)})
    assert talk.turn.screen.id == "more"
