"""Screen → Adaptive Card 1.5: a page of a dialog, a card in the chat. Draws every block and field kind there is.

Ids of actions and places stand in what a button sends; nothing that anybody wrote does. What can't be drawn is an error
at once. A card has six buttons at most: what is more stands in a list to choose from. Parts are shared between cards:
whoever adds to one changes nothing inside.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.channels.teams.fields import Drawn, inputs
from bot.channels.teams.limits import TEAMS
from bot.channels.teams.texts import Element, counted, heading, line, link, plain, run, size, small, words
from dialogs.screens import (
    Action,
    Block,
    Field,
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
from dialogs.showing import (
    APP,
    CHANGE,
    CHOOSE,
    FRAME,
    SOURCE,
    WORDS_OF_NOTICES,
    Room,
    Undrawable,
    Weigh,
    around,
    by_start,
    chosen_part,
    early,
    from_outside,
    id_of,
    number_line,
    part_line,
    place_of,
    split,
    step_line,
    submit_of,
    turning,
)
from dialogs.words import Words

__all__ = ["attachment", "card", "page", "parts_of", "submit_of", "task"]

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
OURS = "swis"
"""Under this name stands what a button sends besides the inputs."""

IN_PLACE = frozenset({"have", "discard"})
"""What is pressed in the chat and changes the card there; everything else opens a dialog."""

CHANGES = "~change"
MORE_TO_DO = "~more"
PICK = "pick"
CHANGE_AN_ANSWER = Words.load()("frame.change_an_answer")
OTHERS = Words.load()("frame.more_to_do")
DO_IT = Words.load()("frame.do_it")
STYLES = {"primary": "positive", "danger": "destructive"}
LOOKS = {"info": "accent", "warning": "warning", "danger": "attention", "done": "good"}
BOX = 8_000
"""Bytes of a box round somebody's words; a longer one is several boxes without a gap."""

LAST = 1000
"""Beyond the last part of any screen."""
SPARE = 400
"""Bytes for what is written round the elements."""
BESIDE_FIELDS = 16_000
"""Bytes for all that is no field, where the fields alone are more than a card."""
MOST_OF_A_LETTER, FEW = 6, 24_000
"""Bytes: what a letter takes on the wire at the most, and texts so short that no page of them is ever parted."""


# ── the two surfaces


def page(screen: Screen, *, part: int = 1, place: str = "") -> Element:
    """The card of a dialog's page. `part` counts from 1; one beyond the last is the last. `place` goes round in each
    button: ids and numbers only.

    Raises:
        Undrawable: something that a card can't show.
    """
    return chosen_part(_pages(screen, place), part if part > 1 else _to_put_right(screen))[0]


def task(screen: Screen, *, part: int = 1, place: str = "") -> Element:
    """The page with what a dialog needs round it: its bar, its size. The bar carries no content.

    Raises:
        Undrawable: something that a card can't show.
    """
    return {
        "title": APP,
        "height": "large",
        "width": "medium",
        "card": attachment(page(screen, part=part, place=place)),
    }


def card(screen: Screen, *, place: str = "") -> Element:
    """A card in the chat. Its fallback text is the screen's title, which never carries content.

    Raises:
        Undrawable: a field, somebody's own words, more buttons or more bytes than a card holds.
    """
    rows = [row for block in screen.blocks if isinstance(block, Rows) for row in block.rows]
    if screen.fields or any(isinstance(block, Quote) for block in screen.blocks) or any(row.change for row in rows):
        raise Undrawable("content in the chat")
    if len(screen.actions) > TEAMS.actions:
        raise Undrawable("more buttons than a card holds")
    body = [heading(screen.title), *_content(screen.blocks), *_foot(screen)]
    actions = [_in_chat(action, place) for action in screen.actions]
    drawn = {**_card(body, actions), "fallbackText": screen.title}
    if counted(drawn) > TEAMS.card_bytes:
        raise Undrawable("more than a card holds")
    return drawn


def attachment(drawn: Element) -> Element:
    """A card as an activity or a dialog carries it."""
    return {"contentType": CONTENT_TYPE, "content": drawn}


def parts_of(screen: Screen) -> int:
    """In how many parts a screen is shown in a dialog.

    Raises:
        Undrawable: something that a card can't show.
    """
    return len(_pages(screen, ""))


def _card(body: list[Element], actions: list[Element]) -> Element:
    drawn = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "body": body}
    return drawn | ({"actions": actions} if actions else {})


# ── a page and its parts


