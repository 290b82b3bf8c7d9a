"""Where a conversation stands: the road walked again from its start, answer by answer. Judges nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from dialogs.answers import Answered, Trail
from dialogs.findings import Finding
from dialogs.flow import TYPED, Flow, Interrupt, Page, Question, SignsOf
from dialogs.screens import Values
from thresholds.conditions import Condition, Holds
from thresholds.facts import FactValue

State: TypeAlias = dict[str, FactValue]
# Members of an enum are dear to look up in an inner loop.
_YES = Holds.YES


@dataclass(frozen=True, slots=True)
class Stop:
    """A screen on the road: the state on reaching it, what it asks, and its answer unless it still wants one.

    `resume` is where the road goes on after it, if it stands where an interrupt broke in.
    """

    page: Page
    state: State
    asked: tuple[Question, ...]
    answered: Answered | None
    resume: str | None


@dataclass(frozen=True, slots=True)
class Walk:
    """The road so far. The last stop is where the conversation stands; `resume` is where an interrupt leads back to."""

    stops: tuple[Stop, ...]
    state: State
    resume: str | None


def met(condition: Condition | None, state: Mapping[str, FactValue]) -> bool:
    """Whether the condition holds in the state; no condition always does."""
    return condition is None or condition.holds(state) is _YES


class Road(Mapping[str, Answered]):
    """A trail that remembers where it leads in its flow: walked when first asked, and once."""

    __slots__ = ("_answers", "_before", "_walk", "flow")

    def __init__(self, flow: Flow, answers: Trail, before: Walk | None = None) -> None:
        self.flow = flow
        self._answers, self._before = dict(answers), before
        self._walk: Walk | None = None

    def __getitem__(self, screen: str) -> Answered:
        return self._answers[screen]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)

    def walked(self) -> Walk:
        """The road as far as the answers carry it."""
        if self._walk is None:
            self._walk, self._before = _walk(self.flow, self._answers, self._before), None
        return self._walk

    def with_answer(self, answered: Answered) -> "Road":
        """The trail with one answer more, or changed; up to there it is not walked again."""
        return Road(self.flow, {**self._answers, answered.screen: answered}, self.walked())


def road_of(flow: Flow, trail: Trail) -> Road:
    """The trail as one that remembers its road in this flow; the same object if it is one already."""
    return trail if isinstance(trail, Road) and trail.flow is flow else Road(flow, trail)


def walk(flow: Flow, trail: Trail) -> Walk:
    """The road from the start as far as the answers carry it."""
    return road_of(flow, trail).walked()


def _walk(flow: Flow, answers: Trail, before: Walk | None) -> Walk:
    stops, page, state, resume = _unchanged(flow, answers, before)
    while True:
        stop = _stop(page, state, answers.get(page.id), resume)
        stops.append(stop)
        if stop.answered is None:
            return Walk(tuple(stops), state, resume)
        state = _after(state, stop, stop.answered)
        page, resume = _onward(flow, stop, state, resume)


def _unchanged(flow: Flow, answers: Trail, before: Walk | None) -> tuple[list[Stop], Page, State, str | None]:
    """The stops of an earlier walk that the answers leave as they are, and what stands at the next one."""
    stops: list[Stop] = []
    for stop in () if before is None else before.stops:
        if stop.answered is None or answers.get(stop.page.id) is not stop.answered:
            return stops, stop.page, stop.state, stop.resume
        stops.append(stop)
    return [], flow.page(flow.start), _fresh(flow), None


def _fresh(flow: Flow) -> State:
    state: State = {"finding.section_47": False, "finding.needs": (), "finding.marks": (), "shown": ()}
    if flow.interrupt:
        state[f"{flow.interrupt.to}.seen"] = False
    return state


def _stop(page: Page, state: State, answered: Answered | None, resume: str | None) -> Stop:
    asked = asked_of(page, state)
    if answered is not None and (page.end or not _complete(page, asked, state, answered)):
        answered = None
    return Stop(page, state, asked, answered, resume)


def _onward(flow: Flow, stop: Stop, state: State, resume: str | None) -> tuple[Page, str | None]:
    onward = routed(stop.page, state) if resume is None else resume
    if resume is None and flow.interrupt and not flow.page(onward).end and _breaks_in(flow.interrupt, stop, state):
        state[f"{flow.interrupt.to}.seen"] = True
        return flow.page(flow.interrupt.to), onward
    return flow.page(onward), None


def _breaks_in(interrupt: Interrupt, stop: Stop, state: State) -> bool:
    assert stop.answered is not None
    if stop.page.id not in interrupt.sources and not stop.answered.finding.emergency:
        return False
    return not state[f"{interrupt.to}.seen"] and met(interrupt.when, state)


def routed(page: Page, state: Mapping[str, FactValue]) -> str:
    """Where the page's routes lead; the last one always holds."""
    for route in page.routes:
        if route.when is None or route.when.holds(state) is _YES:
            return route.to
    raise StrayPageError(page.id)


