"""Past cases as a program writes them: a JSON list or one JSON object a line, each facts alone or `{"id", "facts"}`."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.commands.exits import Problem
from thresholds.facts import Facts, FactsError, Vocabulary, parse_facts

MOST_TOLD = 20
"""Problems that are listed; the rest are counted."""


def past_cases(source: str, vocabulary: Vocabulary) -> list[tuple[str, Facts]]:
    """Id and facts of each, in order; without ids they are numbered from 1.

    Raises:
        Problem: what can't be read, by line or number; of many the first twenty.
    """
    found: list[tuple[str, Facts]] = []
    problems: list[str] = []
    for number, item in enumerate(_items(source), start=1):
        name, raw = _named(item, number)
        try:
            found.append((name, parse_facts(vocabulary, raw)))
        except FactsError as error:
            problems += [f"--facts: case {name}: {problem}" for problem in error.problems]
    if problems:
        more = len(problems) - MOST_TOLD
        raise Problem([*problems[:MOST_TOLD], *([f"--facts: {more} more problems like these"] if more > 0 else [])])
    return found


def _named(item: Any, number: int) -> tuple[str, Any]:
    if isinstance(item, dict) and set(item) == {"id", "facts"}:
        return str(item["id"]), item["facts"]
    return str(number), item


def _items(source: str) -> Iterable[Any]:
    try:
        text = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        lines = text.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise Problem(f"--facts: can't read {source}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Problem(f"--facts: {source} is not UTF-8 text") from None
    if lines and lines[0].lstrip().startswith("["):
        return _parsed("\n".join(lines), source, 1)  # type: ignore[no-any-return]
    return _by_line(lines, source)


def _by_line(lines: list[str], source: str) -> Iterator[Any]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _parsed(line, source, number)


def _parsed(text: str, source: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Problem(f"--facts: {source}, line {line + error.lineno - 1}: not JSON: {error.msg}") from None
    except RecursionError:
        raise Problem(f"--facts: {source}, line {line}: nested too deeply") from None
