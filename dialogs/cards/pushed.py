"""What is pushed, or stands in a chat: a reference, *respond by* and *Open*, nothing of any child."""

from dataclasses import dataclass, replace

from dialogs.drawing import number_lines
from dialogs.screens import (
    Action,
    Notice,
    Number,
    Paragraph,
    Picture,
    Rows,
    Screen,
)
from dialogs.words import Words

POINTER_KINDS = (
    "alert",
    "reminder",
    "nobody_yet",
    "inform",
    "stood_down",
    "changed",
    "cover",
    "question",
    "consultation",
    "handover",
    "holder_away",
    "agreed",
)
"""What a pushed card may be about; anything else is drawn as an alert."""


TAKEN = frozenset({"alert", "cover", "holder_away"})
"""Pointers to a concern that nobody has: *I have it* may stand on them."""


LIVING = "living"
"""The id of the reporter's message about a concern."""


DIGEST = "digest"
"""The id of a card of published figures."""


_RESUMED = frozenset({"midway_reminder", "unfinished"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointer:
    """A pushed card. `respond_by` is a time in words, `concern` an id, never shown."""

    concern: str
    reference: str
    kind: str
    respond_by: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """A pushed card that belongs to no concern. `tasks` and `overdue` are counts, `draft` an id that is never shown."""

    kind: str
    tasks: int = 0
    overdue: int = 0
    draft: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A conversation that waits at step `step` of `of`. `alarmed`: its alarm has gone already."""

    conversation: str
    step: int
    of: int
    alarmed: bool = False


def pointer(card: Pointer, numbers: tuple[Number, ...], words: Words) -> Screen:
    """A pushed card: its title is the whole message. Only a warning that nobody has it yet also says whom to ring."""
    kind = card.kind if card.kind in POINTER_KINDS else "alert"
    by = "by" if card.respond_by else "now"
    key = f"cards.pointer.{kind}"
    title = words(f"{key}.{by}" if f"{key}.{by}" in words else f"{key}.now", by=card.respond_by or "")
    ring = (Notice(kind="warning", title=words("cards.ring"), lines=number_lines(numbers)),)
    return Screen(
        id="pointer",
        title=words("cards.pointer.line", title=title, reference=card.reference),
        blocks=ring if kind == "nobody_yet" else (),
        actions=(Action(id="open", label=words("cards.open"), style="primary", to=f"concern:{card.concern}"),),
        foot=words("foot"),
    )


def start(numbers: tuple[Number, ...], words: Words) -> Screen:
    """The card that begins a conversation, and says that nothing written beside it is read."""
    return Screen(
        id="start_card",
        title=words("cards.start.title"),
        blocks=(Notice(kind="info", title=words("cards.start.note"), lines=words.lines("cards.start.lines")),),
        actions=_starts(words),
        numbers=numbers,
        foot=words("foot"),
    )


def _starts(words: Words) -> tuple[Action, ...]:
    return (
        Action(id="danger", label=words("home.danger"), style="danger", to="danger"),
        Action(id="begin", label=words("home.report"), style="primary", to="begin"),
        Action(id="home", label=words("cards.errand.home"), to="home"),
    )


def draft(card: Draft, numbers: tuple[Number, ...], words: Words) -> Screen:
    """The card of a conversation that waits: how far it came, how to go on, how to delete it. No word of it.

    One whose alarm has gone can't be deleted.
    """
    to = card.conversation
    resume = Action(id="resume", label=words("cards.draft.resume"), style="primary", to=f"resume:{to}")
    delete = Action(id="discard", label=words("cards.draft.delete"), to=f"discard:{to}")
    return Screen(
        id="draft",
        title=words("cards.draft.title", step=str(card.step), of=str(card.of)),
        blocks=(Paragraph(text=words("cards.draft.alarmed" if card.alarmed else "cards.draft.text")),),
        actions=(resume,) if card.alarmed else (resume, delete),
        numbers=numbers,
        foot=words("foot"),
    )


def draft_over(numbers: tuple[Number, ...], words: Words) -> Screen:
    """What stands in the place of a draft's card once somebody is told of it."""
    return Screen(
        id="draft_over",
        title=words("cards.draft.over"),
        blocks=(Paragraph(text=words("cards.draft.over_text")),),
        actions=(Action(id="home", label=words("cards.errand.home"), to="home"),),
        numbers=numbers,
        foot=words("foot"),
    )


def draft_deleted(numbers: tuple[Number, ...], words: Words) -> Screen:
    """What stands in the place of a draft's card once it is deleted."""
    return Screen(
        id="draft_deleted",
        title=words("cards.draft.deleted"),
        blocks=(Paragraph(text=words("cards.draft.deleted_text")),),
        actions=_starts(words),
        numbers=numbers,
        foot=words("foot"),
    )


def errand(card: Errand, numbers: tuple[Number, ...], words: Words) -> Screen:
    """A pushed card of no concern: its title is the whole message. Only a writer who stopped is told whom to ring."""
    stopped = card.kind in _RESUMED
    ring = (Notice(kind="warning", title=words("cards.ring"), lines=number_lines(numbers)),)
    return Screen(
        id="pointer",
        title=errand_title(card, words),
        blocks=ring if stopped else (),
        actions=(_next_step(card, words),),
        foot=words("foot"),
    )


def errand_title(card: Errand, words: Words) -> str:
    """The one sentence of a card of no concern."""
    if card.kind != "work":
        return words(f"cards.errand.{card.kind}")
    tasks = words("cards.errand.work.one" if card.tasks == 1 else "cards.errand.work.some", count=str(card.tasks))
    return words("cards.errand.work.overdue", tasks=tasks, count=str(card.overdue)) if card.overdue else tasks


def _next_step(card: Errand, words: Words) -> Action:
    if card.kind in _RESUMED and card.draft is not None:
        return Action(id="resume", label=words("cards.errand.resume"), style="primary", to=f"resume:{card.draft}")
    return Action(id="home", label=words("cards.errand.home"), style="primary", to="home")


def may_be_pushed(card: Screen) -> bool:
    """Whether a card holds only what may stand in a message: sentences of ours, figures, states of an own concern.

    Whatever else a screen holds is content, which no courier hands over.
    """
    beside = {LIVING: (Rows,), DIGEST: (Picture,)}.get(card.id, ())
    allowed = (Notice, Paragraph, *beside)
    return not card.fields and all(isinstance(block, allowed) for block in card.blocks)


def without_pictures(card: Screen) -> Screen:
    """The card with the words of each picture in its place."""
    blocks = (Paragraph(text=one.text) if isinstance(one, Picture) else one for one in card.blocks)
    return replace(card, blocks=tuple(blocks))
