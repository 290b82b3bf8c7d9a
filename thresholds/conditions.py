"""The seven conditions as frozen data, and what it means that one holds.

Monotone by construction: `not` stands only over context facts, an absent fact meets nothing, and a context fact that
was asked and is not known (`None`) meets every condition over it: *I don't know* is never milder than an answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from thresholds.facts import Facts, FactValue

# What a fact that was never asked looks like to a leaf: a value that no rule can name.
_ABSENT: FactValue = ()


class Holds(Enum):
    """`NOT_KNOWN` means: met, but only because something asked is not known."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


# Members of an enum are dear to look up in an inner loop.
_YES, _NO, _NOT_KNOWN = Holds.YES, Holds.NO, Holds.NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Is:
    """The fact has this value. For a sign the value is `True`."""

    fact: str
    value: bool | str

    def holds(self, facts: Facts) -> Holds:
        """Whether it is met; a sign nobody is sure of meets nothing (it asks for advice)."""
        found = facts.get(self.fact, _ABSENT)
        if found is None:
            return _NO if self.value is True else _NOT_KNOWN
        return _YES if found == self.value else _NO


@dataclass(frozen=True, slots=True)
class OneOf:
    """The fact has one of these values."""

    fact: str
    values: tuple[str, ...]

    def holds(self, facts: Facts) -> Holds:
        """Whether it is met."""
        found = facts.get(self.fact, _ABSENT)
        if found is None:
            return _NOT_KNOWN
        return _YES if found in self.values else _NO


@dataclass(frozen=True, slots=True)
class Includes:
    """The fact is a list that includes at least one of these values."""

    fact: str
    values: tuple[str, ...]

    def holds(self, facts: Facts) -> Holds:
        """Whether it is met; an empty list includes nothing."""
        found = facts.get(self.fact, _ABSENT)
        if found is None:
            return _NOT_KNOWN
        return _YES if isinstance(found, tuple) and any(item in self.values for item in found) else _NO


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the conditions hold (a cluster of signs)."""

    count: int
    of: tuple["Condition", ...]

    def holds(self, facts: Facts) -> Holds:
        """Whether enough parts are met."""
        return _enough(self.count, self.of, facts)


@dataclass(frozen=True, slots=True)
class All:
    """Every condition holds."""

    of: tuple["Condition", ...]

    def holds(self, facts: Facts) -> Holds:
        """Whether every part is met."""
        return _enough(len(self.of), self.of, facts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds."""

    of: tuple["Condition", ...]

    def holds(self, facts: Facts) -> Holds:
        """Whether a part is met."""
        return _enough(1, self.of, facts)


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold. Only over context facts; a fact never asked meets nothing here either."""

    of: "Condition"

    def holds(self, facts: Facts) -> Holds:
        """Whether all of it was asked and it is not met."""
        asked = list(reads(self.of))
        if any(fact not in facts for fact in asked):
            return _NO
        if any(facts[fact] is None for fact in asked):
            return _NOT_KNOWN
        return _YES if self.of.holds(facts) is _NO else _NO


Condition: TypeAlias = Is | OneOf | Includes | AtLeast | All | AnyOf | Not


def holds(condition: Condition, facts: Facts) -> Holds:
    """Whether the condition is met by the facts.

    >>> holds(Is("not_mobile", "yes"), {}), holds(Is("not_mobile", "yes"), {"not_mobile": None})
    (<Holds.NO: 'no'>, <Holds.NOT_KNOWN: 'not_known'>)
    """
    return condition.holds(facts)


def reads(condition: Condition) -> Iterator[str]:
    """The ids of the facts that the condition looks at, with repeats.

    >>> sorted(reads(All((Is("bruise", True), Not(Is("not_mobile", "no"))))))
    ['bruise', 'not_mobile']
    """
    match condition:
        case Is(fact) | OneOf(fact) | Includes(fact):
            yield fact
        case Not(of):
            yield from reads(of)
        case _:
            for part in condition.of:
                yield from reads(part)


def met_by(condition: Condition, facts: Facts) -> Iterator[str]:
    """The ids of the facts by which a condition that holds is met, with repeats; parts that do not hold add nothing.

    >>> list(met_by(AnyOf((Is("bruise", True), Is("disabled", "yes"))), {"bruise": True}))
    ['bruise']
    """
    if condition.holds(facts) is _NO:
        return
    match condition:
        case Is() | OneOf() | Includes() | Not():
            yield from reads(condition)
        case _:
            for part in condition.of:
                yield from met_by(part, facts)


def leaves(condition: Condition) -> Iterator[Is | OneOf | Includes]:
    """The parts that look at one fact each, wherever they stand."""
    match condition:
        case Is() | OneOf() | Includes():
            yield condition
        case Not(of):
            yield from leaves(of)
        case _:
            for part in condition.of:
                yield from leaves(part)


def _enough(count: int, of: tuple[Condition, ...], facts: Facts) -> Holds:
    sure = met = 0
    for part in of:
        found = part.holds(facts)
        if found is _YES:
            sure += 1
        if found is not _NO:
            met += 1
    if sure >= count:
        return _YES
    return _NOT_KNOWN if met >= count else _NO
