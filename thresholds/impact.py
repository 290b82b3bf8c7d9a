"""What a new version of a document would have said of past cases. Pure: facts in, changed verdicts out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from thresholds.evaluate import Rules, evaluate
from thresholds.facts import Facts
from thresholds.result import Evaluation, Urgency

Kind: TypeAlias = Literal["raised", "lowered", "level_only"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What of an evaluation is compared: outcome word, clock, level as people read it."""

    outcome: str | None
    urgency: Urgency
    level: str | None
    label: str | None

    def __str__(self) -> str:
        outcome = "no outcome" if self.outcome is None else self.outcome.replace("_", " ")
        return f"{outcome}, {self.label or 'no level'} ({self.urgency.name.replace('_', ' ').lower()})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A past case that comes out otherwise. `level_only`: outcome and clock stay, the level's name does not."""

    id: str
    kind: Kind
    before: Verdict
    after: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """How many past cases were tried, which would change, and the ids of those that could not be opened."""

    count: int
    changes: tuple[Change, ...]
    closed_to_us: tuple[str, ...] = ()


def verdict_of(found: Evaluation) -> Verdict:
    """The parts that are compared."""
    return Verdict(
        outcome=found.outcome.word if found.outcome else None,
        urgency=found.urgency,
        level=found.level.id if found.level else None,
        label=found.level.label if found.level else None,
    )


def impact(past: Iterable[tuple[str, Facts, Rules]], new: Rules) -> Iterator[Change | None]:
    """For each past case (id, facts, the rules that judged it): how it changes, or None."""
    for name, facts, old in past:
        before, after = evaluate(old, facts), evaluate(new, facts)
        if _same(before, after):
            yield None
        else:
            yield Change(id=name, kind=_kind(before, after), before=verdict_of(before), after=verdict_of(after))


def _same(before: Evaluation, after: Evaluation) -> bool:
    return (before.outcome, before.urgency, before.level) == (after.outcome, after.urgency, after.level)


def _kind(before: Evaluation, after: Evaluation) -> Kind:
    ranks = (before.outcome or 0, before.urgency), (after.outcome or 0, after.urgency)
    if ranks[0] == ranks[1]:
        return "level_only"
    return "raised" if ranks[1] > ranks[0] else "lowered"
