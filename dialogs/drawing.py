"""A stop on the road → the screen that asks it: words, options, what was answered, what is wrong. Judges nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from dialogs.flow import Councils, Flow, Levels, Page, Press, Question, Recipients, SecondPerson, Show, SignsOf
from dialogs.position import State, Stop, Walk, chosen_groups, demanded, met
from dialogs.prepared import Prepared, SignPage, prepared
from dialogs.screens import (
    NOT_KNOWN,
    Block,
    Choice,
    Field,
    Line,
    Listing,
    Notice,
    Number,
    Paragraph,
    Progress,
    Quote,
    Row,
    Rows,
    Screen,
    Value,
)
from dialogs.setting import Setting
from thresholds.facts import FactValue

_MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Entered:
    """What stands in the fields, and what is wrong with it, by field id (`""` is the whole form)."""

    values: Mapping[str, object]
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What drawing any part of a screen needs."""

    flow: Flow
    walk: Walk
    setting: Setting
    ready: Prepared

    @staticmethod
    def of(flow: Flow, walk: Walk, setting: Setting) -> "Drawing":
        """With everything that was made ready before."""
        return Drawing(flow, walk, setting, prepared(setting.vocabulary, setting.words))


def draw(drawing: Drawing, number: int, entered: Entered) -> Screen:
    """The screen of stop `number` (from 0)."""
    stop, words = drawing.walk.stops[number], drawing.setting.words
    return Screen(
        id=stop.page.id,
        title=words(f"{stop.page.words}.title"),
        blocks=tuple(_blocks(drawing, stop, entered)),
        fields=tuple(_field(drawing, stop, question, entered) for question in stop.asked),
        actions=tuple(drawing.ready.action(stop.page, press) for press in _presses(stop)),
        progress=Progress(step=number + 1, of=length(drawing.flow, drawing.walk)),
        numbers=drawing.setting.numbers,
        foot=words("foot"),
    )


def length(flow: Flow, walk: Walk) -> int:
    """How many screens the whole road has, as far as can be told: those reached and the ordinary rest."""
    last = walk.stops[-1].page.id
    if walk.resume is not None:
        return len(walk.stops) + 1 + flow.rest(walk.resume)
    return len(walk.stops) + flow.rest(last)


def _presses(stop: Stop) -> list[Press]:
    return sorted(stop.page.actions, key=lambda press: press.first is None or not met(press.first, stop.state))


def _blocks(drawing: Drawing, stop: Stop, entered: Entered) -> Iterator[Block]:
    if "" in entered.errors:
        yield Notice(kind="warning", title=drawing.setting.words("errors.title"), lines=(entered.errors[""],))
    state = stop.state
    if stop.page.shows:
        state = {**state, "setting.social_worker": drawing.setting.social_worker is not None}
    for show in stop.page.shows:
        if met(show.when, state):
            yield from _shown(drawing, stop, show)


def _shown(drawing: Drawing, stop: Stop, show: Show) -> Iterator[Block]:
    match show.kind:
        case "text":
            yield from (Paragraph(text=line) for line in _lines(drawing, show.key))
        case "answers":
            yield from answer_rows(drawing, until=stop.page)
        case "recipients":
            yield _recipients(drawing, show)
        case "areas":
            yield _areas(drawing, stop, show)
        case "danger_words":
            yield _words_found(drawing, stop, show)
        case "question":
            if drawing.setting.question is not None:
                yield Quote(title=drawing.setting.words(show.key), text=drawing.setting.question)
        case "info" | "warning" | "danger" | "done":  # pragma: no branch - the last kind there is
            lines = _lines(drawing, f"{show.key}.lines")
            title = _lines(drawing, f"{show.key}.title")[0]
            yield Notice(kind=show.kind, title=title, lines=(*lines, *number_lines(_to_ring(drawing, show))))


def _to_ring(drawing: Drawing, show: Show) -> tuple[Number, ...]:
    setting = drawing.setting
    if show.ring == "designated_officer":
        return (setting.designated_officer,) if setting.designated_officer else ()
    return setting.numbers if show.ring == "front_door" else ()


def number_lines(numbers: Iterable[Number]) -> tuple[str, ...]:
    """Each number on a line of its own."""
    return tuple(f"{one.label}: {one.phone}" + (f" ({one.hours})" if one.hours else "") for one in numbers)


def _lines(drawing: Drawing, key: str) -> tuple[str, ...]:
    setting = drawing.setting
    return setting.words.lines(
        key,
        school=setting.school_name,
        authority=setting.authority_name,
        social_worker=setting.social_worker or setting.words("nobody"),
    )


