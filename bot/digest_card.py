"""A digest as people read it: the card that is pushed, and the same blocks on the manager's own page. Draws only.

Everything but what needs action comes from what was published. If that can't be drawn, the numbers go out bare.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.attention import Attention, Waiting
from bot.publishing import TABLES, Content, cells_of, number_of
from bot.small_numbers import Cell, total
from bot.working_time import LONDON
from dialogs.screens import Action, Block, Notice, Paragraph, Row, Rows, Screen
from dialogs.words import Words

MOST_POINTERS = 8
_BY_COUNT = ("sent", "decided")
_AN_HOUR, _A_DAY = 60, 1440


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What a digest says: whose, what was published, what needs action now, pupils on roll where they are known."""

    whose: str
    content: Content
    attention: Attention
    pupils: int | None
    learning: Notice | None = None
    """Learning points, drawn."""


def card(digest: Digest, words: Words, picture: Block | None = None) -> Screen:
    """The pushed card. Its title is all that a notification or a mail shows. `picture` stands after the week."""
    return Screen(
        id="digest",
        title=title(digest.content, words),
        blocks=tuple(_pushed(block) for block in blocks(digest, words, picture)),
        actions=_ways(words),
        foot=words("foot"),
    )


def _ways(words: Words) -> tuple[Action, ...]:
    """The press that makes the link, and the reader's own page."""
    link = Action(id="figures", label=words("figures.link.make"), style="primary")
    return link, Action(id="home", label=words("figures.open"), to="home")


def _pushed(block: Block) -> Block:
    """Couriers push notices and plain text only, since all else may be content; figures are none."""
    if not isinstance(block, Rows):
        return block
    lines = tuple(f"{row.label}: {row.value}" for row in block.rows)
    return Notice(kind="info", title=block.title, lines=lines)


def bare(content: Content, words: Words) -> Screen:
    """The numbers without any form, for when the card can't be drawn."""
    lines = [
        f"{table}, {item}: {cell_text(cell, words)}"
        for table in TABLES
        for item, cell in cells_of(content, table).items()
    ]
    return Screen(
        id="digest",
        title=title(content, words),
        blocks=(Notice(kind="info", title=words("figures.bare"), lines=tuple(lines)),),
        actions=_ways(words),
        foot=words("foot"),
    )


def title(content: Content, words: Words) -> str:
    """What it is, and of which days."""
    return words("figures.title", days=days(content))


def days(content: Content) -> str:
    """Its first and last day, in words.

    >>> days({"first": "2026-11-16", "last": "2026-11-22"})
    '16 to 22 November 2026'
    """
    first, last = (date.fromisoformat(content[key]) for key in ("first", "last"))
    begins = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    begins = begins if first.year == last.year else f"{begins} {first.year}"
    return f"{begins} to {last.day} {last:%B} {last.year}"


def blocks(digest: Digest, words: Words, picture: Block | None = None) -> Iterator[Block]:
    """First what needs action, then the week, then twelve weeks as a picture, then what to make of it."""
    content = digest.content
    yield Paragraph(text=words("figures.whose", whose=digest.whose))
    if content["late"]:
        yield Notice(kind="info", title=words("figures.late.title"), lines=words.lines("figures.late.lines"))
    yield needs_action(digest.attention, words)
    if content["empty"]:
        yield Notice(kind="info", title=words("figures.quiet.title"), lines=words.lines("figures.quiet.lines"))
    else:
        yield from _week(content, words)
    if picture is not None:
        yield picture
    if digest.learning is not None:
        yield digest.learning
    yield Paragraph(text=_denominator(digest, words))
    yield Paragraph(text=words("figures.read", threshold=str(content["threshold"])))


def needs_action(attention: Attention, words: Words) -> Notice:
    """Pointers, whatever their number; nothing of what they are about."""
    if not attention:
        return Notice(kind="done", title=words("figures.action.none"))
    return Notice(kind="warning", title=words("figures.action.title"), lines=tuple(_actions(attention, words)))


def _actions(attention: Attention, words: Words) -> Iterator[str]:
    for kind in ("unseen", "overdue", "undelivered"):
        found: Sequence[Waiting] = getattr(attention, kind)
        if found:
            yield words(f"figures.action.{kind}", count=str(len(found)), which=_pointers(found, words))
    if attention.uncovered:
        yield words("figures.action.uncovered", which=", ".join(attention.uncovered))
    for one in attention.lapsing:
        yield words("figures.action.lapsing", what=one.what, by=_day(one.by))


