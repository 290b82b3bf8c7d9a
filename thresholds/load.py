"""Files → vocabulary, documents, catalogue. The only module of the room that opens files, and only at start-up.

Every problem carries file and line, and all of them come at once in one `ProblemsError`.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import ValidationError

from thresholds.catalogue import Catalogue, Edition
from thresholds.checks import overlap_problems, reference_problems
from thresholds.document import Document, ExampleEntry, Strict
from thresholds.entries import AreasFile, FactEntry, FactsFile, SignEntry, SignsFile, WordsFile
from thresholds.facts import Area, Choice, Fact, Group, Harm, Sign, Vocabulary
from thresholds.parts import Parts
from thresholds.sources import Problem, ProblemsError, Source, parse, shape_problems

__all__ = [
    "PACKAGED",
    "Problem",
    "ProblemsError",
    "ReadEdition",
    "content_checksum",
    "edition_folders",
    "load_catalogue",
    "load_document",
    "load_edition",
    "load_vocabulary",
    "read_edition",
    "read_vocabulary",
]

PACKAGED = files("thresholds")
TEXT_LIMIT, MEANING_LIMIT = 75, 150
_UNWANTED = re.compile(r"\b(please|sorry|invalid|oops|why)\b|\?", re.IGNORECASE)

_Shape = TypeVar("_Shape", bound=Strict)


class ExamplesFile(Strict):
    """`examples.yaml`."""

    examples: tuple[ExampleEntry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadEdition:
    """One folder as read: what could be made of it, its sources, and the problems found."""

    document: Document | None
    vocabulary: Vocabulary
    examples: tuple[ExampleEntry, ...]
    parts: Parts
    checksum: str
    problems: tuple[Problem, ...]


def load_vocabulary(folder: Traversable = PACKAGED / "vocabulary") -> Vocabulary:
    """The vocabulary of `folder`; the packaged one by default.

    Raises:
        ProblemsError: with every problem of every file.
    """
    return _raise_or(*read_vocabulary(folder))


def load_document(folder: Traversable, vocabulary: Vocabulary) -> Document:
    """The document of one authority's folder of one date.

    Raises:
        ProblemsError: with every problem of its files.
    """
    return load_edition(folder, vocabulary).document


def load_edition(folder: Traversable, vocabulary: Vocabulary) -> Edition:
    """As `load_document`, with the vocabulary that the folder's local signs extend, and the worked examples.

    Raises:
        ProblemsError: with every problem of its files.
    """
    read = read_edition(folder, vocabulary)
    if read.problems or read.document is None:
        raise ProblemsError(read.problems)
    return Edition(document=read.document, vocabulary=read.vocabulary, examples=read.examples)


def load_catalogue(
    folder: Traversable = PACKAGED / "authorities", vocabulary_folder: Traversable = PACKAGED / "vocabulary"
) -> Catalogue:
    """Every authority and date under `folder`.

    Raises:
        ProblemsError: with every problem of every file.
    """
    vocabulary = load_vocabulary(vocabulary_folder)
    read = [read_edition(edition, vocabulary) for edition in edition_folders(folder)]
    problems = [problem for one in read for problem in one.problems]
    problems += overlap_problems((one.parts, one.document) for one in read if one.document)
    if problems:
        raise ProblemsError(tuple(problems))
    return Catalogue(vocabulary=vocabulary, editions=_by_authority(read))


def edition_folders(folder: Traversable) -> Iterator[Traversable]:
    """The folders `<authority>/<date>` under `folder`, by name."""
    for authority in _folders(folder):
        yield from _folders(authority)


def read_edition(folder: Traversable, vocabulary: Vocabulary) -> ReadEdition:
    """One folder, whole, with its problems instead of an exception."""
    read = {name: _source(folder / f"{name}.yaml") for name in ("document", "indicators", "examples")}
    parts = Parts({name: source for name, (source, _) in read.items()})
    broken = {name for name, (_, found) in read.items() if found}
    vocabulary, problems = _with_local_signs(folder, vocabulary)
    problems += (problem for _, found in read.values() for problem in found)
    # A shape error in a file that is not even YAML would only repeat itself.
    document, shape = (None, ()) if broken & {"document", "indicators"} else _document(parts)
    examples, more = (None, ()) if "examples" in broken else _shaped(parts.source("examples"), ExamplesFile)
    problems += (*shape, *more)
    checksum = content_checksum(parts)
    if document is not None:
        problems += reference_problems(parts, document, vocabulary)
        problems += _placed(folder, parts, document)
        problems += _signed(parts, document, checksum)
    return ReadEdition(
        document=document,
        vocabulary=vocabulary,
        examples=examples.examples if examples else (),
        parts=parts,
        checksum=checksum,
        problems=tuple(sorted(set(problems))),
    )


def content_checksum(parts: Parts) -> str:
    """What a signature covers: document, indicators and examples by content, without `signed_off` itself."""
    data = parts.source("document").data
    content = {key: value for key, value in data.items() if key != "signed_off"} if isinstance(data, dict) else data
    whole = [content, parts.source("indicators").data, parts.source("examples").data]
    text = json.dumps(whole, sort_keys=True, default=date.isoformat, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def read_vocabulary(folder: Traversable) -> tuple[Vocabulary | None, tuple[Problem, ...]]:
    """The vocabulary, or None where its areas or facts cannot be read at all, with every problem."""
    reading = _Vocabulary(folder)
    vocabulary = reading.read()
    return vocabulary, tuple(sorted(set(reading.problems)))


class _Vocabulary:
    """One reading of a vocabulary folder; gathers problems as it goes."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def read(self) -> Vocabulary | None:
        areas_source, areas = self._file("areas", AreasFile)
        facts_source, facts = self._file("facts", FactsFile)
        _, words = self._file("danger_words", WordsFile)
        published = self._published()
        if areas is None or facts is None:
            return None
        self._check_areas(areas_source, areas)
        self._check_facts(facts_source, facts)
        taken = {fact.id: "a fact of facts.yaml" for fact in facts.facts}
        known = [area.id for area in areas.areas]
        signs, problems = _signs(self.folder / "signs", known, taken, published)
        self.problems += problems
        self.problems += self._areas_without_signs(areas_source, areas)
        return Vocabulary(
            version=areas.version,
            groups=tuple(Group(**group.model_dump()) for group in areas.groups),
            areas={area.id: Area(**area.model_dump()) for area in areas.areas},
            signs=signs,
            facts={fact.id: _fact(fact) for fact in facts.facts},
            danger_words=words.words if words else (),
        )

    def _file(self, name: str, shape: type[_Shape]) -> tuple[Source, _Shape | None]:
        source, problems = _source(self.folder / f"{name}.yaml")
        self.problems += problems
        found, more = _shaped(source, shape) if not problems else (None, ())
        self.problems += more
        return source, found

    def _published(self) -> frozenset[str]:
        source, problems = _source(self.folder / "published.yaml")
        self.problems += problems
        lines = source.data.get("lines", []) if isinstance(source.data, dict) else []
        return frozenset(line["id"] for line in lines if isinstance(line, dict) and "id" in line)

    def _areas_without_signs(self, source: Source, areas: AreasFile) -> Iterator[Problem]:
        there = {path.name for path in _yaml_files(self.folder / "signs")}
        for index, area in enumerate(areas.areas):
            if f"{area.id}.yaml" not in there:
                yield source.problem(f"{area.id} has no sign: add signs/{area.id}.yaml", "areas", index)

    def _check_areas(self, source: Source, areas: AreasFile) -> None:
        groups = [group.id for group in areas.groups]
        self.problems += _twice(source, "groups", groups)
        self.problems += _twice(source, "areas", [area.id for area in areas.areas])
        self.problems += (
            source.problem(f"unknown group {area.group!r}: use one of {', '.join(groups)}, or null", "areas", index)
            for index, area in enumerate(areas.areas)
            if area.group is not None and area.group not in groups
        )

    def _check_facts(self, source: Source, facts: FactsFile) -> None:
        self.problems += _twice(source, "facts", [fact.id for fact in facts.facts])
        for index, fact in enumerate(facts.facts):
            values = [value.id for value in fact.values]
            self.problems += (
                source.problem(f"{fact.id}: unknown graver value {value!r}: use its values", "facts", index, "graver")
                for value in fact.graver
                if value not in values
            )


