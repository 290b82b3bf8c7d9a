"""What the channels' drawings share: a form's own button, what begins, ways elsewhere, lists asked twice, parts.

Works on neutral screens only; how anything looks is each channel's own.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from dialogs.screens import Action, Field, FieldKind, Number, Picture, Progress, Screen
from dialogs.words import Words

_WORDS = Words.load()
APP = _WORDS("frame.app")
LEAVE = _WORDS("frame.leave")
CLOSE = _WORDS("frame.close")
CHANGE = _WORDS("frame.change")
CHOOSE = _WORDS("frame.choose")
MORE = _WORDS("frame.more")
EARLIER = _WORDS("frame.earlier_part")
SOURCE = _WORDS("frame.source")
OR = _WORDS("frame.or")
WORDS_OF_NOTICES = {kind: _WORDS(f"frame.notices.{kind}") for kind in ("info", "warning", "danger", "done")}

FRAME = frozenset({"back", "hide"})
"""Actions of the frame: they may be pressed on any part of a screen, since they send nothing."""

PLACES = frozenset(
    {"resume", "discard", "concern", "have", "privacy", "read", "suggestion", "log", "screen", "begin", "part"}
)
"""Kinds of places that have an id; *begin* may stand alone."""
PLAIN_PLACES = frozenset({"home", "sheet", "seat", "danger", "begin"})
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,100}")
WEB = re.compile(r"https?://[^\s<>|\"]+")
"""A web address that may become a link."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

Drawn = TypeVar("Drawn")


class Undrawable(ValueError):  # noqa: N818 - what a screen is, not what broke
    """The screen asks for something that the channel can't show. Says what; no content stands in it."""


def from_outside(picture: Picture) -> bool:
    """Whether a platform can fetch a picture: it stands at an address of the open internet, over TLS."""
    return picture.url.startswith("https://")


# ── actions


def submit_of(screen: Screen) -> Action | None:
    """The action that a form's own button means: the first primary one that leads nowhere else; with fields and
    without a primary one, the first that leads nowhere else."""
    inside = [action for action in screen.actions if action.to is None]
    primary = next((action for action in inside if action.style == "primary"), None)
    return primary or (next(iter(inside), None) if screen.fields else None)


def around(screen: Screen, submit: Action | None) -> tuple[list[Action], list[Action]]:
    """The other actions: those offered before the one that is the form's own, and those after it."""
    if submit is None:
        return [], list(screen.actions)
    place = screen.actions.index(submit)
    return list(screen.actions[:place]), list(screen.actions[place + 1 :])


def by_start(actions: Iterable[Action]) -> tuple[list[Action], list[Action]]:
    """Those that begin a conversation, and the others."""
    found: tuple[list[Action], list[Action]] = ([], [])
    for action in actions:
        found[(action.to or "").partition(":")[0] not in ("begin", "danger")].append(action)
    return found


def early(screen: Screen) -> list[Action]:
    """The actions of a part whose fields stand on a later one: those that send nothing."""
    return [action for action in screen.actions if action.to is None and action.id in FRAME]


def turning(place: int, of: int) -> list[Action]:
    """The ways to the other parts, from part `place` (from 1).

    >>> [action.to for action in turning(2, 3)]
    ['part:3', 'part:1']
    """
    ways = [(MORE, place + 1)] if place < of else []
    ways += [(EARLIER, place - 1)] if place > 1 else []
    return [Action(id="part", label=label, to=f"part:{to}") for label, to in ways]


def place_of(to: str) -> str:
    """A place outside a step, as it may stand in a button.

    Raises:
        Undrawable: no kind of place that is known, or an id that can't be one.
    """
    kind, *ids = to.split(":")
    known = kind in PLACES and ids if ids else kind in PLAIN_PLACES
    if not known or not all(ID.fullmatch(one) for one in ids):
        raise Undrawable("an action leads to an unknown kind of place")
    return to


