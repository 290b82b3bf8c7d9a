"""`swis manifest slack|teams`: what a platform is told about the app, made from the code."""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot.channels.slack import manifest as slack_manifest
from bot.channels.teams import manifest as teams_manifest
from bot.commands.exits import Problem

Out = Annotated[Path | None, typer.Option("--out", help="The file to write; the screen without it.")]
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MOST_ORGANISATION = 32
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="What each platform is told about the app, made from the code.")
    # With a callback a single command stays a command of its group.
    group.callback()(_nothing)
    group.command("slack")(slack)
    group.command("teams")(teams)
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


def teams(  # noqa: PLR0913, PLR0917 - an option each
    app_id: Annotated[str, typer.Option("--app-id", help="The Azure bot's application id.")],
    website: Annotated[str, typer.Option("--website", help="Where staff read about the service: an https address.")],
    organisation: Annotated[str, typer.Option("--organisation", help="Who publishes it, 32 letters at most.")] = (
        "Safeguarding programme"
    ),
    privacy: Annotated[
        str | None, typer.Option("--privacy", help="The privacy notice; the website without it.")
    ] = None,
    terms: Annotated[str | None, typer.Option("--terms", help="The terms of use; the website without it.")] = None,
    staff_groups: Annotated[
        bool, typer.Option(help="Whether a team counts as staff: the app may then be added to teams too.")
    ] = False,
    out: Annotated[Path, typer.Option("--out", help="The archive to write.")] = Path("swis-teams.zip"),
) -> None:
    """Write the package of the Teams app, to upload in the Teams admin centre."""
    if not _GUID.fullmatch(app_id):
        raise Problem("manifest teams: --app-id: the Azure portal shows it as 36 letters and dashes")
    if not 1 <= len(organisation.strip()) <= MOST_ORGANISATION:
        raise Problem(f"manifest teams: --organisation: 1 to {MOST_ORGANISATION} letters")
    addresses = {"--website": website, "--privacy": privacy or website, "--terms": terms or website}
    for name, address in addresses.items():
        if not _HTTPS.fullmatch(address):
            raise Problem(f"manifest teams: {name}: Teams takes https only; give for example https://swis.example.org")
    publisher = teams_manifest.Publisher(
        name=organisation, website=website, privacy=addresses["--privacy"], terms=addresses["--terms"]
    )
    written(out, teams_manifest.package(app_id.lower(), version("swis"), publisher, groups=staff_groups))


def written(out: Path, content: str | bytes) -> None:
    """Write a file, and say so.

    Raises:
        Problem: it can't be written.
    """
    try:
        out.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    except OSError as error:
        raise Problem(f"manifest: --out: {out} can't be written: {error.strerror}") from None
    typer.echo(f"written: {out}")
