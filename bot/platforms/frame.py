"""What the frame around screens is on a platform: while it loads, hidden, too late, stopped. Needs no database.

Its words are read once, with the module.
"""

from dataclasses import replace
from typing import Literal

from bot.platforms.roads import HOME
from dialogs.screens import Action, Notice, Paragraph, Screen
from dialogs.words import Words

_WORDS = Words.load()

BACK = Action(id="back", label=_WORDS("frame.back"))
HIDE = Action(id="hide", label=_WORDS("frame.hide"))
BEGIN = Action(id="begin", label=_WORDS("frame.begin"), style="primary", to="begin")
DANGER = Action(id="danger", label=_WORDS("frame.danger"), style="danger", to="danger")
AGAIN = _WORDS("frame.again")
UNHIDE = Action(id="unhide", label=_WORDS("frame.unhide"))
FIGURES_WORD = "digest"
"""What a team manager writes to ask for the weekly figures: after the command in Slack, to the app in Teams."""
FIGURES_CARD = "figures_card"
"""The press on the own page that shows them."""


def _calm(name: str, kind: Literal["warning", "danger"], *actions: Action) -> Screen:
    title = _WORDS(f"frame.{name}.title")
    notice = _WORDS.maybe(f"frame.{name}.notice") or title
    told = Notice(kind=kind, title=notice, lines=_WORDS.lines(f"frame.{name}.lines"))
    return Screen(id=name, title=title, blocks=(told,), actions=actions)


LOADING = Screen(
    id="loading", title=_WORDS("frame.loading.title"), blocks=(Paragraph(text=_WORDS("frame.loading.text")),)
)
HIDDEN = Screen(
    id="hidden", title=_WORDS("frame.hidden.title"), blocks=(Paragraph(text=_WORDS("frame.hidden.text")),),
    actions=(UNHIDE,),
)  # fmt: skip
LATE = _calm("late", "warning", BEGIN, DANGER)
SENT = replace(_calm("sent", "danger", DANGER), id="sent_late")
WROTE = _calm("wrote", "warning", BEGIN, DANGER)
STOPPED = _calm("stopped", "warning", HOME, DANGER)
NOT_SAVED = _WORDS("frame.not_saved.line")
CLOSED = _calm("closed", "warning", HOME)
SECOND = replace(_calm("second", "warning", DANGER), id="second_account")
RING = _calm("ring", "danger")


def numbered(screen: Screen, unknown: Screen) -> Screen:
    """A screen of the frame with the numbers that everybody may have."""
    return replace(screen, numbers=unknown.numbers, foot=unknown.foot)
