"""The exact counts of a week, counted once when somebody first needs them, of which all that is published is made.

A month or a term is the sum of its weeks as they were counted then, so no later change to a concern can be found by
subtracting one publication from another. Never shown to anybody: `publishing` and `evaluation` say what may be.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.ahead import standing
from bot.figures import Counts, Outcomes, counted_by_school
from bot.weeks import Week, a_week
from storage.periods import Took
from storage.publications import Publication
from storage.shapes import SchoolId
from storage.unit import UnitOfWork

_EXACT = "tally"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """The counts of some schools in a stretch, together and of each by outcome."""

    counts: Counts
    schools: Mapping[SchoolId, Outcomes]


def tally_of(
    unit: UnitOfWork, audience: str, schools: Collection[SchoolId], week: Week, built: tuple[int, datetime]
) -> Tally:
    """A week's tally as it was kept for an audience; counted and kept now if it was not. `built`: draft days, now."""
    name, (draft_days, now) = audience_of_tally(audience), built
    kept = standing(unit, name, week.key, now)
    if kept is not None:
        return _read(kept.content)
    counts, by_school = counted_by_school(unit, schools, a_week(week), draft_days)
    found = Tally(counts=counts, schools=by_school)
    unit.publications.keep(Publication(audience=name, period=week.key, built_at=now, content=_written(week, found)))
    return found


def audience_of_tally(audience: str) -> str:
    """Under which name an audience's tallies are kept; nobody is shown them."""
    return f"{_EXACT}:{audience}"


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum of some tallies: of neighbouring weeks, of several teams."""
    found = tuple(tallies)
    by_school: dict[SchoolId, list[Outcomes]] = {}
    for one in found:
        for school, outcomes in one.schools.items():
            by_school.setdefault(school, []).append(outcomes)
    counts = [one.counts for one in found]
    return Tally(
        counts=Counts(
            sent=_sum(one.sent for one in counts),
            decided=_sum(one.decided for one in counts),
            pairs=_sum(one.pairs for one in counts),
            seen=_tooks(took for one in counts for took in one.seen),
            decided_after=_tooks(took for one in counts for took in one.decided_after),
            work=_sum(one.work for one in counts),
            abandoned=_sum(one.abandoned for one in counts),
        ),
        schools={
            school: Outcomes(sent=_sum(one.sent for one in each), decided=_sum(one.decided for one in each))
            for school, each in by_school.items()
        },
    )


def _sum(counts: Iterable[Mapping[Any, int]]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for one in counts:
        for name, count in one.items():
            found[name] = found.get(name, 0) + count
    return found


def _tooks(tooks: Iterable[Took]) -> tuple[Took, ...]:
    counts = _sum({(one.minutes, one.in_time): one.count} for one in tooks)
    return tuple(Took(minutes=minutes, in_time=known, count=count) for (minutes, known), count in counts.items())


def _written(week: Week, tally: Tally) -> str:
    counts = tally.counts
    kept = {
        "first": week.monday.isoformat(),
        "empty": counts.empty,
        "sent": counts.sent,
        "decided": counts.decided,
        "pairs": [[*both, count] for both, count in counts.pairs.items()],
        "seen": [[one.minutes, one.in_time, one.count] for one in counts.seen],
        "decided_after": [[one.minutes, one.in_time, one.count] for one in counts.decided_after],
        "work": counts.work,
        "abandoned": counts.abandoned,
        "schools": {school: [one.sent, one.decided] for school, one in tally.schools.items()},
    }
    return json.dumps(kept, sort_keys=True, separators=(",", ":"))


def _read(text: str) -> Tally:
    kept = json.loads(text)
    return Tally(
        counts=Counts(
            sent=kept["sent"],
            decided=kept["decided"],
            pairs={(suggested, decided): count for suggested, decided, count in kept["pairs"]},
            seen=_took(kept["seen"]),
            decided_after=_took(kept["decided_after"]),
            work=kept["work"],
            abandoned=kept["abandoned"],
        ),
        schools={
            SchoolId(school): Outcomes(sent=sent, decided=decided)
            for school, (sent, decided) in kept["schools"].items()
        },
    )


def _took(kept: Iterable[tuple[int, bool | None, int]]) -> tuple[Took, ...]:
    return tuple(Took(minutes=minutes, in_time=known, count=count) for minutes, known, count in kept)
