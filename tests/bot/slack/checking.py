"""A strict reader of views and messages: refuses what Slack refuses. Its numbers are its own, not the programme's."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

Json = dict[str, Any]

BLOCKS_OF = {
    "modal": {"section", "header", "context", "actions", "input", "image"},
    "home": {"section", "header", "context", "actions", "image"},
    "message": {"section", "header", "context", "actions", "image"},
}
KEYS: Mapping[str, tuple[set[str], set[str]]] = {
    "section": ({"type"}, {"text", "fields", "accessory"}),
    "header": ({"type", "text"}, set()),
    "context": ({"type", "elements"}, set()),
    "actions": ({"type", "elements"}, set()),
    "image": ({"type", "image_url", "alt_text"}, set()),
    "input": ({"type", "block_id", "label", "optional", "element"}, {"hint"}),
    "button": ({"type", "action_id", "text"}, {"value", "style"}),
    "radio_buttons": ({"type", "action_id", "options"}, {"initial_option"}),
    "checkboxes": ({"type", "action_id", "options"}, {"initial_options"}),
    "static_select": ({"type", "action_id", "placeholder"}, {"options", "option_groups", "initial_option"}),
    "multi_static_select": ({"type", "action_id", "placeholder"}, {"options", "option_groups", "initial_options"}),
    "plain_text_input": ({"type", "action_id", "multiline", "max_length"}, {"initial_value"}),
    "datepicker": ({"type", "action_id"}, {"initial_date"}),
    "timepicker": ({"type", "action_id"}, {"initial_time"}),
    "plain_text": ({"type", "text", "emoji"}, set()),
    "mrkdwn": ({"type", "text", "verbatim"}, set()),
}
OURS = re.compile(r"\*[^*_~`<>&|\\@#\n]+\*|<https?://[^\s<>|]+\|[A-Za-z ]+>")
"""The only markup that this channel makes: words of ours in bold, and a link of ours."""


def faults(view: Json) -> list[str]:
    """Everything that Slack would refuse in a modal, a home or a message (`text` and `blocks`)."""
    return list(_faults(view, view.get("type", "message")))


def _faults(view: Json, kind: str) -> Iterator[str]:
    blocks = view["blocks"]
    if not 1 <= len(blocks) <= (50 if kind == "message" else 100):
        yield f"{len(blocks)} blocks"
    if kind != "message" and len(json.dumps(view, ensure_ascii=False).encode()) > 250_000 - 4_000:
        yield "a view over 250 KB"
    yield from {"modal": _modal, "home": _home, "message": _message}[kind](view)
    yield from _repeated("block_id", [block["block_id"] for block in blocks if "block_id" in block])
    yield from _repeated("action_id", [one["action_id"] for one in elements(blocks)])
    for block in blocks:
        if block["type"] not in BLOCKS_OF[kind]:
            yield f"{block['type']} in a {kind}"
            continue
        yield from _keys(block)
        yield from {"input": _input, "section": _section, "header": _header, "context": _context,
                    "actions": _actions, "image": _image}[block["type"]](block)  # fmt: skip


def _modal(view: Json) -> Iterator[str]:
    if stray := set(view) - {"type", "callback_id", "title", "close", "submit", "blocks"}:
        yield f"stray in a view: {sorted(stray)}"
    for name in ("title", "close", "submit"):
        if name in view:
            yield from _plain(view[name], 24)
    if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        yield "an input without submit"
    if not 1 <= len(view["callback_id"]) <= 255:
        yield "callback_id"


def _home(view: Json) -> Iterator[str]:
    if set(view) != {"type", "blocks"}:
        yield "stray in a home"


def _message(view: Json) -> Iterator[str]:
    if set(view) != {"text", "blocks"} or not 1 <= len(view["text"]) <= 4000:
        yield "text of a message"
    if sum(len(text["text"]) for text in texts(view["blocks"])) > 13_000:
        yield "msg_blocks_too_long"


def _repeated(name: str, ids: Sequence[str]) -> Iterator[str]:
    if len(set(ids)) < len(ids):
        yield f"{name} twice"
    if any(not 1 <= len(one) <= 255 for one in ids):
        yield f"{name} too long"


def _keys(thing: Json) -> Iterator[str]:
    needed, allowed = KEYS[thing["type"]]
    if needed - set(thing) or set(thing) - needed - allowed:
        yield f"keys of {thing['type']}: {sorted(thing)}"


def _text(text: Json, most: int) -> Iterator[str]:
    yield from _keys(text)
    if not 1 <= len(text["text"]) <= most or not text["text"].strip():
        yield f"a text of {len(text['text'])}, at most {most}"
    bare = re.sub(r"&(?:amp|lt|gt);", "", text["text"])
    if text["type"] == "mrkdwn":
        if not (OURS.fullmatch(text["text"]) and text["verbatim"] is True):
            yield "markup that is not ours"
    elif re.search(r"[&<>]", bare) or text["emoji"] is not False:
        yield "control characters in plain text"


def _plain(text: Json, most: int) -> Iterator[str]:
    if text["type"] != "plain_text":
        yield "mrkdwn where only plain text stands"
    yield from _text(text, most)


def _image(block: Json) -> Iterator[str]:
    if not re.fullmatch(r"https://[^\s]{1,2980}", block["image_url"]):
        yield "an address that Slack can't fetch"
    if not 1 <= len(block["alt_text"]) <= 2000:
        yield "a picture without a text of its own"


def _section(block: Json) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "a section with nothing"
    yield from _text(block["text"], 3000) if "text" in block else ()
    if not len(block.get("fields", "-")) <= 10 or block.get("fields") == []:
        yield "fields of a section"
    for field in block.get("fields", ()):
        yield from _text(field, 2000)
    if "accessory" in block:
        yield from _button(block["accessory"])


def _header(block: Json) -> Iterator[str]:
    yield from _plain(block["text"], 150)


def _context(block: Json) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 10:
        yield "elements of a context"
    for text in block["elements"]:
        yield from _text(text, 2000)


def _actions(block: Json) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 25:
        yield "elements of actions"
    for button in block["elements"]:
        yield from _button(button)


def _button(button: Json) -> Iterator[str]:
    yield from _keys(button)
    yield from _plain(button["text"], 75)
    if button.get("style", "primary") not in ("primary", "danger") or len(button.get("value", "")) > 2000:
        yield "style or value of a button"


def _input(block: Json) -> Iterator[str]:
    element = block["element"]
    yield from _plain(block["label"], 2000)
    yield from _plain(block["hint"], 2000) if "hint" in block else ()
    yield from _keys(element)
    if element["type"] == "plain_text_input":
        yield from _box(element)
    elif element["type"] not in ("datepicker", "timepicker"):
        yield from _list(element)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("initial_date", "2026-01-01")):
        yield "a date that is none"
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", element.get("initial_time", "00:00")):
        yield "a time that is none"


def _box(element: Json) -> Iterator[str]:
    taken = len(element.get("initial_value", "").encode("utf-16-le", "surrogatepass")) // 2
    if not 1 <= element["max_length"] <= 3000 or taken > element["max_length"]:
        yield "more in a box than it holds"


def _list(element: Json) -> Iterator[str]:
    short = element["type"] in ("radio_buttons", "checkboxes")
    if ("options" in element) is ("option_groups" in element):
        yield "options or groups, one of the two"
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    if not 1 <= len(groups) <= 100:
        yield "groups of a list"
    for group in groups:
        yield from _plain(group["label"], 75) if "label" in group else ()
        if not 1 <= len(group["options"]) <= (10 if short else 100):
            yield f"{len(group['options'])} options in {element['type']}"
    options = [option for group in groups for option in group["options"]]
    yield from _offered(options)
    chosen = [
        *element.get("initial_options", ()),
        *([element["initial_option"]] if "initial_option" in element else ()),
    ]
    if any(option not in options for option in chosen) or element.get("initial_options") == []:
        yield "something chosen that is not offered"


def _offered(options: Sequence[Json]) -> Iterator[str]:
    yield from _repeated("value", [option["value"] for option in options])
    for option in options:
        if set(option) - {"text", "value", "description"} or not 1 <= len(option["value"]) <= 75:
            yield "an option"
        yield from _plain(option["text"], 75)
        yield from _plain(option["description"], 75) if "description" in option else ()


def elements(blocks: Sequence[Json]) -> Iterator[Json]:
    """Everything that can be pressed or filled in."""
    for block in blocks:
        yield from (block["element"],) if block["type"] == "input" else ()
        yield from block["elements"] if block["type"] == "actions" else ()
        yield from (block["accessory"],) if "accessory" in block else ()


def texts(thing: object) -> Iterator[Json]:
    """Every text object inside."""
    if isinstance(thing, dict):
        if thing.get("type") in ("plain_text", "mrkdwn"):
            yield thing
        for value in thing.values():
            yield from texts(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from texts(value)


def buttons(view: Json) -> set[tuple[str, str | None]]:
    """The actions that a view's buttons offer, with where they lead; its own button is not among them."""
    found = (one for one in elements(view["blocks"]) if one["type"] == "button")
    return {(one["action_id"].split(".")[1], one.get("value")) for one in found}


def as_sent(view: Json) -> Json:
    """The view as Slack sends it back when somebody presses at once: state made of what stands in it."""
    values: dict[str, Json] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: _state(element)}
    return deepcopy({**view, "state": {"values": values}})


def _state(element: Json) -> Json:
    kind = element["type"]
    names = {
        "plain_text_input": ("value", "initial_value"),
        "datepicker": ("selected_date", "initial_date"),
        "timepicker": ("selected_time", "initial_time"),
        "radio_buttons": ("selected_option", "initial_option"),
        "static_select": ("selected_option", "initial_option"),
    }
    if kind in names:
        name, initial = names[kind]
        return {"type": kind, name: element.get(initial)}
    return {"type": kind, "selected_options": list(reversed(element.get("initial_options", [])))}