def _signs(
    folder: Traversable, areas: list[str], taken: dict[str, str], published: frozenset[str]
) -> tuple[dict[str, Sign], list[Problem]]:
    """The signs of every file of `folder`, areas in their order; `taken` says where each id stands already."""
    problems: list[Problem] = []
    signs: dict[str, Sign] = {}
    paths = sorted(_yaml_files(folder), key=lambda path: (_position(areas, path.name), path.name))
    for path in paths:
        source, found = _source(path)
        shaped, more = _shaped(source, SignsFile) if not found else (None, ())
        problems += (*found, *more)
        if shaped is None:
            continue
        problems += _area_problems(source, path.name, shaped.area, areas)
        for index, entry in enumerate(shaped.signs):
            problems += (source.problem(text, "signs", index, key) for text, key in _sign_mistakes(entry, published))
            if entry.id in taken:
                message = f"{entry.id} stands twice, here and in {taken[entry.id]}: rename one"
                problems.append(source.problem(message, "signs", index))
            taken[entry.id] = f"{source.file}:{source.line('signs', index)}"
            signs[entry.id] = _sign(shaped.area, entry)
    return signs, problems


def _position(areas: list[str], name: str) -> int:
    stem = name.removesuffix(".yaml")
    return areas.index(stem) if stem in areas else len(areas)


