"""Reading a directory's plain data whatever its shape: what is not of the kind that was asked for is not there."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, TypeAlias

from thresholds.sources import Place, Source

Item: TypeAlias = tuple[Place, Mapping[str, Any]]


def items(source: Source, *place: str) -> Iterator[Item]:
    """The mappings of a list at a place, each with its own place."""
    found: Any = source.data
    for key in place:
        found = found.get(key) if isinstance(found, dict) else None
    for index, item in enumerate(listed(found)):
        if isinstance(item, dict):
            yield (*place, index), item


def listed(value: object) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def mapping_at(source: Source, *place: str) -> Mapping[str, Any]:
    """The mapping at a place, else an empty one."""
    found: Any = source.data
    for key in place:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def day_of(item: Mapping[str, Any], key: str) -> date | None:
    """The day under a key, if it is one."""
    return as_day(item.get(key))


def as_day(value: object) -> date | None:
    """The value if it is a day; a day with a time of day is none, unless that is midnight."""
    if isinstance(value, datetime):
        return date(value.year, value.month, value.day) if value.time() == time() else None
    return value if isinstance(value, date) else None
