"""What Slack sends of a view → the raw answers of the screen that was drawn. Shapes only: the engine judges them.

Whatever is not as this channel draws it counts as not there; nothing here raises at what a stranger sends.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dialogs.screens import Value
from dialogs.showing import plain_lines

MOST_BLOCKS = 200
MOST_OPTIONS = 300
_BLOCK = re.compile(r"[A-Za-z0-9_-]{1,110}\.(?P<field>[A-Za-z0-9_-]{1,110})(?:~(?P<rest>[a-z0-9.]{1,12}))?")
_ACTION = re.compile(r"do\.(?P<id>[A-Za-z0-9_-]{1,110})(?:\.[a-z0-9]{1,12})*")
_JOINT = re.compile(r"\d{1,3}(?P<joint>[nsh])\.\d{1,3}")
JOINTS = {"n": "\n", "s": " ", "h": ""}
MANY = frozenset({"checkboxes", "multi_static_select"})
ONE = frozenset({"radio_buttons", "static_select"})
TYPED = {"plain_text_input": "value", "datepicker": "selected_date", "timepicker": "selected_time"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """An input of a view: the field it belongs to, and what stands in it now."""

    block: str
    field: str
    rest: str
    kind: str
    state: Mapping[str, Any]
    order: tuple[str, ...]

    @property
    def beside(self) -> bool:
        """Whether it holds the options beside a box."""
        return self.rest == "o"


def answers(view: object) -> dict[str, Value]:
    """The raw answer of each field that a view showed. What was left empty is an empty string, or no options."""
    found: dict[str, list[_Shown]] = {}
    for shown in _shown(view):
        found.setdefault(shown.field, []).append(shown)
    return {field: _value(inputs) for field, inputs in found.items()}


def places(view: object) -> dict[str, str]:
    """The block at which an error of a field stands, by the field's id."""
    found: dict[str, str] = {}
    for shown in _shown(view):
        found.setdefault(shown.field, shown.block)
    return found


def press(action: object) -> tuple[str, str | None]:
    """A pressed button: the action's id, and the place that it leads to; an empty id for a button that isn't ours."""
    found = _ACTION.fullmatch(_text(_map(action).get("action_id")))
    return (found["id"], _text(_map(action).get("value")) or None) if found else ("", None)


def _shown(view: object) -> Iterator[_Shown]:
    blocks, states = _map(view).get("blocks"), _map(_map(_map(view).get("state")).get("values"))
    for block in blocks[:MOST_BLOCKS] if isinstance(blocks, list) else ():
        block_id, element = _text(_map(block).get("block_id")), _map(_map(block).get("element"))
        found, kind = _BLOCK.fullmatch(block_id), _text(element.get("type"))
        if found and kind in MANY | ONE | TYPED.keys():
            state = _map(_map(states.get(block_id)).get(_text(element.get("action_id"))))
            yield _Shown(block_id, found["field"], found["rest"] or "", kind, state, tuple(_offered(element)))


def _offered(element: Mapping[str, Any]) -> Iterator[str]:
    """The options of a list in its order: Slack sends those chosen in the order in which they were pressed."""
    groups = element.get("option_groups")
    lists = [_map(group).get("options") for group in groups] if isinstance(groups, list) else [element.get("options")]
    return (_option(one) for options in lists if isinstance(options, list) for one in options)


def _value(inputs: list[_Shown]) -> Value:
    first = inputs[0]
    if first.kind in MANY and not first.beside:
        return tuple(option for one in inputs for option in _options(one))
    if first.kind in ONE:
        return _option(first.state.get("selected_option"))
    typed = _joined([one for one in inputs if one.kind in TYPED])
    chosen = next((option for one in inputs if one.beside for option in _options(one)), "")
    return typed if typed.strip() or not chosen else chosen


def _options(shown: _Shown) -> list[str]:
    found = shown.state.get("selected_options")
    texts = [_option(one) for one in found[:MOST_OPTIONS]] if isinstance(found, list) else []
    places = {value: place for place, value in enumerate(shown.order)}
    return sorted((text for text in texts if text), key=lambda text: places.get(text, len(places)))


def _option(option: object) -> str:
    return _text(_map(option).get("value"))


def _joined(boxes: list[_Shown]) -> str:
    """The text of a field's boxes as one; a box that was left empty adds nothing."""
    text = ""
    for place, box in enumerate(boxes):
        typed = _text(box.state.get(TYPED[box.kind]))
        if typed:
            text += (_joint(box.rest) if place and text else "") + typed
    return plain_lines(text)


def _joint(rest: str) -> str:
    found = _JOINT.fullmatch(rest)
    return JOINTS[found["joint"]] if found else "\n"


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
