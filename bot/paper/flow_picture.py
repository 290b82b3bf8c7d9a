"""A flow as a picture (SVG) and, for whoever does not see it, in words. Pure: the same flow gives the same picture."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from dialogs.flow import Flow, Page
from dialogs.prepared import prepared
from dialogs.words import Words
from thresholds.conditions import Condition, Includes, Is, OneOf, leaves
from thresholds.facts import Vocabulary

_WIDE, _HIGH, _APART, _BELOW, _EDGE = 200, 46, 50, 34, 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Road:
    """A way from one screen to another, and when it is taken; without `when` always."""

    start: str
    to: str
    when: str | None


Cell = tuple[int, int]


def picture(flow: Flow, words: Words) -> str:
    """The flow as SVG: screens as boxes, the ordinary road straight down, side roads to the right."""
    cells = layout(flow)
    columns = max(column for column, _ in cells.values()) + 1
    rows = max(row for _, row in cells.values()) + 1
    wide = columns * (_WIDE + _APART) - _APART + 2 * _EDGE + 20
    high = rows * (_HIGH + _BELOW) - _BELOW + 2 * _EDGE
    parts = [*_lines(flow, cells), *(_box(flow, page, cells[page.id], words) for page in flow.pages)]
    name = escape(f"The conversation as a picture: {len(flow.pages)} screens")
    return (
        f'<svg class="flow" viewBox="0 0 {wide} {high}" role="img" aria-label="{name}" '
        f'xmlns="http://www.w3.org/2000/svg">{_MARKER}{"".join(parts)}</svg>'
    )


def layout(flow: Flow) -> Mapping[str, Cell]:
    """Screen → column and row: the ordinary road in column 0, side roads beside it, the shorter the nearer."""
    cells: dict[str, Cell] = {}
    for row, page in enumerate(_chain(flow, flow.start, frozenset())):
        cells[page] = (0, row)
    for start, row in sorted(_side_starts(flow, cells), key=lambda one: len(_chain(flow, one[0], cells))):
        chain = _chain(flow, start, cells)
        column = _free(cells, range(row, row + len(chain)))
        cells.update({page: (column, row + below) for below, page in enumerate(chain)})
    return cells


def _side_starts(flow: Flow, cells: Mapping[str, Cell]) -> list[tuple[str, int]]:
    """The first screen of each side road, and the row in which it leaves the ordinary one."""
    found: dict[str, int] = {}
    if flow.interrupt:
        found[flow.interrupt.to] = 0
    for page in flow.pages:
        for route in page.routes:
            if page.id in cells and route.to not in cells:
                found.setdefault(route.to, cells[page.id][1])
    reached = {one for start in found for one in _chain(flow, start, cells)}
    before = flow.pages[0].id
    for page in flow.pages:
        # A screen that no route names goes on from the one before it.
        if page.id not in cells and page.id not in reached:
            found[page.id] = cells[before][1]
        before = page.id if page.id in cells else before
    return list(found.items())


def _chain(flow: Flow, start: str, stop: Container[str]) -> list[str]:
    """The screens from `start` on by the ordinary routes, until one that stands already."""
    found: list[str] = []
    page: Page | None = flow.page(start)
    while page is not None and page.id not in stop and page.id not in found:
        found.append(page.id)
        page = flow.page(page.routes[-1].to) if page.routes else None
    return found


def _free(cells: Mapping[str, Cell], rows: range) -> int:
    """The nearest column in which nothing stands in these rows."""
    taken = {column for column, row in cells.values() if row in rows}
    column = 1
    while column in taken:
        column += 1
    return column


def roads(flow: Flow, vocabulary: Vocabulary, words: Words) -> tuple[Road, ...]:
    """Every way through the flow in words, in the order of its screens; *Send now* is told once, by the picture."""
    titles = {page.id: words(f"{page.words}.title") for page in flow.pages}
    found = [
        Road(start=titles[page.id], to=titles[route.to], when=_when(route.when, flow, vocabulary, words))
        for page in flow.pages
        for route in page.routes
        if not _sends_now(route.when)
    ]
    if flow.interrupt:
        when = _when(flow.interrupt.when, flow, vocabulary, words)
        found.append(Road(start=words(f"{flow.page(flow.start).words}.title"), to=titles[flow.interrupt.to], when=when))
    return tuple(found)


def _sends_now(when: Condition | None) -> bool:
    return isinstance(when, Is) and when.fact.endswith(".action")


def _when(when: Condition | None, flow: Flow, vocabulary: Vocabulary, words: Words) -> str | None:
    """The answers that open a road; what the rules say is *the rules ask for it*."""
    if when is None:
        return None
    said = [text for leaf in leaves(when) for text in _answers(leaf, flow, vocabulary, words)]
    return " · ".join(dict.fromkeys(said)) or "the rules ask for it"


def _answers(leaf: Is | OneOf | Includes, flow: Flow, vocabulary: Vocabulary, words: Words) -> Iterator[str]:
    screen, _, name = leaf.fact.partition(".")
    page = next((one for one in flow.pages if one.id == screen), None)
    question = next((one for one in page.questions if one.id == name), None) if page else None
    if page is None or question is None:
        return
    labels = {choice.id: choice.label for choice in prepared(vocabulary, words).choices(page, question)}
    values = (leaf.value,) if isinstance(leaf, Is) else leaf.values
    yield from (f"“{labels[str(value)]}”" for value in values if str(value) in labels)


_MARKER = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 10 5 0 10z"/></marker></defs>'
)


def _box(flow: Flow, page: Page, cell: Cell, words: Words) -> str:
    left, top = _corner(cell)
    title = words(f"{page.words}.title")
    count = len(page.questions)
    under = "the end" if page.end else f"{count} question{'' if count == 1 else 's'}" if count else "nothing asked"
    kind = "end" if page.end else "danger" if flow.interrupt and page.id == flow.interrupt.to else "screen"
    return (
        f'<g class="{kind}"><rect x="{left}" y="{top}" width="{_WIDE}" height="{_HIGH}" rx="{18 if page.end else 4}"/>'
        f'<text class="title" x="{left + _WIDE / 2:g}" y="{top + 20}">{escape(_short(title))}</text>'
        f'<text class="under" x="{left + _WIDE / 2:g}" y="{top + 36}">{escape(under)}</text></g>'
    )


def _short(title: str) -> str:
    return title if len(title) <= 24 else f"{title[:23].rstrip()}…"


def _corner(cell: Cell) -> tuple[int, int]:
    return _EDGE + cell[0] * (_WIDE + _APART) + 20, _EDGE + cell[1] * (_HIGH + _BELOW)


def _lines(flow: Flow, cells: Mapping[str, Cell]) -> Iterator[str]:
    for page in flow.pages:
        for route in page.routes:
            if not _sends_now(route.when):
                yield _line(cells[page.id], cells[route.to])
    sending = [page.id for page in flow.pages if any(_sends_now(route.when) for route in page.routes)]
    if sending:
        yield from _bracket(sending, cells, "check")
    named = {route.to for page in flow.pages for route in page.routes}
    for before, page in pairwise(flow.pages):
        if page.id not in named and (flow.interrupt is None or page.id != flow.interrupt.to):
            yield _line(cells[before.id], cells[page.id])
    if flow.interrupt:
        yield _line(cells[flow.start], cells[flow.interrupt.to], "danger")


def _line(start: Cell, to: Cell, kind: str = "road") -> str:
    """One way: straight down, across to the right, over the heads of what stands between, or back below them."""
    (left, top), (to_left, to_top) = _corner(start), _corner(to)
    middle, to_middle, half = left + _WIDE // 2, to_left + _WIDE // 2, _HIGH // 2
    if start[0] == to[0]:
        path = f"M{middle} {top + _HIGH}V{to_top}"
    elif to[0] == start[0] + 1:
        path = f"M{left + _WIDE} {top + half}H{to_left}"
    elif to[0] > start[0]:
        path = f"M{middle + 30 + 12 * to[0]} {top}V{top - 4 * to[0]}H{to_middle}V{to_top}"
    elif to[1] == start[1] + 1:
        path = f"M{middle} {top + _HIGH}V{to_top - _BELOW // 2}H{to_middle + 40}V{to_top}"
    else:
        out = left + _WIDE + 14
        path = f"M{left + _WIDE} {top + half}H{out}V{to_top - _BELOW // 2 + 6}H{to_middle + 60}V{to_top}"
    return f'<path class="{kind}" d="{path}" marker-end="url(#tip)"/>'


def _bracket(sending: list[str], cells: Mapping[str, Cell], to: str) -> Iterator[str]:
    """One dashed line on the left that gathers *Send now* of every screen of the ordinary road."""
    ours = [cells[one] for one in sending if cells[one][0] == 0]
    target = _corner(cells[to])
    first = min(_corner(cell)[1] for cell in ours) + _HIGH // 2
    yield f'<path class="now" d="M20 {first}V{target[1] + _HIGH // 2}H{target[0]}" marker-end="url(#tip)"/>'
    for cell in ours:
        left, top = _corner(cell)
        yield f'<path class="now" d="M{left} {top + _HIGH // 2}H20"/>'
