"""What this page can draw and will take, as data, and a check of a screen against it.

A screen beyond these is a fault of the flow: the contract tests draw every screen and look here, before any desk does.
"""

from collections.abc import Iterator

from dialogs.screens import FIELD_KINDS, Field, FieldKind, Screen

RADIOS = 8
"""Above this many options, one choice is a drop-down list."""

OPTIONS = 250
LABEL = 200
OPTION_LABEL = 90
HINT = 400
TITLE = 60
FIELDS = 40
ACTIONS = 40
LENGTHS: dict[FieldKind, int] = {
    "text": 200,
    "long_text": 6000,
    "phone": 30,
    "number": 12,
    "date": 10,
    "time": 5,
}
"""Longest typed value a kind may promise, in characters."""

BODY_BYTES = 64 * 1024
"""A form without long answers."""

LONG_BODY_BYTES = 512 * 1024
"""A form with them: four boxes of 6,000 characters are 24 KB in English, nine times that in a script that a browser
sends as three encoded bytes a letter, and twelve with emoji. A smaller bound would lose somebody's words."""

FORM_VALUES = 1000
"""Names and values in one form: two lists of a hundred signs, and room."""

ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
"""An id in an address."""

RESERVED = frozenset({"csrf", "revision", "screen", "action", "to", "back"})
"""Names that the page itself uses in a form."""

KEPT_SCREENS = 12
"""Screens left half-filled that one seat may have waiting."""

KEPT_OPEN = 50
"""Concerns for which one seat's *Open* is remembered."""

KEPT_SECONDS = 60 * 60

SEAT_SECONDS = 12 * 60 * 60
SEATS_REMEMBERED = 500


def problems(screen: Screen) -> tuple[str, ...]:
    """Why the screen can't be drawn well here; empty when it can.

    >>> from dialogs.screens import Screen
    >>> problems(Screen(id="start", title="What is it"))
    ()
    >>> problems(Screen(id="start", title="x" * 61))
    ('title: longer than 60 characters',)
    """
    return (*_screen_problems(screen), *(line for field in screen.fields for line in _field_problems(field)))


def _screen_problems(screen: Screen) -> Iterator[str]:
    if len(screen.title) > TITLE:
        yield f"title: longer than {TITLE} characters"
    if len(screen.fields) > FIELDS:
        yield f"more than {FIELDS} fields"
    if len(screen.actions) > ACTIONS:
        yield f"more than {ACTIONS} actions"
    if len({field.id for field in screen.fields}) < len(screen.fields):
        yield "two fields share an id"
    if len({action.id + (action.to or "") for action in screen.actions}) < len(screen.actions):
        yield "two actions share an id and an address"


def _field_problems(field: Field) -> Iterator[str]:
    if field.kind not in FIELD_KINDS:
        yield f"{field.id}: unknown kind {field.kind}"
    if field.id in RESERVED:
        yield f"{field.id}: a name that the page itself uses"
    if not field.label.strip():
        yield f"{field.id}: no label"
    if len(field.label) > LABEL:
        yield f"{field.id}: label longer than {LABEL} characters"
    if len(field.hint or "") > HINT:
        yield f"{field.id}: hint longer than {HINT} characters"
    if (field.max_length or 0) > LENGTHS.get(field.kind, 0):
        yield f"{field.id}: promises more than {LENGTHS.get(field.kind, 0)} characters"
    yield from _choice_problems(field)


def _choice_problems(field: Field) -> Iterator[str]:
    if field.kind in ("one", "many") and not field.choices:
        yield f"{field.id}: nothing to choose from"
    if len(field.choices) > OPTIONS:
        yield f"{field.id}: more than {OPTIONS} options"
    if len({choice.id for choice in field.choices}) < len(field.choices):
        yield f"{field.id}: two options share an id"
    for choice in field.choices:
        if len(choice.label) > OPTION_LABEL:
            yield f"{field.id}: option {choice.id} is longer than {OPTION_LABEL} characters"
