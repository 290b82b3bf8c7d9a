"""*I have it*, *Hand over*, *I can't take it after all*: one a role wins, and there is never a gap."""

import pytest

from bot.access import Denied
from storage.shapes import Absence, Person, PersonId, SchoolId
from tests.bot.scenarios import by_the_clock
from tests.bot.scenarios.house import Scene, actions_of, words_of
from tests.bot.scenarios.telling import CHAIR, DEPUTY, DSL, DUTY, HEAD, LEADS, SENIOR, SW, TEACHER, decided, had, sent

SECOND = PersonId("brentside.sw-2")


def press(scene: Scene, person: str, concern: str, action: str, **raw: object) -> str:
    """What is read after a press."""
    return words_of(scene.house.responding.act(person, concern, action, raw))


def a_second_worker(scene: Scene) -> None:
    """The school gets a second social worker."""
    with scene.house.store.write() as unit:
        unit.people.add(
            Person(
                id=SECOND, authority="ealing", name="Sol Inventley", email="sol@ealing.example.invalid",
                role="social_worker", serves=(SchoolId("brentside"),), team="swis",
            )
        )  # fmt: skip
        unit.commit()


def test_the_colleague_is_alerted_and_the_giver_keeps_it_until_they_press(scene: Scene) -> None:
    concern = had(scene)
    form = scene.house.responding.act(DSL, concern, "hand_over", {})
    assert [one.label for one in form.fields[0].choices] == ["Deputy safeguarding lead: Leander Silverdew"]
    text = press(scene, DSL, concern, "send_hand_over", to=DEPUTY)
    assert "Leander Silverdew is asked to answer by 12:00. Until then you have it." in text
    assert scene.deliver() == [DEPUTY]
    lead = scene.concern(concern).life.lead
    assert lead is not None
    assert lead.person == DSL
    assert "A safeguarding concern needs you by 12:00" in scene.courier.handed[-1].card.title
    assert "You have it" in words_of(scene.house.responding.have(DEPUTY, concern))
    lead = scene.concern(concern).life.lead
    assert lead is not None
    assert lead.person == DEPUTY
    assert ("handing_over", DSL) in scene.log_of(concern)
    assert ("handed_over", DEPUTY) in scene.log_of(concern)


def test_once_taken_over_only_the_new_holder_is_reminded_and_its_expiry_sends_the_alerts_on(scene: Scene) -> None:
    concern = had(scene, "section_47")
    press(scene, DSL, concern, "send_hand_over", to=DEPUTY)
    scene.later(minutes=10)
    scene.house.responding.have(DEPUTY, concern)
    assert DSL in scene.deliver()
    assert scene.later(minutes=30) == [DEPUTY]
    assert {DSL, SW} <= set(scene.later(minutes=30))


def test_one_who_does_not_take_it_leaves_it_with_the_giver_who_is_reminded_and_nothing_is_lost(scene: Scene) -> None:
    concern = had(scene, "section_47")
    press(scene, DSL, concern, "send_hand_over", to=DEPUTY)
    assert scene.deliver() == [DEPUTY]
    assert scene.later(minutes=15) == [DSL]
    scene.later(minutes=15)
    assert {DSL, DEPUTY, SW} <= set(scene.later(minutes=30))


def test_somebody_whom_it_was_not_handed_to_sees_who_has_it(scene: Scene) -> None:
    concern = had(scene)
    assert "Somebody has it already" in words_of(scene.house.responding.have(DEPUTY, concern))
    lead = scene.concern(concern).life.lead
    assert lead is not None
    assert lead.person == DSL


def test_an_offer_ends_with_the_holding_that_it_was_made_in(scene: Scene) -> None:
    concern = had(scene)
    press(scene, DSL, concern, "send_hand_over", to=DEPUTY)
    press(scene, DSL, concern, "give_back")
    scene.later(minutes=1)
    scene.house.responding.have(DSL, concern)
    assert "Somebody has it already" in words_of(scene.house.responding.have(DEPUTY, concern))


