"""Logging by allow-list: an event name, known ids, codes and counts. Text that somebody typed has no way in.

In tests an unknown key or a value that is no id raises; at run time it is dropped, so that logging never stops work.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TextIO

IDS = frozenset(
    {
        "about",
        "action",
        "authority",
        "chain",
        "channel",
        "code",
        "command",
        "concern",
        "conversation",
        "document",
        "draw",
        "error",
        "flow",
        "holder",
        "job",
        "key",
        "kind",
        "library",
        "level",
        "outbox",
        "person",
        "reason",
        "reference",
        "role",
        "school",
        "screen",
        "state",
        "version",
    }
)
COUNTS = frozenset(
    {"age_seconds", "attempt", "count", "oldest_seconds", "port", "retry_seconds", "revision", "rows", "status", "step"}
)
_EVENT = re.compile(r"[a-z][a-z0-9_]{1,48}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,118}")


class LogError(ValueError):
    """A log call that could carry content. Names the key, never its value."""


class Log(Protocol):
    """Writes one line: an event name and known keys."""

    def __call__(self, event: str, **about: str | int | float | None) -> None: ...


def open_log(clock: Callable[[], datetime], stream: TextIO = sys.stderr, *, strict: bool = False) -> Log:
    """A log of JSON lines on `stream`, stamped by `clock`. `strict` raises `LogError` instead of dropping."""
    one_at_a_time = threading.Lock()

    def write(event: str, **about: str | int | float | None) -> None:
        said = {"at": clock().isoformat(timespec="milliseconds"), **_allowed(event, about, strict=strict)}
        line = json.dumps(said, sort_keys=True)
        with one_at_a_time:
            print(line, file=stream, flush=True)

    return write


def silent(event: str, **about: str | int | float | None) -> None:
    """A log that is strict about its keys and writes nothing: for tests."""
    _allowed(event, about, strict=True)


def quieten_libraries(log: Log) -> None:
    """Let libraries' warnings through as *which library, how grave*; their text may hold content and is dropped."""
    root = logging.getLogger()
    root.handlers = [_NamesOnly(log)]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


class _NamesOnly(logging.Handler):
    """Reports that a library said something, not what."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log("library_spoke", library=record.name, level=record.levelname.lower())


def _allowed(event: str, about: Mapping[str, str | int | float | None], *, strict: bool) -> Mapping[str, object]:
    refused = sorted(key for key, value in about.items() if not _known(key, value))
    if strict and (refused or not _EVENT.fullmatch(event)):
        raise LogError(f"not for the log: {', '.join(refused) or 'the event name'}")
    kept = {key: value for key, value in about.items() if key not in refused}
    return {"event": event if _EVENT.fullmatch(event) else "unnamed", **kept, **_dropped(refused)}


def _dropped(refused: list[str]) -> Mapping[str, int]:
    return {"dropped": len(refused)} if refused else {}


def _known(key: str, value: object) -> bool:
    if key in COUNTS:
        return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    return key in IDS and (value is None or (isinstance(value, str) and _ID.fullmatch(value) is not None))
