"""Reading a form: shapes by field kind, bounds, and nothing that was not asked."""

import pytest

from bot.channels.web.limits import FORM_VALUES
from bot.channels.web.read import Unreadable, first, form_of, read
from dialogs.screens import NOT_KNOWN, Choice, Field, FieldKind, Value

KNOWN_NOT = (Choice(id=NOT_KNOWN, label="I don’t know"),)


def asked(kind: FieldKind) -> Field:
    return Field(id="f", kind=kind, label="F", required=True, choices=KNOWN_NOT)


@pytest.mark.parametrize(
    ("kind", "sent", "read_as"),
    [
        ("many", b"f=a&f=b", ("a", "b")),
        ("many", b"f=", ()),
        ("many", b"", ()),
        ("one", b"f=a&f=b", "a"),
        ("text", b"f=+", ""),
        ("text", b"f=%C3%A9t%C3%A9", "été"),
        ("long_text", b"f=one%0D%0Atwo%0Dthree", "one\ntwo\nthree"),
        ("date", b"f=&f=not_known", NOT_KNOWN),
        ("date", b"f=2026-11-09&f=not_known", "2026-11-09"),
        ("number", b"other=1", ""),
    ],
)
def test_a_form_is_read_by_field_kind(kind: FieldKind, sent: bytes, read_as: Value) -> None:
    assert read((asked(kind),), form_of(sent)) == {"f": read_as}


def test_what_was_not_asked_is_not_read() -> None:
    assert read((asked("text"),), form_of(b"f=x&g=y&csrf=z")) == {"f": "x"}


@pytest.mark.parametrize("body", [b"f=%ff", b"\xff=1", b"&".join([b"f=1"] * (FORM_VALUES + 1))])
def test_a_body_that_no_page_makes_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        form_of(body)


def test_the_first_value_counts_and_a_missing_one_is_empty() -> None:
    form = form_of(b"a=1&a=2")
    assert (first(form, "a"), first(form, "b")) == ("1", "")
