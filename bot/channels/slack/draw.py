"""Screen → Block Kit: a modal, the App Home, a direct message. Draws every block and field kind there is.

Ids of actions and places stand in values; nothing that anybody wrote does. What can't be drawn is an error at once.
Parts of a view are shared with other views: whoever adds to one adds at its top and changes nothing inside.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.channels.slack.fields import Layout, inputs, wants_room
from bot.channels.slack.limits import SLACK
from bot.channels.slack.texts import (
    Element,
    bold,
    link,
    pieces,
    plain,
    section,
    sections,
    size,
)
from dialogs.screens import Action, Block, Line, Listing, Notice, Paragraph, Picture, Quote, Row, Rows, Screen
from dialogs.showing import (
    APP,
    CHANGE,
    CLOSE,
    ID,
    LEAVE,
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
    number_line,
    part_line,
    place_of,
    split,
    step_line,
    submit_of,
    turning,
)
from dialogs.words import Words

__all__ = ["home", "message", "modal", "parts_of", "submit_of"]

_WORDS = Words.load()
GO_ON = _WORDS("frame.go_on")
ROOM = _WORDS("frame.room")
LIGHT = 20_000
"""Letters on a screen below which it can't be too big: in the widest script they are 80 KB."""


# ── the three surfaces


def modal(screen: Screen, *, part: int = 1, room: bool = False) -> Element:
    """A modal view, without `private_metadata`. `part` counts from 1; one beyond the last is the last. `room`: each
    long text has one more box.

    Raises:
        Undrawable: something that Slack can't show.
    """
    submit = submit_of(screen)
    if screen.fields and submit is None:
        raise Undrawable("fields without a button that sends them")
    chosen, last = chosen_part(_modal_parts(screen, submit, room), part)
    sends = submit is not None and (last or not screen.fields)
    view: Element = {
        "type": "modal",
        "callback_id": "swis",
        "title": plain(screen.title if size(screen.title) <= SLACK.title else APP, SLACK.title),
        "close": plain(LEAVE if screen.fields else CLOSE, SLACK.title),
        "blocks": chosen,
    }
    return view | ({"submit": plain(_submit_text(submit), SLACK.title)} if sends and submit else {})


def home(screen: Screen, *, part: int = 1) -> Element:
    """The App Home. What begins a conversation stands above all else.

    Raises:
        Undrawable: something that Slack can't show there, such as a field.
    """
    if screen.fields:
        raise Undrawable("fields on the start page")
    starts, rest = by_start(screen.actions)
    tail = _buttons(rest, len(starts))
    whole = _Parts(_header(screen.title), _buttons(starts), _content(screen.blocks), [], tail, tail, _foot(screen))
    return {"type": "home", "blocks": chosen_part(whole.laid_out(_is_heavy(screen)), part)[0]}


def message(screen: Screen) -> Element:
    """`text` and `blocks` of a direct message. Its text is the screen's title, which never carries content.

    Raises:
        Undrawable: a field, somebody's own words, or more than one message holds.
    """
    if screen.fields or any(isinstance(block, Quote) for block in screen.blocks):
        raise Undrawable("content in a message")
    blocks = [
        *([] if _says_its_title(screen) else [section(bold(screen.title, SLACK.section))]),
        *_content(screen.blocks),
        *_buttons(screen.actions),
        *_foot(screen),
    ]
    if len(blocks) > SLACK.message_blocks or _letters(blocks) > SLACK.message_letters:
        raise Undrawable("more than one message holds")
    return {"text": plain(screen.title, SLACK.message_text)["text"], "blocks": blocks}


def parts_of(screen: Screen) -> int:
    """In how many parts a screen is shown in a modal.

    Raises:
        Undrawable: something that Slack can't show.
    """
    return len(_modal_parts(screen, submit_of(screen), False))


def _submit_text(action: Action) -> str:
    return action.label if size(action.label) <= SLACK.title else GO_ON


