"""Lines of a document that gainsay each other. Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from thresholds.conditions import All, AnyOf, AtLeast, Condition, Not
from thresholds.document import Document, LevelEntry
from thresholds.parts import Parts
from thresholds.reach import never_decides
from thresholds.sources import Problem


def contradictions(parts: Parts, document: Document) -> Iterator[Problem]:
    """Two lines for the same facts, levels that can't be told apart, lines that can never decide."""
    yield from _same_facts(parts, document)
    if not parts.sure("levels"):
        return
    yield from _same_levels(parts, document.levels)
    known = {level.id for level in document.levels}
    if all(line.level in known for line in document.indicators):
        for index, line in enumerate(document.indicators):
            message = never_decides(line, document)
            if message is not None:
                yield parts.problem(f"{line.id}: {message}", "indicators", index, "level")


def _same_facts(parts: Parts, document: Document) -> Iterator[Problem]:
    seen: dict[object, tuple[str, str]] = {}
    for index, line in enumerate(document.indicators):
        before = seen.setdefault(plain(line.when), (line.id, line.level))
        if before[0] == line.id:
            continue
        if before[1] == line.level:
            message = f"{line.id} says the same as {before[0]}: keep one of them"
        else:
            message = f"{line.id} contradicts {before[0]}: the same facts give {line.level} and {before[1]}; keep one"
        yield parts.problem(message, "indicators", index)


def _same_levels(parts: Parts, levels: Sequence[LevelEntry]) -> Iterator[Problem]:
    labels: dict[str, str] = {}
    for index, level in enumerate(levels):
        if labels.setdefault(level.label.casefold(), level.id) != level.id:
            message = f"{level.id} has the same label as {labels[level.label.casefold()]}: name them apart"
            yield parts.problem(message, "levels", index, "label")
    numbered = [(index, level) for index, level in enumerate(levels) if level.number is not None]
    for (_, before), (index, level) in pairwise(numbered):
        if (level.number or 0) <= (before.number or 0):
            message = (
                f"{level.id}: number {level.number} does not follow {before.number}: the graver has the higher one"
            )
            yield parts.problem(message, "levels", index, "number")


def plain(condition: Condition) -> object:
    """A condition such that two that mean the same in another order are equal.

    >>> from thresholds.conditions import Is
    >>> one, other = Is("a", True), Is("b", True)
    >>> plain(All((one, other))) == plain(All((other, one)))
    True
    """
    match condition:
        case All(of):
            return "all", frozenset(map(plain, of))
        case AnyOf(of):
            return "any", frozenset(map(plain, of))
        case AtLeast(count, of):
            return "at_least", count, frozenset(map(plain, of))
        case Not(of):
            return "not", plain(of)
    return condition
