"""What the answers on the road say: facts for the rules, danger, branches, and everything that was typed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from dialogs.answers import Answered, Trail
from dialogs.flow import TYPED, Flow, Question, SignsOf
from dialogs.flows import CATALOGUE
from dialogs.offers import offers
from dialogs.position import Stop, chosen_groups, met, needed, walk
from dialogs.screens import NOT_KNOWN, Value
from thresholds.facts import Facts, FactValue, Vocabulary

Danger: TypeAlias = Literal["danger", "danger_staff", "danger_head"]

_SAID_AT_START: Mapping[Value, Danger] = {
    "help_now_head": "danger_head",
    "help_now_staff": "danger_staff",
    "help_now": "danger",
    "not_sure_safe": "danger",
}
DANGERS = frozenset(_SAID_AT_START)
"""The options of the first screen that are an alarm."""


def facts_from(flow: Flow, trail: Trail, vocabulary: Vocabulary) -> Facts:
    """What the answers on the road say to the rules: a sign ticked is True, not sure of None, else offered False."""
    facts: dict[str, FactValue] = {}
    for stop in walk(flow, trail).stops:
        if stop.answered is not None:
            if stop.page.signs is not None:
                facts.update(_signs(stop, stop.answered, vocabulary))
            facts.update(_stated(stop, stop.answered, vocabulary))
    return facts


def _stated(stop: Stop, answered: Answered, vocabulary: Vocabulary) -> Iterator[tuple[str, FactValue]]:
    for question in stop.asked:
        value = answered.values.get(question.id)
        if value is not None:
            if question.gives:
                yield from _given(question, value, vocabulary)
            if _is_sent(question, stop, vocabulary):
                yield question.fact or "", None if value in (NOT_KNOWN, (NOT_KNOWN,)) else value


def _given(question: Question, value: Value, vocabulary: Vocabulary) -> Iterator[tuple[str, FactValue]]:
    for given in question.gives:
        if given.option == value and given.fact in vocabulary.signs:
            yield given.fact, given.value


def _is_sent(question: Question, stop: Stop, vocabulary: Vocabulary) -> bool:
    return question.fact in vocabulary.facts and (not question.when_needed or needed(question, stop.state))


def _signs(stop: Stop, answered: Answered, vocabulary: Vocabulary) -> Mapping[str, FactValue]:
    pages = {one.options.page: one.options for one in stop.asked if isinstance(one.options, SignsOf)}
    found: dict[str, FactValue] = {}
    for number, options in pages.items():
        ids = offers(vocabulary).of(chosen_groups(options, stop.state)).ids[number - 1]
        ticked, unsure = _ticked(stop, answered, unsure=False), _ticked(stop, answered, unsure=True)
        if ticked or unsure or not _left_out(stop, answered):
            found.update(dict.fromkeys(ids, False))
        found.update((sign, None) for sign in unsure if sign in ids)
        found.update((sign, True) for sign in ticked if sign in ids)
    return found


def _ticked(stop: Stop, answered: Answered, *, unsure: bool) -> tuple[str, ...]:
    found: list[str] = []
    for question in stop.asked:
        if isinstance(question.options, SignsOf) and question.options.unsure is unsure:
            found.extend(answered.values.get(question.id, ()))
    return tuple(found)


def _left_out(stop: Stop, answered: Answered) -> bool:
    press = stop.page.press(answered.action)
    return press is not None and press.skips


def danger(trail: Trail) -> Danger | None:
    """Whether the answers say that a child is in danger now, and whether staff or the head may be the danger."""
    said = _SAID_AT_START.get(_value(trail, "start", "what") or "")
    if said in ("danger_staff", "danger_head"):
        return said
    confirmed = _value(trail, "child", "danger_check") in ("yes", NOT_KNOWN)
    found = any(answered.finding.emergency for answered in trail.values())
    return "danger" if said or confirmed or found else None


def _value(trail: Trail, screen: str, field: str) -> Value | None:
    answered = trail.get(screen)
    return answered.values.get(field) if answered else None


def branches(flow: Flow, trail: Trail) -> tuple[str, ...]:
    """The names of the flow's branches that the answers on the road meet."""
    state = walk(flow, trail).state
    return tuple(branch.name for branch in flow.branches if met(branch.when, state))


def texts(trail: Trail) -> tuple[str, ...]:
    """Everything that somebody typed, on the road or off it."""
    typed = _typed_fields()
    return tuple(
        value
        for answered in trail.values()
        for field, value in answered.values.items()
        if isinstance(value, str) and (answered.screen, field) in typed
    )


@cache
def _typed_fields() -> frozenset[tuple[str, str]]:
    pages = (page for flow in CATALOGUE.values() for page in flow.pages)
    return frozenset((page.id, one.id) for page in pages for one in page.questions if one.kind in TYPED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What happened, facts apart from opinion, each in the reporter's own words; empty where nothing was written."""

    saw: str = ""
    child_said: str = ""
    told_by_other: str = ""
    think: str = ""


def told(trail: Trail, screens: Iterable[str] = ("happened", "adult_what")) -> Told:
    """The four boxes of what happened, from the first of `screens` that was answered."""
    answered = next((trail[screen] for screen in screens if screen in trail), None)
    boxes = answered.values if answered else {}
    return Told(**{box: str(boxes[box]) for box in ("saw", "child_said", "told_by_other", "think") if box in boxes})
