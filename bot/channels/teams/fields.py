"""A field → inputs of an Adaptive Card, each with its label. Nothing is required by the client: the engine asks.

`field` is a field's input. After a tilde: `~2` its third group of options, `~o` the options beside a text box.
The names of a card's inputs go round in what its buttons send: a star marks several choices, `*3` three groups.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from bot.channels.teams.limits import TEAMS
from bot.channels.teams.texts import Element, heading, line, run, sentences, size
from dialogs.screens import Choice, Field
from dialogs.showing import CHOOSE, OR, Undrawable, id_of, pickable, repeats, to_put_right, typed

OPTIONAL = "optional"
INPUTS = frozenset({"Input.Text", "Input.Date", "Input.Time", "Input.ChoiceSet"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """The elements of some fields, what they weigh, and the inputs in them as the buttons send them."""

    elements: tuple[Element, ...] = ()
    names: tuple[str, ...] = ()
    weight: int = 0
    folds: tuple[str, ...] = ()
    """Ids of containers that are folded away, with a button each: its label stands after a space."""


def inputs(fields: Sequence[Field], folds: int) -> Drawn:
    """All fields of a screen. `folds`: how many lists may be folded away behind a button.

    Raises:
        Undrawable: a kind, an id or an option that a card can't show.
    """
    if len({field.id for field in fields}) < len(fields):
        raise Undrawable("two fields share an id")
    some = any(field.required for field in fields)
    found, left = [], folds
    for place, field in enumerate(fields):
        again = repeats(field, fields[:place])
        folded = again and left > 0 and len(field.choices) > TEAMS.fold
        left -= folded
        how = _How(optional=some and not field.required, again=again, folded=folded)
        found.append(_one(field, how) if field.value or field.error else _empty(field, how))
    return _together(found)


@dataclass(frozen=True, slots=True)
class _How:
    """How a field is drawn. `again`: its options stand above already, with their hints."""

    optional: bool
    again: bool
    folded: bool


@lru_cache(maxsize=512)
def _empty(field: Field, how: _How) -> Drawn:
    """A field in which nothing stands: most are, and they are the same for everybody."""
    return _one(field, how)


def _one(field: Field, how: _How) -> Drawn:
    elements = tuple(_field(field, how))
    names = tuple(_names(elements))
    if how.folded:
        fold = f"fold-{id_of(field.id)}"
        is_open = bool(field.value or field.error)
        elements = ({"type": "Container", "id": fold, "isVisible": is_open, "items": list(elements)},)
        return Drawn(elements, names, size(elements), (f"{fold} {field.label}",))
    return Drawn(elements, names, size(elements))


def _together(found: Iterable[Drawn]) -> Drawn:
    parts = tuple(found)
    return Drawn(
        tuple(one for part in parts for one in part.elements),
        tuple(one for part in parts for one in part.names),
        sum(part.weight for part in parts),
        tuple(one for part in parts for one in part.folds),
    )


def _names(elements: Iterable[Element]) -> Iterator[str]:
    """The inputs by name; groups of one field as their first one's name, with their number behind the star."""
    found = [one for one in elements if one["type"] in INPUTS]
    for name, group in groupby(found, key=lambda one: one["id"].partition("~")[0] if _is_group(one) else one["id"]):
        ones = list(group)
        number = str(len(ones)) if len(ones) > 1 else ""
        yield f"{name}*{number}" if ones[0].get("isMultiSelect") else name


def _is_group(one: Element) -> bool:
    return bool(one.get("isMultiSelect")) and not one["id"].endswith("~o")


def _field(field: Field, how: _How) -> Iterator[Element]:
    id_of(field.id)
    if field.error:
        yield line(run(to_put_right(field), color="Attention", weight="Bolder"), spacing="Medium")
    match field.kind:
        case "one":
            yield _choice(field, how)
        case "many":
            yield from _many(field, how)
        case "text" | "long_text" | "phone" | "number":
            yield _box(field, how)
            yield from _beside(field)
        case "date" | "time":
            yield _picker(field, how)
            yield from _beside(field)
        case _:
            raise Undrawable(f"field kind {field.kind}")


