"""From counts to what is published: every number goes through `small_numbers`, beside all that was said before. Pure.

What comes out is kept for ever as it is, and is all that cards, pages, pictures and files are made from.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from typing import Any, TypeAlias

from bot.figures import OUTCOMES, Counts, Kappa, against_clock, agreement, kappa, quantile
from bot.small_numbers import THRESHOLD, Cell, Known, Span, bounds, parts_hidden, shares, total
from bot.weeks import Stretch, week_of
from storage.periods import Took
from storage.shapes import WORK_KINDS

Content: TypeAlias = Mapping[str, Any]
VERSION = 1
TABLES = ("sent", "decided", "work", "abandoned")
"""One table of counts for each thing that is counted; all else about it is a share."""
ENOUGH_FOR_KAPPA = 50
_IN_ORDER = (*OUTCOMES, "asked", *WORK_KINDS)
"""What is kept is sorted by letters."""
AGREEMENT = "agreement"
_SHARED = (("seen", "sent"), ("decided_after", "decided"), (AGREEMENT, "decided"))
"""What is said in shares, and by which table it is known how much there was of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """What was published so far: to the audience itself, and week by week to each team that it is the sum of."""

    own: Sequence[Content] = ()
    teams: Sequence[Sequence[Content]] = ()
    least: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    """What learning points said: of how many decisions at least a part of the agreement holds, part by part."""


NOTHING_BEFORE = Before()


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """Whom and when a publication is of; `late`: it was made up after its time."""

    audience: str
    stretch: Stretch
    late: bool = False
    threshold: int = THRESHOLD


def published(about: About, counts: Counts, before: Before = NOTHING_BEFORE) -> Content:
    """Everything that is said of a stretch."""
    stretch, threshold = about.stretch, about.threshold

    def known(of: Callable[[Content], Cell | None]) -> Known:
        parts = tuple(_spans(team, of) for team in before.teams)
        return Known(own=_spans(before.own, of), parts=parts, threshold=threshold)

    tables = {
        name: {item: _said(known, name, item, count, stretch) for item, count in getattr(counts, name).items()}
        for name in TABLES
    }
    parts = {
        "seen": against_clock(counts.seen),
        "decided_after": against_clock(counts.decided_after),
        "agreement": agreement(counts.pairs),
    }

    def known_part(name: str, part: str) -> Known:
        found = known(lambda content: _share_of(content, name, part))
        return replace(found, own=(*found.own, *(before.least.get(part, ()) if name == AGREEMENT else ())))

    said = {
        name: _shares(partial(known_part, name), parts[name], total(tables[table].values()).low, about)
        for name, table in _SHARED
    }
    tooks = {"seen": counts.seen, "decided_after": counts.decided_after}
    return {
        **head(about),
        "empty": counts.empty,
        "counts": {name: _plain(table) for name, table in tables.items()},
        "shares": said,
        "times": {name: _times(took) for name, took in tooks.items() if said[name]},
        "kappa": _kappa(counts, parts["agreement"], threshold) if said["agreement"] else None,
        # Never shown: how much the shares are of, so that later ones can be held against them.
        "basis": {name: sum(one.values()) for name, one in parts.items()},
    }


def head(about: About) -> Content:
    """Whom and when a publication is of, as it stands in it."""
    return {
        "version": VERSION,
        "audience": about.audience,
        "period": about.stretch.name,
        "first": about.stretch.first.monday.isoformat(),
        "last": about.stretch.last_day.isoformat(),
        "late": about.late,
        "threshold": about.threshold,
    }


def _plain(table: Mapping[str, Cell]) -> Mapping[str, Sequence[int | None]]:
    return {item: [cell.low, cell.high] for item, cell in table.items()}


def _said(
    known: Callable[[Callable[[Content], Cell | None]], Known], table: str, item: str, count: int, stretch: Stretch
) -> Cell:
    before = known(lambda content: cell_of(content, table, item))
    return before.say(stretch.first.number, stretch.end.number, count)


def _shares(known: Callable[[str], Known], parts: Mapping[str, int], sure: int, about: About) -> Mapping[str, str]:
    """The words of a whole, unless one of them together with earlier ones gives a small count away."""
    (first, end), whole = (about.stretch.first.number, about.stretch.end.number), sum(parts.values())
    said = shares(parts, sure, about.threshold)
    cells = []
    for part, word in said.items():
        before, cell = known(part), bounds(word, whole)
        if not before.bounded(first, end, cell):
            return {}
        after = replace(before, own=(*before.own, Span(first=first, end=end, said=cell)))
        cells.append(after.bounds()[first, end])
    return said if parts_hidden(cells, Cell(low=whole, high=whole), about.threshold) else {}


