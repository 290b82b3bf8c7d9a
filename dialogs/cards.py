"""Screens outside a conversation: the pushed pointer, the opened concern, the suggestion, the receipt, the log.

What is pushed holds a reference, *respond by* and *Open*, and nothing of any child. Times come in as text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dialogs.drawing import number_lines
from dialogs.screens import (
    Action,
    Block,
    Line,
    Listing,
    Notice,
    Number,
    Paragraph,
    Picture,
    Quote,
    Row,
    Rows,
    Screen,
)
from dialogs.telling import Told
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
class StateLine:
    """A state of the concern (`sent`, `seen`, `had`, `decided`, `closed`), when, and by which role."""

    state: str
    when: str
    role: str | None = None


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


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessEntry:
    """One line of the access log: when, who, in which role, and what was done, in words."""

    when: str
    who: str
    role: str
    what: str


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


def privacy_step(reference: str, numbers: tuple[Number, ...], words: Words) -> Screen:
    """Asks whether the screen is private before anything is shown."""
    return Screen(
        id="privacy",
        title=words("cards.privacy.title"),
        blocks=(
            Paragraph(text=words("cards.privacy.text")),
            _reference(reference, words),
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
    yield _reference(view.reference, words)
    yield from view.notices
    yield from _quotes(view.told, words)
    yield from _danger(view, words)
    yield from view.rows
    if view.protective:
        yield _listing("cards.opened.protective", view.protective, words)
        yield Paragraph(text=words("cards.opened.protective_note"))
    if view.late_note:
        yield Notice(kind="info", title=words("cards.opened.late"), lines=(view.late_note,))
    yield from view.additions
    yield from _earlier(view.earlier, words)
    yield _listing("cards.opened.checklist.title", words.lines("cards.opened.checklist.items"), words)
    if view.states:
        yield where_it_stands(view.states, words)
    yield _log(view.opened_by, words)


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
        yield _listing("cards.opened.earlier", earlier or (words("cards.opened.none_found"),), words)


def suggestion(view: SuggestionView, numbers: tuple[Number, ...], words: Words) -> Screen:
    """What the rules say, each reason with document, version and place; people decide."""
    return Screen(
        id="suggestion",
        title=words("cards.suggestion.title"),
        blocks=(Paragraph(text=words("cards.suggestion.text")), *_suggestion_blocks(view, words)),
        numbers=numbers,
        foot=words("foot"),
    )


def _suggestion_blocks(view: SuggestionView, words: Words) -> Iterator[Block]:
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
        yield _next("cards.suggestion.deadlines", view.deadlines, words)
    if view.document:
        yield _document(view.document, words)


def _why(view: SuggestionView, words: Words) -> Iterator[Block]:
    if view.carried_by:
        yield _listing("cards.suggestion.carried_by", view.carried_by, words)
    if view.raised_by:
        yield _listing("cards.suggestion.raised_by", (view.raised_by,), words)


def _asked(view: SuggestionView, words: Words) -> Iterator[Block]:
    for key, items in (("unrated", view.unrated), ("unknown", view.unknown), ("duties", view.duties)):
        if items:
            yield _listing(f"cards.suggestion.{key}", items, words)


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
        yield _told("cards.receipt.told", view.told, words)
    if view.next:
        yield _next("cards.receipt.next", view.next, words)
    if view.suggestion:
        said = replace(view.suggestion, deadlines=()) if view.next else view.suggestion
        yield Paragraph(text=words("cards.suggestion.text"))
        yield from _suggestion_blocks(said, words)


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
    blocks: list[Block] = [_reference(view.reference, words)]
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
        blocks.append(_told("cards.receipt.told", view.told, words))
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


def _nobody_reached(view: LivingView, words: Words) -> Notice:
    lines = (*words.lines("cards.living.unreached.lines"), *number_lines(view.numbers))
    return Notice(kind="warning", title=words("cards.living.unreached.title"), lines=lines)


def access_log(reference: str, entries: Iterable[AccessEntry], words: Words) -> Screen:
    """Who opened a concern, when, in which role, and what else was done to it."""
    return Screen(
        id="log",
        title=words("cards.log.title"),
        blocks=(_reference(reference, words), _log(tuple(entries), words)),
        foot=words("foot"),
    )


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


def _reference(reference: str, words: Words) -> Block:
    return Paragraph(text=words("cards.reference", reference=reference))


def _listing(key: str, items: Iterable[str], words: Words) -> Block:
    return Listing(title=words(key), items=tuple(Line(text=item) for item in items))


def _told(key: str, told: Iterable[ToldLine], words: Words) -> Block:
    return Rows(title=words(key), rows=tuple(Row(label=one.role, value=one.when) for one in told))


def _next(key: str, lines: Iterable[NextLine], words: Words) -> Block:
    items = (words("cards.next_line", what=one.what.rstrip("."), role=one.role, when=one.when) for one in lines)
    return _listing(key, items, words)


def where_it_stands(states: Iterable[StateLine], words: Words) -> Block:
    """The states of a concern, under a heading."""
    rows = (Row(label=words(f"cards.states.{one.state}"), value=_state(one, words)) for one in states)
    return Rows(title=words("cards.states.title"), rows=tuple(rows))


def _state(state: StateLine, words: Words) -> str:
    if state.role is None:
        return state.when
    return words("cards.states.by", when=state.when, role=state.role)


def _log(entries: tuple[AccessEntry, ...], words: Words) -> Block:
    rows = tuple(
        Row(label=one.when, value=words("cards.log.line", who=one.who, role=one.role, what=one.what)) for one in entries
    )
    return Rows(title=words("cards.log.heading"), rows=rows)
