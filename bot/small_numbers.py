"""Small numbers: what of a count may be said, so that no count from one to four can be worked out again. Pure.

Whoever reads is taken to know everything that was ever published, and how it was hidden. Counts of one kind over weeks
are sums of one row of numbers, so what can be known of any stretch of weeks is a shortest path: exact, and cheap.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil, inf

THRESHOLD = 5
MANY = 4
"""How often the threshold a whole must hold before shares of it are spoken of."""
SHARES = ("none", "few", "under_half", "over_half", "most", "all")
"""None, under a quarter, under a half, under three quarters, under all, all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What is said of a count: at least `low`, at most `high` (None: not said)."""

    low: int
    high: int | None

    @property
    def exact(self) -> bool:
        """Whether the count itself is said."""
        return self.low == self.high

    def __add__(self, other: "Cell") -> "Cell":
        high = None if self.high is None or other.high is None else self.high + other.high
        return Cell(low=self.low + other.low, high=high)


NOTHING_SENT = Cell(low=0, high=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What was said of the weeks from number `first` until before `end`."""

    first: int
    end: int
    said: Cell


def total(cells: Iterable[Cell]) -> Cell:
    """What the cells of a table already say of their sum, and nothing more.

    >>> total([Cell(low=12, high=12), Cell(low=1, high=4)])
    Cell(low=13, high=16)
    """
    return sum(cells, start=NOTHING_SENT)


def alone(count: int, threshold: int = THRESHOLD) -> Cell:
    """A count among no others: itself, or that it is small. A true zero shows.

    >>> alone(0), alone(3), alone(5)
    (Cell(low=0, high=0), Cell(low=1, high=4), Cell(low=5, high=5))
    """
    small = 0 < count < threshold
    return Cell(low=1, high=threshold - 1) if small else Cell(low=count, high=count)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything said so far of one kind of count.

    `own`: of the whole. `parts`: of each part that the whole is the sum of (a team of an arm), week by week; where a
    whole has no parts it is its own only one.
    """

    own: tuple[Span, ...] = ()
    parts: tuple[tuple[Span, ...], ...] = ()
    threshold: int = THRESHOLD

    def say(self, first: int, end: int, count: int) -> Cell:
        """What may be said of the weeks from `first` until before `end`, in which there were `count`.

        The count, or that it is small; else what follows from what was said before, and a band of `threshold` counts
        where that is narrower and gives nothing away.
        """
        exact = alone(count, self.threshold)
        if self.bounded(first, end, exact):
            return exact
        known = self._tight(self._spans()).get((first, end)) or self._sum_of_weeks(first, end)
        band = _meeting(known, _band(count, self.threshold))
        return band if known != band and self.bounded(first, end, band) else known

    def bounded(self, first: int, end: int, said: Cell) -> bool:
        """Whether saying this of some weeks gives nothing away."""
        return not self._gives_away((*self.own, Span(first=first, end=end, said=said)))

    def bounds(self) -> Mapping[tuple[int, int], Cell]:
        """What is known of each stretch that was ever spoken of, by its first week and the one after its last."""
        return self._tight(self._spans())

    def _sum_of_weeks(self, first: int, end: int) -> Cell:
        known = {span.first: span.said for span in self._spans() if span.end == span.first + 1}
        return total(known.get(week, Cell(low=0, high=None)) for week in range(first, end))

    def _spans(self, own: Sequence[Span] | None = None) -> tuple[Span, ...]:
        return (*(self.own if own is None else own), *self._weeks.values())

    @cached_property
    def _weeks(self) -> dict[int, Span]:
        """Weeks of which something was said of every part: the whole's is their sum."""
        by_week = [{span.first: span.said for span in part if span.end == span.first + 1} for part in self.parts]
        both = set.intersection(*map(set, by_week)) if by_week else set()
        return {week: Span(first=week, end=week + 1, said=total(one[week] for one in by_week)) for week in both}

    def _gives_away(self, own: Sequence[Span]) -> bool:
        tight = self._tight(self._spans(own))
        small = any(cell.exact and 0 < cell.low < self.threshold for cell in tight.values())
        return small or any(self._of_parts(week, tight[week, week + 1]) for week in self._weeks)

    def _of_parts(self, week: int, whole: Cell) -> bool:
        """Whether what is known of a week's sum gives a part's small count away."""
        cells = [span.said for part in self.parts for span in part if span.first == week and span.end == week + 1]
        return any(one.exact and 0 < one.low < self.threshold for one in narrowed(cells, whole))

    def _tight(self, spans: Sequence[Span]) -> Mapping[tuple[int, int], Cell]:
        """The tightest bounds of each stretch between two weeks that were ever spoken of."""
        edges = sorted({edge for span in spans for edge in (span.first, span.end)})
        far = {(one, other): 0.0 if one == other else inf for one in edges for other in edges}
        for one, other in pairwise(edges):
            far[other, one] = 0.0
        for span in spans:
            high = inf if span.said.high is None else span.said.high
            far[span.first, span.end] = min(far[span.first, span.end], high)
            far[span.end, span.first] = min(far[span.end, span.first], -span.said.low)
        for by in edges:
            for one in edges:
                to_it = far[one, by]
                if to_it < inf:
                    for other in edges:
                        far[one, other] = min(far[one, other], to_it + far[by, other])
        return {
            (one, other): _cell(-far[other, one], far[one, other]) for one in edges for other in edges if one < other
        }


