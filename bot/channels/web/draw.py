"""Screen → HTML. Draws every block and field kind there is, and nothing that isn't on the screen but the page's frame.

What a template needs is worked out here as frozen views; templates hold the markup only. No content ever gets into an
address or a page title.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot.channels.web.limits import ID, RADIOS
from dialogs.screens import (
    NONE,
    Action,
    Block,
    Choice,
    Field,
    FieldKind,
    Listing,
    Notice,
    Number,
    Paragraph,
    Picture,
    Quote,
    Row,
    Rows,
    Screen,
)
from dialogs.showing import WORDS_OF_NOTICES, Undrawable, repeats, typed

HERE = Path(__file__).parent

BLOCKS: dict[type[Block], str] = {
    Paragraph: "paragraph",
    Notice: "notice",
    Rows: "rows",
    Quote: "quote",
    Listing: "listing",
    Picture: "picture",
}

ATTRIBUTES: dict[FieldKind, tuple[tuple[str, str], ...]] = {
    "text": (("type", "text"), ("spellcheck", "false")),
    "long_text": (("spellcheck", "false"),),
    "date": (("type", "date"),),
    "time": (("type", "time"),),
    "phone": (("type", "tel"),),
    "number": (("type", "text"), ("inputmode", "numeric"), ("pattern", "[0-9]*")),
}
"""A browser's spelling help may send words away to be checked, so it stays off wherever somebody writes."""


POLICE = ("999", "101")
FRONT_DOOR = "front door"
OUT_OF_HOURS = "Duty team"
"""No wider than the front door, beside which it stands on the narrowest phone."""
WRONG = ("aria-invalid", "true")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a screen stands: where its form goes, and how its parts are addressed.

    `each` puts every pressed action at an address of its own, below `post`. `change` is the page whose `?screen=` leads
    to an earlier screen. `leave` takes a half-filled screen. `view` names an address below /concern that is being read.
    """

    post: str | None = None
    each: bool = False
    change: str | None = None
    leave: str | None = None
    discard: str | None = None
    back: str | None = None
    hidden: tuple[tuple[str, str], ...] = ()
    starts_first: bool = False
    """Whether what begins a conversation stands above all else, and links above buttons: *Danger now* is first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What stands around every screen: the seat, the clock, the form token, where we are."""

    token: str = ""
    seat: str | None = None
    instant: str | None = None
    can_move: bool = False
    here: str = "/home"
    rehearsal: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionView:
    """One radio button or tick box; `apart` sets it off from those before it."""

    id: str
    value: str
    label: str
    hint: str | None
    ticked: bool
    apart: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupView:
    """Neighbouring options under one heading, or under none."""

    id: str
    heading: str | None
    options: tuple[OptionView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlView:
    """A field as a template draws it. `target` is what a link to it points at, `described` what describes it."""

    field: Field
    shape: Literal["radios", "checkboxes", "select", "input", "textarea"]
    id: str
    target: str
    described: str
    optional: bool
    folded: bool
    open: bool
    typed: str
    groups: tuple[GroupView, ...]
    attributes: tuple[tuple[str, str], ...]
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PressView:
    """A button: it sends the screen's form (`form`), or a form of its own with hidden values."""

    id: str
    label: str
    style: str
    url: str | None = None
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkView:
    """A link."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RingView:
    """A part of the foot; `phone` makes it a link that rings."""

    text: str
    phone: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """Everything that a page's template reads."""

    screen: Screen
    place: Place
    frame: Frame
    blocks: tuple[tuple[str, Block], ...]
    controls: tuple[ControlView, ...]
    presses: tuple[PressView, ...]
    starts: tuple[PressView, ...]
    links: tuple[LinkView, ...]
    ring: tuple[RingView, ...]
    more_numbers: tuple[Number, ...]
    has_form: bool

    @property
    def errors(self) -> tuple[ControlView, ...]:
        """The controls that have something to put right."""
        return tuple(control for control in self.controls if control.field.error)


def page_of(screen: Screen, place: Place, frame: Frame) -> PageView:
    """The screen as a page.

    Raises:
        Undrawable: a block, field kind or address that this page doesn't know.
    """
    inside = tuple(action for action in screen.actions if action.to is None)
    outside = tuple(action for action in screen.actions if action.to is not None)
    return PageView(
        screen=screen,
        place=place,
        frame=frame,
        blocks=tuple((_block_kind(block), block) for block in screen.blocks),
        controls=controls_of(screen.fields),
        presses=tuple(_press(action, place) for action in inside),
        starts=tuple(_start(action) for action in outside if _starts(action)),
        links=tuple(_link(action, place) for action in outside if not _starts(action)),
        ring=ring_of(screen),
        more_numbers=_more_numbers(screen),
        has_form=place.post is not None and bool(inside or screen.fields),
    )


