"""A strict reader of cards: refuses what Teams refuses and what we must never send. Its numbers are its own."""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

Json = dict[str, Any]

KEYS: Mapping[str, tuple[set[str], set[str]]] = {
    "AdaptiveCard": ({"type", "$schema", "version", "body"}, {"actions", "fallbackText"}),
    "TextBlock": (
        {"type", "text", "wrap"},
        {"size", "weight", "style", "isSubtle", "color", "spacing", "separator"},
    ),
    "RichTextBlock": ({"type", "inlines"}, {"spacing", "separator"}),
    "Image": ({"type", "url", "altText", "size", "spacing"}, set()),
    "TextRun": ({"type", "text"}, {"size", "weight", "isSubtle", "color"}),
    "Container": ({"type", "items"}, {"style", "spacing", "separator", "id", "isVisible"}),
    "ActionSet": ({"type", "actions"}, set()),
    "Input.Text": ({"type", "id", "label", "spacing"}, {"isMultiline", "maxLength", "style", "value"}),
    "Input.Date": ({"type", "id", "label", "spacing"}, {"value"}),
    "Input.Time": ({"type", "id", "label", "spacing"}, {"value"}),
    "Input.ChoiceSet": (
        {"type", "id", "label", "spacing", "choices", "style", "wrap"},
        {"isMultiSelect", "value", "placeholder"},
    ),
    "Action.Submit": ({"type", "title", "data"}, {"style"}),
    "Action.Execute": ({"type", "title", "verb", "data", "fallback"}, {"style"}),
    "Action.ToggleVisibility": ({"type", "title", "targetElements"}, set()),
}
LINK = re.compile(r"\[[A-Za-z ]+\]\(https?://[^()\s\\]+\)")
MARKUP = re.compile(r"[*_~`<>&|\\\[\]{}#+!\n]|^\s*(?:[-+]|\d+[.)])\s")


def faults(card: Json) -> list[str]:
    """Everything that is wrong with a card."""
    return list(_faults(card))


def _faults(card: Json) -> Iterator[str]:
    if card["version"] != "1.5" or not card["body"]:
        yield "no card of version 1.5"
    if weight(card) > 80_000:
        yield f"{weight(card)} bytes"
    found = list(parts(card))
    for one in found:
        yield from _keys(one)
    count = sum(one["type"].startswith("Action.") for one in found)
    if count > 6:
        yield f"{count} actions"
    ids = [one["id"] for one in found if "id" in one]
    if len(set(ids)) < len(ids):
        yield "an id twice"
    yield from _targets(found, ids)
    for one in found:
        yield from _one(one)


def _keys(one: Json) -> Iterator[str]:
    needed, allowed = KEYS[one["type"]]
    if needed - set(one) or set(one) - needed - allowed:
        yield f"keys of {one['type']}: {sorted(one)}"


def _targets(found: list[Json], ids: list[str]) -> Iterator[str]:
    shown = [name for one in found for name in one.get("targetElements", ())]
    hidden = [one["id"] for one in found if one.get("isVisible") is False]
    if set(shown) - set(ids) or set(hidden) - set(shown):
        yield "something hidden that no button shows"


def _one(one: Json) -> Iterator[str]:
    kind = one["type"]
    if kind == "TextRun" and not one["text"].strip():
        yield "a text with nothing in it"
    if kind == "TextBlock" and (not one["text"].strip() or _is_markup(one["text"])):
        yield f"markup that is not ours: {one['text']}"
    if kind in ("Container", "ActionSet") and not one.get("items", one.get("actions")):
        yield "nothing in a container"
    if kind.startswith("Input.") and not one["label"].strip():
        yield "an input without a label"
    if kind.startswith("Action.") and not one["title"].strip():
        yield "a button without words"
    if kind == "Image" and (not one["url"].startswith("https://") or not one["altText"].strip()):
        yield "a picture that can't be fetched, or without words"
    if kind == "Input.ChoiceSet":
        yield from _choices(one)
    yield from _value(one)


def _is_markup(text: str) -> bool:
    return bool(MARKUP.search(text)) and LINK.fullmatch(text) is None


def _choices(one: Json) -> Iterator[str]:
    values = [choice["value"] for choice in one["choices"]]
    if not values or len(set(values)) < len(values) or any("," in value or not value for value in values):
        yield "values of options"
    if any(set(choice) != {"title", "value"} or not choice["title"].strip() for choice in one["choices"]):
        yield "an option"
    chosen = one.get("value", values[0] if values else "").split(",")
    if set(chosen) - set(values) or (len(chosen) > 1 and not one.get("isMultiSelect")):
        yield "something chosen that is not offered"


def _value(one: Json) -> Iterator[str]:
    value = one.get("value", "")
    if one["type"] == "Input.Date" and not re.fullmatch(r"(\d{4}-\d\d-\d\d)?", value):
        yield "a date that is none"
    if one["type"] == "Input.Time" and not re.fullmatch(r"(([01]\d|2[0-3]):[0-5]\d)?", value):
        yield "a time that is none"
    taken = len(value.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(value, str) else 0
    if one["type"] == "Input.Text" and taken > one.get("maxLength", 10**9):
        yield "more in a box than it holds"


def weight(card: Json) -> int:
    """Bytes as sent; of a message, which has a fallback text, as UTF-16 where that is more."""
    text = json.dumps(card, ensure_ascii=False, separators=(",", ":"))
    forms = ("utf-8", "utf-16-le") if "fallbackText" in card else ("utf-8",)
    return max(len(text.encode(form, "surrogatepass")) for form in forms)


def parts(one: Json) -> Iterator[Json]:
    """The element and everything inside it; what a client shows instead of a button is no button more."""
    yield one
    for name in ("body", "items", "inlines", "actions"):
        for inner in one.get(name, ()):
            yield from parts(inner)


def of_kind(card: Json, kind: str) -> list[Json]:
    """Every element of a kind, or of kinds with this beginning."""
    return [one for one in parts(card) if one["type"].startswith(kind)]


def texts(card: Json) -> list[str]:
    """Every text that people read, in order."""
    found: list[str] = []
    for one in parts(card):
        found += [one[name] for name in ("text", "label", "title", "placeholder") if name in one]
        found += [choice["title"] for choice in one.get("choices", ())]
    return found


def presses(card: Json) -> list[Json]:
    """What every button would send, one for each option of a list of actions."""
    lists = {one["id"]: one["choices"] for one in of_kind(card, "Input.ChoiceSet") if one["id"].startswith("~")}
    found: list[Json] = []
    for one in of_kind(card, "Action."):
        if one["type"] == "Action.ToggleVisibility":
            continue
        source = one["data"]["swis"].get("from")
        chosen = [{source: choice["value"]} for choice in lists[source]] if source else [{}]
        found += [{**one["data"], **pick} for pick in chosen]
    return found


def as_sent(card: Json, leave_out: bool = False) -> Json:
    """What a page's first button sends, pressed at once. `leave_out`: by a client that sends no empty inputs."""
    data: Json = deepcopy(next(one for one in of_kind(card, "Action.") if "data" in one)["data"])
    for one in of_kind(card, "Input."):
        value = one.get("value", "")
        if value or not leave_out:
            data[one["id"]] = value
    return data
