"""Rows without a concern: to whom they still go when they are due, what they draw. Plans and sends nothing.

`respond_by` of such a row is the instant until which it serves. `about` is the id of what it points at.
"""

import re
from datetime import datetime

from bot.places import Places
from bot.roles import LEADS
from bot.roll import Roll
from bot.working_time import at, local_day
from dialogs.cards import Errand, errand, errand_title
from dialogs.screens import Number, Screen
from dialogs.words import Words
from storage.errors import NotFound
from storage.shapes import ConversationId, Person, PlannedStep, School, SchoolId
from storage.unit import UnitOfWork

DIGEST, REPORT, LEARNING = "digest", "report", "learning"
"""Published figures: a week's, a month's or a term's, a school's learning points. Drawn where they are looked up."""
FIGURES = frozenset({DIGEST, REPORT, LEARNING})
UNGIVEN = "ungiven"
"""Figures that reached nobody; `reason` says which, and the role of whom they are for."""
LATE = "late"
"""The reason of figures that were made up after their time."""
DRAFTS = frozenset({"midway_reminder", "unfinished", "midway"})
"""What is drawn about somebody's draft; `reason` says at which revision."""
_COUNTS = re.compile(r"open_(\d+)_overdue_(\d+)")


def counted(tasks: int, overdue: int) -> str:
    """The reason of a *work* row, which holds its counts."""
    return f"open_{tasks}_overdue_{overdue}"


def at_revision(revision: int) -> str:
    """The reason of a row about a draft."""
    return f"revision_{revision}"


def errand_people(unit: UnitOfWork, places: Places, step: PlannedStep, now: datetime) -> tuple[Person, ...]:
    """Who is told by a row without a concern now: its person, in the same role still; nobody if it serves no more."""
    person = _still_here(unit, step)
    if person is None or not errand_serves(unit, places, step, now):
        return ()
    return (person,)


def errand_serves(unit: UnitOfWork, places: Places, step: PlannedStep, now: datetime) -> bool:
    """Whether what a row without a concern says is still true, and still of use."""
    if step.respond_by is not None and now >= step.respond_by:
        return False
    if step.draw in DRAFTS:
        return still_midway(unit, step, now)
    return step.draw != "no_lead" or _without_lead_still(unit, places, step, now)


def still_midway(unit: UnitOfWork, step: PlannedStep, now: datetime) -> bool:  # noqa: ARG001 - asked at an instant
    """Whether the draft that a row is about is open and was not touched since the row was planned."""
    try:
        draft = unit.conversations.get(ConversationId(step.about or ""))
    except NotFound:
        return False
    return draft.state == "open" and at_revision(draft.revision) == step.reason


def errand_numbers(unit: UnitOfWork, places: Places, step: PlannedStep, now: datetime) -> tuple[Number, ...]:
    """Whom its reader may ring: the numbers of the person's school; none for the council's staff."""
    person = _still_here(unit, step)
    if person is None or person.school is None:
        return ()
    return places.of(unit, person.school).numbers_at(now)


def errand_card(step: PlannedStep, numbers: tuple[Number, ...], words: Words) -> Screen:
    """The card of a row without a concern: one sentence and a button."""
    return errand(_errand(step), numbers, words)


def errand_sentence(step: PlannedStep, words: Words) -> str:
    """What the card says."""
    if step.draw in FIGURES | {UNGIVEN}:
        return words(f"figures.here.{step.draw}")
    return errand_title(_errand(step), words)


def lead_today(roll: Roll, school: School, now: datetime, until: datetime) -> bool:
    """Whether a lead or deputy of the school is there now, or will be by the end of the school day."""
    leads = [one.id for one in roll.here(school) if one.role in LEADS]
    return any(not roll.absent(one, now) or not roll.absent(one, until) for one in leads)


def _errand(step: PlannedStep) -> Errand:
    counts = _COUNTS.fullmatch(step.reason)
    return Errand(
        kind=step.draw,
        tasks=int(counts[1]) if counts else 0,
        overdue=int(counts[2]) if counts else 0,
        draft=step.about if step.draw in DRAFTS else None,
    )


def _still_here(unit: UnitOfWork, step: PlannedStep) -> Person | None:
    assert step.person is not None
    try:
        person = unit.people.today(step.person)
    except NotFound:
        return None
    return person if person.role == step.role else None


def _without_lead_still(unit: UnitOfWork, places: Places, step: PlannedStep, now: datetime) -> bool:
    place = places.of(unit, SchoolId(step.about or ""))
    leaves = at(local_day(now), place.land.calendars.school.leaves)
    return not lead_today(places.rolls.of(unit, place.authority), place.school, now, leaves)
