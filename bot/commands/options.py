"""Reading what commands are given: JSON from a file or standard input, an instant, an authority."""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.exits import Problem
from bot.seams import system_clock

Authority = Annotated[str, typer.Option("--authority", help="The authority's folder name, for example ealing.")]
Now = Annotated[str | None, typer.Option("--now", help="RFC 3339 with offset; the clock without it.")]
MOST_BYTES = 16 * 1024 * 1024
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?")


def read_json(source: str, what: str) -> Any:
    """The JSON in a file, or on standard input for `-`.

    Raises:
        Problem: the file can't be read, is too large, or isn't JSON (with line and column).
    """
    text = _read(source, what)
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates)
    except json.JSONDecodeError as error:
        raise Problem(f"{what}: {source}, line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise Problem(f"{what}: {source}: nested too deeply") from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise Problem(f"JSON: the key {', '.join(map(repr, twice))} stands twice in one object; write it once")
    return found


def _read(source: str, what: str) -> str:
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1) if source == "-" else _bytes(Path(source))
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise Problem(f"{what}: can't read {source}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Problem(f"{what}: {source} is not UTF-8 text") from None
    if len(raw) > MOST_BYTES:
        raise Problem(f"{what}: {source} is larger than {MOST_BYTES} bytes")
    return text


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def instant(text: str | None) -> datetime:
    """The instant of `--now` in UTC; the clock without one.

    Raises:
        Problem: not RFC 3339, or without an offset.
    """
    if text is None:
        return system_clock()
    try:
        found = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise Problem(f"--now: {text!r} is not RFC 3339; write for example 2026-11-23T16:50:00+00:00")
    if found.tzinfo is None:
        raise Problem(f"--now: {text!r} has no offset; write for example {text}+00:00")
    try:
        return found.astimezone(UTC)
    except (OverflowError, ValueError):
        raise Problem(f"--now: {text!r} is outside the calendar") from None


def print_json(value: object) -> None:
    """Write one JSON value to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
