"""A field → input blocks. The ids of its blocks and elements are the same whenever the same field is drawn, so that
Slack keeps what was typed; a field whose boxes are laid out otherwise has other ids.

`screen.field` is a field's block. After a tilde: `~2` its third group of options, `~o` the options beside a text box,
`~1n.2` the second of two boxes, joined to the first by a line's end (`n`), a space (`s`) or nothing (`h`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from bot.channels.slack.limits import SLACK
from bot.channels.slack.texts import (
    Element,
    Part,
    bold,
    length,
    parts,
    pieces,
    plain,
    section,
    sections,
    size,
    typed_cost,
)
from dialogs.screens import Choice, Field
from dialogs.showing import CHOOSE, OR, Undrawable, id_of, pickable, repeats, to_put_right, typed
from dialogs.words import Words

JOINTS = {"\n": "n", " ": "s", "": "h"}
OTHER = Words.load()("frame.other_answers")


@dataclass(frozen=True, slots=True)
class Layout:
    """How fields are laid out. `tight`: long lists are opened, not spread out. `room`: one more box for long texts."""

    tight: bool = False
    room: bool = False


@dataclass(frozen=True, slots=True)
class _Option:
    """An option, and what stands below its group because it is too long to stand beside it."""

    drawn: Element
    below: str | None


def inputs(screen: str, fields: Sequence[Field], layout: Layout) -> list[Element]:
    """All fields of a screen as blocks.

    Raises:
        Undrawable: a kind, an id or an option that Slack can't show.
    """
    if len({field.id for field in fields}) < len(fields):
        raise Undrawable("two fields share an id")
    found: list[Element] = []
    for place, field in enumerate(fields):
        folded = Layout(tight=layout.tight or repeats(field, fields[:place]), room=layout.room)
        base = f"{id_of(screen)}.{id_of(field.id)}"
        found += _field(base, field, folded) if field.value or field.error else _empty(base, field, folded)
    return found


@lru_cache(maxsize=512)
def _empty(base: str, field: Field, layout: Layout) -> tuple[Element, ...]:
    """The blocks of a field in which nothing stands: most are, and they are the same for everybody."""
    return tuple(_field(base, field, layout))


def _field(base: str, field: Field, layout: Layout) -> Iterator[Element]:
    if field.error:
        yield from sections(to_put_right(field))
    match field.kind:
        case "one":
            yield from _one(base, field)
        case "many":
            yield from _many(base, field, layout)
        case "text" | "long_text" | "phone" | "number":
            yield from _boxes(base, field, layout)
        case "date" | "time":
            yield from _picker(base, field)
        case _:
            raise Undrawable(f"field kind {field.kind}")


# ── blocks


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands round an element."""

    label: str
    lines: tuple[str, ...] = ()
    optional: bool = True


def _input(block_id: str, words: _Words, element: Element) -> Iterator[Element]:
    """An input block; what is too long for its label or hint stands above it."""
    if len(block_id) > SLACK.block_id:
        raise Undrawable("an id that is too long")
    if size(words.label) > SLACK.label:
        raise Undrawable("a label that is too long")
    hint = "\n".join(words.lines)
    if size(hint) > SLACK.label:
        yield from sections(hint)
    yield {
        "type": "input",
        "block_id": block_id,
        "label": plain(words.label, SLACK.label),
        "optional": words.optional,
        "element": {**element, "action_id": block_id},
    } | ({"hint": plain(hint, SLACK.label)} if hint.strip() and size(hint) <= SLACK.label else {})


def _hints(field: Field) -> tuple[str, ...]:
    return (field.hint,) if field.hint else ()


# ── options


def _options(choices: Iterable[Choice]) -> list[_Option]:
    found = [_option(choice) for choice in choices]
    values = {one.drawn["value"] for one in found}
    if not found or len(values) < len(found):
        raise Undrawable("nothing to choose from, or two options that share an id")
    return found


@lru_cache(maxsize=4096)
def _option(choice: Choice) -> _Option:
    """Label and hint as far as they fit in two short lines; the whole hint stands below where it doesn't."""
    if not 0 < size(choice.id) <= SLACK.option_value:
        raise Undrawable("the id of an option is too long")
    first, *rest = pieces(choice.label, SLACK.option if size(choice.label) <= SLACK.option else SLACK.option - 2)
    tail = "… " + " ".join(rest) if rest else None
    beside, below = (tail, choice.hint) if tail else _sentences(choice.hint or "")
    whole = beside is None or size(beside) <= SLACK.option
    drawn = {"text": plain(f"{first} …" if rest else first, SLACK.option), "value": choice.id}
    if beside and whole:
        drawn["description"] = plain(beside, SLACK.option)
    return _Option(drawn, _below(choice.label, below, whole))


