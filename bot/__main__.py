"""The `swis` command: gathers the groups and turns a failure into one clear line and a non-zero exit.

A group's modules are imported when one of its commands is asked for, so that a small command does not wait for the
database and the web server.
"""

import sys
from collections.abc import Mapping
from importlib import import_module

import typer

from bot.commands.exits import Problem

GROUPS: Mapping[str, tuple[str, ...]] = {
    "vocabulary": ("facts",),
    "judging": ("triage",),
    "documents": ("thresholds",),
    "walking": ("walk",),
    "demo": ("demo",),
    "serve": ("serve",),
    "keeping": ("migrate", "check"),
    "figures": ("digest", "report", "export"),
    "backup": ("backup", "restore", "rekey"),
    "manifest": ("manifest",),
}
"""Modules of `bot.commands` and the commands each registers."""


def gathered(command: str | None = None) -> typer.Typer:
    """The application with the group of a command; with every group if none has it, or none is asked for."""
    app = typer.Typer(
        name="swis",
        help="A safeguarding-concern conversation for school staff.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    # With a callback a single command stays a command and is not taken for the whole programme.
    app.callback()(_nothing)
    for group in [name for name, commands in GROUPS.items() if command in commands] or GROUPS:
        import_module(f"bot.commands.{group}").register(app)
    return app


def _nothing() -> None:
    """What every command shares: nothing."""


def main() -> None:
    """Run a command; a `Problem` is printed to stderr, line by line, and gives its exit code."""
    try:
        gathered(sys.argv[1] if len(sys.argv) > 1 else None)()
    except Problem as problem:
        for line in problem.lines:
            typer.echo(line, err=True)
        sys.exit(problem.code)


if __name__ == "__main__":
    main()
