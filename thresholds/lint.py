"""Severe checks on rule data: `python -m thresholds.lint [folder …]`, where a folder is `<authority>/<date>`.

Without a folder: everything that is packaged. Prints one line a document when clean; else every problem by file and
line, and exits 2. What lapses on a day is said only to whoever names the day. Not needed at run time.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeAlias

from thresholds.checks import condition_problems, overlap_problems, reference_problems, twice
from thresholds.conditions import Condition, Holds, holds, reads
from thresholds.contradictions import contradictions
from thresholds.document import CitationEntry, Document, ExampleEntry
from thresholds.evaluate import Rules, evaluate, ready
from thresholds.facts import FactsError, Vocabulary, parse_facts
from thresholds.load import PACKAGED, ReadEdition, edition_folders, read_edition, read_vocabulary
from thresholds.parts import Parts
from thresholds.reach import accumulation_problems, lowering_answers, modifier_problems, reach_problems
from thresholds.result import Evaluation
from thresholds.roads import date_problems, road_problems
from thresholds.salvage import words_in
from thresholds.sources import Problem, ProblemsError
from thresholds.wording import GAP, gaps, gaps_in_notes, wording_problems

__all__ = [
    "Linted",
    "check_examples",
    "document_problems",
    "edition_problems",
    "example_problems",
    "lint",
    "main",
    "reach_problems",
    "summary",
]

Where: TypeAlias = Callable[[str, int], Problem]

_RULE_KEYS = ("levels", "s47_level", "indicators", "modifiers", "accumulation", "unrated", "duties")


@dataclass(frozen=True, slots=True)
class Linted:
    """All problems found, by file and line; `said` is one line a document, for people."""

    problems: tuple[Problem, ...]
    said: tuple[str, ...]


def main(arguments: Sequence[str]) -> int:
    """Lint the folders named, or all that is packaged; the exit code."""
    found = lint([Path(argument) for argument in arguments])
    if found.problems:
        sys.stderr.write(f"{ProblemsError(found.problems)}\n{len(found.problems)} problems\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in found.said)
    return 0


def lint(folders: Sequence[Traversable] = (), vocabulary: Vocabulary | None = None, on: date | None = None) -> Linted:
    """Each folder read and checked, dates against each other included; by default all that is packaged.

    With `on` also what has lapsed by that day.
    """
    mistakes: tuple[Problem, ...] = ()
    if vocabulary is None:
        vocabulary, mistakes = read_vocabulary(PACKAGED / "vocabulary")
    if vocabulary is None:
        return Linted(mistakes, ())
    chosen = folders or tuple(edition_folders(PACKAGED / "authorities"))
    read = [read_edition(folder, vocabulary) for folder in chosen]
    problems = [*mistakes, *(problem for one in read for problem in edition_problems(one, on))]
    problems += overlap_problems((one.parts, one.document) for one in read if _dated(one) if one.document)
    said = (summary(one.document, one.examples) for one in read if one.document)
    return Linted(tuple(sorted(set(problems))), tuple(said))


def _dated(read: ReadEdition) -> bool:
    return read.parts.sure("authority", "in_force_from", "in_force_to")


def summary(document: Document, examples: Sequence[ExampleEntry]) -> str:
    """One line about a document."""
    signed = "signed off" if document.signed_off else "not signed off"
    return (
        f"{document.authority} {document.in_force_from}: {len(document.indicators)} indicators, "
        f"{len(document.unrated)} signs unrated, {len(examples)} examples, {signed}"
    )


def edition_problems(read: ReadEdition, on: date | None = None) -> tuple[Problem, ...]:
    """All that is wrong with one folder: of a broken document too, as far as its parts can be told apart.

    What the rules answer is tried only where they can speak.
    """
    left_open = (*gaps(read.parts), *gaps_in_notes(*read.notes))
    if read.document is None:
        return (*read.problems, *left_open)
    found = [*read.problems, *document_problems(read.parts, read.document, read.vocabulary, on), *left_open]
    found += _altered(read)
    found += _examples_listed(read)
    if read.parts.sure(*_RULE_KEYS) and not reference_problems(read.parts, read.document, read.vocabulary):
        rules = ready(read.document, read.vocabulary)
        found += check_examples(read.document, rules, read.examples, _in_parts(read.parts))
        found += _lowering(read.parts, rules)
    return tuple(found)


def document_problems(
    parts: Parts, document: Document, vocabulary: Vocabulary, on: date | None = None
) -> Iterator[Problem]:
    """What keeps a document that can be loaded from being good enough to use."""
    if parts.sure("vocabulary") and document.vocabulary != vocabulary.version:
        message = f"written for vocabulary {document.vocabulary}, this is {vocabulary.version}: go through it again"
        yield parts.problem(message, "vocabulary")
    yield from date_problems(parts, document, on)
    yield from road_problems(parts, document)
    yield from _coverage_problems(parts, document, vocabulary)
    yield from _uncited(parts, document)
    yield from contradictions(parts, document)
    yield from wording_problems(parts, document)
    yield from _unreachable(parts, document, vocabulary)


def check_examples(
    document: Document, rules: Rules, examples: Iterable[ExampleEntry], where: Where | None = None
) -> tuple[Problem, ...]:
    """Every example that the rules do not agree with. `where` makes a problem of a message and the example's index."""
    place = where or _in_examples_of(document)
    return tuple(
        place(f"{example.id}: {message}", index)
        for index, example in enumerate(examples)
        for message in _disagreements(rules, example)
    )


