"""`swis thresholds …`: documents made, checked, printed, compared, tried, measured against the past, signed."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from bot.authoring import Authors, of_catalogue, of_folder
from bot.commands.configured import chosen as chosen_settings
from bot.commands.exits import Problem
from bot.commands.judging import opened
from bot.commands.options import Now, instant, print_json
from bot.commands.past_cases import past_cases
from bot.paper import outage_sheet, printable
from bot.reading import Reading
from bot.working_time import local_day
from dialogs.flows import latest
from dialogs.words import Words
from thresholds.catalogue import Edition
from thresholds.difference import differences, summed_up
from thresholds.document import SignOff
from thresholds.evaluate import Rules, ready
from thresholds.impact import Tried, Verdict, impact
from thresholds.in_force import NoDocumentInForce, edition_in_force
from thresholds.lint import check_examples, edition_problems, lint
from thresholds.load import load_edition, load_vocabulary, read_edition
from thresholds.page import page
from thresholds.signing import UnsignableError, added_to, with_signature
from thresholds.sources import ProblemsError
from thresholds.starter import Start, starter

MaybeAuthority = Annotated[str | None, typer.Option("--authority", help="An installed authority, for example ealing.")]
MaybeFolder = Annotated[Path | None, typer.Argument(help="A document's folder, <authority>/<date>, instead.")]
_RECORD = "signatures.yaml"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Makes, checks, prints, compares, tries, signs threshold documents.")
    group.command("new")(new)
    group.command("lint")(lint_command)
    group.command("show")(show)
    group.command("diff")(diff)
    group.command("test")(try_examples)
    group.command("impact")(try_on_the_past)
    group.command("sign")(sign)
    app.add_typer(group, name="thresholds")


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make, <authority>/<first day>: anyshire/2027-04-01.")],
    name: Annotated[str, typer.Option("--name", help="The authority's name, as people know it.")],
    levels: Annotated[int, typer.Option("--levels", help="How many levels it has: 3, 4 or 5.")] = 4,
    borrow: Annotated[
        str, typer.Option("--borrow", help="Whose lines it starts with; none: no line at all.")
    ] = "ealing",
    now: Now = None,
) -> None:
    """Make a folder that is whole: what only you can say is marked, every other line is borrowed and says so."""
    authority = folder.resolve().parent.name
    if not re.fullmatch(r"[a-z][a-z0-9_]*", authority):
        want = "write <authority>/<first day>, as anyshire/2027-04-01, in small letters, digits and _"
        raise Problem(f"new: {authority!r} is no name for an authority's folder; {want}")
    if levels not in (3, 4, 5):
        raise Problem(f"new: --levels is 3, 4 or 5, and not {levels}")
    start = Start(
        authority=authority, name=name, in_force_from=_day(folder.resolve().name), levels=levels,
        made_on=local_day(instant(now)), lines=borrow != "none",
    )  # fmt: skip
    lender = borrow if start.lines else "ealing"
    _written(folder, starter(start, _installed(lender, "--borrow").catalogue.editions[lender][-1]))
    read = read_edition(folder, load_vocabulary())
    left = len(edition_problems(read))
    typer.echo(f"{folder}: {len(read.document.indicators) if read.document else 0} lines, {left} things left to do")
    typer.echo(f"next: fill in what is marked, then run `swis thresholds lint {folder}`")


def _written(folder: Path, files: dict[str, str]) -> None:
    if folder.exists():
        raise Problem(f"{folder} stands already: choose another day, or go on in it")
    try:
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem(f"new: can't write in {folder}: {error.strerror}") from None


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


def show(
    folder: MaybeFolder = None,
    authority: MaybeAuthority = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write a printable page (HTML) with all of it.")] = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="Write the outage sheet alone: A4, two pages.")] = None,
    serve: Annotated[int | None, typer.Option("--serve", min=0, max=65535, help="Open the authors' page here.")] = None,
    now: Now = None,
) -> None:
    """Print a document: levels, every line with its citation, contacts; or write it as pages for paper."""
    if serve is not None:
        _serve(folder, authority, serve)
        return
    edition = chosen(folder, authority, instant(now))
    if out is None and sheet is None:
        typer.echo(page(edition.document, edition.vocabulary))
        return
    flow, words = latest("concern"), Words.load()
    for file, draw in ((out, printable), (sheet, outage_sheet)):
        if file is not None:
            _write_page(file, draw(edition, flow, words))


def _serve(folder: Path | None, authority: str | None, port: int) -> None:
    """The page for authors: of a folder read anew each time, or of what is installed."""
    if (folder is None) == (authority is None):
        raise Problem(_WHICH)
    if folder is not None and not folder.is_dir():
        raise Problem(f"{folder} is no folder: name one that holds document.yaml")
    load = of_folder(folder, load_vocabulary()) if folder else of_catalogue(_installed(authority).catalogue)
    authors = Authors(load=load, words=Words.load())
    # The web server is dear to import, and nothing else here needs it.
    page_of = import_module("bot.commands.authors_page")
    page_of.serve(authors, port, lambda url: typer.echo(f"the page for authors at {url} (Ctrl-C ends it)"))


def _write_page(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem(f"show: can't write {file}: {error.strerror}") from None
    typer.echo(f"written: {file}; open it in a browser, and print it from there")


def diff(
    old: Annotated[Path, typer.Argument(help="The older document's folder, <authority>/<date>.")],
    other: Annotated[Path, typer.Argument(metavar="NEW", help="The newer document's folder.")],
) -> None:
    """Say in sentences what changed between two versions of a document."""
    before, after = from_folder(old), from_folder(other)
    sections = differences(before, after)
    if not sections:
        typer.echo("Nothing changed.")
        return
    typer.echo(summed_up(before, after))
    for section in sections:
        typer.echo(f"\n{section.title}")
        for sentence in section.sentences:
            typer.echo(f"- {sentence}")


def try_examples(folder: MaybeFolder = None, authority: MaybeAuthority = None) -> None:
    """Try the worked examples of a folder, or of every document of an authority."""
    editions: tuple[Edition, ...]
    if folder is not None:
        name, editions = str(folder), (from_folder(folder),)
    elif authority is not None:
        name, editions = authority, _installed(authority).catalogue.editions[authority]
    else:
        raise Problem(_WHICH)
    problems = [
        str(problem)
        for one in editions
        for problem in check_examples(one.document, ready(one.document, one.vocabulary), one.examples)
    ]
    if problems:
        raise Problem(problems)
    typer.echo(f"{name}: {sum(len(one.examples) for one in editions)} worked examples agree")


def try_on_the_past(
    folder: Annotated[Path, typer.Argument(help="The new version's folder, <authority>/<date>.")],
    facts: Annotated[str | None, typer.Option("--facts", help="Past cases: JSON lines or a list, - for input.")] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Try the concerns of the database; each log says so.")
    ] = False,
    against: Annotated[
        Path | None, typer.Option("--against", help="The version to compare with; the installed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    now: Now = None,
) -> None:
    """List the past cases that would come out otherwise with a new version, by their ids; nothing is changed."""
    at, new_one = instant(now), from_folder(folder)
    if stored == (facts is not None):
        raise Problem("impact: name a file of past cases with --facts, or the database's concerns with --stored")
    before = _compared_with(new_one, against, at)
    tried = _stored(new_one, before, at) if facts is None else _given(new_one, before, facts)
    if as_json:
        print_json(_as_json(tried))
        return
    for line in _told(tried):
        typer.echo(line)


def _compared_with(new_one: Edition, against: Path | None, at: datetime) -> tuple[Edition, ...]:
    """The versions that judged so far, the present one last."""
    if against is not None:
        return (from_folder(against),)
    authority = new_one.document.authority
    installed = _installed().catalogue.editions.get(authority)
    if not installed:
        raise Problem(f"impact: no version of {authority!r} is installed; name the one to compare with: --against")
    present = [one for one in installed if one.document.in_force_from <= local_day(at)] or list(installed[:1])
    return (*(one for one in installed if one is not present[-1]), present[-1])


def _given(new_one: Edition, before: tuple[Edition, ...], source: str) -> Tried:
    cases = past_cases(source, new_one.vocabulary)
    old, fresh = _ready(before[-1]), _ready(new_one)
    found = impact(((name, facts, old) for name, facts in cases), fresh)
    return Tried(count=len(cases), changes=tuple(one for one in found if one is not None), closed_to_us=())


def _stored(new_one: Edition, before: tuple[Edition, ...], at: datetime) -> Tried:
    # The database's libraries are dear to import, and nothing else here needs them.
    found: Tried = import_module("bot.commands.stored").tried(new_one, before, at)
    return found


def _ready(edition: Edition) -> Rules:
    return ready(edition.document, edition.vocabulary)


def _told(tried: Tried) -> Iterator[str]:
    kinds = [one.kind for one in tried.changes]
    yield (
        f"{tried.count} past cases: {kinds.count('raised')} would be raised, {kinds.count('lowered')} lowered, "
        f"{kinds.count('level_only')} keep outcome and clock under another level"
    )
    for one in tried.changes:
        if one.kind != "level_only":
            yield f"{one.id}: {one.kind} from {one.before} to {one.after}"
    for name in tried.closed_to_us:
        yield f"{name}: can't be opened with the keys that are set"


def _as_json(tried: Tried) -> dict[str, object]:
    return {
        "count": tried.count,
        "changes": [
            {"id": one.id, "kind": one.kind, "before": _verdict(one.before), "after": _verdict(one.after)}
            for one in tried.changes
        ],
        "not_opened": list(tried.closed_to_us),
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {"outcome": verdict.outcome, "level": verdict.level, "clock": verdict.urgency.name.lower()}


def sign(
    folder: Annotated[Path, typer.Argument(help="The document's folder, <authority>/<date>.")],
    by: Annotated[str, typer.Option("--by", help="Who signs: the full name.")],
    role: Annotated[str, typer.Option("--role", help="In which role, in full words.")],
    now: Now = None,
) -> None:
    """Write down who signed which content, and when. Whatever is changed afterwards is unsigned."""
    today = local_day(instant(now))
    if not by.strip() or not role.strip():
        raise Problem("sign: --by and --role name who signs and in which role; neither may be empty")
    read = read_edition(folder, load_vocabulary())
    left = [problem for problem in edition_problems(read, today) if not _is_about_signature(problem.message)]
    if left or read.document is None:
        raise Problem([*map(str, left), f"sign: mend what stands in the way first ({len(left)} to do)"])
    signed = SignOff(by=by.strip(), role=role.strip(), on=today, checksum=read.checksum)
    _write_signature(folder, signed, read.document.version)
    typer.echo(f"{folder}: signed off by {signed.by}, {signed.role}, on {signed.on}")
    typer.echo(f"{signed.checksum}; any change from now on takes the signature away")


def _is_about_signature(message: str) -> bool:
    return message.startswith("the content is not what was signed")


def _write_signature(folder: Path, signed: SignOff, version: str) -> None:
    document, record = folder / "document.yaml", folder / _RECORD
    try:
        text = with_signature(document.read_text(encoding="utf-8"), signed)
        before = record.read_text(encoding="utf-8") if record.exists() else ""
        record.write_text(added_to(before, signed, version), encoding="utf-8")
        document.write_text(text, encoding="utf-8")
    except UnsignableError as error:
        raise Problem(f"sign: {document}: {error}") from None
    except OSError as error:
        raise Problem(f"sign: can't write in {folder}: {error.strerror}") from None


def _installed(authority: str | None = None, option: str = "--authority") -> Reading:
    """The documents that the settings name, the packaged ones without."""
    return opened(authority, option, chosen_settings().documents_folder)


_WHICH = "name a document's folder, or an installed authority with --authority"


def chosen(folder: Path | None, authority: str | None, at: datetime) -> Edition:
    """The document of a folder, or the one in force for an installed authority.

    Raises:
        Problem: neither or both are named, it can't be read, or none is in force.
    """
    if (folder is None) == (authority is None):
        raise Problem(_WHICH)
    if folder is not None:
        return from_folder(folder)
    assert authority is not None
    try:
        return edition_in_force(_installed(authority).catalogue, authority, local_day(at))
    except NoDocumentInForce:
        raise Problem(f"no document of {authority} is in force on {local_day(at).isoformat()}") from None


def from_folder(folder: Path) -> Edition:
    """The document of a folder.

    Raises:
        Problem: with everything that keeps it from being read.
    """
    if not folder.is_dir():
        raise Problem(f"{folder} is no folder: name one that holds document.yaml")
    try:
        return load_edition(folder, load_vocabulary())
    except ProblemsError as error:
        raise Problem(map(str, error.problems)) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(f"new: {text!r} is not a day; name the folder as 2027-04-01") from None