@pytest.mark.parametrize("to", [HEAD, SW, SENIOR, TEACHER, DSL, "villiers.dsl", "nobody", ("brentside.deputy",)])
def test_it_is_handed_to_nobody_whose_press_would_not_count(scene: Scene, to: object) -> None:
    concern = had(scene)
    assert "Choose who takes it over" in {
        field.error for field in scene.house.responding.act(DSL, concern, "send_hand_over", {"to": to}).fields
    }
    assert scene.deliver() == []


def test_who_does_not_have_it_hands_nothing_over_and_gives_nothing_back(scene: Scene) -> None:
    concern = had(scene)
    for action in ("hand_over", "send_hand_over", "give_back"):
        assert "This was not done" in press(scene, DEPUTY, concern, action, to=DEPUTY)
    for action in ("send_hand_over", "give_back"):
        with pytest.raises(Denied):
            press(scene, TEACHER, concern, action, to=DEPUTY)
    lead = scene.concern(concern).life.lead
    assert lead is not None
    assert lead.person == DSL


def test_given_back_the_chain_goes_on_at_once(scene: Scene) -> None:
    concern = had(scene, "section_47")
    assert "The alerts go on at once" in press(scene, DSL, concern, "give_back")
    assert scene.deliver() == sorted([*LEADS, SW])
    assert ("given_back", DSL) in scene.log_of(concern)
    assert {HEAD, DUTY, TEACHER} <= set(scene.later(minutes=15))
    assert "give_back" not in actions_of(scene.house.responding.open(DSL, concern))


def test_the_buttons_are_there_only_for_who_has_it(scene: Scene) -> None:
    concern = had(scene)
    assert {"hand_over", "give_back"} <= actions_of(scene.house.responding.open(DSL, concern))
    assert not {"hand_over", "give_back"} & actions_of(scene.house.responding.open(DEPUTY, concern))


def test_nobody_is_chosen_who_is_away(scene: Scene) -> None:
    concern = had(scene)
    scene.away(DEPUTY)
    assert "hand_over" not in actions_of(scene.house.responding.open(DSL, concern))
    assert "give it back" in press(scene, DSL, concern, "hand_over")


def test_a_restricted_concern_goes_from_head_to_chair_only(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "help_now_staff"})
    concern = talk.concern
    scene.deliver()
    scene.house.responding.have(HEAD, concern)
    form = scene.house.responding.act(HEAD, concern, "hand_over", {})
    assert [choice.id for choice in form.fields[0].choices] == [CHAIR]
    press(scene, HEAD, concern, "send_hand_over", to=CHAIR)
    assert CHAIR in scene.deliver()
    scene.house.responding.have(CHAIR, concern)
    lead = scene.concern(concern).life.lead
    assert lead is not None
    assert lead.person == CHAIR


def test_one_i_have_it_of_the_social_workers_wins_and_the_later_one_sees_whose(scene: Scene) -> None:
    a_second_worker(scene)
    concern = had(scene, person=SW)
    text = words_of(scene.house.responding.have(SECOND, concern))
    assert "Somebody has it already" in text
    assert "Social worker has it, until" in text
    worker = scene.concern(concern).life.social_worker
    assert worker is not None
    assert worker.person == SW


def test_cover_takes_it_at_once_from_a_social_worker_who_is_away(scene: Scene) -> None:
    concern = had(scene, person=SW)
    with scene.house.store.write() as unit:
        unit.people.absence(Absence(person=PersonId(SW), start=scene.clock(), end=None, reason="sickness"))
        unit.commit()
    assert "You have it" in words_of(scene.house.responding.have(DUTY, concern))


