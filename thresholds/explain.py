"""Which answers carry a suggestion, and which single answer would raise it. Pure; asks the rules again and again.

Nothing here changes what is suggested. Compares outcomes and the levels of one document, never clocks.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TypeAlias

from thresholds.evaluate import Rules, evaluate, evaluate_without_document
from thresholds.facts import Facts, FactValue, Vocabulary
from thresholds.result import Evaluation, LevelView, Outcome

_Say: TypeAlias = Callable[[Facts], Evaluation]
_Height: TypeAlias = tuple[int, int]

_MOST_TRIED = 500
_MOST_CARRYING = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Raising:
    """One answer more, and what the suggestion would be with it."""

    fact: str
    value: FactValue
    outcome: Outcome
    level: LevelView | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """`carried_by` are ids of facts: without any one of them outcome or level would be lower. Empty: no outcome.

    `raised_by` is None where no answer that belongs to what was said would raise it.
    """

    carried_by: tuple[str, ...] = ()
    raised_by: Raising | None = None


UNEXPLAINED = Explanation()


def explain(rules: Rules | None, vocabulary: Vocabulary, facts: Facts) -> Explanation:
    """The smallest set of answers that carries the suggestion, and the answer that would raise it least.

    `rules` are those that judged, or None where no document speaks. An answer that was asked and is not known may carry
    as well. What is not known is tried first, then the other signs of the areas that were ticked.
    """
    ask = _Asking(rules, vocabulary, facts)
    return Explanation(carried_by=_carried_by(ask), raised_by=_raised_by(ask))


class _Asking:
    """The rules, asked about one set of facts and about parts of it."""

    def __init__(self, rules: Rules | None, vocabulary: Vocabulary, facts: Facts) -> None:
        self.rules, self.vocabulary, self.facts = rules, vocabulary, facts
        self.found = self.say(facts)
        levels = () if rules is None else rules.levels[:-1]
        self.grades = {level.id: grade for grade, level in enumerate(levels) if level is not None}

    def say(self, facts: Facts) -> Evaluation:
        if self.rules is None:
            return evaluate_without_document(self.vocabulary, facts)
        return evaluate(self.rules, facts)

    def height(self, said: Evaluation) -> _Height:
        return said.outcome or 0, 0 if said.level is None else self.grades.get(said.level.id, 0)

    def carries(self, keys: Iterable[str]) -> bool:
        said = self.say({key: self.facts[key] for key in keys})
        return (said.outcome, said.level) == (self.found.outcome, self.found.level)


def _carried_by(ask: _Asking) -> tuple[str, ...]:
    if ask.found.outcome is None:
        return ()
    there = [key for key, value in ask.facts.items() if value is not False]
    there.sort(key=lambda key: (ask.facts[key] is None, key not in ask.vocabulary.signs))
    for size in range(1, _MOST_CARRYING + 1):
        if comb(len(there), size) > _MOST_TRIED:
            break
        for keys in combinations(there, size):
            if ask.carries(keys):
                return keys
    return _fewest(ask, there)


def _fewest(ask: _Asking, there: Sequence[str]) -> tuple[str, ...]:
    """What is left when each answer that can be spared is taken out: of each gravest reason, and of all answers."""
    top = [reason for reason in ask.found.reasons if reason.outcome == ask.found.outcome]
    starts = [(*reason.facts, *reason.not_known) for reason in top]
    found = [_shrunk(ask, start) for start in starts if ask.carries(start)]
    return min(found, key=len) if found else _shrunk(ask, there)


def _shrunk(ask: _Asking, keys: Sequence[str]) -> tuple[str, ...]:
    kept = tuple(keys)
    for key in reversed(keys):
        fewer = tuple(one for one in kept if one != key)
        if ask.carries(fewer):
            kept = fewer
    return kept


def _raised_by(ask: _Asking) -> Raising | None:
    return _least(ask, _not_known(ask)) or _least(ask, _beside(ask))


def _least(ask: _Asking, answers: Iterable[tuple[str, FactValue]]) -> Raising | None:
    """Of the answers that raise it, the one that raises it least; of several the first."""
    now, best = ask.height(ask.found), None
    least: _Height | None = None
    for fact, value in answers:
        said = ask.say({**ask.facts, fact: value})
        height = ask.height(said)
        if said.outcome is not None and height > now and (least is None or height < least):
            least, best = height, Raising(fact=fact, value=value, outcome=said.outcome, level=said.level)
    return best


def _not_known(ask: _Asking) -> Iterator[tuple[str, FactValue]]:
    """Every answer to what is not known and could matter."""
    for key in ask.found.unknown:
        fact = ask.vocabulary.facts.get(key)
        if fact is None:
            yield key, True
        else:
            yield from ((key, (one.id,) if fact.kind == "many" else one.id) for one in fact.values)


def _beside(ask: _Asking) -> Iterator[tuple[str, FactValue]]:
    """The signs of the areas in which one was ticked."""
    signs = ask.vocabulary.signs
    areas = {signs[key].area for key, value in ask.facts.items() if value is True and key in signs}
    yield from ((key, True) for key, sign in signs.items() if sign.area in areas and ask.facts.get(key) is not True)