def _band(count: int, width: int) -> Cell:
    low = count - count % width
    return Cell(low=low, high=low + width - 1)


def _meeting(one: Cell, other: Cell) -> Cell:
    """What both say. A band that is no wider than the other's stays: nothing more is told for little."""
    if one.high is not None and other.high is not None and one.high - one.low <= other.high - other.low:
        return one
    high = other.high if one.high is None else min(one.high, other.high or one.high)
    return Cell(low=max(one.low, other.low), high=high)


def _cell(low: float, high: float) -> Cell:
    return Cell(low=max(0, int(low)), high=None if high == inf else int(high))


def narrowed(cells: Sequence[Cell], whole: Cell) -> list[Cell]:
    """What is known of each cell once something is known of their sum."""
    low, unbounded = sum(cell.low for cell in cells), sum(cell.high is None for cell in cells)
    high = sum(cell.high or 0 for cell in cells)

    def others(cell: Cell) -> Cell:
        bounded = unbounded == (cell.high is None)
        return Cell(low=low - cell.low, high=high - (cell.high or 0) if bounded else None)

    return [_within(cell, others(cell), whole) for cell in cells]


def _within(cell: Cell, others: Cell, whole: Cell) -> Cell:
    low = cell.low if others.high is None else max(cell.low, whole.low - others.high)
    above = [one for one in (cell.high, None if whole.high is None else whole.high - others.low) if one is not None]
    return Cell(low=low, high=min(above, default=None))


def parts_hidden(cells: Sequence[Cell], whole: Cell, threshold: int = THRESHOLD) -> bool:
    """Whether no small part can be worked out of what is known of each part and of their sum.

    >>> parts_hidden([Cell(low=18, high=23), Cell(low=5, high=5), Cell(low=1, high=5)], Cell(low=24, high=24))
    False
    """
    return not any(one.exact and 0 < one.low < threshold for one in narrowed(cells, whole))


def column(counts: Sequence[int], whole: Cell, threshold: int = THRESHOLD) -> tuple[Cell, ...]:
    """What may be said of each of some counts. `whole`: what is published of their sum; nothing closer follows of it.

    A small one is hidden even from whoever knows the sum exactly and knows this rule: the smallest of the others are
    always hidden beside it, equal ones together, and all that is hidden looks alike; so what is hidden may as well
    stand in any other order. Where that is not enough, not even zeros are told.
    """
    exact = Cell(low=sum(counts), high=sum(counts))
    small, shown = any(0 < count < threshold for count in counts), sorted({one for one in counts if one >= threshold})
    for most in (*(() if small else (0,)), *shown, *(() if shown else (threshold - 1,))):
        said = tuple(_hidden_to(count, most) for count in counts)
        if parts_hidden(said, exact, threshold) and _within_it(whole, total(said)):
            return said
    return tuple(Cell(low=0, high=None) for _ in counts)


def _hidden_to(count: int, most: int) -> Cell:
    """A count where those up to `most` are hidden, but for zeros."""
    return Cell(low=1, high=None) if 0 < count <= most else Cell(low=count, high=count)


def _within_it(cell: Cell, other: Cell) -> bool:
    """Whether one cell says all that the other does."""
    return other.low <= cell.low and (other.high is None or (cell.high is not None and cell.high <= other.high))


def share(part: int, whole: int) -> str:
    """The word for a share, one of `SHARES`.

    >>> [share(part, 20) for part in (0, 4, 5, 10, 15, 20)]
    ['none', 'few', 'under_half', 'over_half', 'most', 'all']
    """
    if part in (0, whole):
        return "all" if part else "none"
    return SHARES[1 + 4 * part // whole]


def bounds(word: str, whole: int) -> Cell:
    """Between which counts a share of a known whole lies."""
    if word in ("none", "all"):
        return Cell(low=0, high=0) if word == "none" else Cell(low=whole, high=whole)
    quarter = SHARES.index(word) - 1
    return Cell(low=max(1, ceil(quarter * whole / 4)), high=ceil((quarter + 1) * whole / 4) - 1)


def shares(parts: Mapping[str, int], sure: int, threshold: int = THRESHOLD) -> Mapping[str, str]:
    """The word for each part of a whole; none of them where the whole is small or a part could be worked out.

    `sure`: how large the whole is by what is published beside it. Asking that too keeps the answer from telling more.
    """
    whole = sum(parts.values())
    if min(whole, sure) < MANY * threshold:
        return {}
    words = {name: share(count, whole) for name, count in parts.items()}
    said = [bounds(word, whole) for word in words.values()]
    return words if parts_hidden(said, Cell(low=whole, high=whole), threshold) else {}
