"""A page of figures before it is drawn: title, notices, tables, a picture. Pure: everything in it was published.

The manager's full page, the board's and the partnership's report are sheets; HTML, PDF and CSV are made from them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.attention import KINDS, Load
from bot.digest_card import Digest, cell_text, days, needs_action, picture_text, span, title
from bot.publishing import Content, cells_of, number_of
from bot.small_numbers import Cell, total
from dialogs.words import Words

NOTHING = Cell(low=0, high=0)
_THOUSAND = 1000
_LOAD_BANDS = (0, 1, 5, 10, 20)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table: its heading, the names of its columns, its rows; the first cell of a row names it."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A page. `notices` stand first, `notes` last; `picture_text` says what the picture shows."""

    title: str
    whose: str
    notices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    picture: bytes | None = None
    picture_text: str = ""
    after: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What stands after the tables: the learning points."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arm:
    """Schools of one arm in a report: what was published of them, and pupils on roll if they are known."""

    name: str
    content: Content
    pupils: int | None


def digest_sheet(digest: Digest, trend: Sequence[Content], loads: Iterable[Load], words: Words) -> Sheet:
    """The manager's full page: what needs action, the week, the load of each social worker, twelve weeks."""
    content, action = digest.content, needs_action(digest.attention, words)
    late = ((words("figures.late.title"), words.lines("figures.late.lines")),) if content["late"] else ()
    quiet = ((words("figures.quiet.title"), words.lines("figures.quiet.lines")),) if content["empty"] else ()
    arm = Arm(name=digest.whose, content=content, pupils=digest.pupils)
    return Sheet(
        title=title(content, words),
        whose=words("figures.whose", whose=digest.whose),
        notices=(*late, (action.title, action.lines), *quiet),
        tables=(*_tables((arm,), words), _loads(tuple(loads), words), _trend(trend, words)),
        notes=tuple(_notes((arm,), words)),
        picture_text=picture_text(trend, words),
        after=() if digest.learning is None else ((digest.learning.title, digest.learning.lines),),
    )


def report_sheet(heading: str, arms: Sequence[Arm], loads: Iterable[Load], words: Words) -> Sheet:
    """The board's or the partnership's page: both arms side by side, loads in bands."""
    empty = all(arm.content["empty"] for arm in arms)
    quiet = ((words("figures.empty.title"), words.lines("figures.empty.lines")),) if empty else ()
    full = any(arm.content["shares"]["agreement"].get("same") == "all" for arm in arms)
    warning = ((words("figures.full.title"), words.lines("figures.full.lines")),) if full else ()
    found = tuple(loads)
    return Sheet(
        title=f"{heading}, {days(arms[0].content)}",
        whose=words("figures.report.whose"),
        notices=(*quiet, *warning),
        tables=(*_tables(arms, words), *((_banded(found, words),) if found else ())),
        notes=(*_notes(arms, words), words("figures.report.weeks")),
    )


def _tables(arms: Sequence[Arm], words: Words) -> Iterator[Table]:
    for table in ("sent", "decided"):
        yield _counts(table, arms, words)
    yield Table(
        title=words("figures.times.title"),
        head=("", *_names(arms)),
        rows=tuple(
            (words(f"figures.times.{name}"), *(_time(arm.content, name, words) for arm in arms))
            for name in ("seen", "decided_after")
        ),
    )
    yield Table(title=words("figures.agreement.title"), head=("", *_names(arms)), rows=tuple(_agreement(arms, words)))
    yield _other(arms, words)


def _names(arms: Sequence[Arm]) -> tuple[str, ...]:
    return tuple(arm.name for arm in arms)


def _counts(table: str, arms: Sequence[Arm], words: Words) -> Table:
    rate = words("figures.rate")
    head = [""]
    for arm in arms:
        head += [arm.name, rate]
    found = [cells_of(arm.content, table) for arm in arms]
    rows = [(words("figures.total"), [total(cells.values()) for cells in found])]
    rows += [(words(f"figures.outcomes.{item}"), [cells[item] for cells in found]) for item in found[0]]
    return Table(
        title=words(f"figures.{table}.title"),
        head=tuple(head),
        rows=tuple((label, *_with_rates(cells, arms, words)) for label, cells in rows),
    )


def _with_rates(cells: Sequence[Cell], arms: Sequence[Arm], words: Words) -> Iterator[str]:
    for cell, arm in zip(cells, arms, strict=True):
        yield cell_text(cell, words)
        yield rate_text(cell, arm.pupils, words)