def _input(kind: str, input_id: str, label: str, **more: object) -> Element:
    if not label.strip():
        raise Undrawable("an input without a label")
    return {"type": kind, "id": input_id, "label": label, "spacing": "Medium", **more}


def _label(field: Field, how: _How) -> str:
    label = f"{field.label} ({OPTIONAL})" if how.optional else field.label
    return sentences(label, field.hint)


# ── options


def _options(choices: Sequence[Choice], how: _How | None = None) -> list[Element]:
    if not choices or len({choice.id for choice in choices}) < len(choices):
        raise Undrawable("nothing to choose from, or two options that share an id")
    if any("," in choice.id or not choice.id.strip() for choice in choices):
        raise Undrawable("the id of an option with a comma, which Teams joins them by")
    bare = how is not None and how.again
    return [
        {"title": choice.label if bare else sentences(choice.label, choice.hint), "value": choice.id}
        for choice in choices
    ]


def _chosen(field: Field, choices: Iterable[Choice]) -> str:
    value = field.value or ()
    wanted = {value} if isinstance(value, str) else set(value)
    return ",".join(choice.id for choice in choices if choice.id in wanted)


def _choice(field: Field, how: _How) -> Element:
    few = len(field.choices) <= TEAMS.expanded
    choices = field.choices if few else tuple(_headed(field.choices))
    return _set(field.id, _label(field, how), _options(choices), _chosen(field, choices), few)


def _headed(choices: Iterable[Choice]) -> Iterator[Choice]:
    """The options of a list to open, which knows no headings: each begins with its own."""
    for one in choices:
        label = f"{one.group}: {one.label}" if one.group else one.label
        yield Choice(id=one.id, label=label, hint=one.hint)


def _set(input_id: str, label: str, options: list[Element], chosen: str, few: bool) -> Element:
    look = {"style": "expanded"} if few else {"style": "compact", "placeholder": CHOOSE}
    drawn = _input("Input.ChoiceSet", input_id, label, choices=options, wrap=True, **look)
    return drawn | ({"value": chosen} if chosen else {})


def _ticks(input_id: str, label: str, options: list[Element], chosen: str) -> Element:
    return _set(input_id, label, options, chosen, True) | {"isMultiSelect": True}


def _many(field: Field, how: _How) -> Iterator[Element]:
    """Tick boxes under each heading; a list that repeats one above stands without its headings."""
    runs = [(group, tuple(found)) for group, found in groupby(field.choices, key=lambda choice: choice.group)]
    if len(runs) <= 1 or how.again:
        yield _ticks(field.id, _label(field, how), _options(field.choices, how), _chosen(field, field.choices))
        return
    _options(field.choices)
    yield heading(_label(field, how), size="Default", spacing="Medium")
    for place, (group, choices) in enumerate(runs):
        name = f"{field.id}~{place}" if place else field.id
        yield _ticks(name, group or OR, _options(choices, how), _chosen(field, choices))


# ── what is typed or picked


def _box(field: Field, how: _How) -> Element:
    value = typed(field)
    drawn = _input("Input.Text", field.id, _label(field, how))
    if field.kind == "long_text" or "\n" in value:
        drawn["isMultiline"] = True
    if field.kind == "phone":
        drawn["style"] = "Tel"
    if field.max_length:
        drawn["maxLength"] = max(field.max_length, len(value.encode("utf-16-le", "surrogatepass")) // 2)
    return drawn | ({"value": value} if value else {})


def _picker(field: Field, how: _How) -> Element:
    drawn = _input("Input.Date" if field.kind == "date" else "Input.Time", field.id, _label(field, how))
    return drawn | ({"value": typed(field)} if pickable(field.kind, typed(field)) else {})


def _beside(field: Field) -> Iterator[Element]:
    """The options beside a text box or a picker. They are tick boxes, because a radio button can't be unchosen."""
    if field.choices:
        label = f"{OR}, for “{field.label}”"
        yield _ticks(f"{field.id}~o", label, _options(field.choices), _chosen(field, field.choices))
