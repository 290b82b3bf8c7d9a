"""The authority file: who works where, whom to ring, which days count. Strict models, and all problems at once.

Read when it is loaded, never per concern: people are looked up in storage; numbers, calendars and clocks are handed
on by the composition root. Nothing here writes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.directory.checks import clashing, has_address, senseless
from bot.directory.entries import (
    COUNCIL_ROLES,
    SCHOOL_ROLES,
    ContactEntry,
    ContactId,
    Directory,
    NeighbourEntry,
    PersonEntry,
    SchoolEntry,
)
from bot.directory.lapsing import lapsing
from bot.directory.reporting import reporting
from bot.directory.views import (
    calendars,
    changes,
    clocks,
    designated_teachers,
    invented,
    on_duty,
    rows,
    unsigned,
)
from thresholds.sources import Place, Problem, ProblemsError, Source, parse, shape_errors, shape_message

__all__ = [
    "COUNCIL_ROLES",
    "SCHOOL_ROLES",
    "ContactEntry",
    "ContactId",
    "Directory",
    "DirectoryError",
    "NeighbourEntry",
    "PersonEntry",
    "SchoolEntry",
    "calendars",
    "changes",
    "clashing",
    "clocks",
    "designated_teachers",
    "invented",
    "lapsing",
    "load_directory",
    "located",
    "on_duty",
    "parse_directory",
    "reporting",
    "rows",
    "unsigned",
]


class DirectoryError(ProblemsError):
    """A directory file that cannot be used; `problems` holds everything that is wrong with it."""

    @classmethod
    def of(cls, path: Path, *reasons: str) -> "DirectoryError":
        """What is wrong with a file as a whole."""
        return cls(tuple(Problem(str(path), 1, reason) for reason in reasons))


def load_directory(path: Path) -> Directory:
    """Read an authority file.

    Raises:
        DirectoryError: with every problem, each with file, line and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise DirectoryError.of(path, f"cannot be read: {reason}; check the path") from error
    return parse_directory(str(path), text)


def parse_directory(file: str, text: str) -> Directory:
    """A directory from YAML text; `file` is the name that problems carry.

    Raises:
        DirectoryError: with every problem of shape and of sense together.
    """
    source, found = parse(file, text)
    problems = list(found)
    if not isinstance(source.data, dict):
        raise DirectoryError(found or (Problem(file, 1, "there are no keys in this file: start from an example"),))
    directory = _shaped(source, problems)
    problems += senseless(source)
    if directory is None or problems:
        raise DirectoryError(tuple(problems))
    return directory


def located(path: Path, place: Place, message: str) -> Problem:
    """A problem at a place of a file that could be read before."""
    try:
        return parse(str(path), path.read_text(encoding="utf-8"))[0].problem(message, *place)
    except (OSError, UnicodeDecodeError):
        return Problem(str(path), 1, message)


def _shaped(source: Source, problems: list[Problem]) -> Directory | None:
    try:
        return Directory.model_validate(source.data)
    except ValidationError as error:
        problems += (
            source.problem(shape_message(one), *one["loc"]) for one in shape_errors(error) if _bare(source, one)
        )
        return None


def _bare(source: Source, found: Mapping[str, Any]) -> bool:
    """Whether nothing says it better than a message of shape: an address is asked for by its person's name."""
    match found["loc"]:
        case ("people", int(number), "email"):
            person = source.data["people"][number]
            return person.get("role") == "reporter" or has_address(person)
    return True
