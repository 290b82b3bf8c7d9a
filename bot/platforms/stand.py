"""Where a modal or dialog stands: what goes round through the platform with it. Ids and numbers, never words."""

import json
import re
from dataclasses import dataclass, fields
from typing import Literal, get_args

Kind = Literal["talk", "concern", "own", "kept", "arrive", "end"]
_ID = re.compile(r"[A-Za-z0-9_.:-]{0,80}")


class Unreadable(ValueError):  # noqa: N818 - what it is, not what broke
    """No place of ours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """`id` is a conversation's, a concern's or a press's. `submit` is the action that the page's own button means.

    `revision`: the answers that a conversation had. `before`: the screen that *Back* leads to. `opened`: seconds since
    1970 when *Open* was pressed after the privacy step, 0 before. `view`: the press that a concern's page came of.
    `message`: the message in the chat that stands for a draft, where a platform shows one.
    """

    kind: Kind
    id: str = ""
    revision: int = 0
    screen: str = ""
    submit: str = ""
    before: str = ""
    opened: int = 0
    view: str = ""
    message: str = ""

    def packed(self) -> str:
        """As it goes to the platform."""
        found = {name: value for name in _NAMES if (value := getattr(self, name))}
        return _ENCODE(found)


_NAMES = tuple(one.name for one in fields(Stand))
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


def unpacked(text: object) -> Stand:
    """As it comes back.

    Raises:
        Unreadable: it is no place of ours.

    >>> unpacked(Stand(kind="talk", id="c1", revision=3).packed()).revision
    3
    """
    try:
        found = json.loads(str(text))
        stand = Stand(**found)
    except (ValueError, TypeError, RecursionError):
        raise Unreadable("no place of ours") from None
    words = (stand.id, stand.screen, stand.submit, stand.before, stand.view, stand.message)
    numbers = (stand.revision, stand.opened)
    sound = stand.kind in get_args(Kind) and all(isinstance(one, str) and _ID.fullmatch(one) for one in words)
    if not sound or not all(type(one) is int for one in numbers):
        raise Unreadable("no place of ours")
    return stand