def _recipients(drawing: Drawing, show: Show) -> Block:
    items = tuple(Line(text=one.label) for one in drawing.setting.recipients)
    return Listing(title=drawing.setting.words(show.key), items=items)


def _areas(drawing: Drawing, stop: Stop, show: Show) -> Block:
    assert stop.page.signs is not None
    areas = _signs(drawing, stop.page.signs, stop.state).areas
    return Listing(title=drawing.setting.words(show.key), items=areas)


def _words_found(drawing: Drawing, stop: Stop, show: Show) -> Block:
    found = stop.state.get("finding.words_found", ())
    assert isinstance(found, tuple)
    return Listing(title=drawing.setting.words(show.key), items=tuple(Line(text=word) for word in found))


def _signs(drawing: Drawing, options: SignsOf, state: Mapping[str, FactValue]) -> SignPage:
    return drawing.ready.sign_page(chosen_groups(options, state), options.page)


def _field(drawing: Drawing, stop: Stop, question: Question, entered: Entered) -> Field:
    empty = drawing.ready.field(stop.page, question, demanded(question, stop.state))
    value, error = _kept(entered.values.get(question.id)), entered.errors.get(question.id)
    choices = _moving(drawing, stop.page, question, stop.state)
    if value is None and error is None and choices is None:
        return empty
    return replace(empty, value=value, error=error, choices=empty.choices if choices is None else choices)


def _kept(raw: object) -> Value | None:
    """What was typed, as it can be shown again."""
    if isinstance(raw, str):
        return raw[:_MOST_KEPT] or None
    if isinstance(raw, list | tuple):
        return tuple(item for item in raw if isinstance(item, str)) or None
    return None


def _moving(drawing: Drawing, page: Page, question: Question, state: State) -> tuple[Choice, ...] | None:
    """The options that depend on the answers or the setting; None where the prepared ones stand."""
    match question.options:
        case SignsOf() as options:
            signs = _signs(drawing, options, state)
            return signs.choices if options.unsure else signs.with_none
        case Councils():
            own = drawing.setting.councils
        case Recipients():
            own = drawing.setting.may_hear or drawing.setting.recipients
        case Levels():
            own = drawing.setting.levels
        case SecondPerson():
            return drawing.setting.social_workers or None
        case _:
            return None
    return (*own, *drawing.ready.choices(page, question))


def choices_of(drawing: Drawing, stop: Stop, question: Question) -> tuple[Choice, ...]:
    """The options on offer for a question of this stop."""
    moving = _moving(drawing, stop.page, question, stop.state)
    return drawing.ready.choices(stop.page, question) if moving is None else moving


def offered(drawing: Drawing, stop: Stop, question: Question) -> frozenset[str]:
    """The ids of the options on offer."""
    return frozenset(choice.id for choice in choices_of(drawing, stop, question))


def answer_rows(drawing: Drawing, *, until: Page | None = None, change: bool = True) -> Iterator[Rows]:
    """Every answered screen on the road as labelled values, each with the screen that changes it."""
    for stop in drawing.walk.stops:
        if until is not None and stop.page.id == until.id:
            return
        if stop.answered is not None and stop.asked:
            yield _rows(drawing, stop, change)


def _rows(drawing: Drawing, stop: Stop, change: bool) -> Rows:
    to = stop.page.id if change else None
    rows = tuple(
        Row(label=drawing.ready.field(stop.page, question, False).label, value=value, change=to)
        for question in stop.asked
        if (value := _said(drawing, stop, question)) is not None
    )
    return Rows(title=drawing.setting.words(f"{stop.page.words}.title"), rows=rows)


def _said(drawing: Drawing, stop: Stop, question: Question) -> str | None:
    assert stop.answered is not None
    value = stop.answered.values.get(question.id)
    if value is None:
        return drawing.setting.words("not_answered")
    if question.kind in ("one", "many") or value == NOT_KNOWN:
        choices = choices_of(drawing, stop, question)
        return "; ".join([_label(choices, item) for item in ((value,) if isinstance(value, str) else value)])
    assert isinstance(value, str)
    return day(value) if question.kind == "date" else value


def _label(choices: tuple[Choice, ...], chosen: str) -> str:
    for choice in choices:
        if choice.id == chosen:
            return choice.label
    return chosen


def day(iso: str) -> str:
    """A date as people write it.

    >>> day("2026-11-23")
    '23 November 2026'
    """
    found = date.fromisoformat(iso)
    return f"{found.day} {found:%B %Y}"
