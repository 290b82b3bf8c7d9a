"""`swis migrate` and `swis check`: the database and the gate before a deploy."""

import typer
from pydantic import ValidationError

from bot.commands.exits import Problem
from bot.directory import DirectoryError, load_directory
from bot.reading import EXAMPLES, reading
from bot.settings import Settings, wrong
from bot.wiring import migrated
from storage import migrations
from storage.errors import StoreError
from thresholds.sources import ProblemsError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("migrate")(migrate)
    app.command("check")(check)


def chosen() -> Settings:
    """The settings; a clear problem when the environment holds what can't be used."""
    try:
        return Settings()
    except ValidationError as error:
        raise Problem(wrong(error)) from None


def migrate() -> None:
    """Bring the database up to date; safe to repeat."""
    settings = chosen()
    try:
        migrated(settings)
    except StoreError as error:
        raise Problem(f"migrate: {error.advice}") from None
    except ValueError as error:
        raise Problem(f"migrate: SWIS_DATABASE_URL: {error}") from None
    typer.echo(f"database at version {migrations.current(settings.database_url)}")


def check() -> None:
    """Check settings, directories and documents; every problem at once, exit 2 if there is one."""
    problems: list[str] = []
    settings = chosen()
    try:
        rules = reading()
        said = [f"documents: {', '.join(rules.judge.authorities())}"]
    except ProblemsError as error:
        problems += map(str, error.problems)
        said = []
    for path in settings.directory_files or sorted(EXAMPLES.glob("*.yaml")):
        try:
            directory = load_directory(path)
            said.append(f"directory: {path.name}, {len(directory.schools)} schools, {len(directory.people)} people")
        except DirectoryError as error:
            problems += map(str, error.problems)
    if problems:
        raise Problem(problems)
    for line in said:
        typer.echo(line)
