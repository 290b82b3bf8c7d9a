"""Lines and blocks that several cards hold: who was told, what comes next, where it stands. Times come in as text."""

from collections.abc import Iterable
from dataclasses import dataclass

from dialogs.screens import (
    Block,
    Line,
    Listing,
    Paragraph,
    Row,
    Rows,
)
from dialogs.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldLine:
    """Who is told, in full role words, and when."""

    role: str
    when: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NextLine:
    """What happens next, who does it, and by when."""

    what: str
    role: str
    when: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StateLine:
    """A state of the concern (`sent`, `seen`, `had`, `decided`, `closed`), when, and by which role."""

    state: str
    when: str
    role: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessEntry:
    """One line of the access log: when, who, in which role, and what was done, in words."""

    when: str
    who: str
    role: str
    what: str


def reference_block(reference: str, words: Words) -> Block:
    """Which concern it is."""
    return Paragraph(text=words("cards.reference", reference=reference))


def listing_block(key: str, items: Iterable[str], words: Words) -> Block:
    """Lines under the title of a key."""
    return Listing(title=words(key), items=tuple(Line(text=item) for item in items))


def told_block(key: str, told: Iterable[ToldLine], words: Words) -> Block:
    """Who has been told, in which role."""
    return Rows(title=words(key), rows=tuple(Row(label=one.role, value=one.when) for one in told))


def next_block(key: str, lines: Iterable[NextLine], words: Words) -> Block:
    """What happens next, by whom and by when."""
    items = (words("cards.next_line", what=one.what.rstrip("."), role=one.role, when=one.when) for one in lines)
    return listing_block(key, items, words)


def where_it_stands(states: Iterable[StateLine], words: Words) -> Block:
    """The states of a concern, under a heading."""
    rows = (Row(label=words(f"cards.states.{one.state}"), value=_state(one, words)) for one in states)
    return Rows(title=words("cards.states.title"), rows=tuple(rows))


def _state(state: StateLine, words: Words) -> str:
    if state.role is None:
        return state.when
    return words("cards.states.by", when=state.when, role=state.role)


def log_block(entries: tuple[AccessEntry, ...], words: Words) -> Block:
    """Who did what with it."""
    rows = tuple(
        Row(label=one.when, value=words("cards.log.line", who=one.who, role=one.role, what=one.what)) for one in entries
    )
    return Rows(title=words("cards.log.heading"), rows=rows)
