"""The conversation engine: where somebody stands, what they see, what their answer means. Stores and judges nothing.

Everything is computed from the flow and the answers (`Trail`), each with the finding that was appended to it; changing
an earlier answer therefore re-routes by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dialogs.answers import Answered, Trail, from_json, to_json, trail_of
from dialogs.drawing import Drawing, Entered, answer_rows, draw, length
from dialogs.flow import Flow
from dialogs.position import Road, Walk, road_of, walk
from dialogs.receiving import Accepted, Received, Receiving, Rejected
from dialogs.screens import Rows, Screen
from dialogs.setting import Setting
from dialogs.telling import DANGERS, Danger, Told, branches, danger, facts_from, texts, told

__all__ = [
    "DANGERS",
    "Accepted",
    "Answered",
    "Danger",
    "NotOnPath",
    "Position",
    "Received",
    "Rejected",
    "Road",
    "Told",
    "Trail",
    "answers_of",
    "branches",
    "danger",
    "facts_from",
    "from_json",
    "present",
    "receive",
    "replay",
    "road_of",
    "routes",
    "screen_at",
    "texts",
    "to_json",
    "told",
    "trail_of",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Where a conversation stands. `path` holds the screens reached in order, the present one last."""

    screen: str
    path: tuple[str, ...]
    ended: str | None
    step: int
    of: int


class NotOnPath(LookupError):  # noqa: N818 - the name is part of the API
    """The screen has not been reached, or takes no answer. `screen` tells which."""

    def __init__(self, screen: str) -> None:
        self.screen = screen
        super().__init__(f"screen {screen!r} is not on this conversation's path")


def replay(flow: Flow, trail: Trail) -> Position:
    """Where the answers lead."""
    return _position(flow, walk(flow, trail))


def _position(flow: Flow, road: Walk) -> Position:
    page = road.stops[-1].page
    path = tuple(stop.page.id for stop in road.stops)
    return Position(screen=page.id, path=path, ended=page.end, step=len(path), of=length(flow, road))


def screen_at(
    flow: Flow,
    trail: Trail,
    screen_id: str,
    setting: Setting,
    *,
    kept: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Screen:
    """The screen with its earlier answers, or with what was `kept` of a refused entry and its `errors`.

    Raises:
        NotOnPath: the screen has not been reached.
    """
    road = walk(flow, trail)
    number = _number(road, screen_id)
    answered = trail.get(screen_id)
    values = kept if kept is not None else answered.values if answered else {}
    return draw(Drawing.of(flow, road, setting), number, Entered(values, errors or {}))


def present(flow: Flow, trail: Trail, setting: Setting) -> tuple[Position, Screen]:
    """Where the answers lead, and the screen that stands there; the road is walked once."""
    road = walk(flow, trail)
    number = len(road.stops) - 1
    answered = trail.get(road.stops[number].page.id)
    entered = Entered(answered.values if answered else {}, {})
    return _position(flow, road), draw(Drawing.of(flow, road, setting), number, entered)


def receive(
    flow: Flow, trail: Trail, screen_id: str, raw: Mapping[str, object], action: str, setting: Setting
) -> Received:
    """Take what was entered on a screen.

    Raises:
        NotOnPath: the screen has not been reached, or is a last screen.
    """
    road = walk(flow, trail)
    stop = road.stops[_number(road, screen_id)]
    if stop.page.end:
        raise NotOnPath(screen_id)
    return Receiving(Drawing.of(flow, road, setting), stop, raw).receive(action)


def _number(road: Walk, screen_id: str) -> int:
    for number, stop in enumerate(road.stops):
        if stop.page.id == screen_id:
            return number
    raise NotOnPath(screen_id)


def answers_of(flow: Flow, trail: Trail, setting: Setting) -> tuple[Rows, ...]:
    """Every answer on the road as labelled values, without links."""
    return tuple(answer_rows(Drawing.of(flow, walk(flow, trail), setting), change=False))


def routes(flow: Flow) -> tuple[tuple[str, ...], ...]:
    """Every road from the start to an end that the flow's routes allow, with the interrupt wherever it may break in."""
    return tuple(_roads(flow, (flow.start,), seen=False))


def _roads(flow: Flow, road: tuple[str, ...], *, seen: bool) -> Iterator[tuple[str, ...]]:
    page = flow.page(road[-1])
    if page.end:
        yield road
    for to in dict.fromkeys(route.to for route in page.routes):
        yield from _roads(flow, (*road, to), seen=seen)
        if flow.interrupt and not seen and not flow.page(to).end:
            yield from ((*road, flow.interrupt.to, *rest[len(road) :]) for rest in _roads(flow, (*road, to), seen=True))
