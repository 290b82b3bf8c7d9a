"""What can still be looked at in a document of which parts are broken, so that one mistake does not hide the others.

Pure. What is broken is taken out, what is missing at the head is stood in for, and both are remembered: nothing that
depends on them is said. A salvaged document is for checking only; it is never used.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from thresholds.document import Document

Place: TypeAlias = tuple[int | str, ...]

LISTS = ("levels", "contacts", "modifiers", "accumulation", "duties", "unrated", "indicators")
TABLES = ("routes", "consent")
_UNKNOWN = "-"
_CITED = {"document": _UNKNOWN, "version": _UNKNOWN, "place": _UNKNOWN, "url": "https://example.invalid"}
_LEVEL = {
    "id": _UNKNOWN, "number": None, "label": _UNKNOWN, "meaning": _UNKNOWN, "outcome": "statutory_referral",
    "basis": "S47", "tag": "4", "citation": _CITED,
}  # fmt: skip
_STAND_INS: Mapping[str, Any] = {
    **dict.fromkeys(("authority", "name", "title", "version", "vocabulary", "s47_level"), _UNKNOWN),
    "in_force_from": date.min,
    "in_force_to": None,
    "review_by": date.max,
    "signed_off": None,
    **dict.fromkeys(LISTS, ()),
    **{key: {} for key in TABLES},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """The broken parts: items of lists by index, keys of tables, and whole top-level keys."""

    items: Mapping[str, frozenset[int]]
    entries: Mapping[str, frozenset[str]]
    heads: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """`kept` maps a list to the places that its remaining items had; `unsure` are the top-level keys that lost some."""

    kept: Mapping[str, tuple[int, ...]]
    unsure: frozenset[str]

    def place(self, place: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """Where something stands in the file that stands here in what is left of it."""
        if len(place) > 1 and isinstance(place[1], int) and place[0] in self.kept:
            return (place[0], self.kept[str(place[0])][place[1]], *place[2:])
        return place


WHOLE = Left(kept={}, unsure=frozenset())


def broken_parts(whole: Mapping[str, Any], places: Iterable[Place], unread: Iterable[str] = ()) -> Broken:
    """Which parts the places of errors lie in; `unread` are top-level keys whose file could not be read."""
    items: dict[str, set[int]] = {}
    entries: dict[str, set[str]] = {}
    heads = set(unread)
    for place in places:
        key, second = str(place[0]) if place else "", place[1] if len(place) > 1 else None
        if key in LISTS and isinstance(second, int) and isinstance(whole.get(key), list):
            items.setdefault(key, set()).add(second)
        elif key in TABLES and second is not None and isinstance(whole.get(key), dict):
            entries.setdefault(key, set()).add(str(second))
        else:
            heads.add(key)
    return Broken(
        items={key: frozenset(found) for key, found in items.items()},
        entries={key: frozenset(found) for key, found in entries.items()},
        heads=frozenset(heads),
    )


def salvaged(whole: Mapping[str, Any], broken: Broken) -> tuple[Document, Left]:
    """The document without its broken parts, and what was taken out of it.

    Raises:
        ValidationError: more was broken than `broken` says.
    """
    rest = {key: value for key, value in whole.items() if key in Document.model_fields and key not in broken.heads}
    kept = {key: _remaining(rest[key], gone) for key, gone in broken.items.items() if key in rest}
    rest |= {key: [rest[key][index] for index in indexes] for key, indexes in kept.items()}
    for key, gone in broken.entries.items():
        rest[key] = {name: entry for name, entry in rest.get(key, {}).items() if str(name) not in gone}
    rest |= {key: value for key, value in _STAND_INS.items() if key in broken.heads}
    rest["levels"] = rest.get("levels") or [_LEVEL]
    left = Left(kept=kept, unsure=frozenset({*broken.heads, *broken.items, *broken.entries}))
    return Document.model_validate(rest), left


def _remaining(items: list[Any], gone: frozenset[int]) -> tuple[int, ...]:
    return tuple(index for index in range(len(items)) if index not in gone)


def words_in(value: object) -> frozenset[str]:
    """Every string in a tree of data: what a broken entry may have meant."""
    if isinstance(value, str):
        return frozenset((value,))
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return frozenset()
    return frozenset().union(*map(words_in, value))
