"""What Teams' frame says besides what every platform's does: where to write, what is not saved yet, what is deleted."""

from dataclasses import replace

from bot.platforms import frame as platform
from dialogs.screens import Action, Notice, Paragraph, Screen
from dialogs.words import Words

_WORDS = Words.load()
WROTE = replace(platform.WROTE, blocks=(Paragraph(text=_WORDS("frame.wrote.card")),), actions=())
PRIVATELY = Screen(
    id="privately",
    title=_WORDS("frame.privately.title"),
    blocks=(Paragraph(text=_WORDS("frame.privately.text")),),
)
NOT_SAVED = Screen(
    id="not_saved",
    title=_WORDS("frame.not_saved.title"),
    blocks=(Notice(kind="warning", title=_WORDS("frame.not_saved.title"), lines=_WORDS.lines("frame.not_saved.kept")),),
    actions=(replace(platform.UNHIDE, style="primary"),),
)
STILL_HERE = Notice(kind="warning", title=_WORDS("frame.not_saved.title"), lines=_WORDS.lines("frame.not_saved.still"))
SURE = "sure"
"""Goes round with the card that asks whether a draft is to be deleted."""


def sure(conversation: str) -> Screen:
    """Whether a draft is to be deleted: nobody loses one by a press that slipped."""
    keep, discard = _WORDS("frame.discarding.keep"), _WORDS("frame.discarding.discard")
    return Screen(
        id="draft",
        title=_WORDS("frame.discarding.title"),
        blocks=(Paragraph(text=_WORDS("frame.discarding.text")),),
        actions=(
            Action(id="resume", label=keep, style="primary", to=f"resume:{conversation}"),
            Action(id="discard", label=discard, style="danger", to=f"discard:{conversation}"),
        ),
    )
