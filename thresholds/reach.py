"""Whether a rule can ever speak, and whether a graver answer could yield a lower level. Pure, over loaded data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product

from thresholds.conditions import All as AllOf
from thresholds.conditions import AtLeast, Condition, Holds, Is, holds, reads
from thresholds.document import AccumulationEntry, Document, IndicatorEntry, ModifierEntry, grades
from thresholds.evaluate import evaluate
from thresholds.facts import Fact, Facts, FactValue, Vocabulary
from thresholds.result import Evaluation
from thresholds.rules import Rules

_CASES_LIMIT = 50_000
_ADULT = "18_or_over"


def reach_problems(condition: Condition, vocabulary: Vocabulary) -> Iterator[str]:
    """Why an indicator can never speak, or would speak without any sign."""
    facts = _context_of(condition, vocabulary)
    signs = dict.fromkeys((fact for fact in reads(condition) if fact in vocabulary.signs), True)
    if holds(condition, {fact.id: None for fact in facts}) is not Holds.NO:
        yield "it can be met without any sign: each indicator needs one sign that is ticked"
    if not any(holds(condition, {**signs, **context}) is Holds.YES for context in _contexts(facts)):
        yield "unreachable: no facts can meet it; mend the condition or take the line out"


def modifier_problems(entry: ModifierEntry, document: Document, vocabulary: Vocabulary) -> Iterator[str]:
    """Why a modifier can never raise anything."""
    facts = _context_of(entry.when, vocabulary)
    signs = dict.fromkeys((fact for fact in reads(entry.when) if fact in vocabulary.signs), True)
    if not any(holds(entry.when, {**signs, **context}) is Holds.YES for context in _contexts(facts)):
        yield "unreachable: no facts can meet it; mend the condition or take the rule out"
    touched = [line for line in document.indicators if line.level == entry.at and _stands_in(line, entry, vocabulary)]
    if not touched:
        yield f"unreachable: no line stands at {entry.at} in its areas; mend at or areas, or take the rule out"


def accumulation_problems(entry: AccumulationEntry, document: Document, vocabulary: Vocabulary) -> Iterator[str]:
    """Why an accumulation rule can never add up to its count."""
    grade = grades(document.levels)
    counted = [line for line in document.indicators if grade[line.level] >= grade[entry.at]]
    areas = {area for line in counted for area in areas_of(line.when, vocabulary)}
    if len(counted) < entry.count or len(areas) < entry.areas:
        yield (
            f"unreachable: it asks for {entry.count} lines over {entry.areas} areas, and {len(counted)} lines over "
            f"{len(areas)} areas stand at {entry.at} or above; ask for fewer, or take the rule out"
        )


def never_decides(line: IndicatorEntry, document: Document) -> str | None:
    """Why a line over several signs can never decide: what it needs is graver already, line by line."""
    grade = grades(document.levels)
    alone = {one.when.fact: grade[one.level] for one in document.indicators if isinstance(one.when, Is)}
    needed = _needed(line.when)
    milder = [sign for sign in needed[1] if alone.get(sign, 0) <= grade[line.level]]
    if len(milder) < needed[0]:
        return "what it needs is rated graver without it, so that it can never decide: raise its level or take it out"
    return None


def lowering_answers(rules: Rules) -> Iterator[tuple[str, int, str]]:
    """(key, index, message) of each rule by which a graver answer gives less than a milder one, on the whole document.

    Only rules that read a fact with a direction can lower anything; each is tried with every answer to it.
    """
    both: tuple[tuple[str, tuple[IndicatorEntry | ModifierEntry, ...]], ...] = (
        ("indicators", rules.document.indicators),
        ("modifiers", rules.document.modifiers),
    )
    for key, entries in both:
        for index, entry in enumerate(entries):
            message = _lowering(rules, entry)
            if message is not None:
                yield key, index, message


def areas_of(condition: Condition, vocabulary: Vocabulary) -> frozenset[str]:
    """The areas of the signs that the condition reads."""
    return frozenset(vocabulary.signs[fact].area for fact in reads(condition) if fact in vocabulary.signs)


def _lowering(rules: Rules, entry: IndicatorEntry | ModifierEntry) -> str | None:
    facts = _context_of(entry.when, rules.vocabulary)
    directed = [fact for fact in facts if fact.graver]
    if not directed or not _turns(entry.when, facts, directed, rules.vocabulary):
        return None
    for signs in _starts(rules, entry):
        for fact in directed:
            for context in _contexts([one for one in facts if one is not fact]):
                found = _lower(rules, fact, {**signs, **context})
                if found is not None:
                    return found
    return None


def _turns(when: Condition, facts: Sequence[Fact], directed: Sequence[Fact], vocabulary: Vocabulary) -> bool:
    """Whether the condition itself is met by a milder answer and not by a graver one."""
    signs = dict.fromkeys((fact for fact in reads(when) if fact in vocabulary.signs), True)
    return any(
        holds(when, {**signs, **context, fact.id: mild}) is Holds.YES
        and holds(when, {**signs, **context, fact.id: grave}) is Holds.NO
        for fact in directed
        for context in _contexts([one for one in facts if one is not fact])
        for mild, grave in _pairs(fact)
    )


def _lower(rules: Rules, fact: Fact, given: Facts) -> str | None:
    for mild, grave in _pairs(fact):
        before, after = evaluate(rules, {**given, fact.id: mild}), evaluate(rules, {**given, fact.id: grave})
        if _rank(rules, after) < _rank(rules, before):
            return (
                f"a graver answer yields a lower level: {fact.id} {_said(mild)} gives {_level(before)}, "
                f"{_said(grave)} gives {_level(after)}; let the line hold for the graver answer too"
            )
    return None


def _starts(rules: Rules, entry: IndicatorEntry | ModifierEntry) -> Iterator[dict[str, FactValue]]:
    """Signs to start from: those the rule reads, or for a modifier a line that it raises."""
    signs = [fact for fact in reads(entry.when) if fact in rules.vocabulary.signs]
    if isinstance(entry, IndicatorEntry):
        yield dict.fromkeys(signs, True)
        return
    for line in rules.document.indicators:
        if line.level == entry.at and _stands_in(line, entry, rules.vocabulary) and isinstance(line.when, Is):
            yield {**dict.fromkeys(signs, True), line.when.fact: True}
            return


def _pairs(fact: Fact) -> Iterator[tuple[FactValue, FactValue]]:
    """A milder answer and a graver one."""
    make: Callable[[str], FactValue] = (lambda value: (value,)) if fact.kind == "many" else (lambda value: value)
    values = [choice.id for choice in fact.values]
    for mild in values:
        for grave in fact.graver:
            if mild not in fact.graver:
                yield make(mild), make(grave)


def _rank(rules: Rules, found: Evaluation) -> tuple[int, int, int]:
    grade = grades(rules.document.levels).get(found.level.id, 0) if found.level else 0
    return found.outcome or 0, found.urgency, grade


def _level(found: Evaluation) -> str:
    return found.level.id if found.level else "no level"


def _said(value: FactValue) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _needed(when: Condition) -> tuple[int, tuple[str, ...]]:
    """How many of which signs it takes, where that is plain; else none of none."""
    match when:
        case AllOf(of):
            signs = tuple(part.fact for part in of if isinstance(part, Is) and part.value is True)
            return len(signs), signs
        case AtLeast(count, of) if count <= len(of) and all(isinstance(part, Is) and part.value is True for part in of):
            return count, tuple(part.fact for part in of if isinstance(part, Is))
    return 0, ()


def _stands_in(line: IndicatorEntry, entry: ModifierEntry, vocabulary: Vocabulary) -> bool:
    return not entry.areas or not areas_of(line.when, vocabulary).isdisjoint(entry.areas)


def _context_of(condition: Condition, vocabulary: Vocabulary) -> list[Fact]:
    return [vocabulary.facts[fact] for fact in dict.fromkeys(reads(condition)) if fact in vocabulary.facts]


def _contexts(facts: Sequence[Fact]) -> Iterator[Mapping[str, FactValue]]:
    """Every combination of values of the facts; of a list, each value alone and all together."""
    choices = [list(_values(fact)) for fact in facts]
    for values in islice(product(*choices), _CASES_LIMIT):
        yield {fact.id: value for fact, value in zip(facts, values, strict=True)}


def _values(fact: Fact) -> Iterator[FactValue]:
    """The answers by which a document may speak: nobody of 18 or over gets a level of it."""
    values = tuple(choice.id for choice in fact.values if choice.id != _ADULT)
    if fact.kind == "one":
        yield from values
    else:
        yield values
        yield from ((value,) for value in values)
