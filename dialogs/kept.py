"""The emergency screen that stands when nothing can be written down: whom to ring, and what really was done.

It is drawn from words and numbers alone. It claims nothing that nobody can know at that moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dialogs.drawing import number_lines
from dialogs.screens import Action, Block, Field, Notice, Number, Paragraph, Screen
from dialogs.words import Words

State = Literal["sending", "waiting", "lost"]
"""Kept and being sent directly; kept, to be sent when the records are back; not kept."""
TELL = {"help_now_staff": "staff", "help_now_head": "head"}


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptView:
    """What became of a press. `what` is the option of the first screen; `reference` is empty where none is sure.

    `added`: a place or a number was kept with it just now; `refused`: it could not be. `tried`: somebody is being sent
    a message.
    """

    state: State
    what: str
    reference: str
    numbers: tuple[Number, ...]
    tried: bool = False
    added: bool = False
    refused: bool = False
    place: str = ""
    callback: str = ""


def kept_screen(view: KeptView, words: Words) -> Screen:
    """999 first, then what was done, then whom to tell in person."""
    asks = view.state != "lost" and not view.added
    return Screen(
        id="kept",
        title=words("kept.title.lost" if view.state == "lost" else "kept.title.kept"),
        blocks=tuple(_blocks(view, words)),
        fields=_fields(view, words) if asks else (),
        actions=(Action(id="next", label=words("kept.add"), style="primary"),) if asks else (),
        numbers=view.numbers,
        foot=words("foot"),
    )


def _blocks(view: KeptView, words: Words) -> Iterator[Block]:
    ring = (*words.lines("concern.emergency.notice.lines"), *number_lines(view.numbers))
    yield Notice(kind="danger", title=words("concern.emergency.notice.title"), lines=ring)
    if view.added:
        yield Notice(kind="done", title=words("kept.added"))
    tried = words.lines("kept.tried") if view.state == "lost" and view.tried else ()
    said = words.lines(f"kept.state.{view.state}.lines")
    yield Notice(kind="warning", title=words(f"kept.state.{view.state}.title"), lines=(*said, *tried))
    tell = TELL.get(view.what, "lead")
    yield Notice(kind="warning", title=words(f"kept.tell.{tell}.title"), lines=words.lines(f"kept.tell.{tell}.lines"))
    if view.reference and view.state != "lost":
        yield Paragraph(text=words("cards.reference", reference=view.reference))


def _fields(view: KeptView, words: Words) -> tuple[Field, ...]:
    error = words("kept.refused") if view.refused else None
    return (
        Field(
            id="place", kind="text", label=words("concern.emergency.place.label"), required=False,
            hint=words("concern.emergency.place.hint"), value=view.place, error=error,
        ),
        Field(
            id="callback", kind="phone", label=words("concern.emergency.callback.label"), required=False,
            hint=words("concern.emergency.callback.hint"), value=view.callback,
        ),
    )  # fmt: skip
