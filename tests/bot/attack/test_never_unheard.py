"""Nobody may be able, by accident or on purpose, to leave a concern where nobody hears of it."""

from dataclasses import replace

import pytest

from bot.access import Denied
from bot.judge import NoRules
from dialogs.concern import State
from storage.shapes import OutboxId
from tests.bot.scenarios.house import Scene, Talk, actions_of, directories, open_house, words_of
from tests.bot.scenarios.telling import (
    CHAIR,
    CHECKLIST,
    CHILD,
    DEPUTY,
    DSL,
    DUTY,
    HAPPENED,
    HEAD,
    LEADS,
    MANAGER,
    SECOND_DUTY,
    SENIOR,
    SIGNS,
    SW,
    TEACHER,
    WHEN,
    danger,
    decided,
    sent,
    to_decide,
    to_signs,
)
from thresholds.load import load_vocabulary

GRAVE = {"signs": (SIGNS["section_47"][1],)}


def added(scene: Scene, concern: str, signs: tuple[str, ...], person: str = TEACHER) -> Talk:
    """Something added, with signs."""
    talk = scene.begin(person, "addition", concern).say("happened", HAPPENED)
    talk.say("about", {"groups": ("hurt_or_afraid",)}).say("signs", {"signs": signs})
    return talk.say("check", {}, "send")


def record_after_alarm(talk: Talk, leave_out: tuple[str, ...] = ()) -> None:
    """The rest of a danger conversation, sent."""
    talk.say("emergency").say("happened", HAPPENED).say("child", CHILD).say("about", {"groups": ("hurt_or_afraid",)})
    talk.say("signs", {"signs": (SIGNS["emergency"][1],)}, "send_now")
    talk.say("check", {"leave_out": leave_out} if leave_out else {}, "send")


def left(scene: Scene, *gone: str) -> None:
    """These people leave the directory."""
    with scene.house.store.write() as unit:
        schools = unit.people.schools("ealing")
        people = [one for one in unit.people.all("ealing") if one.id not in gone]
        unit.people.replace("ealing", schools, people, (), unit.people.shifts("ealing"))
        unit.commit()
    scene.house.places.forget()


def test_a_new_conversation_can_not_be_begun_on_an_old_concern_and_so_swallow_an_alarm(scene: Scene) -> None:
    concern = sent(scene)
    with pytest.raises(Denied):
        scene.begin(TEACHER, "concern", concern)
    with pytest.raises(Denied):
        scene.begin(TEACHER, "nonsense")


def test_a_concern_that_came_late_for_an_unknown_reason_can_be_opened(scene: Scene) -> None:
    talk = to_signs(scene).say("signs", {"signs": (SIGNS["section_17"][1],)})
    talk.say("more", {one.id: one.choices[0].id for one in talk.turn.screen.fields})
    talk.say("when", {**WHEN, "happened_on": "2026-11-20", "learned_on": "2026-11-20", "between": "not_known"}).say(
        "check", {}, "send"
    )
    assert "I don't know" in words_of(scene.house.responding.open(DSL, talk.concern))


def test_what_is_added_to_an_informal_discussion_makes_it_a_concern_with_a_plan(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "talk"}).say("talk", {"hurt": "no"})
    scene.deliver()
    added(scene, talk.concern, GRAVE["signs"])
    found = scene.concern(talk.concern)
    assert (found.kind, found.outcome) == ("child", "statutory_referral")
    assert scene.deliver() == sorted([*LEADS, SW])
    assert HEAD in scene.later(minutes=15)


def test_a_record_that_comes_after_a_decision_opens_the_concern_again(scene: Scene) -> None:
    talk = danger(scene)
    scene.deliver()
    decided(scene, talk.concern)
    scene.deliver()
    record_after_alarm(talk)
    assert scene.concern(talk.concern).life.state is State.SENT
    assert set(LEADS) <= set(scene.deliver())


def test_whoever_has_it_hears_that_the_record_is_complete(scene: Scene) -> None:
    talk = danger(scene)
    scene.deliver()
    scene.house.responding.have(DSL, talk.concern)
    scene.deliver()
    record_after_alarm(talk)
    assert scene.deliver() == [DSL]


def test_leaving_out_the_lead_who_has_it_sends_the_alert_on(scene: Scene) -> None:
    talk = danger(scene)
    scene.deliver()
    scene.house.responding.have(DSL, talk.concern)
    scene.deliver()
    record_after_alarm(talk, leave_out=(DSL,))
    assert scene.concern(talk.concern).life.lead is None
    told = scene.deliver()
    assert DSL not in told
    assert {DEPUTY, HEAD, SW} <= set(told)


