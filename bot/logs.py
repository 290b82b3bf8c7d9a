"""Logging by allow-list: an event name, known ids, codes and counts. Text that somebody typed has no way in.

In tests an unknown key or a value that is no id raises; at run time it is dropped, so that logging never stops work.
"""

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any, Protocol, TextIO

import structlog

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
    logger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[_allowing(strict=strict), _stamping(clock), structlog.processors.JSONRenderer(sort_keys=True)],
        wrapper_class=structlog.BoundLogger,
        cache_logger_on_first_use=True,
    )

    def write(event: str, **about: str | int | float | None) -> None:
        logger.info(event, **about)

    return write


def silent(event: str, **about: str | int | float | None) -> None:
    """A log that is strict about its keys and writes nothing: for tests."""
    _allowing(strict=True)(None, "", {"event": event, **about})


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


def _allowing(*, strict: bool) -> Callable[[Any, str, MutableMapping[str, Any]], Mapping[str, Any]]:
    def allow(_logger: Any, _method: str, said: MutableMapping[str, Any]) -> Mapping[str, Any]:
        event = str(said.pop("event"))
        refused = sorted(key for key, value in said.items() if not _known(key, value))
        if strict and (refused or not _EVENT.fullmatch(event)):
            raise LogError(f"not for the log: {', '.join(refused) or 'the event name'}")
        kept = {key: value for key, value in said.items() if key not in refused}
        return {"event": event if _EVENT.fullmatch(event) else "unnamed", **kept, **_dropped(refused)}

    return allow


def _dropped(refused: list[str]) -> Mapping[str, int]:
    return {"dropped": len(refused)} if refused else {}


def _known(key: str, value: object) -> bool:
    if key in COUNTS:
        return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    return key in IDS and (value is None or (isinstance(value, str) and _ID.fullmatch(value) is not None))


def _stamping(clock: Callable[[], datetime]) -> Callable[[Any, str, MutableMapping[str, Any]], Mapping[str, Any]]:
    def stamp(_logger: Any, _method: str, said: MutableMapping[str, Any]) -> Mapping[str, Any]:
        return {"at": clock().isoformat(timespec="milliseconds"), **said}

    return stamp
