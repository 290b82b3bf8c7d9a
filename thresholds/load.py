"""Files → vocabulary, documents, catalogue. The only module of the room that opens files, and only at start-up.

Every problem carries file and line, and all of them come at once in one `ProblemsError`.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeAlias, TypeVar

from pydantic import ValidationError

from thresholds.catalogue import Catalogue, Edition
from thresholds.checks import overlap_problems, reference_problems
from thresholds.document import Document, ExampleEntry, SignOff, Strict
from thresholds.entries import AreasFile, FactEntry, FactsFile, SignEntry, SignsFile, WordsFile
from thresholds.facts import Area, Choice, Fact, Group, Harm, Sign, Vocabulary
from thresholds.parts import Parts
from thresholds.salvage import WHOLE, Broken, Left, broken_parts, salvaged
from thresholds.sources import Problem, ProblemsError, Source, parse, shape_errors, shape_problems

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


Signature: TypeAlias = Literal["none", "good", "altered"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadEdition:
    """One folder as read: what could be made of it, its sources, and the problems found.

    With problems `document` is only what is left of it, for further checks. `signature` is `altered` where the content
    is not what was signed: then the document counts as unsigned, and `signed` says who signed what it was. `notes` are
    the name and the text of `source.md`, None without it.
    """

    document: Document | None
    vocabulary: Vocabulary
    examples: tuple[ExampleEntry, ...]
    parts: Parts
    checksum: str
    problems: tuple[Problem, ...]
    notes: tuple[str, str | None]
    signature: Signature = "none"
    signed: SignOff | None = None


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
    return _edition(read, read.document)


def _edition(read: ReadEdition, document: Document) -> Edition:
    altered = read.signed if read.signature == "altered" else None
    return Edition(document=document, vocabulary=read.vocabulary, examples=read.examples, altered=altered)


def load_catalogue(
    folder: Traversable = PACKAGED / "authorities", vocabulary_folder: Traversable = PACKAGED / "vocabulary"
) -> Catalogue:
    """Every authority and date under `folder`.

    Raises:
        ProblemsError: with every problem of every file.
    """
    vocabulary = load_vocabulary(vocabulary_folder)
    # What is read of one folder is let go before the next, or a service would keep room for all of them together.
    read = [_outlined(read_edition(edition, vocabulary)) for edition in edition_folders(folder)]
    problems = [problem for one in read for problem in one.problems]
    problems += overlap_problems((one.parts, one.document) for one in read if one.document)
    if problems:
        raise ProblemsError(tuple(problems))
    return Catalogue(vocabulary=vocabulary, editions=_by_authority(read))


def _outlined(read: ReadEdition) -> ReadEdition:
    return replace(read, parts=read.parts.outline(), notes=(read.notes[0], None))


def edition_folders(folder: Traversable) -> Iterator[Traversable]:
    """The folders `<authority>/<date>` under `folder`, by name."""
    for authority in _folders(folder):
        yield from _folders(authority)


def read_edition(folder: Traversable, vocabulary: Vocabulary) -> ReadEdition:
    """One folder, whole, with its problems instead of an exception."""
    read = {name: _source(folder / f"{name}.yaml") for name in ("document", "indicators", "examples")}
    problems = [problem for _, found in read.values() for problem in found]
    local, more = _local_signs(folder, vocabulary)
    problems += more
    parts = Parts({name: source for name, (source, _) in read.items()})
    document, left, shape = _document(parts, frozenset(name for name, (_, found) in read.items() if found))
    examples, kept, unshaped = _examples(parts.source("examples"), readable=not read["examples"][1])
    told = {(problem.file, problem.line) for problem in problems}
    # A line that is not even YAML would only repeat itself as one of a wrong shape.
    problems += (one for one in (*shape, *unshaped) if (one.file, one.line) not in told)
    parts = replace(parts, left=_with_examples(left, kept))
    vocabulary = replace(vocabulary, signs={**vocabulary.signs, **local.signs}) if local.signs else vocabulary
    checksum = content_checksum(parts, local.data)
    signature, signed = _signature(document, checksum)
    if document is not None:
        problems += reference_problems(parts, document, vocabulary)
        problems += _placed(folder, parts, document)
        document = document.model_copy(update={"signed_off": None}) if signature == "altered" else document
    return ReadEdition(
        document=document, vocabulary=vocabulary, examples=examples, parts=parts, checksum=checksum,
        problems=tuple(sorted(set(problems))), notes=_notes(folder / "source.md"), signature=signature, signed=signed,
    )  # fmt: skip


def content_checksum(parts: Parts, local: Sequence[Any] = ()) -> str:
    """What a signature covers: document, indicators, examples and local signs by content, without `signed_off`."""
    data = parts.source("document").data
    content = {key: value for key, value in data.items() if key != "signed_off"} if isinstance(data, dict) else data
    whole = [content, parts.source("indicators").data, parts.source("examples").data, *local]
    text = json.dumps(whole, sort_keys=True, default=str, ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Local:
    """The authority's own signs, and their files as data."""

    signs: Mapping[str, Sign]
    data: tuple[Any, ...] = ()