def rate_text(cell: Cell, pupils: int | None, words: Words) -> str:
    """A count for each thousand pupils on roll, to a tenth; a range where the count is one."""
    if not pupils:
        return words("figures.not_known")
    low, high = (None if one is None else f"{one * _THOUSAND / pupils:.1f}" for one in (cell.low, cell.high))
    if low == high:
        return str(low)
    least = words("figures.cell.least", low=str(low))
    return least if high is None else words("figures.cell.between", low=str(low), high=high)


def _time(content: Content, name: str, words: Words) -> str:
    said, took = content["shares"][name], content["times"].get(name)
    if not said or not took:
        return words("figures.too_few")
    return words(
        "figures.times.line", share=words(f"figures.shares.{said['in_time']}"), median=span(took["median"]),
        ninetieth=span(took["ninetieth"]),
    )  # fmt: skip


def _agreement(arms: Sequence[Arm], words: Words) -> Iterator[tuple[str, ...]]:
    for part in ("same", "raised", "lowered"):
        said = (arm.content["shares"]["agreement"].get(part) for arm in arms)
        yield (
            words(f"figures.agreement.{part}"),
            *(words("figures.too_few") if word is None else words(f"figures.shares.{word}") for word in said),
        )
    yield words("figures.agreement.kappa"), *(_kappa(arm.content["kappa"], words) for arm in arms)


def _kappa(found: Mapping[str, float] | None, words: Words) -> str:
    if found is None:
        return words("figures.too_few")
    parts = {name: f"{found[name]:.1f}" for name in ("kappa", "low", "high")}
    return words("figures.agreement.kappa_line", raw=f"{found['raw_percent']:.0f}", **parts)


def _other(arms: Sequence[Arm], words: Words) -> Table:
    kinds = list(dict.fromkeys(kind for arm in arms for kind in arm.content["counts"]["work"]))
    rows = [
        (words(f"figures.work.{kind}"), *(cell_text(cells_of(arm.content, "work")[kind], words) for arm in arms))
        for kind in kinds
    ]
    left = tuple(cell_text(total(cells_of(arm.content, "abandoned").values()), words) for arm in arms)
    return Table(
        title=words("figures.other.title"), head=("", *_names(arms)), rows=(*rows, (words("figures.abandoned"), *left))
    )


def _loads(loads: Sequence[Load], words: Words) -> Table:
    return Table(
        title=words("figures.load.title"),
        head=(words("figures.load.who"), *_load_head(words)),
        rows=tuple((one.name, *(str(count) for count in _each(one))) for one in loads),
    )


def _banded(loads: Sequence[Load], words: Words) -> Table:
    """Without names: how many social workers have how much, by kind. What is open now is no count of the period."""
    return Table(
        title=words("figures.load.banded"),
        head=("", *_load_head(words)),
        rows=tuple(
            (_band_text(place, words), *(_workers(loads, kind, place) for kind in range(2 * len(KINDS))))
            for place in range(len(_LOAD_BANDS))
        ),
    )


def _load_head(words: Words) -> tuple[str, ...]:
    where = ("own", "feeders")
    return tuple(
        words(f"figures.load.{place}", kind=words(f"figures.load.{kind}")) for place in where for kind in KINDS
    )


def _each(load: Load) -> tuple[int, ...]:
    return (*(load.own[kind] for kind in KINDS), *(load.feeders[kind] for kind in KINDS))


def _workers(loads: Sequence[Load], kind: int, place: int) -> str:
    return str(sum(_band_of(_each(one)[kind]) == place for one in loads))


def _band_of(count: int) -> int:
    return max(place for place, low in enumerate(_LOAD_BANDS) if count >= low)


def _band_text(place: int, words: Words) -> str:
    low = _LOAD_BANDS[place]
    high = _LOAD_BANDS[place + 1] - 1 if place + 1 < len(_LOAD_BANDS) else None
    return cell_text(Cell(low=low, high=high), words)


def _trend(trend: Sequence[Content], words: Words) -> Table:
    return Table(
        title=words("figures.trend"),
        head=(words("figures.week"), *(words(f"figures.{table}.short") for table in ("sent", "decided"))),
        rows=tuple(
            (
                str(number_of(one)),
                *(cell_text(total(cells_of(one, table).values()), words) for table in ("sent", "decided")),
            )
            for one in trend
        ),
    )


def _notes(arms: Sequence[Arm], words: Words) -> Iterator[str]:
    for arm in arms:
        if arm.pupils is None:
            yield words("figures.report.no_pupils", whose=arm.name)
        else:
            yield words("figures.report.pupils", whose=arm.name, pupils=f"{arm.pupils:,}")
    yield words("figures.read", threshold=str(arms[0].content["threshold"]))
