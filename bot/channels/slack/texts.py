"""Text as Slack's objects: escaped, measured, split. What somebody wrote is plain text always, so it is never markup.

Knows no screen.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.channels.slack.limits import SLACK
from dialogs.showing import WEB, Undrawable

Element: TypeAlias = dict[str, Any]
"""A block, or a part of one: JSON."""

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKUP = re.compile(r"[*_~`<>&|\\@#\n]|:[\w+-]+:")


def escaped(text: str) -> str:
    """The text with the three characters that Slack reads as control written out.

    >>> escaped("<!channel> & co")
    '&lt;!channel&gt; &amp; co'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shown_cost(letter: str) -> int:
    """What a letter takes in a text object."""
    return len(_ENTITIES.get(letter, "")) or typed_cost(letter)


def typed_cost(letter: str) -> int:
    """What a letter takes in a text box: two units beyond the basic plane."""
    return 1 if ord(letter) < 0x10000 else 2


def size(text: str) -> int:
    """What a text takes in a text object.

    >>> size("a & b"), size("😀")
    (9, 2)
    """
    return length(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def length(text: str) -> int:
    """What a text takes in a text box."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str, most: int) -> Element:
    """A plain text object.

    Raises:
        Undrawable: nothing to show, or more than `most` units.
    """
    if not text.strip() or size(text) > most:
        raise Undrawable(f"a text of {size(text)} units where 1 to {most} fit")
    return {"type": "plain_text", "text": escaped(text), "emoji": False}


def bold(text: str, most: int) -> Element:
    """Words of ours in bold; plain if anything in them could be markup.

    >>> bold("Name", 75)["text"], bold("*Name", 75)["type"]
    ('*Name*', 'plain_text')
    """
    kept = text.strip()
    if not kept or _MARKUP.search(kept) or size(kept) + 2 > most:
        return plain(text, most)
    return {"type": "mrkdwn", "text": f"*{kept}*", "verbatim": True}


def link(words: str, url: str) -> Element | None:
    """Words of ours that open a web address; None if the address is none that Slack may be given."""
    written = f"<{escaped(url)}|{words}>"
    if not WEB.fullmatch(url) or size(url) > SLACK.url or len(written) > SLACK.context_text:
        return None
    return {"type": "mrkdwn", "text": written, "verbatim": True}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a longer text. `joint` is what stood between it and the part before."""

    joint: str
    text: str


def parts(text: str, most: int, cost: Callable[[str], int]) -> list[Part]:
    """The text in parts of at most `most` units, cut at a line's end, else at a space, else anywhere.

    >>> parts("one two three", 8, typed_cost)
    [Part(joint='', text='one two'), Part(joint=' ', text='three')]
    """
    if size(text) <= most:
        return [Part("", text)]
    found, joint, start = [], "", 0
    while (end := _fit(text, start, most, cost)) < len(text):
        cut, after = _cut(text, start, end)
        found.append(Part(joint, text[start:cut]))
        joint, start = text[cut:after], after
    return [*found, Part(joint, text[start:])]


def _fit(text: str, start: int, most: int, cost: Callable[[str], int]) -> int:
    """Where the longest part that fits would end."""
    taken = 0
    for place in range(start, len(text)):
        taken += cost(text[place])
        if taken > most:
            return place
    return len(text)


def _cut(text: str, start: int, end: int) -> tuple[int, int]:
    """Where a part ends and the next one starts: not before half of what fits."""
    for mark in ("\n", " "):
        place = text.rfind(mark, start + (end - start) // 2, end + 1)
        if place > start:
            return place, place + 1
    return end, end


def pieces(text: str, most: int) -> list[str]:
    """The parts of a text that have something to show; a dash for an empty one."""
    return [part.text for part in parts(text, most, shown_cost) if part.text.strip()] or ["–"]


def section(text: Element, **more: Any) -> Element:
    """A section block."""
    return {"type": "section", "text": text, **more}


def sections(text: str) -> list[Element]:
    """Plain text as as many sections as it takes. Nothing is cut."""
    return [section(plain(piece, SLACK.section)) for piece in pieces(text, SLACK.section)]