def test_opening_again_and_again_holds_a_chain_no_longer_than_once(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    told: list[str] = []
    for _ in range(4):
        scene.house.responding.open(DSL, concern)
        told += scene.later(minutes=8)
    assert {HEAD, DUTY, TEACHER} <= set(told)


def test_what_was_raised_while_a_lead_decides_is_not_lowered_by_that_lead_alone(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    talk = to_decide(scene, concern, level="level_1")
    added(scene, concern, GRAVE["signs"])
    with pytest.raises(Denied):
        talk.offer("check", {}, "send")
    assert scene.concern(concern).life.state is State.SENT
    assert set(LEADS) <= set(scene.deliver())


def test_a_step_that_finds_nobody_brings_the_next_one_at_once(scene: Scene) -> None:
    left(scene, DSL, DEPUTY, SW)
    concern = sent(scene)
    told = set(scene.deliver())
    assert told & {HEAD, SENIOR, DUTY}
    assert scene.house.watch.audit().good
    assert concern


def test_a_step_that_is_refused_again_and_again_does_not_keep_the_next_one_waiting(scene: Scene) -> None:
    sent(scene)
    scene.courier.refusals = ["blocked"] * 12
    told: list[str] = []
    for _ in range(12):
        told += scene.later(seconds=10)
    assert {HEAD, DUTY, TEACHER} <= set(told)


def test_a_lead_who_has_it_and_can_not_be_reached_does_not_end_the_chain(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(DSL, concern)
    scene.deliver()
    left(scene, DSL)
    scene.later(minutes=61)
    assert {DEPUTY, HEAD} <= set(scene.later(minutes=16)) | set(scene.courier.told())
    assert scene.house.watch.audit().good


def test_a_platform_that_is_down_for_hours_piles_no_rounds_up(scene: Scene) -> None:
    talk = danger(scene)
    scene.courier.down = True
    for _ in range(60):
        scene.later(minutes=1)
    assert len(scene.rows(talk.concern)) < 30
    scene.courier.down = False
    told = [scene.later(minutes=1) for _ in range(6)]
    assert set(LEADS) <= {person for each in told for person in each}
    assert any(row.state == "waiting" for row in scene.rows(talk.concern))


def test_a_lead_who_reported_it_can_come_to_the_record_from_the_receipt(scene: Scene) -> None:
    concern = sent(scene, person=DSL)
    scene.deliver()
    assert "privacy" in actions_of(scene.house.desk.receipt(DSL, concern))
    assert "privacy" not in actions_of(scene.house.desk.receipt(TEACHER, sent(scene)))


def test_no_alert_is_lost_when_a_row_can_not_be_drawn(scene: Scene) -> None:
    concern = sent(scene)
    with scene.house.store.write() as unit:
        step = replace(unit.outbox.of_concern(concern)[0].step, role="no_such_role", dedupe="odd")  # type: ignore[arg-type]
        unit.outbox.put([step], [OutboxId("0")])
        unit.commit()
    assert scene.deliver() == sorted([*LEADS, SW])


def test_after_the_programme_no_social_worker_is_told_or_opens_anything(scene: Scene) -> None:
    before = sent(scene)
    scene.deliver()
    ends = directories()[0].programme.ends
    scene.clock.now = scene.clock.now.replace(year=ends.year, month=ends.month, day=ends.day)
    scene.clock.move(days=1)
    scene.deliver()
    with pytest.raises(Denied):
        scene.house.responding.open(SW, before)
    sent(scene)
    told = {*scene.deliver(), *scene.later(minutes=15), *scene.later(minutes=15)}
    assert DEPUTY in told
    assert not told & {SW, DUTY, MANAGER}


def test_a_child_confirmed_after_the_decision_opens_what_it_raises_again(scene: Scene) -> None:
    found = []
    for _ in range(2):
        found.append(sent(scene, "early_help"))
        scene.deliver()
        decided(scene, found[-1], level="level_2")
        scene.deliver()
    first, concern = found
    before = scene.concern(concern).urgency
    scene.house.responding.act(DSL, concern, "send_same_child", {"earlier": (first,)})
    assert scene.concern(concern).urgency > before
    assert scene.concern(concern).life.state is State.SENT
    assert set(LEADS) <= set(scene.deliver())


def test_whoever_is_away_the_reporter_hears_at_once_that_nobody_is_there(scene: Scene) -> None:
    everybody = (HEAD, CHAIR, DSL, DEPUTY, SENIOR, SW, DUTY, SECOND_DUTY, MANAGER)
    left(scene, *everybody)
    concern = sent(scene)
    assert TEACHER in scene.deliver()
    for _ in range(3):
        scene.later(minutes=30)
        assert scene.house.watch.audit().good
    assert len(scene.rows(concern)) < 40


def test_a_concern_can_be_decided_when_no_document_can_be_read(scene: Scene) -> None:
    rules = NoRules(vocabulary=load_vocabulary())
    house = open_house(scene.url, scene.clock, scene.courier, rules=rules, ids="second")
    second = Scene(house, scene.clock, scene.courier, scene.url)
    concern = sent(second)
    assert {*LEADS, SW, DUTY, HEAD} <= set(second.deliver())
    decided(second, concern, level="general_statutory_referral_s47")
    assert second.concern(concern).life.state is State.DECIDED
    assert TEACHER in second.deliver()
    house.store.close()


def test_a_harm_without_a_document_is_not_lowered_by_one_lead_alone(scene: Scene) -> None:
    concern = sent(scene, council="other_council")
    talk = scene.begin(DSL, "decision", concern).say("checklist", CHECKLIST)
    talk.say("level", {"level": "level_1", "reason": "Nothing more is needed", "social_worker_level": "none"})
    assert talk.turn.screen.id == "lowering"


def test_the_receipt_of_a_shielded_alarm_names_nothing_that_leads_are_to_do(scene: Scene) -> None:
    talk = danger(scene, "help_now_staff")
    record_after_alarm(talk)
    shown = words_of(scene.house.desk.receipt(TEACHER, talk.concern))
    assert "Designated safeguarding lead, by" not in shown