def id_of(text: str) -> str:
    """An id of ours, as it may stand in one of a platform's.

    Raises:
        Undrawable: it has characters that can't stand there.
    """
    if ID.fullmatch(text) is None:
        raise Undrawable("an id with characters that can't stand in a platform's")
    return text


# ── fields and numbers


def repeats(field: Field, before: Sequence[Field]) -> bool:
    """Whether it asks again about options that stand above it, as *not sure about* does: then it is folded away."""
    if field.kind != "many" or field.required or not field.choices:
        return False
    ids = {choice.id for choice in field.choices}
    return any(ids <= {choice.id for choice in other.choices} for other in before)


def typed(field: Field) -> str:
    """What stands in a text box: nothing while one of the options beside it (*I don't know*) is chosen."""
    if not isinstance(field.value, str):
        return ""
    return "" if field.value in {choice.id for choice in field.choices} else field.value


def pickable(kind: FieldKind, text: str) -> bool:
    """Whether a date or time picker can hold the text.

    >>> pickable("date", "2026-02-30"), pickable("time", "16:50")
    (False, True)
    """
    if kind == "time":
        return _TIME.fullmatch(text) is not None
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def to_put_right(field: Field) -> str:
    """The error of a field, and what was entered where no picker can hold it; empty without an error."""
    if not field.error:
        return ""
    entered = typed(field)
    held = field.kind not in ("date", "time") or not entered.strip() or pickable(field.kind, entered)
    said = _WORDS("frame.to_put_right", error=field.error)
    return said if held else f"{said} {_WORDS('frame.entered', text=entered)}"


def number_line(number: Number) -> str:
    """Whom to ring, as one line.

    >>> number_line(Number(label="Front door", phone="01632 960001"))
    'Front door: 01632 960001'
    """
    return f"{number.label}: {number.phone}" + (f" ({number.hours})" if number.hours else "")


# ── parts


def step_line(progress: Progress) -> str:
    """How far a conversation is.

    >>> step_line(Progress(step=3, of=9))
    'Step 3 of 9'
    """
    return _WORDS("frame.step", number=str(progress.step), of=str(progress.of))


def part_line(number: int, of: int) -> str:
    """Which part of a long screen is shown.

    >>> part_line(2, 3)
    'Part 2 of 3'
    """
    return _WORDS("frame.part", number=str(number), of=str(of))


@dataclass(frozen=True, slots=True)
class Room:
    """How much there is room for, or how much is taken."""

    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Weigh(Generic[Drawn]):
    """How much a drawn block takes, and whether it is a heading, which never stands alone at a part's end."""

    size: Callable[[Drawn], int]
    heads: Callable[[Drawn], bool]


def split(content: Sequence[Drawn], early: Room, last: Room, weigh: Weigh[Drawn]) -> list[list[Drawn]]:
    """Content in parts that fit; the last part has its own room, and is empty where the rest left none.

    >>> weigh = Weigh(size=len, heads=str.isupper)
    >>> split(["A", "bb", "B", "cc", "dd"], Room(3, 100), Room(1, 100), weigh)
    [['A', 'bb'], ['B', 'cc', 'dd'], []]
    """
    found: list[list[Drawn]] = [[]]
    taken = 0
    for block in content:
        taken += weigh.size(block)
        if len(found[-1]) >= early.count or taken > early.size:
            found.append([found[-1].pop()] if len(found[-1]) > 1 and weigh.heads(found[-1][-1]) else [])
            taken = sum(map(weigh.size, found[-1])) + weigh.size(block)
        found[-1].append(block)
    return found if len(found[-1]) <= last.count and taken <= last.size else [*found, []]


def chosen_part(found: Sequence[Drawn], part: int) -> tuple[Drawn, bool]:
    """Part `part` (from 1, the nearest one there is), and whether it is the last."""
    place = min(max(part, 1), len(found))
    return found[place - 1], place == len(found)


def plain_lines(text: str) -> str:
    """Text whose lines end as the engine counts them.

    >>> plain_lines("one\\r\\ntwo\\rthree")
    'one\\ntwo\\nthree'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")