def example_problems(read: ReadEdition) -> Iterator[Problem]:
    """Examples that disagree with the rules, have an id twice, or are not there at all."""
    assert read.document is not None
    yield from _examples_listed(read)
    rules = ready(read.document, read.vocabulary)
    yield from check_examples(read.document, rules, read.examples, _in_parts(read.parts))


def _examples_listed(read: ReadEdition) -> Iterator[Problem]:
    if not read.examples and read.parts.sure("examples"):
        yield read.parts.problem("no example stands here: add worked cases", "examples")
    yield from twice(read.parts, "examples", [example.id for example in read.examples])


def _altered(read: ReadEdition) -> Iterator[Problem]:
    if read.signature == "altered" and read.signed is not None:
        signed = read.signed
        message = (
            f"the content is not what was signed by {signed.by} on {signed.on}, so that nobody has signed it: "
            "have it signed again, or write signed_off: null"
        )
        yield read.parts.problem(message, "signed_off", "checksum")


def _lowering(parts: Parts, rules: Rules) -> Iterator[Problem]:
    for key, index, message in lowering_answers(rules):
        entry = getattr(rules.document, key)[index]
        yield parts.problem(f"{entry.id}: {message}", key, index, "when")


def _unreachable(parts: Parts, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    for index, line in enumerate(document.indicators):
        for message in reach_problems(line.when, vocabulary) if _sound(line.when, vocabulary) else ():
            yield parts.problem(f"{line.id}: {message}", "indicators", index, "when")
    known = {level.id for level in document.levels}
    if not parts.sure("indicators", "levels") or not {line.level for line in document.indicators} <= known:
        return
    for index, rule in enumerate(document.modifiers):
        for message in modifier_problems(rule, document, vocabulary) if _sound(rule.when, vocabulary) else ():
            yield parts.problem(f"{rule.id}: {message}", "modifiers", index)
    for index, adding in enumerate(document.accumulation):
        for message in accumulation_problems(adding, document, vocabulary) if adding.at in known else ():
            yield parts.problem(f"{adding.id}: {message}", "accumulation", index)


def _sound(condition: Condition, vocabulary: Vocabulary) -> bool:
    return not any(condition_problems(condition, vocabulary))


def _coverage_problems(parts: Parts, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Every sign is met by a line on its own, or said to be unrated, and not both."""
    alone = {sign for line in document.indicators for sign in reads(line.when) if _alone(line.when, sign)}
    unrated = {entry.sign for entry in document.unrated}
    # An entry that is broken may have been about any sign that it names.
    meant = _meant(parts)
    for sign in vocabulary.signs if meant is not None else ():
        if sign not in alone | unrated | (meant or frozenset()):
            message = f"{sign} is neither rated on its own nor unrated: add an indicator, or list it under unrated"
            yield parts.problem(message, "indicators")
    for index, entry in enumerate(document.unrated):
        if entry.sign in alone:
            message = f"{entry.sign} is rated by an indicator: take it out of unrated"
            yield parts.problem(message, "unrated", index)


def _meant(parts: Parts) -> frozenset[str] | None:
    """Every word of broken indicators and unrated entries; None where a whole list could not be read."""
    found: frozenset[str] = frozenset()
    for key, file in (("indicators", "indicators"), ("unrated", "document")):
        if parts.sure(key):
            continue
        kept, data = parts.left.kept.get(key), parts.source(file).data
        if kept is None or not isinstance(data, dict):
            return None
        found |= words_in([item for index, item in enumerate(data[key]) if index not in kept])
    return found


def _alone(condition: Condition, sign: str) -> bool:
    return holds(condition, {sign: True}) is Holds.YES


def _uncited(parts: Parts, document: Document) -> Iterator[Problem]:
    for key in ("levels", "indicators", "modifiers", "accumulation", "duties"):
        for index, entry in enumerate(getattr(document, key)):
            for message in _citation_mistakes(entry.citation):
                yield parts.problem(f"{entry.id}: {message}", key, index, "citation")


def _citation_mistakes(citation: CitationEntry) -> Iterator[str]:
    for name, text in citation:
        if isinstance(text, str) and not text.strip():
            yield f"uncited: {name} is blank: fill it in"
    if not citation.url.startswith(("https://", "http://", GAP)):
        yield f"uncited: {citation.url!r} is not a link: write the whole address"


def _disagreements(rules: Rules, example: ExampleEntry) -> Iterator[str]:
    try:
        found = evaluate(rules, parse_facts(rules.vocabulary, dict(example.facts)))
    except FactsError as error:
        yield from error.problems
        return
    yield from _differences(example, found)


def _differences(example: ExampleEntry, found: Evaluation) -> Iterator[str]:
    outcome = found.outcome.word if found.outcome else None
    level = found.level.id if found.level else None
    if (outcome, level) != (example.outcome, example.level):
        spoke = ", ".join(reason.indicator for reason in found.reasons) or "nothing"
        yield f"expects {example.outcome} at {example.level}; the rules say {outcome} at {level} ({spoke} spoke)"


def _in_examples_of(document: Document) -> Where:
    file = f"{document.authority}/{document.in_force_from}/examples.yaml"
    return lambda message, index: Problem(file, index + 1, message)


def _in_parts(parts: Parts) -> Where:
    return lambda message, index: parts.problem(message, "examples", index)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