def _block_kind(block: Block) -> str:
    kind = BLOCKS.get(type(block))
    if kind is None:
        raise Undrawable(f"block {type(block).__name__}")
    return kind


# ── fields


def controls_of(fields: Sequence[Field]) -> tuple[ControlView, ...]:
    """The fields as controls. *Optional* is said only where something else is required."""
    some_required = any(field.required for field in fields)
    return tuple(
        _control(field, some_required and not field.required, folded=repeats(field, fields[:place]))
        for place, field in enumerate(fields)
    )


def _control(field: Field, optional: bool, *, folded: bool) -> ControlView:
    shape = _shape(field)
    control_id = f"f-{field.id}"
    groups = tuple(_groups(field, control_id))
    choosing = shape in ("radios", "checkboxes")
    return ControlView(
        field=field,
        shape=shape,
        id=control_id,
        target=groups[0].options[0].id if choosing and groups else control_id,
        described=_described(field, control_id),
        optional=optional,
        folded=folded,
        open=bool(field.error or field.value),
        typed=typed(field),
        groups=groups,
        attributes=ATTRIBUTES.get(field.kind, ()) + ((WRONG,) if field.error else ()),
        rows=6 if shape == "textarea" else 0,
    )


def _shape(field: Field) -> Literal["radios", "checkboxes", "select", "input", "textarea"]:
    match field.kind:
        case "one":
            return "radios" if len(field.choices) <= RADIOS else "select"
        case "many":
            return "checkboxes"
        case "long_text":
            return "textarea"
        case "text" | "date" | "time" | "phone" | "number":
            return "input"
    raise Undrawable(f"field kind {field.kind}")


def _described(field: Field, control_id: str) -> str:
    parts = (f"{control_id}-hint" if field.hint else "", f"{control_id}-error" if field.error else "")
    return " ".join(part for part in parts if part)


def _chosen(field: Field) -> frozenset[str]:
    if field.value is None:
        return frozenset()
    return frozenset((field.value,) if isinstance(field.value, str) else field.value)


def _groups(field: Field, control_id: str) -> Iterator[GroupView]:
    chosen = _chosen(field)
    numbered = enumerate(field.choices)
    for number, (heading, found) in enumerate(groupby(numbered, key=lambda pair: pair[1].group)):
        options = tuple(_option(choice, f"{control_id}-{place}", chosen, field.kind) for place, choice in found)
        yield GroupView(id=f"{control_id}-g{number}", heading=heading, options=options)


def _option(choice: Choice, option_id: str, chosen: frozenset[str], kind: FieldKind) -> OptionView:
    return OptionView(
        id=option_id,
        value=choice.id,
        label=choice.label,
        hint=choice.hint,
        ticked=choice.id in chosen,
        apart=kind == "many" and choice.id == NONE,
    )


# ── actions


def _press(action: Action, place: Place) -> PressView:
    if place.post is None:
        raise Undrawable(f"action {action.id} has nowhere to go")
    url = f"{place.post}/{_id(action.id)}" if place.each else None
    return PressView(id=action.id, label=action.label, style=action.style, url=url)


PRESSED = {"have": "/concern/{}/have", "discard": "/talk/{}/discard"}
"""Places where something is done at once: a form of its own, never a link."""


def _starts(action: Action) -> bool:
    return action.to is not None and action.to.partition(":")[0] in ("begin", "danger", *PRESSED)


def _start(action: Action) -> PressView:
    """`begin`, `begin:<flow>`, `begin:<flow>:<concern>` or `danger`: a press that makes a conversation; or one that
    does something elsewhere."""
    kind, *rest = (action.to or "").split(":")
    if kind in PRESSED:
        url = PRESSED[kind].format(_id("".join(rest)))
        return PressView(id=action.id, label=action.label, style=action.style, url=url)
    hidden = [("flow", _id(rest[0]) if rest else "concern")]
    if len(rest) > 1:
        hidden.append(("concern", _id(rest[1])))
    if kind == "danger":
        hidden.append(("danger", "1"))
    return PressView(id=action.id, label=action.label, style=action.style, url="/begin", hidden=tuple(hidden))


ADDRESSES = {
    "resume": "/talk/{}",
    "concern": "/concern/{}",
    "privacy": "/concern/{}/privacy",
    "read": "/concern/{}/read",
    "suggestion": "/concern/{}/suggestion",
    "log": "/concern/{}/log",
}
PLAIN = {"home": "/home", "sheet": "/sheet", "seat": "/"}