def _local_signs(folder: Traversable, vocabulary: Vocabulary) -> tuple[_Local, list[Problem]]:
    if not (folder / "signs").is_dir():
        return _Local(signs={}), []
    taken = dict.fromkeys((*vocabulary.facts, *vocabulary.signs), "the vocabulary that all authorities share")
    # A local sign stands on the authority's own lines, so that the register of published lines is not asked.
    signs, problems = _signs(folder / "signs", list(vocabulary.areas), taken, frozenset())
    paths = sorted(_yaml_files(folder / "signs"), key=lambda path: path.name)
    return _Local(signs=signs, data=tuple(_source(path)[0].data for path in paths)), problems


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


def _document(parts: Parts, broken: frozenset[str]) -> tuple[Document | None, Left, tuple[Problem, ...]]:
    """The document, or what is left of it; what is wrong with its shape."""
    whole, problems = parts.whole()
    unread = _unread(parts, broken)
    if "indicators" in unread & broken:
        problems = tuple(problem for problem in problems if problem.file != parts.source("indicators").file)
    errors: list[Mapping[str, Any]] = []
    try:
        document = Document.model_validate(whole)
    except ValidationError as error:
        errors = list(shape_errors(error))
    else:
        if not unread:
            return document, WHOLE, problems
    problems += tuple(parts.shape_problem(one) for one in errors if unread.isdisjoint(one["loc"][:1]))
    return *_rest(whole, broken_parts(whole, (one["loc"] for one in errors), unread)), problems


def _unread(parts: Parts, broken: frozenset[str]) -> frozenset[str]:
    """The top-level keys of files that could not be read at all."""
    unread: set[str] = set()
    if not isinstance(parts.source("document").data, dict) and "document" in broken:
        unread |= set(Document.model_fields) - {"indicators"}
    data = parts.source("indicators").data
    if not isinstance(data, dict) or not isinstance(data.get("indicators"), list):
        unread.add("indicators")
    return frozenset(unread)


def _rest(whole: Mapping[str, Any], broken: Broken) -> tuple[Document | None, Left]:
    try:
        return salvaged(whole, broken)
    except (ValidationError, TypeError):
        return None, WHOLE


def _examples(
    source: Source, *, readable: bool
) -> tuple[tuple[ExampleEntry, ...], tuple[int, ...] | None, tuple[Problem, ...]]:
    """The examples that have a shape, the places of those that are kept (None: all), and what is wrong."""
    if not readable and source.data is None:
        return (), (), ()
    shaped, problems = _shaped(source, ExamplesFile)
    if shaped is not None:
        return shaped.examples, None, problems
    items = source.data.get("examples") if isinstance(source.data, dict) else None
    one_by_one = [_example(item) for item in items] if isinstance(items, list) else []
    kept = tuple(index for index, one in enumerate(one_by_one) if one is not None)
    return tuple(one for one in one_by_one if one is not None), kept, problems


def _example(item: object) -> ExampleEntry | None:
    try:
        return ExampleEntry.model_validate(item)
    except ValidationError:
        return None


def _with_examples(left: Left, kept: tuple[int, ...] | None) -> Left:
    if kept is None:
        return left
    return Left(kept={**left.kept, "examples": kept}, unsure=left.unsure | {"examples"})


def _placed(folder: Traversable, parts: Parts, document: Document) -> Iterator[Problem]:
    """The folder `<authority>/<date>` says the same as the document; a link to elsewhere is of no interest."""
    if parts.sure("in_force_from") and folder.name != document.in_force_from.isoformat():
        yield parts.problem(f"in force from {document.in_force_from}: name the folder so", "in_force_from")
    authority = str(folder).replace("\\", "/").rstrip("/").split("/")[-2:-1]
    if parts.sure("authority") and authority not in ([document.authority], []):
        yield parts.problem(f"{document.authority} stands in the folder of {authority[0]}: move it", "authority")


def _signature(document: Document | None, checksum: str) -> tuple[Signature, SignOff | None]:
    signed = None if document is None else document.signed_off
    if signed is None:
        return "none", None
    return ("good" if signed.checksum == checksum else "altered"), signed


def _by_authority(read: Iterable[ReadEdition]) -> dict[str, tuple[Edition, ...]]:
    found: dict[str, list[Edition]] = {}
    for one in read:
        if one.document is not None:
            edition = _edition(one, one.document)
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


def _notes(path: Traversable) -> tuple[str, str | None]:
    if not path.is_file():
        return _name(path), None
    return _name(path), path.read_bytes().decode("utf-8", "replace")


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
