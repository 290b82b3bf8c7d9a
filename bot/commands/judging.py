"""`swis triage`, `swis thresholds lint|show|test`: the rules, without any database."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.exits import Problem
from bot.commands.options import Authority, Now, instant, print_json, read_json
from bot.directory import DirectoryError
from bot.reading import Reading, reading
from bot.triage import triage
from bot.working_time import local_day
from thresholds.evaluate import ready
from thresholds.facts import Facts, FactsError, Vocabulary, parse_facts
from thresholds.lint import check_examples, lint
from thresholds.page import page
from thresholds.sources import ProblemsError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("triage")(triage_command)
    group = typer.Typer(no_args_is_help=True, help="Checks, prints and tries threshold documents.")
    group.command("lint")(lint_command)
    group.command("show")(show)
    group.command("test")(try_examples)
    app.add_typer(group, name="thresholds")


def opened(authority: str | None = None) -> Reading:
    """The rules; a clear problem when they can't be read or the authority is not installed."""
    try:
        rules = reading()
    except ProblemsError as error:
        raise Problem(map(str, error.problems)) from None
    if authority is not None and authority not in rules.judge.authorities():
        raise Problem(f"--authority: {authority!r} is not installed; there are {', '.join(rules.judge.authorities())}")
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


def lint_command(
    folders: Annotated[list[Path] | None, typer.Argument(help="Folders of documents; all that are installed.")] = None,
    now: Now = None,
) -> None:
    """Check documents severely; every problem with file and line, and what has lapsed by now."""
    found = lint(tuple(folders or ()), on=local_day(instant(now)))
    if found.problems:
        raise Problem(map(str, found.problems))
    for line in found.said:
        typer.echo(line)


def show(authority: Authority, now: Now = None) -> None:
    """Print the document in force: levels, every line with its citation, contacts."""
    rules, at = opened(authority), instant(now)
    document = rules.judge.document(authority, local_day(at))
    if document is None:
        raise Problem(f"no document of {authority} is in force on {local_day(at).isoformat()}")
    typer.echo(page(document, rules.judge.vocabulary))


def try_examples(authority: Authority) -> None:
    """Try the worked examples of every document of the authority."""
    editions = opened(authority).catalogue.editions[authority]
    problems = [
        str(problem)
        for one in editions
        for problem in check_examples(one.document, ready(one.document, one.vocabulary), one.examples)
    ]
    if problems:
        raise Problem(problems)
    typer.echo(f"{authority}: {sum(len(one.examples) for one in editions)} worked examples agree")