class StrayPageError(LookupError):
    """A page has no route that holds; every page but a last one ends with a route that always does."""


def asked_of(page: Page, state: Mapping[str, FactValue]) -> tuple[Question, ...]:
    """The questions that the page asks in this state; where there is no room for all, those the rules need first."""
    asked = tuple([one for one in page.questions if one.asked is None or one.asked.holds(state) is _YES])
    if page.at_most is None:
        return asked
    needs = state["finding.needs"]
    assert isinstance(needs, tuple)
    place = {fact: number for number, fact in enumerate(needs)}
    ranked = sorted(asked, key=lambda question: place.get(question.fact or "", len(needs)))
    return tuple(ranked[: page.at_most])


def demanded(question: Question, state: Mapping[str, FactValue]) -> bool:
    """Whether the question wants an answer in this state. A fact that the rules need is always wanted."""
    if question.required or (question.required_when is not None and met(question.required_when, state)):
        return True
    return question.when_needed and needed(question, state)


def needed(question: Question, state: Mapping[str, FactValue]) -> bool:
    """Whether the rules asked for the question's fact."""
    needs = state["finding.needs"]
    return isinstance(needs, tuple) and question.fact in needs


def with_values(state: State, page: Page, asked: tuple[Question, ...], values: Values) -> State:
    """The state with a page's own answers; typed text leaves only that it is there."""
    after = dict(state)
    for question in asked:
        if question.id in values:
            key, filled = _keys(page.id, question.id)
            after[filled] = True
            if question.kind not in TYPED:
                after[key] = values[question.id]
    return after


@cache
def _keys(page: str, question: str) -> tuple[str, str]:
    """Where the state holds a question's answer, and that there is one."""
    return f"{page}.{question}", f"{page}.{question}.filled"


def chosen_groups(options: SignsOf, state: Mapping[str, FactValue]) -> tuple[str, ...]:
    """The groups of signs chosen on the screens that `options` names, without the reserved answers."""
    found: list[str] = []
    for name in options.fields:
        value = state.get(name)
        if isinstance(value, tuple):
            found.extend(item for item in value if item not in _RESERVED)
    return tuple(dict.fromkeys(found))


_RESERVED = frozenset({"none", "not_known", "not_sure"})


def _complete(page: Page, asked: tuple[Question, ...], state: State, answered: Answered) -> bool:
    if page.signs is not None and set(answered.shown) != set(chosen_groups(page.signs, state)):
        return False
    press = page.press(answered.action)
    given = answered.values
    missing = [question for question in asked if question.id not in given]
    if not missing or (press is not None and press.skips):
        return True
    own = with_values(state, page, asked, answered.values)
    return not any(demanded(question, own) for question in missing)


_NOTHING_FOUND = Finding()


def _after(state: State, stop: Stop, answered: Answered) -> State:
    after = with_values(state, stop.page, stop.asked, answered.values)
    after[f"{stop.page.id}.action"] = answered.action
    if answered.shown:
        after["shown"] = _joined(answered.shown, after["shown"])
    if answered.finding != _NOTHING_FOUND:
        after.update(_found(after, answered.finding))
    return after


def _found(state: State, finding: Finding) -> Iterator[tuple[str, FactValue]]:
    """What a finding adds. Upward only: what an earlier screen found stays found."""
    if finding.section_47:
        yield "finding.section_47", True
    if finding.emergency:
        yield "finding.emergency", True
    if finding.advice_now:
        yield "finding.advice_now", True
    if finding.danger_words:
        yield "finding.danger_words", True
        yield "finding.words_found", finding.danger_words
    if finding.needs:
        yield "finding.needs", _joined(finding.needs, state["finding.needs"])
    if finding.marks:
        yield "finding.marks", _joined(finding.marks, state["finding.marks"])


def _joined(first: tuple[str, ...], then: FactValue) -> tuple[str, ...]:
    assert isinstance(then, tuple)
    return tuple(dict.fromkeys((*first, *then)))
