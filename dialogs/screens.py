"""The neutral picture of one step: what is shown and asked, in final words. Knows no channel.

Every channel draws these and nothing else; a block or field kind that a channel cannot draw is an error at build time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

FieldKind = Literal["one", "many", "text", "long_text", "date", "time", "phone", "number"]
FIELD_KINDS: tuple[FieldKind, ...] = ("one", "many", "text", "long_text", "date", "time", "phone", "number")
NOT_KNOWN = "not_known"
NONE = "none"

Value: TypeAlias = str | tuple[str, ...]
Values: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One option. `group` is a heading that neighbouring options share."""

    id: str
    label: str
    hint: str | None = None
    group: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One labelled control. `value` is what stands in it (kept after a refusal), `error` what to do about it."""

    id: str
    kind: FieldKind
    label: str
    required: bool
    hint: str | None = None
    choices: tuple[Choice, ...] = ()
    value: Value | None = None
    error: str | None = None
    max_length: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """Plain text."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something to be read first. Its meaning stands in `title`, never in colour alone."""

    kind: Literal["info", "warning", "danger", "done"]
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A label and its value; `change` is the screen that changes it."""

    label: str
    value: str
    change: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """Labelled values under a heading."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """Somebody's own words, kept as they were typed."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One item of a list; `source` and `url` say where it stands."""

    text: str
    source: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """Items under a heading."""

    title: str
    items: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A drawing of published figures. `url`: where it is fetched; `text` says what it shows, for whoever sees none."""

    url: str
    text: str


Block: TypeAlias = Paragraph | Notice | Rows | Quote | Listing | Picture


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """A button. `to` names a place outside this step (a concern, a screen); content never stands in it."""

    id: str
    label: str
    style: Literal["primary", "secondary", "danger"] = "secondary"
    to: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Step `step` of `of`, the receipt counted."""

    step: int
    of: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """Whom to ring: stands at the foot of every screen."""

    label: str
    phone: str
    hours: str | None = None
    out_of_hours: bool = False
    """Whether it answers while the front door is shut."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """One step. `title` never carries content (it becomes a page title and a notification)."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    fields: tuple[Field, ...] = ()
    actions: tuple[Action, ...] = ()
    progress: Progress | None = None
    numbers: tuple[Number, ...] = ()
    foot: str = ""


def filled(screen: Screen, raw: Mapping[str, object]) -> Screen:
    """The screen with what somebody typed standing in it again: a refusal loses nothing.

    >>> field = Field(id="minutes", kind="one", label="For how long?", required=True)
    >>> filled(Screen(id="s", title="S", fields=(field,)), {"minutes": "15"}).fields[0].value
    '15'
    """
    return replace(screen, fields=tuple(replace(one, value=_value(raw.get(one.id))) for one in screen.fields))


def _value(raw: object) -> Value | None:
    if isinstance(raw, str):
        return raw
    return tuple(str(one) for one in raw) if isinstance(raw, tuple | list) else None
