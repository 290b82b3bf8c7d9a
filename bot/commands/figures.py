"""`swis digest`, `swis report`, `swis export`: what was published, to a file or to standard output."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.charts import WEEKS_SHOWN, picture
from bot.commands.configured import chosen
from bot.commands.exits import Problem
from bot.commands.options import Authority, Now, instant
from bot.digest_look import digest_of
from bot.digests import latest
from bot.evaluation import Exports
from bot.places import Land
from bot.publishing import Content
from bot.report_rows import BOARD, PARTNERSHIP
from bot.reports import NoSuchPeriodError, Report
from bot.seams import Clock, system_clock
from bot.settings import KeysError
from bot.sheet_files import as_csv, as_html
from bot.sheet_pdf import as_pdf
from bot.sheets import Sheet, digest_sheet, report_sheet
from bot.teams import Team, audience_of
from bot.weeks import last_due, week_named
from bot.wiring import FigureRoom, figure_room
from dialogs.words import Words
from storage.errors import StoreError
from storage.unit import UnitOfWork
from thresholds.sources import ProblemsError

Out = Annotated[
    Path | None, typer.Option("--out", help="A file ending in .html, .pdf or .csv; without one, CSV is printed.")
]
FORMS = (".html", ".pdf", ".csv")
KINDS = {"month": BOARD, "term": PARTNERSHIP}

reports = typer.Typer(help="The board's month and the partnership's term.", no_args_is_help=True)
exports = typer.Typer(help="Files for others: the evaluator's export.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("digest")(digest)
    app.add_typer(reports, name="report")
    app.add_typer(exports, name="export")


def digest(
    authority: Authority,
    team: Annotated[str | None, typer.Option("--team", help="The team's id; the only one without it.")] = None,
    week: Annotated[
        str | None, typer.Option("--week", help="An ISO week like 2026-W48; the last one without it.")
    ] = None,
    out: Out = None,
    now: Now = None,
) -> None:
    """A team's week as it was published; built now if it is due and was not."""
    at = instant(now)
    with _room("digest", lambda: at) as room:
        land = _land(room, authority)
        of = _team(land.reporting.teams, team)
        if not _ahead(at):
            room.digests.make()
        with room.store.write() if _ahead(at) else room.store.read() as unit:
            audience, key = audience_of(authority, of.id), week or last_due(at).key
            if _ahead(at):
                # Never committed: what is not over yet is looked at and not published.
                room.digests.ensure(unit, authority, of, (last_due(at),))
            _published(unit, audience, key)
            found = digest_of(unit, room.places, audience, key, at)
            trend = latest(unit, audience, WEEKS_SHOWN, week_named(key))
        sheet = digest_sheet(found, trend, (), room.words)
        _noted(room, found.content)
        _write(out, sheet, trend, (found.content,), room.words)


def _ahead(at: datetime) -> bool:
    """Whether an instant has not come yet. Figures are published once, so never of what is to come."""
    return at > system_clock()


def _published(unit: UnitOfWork, audience: str, key: str) -> None:
    there = [one.period for one in unit.publications.every(audience)]
    if key not in there:
        those = f"those that were published: {', '.join(there) or 'none yet'}"
        raise Problem(f"digest: week {key!r} is not over, or nothing was published for it; {those}")


@reports.command("board")
def board(
    authority: Authority,
    month: Annotated[str, typer.Option("--month", help="A month that is over, like 2026-10.")],
    out: Out = None,
    now: Now = None,
) -> None:
    """The project board's month: both arms, rates for each thousand pupils."""
    _report(authority, month, "month", out, now)


@reports.command("partnership")
def partnership(
    authority: Authority,
    term: Annotated[str, typer.Option("--term", help="A term that is over, by the directory's name.")],
    out: Out = None,
    now: Now = None,
) -> None:
    """The partnership's term: both arms, rates for each thousand pupils."""
    _report(authority, term, "term", out, now)