def _pointers(found: Sequence[Waiting], words: Words) -> str:
    said = [
        words("figures.action.since", reference=one.reference, when=_when(one.since)) for one in found[:MOST_POINTERS]
    ]
    more = len(found) - len(said)
    return ", ".join([*said, words("figures.action.more", count=str(more))] if more else said)


def _when(instant: datetime) -> str:
    local = instant.astimezone(LONDON)
    return f"{local:%H:%M} on {local.day} {local:%B}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _week(content: Content, words: Words) -> Iterator[Block]:
    for table in _BY_COUNT:
        cells = cells_of(content, table)
        if total(cells.values()) != Cell(low=0, high=0):
            yield Rows(title=words(f"figures.{table}.title"), rows=tuple(_counted(cells, words)))
    times = tuple(_times(content, words))
    if times:
        yield Rows(title=words("figures.times.title"), rows=times)
    else:
        yield Paragraph(text=words("figures.times.too_few"))
    agreed = content["shares"]["agreement"]
    if agreed:
        yield Rows(title=words("figures.agreement.title"), rows=tuple(_shares(agreed, "agreement", words)))
    if agreed.get("same") == "all":
        yield Paragraph(text=words("figures.agreement.full"))
    other = tuple(_other(content, words))
    if other:
        yield Rows(title=words("figures.other.title"), rows=other)


def _counted(cells: Mapping[str, Cell], words: Words) -> Iterator[Row]:
    yield Row(label=words("figures.total"), value=cell_text(total(cells.values()), words))
    for outcome, cell in cells.items():
        if cell != Cell(low=0, high=0):
            yield Row(label=words(f"figures.outcomes.{outcome}"), value=cell_text(cell, words))


def _times(content: Content, words: Words) -> Iterator[Row]:
    for name in ("seen", "decided_after"):
        said, took = content["shares"][name], content["times"].get(name)
        if said and took:
            value = words(
                "figures.times.line", share=words(f"figures.shares.{said['in_time']}"), median=span(took["median"]),
                ninetieth=span(took["ninetieth"]),
            )  # fmt: skip
            yield Row(label=words(f"figures.times.{name}"), value=value)


def _shares(said: Mapping[str, str], name: str, words: Words) -> Iterator[Row]:
    for part, word in said.items():
        yield Row(label=words(f"figures.{name}.{part}"), value=words(f"figures.shares.{word}"))


def _other(content: Content, words: Words) -> Iterator[Row]:
    for kind, cell in cells_of(content, "work").items():
        if cell != Cell(low=0, high=0):
            yield Row(label=words(f"figures.work.{kind}"), value=cell_text(cell, words))
    left = total(cells_of(content, "abandoned").values())
    if left != Cell(low=0, high=0):
        yield Row(label=words("figures.abandoned"), value=cell_text(left, words))


def _denominator(digest: Digest, words: Words) -> str:
    if digest.pupils is None:
        return words("figures.no_pupils")
    return words("figures.pupils", pupils=f"{digest.pupils:,}")


def cell_text(cell: Cell, words: Words) -> str:
    """A count as it is said."""
    if cell.exact:
        return str(cell.low)
    if cell.high is None:
        return words("figures.cell.least", low=str(cell.low))
    return words("figures.cell.between", low=str(cell.low), high=str(cell.high))


def span(minutes: int) -> str:
    """A length of time in words.

    >>> span(5), span(90), span(2880)
    ('5 minutes', '1.5 hours', '2 days')
    """
    if minutes < _AN_HOUR:
        return f"{minutes} minutes"
    amount, unit = (minutes / _AN_HOUR, "hour") if minutes < _A_DAY else (minutes / _A_DAY, "day")
    return f"{amount:g} {unit}{'' if amount == 1 else 's'}"


def picture_text(contents: Iterable[Content], words: Words) -> str:
    """What the picture shows, for whoever does not see it: week by week, what was said of all concerns."""
    said = (
        words(
            "figures.picture.week", week=number_of(one), count=cell_text(total(cells_of(one, "sent").values()), words)
        )
        for one in contents
    )
    return words("figures.picture.text", weeks="; ".join(said))
