"""The closed vocabulary: areas, signs, and the other facts a rule may ask about.

The same for every authority. A `Facts` mapping holds what is known: a key that is absent was never asked, `None`
was asked and is not known. Nothing here knows a screen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

FactValue: TypeAlias = bool | str | tuple[str, ...] | None
Facts: TypeAlias = Mapping[str, FactValue]


@dataclass(frozen=True, kw_only=True, slots=True)
class Harm:
    """Why a sign on its own is actual or likely significant harm: the statute and the published line behind it."""

    document: str
    place: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """One of the nine choices of the screen *What is it about*: it opens the signs of its areas."""

    id: str
    label: str
    hint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A kind of worry. `group` is None where its signs are set by a screen and never listed."""

    id: str
    label: str
    meaning: str
    group: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """A fact that a teacher can tick, in a teacher's words.

    `gravity` (4 gravest … 1) orders a page and rates nothing. `harm` is the significant-harm floor, `emergency` says
    that the sign itself calls for 999. `marks` are closed words that open notices, duties and follow-up fields.
    `published` are the ids of the published lines (`vocabulary/published.yaml`) that the sign covers.
    """

    id: str
    area: str
    text: str
    gravity: int
    meaning: str | None = None
    harm: Harm | None = None
    emergency: bool = False
    marks: frozenset[str] = frozenset()
    published: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One allowed value of a fact, with its label for people."""

    id: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A context fact a rule may ask about. `kind` is `one` or `many`; values are closed.

    `graver` lists the values that may only raise; context facts without a direction leave it empty.
    """

    id: str
    kind: str
    question: str
    values: tuple[Choice, ...]
    graver: tuple[str, ...] = ()
    hint: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """All of it, indexed by id. Insertion order is the order of the files."""

    version: str
    groups: tuple[Group, ...]
    areas: Mapping[str, Area]
    signs: Mapping[str, Sign]
    facts: Mapping[str, Fact]
    danger_words: tuple[str, ...] = ()
    _by_area: Mapping[str, tuple[Sign, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_area: dict[str, list[Sign]] = {}
        for sign in self.signs.values():
            by_area.setdefault(sign.area, []).append(sign)
        object.__setattr__(self, "_by_area", {area: tuple(signs) for area, signs in by_area.items()})

    def signs_of_group(self, group: str) -> tuple[Sign, ...]:
        """The signs of every area of `group`, gravest first, otherwise in the order of the files."""
        areas = [area.id for area in self.areas.values() if area.group == group]
        signs = [sign for area in areas for sign in self._by_area.get(area, ())]
        return tuple(sorted(signs, key=lambda sign: -sign.gravity))


class FactsError(ValueError):
    """Facts that are not in the vocabulary, or values a fact does not allow. `problems` names every one."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def parse_facts(vocabulary: Vocabulary, raw: object) -> Facts:
    """Turn a JSON object into facts; lists become tuples.

    Raises:
        FactsError: naming every unknown key and every value that is not allowed.
    """
    if not isinstance(raw, dict):
        raise FactsError([f"facts must be a JSON object of fact ids and values, not {type(raw).__name__}"])
    facts: dict[str, FactValue] = {}
    problems: list[str] = []
    for key, value in raw.items():
        parsed, problem = _parse_one(vocabulary, key, value)
        if problem is None:
            facts[key] = parsed
        else:
            problems.append(problem)
    if problems:
        raise FactsError(problems)
    return facts


def _parse_one(vocabulary: Vocabulary, key: str, value: object) -> tuple[FactValue, str | None]:
    if key in vocabulary.signs:
        return _parse_sign(key, value)
    fact = vocabulary.facts.get(key)
    if fact is None:
        return None, f"{key}: not in the vocabulary; `swis facts` lists every id"
    return _parse_context(fact, value)


def _parse_sign(key: str, value: object) -> tuple[FactValue, str | None]:
    if value is None or isinstance(value, bool):
        return value, None
    return None, f"{key}: a sign is true, false or null, not {value!r}"


def _parse_context(fact: Fact, value: object) -> tuple[FactValue, str | None]:
    if value is None:
        return None, None
    allowed = [choice.id for choice in fact.values]
    if fact.kind == "many":
        return _parse_many(fact.id, value, allowed)
    if isinstance(value, str) and value in allowed:
        return value, None
    return None, f"{fact.id}: must be one of {', '.join(allowed)} or null, not {value!r}"


def _parse_many(key: str, value: object, allowed: list[str]) -> tuple[FactValue, str | None]:
    if isinstance(value, list | tuple) and all(isinstance(item, str) and item in allowed for item in value):
        return tuple(value), None
    return None, f"{key}: must be a list of {', '.join(allowed)} or null, not {value!r}"
