"""The suggestion: level, reasons with their places, what is not known, the way. Never pushed."""

from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.cards.lines import NextLine, listing_block, next_block
from dialogs.screens import (
    Block,
    Line,
    Listing,
    Notice,
    Number,
    Paragraph,
    Row,
    Rows,
    Screen,
)
from dialogs.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonLine:
    """One line that spoke: what it says, and its document, version and place."""

    text: str
    document: str
    version: str
    place: str
    url: str
    borrowed_from: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentLine:
    """The document that judged."""

    title: str
    id: str
    version: str
    in_force_from: str
    signed_off: bool
    review_due: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SuggestionView:
    """What the rules say. `outcome` is the outcome's word, `basis` `none`, `S17` or `S47`; `unknown` are labels."""

    status: str
    outcome: str | None
    level: str | None
    basis: str
    reasons: tuple[ReasonLine, ...]
    unknown: tuple[str, ...]
    advice_now: bool
    consent: str
    route: tuple[Row, ...]
    deadlines: tuple[NextLine, ...]
    document: DocumentLine | None
    unrated: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    carried_by: tuple[str, ...] = ()
    """The fewest answers that give it, in words; `raised_by` is one more answer with what it would then be."""
    raised_by: str | None = None


def suggestion(view: SuggestionView, numbers: tuple[Number, ...], words: Words) -> Screen:
    """What the rules say, each reason with document, version and place; people decide."""
    return Screen(
        id="suggestion",
        title=words("cards.suggestion.title"),
        blocks=(Paragraph(text=words("cards.suggestion.text")), *suggestion_blocks(view, words)),
        numbers=numbers,
        foot=words("foot"),
    )


def suggestion_blocks(view: SuggestionView, words: Words) -> Iterator[Block]:
    """What a suggestion says, with its reasons."""
    if view.status != "rated":
        key = f"cards.suggestion.status.{view.status}"
        yield Notice(kind="warning", title=words(f"{key}.title"), lines=words.lines(f"{key}.lines"))
    yield Rows(title=words("cards.suggestion.says"), rows=tuple(_says(view, words)))
    if view.advice_now:
        yield Notice(
            kind="info",
            title=words("cards.suggestion.advice_now.title"),
            lines=words.lines("cards.suggestion.advice_now.lines"),
        )
    if view.reasons:
        yield Listing(title=words("cards.suggestion.reasons"), items=tuple(_reason(one, words) for one in view.reasons))
    yield from _why(view, words)
    yield from _asked(view, words)
    if view.route:
        yield Rows(title=words("cards.suggestion.route"), rows=view.route)
    if view.deadlines:
        yield next_block("cards.suggestion.deadlines", view.deadlines, words)
    if view.document:
        yield _document(view.document, words)


def _why(view: SuggestionView, words: Words) -> Iterator[Block]:
    if view.carried_by:
        yield listing_block("cards.suggestion.carried_by", view.carried_by, words)
    if view.raised_by:
        yield listing_block("cards.suggestion.raised_by", (view.raised_by,), words)


def _asked(view: SuggestionView, words: Words) -> Iterator[Block]:
    for key, items in (("unrated", view.unrated), ("unknown", view.unknown), ("duties", view.duties)):
        if items:
            yield listing_block(f"cards.suggestion.{key}", items, words)


def _says(view: SuggestionView, words: Words) -> Iterator[Row]:
    outcome = view.outcome or "none"
    yield Row(label=words("cards.suggestion.outcome"), value=words(f"cards.outcomes.{outcome}"))
    if view.level:
        yield Row(label=words("cards.suggestion.level"), value=view.level)
    yield Row(label=words("cards.suggestion.basis"), value=words(f"cards.bases.{view.basis}"))
    yield Row(label=words("cards.suggestion.consent"), value=view.consent)


def _reason(reason: ReasonLine, words: Words) -> Line:
    place = reason.place.rstrip(".")
    source = words("cards.source", document=reason.document, version=reason.version, place=place)
    if reason.borrowed_from:
        source = f"{source} {words('cards.borrowed', whose=reason.borrowed_from)}"
    return Line(text=reason.text, source=source, url=reason.url)


def _document(document: DocumentLine, words: Words) -> Block:
    lines = [
        words(
            "cards.document.line",
            title=document.title,
            id=document.id,
            version=document.version,
            start=document.in_force_from,
        )
    ]
    if not document.signed_off:
        lines.append(words("cards.document.unsigned"))
    if document.review_due:
        lines.append(words("cards.document.review_due"))
    return Listing(title=words("cards.document.title"), items=tuple(Line(text=line) for line in lines))