@dataclass(frozen=True, slots=True)
class _Presses:
    """Makes buttons of a page; each sends where the page stands and which inputs it has."""

    place: str
    names: tuple[str, ...] = ()
    some: bool = False
    """Other fields of the screen stand on other cards."""

    def button(self, action: Action) -> Element:
        """One of the screen's actions."""
        return _styled(action, {"type": "Action.Submit", "title": _label(action), "data": self._data(_sent(action))})

    def pick(self, title: str, source: str) -> Element:
        """The button that does what was chosen from a list."""
        data = self._data({"do": PICK, "from": source})
        return {"type": "Action.Submit", "title": title, "data": data}

    def _data(self, sent: Element) -> Element:
        names = ({"inputs": list(self.names)} if self.names else {}) | ({"some": True} if self.some else {})
        return {OURS: sent | ({"at": self.place} if self.place else {}) | names}


@dataclass(frozen=True, slots=True)
class _Kept:
    """Which actions are buttons: above the rest, below it; and those that stand in a list."""

    top: list[Action]
    bottom: list[Action]
    listed: list[Action]


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page is made of."""

    head: list[Element]
    top: list[Element]
    content: list[Element]
    fields: Drawn
    tail: list[Element]
    foot: list[Element]
    actions: list[Element]

    def body(self) -> list[Element]:
        """Everything above the buttons."""
        return [*self.head, *self.top, *self.content, *self.fields.elements, *self.tail, *self.foot]

    def weight(self) -> int:
        """Bytes of all but the content."""
        rest = [*self.head, *self.top, *self.tail, *self.foot, *self.actions]
        return sum(map(size, rest)) + self.fields.weight + SPARE


def _pages(screen: Screen, place: str) -> list[Element]:
    whole = _page_of(screen, place, TEAMS.actions)
    drawn = _card(whole.body(), whole.actions)
    if size(drawn) <= TEAMS.card_bytes:
        return [drawn]
    # In parts there are two more buttons.
    return _in_parts(screen, place, _page_of(screen, place, TEAMS.actions - 2))


def _in_parts(screen: Screen, place: str, whole: _Page) -> list[Element]:
    """Fields stand on the last part, so that one press sends them all; if one card holds them."""
    last = Room(len(whole.content) + 1, TEAMS.card_bytes - whole.weight() - 4 * SPARE)
    if last.size < 0:
        return _some_on_each(screen, place)
    plain_one = replace(whole, top=[], fields=Drawn(), tail=[], actions=[]) if whole.fields.names else whole
    other = Room(len(whole.content) + 1, TEAMS.card_bytes - plain_one.weight() - 4 * SPARE)
    found = split(whole.content, other, last, _WEIGH)
    return [_part(screen, place, whole, content, (number, len(found))) for number, content in enumerate(found, 1)]


def _to_put_right(screen: Screen) -> int:
    """The part that shows the first error, counted from 1; without an error the first."""
    if not any(one.error for one in screen.fields):
        return 1
    groups = _groups(screen)
    wrong = [number for number, some in enumerate(groups, 1) if any(one.error for one in some)]
    return wrong[0] if len(groups) > 1 else LAST


def _some_on_each(screen: Screen, place: str) -> list[Element]:
    """Some of the fields on each part, which its buttons say: what stands on the others is kept."""
    groups = _groups(screen)
    return [_with_some(screen, place, some, (number, len(groups))) for number, some in enumerate(groups, 1)]


def _with_some(screen: Screen, place: str, some: tuple[Field, ...], at: tuple[int, int]) -> Element:
    number, of = at
    ways = turning(number, of)
    own = replace(screen, fields=some, blocks=screen.blocks if number == 1 else ())
    drawn = _page_of(own, place, TEAMS.actions - len(ways), some=True)
    presses = _Presses(place, drawn.fields.names, some=True)
    named = replace(
        drawn, head=[*drawn.head, _part_of(number, of)], actions=[*map(presses.button, ways), *drawn.actions]
    )
    found = _card(named.body(), named.actions)
    if size(found) > TEAMS.card_bytes:
        raise Undrawable("a field or what stands above it is more than a card holds")
    return found


def _groups(screen: Screen) -> list[tuple[Field, ...]]:
    """The fields as they stand together on a card. Most screens have one such group."""
    if sum(len(one.value) for one in screen.fields if isinstance(one.value, str)) * MOST_OF_A_LETTER < FEW:
        return [screen.fields]
    groups: list[tuple[Field, ...]] = [()]
    for one in screen.fields:
        if groups[-1] and inputs((*groups[-1], one), 0).weight > TEAMS.card_bytes - BESIDE_FIELDS:
            groups.append(())
        groups[-1] = (*groups[-1], one)
    return groups


def _part_of(number: int, of: int) -> Element:
    return words(part_line(number, of), size="Small", isSubtle=True, spacing="None")


def _part(screen: Screen, place: str, whole: _Page, content: list[Element], at: tuple[int, int]) -> Element:
    number, of = at
    named = replace(whole, head=[*whole.head, _part_of(number, of)], content=content)
    ways = turning(number, of)
    if whole.fields.names and number < of:
        bare = _Presses(place)
        named = replace(named, top=[], fields=Drawn(), tail=[], actions=[*map(bare.button, early(screen))])
    presses = _Presses(place, named.fields.names)
    return _card(named.body(), [*map(presses.button, ways), *named.actions])


_WEIGH: Weigh[Element] = Weigh(size=size, heads=lambda block: block.get("style") == "heading")


def _page_of(screen: Screen, place: str, slots: int, *, some: bool = False) -> _Page:
    submit = submit_of(screen)
    if screen.fields and submit is None:
        raise Undrawable("fields without a button that sends them")
    changes = _changes(screen.blocks)
    kept = _kept(screen, submit, slots - bool(changes))
    left = slots - bool(changes) - bool(kept.listed) - len(kept.top) - len(kept.bottom)
    fields = inputs(screen.fields, left)
    presses = _Presses(place, fields.names, some)
    return _Page(
        head=[*_progress(screen), heading(screen.title, size="Large", spacing="None")],
        top=_set([*map(presses.button, kept.top)]),
        content=[*_content(screen.blocks), *_changing(changes, presses)],
        fields=_folded(fields),
        tail=_others(kept.listed, presses),
        foot=_foot(screen),
        actions=[*map(presses.button, kept.bottom)],
    )


def _kept(screen: Screen, submit: Action | None, slots: int) -> _Kept:
    """The most important actions as buttons, in the order in which they are offered; the others in a list."""
    before, after = around(screen, submit)
    starts, rest = by_start(after)
    top, bottom = [*starts, *before], [*([submit] if submit else []), *rest]
    own = [submit] if submit else []
    frame = [action for action in rest if action.id in FRAME]
    ranked = [*own, *top, *frame, *(action for action in rest if action.id not in FRAME)]
    room = len(ranked) if len(ranked) <= slots else slots - 1
    shown, listed = ranked[:room], ranked[room:]
    return _Kept(
        [action for action in top if action in shown], [action for action in bottom if action in shown], listed
    )


def _folded(fields: Drawn) -> Drawn:
    """Each folded list behind a button that shows it."""
    buttons = {fold.partition(" ")[0]: _set([_unfolding(*fold.split(" ", 1))]) for fold in fields.folds}
    elements = [one for drawn in fields.elements for one in (*buttons.get(drawn.get("id", ""), ()), drawn)]
    return replace(fields, elements=tuple(elements), weight=fields.weight + sum(map(size, buttons.values())))


def _unfolding(fold: str, label: str) -> Element:
    return {"type": "Action.ToggleVisibility", "title": f"{label} …", "targetElements": [fold]}


def _changes(blocks: Iterable[Block]) -> list[Action]:
    """The screens that may be changed, each named by the heading that its rows stand under."""
    found: dict[str, str] = {}
    for rows in (block for block in blocks if isinstance(block, Rows)):
        for row in rows.rows:
            if row.change is not None:
                found.setdefault(row.change, rows.title)
    return [Action(id="change", label=title, to=f"screen:{change}") for change, title in found.items()]


def _changing(changes: Sequence[Action], presses: _Presses) -> list[Element]:
    if not changes:
        return []
    return [_list(CHANGES, CHANGE_AN_ANSWER, changes), *_set([presses.pick(CHANGE, CHANGES)])]


def _others(listed: Sequence[Action], presses: _Presses) -> list[Element]:
    if not listed:
        return []
    return [_list(MORE_TO_DO, OTHERS, listed), *_set([presses.pick(DO_IT, MORE_TO_DO)])]


def _list(input_id: str, label: str, actions: Iterable[Action]) -> Element:
    """A list to open, each option of which is an action."""
    options = [{"title": _label(action), "value": _value(action)} for action in actions]
    return {
        "type": "Input.ChoiceSet", "id": input_id, "label": label, "choices": options, "wrap": True,
        "style": "compact", "placeholder": CHOOSE, "spacing": "Medium",
    }  # fmt: skip


def _value(action: Action) -> str:
    sent = _sent(action)
    return f"{sent['do']} {sent.get('to', '')}".strip()


def _set(buttons: list[Element]) -> list[Element]:
    return [{"type": "ActionSet", "actions": buttons}] if buttons else []


# ── blocks


def _content(blocks: Iterable[Block]) -> list[Element]:
    return [drawn for block in blocks for drawn in _block(block)]


def _block(block: Block) -> Iterator[Element]:
    match block:
        case Paragraph(text=text):
            yield from plain(text)
        case Notice():
            yield _notice(block)
        case Rows(title=title, rows=rows):
            yield heading(title, spacing="Medium")
            yield from (drawn for row in rows for drawn in _row(row))
        case Quote(title=title, text=text):
            yield heading(title, spacing="Medium")
            yield from _boxes(plain(text))
        case Listing():
            yield from _listing(block)
        case Picture():
            yield from _picture(block)
        case _:
            raise Undrawable(f"block {type(block).__name__}")


def _notice(notice: Notice) -> Element:
    title = heading(f"{WORDS_OF_NOTICES[notice.kind]}: {notice.title}", size="Default")
    lines = [drawn for text in notice.lines for drawn in plain(text)]
    return {"type": "Container", "style": LOOKS[notice.kind], "spacing": "Medium", "items": [title, *lines]}


def _row(row: Row) -> Iterator[Element]:
    """The label and the first line of the value in one line; further lines below."""
    first, *more = plain(row.value)
    label = row.label.strip() or "–"
    mark = "" if label.endswith(("?", ".", ":")) else ":"
    yield line(run(f"{label}{mark} ", weight="Bolder"), *first["inlines"], spacing="Small")
    yield from more


def _boxes(lines: Iterable[Element]) -> Iterator[Element]:
    items: list[Element] = []
    taken, spacing = 0, "Small"
    for one in lines:
        if items and taken + size(one) > BOX:
            yield _box(items, spacing)
            items, taken, spacing = [], 0, "None"
        items.append(one)
        taken += size(one)
    yield _box(items, spacing)


def _box(items: list[Element], spacing: str) -> Element:
    return {"type": "Container", "style": "emphasis", "spacing": spacing, "items": items}


def _listing(listing: Listing) -> Iterator[Element]:
    yield heading(listing.title, spacing="Medium")
    for item in listing.items:
        first, *more = plain(item.text)
        yield line(run("• "), *first["inlines"], spacing="Small")
        yield from more
        yield from _source(item)


def _picture(picture: Picture) -> Iterator[Element]:
    """The picture by its address, since a card's bytes would not hold it; where there is none, what it shows."""
    if not from_outside(picture) or len(picture.url) > TEAMS.url:
        yield from plain(picture.text)
        return
    yield {"type": "Image", "url": picture.url, "altText": picture.text, "size": "Stretch", "spacing": "Medium"}


