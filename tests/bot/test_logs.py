"""The log lets ids, codes and counts through, and nothing else."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.logs import Log, LogError, open_log, quieten_libraries, silent

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TYPED = "she said he hits her"


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    """What was written, line by line."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(stream: io.StringIO) -> Log:
    return open_log(lambda: NOON, stream)


def test_a_line_holds_the_event_its_instant_and_known_keys(log: Log, stream: io.StringIO) -> None:
    log("delivery_failed", outbox="o1", person="brentside.dsl", code="blocked", attempt=3)
    assert lines_of(stream) == [
        {
            "at": "2026-11-23T12:00:00.000+00:00",
            "attempt": 3,
            "code": "blocked",
            "event": "delivery_failed",
            "outbox": "o1",
            "person": "brentside.dsl",
        }
    ]


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("unknown_key", {"text": "x"}),
    ("typed_words", {"concern": TYPED}),
    ("a_newline", {"concern": "c1\nc2"}),
    ("too_long", {"code": "x" * 200}),
    ("words_as_a_count", {"attempt": "three"}),
    ("a_number_as_an_id", {"person": 7}),
    ("a_truth_as_a_count", {"count": True}),
]


@pytest.mark.parametrize(("name", "about"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_id_or_count_is_dropped_at_run_time(
    name: str, about: dict[str, Any], log: Log, stream: io.StringIO
) -> None:
    log("turn", conversation="v1", **about)
    [line] = lines_of(stream)
    assert line == {"at": line["at"], "conversation": "v1", "dropped": 1, "event": "turn"}


@pytest.mark.parametrize(("name", "about"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_id_or_count_raises_in_tests_without_repeating_it(
    name: str, about: dict[str, Any], stream: io.StringIO
) -> None:
    strict = open_log(lambda: NOON, stream, strict=True)
    with pytest.raises(LogError) as refused:
        strict("turn", **about)
    assert TYPED not in str(refused.value)
    assert stream.getvalue() == ""


def test_an_event_that_is_a_sentence_loses_its_name(log: Log, stream: io.StringIO) -> None:
    log(TYPED)
    assert lines_of(stream)[0]["event"] == "unnamed"


def test_the_silent_log_is_strict() -> None:
    silent("turn", revision=3)
    with pytest.raises(LogError, match="text"):
        silent("turn", text="x")
    with pytest.raises(LogError, match="event name"):
        silent(TYPED)


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back afterwards."""
    found = logging.getLogger()
    handlers, level = list(found.handlers), found.level
    yield found
    found.handlers, found.level = handlers, level
    logging.captureWarnings(capture=False)


def test_a_librarys_text_never_reaches_the_log(root: logging.Logger, log: Log, stream: io.StringIO) -> None:
    quieten_libraries(log)
    logging.getLogger("some.library").warning("failed with %s", TYPED)
    logging.getLogger("some.library").info("not even counted")
    [line] = lines_of(stream)
    assert (line["event"], line["library"], line["level"]) == ("library_spoke", "some.library", "warning")
    assert TYPED not in stream.getvalue()
