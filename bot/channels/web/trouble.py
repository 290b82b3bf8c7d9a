"""The calm pages: what was not done, what is saved, whom to ring. Static, so that they stand when nothing else does."""

from dataclasses import dataclass, replace

from bot.channels.web.draw import LinkView

HOME = LinkView(label="Start page", url="/home")
NUMBERS = LinkView(label="Numbers to ring", url="/sheet")


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
        way = () if back == "/home" else (LinkView(label="Back to what you were writing", url=back),)
        return replace(self, lines=(*self.lines, *lines), links=(*way, *self.links))


STOPPED = Trouble(
    title="This did not work",
    lines=(
        "The last thing you pressed has not been done. What you sent on the screens before is saved.",
        "Nobody has been told of a concern unless you saw a receipt, or a danger screen that said so.",
    ),
    presses_danger=True,
)
TYPED_IS_KEPT = "What you typed on this page is kept here for an hour. Go back to it, and press again."
NOBODY_TOLD = Trouble(
    title="Ring now: nobody has been told",
    lines=(
        "This programme could not save your alert, so nobody has been told by it.",
        "Ring 999 if a child is in danger now. Tell the designated safeguarding lead in person.",
        "If somebody who works here may be the danger, do not tell them: tell the head.",
        "If it is the head, ring the front door.",
    ),
    links=(NUMBERS, HOME),
)
NOT_FOR_YOU = Trouble(
    title="This is not open to you",
    lines=("You may have left the page open for long, or somebody else holds it now. Nothing was changed.",),
)
NOT_FOUND = Trouble(
    title="There is no such page",
    lines=("Nothing was changed. Your own concerns and drafts are on the home page.",),
)
STALE_FORM = Trouble(
    title="This page was too old to send",
    lines=(
        "Nothing on this page was sent. What you sent on the screens before is saved.",
        "Go home, choose your draft, and go on from there.",
    ),
)
TOO_LONG = Trouble(
    title="This was too long to send at once",
    lines=(
        "Nothing on this page was sent. Go back in your browser: what you typed may still stand there.",
        "Send the first part now. The rest can be added to the concern later.",
    ),
)