def _below(label: str, hint: str | None, whole: bool) -> str | None:
    if hint:
        return f"“{label}”: {hint}"
    return None if whole else f"“{label}”"


def _sentences(hint: str) -> tuple[str | None, str | None]:
    """The whole sentences of a hint that fit beside an option, and the others.

    >>> _sentences("Any worry counts. " + "It may be large or small. " * 4)[0]
    'Any worry counts. It may be large or small. It may be large or small.'
    """
    if size(hint) <= SLACK.option:
        return hint or None, None
    ends = [found.end() for found in re.finditer(r"[.!?](?= )", hint)]
    fitting = [end for end in ends if size(hint[:end]) <= SLACK.option]
    if not fitting:
        return None, hint
    return hint[: fitting[-1]], hint[fitting[-1] :].strip()


def _lines(options: Iterable[_Option]) -> tuple[str, ...]:
    return tuple(one.below for one in options if one.below)


def _chosen(field: Field, options: Iterable[_Option]) -> list[Element]:
    value = field.value or ()
    wanted = {value} if isinstance(value, str) else set(value)
    return [one.drawn for one in options if one.drawn["value"] in wanted]


def _one(base: str, field: Field) -> Iterator[Element]:
    options = _options(field.choices)
    chosen = _chosen(field, options)[:1]
    few = len(options) <= SLACK.checkboxes
    headings = () if few else _long_headings(field.choices)
    words = _Words(field.label, (*_hints(field), *headings, *_lines(options)), not field.required)
    element: Element = {"type": "radio_buttons" if few else "static_select", **_list(field.choices, options)}
    if not few:
        element["placeholder"] = plain(CHOOSE, SLACK.placeholder)
    if chosen:
        element["initial_option"] = chosen[0]
    yield from _input(base, words, element)


def _list(choices: Sequence[Choice], options: Sequence[_Option]) -> Element:
    """The options of a list: in groups where they have headings, or where they are more than one list holds."""
    drawn = [one.drawn for one in options]
    headed = len(options) > SLACK.checkboxes and any(choice.group for choice in choices)
    if not headed and len(drawn) <= SLACK.select_options:
        return {"options": drawn}
    groups = _by_heading(choices, drawn) if headed else _by_hundred(drawn)
    if len(groups) > SLACK.select_groups:
        raise Undrawable("more groups of options than a list holds")
    return {"option_groups": groups}


def _by_heading(choices: Sequence[Choice], drawn: Sequence[Element]) -> list[Element]:
    """Neighbours under the heading they share, in their order."""
    pairs = groupby(zip(choices, drawn, strict=True), key=lambda pair: pair[0].group)
    return [group for heading, found in pairs for group in _groups(heading or OTHER, [option for _, option in found])]


def _groups(heading: str, found: Sequence[Element]) -> Iterator[Element]:
    label = heading if size(heading) <= SLACK.group_label else f"{pieces(heading, SLACK.group_label - 2)[0]} …"
    for start in range(0, len(found), SLACK.select_options):
        yield {"label": plain(label, SLACK.group_label), "options": list(found[start : start + SLACK.select_options])}


def _long_headings(choices: Iterable[Choice]) -> tuple[str, ...]:
    """The headings that a list has no room for, in full."""
    headings = dict.fromkeys(choice.group for choice in choices if choice.group)
    return tuple(f"“{heading}”" for heading in headings if size(heading) > SLACK.group_label)


def _by_hundred(drawn: Sequence[Element]) -> list[Element]:
    return [
        {
            "label": plain(f"{start + 1} to {min(start + SLACK.select_options, len(drawn))}", SLACK.group_label),
            "options": list(drawn[start : start + SLACK.select_options]),
        }
        for start in range(0, len(drawn), SLACK.select_options)
    ]