# ── parts


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a screen is made of. Where the fields come only later, `early` stands in place of `first` and `tail`."""

    head: list[Element]
    first: list[Element]
    content: list[Element]
    fields: list[Element]
    tail: list[Element]
    early: list[Element]
    foot: list[Element]

    def laid_out(self, heavy: bool) -> list[list[Element]]:
        """In as many parts as it takes; fields stand on the last, so that one press sends them all."""
        if self.fits(heavy):
            return [self._whole()]
        found = split(self.content, self._left(self.early), self._left([*self.fields, *self.tail]), _WEIGH)
        drawn = [self._part(one, place, len(found)) for place, one in enumerate(found, 1)]
        if not all(_fits(one, True) for one in drawn):
            raise Undrawable("more fields or buttons than a view holds")
        return drawn

    def fits(self, heavy: bool) -> bool:
        """Whether it is one part; `heavy`: its bytes are counted too."""
        return _fits(self._whole(), heavy)

    def _whole(self) -> list[Element]:
        return [*self.head, *self.first, *self.content, *self.fields, *self.tail, *self.foot]

    def _part(self, content: list[Element], place: int, of: int) -> list[Element]:
        line = _context([plain(part_line(place, of), SLACK.context_text)])
        if self.fields and place < of:
            return [*self.head, line, *content, *_turning(place, of), *self.early, *self.foot]
        turning = _turning(place, of)
        return [*self.head, line, *self.first, *content, *self.fields, *turning, *self.tail, *self.foot]

    def _left(self, end: list[Element]) -> Room:
        """How many blocks and bytes there are for content, with this end."""
        chrome = [*self.head, *self.first, *end, *self.foot, *_turning(2, 3)]
        return Room(SLACK.view_blocks - len(chrome) - 1, SLACK.view_bytes - sum(map(_bytes, chrome)) - 200)


def _modal_parts(screen: Screen, submit: Action | None, room: bool) -> list[list[Element]]:
    before, after = around(screen, submit)
    starts, rest = by_start(after)
    first = [*starts, *before]
    long = size(screen.title) > SLACK.title and not _says_its_title(screen)
    head = [*_progress(screen), *(_header(screen.title) if long else ())]
    tail = [*_explained(submit), *_buttons([*rest, *_room(screen, room)], len(first))]
    early = _early(screen) if screen.fields else tail
    fields = inputs(screen.id, screen.fields, Layout(room=room))
    whole = _Parts(head, _buttons(first), _content(screen.blocks), fields, tail, early, _foot(screen))
    heavy = _is_heavy(screen)
    if fields and not whole.fits(heavy):
        whole = replace(whole, fields=inputs(screen.id, screen.fields, Layout(tight=True, room=room)))
    return whole.laid_out(heavy)


def _room(screen: Screen, room: bool) -> list[Action]:
    wanted = not room and any(wants_room(field) for field in screen.fields)
    return [Action(id="room", label=ROOM)] if wanted else []


def _early(screen: Screen) -> list[Element]:
    return _buttons(early(screen), 100)


def _turning(place: int, of: int) -> list[Element]:
    """The way to the other parts."""
    return _buttons(turning(place, of), 200)


def _says_its_title(screen: Screen) -> bool:
    """Whether its first block is a notice that says the same as its title."""
    first = next(iter(screen.blocks), None)
    return isinstance(first, Notice) and first.title == screen.title


def _is_heavy(screen: Screen) -> bool:
    """Whether so much stands on it that its bytes have to be counted; few screens come near."""
    return sum(map(_letters_of, screen.blocks)) + sum(len(field.value or "") for field in screen.fields) > LIGHT


def _letters_of(block: Block) -> int:
    match block:
        case Quote(text=text) | Paragraph(text=text) | Picture(text=text):
            return len(text)
        case Rows(rows=rows):
            return sum(len(row.value) + 200 for row in rows)
        case Listing(items=items):
            return sum(len(item.text) + len(item.source or "") + len(item.url or "") for item in items)
        case Notice(lines=lines):
            return sum(map(len, lines))
    raise Undrawable(f"block {type(block).__name__}")


def _fits(blocks: Sequence[Element], heavy: bool) -> bool:
    return len(blocks) <= SLACK.view_blocks and (not heavy or sum(map(_bytes, blocks)) <= SLACK.view_bytes)


def _bytes(block: Element) -> int:
    return len(json.dumps(block, ensure_ascii=False).encode("utf-8", "surrogatepass")) + 2


_WEIGH: Weigh[Element] = Weigh(size=_bytes, heads=lambda block: block["type"] == "header")


def _letters(blocks: Sequence[Element]) -> int:
    return sum(len(json.dumps(block, ensure_ascii=False)) for block in blocks)


# ── blocks


def _content(blocks: Iterable[Block]) -> list[Element]:
    found = [drawn for block in blocks for drawn in _block(block)]
    changes = [block["accessory"] for block in found if "accessory" in block]
    for place, accessory in enumerate(changes):
        accessory["action_id"] += f".{place}"
    return found


def _block(block: Block) -> Iterator[Element]:
    match block:
        case Paragraph(text=text):
            yield from sections(text)
        case Notice():
            yield from _notice(block)
        case Rows():
            yield from _rows(block)
        case Quote(title=title, text=text):
            yield from (*_header(title), *sections(text))
        case Listing():
            yield from _listing(block)
        case Picture():
            yield from _picture(block)
        case _:
            raise Undrawable(f"block {type(block).__name__}")


def _header(title: str) -> list[Element]:
    if size(title) > SLACK.header:
        return sections(title)
    return [{"type": "header", "text": plain(title, SLACK.header)}]


def _notice(notice: Notice) -> Iterator[Element]:
    title = f"{WORDS_OF_NOTICES[notice.kind]}: {notice.title}"
    if size(title) + 2 > SLACK.section:
        yield from sections(title)
    else:
        yield section(bold(title, SLACK.section))
    if notice.lines:
        yield from sections("\n".join(notice.lines))


def _rows(rows: Rows) -> Iterator[Element]:
    """Label and value side by side; a row that doesn't fit so stands alone. Neighbours share one *Change*."""
    yield from _header(rows.title)
    for change, found in groupby(rows.rows, key=lambda row: row.change):
        drawn = [block for short, run in groupby(found, key=_is_short) for block in _run(list(run), short)]
        if change is not None:
            drawn[0]["accessory"] = _button(Action(id="change", label=CHANGE, to=f"screen:{change}"), "change")
        yield from drawn


