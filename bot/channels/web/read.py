"""A submitted form → the raw answers of the screen that was drawn. Shapes only: the engine says what is right."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from bot.channels.web.limits import FORM_VALUES
from dialogs.screens import Field, Value
from dialogs.showing import plain_lines


class Form(dict[str, tuple[str, ...]]):
    """The names of a submitted form with their values, in order."""


class Unreadable(ValueError):  # noqa: N818 - what a body is, not what broke
    """The body is not a form that this page makes."""


def form_of(body: bytes) -> Form:
    """The names and their values, in order.

    Raises:
        Unreadable: not UTF-8, or more values than any form here has.

    >>> form_of(b"signs=hungry&signs=dirty&what=")
    {'signs': ('hungry', 'dirty'), 'what': ('',)}
    """
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FORM_VALUES)
    except ValueError as error:
        raise Unreadable("not a form of this page") from error
    form = Form()
    for name, value in pairs:
        form[name] = (*form.get(name, ()), value)
    return form


def first(form: Form, name: str) -> str:
    """The first value of a name, empty when there is none."""
    return next(iter(form.get(name, ())), "")


def read(fields: Sequence[Field], form: Form) -> dict[str, Value]:
    """The raw answer of each field. What was left empty is an empty string, or no options."""
    return {field.id: _value(field, form.get(field.id, ())) for field in fields}


def _value(field: Field, sent: Sequence[str]) -> Value:
    if field.kind == "many":
        return tuple(value for value in sent if value)
    if field.kind == "long_text":
        return plain_lines(next(iter(sent), ""))
    return next((value for value in sent if value.strip()), "")
