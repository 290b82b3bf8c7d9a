"""`swis walk`: a conversation step by step without any channel or database, so that a program can talk to it."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.exits import Problem
from bot.commands.judging import opened
from bot.commands.options import Authority, Now, instant, print_json, read_json
from bot.directory import DirectoryError
from bot.reading import UnknownSchool
from bot.walk import Walk, WalkError, walker_of

FLOWS = ("concern", "decision")
DirectoryFile = Annotated[Path | None, typer.Option("--directory", help="A directory file instead of the example.")]
SchoolOption = Annotated[str | None, typer.Option("--school", help="The id of a school of the directory.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("walk")(walk)


def walk(
    authority: Authority,
    answers: Annotated[str, typer.Option("--answers", help="A JSON file of answers by screen and field, or -.")],
    flow: Annotated[str, typer.Option("--flow", help="concern or decision.")] = "concern",
    now: Now = None,
    directory: DirectoryFile = None,
    school: SchoolOption = None,
) -> None:
    """Replay answers; print the next screen or the receipt as JSON. A list of answers gives a list."""
    if flow not in FLOWS:
        raise Problem(f"--flow: {flow!r} is not a flow; there are {', '.join(FLOWS)}")
    at, rules = instant(now), opened(authority)
    try:
        walker = walker_of(rules, rules.seat(authority, directory, school, at), flow, at)
    except DirectoryError as error:
        raise Problem(map(str, error.problems)) from None
    except UnknownSchool as error:
        raise Problem(str(error)) from None
    raw = read_json(answers, "--answers")
    if not isinstance(raw, list):
        return print_json(_walked(walker, raw, "--answers"))
    return print_json([_walked(walker, item, f"--answers: item {number}") for number, item in enumerate(raw, start=1)])


def _walked(walker: Walk, item: object, where: str) -> dict[str, object]:
    try:
        return walker.walk(item)
    except WalkError as error:
        raise Problem(f"{where}: {problem}" for problem in error.problems) from None
