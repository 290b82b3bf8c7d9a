"""The `swis` command: gathers the groups and turns a failure into one clear line and a non-zero exit."""

import sys

import typer

from bot.commands import demo, judging, keeping, walking
from bot.commands.exits import Problem

app = typer.Typer(
    name="swis",
    help="A safeguarding-concern conversation for school staff.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
judging.register(app)
walking.register(app)
demo.register(app)
keeping.register(app)


def main() -> None:
    """Run a command; a `Problem` is printed to stderr, line by line, and gives its exit code."""
    try:
        app()
    except Problem as problem:
        for line in problem.lines:
            typer.echo(line, err=True)
        sys.exit(problem.code)


if __name__ == "__main__":
    main()
