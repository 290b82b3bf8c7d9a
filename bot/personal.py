"""What somebody has to do in person: a teacher or social worker who learns of genital mutilation rings the police.

Only that person is reminded. Pure: the rows stand in a chain of their own, which ends when the report is written down.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.plan import alone
from bot.roles import QUALIFIED
from bot.working_time import Calendars, Clocks, after
from storage.shapes import Concern, Person, PlannedStep
from thresholds.facts import Facts, Vocabulary

IN_PERSON = "in_person"
_EARLY = timedelta(hours=4)


def owes_report(person: Person, facts: Facts, vocabulary: Vocabulary) -> bool:
    """Whether the law binds this person: of the profession, and a girl under 18 told or signs were seen.

    Suspected, or not sure, goes the ordinary road.
    """
    bound = person.teacher or person.role in QUALIFIED
    known = (sign for sign, value in facts.items() if value is True and sign in vocabulary.signs)
    told = any("fgm_known" in vocabulary.signs[sign].marks for sign in known)
    return bound and told and facts.get("age_band") != "18_or_over"


def reminders(
    concern: Concern, person: Person, calendars: Calendars, clocks: Clocks, now: datetime
) -> Iterator[PlannedStep]:
    """Two pointers to whoever learned of it, four hours before the end of the next working day and at its end.

    A person has them once a concern: learning more of it changes nothing.
    """
    due = after(calendars, now, clocks.duty("fgm"))
    own = person.id == concern.reporter
    key = f"{concern.id}:{IN_PERSON}" if own else f"{concern.id}:{IN_PERSON}:{person.id}"
    for number, at in enumerate((max(now, due - _EARLY), due)):
        row = alone("reporter" if own else person.role, None if own else person.id, "reminder", at, f"{key}:{number}")
        yield replace(row, concern=concern.id, chain="in_person", reason="police", respond_by=due, at_once=False)
