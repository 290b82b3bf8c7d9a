"""Whether a document hangs together: the ids it names are there, and its conditions can only raise.

What a document must pass to be loaded at all; the severer checks are `lint`. Reads no files.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from thresholds.conditions import All, AnyOf, AtLeast, Condition, Includes, Is, Not, OneOf, leaves
from thresholds.document import Document, grades
from thresholds.facts import Fact, Vocabulary
from thresholds.parts import Parts
from thresholds.sources import Problem

FLOOR_PREFIX = "significant_harm."


def reference_problems(parts: Parts, document: Document, vocabulary: Vocabulary) -> list[Problem]:
    """Everything that names what is not there, or would keep the rules from speaking."""
    return [
        *_level_problems(parts, document),
        *_line_problems(parts, document, vocabulary),
        *_raise_problems(parts, document, vocabulary),
        *_sign_problems(parts, document, vocabulary),
    ]


def overlap_problems(read: Iterable[tuple[Parts, Document]]) -> list[Problem]:
    """Documents of one authority whose dates overlap."""
    ordered = sorted(read, key=lambda one: (one[1].authority, one[1].in_force_from))
    return [
        parts.problem(f"overlaps with the document in force from {before.in_force_from}: end that one", "in_force_from")
        for (_, before), (parts, after) in pairwise(ordered)
        if before.authority == after.authority
        and (before.in_force_to is None or before.in_force_to >= after.in_force_from)
    ]


def condition_problems(condition: Condition, vocabulary: Vocabulary) -> Iterator[str]:
    """What is wrong with a condition: unknown facts and values, signs taken negatively, clusters that cannot count."""
    for leaf in leaves(condition):
        yield from _leaf_problems(leaf, vocabulary)
    yield from _part_problems(condition, vocabulary)


def _leaf_problems(leaf: Is | OneOf | Includes, vocabulary: Vocabulary) -> Iterator[str]:
    fact = vocabulary.facts.get(leaf.fact)
    if leaf.fact in vocabulary.signs:
        if leaf != Is(leaf.fact, True):
            yield f"{leaf.fact} is a sign: write its id alone, it can only be met by being ticked"
    elif fact is None:
        yield f"unknown sign or fact {leaf.fact!r}: `swis facts` lists every id"
    elif isinstance(leaf, Includes) != (fact.kind == "many"):
        yield f"{leaf.fact}: write {'includes' if fact.kind == 'many' else 'is or one_of'} over this fact"
    else:
        yield from _value_problems(leaf, fact)


def _value_problems(leaf: Is | OneOf | Includes, fact: Fact) -> Iterator[str]:
    allowed = [choice.id for choice in fact.values]
    values: Sequence[object] = (leaf.value,) if isinstance(leaf, Is) else leaf.values
    if not values:
        yield f"{leaf.fact}: no value stands here: use some of {', '.join(allowed)}"
    for value in values:
        if value not in allowed:
            yield f"{leaf.fact}: unknown value {value!r}: use one of {', '.join(allowed)}, in quotes"


def _part_problems(condition: Condition, vocabulary: Vocabulary) -> Iterator[str]:
    match condition:
        case Not(of):
            for leaf in leaves(of):
                if leaf.fact in vocabulary.signs:
                    yield f"not over the sign {leaf.fact}: a sign may only raise; use not over context facts alone"
        case AtLeast(count, of) if not 1 <= count <= len(of):
            yield f"at_least {count} of {len(of)}: the count must lie between 1 and the number of parts"
    if isinstance(condition, AtLeast | All | AnyOf):
        for part in condition.of:
            yield from _part_problems(part, vocabulary)


def _level_problems(parts: Parts, document: Document) -> Iterator[Problem]:
    yield from twice(parts, "levels", [level.id for level in document.levels])
    yield from twice(parts, "contacts", [contact.id for contact in document.contacts])
    if not parts.sure("levels"):
        return
    grade = grades(document.levels)
    floor = next((level for level in document.levels if level.id == document.s47_level), None)
    if not parts.sure("s47_level"):
        pass
    elif floor is None:
        yield parts.problem(_unknown_level(document.s47_level, grade), "s47_level")
    elif (floor.basis, floor.outcome) != ("S47", "statutory_referral"):
        yield parts.problem("s47_level must be a statutory_referral level with basis S47: name another", "s47_level")
    for index, (before, level) in enumerate(pairwise(document.levels), start=1):
        if grade[level.id] < grade[before.id]:
            yield parts.problem(f"{level.id} is milder than {before.id}: list the mildest first", "levels", index)
    for index, level in enumerate(document.levels):
        if (level.outcome == "statutory_referral") != (level.basis != "none"):
            message = f"{level.id}: a statutory_referral has basis S17 or S47, and nothing else has"
            yield parts.problem(message, "levels", index, "basis")


def _line_problems(parts: Parts, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    grade = grades(document.levels)
    for index, line in enumerate(document.indicators):
        if line.level not in grade and parts.sure("levels"):
            yield parts.problem(f"{line.id}: {_unknown_level(line.level, grade)}", "indicators", index, "level")
        for message in condition_problems(line.when, vocabulary):
            yield parts.problem(f"{line.id}: {message}", "indicators", index, "when")
    yield from _rule_ids(parts, document)


def _rule_ids(parts: Parts, document: Document) -> Iterator[Problem]:
    seen: set[str] = set()
    for key in ("indicators", "modifiers", "accumulation"):
        for index, rule in enumerate(getattr(document, key)):
            if rule.id in seen:
                yield parts.problem(f"the id {rule.id} stands twice: give each rule its own", key, index)
            if rule.id.startswith(FLOOR_PREFIX):
                yield parts.problem(f"{rule.id}: ids that begin with {FLOOR_PREFIX} are taken: rename it", key, index)
            seen.add(rule.id)


def _raise_problems(parts: Parts, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    grade = grades(document.levels)
    for key in ("modifiers", "accumulation"):
        for index, rule in enumerate(getattr(document, key)):
            named = [level for level in (rule.at, rule.becomes) if level not in grade]
            for level in named if parts.sure("levels") else ():
                yield parts.problem(f"{rule.id}: {_unknown_level(level, grade)}", key, index)
            if parts.sure("levels") and not named and grade[rule.becomes] <= grade[rule.at]:
                message = f"{rule.id}: becomes must be graver than at: rules only raise"
                yield parts.problem(message, key, index, "becomes")
    for index, modifier in enumerate(document.modifiers):
        for message in condition_problems(modifier.when, vocabulary):
            yield parts.problem(f"{modifier.id}: {message}", "modifiers", index, "when")
        for area in modifier.areas:
            if area not in vocabulary.areas:
                message = f"{modifier.id}: unknown area {area!r}: mend its spelling"
                yield parts.problem(message, "modifiers", index, "areas")


def _sign_problems(parts: Parts, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    yield from twice(parts, "duties", [duty.id for duty in document.duties])
    yield from twice(parts, "unrated", [entry.sign for entry in document.unrated])
    for index, duty in enumerate(document.duties):
        for sign in duty.signs:
            if sign not in vocabulary.signs:
                yield parts.problem(f"{duty.id}: unknown sign {sign!r}: mend its spelling", "duties", index, "signs")
    for index, entry in enumerate(document.unrated):
        if entry.sign not in vocabulary.signs:
            yield parts.problem(f"unknown sign {entry.sign!r}: mend its spelling", "unrated", index, "sign")


def twice(parts: Parts, key: str, ids: Sequence[str]) -> Iterator[Problem]:
    """Ids that stand more than once in the list under `key`."""
    for index, one in enumerate(ids):
        if one in ids[:index]:
            yield parts.problem(f"{one} stands here twice: keep one of them", key, index)


def _unknown_level(level: str, grade: Iterable[str]) -> str:
    return f"unknown level {level!r}: use one of {', '.join(grade)}"
