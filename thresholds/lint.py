"""Severe checks on rule data: `python -m thresholds.lint [folder …]`, where a folder is `<authority>/<date>`.

Without a folder: everything that is packaged. Prints one line a document when clean; else every problem by file and
line, and exits 2. Not needed at run time.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from itertools import islice, product
from pathlib import Path
from typing import TypeAlias, get_args

from thresholds.checks import overlap_problems, twice
from thresholds.conditions import Condition, Holds, holds, reads
from thresholds.document import CitationEntry, Document, ExampleEntry
from thresholds.evaluate import Rules, evaluate, ready
from thresholds.facts import Fact, FactsError, FactValue, Vocabulary, parse_facts
from thresholds.load import PACKAGED, ReadEdition, edition_folders, read_edition, read_vocabulary
from thresholds.parts import Parts
from thresholds.result import Evaluation
from thresholds.sources import Problem, ProblemsError

Where: TypeAlias = Callable[[str, int], Problem]

_CASES_LIMIT = 50_000


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


def lint(folders: Sequence[Traversable] = (), vocabulary: Vocabulary | None = None) -> Linted:
    """Each folder read and checked, dates against each other included; by default all that is packaged."""
    mistakes: tuple[Problem, ...] = ()
    if vocabulary is None:
        vocabulary, mistakes = read_vocabulary(PACKAGED / "vocabulary")
    if vocabulary is None:
        return Linted(mistakes, ())
    chosen = folders or tuple(edition_folders(PACKAGED / "authorities"))
    read = [read_edition(folder, vocabulary) for folder in chosen]
    problems = [*mistakes, *(problem for one in read for problem in edition_problems(one))]
    problems += overlap_problems((one.parts, one.document) for one in read if one.document)
    said = (summary(one.document, one.examples) for one in read if one.document)
    return Linted(tuple(sorted(set(problems))), tuple(said))


def summary(document: Document, examples: Sequence[ExampleEntry]) -> str:
    """One line about a document."""
    signed = "signed off" if document.signed_off else "not signed off"
    return (
        f"{document.authority} {document.in_force_from}: {len(document.indicators)} indicators, "
        f"{len(document.unrated)} signs unrated, {len(examples)} examples, {signed}"
    )


def edition_problems(read: ReadEdition) -> tuple[Problem, ...]:
    """All that is wrong with one folder. The severe checks run only on a document that could be loaded."""
    if read.problems or read.document is None:
        return read.problems
    return (
        *document_problems(read.parts, read.document, read.vocabulary),
        *example_problems(read),
    )


def document_problems(parts: Parts, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    """What keeps a document that can be loaded from being good enough to use."""
    yield from _head_problems(parts, document, vocabulary)
    yield from _missing_keys(parts, document)
    yield from _coverage_problems(parts, document, vocabulary)
    yield from _uncited(parts, document)
    for index, line in enumerate(document.indicators):
        for message in reach_problems(line.when, vocabulary):
            yield parts.problem(f"{line.id}: {message}", "indicators", index, "when")


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
    if not read.examples:
        yield read.parts.problem("no example stands here: add worked cases", "examples")
    yield from twice(read.parts, "examples", [example.id for example in read.examples])
    rules = ready(read.document, read.vocabulary)
    yield from check_examples(read.document, rules, read.examples, _in_parts(read.parts))


def reach_problems(condition: Condition, vocabulary: Vocabulary) -> Iterator[str]:
    """Why an indicator can never speak, or would speak without any sign."""
    facts = [vocabulary.facts[fact] for fact in dict.fromkeys(reads(condition)) if fact in vocabulary.facts]
    signs = dict.fromkeys((fact for fact in reads(condition) if fact in vocabulary.signs), True)
    if holds(condition, {fact.id: None for fact in facts}) is not Holds.NO:
        yield "it can be met without any sign: each indicator needs one sign that is ticked"
    if not any(holds(condition, {**signs, **context}) is Holds.YES for context in _contexts(facts)):
        yield "unreachable: no facts can meet it; mend the condition or take the line out"


def _contexts(facts: Sequence[Fact]) -> Iterator[dict[str, FactValue]]:
    """Every combination of values of the facts; of a list, each value alone and all together."""
    choices = [list(_values(fact)) for fact in facts]
    for values in islice(product(*choices), _CASES_LIMIT):
        yield {fact.id: value for fact, value in zip(facts, values, strict=True)}


def _values(fact: Fact) -> Iterator[FactValue]:
    values = tuple(choice.id for choice in fact.values)
    if fact.kind == "one":
        yield from values
    else:
        yield values
        yield from ((value,) for value in values)


def _head_problems(parts: Parts, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    if document.review_by < document.in_force_from:
        yield parts.problem("review_by lies before in_force_from: mend one of the dates", "review_by")
    if document.in_force_to is not None and document.in_force_to < document.in_force_from:
        yield parts.problem("in_force_to lies before in_force_from: mend one of the dates", "in_force_to")
    if document.vocabulary != vocabulary.version:
        message = f"written for vocabulary {document.vocabulary}, this is {vocabulary.version}: go through it again"
        yield parts.problem(message, "vocabulary")
    for index, contact in enumerate(document.contacts):
        if contact.review_by < contact.checked_on:
            message = f"{contact.id}: review_by lies before checked_on: mend one of the dates"
            yield parts.problem(message, "contacts", index, "review_by")


def _missing_keys(parts: Parts, document: Document) -> Iterator[Problem]:
    for name in ("routes", "consent"):
        wanted = get_args(get_args(Document.model_fields[name].annotation)[0])
        for key in wanted:
            if key not in getattr(document, name):
                yield parts.problem(f"{name}.{key} is missing: add it", name)


def _coverage_problems(parts: Parts, document: Document, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Every sign is met by a line on its own, or said to be unrated, and not both."""
    alone = {sign for line in document.indicators for sign in reads(line.when) if _alone(line.when, sign)}
    unrated = {entry.sign for entry in document.unrated}
    for sign in vocabulary.signs:
        if sign not in alone | unrated:
            message = f"{sign} is neither rated on its own nor unrated: add an indicator, or list it under unrated"
            yield parts.problem(message, "indicators")
    for index, entry in enumerate(document.unrated):
        if entry.sign in alone:
            message = f"{entry.sign} is rated by an indicator: take it out of unrated"
            yield parts.problem(message, "unrated", index)


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
    if not citation.url.startswith(("https://", "http://")):
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
