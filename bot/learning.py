"""Learning points: which lines of the document people most often decided otherwise than. No number, no word of anybody.

A line, or an area, is named once decisions about as many concerns as a count needs to be said went higher, or lower.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.figures import quantile, step_of
from bot.publishing import rounded
from bot.sending import JUDGED
from bot.small_numbers import MANY
from bot.weeks import Stretch
from storage.errors import StoreError
from storage.periods import Took
from storage.shapes import ConcernId, SchoolId
from storage.unit import UnitOfWork
from thresholds.facts import Vocabulary

UNSPOKEN = ("sexual_harm",)
"""Groups of areas of which no digest and no report holds any detail."""
UNSPOKEN_AREAS = ("fgm", "danger_now")
MOST = 5
STEPS = ("raised", "lowered")


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A line of the document, or an area (`place` empty), that people often decided higher or lower than."""

    step: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that spoke: its id for order, its words, where they stand, the areas of the signs that met it."""

    id: str
    text: str
    place: str
    areas: frozenset[str]


def points(
    unit: UnitOfWork, vocabulary: Vocabulary, schools: Collection[SchoolId], stretch: Stretch, threshold: int
) -> tuple[Point, ...]:
    """The points of some schools and weeks: lines first, then areas of which no line is named; by the document."""
    lines: Counter[tuple[str, _Line]] = Counter()
    areas: Counter[tuple[str, str]] = Counter()
    for one in unit.periods.otherwise(schools, stretch.period):
        step = step_of(one.suggested, one.decided)
        if step in STEPS:
            spoke = frozenset(_lines(unit, vocabulary, one.concern))
            lines.update((str(step), line) for line in spoke)
            areas.update((str(step), area) for area in frozenset(area for line in spoke for area in line.areas))
    named = _often(lines, threshold)
    covered = {(step, area) for step, line in named for area in line.areas}
    broad = [one for one in _often(areas, threshold) if one not in covered]
    said = sorted(named, key=lambda one: (one[0], one[1].id))
    return (
        *(Point(step=step, text=line.text, place=line.place) for step, line in said),
        *(Point(step=step, text=vocabulary.areas[area].label) for step, area in sorted(broad)),
    )


def _often(counts: "Counter[Any]", threshold: int) -> list[Any]:
    return [what for what, count in counts.most_common(MOST) if count >= threshold]


def _lines(unit: UnitOfWork, vocabulary: Vocabulary, concern: ConcernId) -> Iterator[_Line]:
    """The lines that a concern's suggestion rests on; of one that can't be opened any more none."""
    try:
        _, notes = unit.concerns.read(concern)
    except StoreError:
        return
    judged = [note.content["suggestion"] for note in notes if note.kind in JUDGED and "suggestion" in note.content]
    for reason in judged[-1]["reasons"] if judged else ():
        areas = frozenset(vocabulary.signs[one].area for one in reason["facts"] if one in vocabulary.signs)
        if areas and all(_speakable(vocabulary, area) for area in areas):
            cited = reason["citation"]
            yield _Line(str(reason["indicator"]), reason["text"], str(cited["place"]), areas)


def _speakable(vocabulary: Vocabulary, area: str) -> bool:
    return area not in UNSPOKEN_AREAS and vocabulary.areas[area].group not in UNSPOKEN


def least_of(found: Sequence[Mapping[str, str]] | Sequence[Point], threshold: int) -> Mapping[str, int]:
    """What points say of counts: so many decisions at least."""
    steps = {one.step if isinstance(one, Point) else one["step"] for one in found}
    return dict.fromkeys(sorted(steps), threshold)


def times_of(tooks: Mapping[str, Sequence[Took]], threshold: int) -> Mapping[str, Mapping[str, int]]:
    """Half and nine in ten, in minutes as they are said; not of few."""
    return {
        name: {"median": rounded(quantile(took, 0.5)), "ninetieth": rounded(quantile(took, 0.9))}
        for name, took in tooks.items()
        if sum(one.count for one in took) >= MANY * threshold
    }
