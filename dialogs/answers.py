"""What somebody entered → a value or what is wrong with it: one bounded parser a question kind. Never raises at users.

Also the answers themselves, as they are kept: `Answered` and its JSON, which carries a version and is upcast on read.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from dialogs.findings import Finding
from dialogs.flow import Question
from dialogs.screens import NONE, NOT_KNOWN, FieldKind, Value, Values

MOST_CHOICES = 300
EMPTY: tuple[object, ...] = ("", [], ())
VERSION = 1

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_PHONE = re.compile(r"[0-9+()\-. ]*(?:(?:ext|x)\.? ?\d{1,6})?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """One answered screen. `shown` is what only the vocabulary or the setting could tell when it was answered."""

    screen: str
    values: Values
    action: str = "next"
    finding: Finding = field(default_factory=Finding)
    shown: tuple[str, ...] = ()


Trail: TypeAlias = Mapping[str, Answered]


def trail_of(answered: Iterable[Answered]) -> Trail:
    """The latest answer of each screen."""
    return {one.screen: one for one in answered}


def to_json(answered: Answered) -> dict[str, Any]:
    """The answer as a JSON object; of its finding only what is not empty."""
    found = answered.finding
    return {
        "v": VERSION,
        "screen": answered.screen,
        "values": dict(answered.values),
        "action": answered.action,
        "finding": {name: value for name in _FOUND if (value := getattr(found, name))},
        "shown": answered.shown,
    }


_FOUND = tuple(Finding.__dataclass_fields__)


def from_json(raw: Mapping[str, Any]) -> Answered:
    """The answer from its JSON object, of this version or an older one; missing parts are empty."""
    return Answered(
        screen=raw["screen"],
        values=_plain(raw["values"]),
        action=raw.get("action", "next"),
        finding=Finding(**_plain(raw.get("finding", {}))),
        shown=tuple(raw.get("shown", ())),
    )


def _plain(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in parts.items()}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why an entry cannot be taken: the key of its sentence under `errors.`, and the number that fills it."""

    code: str
    number: int | None = None


Parsed: TypeAlias = Value | Wrong | None
"""None: nothing was entered."""


def parse(question: Question, raw: object, offered: Container[str], today: date) -> Parsed:
    """The value of one field. `offered` are the option ids on the screen.

    >>> parse(Question(id="who", kind="one"), "me", {"me"}, date(2026, 11, 23))
    'me'
    """
    if raw is None or raw in EMPTY:
        return None
    if question.kind == "many":
        return _many(raw, offered)
    if not isinstance(raw, str):
        return Wrong("unreadable")
    if raw == NOT_KNOWN and NOT_KNOWN in question.also:
        return raw
    if question.kind == "one":
        return raw if raw in offered else Wrong("not_offered")
    return _typed(question, raw, today)


def _many(raw: object, offered: Container[str]) -> Parsed:
    items = [raw] if isinstance(raw, str) else raw
    if not isinstance(items, list | tuple) or len(items) > MOST_CHOICES:
        return Wrong("unreadable")
    if not all(isinstance(item, str) and item in offered for item in items):
        return Wrong("not_offered")
    chosen = tuple(dict.fromkeys(items))
    alone = any(item in (NONE, NOT_KNOWN) for item in chosen)
    return Wrong("none_with_others") if alone and len(chosen) > 1 else chosen


def _typed(question: Question, raw: str, today: date) -> Parsed:
    text = clean(raw)
    if not text:
        return None
    if question.longest and len(text) > question.longest:
        return Wrong("too_long", question.longest)
    if len(text) < question.min_length:
        return Wrong("too_short", question.min_length)
    return _CHECKS[question.kind](question, text, today)


def clean(text: str) -> str:
    """The text without what cannot be shown or stored: control characters, half characters, space at its ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines.encode("utf-8", "ignore").decode("utf-8")).strip()


def _as_it_is(_question: Question, text: str, _today: date) -> Parsed:
    return text


def _date(question: Question, text: str, today: date) -> Parsed:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        return Wrong("not_a_date")
    return Wrong("in_future") if day > today and not question.future else text


def _time(_question: Question, text: str, _today: date) -> Parsed:
    return text if _TIME.fullmatch(text) else Wrong("not_a_time")


def _phone(_question: Question, text: str, _today: date) -> Parsed:
    digits = sum(letter.isdecimal() for letter in text)
    return text if digits >= 3 and _PHONE.fullmatch(text) else Wrong("not_a_phone")


def _number(_question: Question, text: str, _today: date) -> Parsed:
    return text if _NUMBER.fullmatch(text) else Wrong("not_a_number")


_CHECKS: Mapping[FieldKind, Callable[[Question, str, date], Parsed]] = {
    "text": _as_it_is,
    "long_text": _as_it_is,
    "date": _date,
    "time": _time,
    "phone": _phone,
    "number": _number,
}
