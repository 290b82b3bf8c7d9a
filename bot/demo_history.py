"""A fixed, invented history: the same concerns each time, of nobody, for trying reports without real rows.

Numbers come from arithmetic, not from chance. Nothing in it stands for any school's true figures.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.roll import Roll
from bot.working_time import local_day
from dialogs.concern import Life, State
from storage.shapes import ChildTokens, Concern, ConcernId, PersonId, School
from storage.unit import Store

_OUTCOMES = (
    "early_help",
    "preventative_advice",
    "statutory_referral",
    "early_help",
    "preventative_advice",
    "emergency",
)
_ANSWERS = ("accepted_section_17", "no_further_action", "accepted_section_47", "returned", "accepted_section_17")
_URGENCY = {"preventative_advice": 1, "early_help": 2, "statutory_referral": 3, "emergency": 5}
_EACH = {"intervention": 34, "feeder": 6, "comparison": 26}
"""Concerns of a school over a term, by arm."""
_TERM = timedelta(weeks=15)
_NO_TOKENS = ChildTokens(tokens=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Invented:
    """One invented concern, with what was decided and by when it ought to have been seen and decided."""

    concern: Concern
    decided: str | None
    see_by: datetime
    decide_by: datetime


def fill(store: Store, roll: Roll, first: datetime) -> int:
    """Write a term's invented concerns of every school of an authority, from an instant on; how many."""
    found = [
        one for place, school in enumerate(sorted(roll.schools)) for one in history(roll.schools[school], place, first)
    ]
    with store.write() as unit:
        for number, one in enumerate(found):
            unit.concerns.add(one.concern, {}, _NO_TOKENS)
            unit.concerns.clocks(one.concern.id, one.see_by, one.decide_by)
            unit.concerns.amend(one.concern.id, decided_outcome=one.decided)
            if (answered := _answer(one, number)) is not None:
                by, role = one.concern.reporter, "designated_safeguarding_lead"
                unit.concerns.append(one.concern.id, "close", by, role, one.decide_by, answered)
        unit.commit()
    return len(found)


def _answer(one: Invented, number: int) -> Mapping[str, Any] | None:
    """What social care answered to a referral, as a closing holds it; none where nothing was referred."""
    if one.decided not in ("statutory_referral", "emergency"):
        return None
    day = local_day(one.decide_by + timedelta(days=1)).isoformat()
    values = {"social_care_answer": _ANSWERS[number % len(_ANSWERS)], "social_care_on": day}
    return {"answers": [{"screen": "closing", "values": values}]}


def history(school: School, place: int, first: datetime) -> Iterator[Invented]:
    """A school's invented concerns; `place` tells schools apart."""
    each = _EACH[school.arm]
    for number in range(each):
        turn = 7 * number + 3 * place
        yield _one(school, f"{school.id}-{number:03}", turn, first + _TERM * number / each)


def _one(school: School, name: str, turn: int, at: datetime) -> Invented:
    outcome = _OUTCOMES[turn % len(_OUTCOMES)]
    seen = at + timedelta(minutes=4 + 11 * turn % 95)
    decided = seen + timedelta(minutes=20 + 131 * turn % 2900)
    undecided = turn % 13 == 0
    life = Life(
        state=State.SENT if undecided else State.CLOSED, seen_at=seen, decided_at=None if undecided else decided,
        closed_at=None if undecided else decided,
    )  # fmt: skip
    concern = Concern(
        id=ConcernId(f"invented-{name}"), reference=f"INV-{name}", kind="child", restricted=False,
        reporter=PersonId("invented"), school=school.id, authority=school.authority, outcome=outcome, level=None,
        urgency=_URGENCY[outcome], advice_now=False, document_version=None, branch=None, linked_to=None, excluded=(),
        sent_at=at, created_at=at, life=life,
    )  # fmt: skip
    other = _OUTCOMES[(turn + turn % 5) % len(_OUTCOMES)]
    return Invented(
        concern=concern, decided=None if undecided else outcome if turn % 4 else other,
        see_by=at + timedelta(minutes=60), decide_by=at + timedelta(minutes=1800),
    )  # fmt: skip
