"""Every key that a directory file may hold is read by what the service is made of, or stands here with its reason."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from bot.arriving import homes_of, rules_of
from bot.clearance import against_serving
from bot.directory import Directory, lapsing, load_directory, rows
from bot.directory import entries as models
from bot.places import land_of
from bot.working_time import local_day
from dialogs.words import Words
from tests.architecture.sources import ROOT
from tests.fakes import MONDAY

FOR_PEOPLE: Mapping[str, str] = MappingProxyType(
    {
        "AssuranceEntry.role": "asked for with the signature; whoever audits reads it",
        "AssuranceEntry.signed_on": "asked for with the signature; whoever audits reads it",
        "ContactEntry.confirmed": "for whoever keeps the file",
        "ContactEntry.owner": "for whoever keeps the file",
        "ContactEntry.url": "for whoever keeps the file",
        "SchoolEntry.vacant_since": "a school without a social worker must say so; the rota covers anyway",
        "StaffGroupEntry.id": "names the rule in errors and changes",
    }
)
"""What nothing reads, and why it is asked for all the same."""
Key = tuple[str, str]


class Spied:
    """An entry that notes which of its keys are read."""

    def __init__(self, entry: BaseModel, read: set[Key]) -> None:
        self._entry, self._read = entry, read

    def __getattr__(self, name: str) -> Any:
        if name in type(self._entry).model_fields:
            self._read.add((type(self._entry).__name__, name))
        found = getattr(self._entry, name)
        if callable(found):
            return lambda *given: spied(found(*given), self._read)
        return spied(found, self._read)


def spied(found: Any, read: set[Key]) -> Any:
    """The same, entries noted."""
    if isinstance(found, BaseModel):
        return Spied(found, read)
    if isinstance(found, tuple):
        return tuple(spied(one, read) for one in found)
    if isinstance(found, dict):
        return {key: spied(value, read) for key, value in found.items()}
    return found


def made_of(directory: Directory, read: set[Key]) -> None:
    """Whatever the service takes from a file."""
    watched: Directory = Spied(directory, read)  # type: ignore[assignment]
    rows(watched)
    land_of(watched, Words.load())
    rules_of([watched])
    homes_of([watched])
    against_serving([watched])
    lapsing(watched, local_day(MONDAY))


def keys() -> set[Key]:
    """All that may stand in a file."""
    kinds = [one for one in vars(models).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    mine = [one for one in kinds if one.__module__ == models.__name__]
    return {(kind.__name__, name) for kind in mine for name in kind.model_fields}


def test_every_key_of_a_directory_is_read() -> None:
    read: set[Key] = set()
    for name in ("examples/ealing.yaml", "tests/bot/sound_directory.yaml"):
        made_of(load_directory(ROOT / name), read)
    assert {f"{kind}.{name}" for kind, name in keys() - read} == set(FOR_PEOPLE)
