"""`swis migrate` and `swis check`: the database and the gate before a deploy."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.configured import chosen
from bot.commands.exits import Problem
from bot.commands.fitting import flows, manifests
from bot.commands.options import Now, instant
from bot.commands.platforms import platforms
from bot.commands.unseen import unseen
from bot.directory import Directory, DirectoryError, changes, lapsing, load_directory
from bot.lapsing_documents import document_warnings
from bot.reading import reading
from bot.settings import KeysError, Settings, master_keys
from bot.spool import left_in
from bot.wiring import keys_against, load_directories, migrated
from bot.working_time import CalendarDay, local_day
from storage import migrations
from storage.errors import StoreError
from thresholds.document import Document
from thresholds.lint import lint
from thresholds.load import edition_folders
from thresholds.sources import ProblemsError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("migrate")(migrate)
    app.command("check")(check)


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


def check(
    now: Now = None,
    reach: Annotated[
        bool, typer.Option("--reach", help="Ask each platform too: tokens, workspaces, scopes granted and needed.")
    ] = False,
    processes: Annotated[int, typer.Option("--processes", min=1, help="How many will serve at the same time.")] = 1,
    was: Annotated[
        list[Path] | None, typer.Option("--was", help="The directory file in force now: say what the new one changes.")
    ] = None,
) -> None:
    """Check settings, keys, directories, documents, flows, manifests and platforms; every problem at once, exit 2.

    What runs out soon, and people who could not be reached, are warnings only.
    """
    settings, today = chosen(), local_day(instant(now))
    said, problems = _gathered(partial(look, settings) for look in (_keys, documents_said, _directories, flows))
    if not problems:
        directories = load_directories(settings)
        found = platforms(settings, directories, asked=reach, processes=processes)
        more, problems = _gathered([partial(manifests, directories), partial(_changes, directories, was or ())])
        said, problems = [*said, *more, *found.said], [*problems, *found.troubles]
    if problems:
        raise Problem(problems)
    for line in (*said, *_warnings(settings, today)):
        typer.echo(line)


def _gathered(looks: Iterable[Callable[[], Iterable[str]]]) -> tuple[list[str], list[str]]:
    """What each says, and the problems of all of them."""
    said: list[str] = []
    problems: list[str] = []
    for look in looks:
        try:
            said += look()
        except ProblemsError as error:
            problems += map(str, error.problems)
        except Problem as problem:
            problems += problem.lines
        except (KeysError, OSError) as error:
            problems.append(f"SWIS_KEYS, SWIS_KEYS_FILE: {error}")
    return said, problems


def _warnings(settings: Settings, today: CalendarDay) -> list[str]:
    directories = load_directories(settings)
    found = [line for one in directories for line in lapsing(one, today)]
    catalogue = reading(settings.documents_folder).catalogue
    documents = (
        *_without(directories, catalogue.authorities),
        *_failing(settings),
        *document_warnings(catalogue, today),
    )
    return [f"warning: {line}" for line in (*documents, *found, *unseen(settings, directories))]


def _without(directories: Sequence[Directory], installed: Sequence[str]) -> Iterator[str]:
    for one in directories:
        if one.authority not in installed:
            yield (
                f"no document of {one.authority} is installed: its concerns get no level and the most urgent clock; "
                "put its folder into SWIS_DOCUMENTS_FOLDER"
            )


def _failing(settings: Settings) -> Iterator[str]:
    """What keeps a document from being signed. Those that are packaged were tried before they were packed."""
    if settings.documents_folder is not None:
        for problem in lint(tuple(edition_folders(settings.documents_folder))).problems:
            yield str(problem)


def _changes(directories: Sequence[Directory], was: Sequence[Path]) -> list[str]:
    """What loading each directory changes, in sentences, where the file of the authority in force now is given."""
    before = {one.authority: one for one in map(_before, was)}
    unknown = before.keys() - {one.authority for one in directories}
    if unknown:
        raise Problem(f"--was: {', '.join(sorted(unknown))}: SWIS_DIRECTORY_FILES names no file of it")
    return [
        f"{one.authority}: {said}"
        for one in directories
        if one.authority in before
        for said in changes(before[one.authority], one) or ("Nothing changes.",)
    ]


def _before(file: Path) -> Directory:
    try:
        return load_directory(file)
    except DirectoryError as error:
        raise Problem(f"--was: {problem}" for problem in error.problems) from None


def _keys(settings: Settings) -> list[str]:
    """How many there are.

    Raises:
        KeysError: none, so that nothing could be sealed or opened; or another is first than the database began with.
    """
    keys = master_keys(settings)
    if not keys:
        raise KeysError("no master key is set: set one of them")
    wrong = keys_against(settings)
    if wrong is not None:
        raise KeysError(wrong)
    return [f"master keys: {len(keys)}", *spooled(settings)]


def spooled(settings: Settings) -> list[str]:
    """Says what waits in this machine's spool under its own key; nothing of an empty one."""
    waiting = left_in(settings.spool_folder)
    if not waiting:
        return []
    keep = "take no master key out of the settings before the spool is empty"
    return [f"warning: presses of danger waiting in the spool, {settings.spool_folder}: {waiting}; {keep}"]


def documents_said(settings: Settings) -> list[str]:
    """Which authorities have documents, and of each document who signed it; no level of an unsigned one is served."""
    catalogue = reading(settings.documents_folder).catalogue
    editions = [one.document for found in catalogue.editions.values() for one in found]
    return [f"documents: {', '.join(catalogue.authorities)}", *map(_signed, editions)]


def _signed(document: Document) -> str:
    name = f"document: {document.authority} {document.in_force_from}"
    signed = document.signed_off
    if signed is None:
        return f"{name}, not signed off: `swis serve` shows no level from it"
    return f"{name}, signed off by {signed.by}, {signed.role}, on {signed.on}"


def _directories(settings: Settings) -> list[str]:
    return [
        f"directory: {one.authority}, {len(one.schools)} schools, {len(one.people)} people"
        for one in load_directories(settings)
    ]
