"""YAML text → plain data that remembers the line of every key and item, and the problems found on the way.

Nothing here opens a file or knows what a document is. Stricter than YAML: duplicate keys, merge keys, aliases that
contain themselves, and the unquoted words that YAML 1.1 takes for booleans are problems.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from sys import intern
from typing import Any, TypeAlias

import yaml
from pydantic import ValidationError
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Place: TypeAlias = tuple[str | int, ...]

DEEPEST = 40
"""Levels of nesting that are read; no document needs half of them."""
_TOO_DEEP = "lists or mappings stand in each other too deeply to be read"
_BOOL = "tag:yaml.org,2002:bool"
_DAY = "tag:yaml.org,2002:timestamp"
_MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, where (lines count from 1), and what to do about it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ProblemsError(ValueError):
    """Rule data that cannot be used. `problems` holds all of them, by file and line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Source:
    """One file as data. `lines` maps a place (keys and indexes from the top) to its line."""

    file: str
    data: Any
    lines: Mapping[Place, int] = field(repr=False)

    def line(self, *place: str | int) -> int:
        """The line of `place`, or of the nearest thing around it that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, message: str, *place: str | int) -> Problem:
        """A problem at `place` of this file."""
        return Problem(self.file, self.line(*place), message)

    def outline(self) -> "Source":
        """The file's name and the lines of its top-level keys, without what stands in it."""
        return Source(self.file, None, {place: line for place, line in self.lines.items() if len(place) <= 1})


def parse(file: str, text: str) -> tuple[Source, tuple[Problem, ...]]:
    """Read YAML text; `file` is the name that problems carry. Where there are problems the data may have gaps.

    >>> parse("a.yaml", "a: 1\\na: 2")[1][0].line
    2
    """
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        return Source(file, None, {}), (_not_yaml(file, error),)
    except RecursionError:
        return Source(file, None, {}), (Problem(file, 1, f"{_TOO_DEEP}: write it flat"),)
    reading = _Reading(file)
    data = None if node is None else reading.value(node, ())
    return Source(file, data, reading.lines), tuple(reading.problems)


def shape_problems(source: Source, error: ValidationError) -> Iterator[Problem]:
    """The problems of a pydantic error, each at its line of the source."""
    for found in shape_errors(error):
        yield source.problem(shape_message(found), *found["loc"])


def shape_errors(error: ValidationError) -> Iterator[Mapping[str, Any]]:
    """The errors worth telling: a list is not called empty because all of its items are wrong."""
    for found in error.errors():
        if found["type"] != "too_short" or not found["input"]:
            yield found


def shape_message(found: Mapping[str, Any]) -> str:  # noqa: PLR0911 - one closed table of errors
    """One pydantic error as a sentence that says what to do."""
    keys = [str(key) for key in found["loc"]]
    name = ".".join(keys) or "the file"
    match found["type"]:
        case "missing":
            return f"{name} is missing: add it"
        case "extra_forbidden":
            return f"{name} is not a key that belongs here: take it out or mend its spelling"
        case "string_type":
            return f"{name} must be text: put it in quotes"
        case "string_too_short" | "too_short":
            return f"{name} is empty: fill it in"
        case "literal_error":
            return f"{name}: {_shown(found['input'])} is not allowed here: use {found['ctx']['expected']}"
        case "date_type" | "date_parsing" | "date_from_datetime_parsing" | "date_from_datetime_inexact":
            return f"{name}: {_shown(found['input'])} is not a day: write it as 2026-09-01"
        case "value_error":
            return f"{name}: {str(found['msg']).removeprefix('Value error, ')}"
    said = str(found["msg"])
    return f"{name}: {said[:1].lower()}{said[1:]}, and it is {_shown(found['input'])}: mend it"


def _shown(value: object) -> str:
    """What was written, short enough for one line."""
    text = repr(str(value)) if isinstance(value, date) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _not_yaml(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return Problem(file, mark.line + 1 if mark else 1, f"not YAML: {what}; mend the line")


class _Reading:
    """One walk over the composed nodes of a file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self._open: set[int] = set()
        self._scalars = SafeConstructor()

    def value(self, node: Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if len(place) > DEEPEST:
            return self._refuse(node, f"{_TOO_DEEP}: write it flat")
        if id(node) in self._open:
            return self._refuse(node, "this alias contains itself: write the content out")
        self._open.add(id(node))
        found = self._mapping(node, place) if isinstance(node, MappingNode) else self._sequence(node, place)
        self._open.discard(id(node))
        return found

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            if key in found:
                self._refuse(key_node, f"{key!r} stands here twice: keep one of them")
                continue
            self.lines[(*place, key)] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*place, key))
        return found

    def _key(self, node: Node) -> str | None:
        if not isinstance(node, ScalarNode) or node.tag == _MERGE:
            self._refuse(node, "a key must be one word: no merge (<<), list or mapping")
            return None
        if node.tag == _BOOL:
            self._refuse(node, f"{node.value!r} is a boolean to YAML: put it in quotes")
        return intern(str(node.value))

    def _sequence(self, node: Node, place: Place) -> list[Any]:
        assert isinstance(node, SequenceNode)
        return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]

    def _scalar(self, node: ScalarNode) -> Any:
        if node.tag == _BOOL and node.value not in ("true", "false"):
            return self._refuse(node, f'{node.value} is a boolean to YAML: write "{node.value}", or true or false')
        try:
            found = self._scalars.construct_object(node)
            # Authorities borrow each other's lines, so most texts stand in several files.
            return intern(found) if type(found) is str else found
        except (ValueError, yaml.YAMLError):
            if node.tag == _DAY:
                return self._refuse(node, f"{node.value} is not a day of the calendar: mend the date")
            return self._refuse(node, f"{node.value!r} cannot be read as what it looks like: put it in quotes")

    def _refuse(self, node: Node, message: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, message))