def may_say_least(
    contents: Sequence[Content], stretch: Stretch, least: Mapping[str, int], earlier: Mapping[str, Sequence[Span]],
    threshold: int,
) -> bool:  # fmt: skip
    """Whether it may be said that at least so many decisions of a stretch were `same`, `raised` or `lowered`.

    Held against everything that was published of the same people's figures, and against what was said so `earlier`.
    """
    first, end = stretch.first.number, stretch.end.number
    known: dict[str, Mapping[tuple[int, int], Cell]] = {}
    for part in ("same", "raised", "lowered"):
        spans = _spans(contents, lambda content, part=part: _share_of(content, AGREEMENT, part))  # type: ignore[misc]
        cell = Cell(low=least.get(part, 0), high=None)
        before = Known(own=(*spans, *earlier.get(part, ())), threshold=threshold)
        if not before.bounded(first, end, cell):
            return False
        known[part] = replace(before, own=(*before.own, Span(first=first, end=end, said=cell))).bounds()
    wholes = ((span_of(content), content["basis"][AGREEMENT]) for content in contents)
    return all(
        parts_hidden([one[span] for one in known.values()], Cell(low=whole, high=whole), threshold)
        for span, whole in wholes
    )


def _times(tooks: Sequence[Took]) -> Mapping[str, int]:
    return {"median": rounded(quantile(tooks, 0.5)), "ninetieth": rounded(quantile(tooks, 0.9))}


def rounded(minutes: int) -> int:
    """Minutes as they are said: to five within an hour, to half an hour within a day, to half a day beyond.

    >>> rounded(7), rounded(100), rounded(5000)
    (5, 90, 5040)
    """
    step = 5 if minutes <= 60 else 30 if minutes <= 1440 else 720
    return round(minutes / step) * step


def _kappa(counts: Counts, parts: Mapping[str, int], threshold: int) -> Mapping[str, float] | None:
    """Raw agreement to five in a hundred and kappa to a tenth; not where a few disagreed, whom it would count."""
    found, whole = kappa(counts.pairs), sum(parts.values())
    few = any(0 < parts[name] < threshold for name in ("raised", "lowered"))
    if found is None or few or whole < ENOUGH_FOR_KAPPA:
        return None
    raw = round(20 * parts["same"] / whole) * 5
    return {"raw_percent": raw, **_tenths(found)}


def _tenths(found: Kappa) -> Mapping[str, float]:
    return {"kappa": round(found.value, 1), "low": round(found.low, 1), "high": round(found.high, 1)}


def _spans(contents: Iterable[Content], of: Callable[[Content], Cell | None]) -> tuple[Span, ...]:
    found = ((span_of(content), of(content)) for content in contents)
    return tuple(Span(first=first, end=end, said=cell) for (first, end), cell in found if cell is not None)


def span_of(content: Content) -> tuple[int, int]:
    """The numbers of the weeks that a publication is of: the first, and the one after the last."""
    return _weeks_between(content["first"], content["last"])


@cache
def _weeks_between(first: str, last: str) -> tuple[int, int]:
    """Asked for each kind of count of each publication, of which there are few."""
    begins, ends = (week_of(date.fromisoformat(day)).number for day in (first, last))
    return begins, ends + 1


def number_of(content: Content) -> str:
    """The number of its first week in the year."""
    return str(date.fromisoformat(content["first"]).isocalendar().week)


def cell_of(content: Content, table: str, item: str) -> Cell:
    """What was said of a count; one that is not named was nothing."""
    low, high = content["counts"][table].get(item, (0, 0))
    return Cell(low=low, high=high)


def cells_of(content: Content, table: str) -> Mapping[str, Cell]:
    """What was said of each count of a table: outcomes from the gravest on, work as social workers' buttons stand."""
    found = content["counts"][table]
    known = [item for item in _IN_ORDER if item in found]
    others = [item for item in found if item not in known]
    return {item: Cell(low=found[item][0], high=found[item][1]) for item in (*known, *others)}


def _share_of(content: Content, name: str, part: str) -> Cell:
    whole = content["basis"][name]
    word = content["shares"][name].get(part)
    return Cell(low=0, high=whole) if word is None else bounds(word, whole)


def written(content: Content) -> str:
    """As it is kept."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Content:
    """What was kept."""
    found: Content = json.loads(text)
    return found
