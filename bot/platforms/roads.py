"""What the pages of every channel agree on: which press leads where, how long a concern stays open, what ends a talk.

Pure: knows no payload, no address and no pool.
"""

from collections.abc import Sequence
from dataclasses import replace

from dialogs.screens import Action, Screen
from dialogs.words import Words

START = "start"
RECEIPTS = frozenset({"receipt", "adult", "consultation"})
"""Ends of a conversation that a receipt belongs to."""
OPEN_SECONDS = 600
"""So long a concern may be read after *Open* before the privacy step comes again."""
FLOWS = {
    "decide": "decision",
    "close": "closing",
    "add": "addition",
    "reply": "reply",
    "police": "police",
    "disagree": "disagree",
}
"""Presses that start a conversation about the concern."""
VIEWS = {"read": "read", "suggestion": "suggestion", "show_suggestion": "suggestion", "log": "log"}
"""Presses that show something of it."""
HOME = Action(id="home", label=Words.load()("frame.start_page"), to="home")
_TO_THE_CONCERN = Words.load()("frame.to_the_concern")


def screen_before(path: Sequence[str], shown: str) -> str:
    """The screen before the one shown, on the road that was taken; empty at its start.

    >>> screen_before(("start", "happened", "child"), "happened")
    'start'
    >>> screen_before(("start",), "start")
    ''
    """
    if shown not in path:
        return path[-1] if path else ""
    place = path.index(shown)
    return path[place - 1] if place else ""


def last_page(screen: Screen, concern: str | None) -> Screen:
    """The end of a conversation: nothing more to press in it, but the ways to its concern and home."""
    outside = tuple(action for action in screen.actions if action.to is not None and action.to != HOME.to)
    back = () if concern is None else (Action(id="back", label=_TO_THE_CONCERN, to=f"concern:{concern}"),)
    return replace(screen, actions=(*outside, *back, HOME), progress=None)


def with_home(screen: Screen) -> Screen:
    """The screen with the way to the own page."""
    return replace(screen, actions=(*screen.actions, HOME))


def with_way_back(screen: Screen, to: str | None = None) -> Screen:
    """The screen with the way back to the concern that it belongs to; `to`: its place, where pages have addresses."""
    there = any(action.id == "read" or (to is not None and action.to == to) for action in screen.actions)
    back = Action(id="read" if to is None else "back", label=_TO_THE_CONCERN, to=to)
    return screen if there else replace(screen, actions=(*screen.actions, back))