def _source(item: Line) -> Iterator[Element]:
    if item.source:
        first, *more = small(item.source)
        yield from ({**first, "spacing": "None"}, *more)
    opened = link(SOURCE, item.url) if item.url else None
    if opened:
        yield opened


def _progress(screen: Screen) -> list[Element]:
    if screen.progress is None:
        return []
    return [words(step_line(screen.progress), size="Small", isSubtle=True)]


def _foot(screen: Screen) -> list[Element]:
    """999, the front door, and that nobody's permission is needed; then each number with its hours."""
    return [_foot_of(screen.foot, screen.numbers)] if screen.foot.strip() or screen.numbers else []


@lru_cache(maxsize=256)
def _foot_of(foot: str, numbers: tuple[Number, ...]) -> Element:
    """The same for every screen of a school, within and out of hours."""
    said = plain(foot, size="Small", weight="Bolder") if foot.strip() else []
    lines = [*said, *(drawn for number in numbers for drawn in _number(number))]
    return {"type": "Container", "separator": True, "spacing": "Medium", "items": lines}


def _number(number: Number) -> list[Element]:
    first, *more = small(number_line(number))
    return [{**first, "spacing": "None"}, *more]


# ── actions


def _sent(action: Action) -> Element:
    sent = {"do": id_of(action.id)}
    return sent | ({"to": place_of(action.to)} if action.to is not None else {})


def _label(action: Action) -> str:
    if not action.label.strip():
        raise Undrawable("a button without words")
    return action.label


def _styled(action: Action, button: Element) -> Element:
    return button | ({"style": STYLES[action.style]} if action.style in STYLES else {})


def _in_chat(action: Action, place: str) -> Element:
    """A button in the chat: it changes the card there, or opens a dialog."""
    data: Element = {OURS: _sent(action) | ({"at": place} if place else {})}
    opens = {"type": "Action.Submit", "title": _label(action), "data": {"msteams": {"type": "task/fetch"}, **data}}
    if action.id not in IN_PLACE:
        return _styled(action, opens)
    here = {"type": "Action.Execute", "title": _label(action), "verb": action.id, "data": data, "fallback": opens}
    return _styled(action, here)