def _link(action: Action, place: Place) -> LinkView:
    kind, _, wanted = (action.to or "").partition(":")
    if kind == "screen" and place.change is not None:
        return LinkView(label=action.label, url=change_url(place, wanted))
    if kind in PLAIN and not wanted:
        return LinkView(label=action.label, url=PLAIN[kind])
    if kind in ADDRESSES:
        return LinkView(label=action.label, url=ADDRESSES[kind].format(_id(wanted)))
    raise Undrawable(f"action {action.id} leads to an unknown kind of place")


def change_url(place: Place, screen: str) -> str:
    """The address that changes an earlier answer."""
    if place.change is None:
        raise Undrawable("nothing can be changed here")
    return f"{place.change}?screen={quote(_id(screen))}"


def _id(text: str) -> str:
    if re.fullmatch(ID, text) is None:
        raise Undrawable("an id with characters that can't stand in an address")
    return text


# ── the foot


def ring_of(screen: Screen) -> tuple[RingView, ...]:
    """The foot's parts; those that name a number become links that ring it. The front door stands first in a screen's
    numbers after 999 and 101, whatever its own council calls it.

    >>> front_door = Number(label="Referral team", phone="0191 498 0000")
    >>> screen = Screen(id="s", title="S", numbers=(front_door,), foot="999 · front door · ring")
    >>> [part.phone for part in ring_of(screen)]
    ['999', '0191 498 0000', None]
    """
    return tuple(_ring(part.strip(), screen.numbers) for part in screen.foot.split("·") if part.strip())


def _ring(part: str, numbers: Sequence[Number]) -> RingView:
    if part in POLICE:
        return RingView(text=part, phone=part)
    words = part[:1].upper() + part[1:]
    door = front_door_of(numbers)
    if part.lower() != FRONT_DOOR or door is None:
        return RingView(text=words)
    return ring_view(door)


def ring_view(door: Number) -> RingView:
    """The council's number with what answers there now."""
    words = OUT_OF_HOURS if door.out_of_hours else FRONT_DOOR.capitalize()
    return RingView(text=f"{words} {door.phone}", phone=door.phone)


def front_door_of(numbers: Sequence[Number]) -> Number | None:
    """The number that answers for the council now: the first that isn't the police."""
    return next((number for number in numbers if number.phone not in POLICE), None)


def _more_numbers(screen: Screen) -> tuple[Number, ...]:
    """By name and hours: the foot has room for the number that answers now, not for whose it is."""
    return tuple(number for number in screen.numbers if number.phone not in POLICE)


# ── templates


def _dial(phone: str) -> str:
    """The address that rings a number: its digits and a leading plus."""
    return "tel:" + re.sub(r"(?!^\+)\D", "", phone.strip())


def _ringing(text: str, numbers: Sequence[Number]) -> Markup:
    """The text, with 999, 101 and the screen's own numbers as links that ring.

    >>> print(_ringing("Ring 999 & wait", ()))
    Ring <a href="tel:999">999</a> &amp; wait
    """
    known = "|".join(re.escape(phone) for phone in (*(one.phone for one in numbers), *POLICE))
    parts = re.split(rf"(?<!\d)(?<!\d )({known})(?! ?\d)", text)
    return Markup().join(_ring_link(part) if place % 2 else part for place, part in enumerate(parts))


def _ring_link(phone: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(_dial(phone), phone)


def _lines(text: str) -> list[str]:
    return text.splitlines() or [""]


def _web_only(url: str | None) -> str | None:
    """A source's address if a browser may follow it; a data file must not bring in another scheme."""
    return url if url is not None and url.startswith(("https://", "http://")) else None


def _of_ours(url: str) -> str:
    """A picture's address without its host: the page is served from there too, and fetches nothing from elsewhere."""
    return urlsplit(url).path


def _row_with_link(row: Row, place: Place) -> str | None:
    return None if row.change is None else change_url(place, row.change)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(dial=_dial, lines=_lines, web_only=_web_only, ringing=_ringing, of_ours=_of_ours)
    environment.globals.update(change=_row_with_link, notice_words=WORDS_OF_NOTICES)
    return environment


_ENVIRONMENT = _environment()


def html(template: str, **values: object) -> str:
    """A template of this folder, filled."""
    return _ENVIRONMENT.get_template(template).render(**values)


def draw(screen: Screen, place: Place, frame: Frame) -> str:
    """The whole page of a screen.

    Raises:
        Undrawable: a block, field kind or address that this page doesn't know.
    """
    return html("page.html", page=page_of(screen, place, frame), frame=frame)
