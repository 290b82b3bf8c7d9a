"""What Teams' frame says besides what every platform's does: where to write, what is not saved yet, what is deleted."""

from dataclasses import replace

from bot.platforms import frame as platform
from dialogs.screens import Action, Notice, Paragraph, Screen

_SAID = "What you wrote here was not read and is not kept. Press a button to tell a concern."
WROTE = replace(platform.WROTE, blocks=(Paragraph(text=_SAID),), actions=())
PRIVATELY = Screen(
    id="privately",
    title="Write to me privately",
    blocks=(Paragraph(text="Nothing about a child belongs here. Open the app Safeguarding and write to it there."),),
)
NOT_SAVED = Screen(
    id="not_saved",
    title="Not saved yet",
    blocks=(
        Notice(
            kind="warning",
            title="Not saved yet",
            lines=(
                "This takes longer than it should. What you typed is kept for you, and the screens before are saved.",
                "Go back and press again in a moment. Ring 999 if a child is in danger.",
            ),
        ),
    ),
    actions=(Action(id="unhide", label="Go back", style="primary"),),
)
SURE = "sure"
"""Goes round with the card that asks whether a draft is to be deleted."""


def sure(conversation: str) -> Screen:
    """Whether a draft is to be deleted: nobody loses one by a press that slipped."""
    return Screen(
        id="draft",
        title="Delete this draft?",
        blocks=(Paragraph(text="Nobody has been told of it. What you wrote in it is gone for good then."),),
        actions=(
            Action(id="resume", label="Keep it and resume", style="primary", to=f"resume:{conversation}"),
            Action(id="discard", label="Delete it", style="danger", to=f"discard:{conversation}"),
        ),
    )