def test_a_social_worker_hands_over_to_another_and_gives_back(scene: Scene) -> None:
    a_second_worker(scene)
    concern = had(scene, person=SW)
    form = scene.house.responding.act(SW, concern, "hand_over", {})
    assert {choice.id for choice in form.fields[0].choices} == {SECOND, DUTY}
    press(scene, SW, concern, "send_hand_over", to=SECOND)
    assert SECOND in scene.deliver()
    scene.house.responding.have(SECOND, concern)
    worker = scene.concern(concern).life.social_worker
    assert worker is not None
    assert worker.person == SECOND
    assert "never stopped by your press" in press(scene, SECOND, concern, "give_back")
    assert scene.concern(concern).life.social_worker is None


def test_the_duty_worker_who_is_handed_it_may_open_and_take_it(scene: Scene) -> None:
    concern = had(scene, person=SW)
    with pytest.raises(Denied):
        scene.house.responding.open(DUTY, concern)
    press(scene, SW, concern, "send_hand_over", to=DUTY)
    assert DUTY in scene.deliver()
    scene.house.responding.have(DUTY, concern)
    worker = scene.concern(concern).life.social_worker
    assert worker is not None
    assert worker.person == DUTY


def test_a_decision_ends_what_was_being_handed_over(scene: Scene) -> None:
    concern = had(scene)
    press(scene, DSL, concern, "send_hand_over", to=DEPUTY)
    scene.deliver()
    decided(scene, concern)
    shown = scene.house.responding.have(DEPUTY, concern)
    assert (shown.id, scene.concern(concern).life.state) == ("not_done", "decided")


def test_a_duty_worker_has_what_was_handed_over_only_while_it_is_kept(scene: Scene) -> None:
    concern = sent(scene, "section_17")
    scene.deliver()
    scene.house.responding.have(SW, concern)
    with pytest.raises(Denied, match="not_covering"):
        scene.house.responding.open(DUTY, concern)
    press(scene, SW, concern, "send_hand_over", to=DUTY)
    assert scene.deliver() == [DUTY]
    assert "coat" in words_of(scene.house.responding.open(DUTY, concern))
    scene.house.responding.have(DUTY, concern)
    assert "coat" in words_of(scene.house.responding.open(DUTY, concern))
    press(scene, DUTY, concern, "give_back")
    with pytest.raises(Denied, match="not_covering"):
        scene.house.responding.open(DUTY, concern)


def test_an_offer_that_a_duty_worker_did_not_take_opens_nothing_later(scene: Scene) -> None:
    concern = sent(scene, "section_17")
    scene.deliver()
    scene.house.responding.have(SW, concern)
    press(scene, SW, concern, "send_hand_over", to=DUTY)
    scene.deliver()
    press(scene, SW, concern, "give_back")
    for action in (scene.house.responding.open, scene.house.responding.have):
        with pytest.raises(Denied, match="not_covering"):
            action(DUTY, concern)


def test_where_both_leads_are_away_the_head_takes_and_decides_and_keeps_it_when_they_are_back(scene: Scene) -> None:
    by_the_clock.away(scene, *LEADS)
    concern = sent(scene, "section_47")
    assert HEAD in scene.deliver()
    assert {"have", "decide"} <= actions_of(scene.house.responding.open(HEAD, concern))
    scene.house.responding.have(HEAD, concern)
    lead = scene.concern(concern).life.lead
    assert lead is not None
    assert lead.person == HEAD
    with scene.house.store.write() as unit:
        for one in LEADS:
            unit.people.back(PersonId(one), scene.clock())
        unit.commit()
    decided(scene, concern, HEAD)
    assert ("decided", HEAD) in scene.log_of(concern)


def test_with_one_lead_there_the_head_neither_takes_nor_decides(scene: Scene) -> None:
    by_the_clock.away(scene, DSL)
    concern = sent(scene, "section_47")
    scene.deliver()
    scene.later(minutes=15)
    assert not {"have", "decide"} & actions_of(scene.house.responding.open(HEAD, concern))
    scene.house.responding.have(HEAD, concern)
    assert scene.concern(concern).life.lead is None
