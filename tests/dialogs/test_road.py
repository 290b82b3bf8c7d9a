"""A trail that remembers its road leads where the same answers lead when they are walked afresh."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.engine import Accepted, facts_from, present, road_of
from dialogs.findings import Finding
from dialogs.flow import Flow
from dialogs.flows import CATALOGUE, latest
from dialogs.position import walk
from tests.dialogs.scenes import Talk, a_talk, the_setting, the_vocabulary

FINDINGS = st.sampled_from(
    [
        Finding(),
        Finding(emergency=True),
        Finding(section_47=True, needs=("not_mobile",)),
        Finding(danger_words=("knife",), marks=("injury",)),
    ]
)


@settings(max_examples=60, deadline=None)
@given(flow=st.sampled_from(list(CATALOGUE.values())), data=st.data())
def test_answering_and_changing_step_by_step_is_walking_from_the_start(flow: Flow, data: st.DataObject) -> None:
    talk = Talk(flow=flow)
    road = road_of(flow, {})
    for _ in range(data.draw(st.integers(1, 10))):
        screen = data.draw(st.sampled_from(talk.position.path))
        drawn = talk.screen(screen)
        if not drawn.actions:
            continue
        raw = {
            one.id: data.draw(st.sampled_from([choice.id for choice in one.choices]))
            for one in drawn.fields
            if one.choices
        }
        raw |= {one.id: "Something plain." for one in drawn.fields if one.kind == "long_text"}
        action = data.draw(st.sampled_from([one.id for one in drawn.actions]))
        received = talk.offer(screen, raw, action)
        if isinstance(received, Accepted):
            answered = replace(received.answered, finding=data.draw(FINDINGS))
            road = road.with_answer(received.answered).with_answer(answered)
            talk.trail[screen] = answered
        assert road.walked() == walk(flow, dict(talk.trail))


def test_a_road_is_a_trail_like_any_other() -> None:
    talk = a_talk(until="signs")
    road = road_of(talk.flow, talk.trail)
    assert dict(road) == talk.trail
    assert len(road) == len(talk.trail)
    assert road_of(talk.flow, road) is road
    assert present(talk.flow, road, the_setting()) == present(talk.flow, talk.trail, the_setting())
    assert facts_from(talk.flow, road, the_vocabulary()) == talk.facts


def test_a_road_is_walked_once_and_stays_as_it_is_when_its_answers_are_changed_elsewhere() -> None:
    talk = a_talk(until="signs")
    road = road_of(talk.flow, talk.trail)
    walked = road.walked()
    talk.trail.clear()
    assert road.walked() is walked
    road.with_answer(replace(road["start"], values={"what": "adult"}))
    assert road.walked() is walked


def test_the_road_of_one_flow_is_not_taken_for_the_road_of_another() -> None:
    road = road_of(latest("concern"), a_talk(until="signs").trail)
    decision = latest("decision")
    assert road_of(decision, road) is not road
    assert walk(decision, road) == walk(decision, {})
