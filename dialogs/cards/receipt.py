"""What the reporter keeps: the receipt at the end, the one that lives on, and the message in the chat."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dialogs.cards.lines import NextLine, StateLine, ToldLine, next_block, reference_block, told_block, where_it_stands
from dialogs.cards.pushed import LIVING
from dialogs.cards.suggestion import SuggestionView, suggestion_blocks
from dialogs.drawing import number_lines
from dialogs.screens import (
    Action,
    Block,
    Listing,
    Notice,
    Number,
    Paragraph,
    Picture,
    Quote,
    Rows,
    Screen,
)
from dialogs.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiptView:
    """What the reporter gets. `kind` is child, adult or consultation.

    `ring_first` is the out-of-hours team when the office is closed or closing; `notices` are whole sentences.
    """

    reference: str
    sent: str
    kind: str
    told: tuple[ToldLine, ...]
    next: tuple[NextLine, ...]
    numbers: tuple[Number, ...]
    suggestion: SuggestionView | None = None
    danger: bool = False
    ring_first: Number | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LivingView:
    """A receipt that lives on: states, roles, times and numbers only. `feedback` is an approved sentence."""

    concern: str
    reference: str
    states: tuple[StateLine, ...]
    told: tuple[ToldLine, ...]
    numbers: tuple[Number, ...]
    feedback: str | None = None
    question: bool = False
    unreached: bool = False
    """Nobody at all could be told of it so far."""
    police_by: str | None = None
    """By when the reporter has to ring the police in person, in words, as long as that is open."""
    draft: str | None = None
    """The id of the record that is still being written, never shown."""
    linkable: bool = False
    """Another concern of the same reporter may be about the same event."""


def receipt(view: ReceiptView, words: Words) -> Screen:
    """What the reporter sees when it is sent."""
    return Screen(
        id=_RECEIPT_IDS.get(view.kind, "receipt"),
        title=words(f"cards.receipt.{view.kind}.title"),
        blocks=tuple(_receipt_blocks(view, words)),
        actions=(Action(id="home", label=words("cards.home"), to="home"),),
        numbers=view.numbers,
        foot=words("foot"),
    )


_RECEIPT_IDS = {"child": "receipt", "adult": "adult", "consultation": "consultation"}


def _receipt_blocks(view: ReceiptView, words: Words) -> Iterator[Block]:
    yield from _ring(view, words)
    yield Notice(
        kind="done",
        title=words("cards.receipt.reference", reference=view.reference),
        lines=(words("cards.receipt.sent", when=view.sent), *words.lines(f"cards.receipt.{view.kind}.lines")),
    )
    if view.kind != "consultation":
        yield Notice(
            kind="info",
            title=words("cards.receipt.not_told.title"),
            lines=words.lines("cards.receipt.not_told.lines"),
        )
    if view.notices:
        yield Notice(kind="warning", title=words("cards.receipt.also"), lines=view.notices)
    if view.told:
        yield told_block("cards.receipt.told", view.told, words)
    if view.next:
        yield next_block("cards.receipt.next", view.next, words)
    if view.suggestion:
        said = replace(view.suggestion, deadlines=()) if view.next else view.suggestion
        yield Paragraph(text=words("cards.suggestion.text"))
        yield from suggestion_blocks(said, words)


def _ring(view: ReceiptView, words: Words) -> Iterator[Block]:
    """Whom to ring at once, before all else."""
    if view.danger:
        yield Notice(kind="danger", title=words("cards.receipt.danger"), lines=number_lines(_urgent(view)))
    elif view.ring_first:
        yield Notice(kind="warning", title=words("cards.receipt.closed"), lines=number_lines((view.ring_first,)))


def _urgent(view: ReceiptView) -> tuple[Number, ...]:
    """999, then the team that answers now, then the others."""
    first = (view.ring_first,) if view.ring_first else ()
    return tuple(dict.fromkeys((*view.numbers[:1], *first, *view.numbers[1:])))


def receipt_messages(view: ReceiptView, words: Words) -> tuple[str, ...]:
    """The receipt as the plain sentences that the reporter reads, in order."""
    return tuple(line for block in receipt(view, words).blocks for line in _sentences(block))


def _sentences(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text):
            yield text
        case Notice(title=title, lines=lines):
            yield title
            yield from lines
        case Rows(title=title, rows=rows):
            yield title
            yield from (f"{row.label}: {row.value}" for row in rows)
        case Quote(title=title, text=text):
            yield f"{title}: {text}"
        case Listing(title=title, items=items):
            yield title
            yield from (f"{item.text} ({item.source})" if item.source else item.text for item in items)
        case Picture(text=text):  # pragma: no branch - the last kind there is
            yield text


def living_receipt(view: LivingView, words: Words) -> Screen:
    """The reporter's receipt later on: reference, states, times, roles, numbers. No answer, no level, no child."""
    open_to = {"reply": view.question, "police": view.police_by is not None, "add": True, "link": view.linkable}
    open_to["disagree"] = True
    ids = tuple(one for one, there in open_to.items() if there)
    blocks: list[Block] = [reference_block(view.reference, words)]
    if view.police_by:
        line = words("cards.living.police.line", by=view.police_by)
        blocks.append(Notice(kind="warning", title=words("cards.living.police.title"), lines=(line,)))
    if view.unreached:
        blocks.append(_nobody_reached(view, words))
    if view.feedback:
        blocks.append(Notice(kind="done", title=words("cards.living.feedback"), lines=(view.feedback,)))
    if view.question:
        blocks.append(Notice(kind="info", title=words("cards.living.question")))
    blocks.append(where_it_stands(view.states, words))
    if view.told:
        blocks.append(told_block("cards.receipt.told", view.told, words))
    blocks.append(Paragraph(text=words("cards.living.text")))
    return Screen(
        id="living_receipt",
        title=words("cards.living.title"),
        blocks=tuple(blocks),
        actions=tuple(Action(id=one, label=words(f"cards.can.{one}")) for one in ids),
        numbers=view.numbers,
        foot=words("foot"),
    )


def living_message(view: LivingView, words: Words) -> Screen:
    """The one message that stays with the reporter: reference, states, times, roles and numbers."""
    warning = (_nobody_reached(view, words),) if view.unreached else ()
    question = (Notice(kind="info", title=words("cards.living.question")),) if view.question else ()
    own = Action(id="open", label=words("cards.living.open"), style="primary", to=f"concern:{view.concern}")
    draft = Action(id="resume", label=words("cards.living.resume"), to=f"resume:{view.draft}")
    return Screen(
        id=LIVING,
        title=words("cards.pointer.line", title=words("cards.living.title"), reference=view.reference),
        blocks=(*warning, *question, where_it_stands(view.states, words)),
        actions=(own,) if view.draft is None else (draft, own),
        numbers=view.numbers,
        foot=words("foot"),
    )


def _nobody_reached(view: LivingView, words: Words) -> Notice:
    lines = (*words.lines("cards.living.unreached.lines"), *number_lines(view.numbers))
    return Notice(kind="warning", title=words("cards.living.unreached.title"), lines=lines)


def unknown_person(numbers: tuple[Number, ...], words: Words) -> Screen:
    """For pupils and strangers: numbers, and nothing else."""
    return Screen(
        id="unknown",
        title=words("cards.unknown.title"),
        blocks=(
            Notice(
                kind="danger",
                title=words("cards.unknown.danger"),
                lines=(*number_lines(numbers), *words.lines("cards.unknown.lines")),
            ),
        ),
        numbers=numbers,
        foot=words("foot"),
    )
