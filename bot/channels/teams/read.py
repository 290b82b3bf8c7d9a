"""What Teams sends of a card → the raw answers of the screen that was drawn. Shapes only: the engine judges them.

Whatever is not as this channel draws it counts as not there; nothing here raises at what a stranger sends.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dialogs.screens import Value
from dialogs.showing import plain_lines

OURS = "swis"
MOST_INPUTS = 200
MOST_OPTIONS = 300
AGAIN = "unhide"
"""What a press comes to that chose nothing: the same page again."""

_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,100}"
_INPUT = re.compile(rf"(?P<id>(?P<field>{_ID})(?:~(?P<rest>o))?)(?P<many>\*(?P<groups>[0-9]{{1,3}})?)?")
_ACTION = re.compile(_ID)
_LISTS = frozenset({"~change", "~more"})


def answers(data: object) -> dict[str, Value]:
    """The raw answer of each field that a card showed. What was left empty is an empty string, or no options.

    >>> answers({"swis": {"inputs": ["what", "signs*"]}, "what": "worried", "signs": "hungry,dirty"})
    {'what': 'worried', 'signs': ('hungry', 'dirty')}
    """
    found: dict[str, Value] = {}
    for shown in _shown(data):
        sent = _sent(_map(data).get(shown["id"]))
        field = shown["field"]
        if shown["rest"]:
            found[field] = _typed_or_chosen(found.get(field, ""), sent)
        elif shown["many"]:
            found[field] = _ticked(_map(data), field, int(shown["groups"] or 1))
        else:
            found[field] = plain_lines(sent)
    return found


def _ticked(data: Mapping[str, Any], field: str, groups: int) -> tuple[str, ...]:
    """What is ticked in all groups of a field."""
    names = [field, *(f"{field}~{place}" for place in range(1, groups))]
    return tuple(option for name in names for option in _options(_sent(data.get(name))))[:MOST_OPTIONS]


def press(data: object) -> tuple[str, str | None]:
    """A pressed button: the action's id, and the place that it leads to; an empty id for a button that isn't ours."""
    ours = _map(_map(data).get(OURS))
    action, to = _text(ours.get("do")), _text(ours.get("to"))
    if action == "pick":
        return _picked(_text(_map(data).get(_text(ours.get("from")))), _text(ours.get("from")))
    return (action, to or None) if _ACTION.fullmatch(action) else ("", None)


def some(data: object) -> bool:
    """Whether the card showed some of the screen's fields only."""
    return _map(_map(data).get(OURS)).get("some") is True


def place(data: object) -> str:
    """Where the card stands, as it was given to the drawing; empty without one."""
    return _text(_map(_map(data).get(OURS)).get("at"))


def _picked(chosen: str, source: str) -> tuple[str, str | None]:
    if source not in _LISTS:
        return "", None
    action, _, to = chosen.partition(" ")
    if not action:
        return AGAIN, None
    return (action, to or None) if _ACTION.fullmatch(action) else ("", None)


def _shown(data: object) -> Iterator[re.Match[str]]:
    names = _map(_map(data).get(OURS)).get("inputs")
    for name in names[:MOST_INPUTS] if isinstance(names, list) else ():
        found = _INPUT.fullmatch(_text(name))
        if found:
            yield found


def _typed_or_chosen(typed: Value, sent: str) -> Value:
    """What is typed wins over an option beside it."""
    chosen = next(iter(_options(sent)), "")
    return typed if not isinstance(typed, str) or typed.strip() or not chosen else chosen


def _options(sent: str) -> tuple[str, ...]:
    return tuple(one for one in sent.split(",", MOST_OPTIONS) if one)[:MOST_OPTIONS]


def _sent(value: object) -> str:
    """Some clients send a number as one."""
    number = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12
    return str(value) if number else _whole(_text(value))


def _whole(text: str) -> str:
    """Without half characters: a client that cuts a text off leaves one, and no page could show it again."""
    return text if text.isascii() else text.encode("utf-8", "ignore").decode("utf-8")


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
