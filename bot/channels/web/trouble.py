"""The calm pages: what was not done, what is saved, whom to ring. Static, so that they stand when nothing else does."""

from dataclasses import dataclass, replace

from bot.channels.web.draw import LinkView
from dialogs.words import Words

_WORDS = Words.load()
HOME = LinkView(label=_WORDS("frame.start_page"), url="/home")
NUMBERS = LinkView(label=_WORDS("frame.numbers"), url="/sheet")


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """A page that says why there is no other."""

    title: str
    lines: tuple[str, ...]
    links: tuple[LinkView, ...] = (HOME, NUMBERS)
    presses_danger: bool = False
    """Whether *Danger now* can be pressed here: home can't be reached, and the press needs no database."""

    def saying(self, lines: tuple[str, ...], back: str = "/home") -> "Trouble":
        """The same page with more lines, and the way back to what somebody was doing."""
        way = () if back == "/home" else (LinkView(label=_WORDS("frame.to_the_writing"), url=back),)
        return replace(self, lines=(*self.lines, *lines), links=(*way, *self.links))


def _calm(key: str, lines: str = "lines", links: tuple[LinkView, ...] = (HOME, NUMBERS)) -> Trouble:
    return Trouble(title=_WORDS(f"{key}.title"), lines=_WORDS.lines(f"{key}.{lines}"), links=links)


STOPPED = replace(_calm("frame.stopped", "page"), presses_danger=True)
TYPED_IS_KEPT = _WORDS("frame.typed_is_kept")
NOBODY_TOLD = replace(_calm("frame.ring", links=(NUMBERS, HOME)), title=_WORDS("frame.ring.notice"))
NOT_FOR_YOU = _calm("frame.closed", "page")
NOT_FOUND = _calm("frame.no_such_page")
STALE_FORM = _calm("frame.stale_form")
TOO_LONG = _calm("frame.too_long")
