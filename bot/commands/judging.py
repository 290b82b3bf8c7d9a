"""`swis triage`: the rules, without any database."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.exits import Problem
from bot.commands.options import Authority, Now, instant, print_json, read_json
from bot.directory import DirectoryError
from bot.reading import Reading, reading
from bot.triage import triage
from thresholds.facts import Facts, FactsError, Vocabulary, parse_facts
from thresholds.sources import ProblemsError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("triage")(triage_command)


def opened(authority: str | None = None, option: str = "--authority", folder: Path | None = None) -> Reading:
    """The rules; a clear problem when they can't be read or the authority is not installed."""
    try:
        rules = reading(folder)
    except ProblemsError as error:
        raise Problem(map(str, error.problems)) from None
    if authority is not None and authority not in rules.judge.authorities():
        raise Problem(f"{option}: {authority!r} is not installed; there are {', '.join(rules.judge.authorities())}")
    return rules


def triage_command(
    authority: Authority,
    facts: Annotated[str, typer.Option("--facts", help="A JSON file of facts, or - for standard input.")],
    now: Now = None,
) -> None:
    """Print the suggestion for given facts as JSON; a list of facts gives a list."""
    at, rules = instant(now), opened(authority)
    raw = read_json(facts, "--facts")
    many = parse_many(rules.judge.vocabulary, raw if isinstance(raw, list) else [raw])
    results = _triage(rules, authority, many, at)
    print_json(results if isinstance(raw, list) else results[0])


def _triage(rules: Reading, authority: str, many: list[Facts], at: datetime) -> list[dict[str, object]]:
    try:
        seat = rules.seat(authority, None, None, at)
    except DirectoryError as error:
        raise Problem(map(str, error.problems)) from None
    return triage(seat.place.bench(rules.judge), authority, many, at, seat.place.today(at))


def parse_many(vocabulary: Vocabulary, raw: list[Any]) -> list[Facts]:
    """Every item parsed.

    Raises:
        Problem: naming every problem of every item.
    """
    found: list[Facts] = []
    problems: list[str] = []
    for number, item in enumerate(raw, start=1):
        try:
            found.append(parse_facts(vocabulary, item))
        except FactsError as error:
            where = f"item {number}: " if len(raw) > 1 else ""
            problems += [f"--facts: {where}{problem}" for problem in error.problems]
    if problems:
        raise Problem(problems)
    return found
