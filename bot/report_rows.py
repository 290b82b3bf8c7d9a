"""Rows about figures that are no weekly digest: a report is ready, or figures reached nobody. What their cards say.

And who hears when figures can't be given to whom they are for. Sends nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from bot.digests import readers
from bot.errands import DIGEST, FIGURES, LATE, REPORT, UNGIVEN
from bot.places import Land, Places
from bot.plan import alone
from bot.roll import Roll
from bot.teams import Reporting
from dialogs.cards import DIGEST as CARD
from dialogs.screens import Action, Notice, Screen
from dialogs.words import Words
from storage.shapes import Person, PersonId, PlannedStep, Role, SchoolId
from storage.unit import UnitOfWork

BOARD, PARTNERSHIP = "board", "partnership"
REPORTS = (BOARD, PARTNERSHIP)
_OF_SCHOOL: tuple[Role, ...] = ("deputy_safeguarding_lead", "head", "chair")


def report_row(person: Person, about: str, late: bool, now: datetime) -> PlannedStep:
    """The row that tells a reader of a report that it is ready; who claimed the report leaves it."""
    row = alone(person.role, person.id, REPORT, now, f"{about}:{person.id}:{now.isoformat()}")
    return replace(row, about=about, reason=LATE if late else REPORT)


def about_report(authority: str, kind: str, name: str) -> str:
    """The id of what such a row points at."""
    return f"{REPORT}:{authority}/{kind}:{name}"


def report_parts(about: str) -> tuple[str, str, str]:
    """Authority, kind and period of such an id."""
    _, audience, name = about.split(":", 2)
    authority, _, kind = audience.partition("/")
    return authority, kind, name


def report_card(step: PlannedStep, words: Words) -> Screen:
    """That a report is ready: a pointer, and the press that makes the link."""
    _, kind, name = report_parts(step.about or "")
    late = words.lines("figures.report.late") if step.reason == LATE else ()
    return Screen(
        id=CARD,
        title=report_title(kind, name, words),
        blocks=(Notice(kind="info", title=words("figures.report.ready"), lines=(*late, words("figures.report.hint"))),),
        actions=(
            Action(id=f"figures_{kind}", label=words("figures.report.make"), style="primary"),
            Action(id="home", label=words("figures.open"), to="home"),
        ),
        foot=words("foot"),
    )


def report_title(kind: str, name: str, words: Words) -> str:
    """Which report of which period."""
    month = date.fromisoformat(f"{name}-01") if kind == BOARD else None
    return f"{words(f'figures.report.{kind}')}: {name if month is None else f'{month:%B %Y}'}"


def ungiven_card(step: PlannedStep, words: Words) -> Screen:
    """That figures reached nobody: what, and the role of whom they are for; no figure."""
    return Screen(
        id=CARD,
        title=words("figures.ungiven.title"),
        blocks=(Notice(kind="warning", title=ungiven_sentence(step, words), lines=(words("figures.ungiven.line"),)),),
        actions=(Action(id="home", label=words("figures.open"), style="primary", to="home"),),
        foot=words("foot"),
    )


def ungiven_sentence(step: PlannedStep, words: Words) -> str:
    """Which figures could not be given to whom."""
    draw, _, role = step.reason.partition("-")
    return words("figures.ungiven.what", what=words(f"figures.ungiven.{draw}"), role=words(f"roles.{role}"))


def next_to_hear(unit: UnitOfWork, places: Places, step: PlannedStep, now: datetime) -> tuple[PlannedStep, ...]:
    """The row for whoever hears next that figures reach nobody; none where nobody is left, or it stands already."""
    reason = step.reason if step.draw == UNGIVEN else f"{step.draw}-{step.role}"
    role = reason.partition("-")[2]
    keys = {f"{UNGIVEN}:{step.about}:{role}:{one.id}": one for one in _in_turn(unit, places, step, role, now)}
    standing = unit.worklist.standing(list(keys))
    for key, one in keys.items():
        if key not in standing and one.id != step.person:
            row = alone(one.role, one.id, UNGIVEN, now, key)
            return (replace(row, about=step.about, reason=reason),)
        if key in standing and step.draw in FIGURES:
            # Somebody hears already; if they don't, their own row goes on from here.
            return ()
    return ()


def _in_turn(unit: UnitOfWork, places: Places, step: PlannedStep, role: str, now: datetime) -> Iterator[Person]:
    """Who hears, in turn: of a lead's the school's others; then the team managers; then whoever is on duty."""
    draw, audience, _ = (step.about or "").split(":", 2)
    authority, _, whom = audience.partition("/")
    roll, land = places.rolls.of(unit, authority), places.lands[authority]
    school = roll.schools.get(SchoolId(whom.removeprefix("school-")))
    if school is not None and role != "social_worker":
        yield from (one for other in _OF_SCHOOL for one in roll.holding(other, school, now))
        return
    # Whom it is for has a row of their own: telling them of it again would not help.
    receive = _receivers(roll, land, draw, whom)
    managers = [one for one in roll.people if one.role == "team_manager" and not roll.absent(one.id, now)]
    yield from (one for one in managers if one.id not in receive)
    yield from (one for one in roll.people if one.id in roll.on_duty(now))


def _receivers(roll: Roll, land: Land, draw: str, whom: str) -> frozenset[PersonId]:
    if draw == DIGEST:
        teams = [team for team in land.reporting.teams if team.id == whom]
        return frozenset(one.id for team in teams for one in readers(roll, land, team))
    return frozenset(receivers(land.reporting, whom)) if draw == REPORT else frozenset()


def receivers(reporting: Reporting, kind: str) -> tuple[PersonId, ...]:
    """To whom a report goes, by the directory."""
    return {BOARD: reporting.board, PARTNERSHIP: reporting.partnership}.get(kind, ())
