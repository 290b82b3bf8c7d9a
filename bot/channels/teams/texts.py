"""Text elements of Adaptive Cards. What somebody typed goes into text runs, which know no markup; markup is made of
words of ours only, if nothing in them could be markup.

Knows no screen.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from bot.channels.teams.limits import TEAMS
from dialogs.showing import WEB

Element: TypeAlias = dict[str, Any]
"""An element of a card: JSON."""

_MARKUP = re.compile(r"[*_~`<>&|\\\[\]{}#+!\n]|^\s*(?:[-+]|\d+[.)])\s")
_FUNCTION = re.compile(r"\{\{(?=(?:DATE|TIME)\()")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_IN_LINK = re.compile(r"[()\s\\]")


def as_typed(text: str) -> str:
    """Text that stays as it was typed: cards would take `{{DATE(…)}}` for a function.

    >>> as_typed("{{DATE(2026)}}") == "{\u2060{DATE(2026)}}"
    True
    """
    return _FUNCTION.sub("{\u2060{", text) if "{{" in text else text


def run(text: str, **look: Any) -> Element:
    """Text without markup, whoever wrote it. An empty one shows a dash."""
    return {"type": "TextRun", "text": as_typed(text) if text.strip() else "–", **look}


def line(*runs: Element, **more: Any) -> Element:
    """Runs as one line, which wraps."""
    return {"type": "RichTextBlock", "inlines": list(runs), **more}


def plain(text: str, **look: Any) -> list[Element]:
    """Text as it was typed, a block a line; an empty line is a wider gap."""
    return list(_plain(text, look))


def _plain(text: str, look: Element) -> Iterator[Element]:
    gap, first = False, True
    for one in text.split("\n") if text.strip() else ["–"]:
        if one.strip():
            yield line(run(one, **look), **({} if first else {"spacing": "Medium" if gap else "None"}))
            gap, first = False, False
        else:
            gap = True


def words(text: str, **look: Any) -> Element:
    """Words of ours in a text block; without markup if anything in them could be some.

    >>> words("The child")["type"], words("The *child*")["type"]
    ('TextBlock', 'RichTextBlock')
    """
    if not text.strip() or _MARKUP.search(text):
        runs = {name: value for name, value in look.items() if name in ("weight", "size", "color", "isSubtle")}
        block = {name: value for name, value in look.items() if name in ("spacing", "separator")}
        return line(run(" ".join(text.split()), **runs), **block)
    return {"type": "TextBlock", "text": text, "wrap": True, **look}


def heading(text: str, **look: Any) -> Element:
    """A heading, which screen readers announce as one."""
    return words(text, **{"size": "Medium", "weight": "Bolder", "style": "heading", **look})


def small(text: str, **look: Any) -> list[Element]:
    """Small print."""
    return plain(text, size="Small", isSubtle=True, **look)


def link(said: str, url: str) -> Element | None:
    """Words of ours that open a web address; None if the address is none that a card may be given."""
    if not WEB.fullmatch(url) or _IN_LINK.search(url) or len(url) > TEAMS.url:
        return None
    return {"type": "TextBlock", "text": f"[{said}]({url})", "wrap": True, "size": "Small", "spacing": "None"}


def sentences(first: str, then: str | None) -> str:
    """A label and its hint as one text.

    >>> sentences("What the child said", "In the child’s own words.")
    'What the child said. In the child’s own words.'
    """
    if not then:
        return first
    return f"{first} {then}" if first.rstrip()[-1:] in (".", "?", "!", ":", "…") else f"{first}. {then}"


def size(element: object) -> int:
    """Bytes of an element on the wire, as UTF-8."""
    return len(_json(element).encode("utf-8", "surrogatepass"))


def counted(card: object) -> int:
    """Bytes of a message's card as Teams counts them: as UTF-16; as UTF-8 where that is more."""
    return max(size(card), len(_json(card).encode("utf-16-le", "surrogatepass")))


def _json(element: object) -> str:
    return _ENCODER.encode(element)
