"""The page for authors: a document as its readers see it, and what it says of signs that somebody ticks.

Keeps nothing and logs nothing: ticks come in, words go out. Whoever draws it knows no rule.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.triage import key_of
from dialogs.words import Words
from thresholds.catalogue import Catalogue, Edition
from thresholds.conditions import reads
from thresholds.document import CitationEntry, Document
from thresholds.evaluate import Rules, evaluate, ready
from thresholds.facts import Fact, Facts, FactValue, Vocabulary
from thresholds.lint import edition_problems
from thresholds.load import read_edition
from thresholds.page import label_of
from thresholds.result import Citation, Evaluation, Outcome, Reason
from thresholds.sources import Problem

NOT_KNOWN = "not_known"
Given = Mapping[str, Sequence[str]]
"""What is ticked: `sign` → ids; `fact.<id>` → values, or `not_known`."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A document as read now, or what keeps it from being read; `problems` are lint's lines."""

    edition: Edition | None
    problems: tuple[str, ...] = ()

    @cached_property
    def rules(self) -> Rules:
        """The document ready to be asked.

        Raises:
            NoSuchDocument: it can't be read.
        """
        if self.edition is None:
            raise NoSuchDocument("the document can't be read")
        return ready(self.edition.document, self.edition.vocabulary)


