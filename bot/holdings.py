"""What a database holds, against what would be loaded into it: its mode, schools with open concerns, newer loads.

Says why not, with ids and counts only; loads nothing. A database is of one mode for good: a rehearsal on the live one
would retire the real people.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.directory import Directory
from storage.errors import NotFound, StoreError
from storage.shapes import SchoolId
from storage.unit import UnitOfWork

Mode: TypeAlias = Literal["real", "rehearsal", "demo"]
_MODE, _LOADED, _LOOKUP = "mode", "directory_loaded:", "lookup_mark"
_NAMES = {"real": "the real service", "rehearsal": "a rehearsal", "demo": "a demonstration"}


class WrongMode(StoreError):  # noqa: N818 - reads as what it says
    """The database is another mode's."""


class WrongKeys(StoreError):  # noqa: N818 - reads as what it says
    """The first master key is not the one that this database began with."""


def claim_mode(unit: UnitOfWork, mode: Mode) -> None:
    """Write down of which mode this database is; from then on it is of no other.

    Raises:
        WrongMode: it is of another already.
    """
    if unit.settings.get(_MODE) is None:
        unit.settings.claim(_MODE, _unmarked(unit, mode))
    reason = against_mode(unit, mode)
    if reason is not None:
        raise WrongMode("another mode", f"{reason}: use a database of its own")


def against_mode(unit: UnitOfWork, mode: Mode) -> str | None:
    """Why a database can't be used in this mode; None if it can."""
    found = unit.settings.get(_MODE) or _unmarked(unit, mode)
    return None if found == mode else f"the database is that of {_NAMES[found]}, and this is {_NAMES[mode]}"


def claim_keys(unit: UnitOfWork, mark: str) -> None:
    """Write down which key finds earlier concerns in this database; from then on it is no other.

    Raises:
        WrongKeys: another one does.
    """
    unit.settings.claim(_LOOKUP, mark)
    reason = against_keys(unit, mark)
    if reason is not None:
        raise WrongKeys("another first key", reason)


def against_keys(unit: UnitOfWork, mark: str) -> str | None:
    """Why a database can't be used with these master keys; None if it can. One without a mark can with any."""
    if unit.settings.get(_LOOKUP) in (None, mark):
        return None
    return "earlier concerns about a child would not be found: put the oldest master key first again, the newest last"


def _unmarked(unit: UnitOfWork, mode: Mode) -> str:
    """What a database without a mark counts as. The demonstration's file is its own, from before there were marks."""
    return "real" if mode == "rehearsal" and unit.concerns.any() else mode


@dataclass(frozen=True, kw_only=True, slots=True)
class Going:
    """A school that the directories name no more, while this many of its concerns are open."""

    authority: str
    school: str
    count: int
    loaded: bool

    def __str__(self) -> str:
        what = f"the school {self.school} of {self.authority} would go"
        advice = "put it back until they are closed" if self.loaded else f"name the directory file of {self.authority}"
        return f"{what}, and has open concerns ({self.count}): {advice}"


def going(unit: UnitOfWork, directories: Sequence[Directory], *, others: bool) -> tuple[Going, ...]:
    """The schools with open concerns that would go; with `others`, those of authorities that none of these is of."""
    named = {school.id for one in directories for school in one.schools}
    loaded = {one.authority for one in directories}
    left = Counter(one.school for one in unit.concerns.open_everywhere() if one.school not in named)
    found = [
        Going(authority=authority, school=school, count=count, loaded=authority in loaded)
        for school, count in sorted(left.items())
        if (authority := _authority(unit, school)) is not None
    ]
    return tuple(one for one in found if one.loaded or others)


def _authority(unit: UnitOfWork, school: SchoolId) -> str | None:
    try:
        return unit.people.school(school).authority
    except NotFound:
        return None


def note_load(unit: UnitOfWork, directory: Directory, now: datetime) -> None:
    """Keep which directory was loaded, and since when it is this one."""
    digest, key = _digest(directory), _LOADED + directory.authority
    if _loaded(unit, directory.authority)[0] != digest:
        unit.settings.put(key, f"{digest} {now.isoformat()}")


def is_older(unit: UnitOfWork, directory: Directory, modified: datetime) -> bool:
    """Whether the database holds another directory of the authority, loaded after this file was last written."""
    digest, at = _loaded(unit, directory.authority)
    return at is not None and digest != _digest(directory) and at > modified


def _loaded(unit: UnitOfWork, authority: str) -> tuple[str, datetime | None]:
    digest, _, at = (unit.settings.get(_LOADED + authority) or "").partition(" ")
    return digest, datetime.fromisoformat(at) if at else None


def _digest(directory: Directory) -> str:
    return hashlib.sha256(directory.model_dump_json().encode()).hexdigest()
