"""`swis manifest slack`: what a platform is told about the app, made from the code."""

import re
from pathlib import Path
from typing import Annotated

import typer

from bot.channels.slack import manifest as slack_manifest
from bot.commands.exits import Problem

Out = Annotated[Path | None, typer.Option("--out", help="The file to write; the screen without it.")]
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="What each platform is told about the app, made from the code.")
    # With a callback a single command stays a command of its group.
    group.callback()(_nothing)
    group.command("slack")(slack)
    app.add_typer(group, name="manifest")


def _nothing() -> None:
    """What every manifest shares: nothing."""


def slack(
    url: Annotated[
        str | None, typer.Option("--url", help="Where the service is reached over https; Socket Mode without it.")
    ] = None,
    staff_groups: Annotated[
        bool, typer.Option(help="Whether a user group of Slack counts as staff: takes one scope more.")
    ] = True,
    out: Out = None,
) -> None:
    """Print the manifest of the Slack app as YAML, to paste where Slack makes a new app."""
    if url is not None and not _HTTPS.fullmatch(url):
        raise Problem("manifest slack: --url: Slack sends to https only; give for example https://swis.example.org")
    text = slack_manifest.text(url, groups=staff_groups)
    if out is None:
        typer.echo(text, nl=False)
    else:
        written(out, text)


def written(out: Path, text: str) -> None:
    """Write a file, and say so.

    Raises:
        Problem: it can't be written.
    """
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem(f"manifest: --out: {out} can't be written: {error.strerror}") from None
    typer.echo(f"written: {out}")