def _is_short(row: Row) -> bool:
    return max(size(row.label) + 2, size(row.value)) <= SLACK.section_field


def _run(rows: list[Row], short: bool) -> Iterator[Element]:
    if not short:
        yield from (block for row in rows for block in (*_label(row.label), *sections(row.value)))
        return
    each = SLACK.section_fields // 2
    for start in range(0, len(rows), each):
        pairs = [_pair(row) for row in rows[start : start + each]]
        yield {"type": "section", "fields": [text for pair in pairs for text in pair]}


def _label(label: str) -> list[Element]:
    return [section(bold(label, SLACK.section))] if size(label) + 2 <= SLACK.section else sections(label)


def _pair(row: Row) -> tuple[Element, Element]:
    label = bold(row.label.strip() or "–", SLACK.section_field)
    return label, plain(row.value if row.value.strip() else "–", SLACK.section_field)


def _listing(listing: Listing) -> Iterator[Element]:
    """Items as lines of as few sections as hold them; one with a source has that below it."""
    yield from _header(listing.title)
    for sourced, found in groupby(listing.items, key=lambda item: item.source is not None):
        if not sourced:
            yield from sections("\n".join(f"• {item.text}" for item in found))
        else:
            yield from (block for item in found for block in (*sections(f"• {item.text}"), _source(item)))


def _picture(picture: Picture) -> Iterator[Element]:
    """The picture; where Slack can't fetch it, what it shows."""
    if not from_outside(picture) or len(picture.url) > SLACK.url:
        yield from sections(picture.text)
        return
    yield {"type": "image", "image_url": picture.url, "alt_text": plain(picture.text, SLACK.image_text)["text"]}


def _source(item: Line) -> Element:
    texts = [plain(piece, SLACK.context_text) for piece in pieces(item.source or "", SLACK.context_text)]
    opened = link(SOURCE, item.url) if item.url else None
    return _context([*texts, opened] if opened else texts)


def _context(elements: list[Element]) -> Element:
    if len(elements) > SLACK.context_elements:
        raise Undrawable("more small print than one block holds")
    return {"type": "context", "elements": elements}


def _progress(screen: Screen) -> list[Element]:
    if screen.progress is None:
        return []
    return [_context([plain(step_line(screen.progress), SLACK.context_text)])]


def _explained(submit: Action | None) -> list[Element]:
    """What the modal's own button means, where it has no room for it."""
    if submit is None or _submit_text(submit) == submit.label:
        return []
    return sections(_WORDS("frame.go_on_pressing", submit=submit.label, go_on=GO_ON))


def _foot(screen: Screen) -> list[Element]:
    """999, the front door, and that nobody's permission is needed; then each number with its hours."""
    lines = [screen.foot, *map(number_line, screen.numbers)]
    texts = [
        plain(piece, SLACK.context_text) for line in lines if line.strip() for piece in pieces(line, SLACK.context_text)
    ]
    each = SLACK.context_elements
    return [_context(texts[start : start + each]) for start in range(0, len(texts), each)]


# ── actions


def _buttons(actions: Sequence[Action], first: int = 0) -> list[Element]:
    """Blocks of buttons. `first` counts on from the buttons that stand before, so that no id comes twice."""
    drawn = [_button(action, str(place)) for place, action in enumerate(actions, first)]
    each = SLACK.action_elements
    return [{"type": "actions", "elements": drawn[start : start + each]} for start in range(0, len(drawn), each)]


def _button(action: Action, place: str) -> Element:
    if ID.fullmatch(action.id) is None:
        raise Undrawable("an action whose id can't stand in one of Slack's")
    button: Element = {
        "type": "button",
        "action_id": f"do.{action.id}.{place}",
        "text": plain(action.label, SLACK.button),
    }
    if action.to is not None:
        button["value"] = _place(action.to)
    if action.style in ("primary", "danger"):
        button["style"] = action.style
    return button


def _place(to: str) -> str:
    """A place outside this step, as it stands in a button's value."""
    if len(to) > SLACK.button_value:
        raise Undrawable("an action leads to a place whose id is too long")
    return place_of(to)
