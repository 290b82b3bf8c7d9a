"""What is counted of a stretch of weeks, before anything is hidden. Never shown so: `publishing` says what may be.

Concerns about adults, and restricted ones, are in none of it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, sqrt

from bot.weeks import Stretch
from storage.periods import Decided, Period, Sent, Took
from storage.shapes import WORK_KINDS, SchoolId
from storage.unit import UnitOfWork

NO_LEVEL = "none"
OUTCOMES = ("emergency", "statutory_referral", "early_help", "preventative_advice", NO_LEVEL)
_RANKS: Mapping[str, int] = {"preventative_advice": 1, "early_help": 2, "statutory_referral": 3, "emergency": 3}
"""An emergency and a statutory referral are one level to decide: both ask for the council at once."""
_SURE = 1.96
"""Standard errors on each side of an estimate that hold it in 95 of 100 cases."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """The counts of a stretch: concerns by suggested and by decided outcome, both together, how long they waited."""

    sent: Mapping[str, int]
    decided: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    seen: tuple[Took, ...]
    decided_after: tuple[Took, ...]
    work: Mapping[str, int]
    abandoned: Mapping[str, int]

    @property
    def empty(self) -> bool:
        """Whether nothing happened at all."""
        return not any((*self.sent.values(), *self.decided.values(), *self.work.values(), *self.abandoned.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcomes:
    """Of one school, how many concerns were sent, and decided, by outcome."""

    sent: Mapping[str, int]
    decided: Mapping[str, int]


def counted(unit: UnitOfWork, schools: Collection[SchoolId], stretch: Stretch, draft_days: int) -> Counts:
    """The counts of some schools. A draft counts where it lapsed, `draft_days` after its last touch."""
    return counted_by_school(unit, schools, stretch, draft_days)[0]


def counted_by_school(
    unit: UnitOfWork, schools: Collection[SchoolId], stretch: Stretch, draft_days: int
) -> tuple[Counts, Mapping[SchoolId, Outcomes]]:
    """The counts of some schools together, and of each of them by outcome."""
    period, periods = stretch.period, unit.periods
    decided = periods.decided(schools, period)
    before = timedelta(days=draft_days)
    lapsed = Period(start=period.start - before, end=period.end - before)
    pairs: dict[tuple[str, str], int] = {}
    for one in decided:
        both = (one.suggested or NO_LEVEL, one.decided or NO_LEVEL)
        pairs[both] = pairs.get(both, 0) + one.count
    sent = periods.sent(schools, period)
    whole = Counts(
        sent=_by_outcome((outcome or NO_LEVEL, count) for (_, outcome), count in sent.items()),
        decided=_by_outcome((one.decided or NO_LEVEL, one.count) for one in decided),
        pairs=pairs,
        seen=periods.seen(schools, period),
        decided_after=periods.decided_after(schools, period),
        work=_work(unit, schools, period),
        abandoned=periods.abandoned(schools, lapsed),
    )
    return whole, {school: _of_school(school, sent, decided) for school in schools}


def _of_school(school: SchoolId, sent: Sent, decided: Iterable[Decided]) -> Outcomes:
    return Outcomes(
        sent=_by_outcome((outcome or NO_LEVEL, count) for (of, outcome), count in sent.items() if of == school),
        decided=_by_outcome((one.decided or NO_LEVEL, one.count) for one in decided if one.school == school),
    )


def _work(unit: UnitOfWork, schools: Collection[SchoolId], period: Period) -> Mapping[str, int]:
    """Talks that were asked for without a child's name, and what social workers wrote down, by kind."""
    found: dict[str, int] = dict.fromkeys(("asked", *WORK_KINDS), 0)
    found["asked"] = sum(unit.periods.consulted(schools, period).values())
    for one in unit.visits.sums(sorted(schools), period.start, period.end):
        found[one.kind] += one.count
    return found


def _by_outcome(found: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    counts = dict.fromkeys(OUTCOMES, 0)
    for outcome, count in found:
        counts[outcome] += count
    return counts


def against_clock(tooks: Iterable[Took]) -> Mapping[str, int]:
    """How many were within their clock, and how many after it; those without one are in neither."""
    found = {"in_time": 0, "late": 0}
    for one in tooks:
        if one.in_time is not None:
            found["in_time" if one.in_time else "late"] += one.count
    return found


def quantile(tooks: Collection[Took], part: float) -> int:
    """The minutes within which this part of them was done; 0 of none.

    >>> quantile([Took(minutes=5, in_time=True, count=9), Took(minutes=90, in_time=False, count=1)], 0.9)
    5
    """
    wanted, seen = ceil(part * sum(one.count for one in tooks)), 0
    for one in sorted(tooks, key=lambda one: one.minutes):
        seen += one.count
        if seen >= wanted:
            return one.minutes
    return 0


def step_of(suggested: str | None, decided: str | None) -> str | None:
    """How a decision stands to its suggestion: `same`, `raised` or `lowered`; None where a side has no level.

    >>> step_of("early_help", "emergency"), step_of("emergency", "statutory_referral"), step_of("none", "early_help")
    ('raised', 'same', None)
    """
    if suggested is None or decided is None or not {suggested, decided} <= _RANKS.keys():
        return None
    step = _RANKS[decided] - _RANKS[suggested]
    return "raised" if step > 0 else "lowered" if step else "same"


def agreement(pairs: Mapping[tuple[str, str], int]) -> Mapping[str, int]:
    """How often people decided as suggested, higher, or lower; without a level on either side neither is known."""
    found = {"same": 0, "raised": 0, "lowered": 0}
    for (suggested, decided), count in pairs.items():
        step = step_of(suggested, decided)
        if step is not None:
            found[step] += count
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Kappa:
    """Cohen's kappa: agreement beyond chance, from `low` to `high` in 95 of 100 cases."""

    value: float
    low: float
    high: float


def kappa(pairs: Mapping[tuple[str, str], int]) -> Kappa | None:
    """Cohen's kappa of suggestion and decision, with its large-sample interval; None where chance explains all.

    >>> kappa({("early_help", "early_help"): 20, ("preventative_advice", "early_help"): 5,
    ...        ("early_help", "preventative_advice"): 10, ("preventative_advice", "preventative_advice"): 15}).value
    0.4
    """
    rated = {both: n for both, n in pairs.items() if both[0] in _RANKS and both[1] in _RANKS}
    whole = sum(rated.values())
    if not whole:
        return None
    same = sum(n for (one, other), n in rated.items() if _RANKS[one] == _RANKS[other]) / whole
    chance = sum(_margin(rated, 0, rank) * _margin(rated, 1, rank) for rank in set(_RANKS.values())) / whole**2
    if chance == 1:
        return None
    value = (same - chance) / (1 - chance)
    error = _SURE * sqrt(same * (1 - same) / whole) / (1 - chance)
    return Kappa(value=round(value, 12), low=max(-1.0, value - error), high=min(1.0, value + error))


def _margin(rated: Mapping[tuple[str, str], int], side: int, rank: int) -> int:
    return sum(n for both, n in rated.items() if _RANKS[both[side]] == rank)
