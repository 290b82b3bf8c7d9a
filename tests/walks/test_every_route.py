"""Every road of every flow is walked with real answers: each ends, each screen is reached and can be drawn."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product

import pytest

from dialogs.answers import Answered
from dialogs.engine import Accepted, Position, receive, replay, routes, screen_at
from dialogs.findings import Finding
from dialogs.flow import Flow
from dialogs.flows import CATALOGUE
from dialogs.screens import NONE, NOT_KNOWN, Field, Screen
from tests.dialogs.scenes import TODAY, the_setting, the_vocabulary, without_social_worker
from thresholds.conditions import Condition, reads

FLOWS = list(CATALOGUE.values())
NAMES = [f"{flow.name}-{flow.version}" for flow in FLOWS]
MOST_SCREENS = {"concern": 9, "decision": 10, "addition": 6, "reply": 2, "police": 2, "closing": 3, "disagree": 2}
QUIET, EMERGENCY = Finding(), Finding(section_47=True, emergency=True)
WORDY = Finding(danger_words=("knife",))


@dataclass(frozen=True)
class Walked:
    """One road walked to its end."""

    path: tuple[str, ...]
    action: str
    answered: tuple[Answered, ...]


@cache
def walked(flow_name: str) -> tuple[Walked, ...]:
    """Every road that different answers to the deciding fields lead along; each road once."""
    flow = next(flow for flow in FLOWS if flow.name == flow_name)
    found: dict[tuple[str, ...], Walked] = {}
    for walk in _from(flow, {}, set()):
        found.setdefault(walk.path, walk)
    return tuple(found.values())


def _from(flow: Flow, trail: dict[str, Answered], seen: set[object]) -> Iterator[Walked]:
    position = replay(flow, trail)
    if position.ended:
        last = trail[position.path[-2]].action
        yield Walked(position.path, last, tuple(trail.values()))
        return
    for answered in _answers(flow, trail, position):
        after = {**trail, answered.screen: answered}
        onward = replay(flow, after)
        known = (onward.path, _open_ends(after))
        if onward.screen != position.screen and known not in seen:
            seen.add(known)
            yield from _from(flow, after, seen)


def _open_ends(trail: dict[str, Answered]) -> tuple[object, ...]:
    """What earlier answers still decide later on, beside the path itself."""
    about = [trail[screen].shown for screen in ("about", "sorter", "level") if screen in trail]
    words = any(one.finding.danger_words for one in trail.values())
    return (*about, words)


def _answers(flow: Flow, trail: dict[str, Answered], position: Position) -> Iterator[Answered]:
    deciding = _deciding(flow, position.screen)
    for setting in (the_setting(), without_social_worker()):
        screen = screen_at(flow, trail, position.screen, setting)
        for action, raw in product(screen.actions, _raws(screen, deciding)):
            received = receive(flow, trail, position.screen, raw, action.id, setting)
            if isinstance(received, Accepted):
                for finding in (QUIET, EMERGENCY, WORDY) if flow.interrupt else (QUIET,):
                    yield replace(received.answered, finding=finding)


def _deciding(flow: Flow, screen: str) -> set[str]:
    names = {name for condition in conditions_of(flow) for name in reads(condition)}
    return {name.split(".")[1] for name in names if name.startswith(f"{screen}.")} | {"groups", "fits", "level"}


def conditions_of(flow: Flow) -> Iterator[Condition]:
    """Every condition that the flow holds."""
    if flow.interrupt:
        yield flow.interrupt.when
    yield from (branch.when for branch in flow.branches)
    for page in flow.pages:
        found = [route.when for route in page.routes] + [show.when for show in page.shows]
        found += [press.first for press in page.actions]
        found += [one for question in page.questions for one in (question.asked, question.required_when)]
        yield from (one for one in found if one is not None)


def _raws(screen: Screen, deciding: set[str]) -> Iterator[dict[str, object]]:
    """One full answer for every value of each deciding field."""
    full = {field.id: _filled(field) for field in screen.fields}
    yield full
    for field in screen.fields:
        if field.id in deciding and field.choices:
            for choice in field.choices:
                yield {**full, field.id: choice.id if field.kind == "one" else [choice.id]}
            if field.kind == "many":
                yield {**full, field.id: [one.id for one in field.choices if one.id not in (NONE, NOT_KNOWN)]}


_TYPED = {"date": TODAY.isoformat(), "time": "09:15", "phone": "020 7946 0001", "number": "1"}


def _filled(field: Field) -> object:
    if field.kind == "one":
        return field.choices[0].id
    if field.kind == "many":
        return [field.choices[0].id]
    return _TYPED.get(field.kind, "Words that are long enough for any reason.")


@pytest.mark.parametrize("flow", FLOWS, ids=NAMES)
def test_every_road_walked_is_one_that_the_flow_declares(flow: Flow) -> None:
    declared = set(routes(flow))
    roads = {walk.path for walk in walked(flow.name)}
    assert roads
    assert roads <= declared


@pytest.mark.parametrize("flow", FLOWS, ids=NAMES)
def test_every_screen_and_every_way_between_two_is_walked(flow: Flow) -> None:
    roads = [walk.path for walk in walked(flow.name)]
    steps = {pair for path in roads for pair in pairwise(path)}
    declared = {(page.id, route.to) for page in flow.pages for route in page.routes}
    assert {screen for path in roads for screen in path} == {page.id for page in flow.pages}
    assert declared <= steps


@pytest.mark.parametrize("flow", FLOWS, ids=NAMES)
def test_every_declared_road_ends_and_never_comes_by_twice(flow: Flow) -> None:
    for road in routes(flow):
        assert flow.page(road[-1]).end
        assert len(set(road)) == len(road)


@pytest.mark.parametrize("flow", FLOWS, ids=NAMES)
def test_an_ordinary_road_is_no_longer_than_promised(flow: Flow) -> None:
    extra = {"emergency", "sorter", "signs_more", "talk"}
    extra |= {"lowering", "lowering_line", "actions_2", "actions_3", "parents_not_told"}
    longest = max(len([screen for screen in walk.path if screen not in extra]) for walk in walked(flow.name))
    assert longest <= MOST_SCREENS[flow.name]


SHORT = [("consultation", 3), ("adult", 6)]


@pytest.mark.parametrize(("end", "most"), SHORT)
def test_the_short_roads_are_short(end: str, most: int) -> None:
    lengths = {len(walk.path) for walk in walked("concern") if walk.path[-1] == end and "emergency" not in walk.path}
    assert lengths == {most}


def test_sending_now_at_the_signs_makes_seven_screens_at_most() -> None:
    path = ("start", "happened", "child", "about", "signs", "check", "receipt")
    assert path in {walk.path for walk in walked("concern")}


@pytest.mark.parametrize("flow", FLOWS, ids=NAMES)
def test_progress_never_promises_fewer_screens_than_come(flow: Flow) -> None:
    for walk in walked(flow.name):
        trail: dict[str, Answered] = {}
        for answered in walk.answered:
            position = replay(flow, trail)
            assert position.step <= position.of
            trail[answered.screen] = answered
        last = replay(flow, trail)
        assert (last.step, last.of) == (len(walk.path), len(walk.path))


@pytest.mark.parametrize("flow", FLOWS, ids=NAMES)
def test_every_screen_of_every_road_can_be_drawn(flow: Flow) -> None:
    for walk in walked(flow.name):
        trail = {answered.screen: answered for answered in walk.answered}
        for screen in walk.path:
            drawn = screen_at(flow, trail, screen, the_setting())
            assert drawn.foot
            assert drawn.numbers == the_setting().numbers
            assert all(len(choice.label) <= 75 for field in drawn.fields for choice in field.choices)


def test_every_fact_that_a_rule_may_read_is_asked_on_some_road() -> None:
    pages = [page for flow in FLOWS for page in flow.pages]
    asked = {question.fact for page in pages for question in page.questions}
    given = {one.fact for page in pages for question in page.questions for one in question.gives}
    listed = {sign.id for group in the_vocabulary().groups for sign in the_vocabulary().signs_of_group(group.id)}
    by_the_lead = {"earlier_concern_confirmed"}
    assert set(the_vocabulary().facts) <= asked | by_the_lead
    assert set(the_vocabulary().signs) <= given | listed


def test_every_condition_reads_something_that_a_screen_can_say() -> None:
    for flow in FLOWS:
        fields = {f"{page.id}.{question.id}" for page in flow.pages for question in page.questions}
        known = {name for field in fields for name in (field, f"{field}.filled")}
        known |= {f"{page.id}.action" for page in flow.pages} | {f"{page.id}.seen" for page in flow.pages}
        for condition in conditions_of(flow):
            for name in reads(condition):
                assert name in known or name == "shown" or name.startswith(("finding.", "setting.")), name
