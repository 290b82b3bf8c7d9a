"""The opened concern: the privacy step, the words before all else, and the log of who opened it. Never pushed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogs.cards.lines import AccessEntry, StateLine, listing_block, log_block, reference_block, where_it_stands
from dialogs.screens import (
    Action,
    Block,
    Notice,
    Number,
    Paragraph,
    Quote,
    Rows,
    Screen,
)
from dialogs.telling import Told
from dialogs.words import Words

CAN = (
    "have",
    "suggestion",
    "ask",
    "decide",
    "hand_over",
    "give_back",
    "share",
    "let_in",
    "add",
    "reply",
    "police",
    "link",
    "disagree",
    "confirm_council",
    "confirm_child",
    "wrong_child",
    "close",
    "reopen",
    "log",
)
"""The buttons of an opened concern, in their order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedView:
    """A concern as a responder reads it, answers first. `can` are ids of CAN that the gate allows.

    `earlier` are dates of concerns found under this name; None where this person may not see whether there are any.
    `danger_answer` is what was answered when danger words raised the question.
    """

    concern: str
    reference: str
    told: Told
    rows: tuple[Rows, ...]
    numbers: tuple[Number, ...]
    can: frozenset[str]
    danger_words: tuple[str, ...] = ()
    danger_answer: str | None = None
    protective: tuple[str, ...] = ()
    late_note: str | None = None
    earlier: tuple[str, ...] | None = None
    states: tuple[StateLine, ...] = ()
    additions: tuple[Quote | Rows, ...] = ()
    opened_by: tuple[AccessEntry, ...] = ()
    notices: tuple[Notice, ...] = ()


def privacy_step(reference: str, numbers: tuple[Number, ...], words: Words) -> Screen:
    """Asks whether the screen is private before anything is shown."""
    return Screen(
        id="privacy",
        title=words("cards.privacy.title"),
        blocks=(
            Paragraph(text=words("cards.privacy.text")),
            reference_block(reference, words),
        ),
        actions=(
            Action(id="open", label=words("cards.privacy.open"), style="primary"),
            Action(id="home", label=words("cards.privacy.later"), to="home"),
        ),
        numbers=numbers,
        foot=words("foot"),
    )


def opened(view: OpenedView, words: Words) -> Screen:
    """The record: the words first, facts apart from opinion, then what was answered. No level stands here."""
    actions = tuple(
        Action(id=one, label=words(f"cards.can.{one}"), style="primary" if one == "have" else "secondary")
        for one in CAN
        if one in view.can
    )
    return Screen(
        id="opened",
        title=words("cards.opened.title"),
        blocks=tuple(_opened_blocks(view, words)),
        actions=actions,
        numbers=view.numbers,
        foot=words("foot"),
    )


def _opened_blocks(view: OpenedView, words: Words) -> Iterator[Block]:
    yield reference_block(view.reference, words)
    yield from view.notices
    yield from _quotes(view.told, words)
    yield from _danger(view, words)
    yield from view.rows
    if view.protective:
        yield listing_block("cards.opened.protective", view.protective, words)
        yield Paragraph(text=words("cards.opened.protective_note"))
    if view.late_note:
        yield Notice(kind="info", title=words("cards.opened.late"), lines=(view.late_note,))
    yield from view.additions
    yield from _earlier(view.earlier, words)
    yield listing_block("cards.opened.checklist.title", words.lines("cards.opened.checklist.items"), words)
    if view.states:
        yield where_it_stands(view.states, words)
    yield log_block(view.opened_by, words)


def _quotes(told: Told, words: Words) -> Iterator[Block]:
    for box in ("saw", "child_said", "told_by_other", "think"):
        text = getattr(told, box)
        if text:
            yield Quote(title=words(f"cards.opened.boxes.{box}"), text=text)


def _danger(view: OpenedView, words: Words) -> Iterator[Block]:
    if view.danger_words:
        answer = view.danger_answer or words("not_answered")
        lines = (", ".join(view.danger_words), words("cards.opened.danger_answer", answer=answer))
        yield Notice(kind="warning", title=words("cards.opened.danger_words"), lines=lines)


def _earlier(earlier: tuple[str, ...] | None, words: Words) -> Iterator[Block]:
    if earlier is not None:
        yield listing_block("cards.opened.earlier", earlier or (words("cards.opened.none_found"),), words)


def access_log(reference: str, entries: Iterable[AccessEntry], words: Words) -> Screen:
    """Who opened a concern, when, in which role, and what else was done to it."""
    return Screen(
        id="log",
        title=words("cards.log.title"),
        blocks=(reference_block(reference, words), log_block(tuple(entries), words)),
        foot=words("foot"),
    )