class NoSuchDocument(LookupError):  # noqa: N818 - reads as what it says
    """No document has this id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """Something that can be ticked or chosen."""

    id: str
    text: str
    hint: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TickArea:
    """An area and its signs, gravest first."""

    label: str
    meaning: str
    signs: tuple[Tick, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TickGroup:
    """A group of areas as teachers choose it."""

    id: str
    label: str
    areas: tuple[TickArea, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question beside the signs."""

    id: str
    question: str
    many: bool
    choices: tuple[Tick, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaLines:
    """The lines of an area: what each says, its level, where it stands."""

    label: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """A document laid out to be ticked. Without `title` it can't be read, and `problems` say what to mend."""

    id: str
    title: str
    about: str = ""
    banner: str = ""
    signed: bool = False
    levels: tuple[Tick, ...] = ()
    lines: tuple[AreaLines, ...] = ()
    groups: tuple[TickGroup, ...] = ()
    asked: tuple[Asked, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Because:
    """One reason: the line, what met it, its level, where it stands."""

    text: str
    met_by: str
    level: str
    source: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the document says of what is ticked."""

    level: str
    outcome: str
    emergency: bool = False
    advice_now: bool = False
    because: tuple[Because, ...] = ()
    would_matter: tuple[str, ...] = ()
    unrated: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    route: str = ""
    agreement: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Authors:
    """`load` gives the documents there are, by `<authority>/<date>`, as they are now. Keeps no tick."""

    load: Callable[[], Mapping[str, Opened]]
    words: Words

    def documents(self) -> tuple[Tick, ...]:
        """Id and title of each."""
        return tuple(
            Tick(id=one, text=opened.edition.document.title if opened.edition else f"{one} (can't be read)")
            for one, opened in self.load().items()
        )

    def leaf(self, document: str) -> Leaf:
        """One document, laid out.

        Raises:
            NoSuchDocument: none has this id.
        """
        opened = self._opened(document)
        if opened.edition is None:
            return Leaf(id=document, title="", problems=opened.problems)
        there, vocabulary = opened.edition.document, opened.edition.vocabulary
        return Leaf(
            id=document, title=there.title, about=_about(there), banner=_banner(opened.edition),
            signed=there.signed_off is not None,
            levels=tuple(Tick(id=one.id, text=one.label, hint=one.meaning) for one in there.levels),
            lines=tuple(_lines(there, vocabulary)), groups=tuple(_groups(vocabulary)),
            asked=tuple(map(_asked, vocabulary.facts.values())),
            problems=opened.problems,
        )  # fmt: skip

    def judge(self, document: str, given: Given) -> Said:
        """What the document says. What no vocabulary knows is passed over.

        Raises:
            NoSuchDocument: none has this id, or it can't be read.
        """
        rules = self._opened(document).rules
        return self._said(rules, evaluate(rules, facts_of(rules.vocabulary, given)))

    def _opened(self, document: str) -> Opened:
        found = self.load().get(document)
        if found is None:
            raise NoSuchDocument(document)
        return found

    def _said(self, rules: Rules, found: Evaluation) -> Said:
        document, vocabulary, key = rules.document, rules.vocabulary, key_of(found)
        routes = {str(name): route for name, route in document.routes.items()}
        consents = {str(name): entry.text for name, entry in document.consent.items()}
        route = routes.get(key)
        return Said(
            level=found.level.label if found.level else "",
            outcome=self.words(f"cards.outcomes.{found.outcome.word if found.outcome else 'none'}"),
            emergency=found.outcome is Outcome.EMERGENCY,
            advice_now=found.advice_now,
            because=tuple(_because(reason, document, vocabulary) for reason in found.reasons),
            would_matter=tuple(_question(vocabulary, one) for one in found.unknown),
            unrated=tuple(vocabulary.signs[one].text for one in found.unrated),
            duties=tuple(duty.text for duty in document.duties if duty.id in found.duties),
            route="" if route is None else " ".join(filter(None, (f"{route.name}.", route.how, route.phone))),
            agreement=consents.get(key, ""),
        )


def facts_of(vocabulary: Vocabulary, given: Given) -> Facts:
    """Ticks as facts; `not_known` is asked and not known."""
    facts: dict[str, FactValue] = {sign: True for sign in given.get("sign", ()) if sign in vocabulary.signs}
    for fact in vocabulary.facts.values():
        values = [value for value in given.get(f"fact.{fact.id}", ()) if value]
        if NOT_KNOWN in values:
            facts[fact.id] = None
            continue
        allowed = [value for value in values if value in {choice.id for choice in fact.values}]
        if allowed:
            facts[fact.id] = tuple(allowed) if fact.kind == "many" else allowed[0]
    return facts


def of_catalogue(catalogue: Catalogue) -> Callable[[], Mapping[str, Opened]]:
    """The documents that were loaded at the start."""
    editions = [one for found in catalogue.editions.values() for one in found]
    opened = {_id_of(one.document): Opened(edition=one) for one in editions}
    return lambda: opened


def of_folder(folder: Path, vocabulary: Vocabulary) -> Callable[[], Mapping[str, Opened]]:
    """One folder, with everything that lint finds; read anew when one of its files was changed."""
    last: list[tuple[object, Mapping[str, Opened]]] = []

    def load() -> Mapping[str, Opened]:
        stamp = _stamp(folder)
        if not last or last[0][0] != stamp:
            last[:] = [(stamp, _read(folder, vocabulary))]
        return last[0][1]

    return load


def _read(folder: Path, vocabulary: Vocabulary) -> Mapping[str, Opened]:
    read = read_edition(folder, vocabulary)
    name = f"{folder.resolve().parent.name}/{folder.resolve().name}"
    lines = tuple(_line(problem) for problem in edition_problems(read))
    if read.problems or read.document is None:
        return {name: Opened(edition=None, problems=lines)}
    altered = read.signed if read.signature == "altered" else None
    edition = Edition(document=read.document, vocabulary=read.vocabulary, examples=read.examples, altered=altered)
    return {name: Opened(edition=edition, problems=lines)}


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file does: its name, time and size."""
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


def _line(problem: Problem) -> str:
    return f"{Path(problem.file).name}, line {problem.line}: {problem.message}"


def _id_of(document: Document) -> str:
    return f"{document.authority}/{document.in_force_from.isoformat()}"


def _about(document: Document) -> str:
    until = f"to {document.in_force_to}" if document.in_force_to else "until further notice"
    return f"{document.name} · version {document.version} · in force from {document.in_force_from} {until}"


def _banner(edition: Edition) -> str:
    signed, altered = edition.document.signed_off, edition.altered
    if signed is not None:
        return f"Signed off by {signed.by}, {signed.role}, on {signed.on}."
    if altered is not None:
        return f"Not signed off: changed after {altered.by} signed it on {altered.on}."
    return f"Not signed off by {edition.document.name}: no level of it is shown to a school."


def _lines(document: Document, vocabulary: Vocabulary) -> Iterator[AreaLines]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for line in document.indicators:
        first = next(vocabulary.signs[fact].area for fact in reads(line.when) if fact in vocabulary.signs)
        shown = line.text, label_of(line.level, document), _source(line.citation)
        found.setdefault(first, []).append(shown)
    for area in vocabulary.areas.values():
        if area.id in found:
            yield AreaLines(label=area.label, lines=tuple(found[area.id]))


def _source(cited: CitationEntry | Citation) -> str:
    whose = f"Borrowed from {cited.borrowed_from}: " if cited.borrowed_from else ""
    return f"{whose}{cited.document} ({cited.version}), {cited.place}"


def _groups(vocabulary: Vocabulary) -> Iterator[TickGroup]:
    for group in vocabulary.groups:
        signs = vocabulary.signs_of_group(group.id)
        areas = [area for area in vocabulary.areas.values() if area.group == group.id]
        yield TickGroup(
            id=group.id, label=group.label,
            areas=tuple(
                TickArea(
                    label=area.label, meaning=area.meaning,
                    signs=tuple(Tick(id=s.id, text=s.text, hint=s.meaning) for s in signs if s.area == area.id),
                )
                for area in areas
            ),
        )  # fmt: skip


def _asked(fact: Fact) -> Asked:
    choices = tuple(Tick(id=choice.id, text=choice.label) for choice in fact.values)
    return Asked(id=fact.id, question=fact.question, many=fact.kind == "many", choices=choices)


def _because(reason: Reason, document: Document, vocabulary: Vocabulary) -> Because:
    cited = reason.citation
    return Because(
        text=reason.text,
        met_by="; ".join(_name(vocabulary, one) for one in (*reason.facts, *reason.not_known)),
        level=label_of(reason.level, document) if reason.level else "",
        source=_source(cited),
        url=cited.url if cited.url.startswith(("https://", "http://")) else "",
    )


def _name(vocabulary: Vocabulary, fact: str) -> str:
    return vocabulary.signs[fact].text if fact in vocabulary.signs else vocabulary.facts[fact].question


def _question(vocabulary: Vocabulary, fact: str) -> str:
    return _name(vocabulary, fact)