def _many(base: str, field: Field, layout: Layout) -> Iterator[Element]:
    if layout.tight and len(field.choices) > SLACK.checkboxes:
        yield from _opened_lists(base, field)
        return
    runs = list(_runs(field.choices))
    if len(runs) <= 1:
        yield from _ticks(base, field, field.choices, _Words(field.label, _hints(field), not field.required))
        return
    yield section(bold(field.label, SLACK.section))
    for place, (heading, choices) in enumerate(runs):
        words = _Words(heading or field.label, _hints(field) if place == 0 else ())
        yield from _ticks(_numbered(base, place), field, choices, words)


def _runs(choices: Sequence[Choice]) -> Iterator[tuple[str | None, list[Choice]]]:
    """Neighbours under one heading, at most as many as a group of tick boxes holds."""
    for heading, found in groupby(choices, key=lambda choice: choice.group):
        run = list(found)
        for start in range(0, len(run), SLACK.checkboxes):
            yield _continued(heading, start), run[start : start + SLACK.checkboxes]


def _continued(heading: str | None, start: int) -> str | None:
    return f"{heading}, continued" if heading and start else heading


def _numbered(base: str, place: int) -> str:
    return f"{base}~{place}" if place else base


def _ticks(block_id: str, field: Field, choices: Sequence[Choice], words: _Words) -> Iterator[Element]:
    options = _options(choices)
    chosen = _chosen(field, options)
    element: Element = {"type": "checkboxes", "options": [one.drawn for one in options]}
    if chosen:
        element["initial_options"] = chosen
    yield from _input(block_id, _Words(words.label, (*words.lines, *_lines(options)), words.optional), element)


def _opened_lists(base: str, field: Field) -> Iterator[Element]:
    """Lists to open, a hundred options each."""
    for place, start in enumerate(range(0, len(field.choices), SLACK.select_options)):
        choices = field.choices[start : start + SLACK.select_options]
        options = _options(choices)
        chosen = _chosen(field, options)
        lines = (*(_hints(field) if place == 0 else ()), *_long_headings(choices), *_lines(options))
        words = _Words(field.label, lines)
        element: Element = {"type": "multi_static_select", **_list(choices, options)}
        element["placeholder"] = plain(CHOOSE, SLACK.placeholder)
        if chosen:
            element["initial_options"] = chosen
        yield from _input(_numbered(base, place), words, element)


# ── what is typed or picked


def _boxes(base: str, field: Field, layout: Layout) -> Iterator[Element]:
    """A text box; as many as it takes for what stands in it, and one more if `room` was asked for."""
    boxes = parts(typed(field), SLACK.typed, typed_cost)
    if layout.room and wants_room(field) and len(boxes) * SLACK.typed < (field.max_length or 0):
        boxes.append(Part("\n", ""))
    for place, box in enumerate(boxes):
        block_id = base if len(boxes) == 1 else f"{base}~{place}{JOINTS[box.joint]}.{len(boxes)}"
        label = f"{field.label} (continued)" if place else field.label
        words = _Words(label, () if place else _hints(field), place > 0 or _optional(field))
        yield from _input(block_id, words, _box(field, box.text, alone=len(boxes) == 1))
    yield from _beside(base, field)


def wants_room(field: Field) -> bool:
    """Whether the answer may be longer than one box holds."""
    return field.kind == "long_text" and (field.max_length or 0) > SLACK.typed


def _optional(field: Field) -> bool:
    return not field.required or bool(field.choices)


def _box(field: Field, text: str, *, alone: bool) -> Element:
    promised = min(field.max_length or SLACK.typed, SLACK.typed) if alone else SLACK.typed
    element: Element = {
        "type": "plain_text_input",
        "multiline": field.kind == "long_text" or "\n" in text,
        "max_length": max(promised, length(text)),
    }
    return element | ({"initial_value": text} if text else {})


def _picker(base: str, field: Field) -> Iterator[Element]:
    kind, initial = ("datepicker", "initial_date") if field.kind == "date" else ("timepicker", "initial_time")
    element: Element = {"type": kind}
    if pickable(field.kind, typed(field)):
        element[initial] = typed(field)
    yield from _input(base, _Words(field.label, _hints(field), _optional(field)), element)
    yield from _beside(base, field)


def _beside(base: str, field: Field) -> Iterator[Element]:
    """The options beside a text box or a picker. They are tick boxes, because a radio button can't be unchosen."""
    if len(field.choices) > SLACK.checkboxes:
        raise Undrawable("more options beside a box than a group holds")
    if field.choices:
        yield from _ticks(f"{base}~o", field, field.choices, _Words(OR))