def _area_problems(source: Source, name: str, area: str, areas: list[str]) -> Iterator[Problem]:
    if area not in areas:
        yield source.problem(f"unknown area {area!r}: add it to areas.yaml, or mend its spelling", "area")
    elif name != f"{area}.yaml":
        yield source.problem(f"the signs of {area} stand in {area}.yaml: rename this file, or mend the area", "area")


def _sign_mistakes(entry: SignEntry, published: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(message, key) of what is wrong with a sign taken alone."""
    if len(entry.text) > TEXT_LIMIT:
        yield f"{entry.id}: text has {len(entry.text)} characters: shorten it to {TEXT_LIMIT}", "text"
    if entry.gravity == 4 and entry.meaning is None:
        yield f"{entry.id}: meaning is missing: a sign of gravity 4 has one line that says what it means", "gravity"
    if len(entry.meaning or "") > MEANING_LIMIT:
        yield f"{entry.id}: meaning has {len(entry.meaning or '')} characters: shorten it to {MEANING_LIMIT}", "meaning"
    if entry.emergency and entry.harm is None:
        yield f"{entry.id}: an emergency sign is significant harm too: add harm with its source", "emergency"
    for key, words in (("text", entry.text), ("meaning", entry.meaning or "")):
        for found in _UNWANTED.finditer(words):
            yield f"{entry.id}: {key} says {found.group()!r}: say what is seen, heard or told, without it", key
    for line in entry.published:
        if line not in published:
            yield f"{entry.id}: {line} is not a line of published.yaml: mend the id, or add the line", "published"


def _with_local_signs(folder: Traversable, vocabulary: Vocabulary) -> tuple[Vocabulary, list[Problem]]:
    if not (folder / "signs").is_dir():
        return vocabulary, []
    taken = dict.fromkeys((*vocabulary.facts, *vocabulary.signs), "the vocabulary that all authorities share")
    # A local sign stands on the authority's own lines, so that the register of published lines is not asked.
    signs, problems = _signs(folder / "signs", list(vocabulary.areas), taken, frozenset())
    return replace(vocabulary, signs={**vocabulary.signs, **signs}), problems


def _sign(area: str, entry: SignEntry) -> Sign:
    return Sign(
        id=entry.id,
        area=area,
        text=entry.text,
        gravity=entry.gravity,
        meaning=entry.meaning,
        harm=Harm(**entry.harm.model_dump()) if entry.harm else None,
        emergency=entry.emergency,
        marks=frozenset(entry.marks),
        published=entry.published,
    )


def _fact(entry: FactEntry) -> Fact:
    values = tuple(Choice(id=value.id, label=value.label) for value in entry.values)
    return Fact(
        id=entry.id, kind=entry.kind, question=entry.question, values=values, graver=entry.graver, hint=entry.hint
    )


def _document(parts: Parts) -> tuple[Document | None, tuple[Problem, ...]]:
    whole, problems = parts.whole()
    try:
        return Document.model_validate(whole), problems
    except ValidationError as error:
        return None, (*problems, *parts.shape_problems(error))


def _placed(folder: Traversable, parts: Parts, document: Document) -> Iterator[Problem]:
    """The folder `<authority>/<date>` says the same as the document; a link to elsewhere is of no interest."""
    if folder.name != document.in_force_from.isoformat():
        yield parts.problem(f"in force from {document.in_force_from}: name the folder so", "in_force_from")
    authority = str(folder).replace("\\", "/").rstrip("/").split("/")[-2:-1]
    if authority not in ([document.authority], []):
        yield parts.problem(f"{document.authority} stands in the folder of {authority[0]}: move it", "authority")


def _signed(parts: Parts, document: Document, checksum: str) -> Iterator[Problem]:
    if document.signed_off is not None and document.signed_off.checksum != checksum:
        message = "the content is not what was signed: have it signed again, or write signed_off: null"
        yield parts.problem(message, "signed_off", "checksum")


def _by_authority(read: Iterable[ReadEdition]) -> dict[str, tuple[Edition, ...]]:
    found: dict[str, list[Edition]] = {}
    for one in read:
        if one.document is not None:
            edition = Edition(document=one.document, vocabulary=one.vocabulary, examples=one.examples)
            found.setdefault(one.document.authority, []).append(edition)
    return {
        authority: tuple(sorted(editions, key=lambda edition: edition.document.in_force_from))
        for authority, editions in sorted(found.items())
    }


def _shaped(source: Source, shape: type[_Shape]) -> tuple[_Shape | None, tuple[Problem, ...]]:
    try:
        return shape.model_validate(source.data), ()
    except ValidationError as error:
        return None, tuple(shape_problems(source, error))


def _source(path: Traversable) -> tuple[Source, tuple[Problem, ...]]:
    name = _name(path)
    try:
        return parse(name, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Source(name, None, {}), (Problem(name, 1, "this file is missing: add it"),)
    except UnicodeDecodeError as error:
        return Source(name, None, {}), (Problem(name, 1, f"not UTF-8 at byte {error.start}: save it as UTF-8"),)


def _name(path: Traversable) -> str:
    """How problems call a file: packaged ones from `thresholds/` on, so that no machine's paths show."""
    packaged = str(PACKAGED)
    return str(path).replace(packaged, "thresholds", 1) if str(path).startswith(packaged) else str(path)


def _twice(source: Source, key: str, ids: list[str]) -> Iterator[Problem]:
    for index, one in enumerate(ids):
        if one in ids[:index]:
            yield source.problem(f"{one} stands here twice: keep one of them", key, index)


def _folders(folder: Traversable) -> Iterator[Traversable]:
    inside = sorted(folder.iterdir(), key=lambda item: item.name)
    yield from (item for item in inside if item.is_dir() and not item.name.startswith(("_", ".")))


def _yaml_files(folder: Traversable) -> Iterator[Traversable]:
    if folder.is_dir():
        yield from (item for item in folder.iterdir() if item.name.endswith(".yaml"))


def _raise_or(vocabulary: Vocabulary | None, problems: tuple[Problem, ...]) -> Vocabulary:
    if problems or vocabulary is None:
        raise ProblemsError(problems)
    return vocabulary