def _report(authority: str, name: str, kind: str, out: Path | None, now: str | None) -> None:
    at = instant(now)
    with _room("report", lambda: at) as room:
        _land(room, authority)
        make = room.reports.foreseen if _ahead(at) else room.reports.build
        found = make(authority, KINDS[kind], name)
        sheet = report_sheet(room.words(f"figures.report.{KINDS[kind]}"), found.arms, found.loads, room.words)
        _noted(room, *_contents(found))
        _write(out, sheet, (), _contents(found), room.words)


def _contents(found: Report) -> Sequence[Content]:
    return tuple(arm.content for arm in found.arms)


@exports.command("evaluation")
def evaluation(
    authority: Authority,
    term: Annotated[str, typer.Option("--term", help="A term that is over, by the directory's name.")],
    out: Annotated[Path, typer.Option("--out", help="A folder; it is made if it is not there.")],
    demo: Annotated[bool, typer.Option("--demo", help="Of a fixed, invented history instead of the database.")] = False,
) -> None:
    """School by term and arm, a list of events without any person, and a data dictionary, as CSV; once a term."""
    with _room("export", _long_after if demo else system_clock, demo=demo) as room:
        _land(room, authority)
        files = Exports(reports=room.reports, key=room.store.lookup_key).files(authority, term)
        _noted(room, {"audience": f"{authority}/evaluator", "period": term})
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_text(content, encoding="utf-8", newline="")
        typer.echo(f"written: {out / name}")


def _long_after() -> datetime:
    """An invented history is over."""
    return datetime(2100, 1, 1, tzinfo=UTC)


def _write(out: Path | None, sheet: Sheet, trend: Sequence[Content], contents: Sequence[Content], words: Words) -> None:
    if out is None:
        typer.echo(as_csv(contents), nl=False)
        return
    if out.suffix not in FORMS:
        raise Problem(f"--out: {out.name} ends in none of {', '.join(FORMS)}; the ending says what is written")
    if out.suffix == ".csv":
        out.write_text(as_csv(contents), encoding="utf-8", newline="")
    else:
        drawn = replace(sheet, picture=picture(trend, words)) if trend else sheet
        out.write_bytes(as_pdf(drawn) if out.suffix == ".pdf" else as_html(drawn, as_csv(contents)).encode())
    typer.echo(f"written: {out}")


def _noted(room: FigureRoom, *contents: Content) -> None:
    """Whoever runs a command has no name here; that it was run, and for what, stands in the log."""
    at = system_clock()
    with room.store.write() as unit:
        for content in contents:
            about = {"audience": content["audience"], "period": content["period"]}
            unit.audit.add(None, "figures_written", None, "operator", at, about)
        unit.commit()


def _team(teams: Sequence[Team], wanted: str | None) -> Team:
    found = [one for one in teams if wanted in (one.id, None)]
    if len(found) != 1:
        asked = "name one with --team" if wanted is None else f"there is no team {wanted!r}"
        raise Problem(f"digest: {asked}; the directory has: {', '.join(one.id for one in teams)}")
    return found[0]


def _land(room: FigureRoom, authority: str) -> Land:
    lands = room.places.lands
    if authority not in lands:
        raise Problem(f"--authority: there is no {authority!r}; those that are served: {', '.join(lands)}")
    return lands[authority]


@contextmanager
def _room(command: str, clock: Clock = system_clock, *, demo: bool = False) -> Iterator[FigureRoom]:
    """What goes wrong becomes one line."""
    try:
        with figure_room(chosen(), clock=clock, demo=demo) as room:
            yield room
    except ProblemsError as error:
        raise Problem(str(one) for one in error.problems) from None
    except NoSuchPeriodError as error:
        raise Problem(f"{command}: {error}") from None
    except StoreError as error:
        raise Problem(f"{command}: {error}. {error.advice}") from None
    except KeysError as error:
        raise Problem(f"{command}: {error}") from None
    except OSError as error:
        raise Problem(f"{command}: {error.filename or 'the file'}: {error.strerror}") from None
