"""What the frame around screens says on a platform: while it loads, hidden, too late, stopped. Needs no database."""

from dataclasses import replace

from bot.platforms.roads import HOME
from dialogs.screens import Action, Notice, Paragraph, Screen

BACK = Action(id="back", label="Back")
HIDE = Action(id="hide", label="Hide now")
BEGIN = Action(id="begin", label="Report a concern", style="primary", to="begin")
DANGER = Action(id="danger", label="Danger now", style="danger", to="danger")

FIGURES_WORD = "digest"
"""What a team manager writes to ask for the weekly figures: after the command in Slack, to the app in Teams."""
FIGURES_CARD = "figures_card"
"""The press on the own page that shows them."""

AGAIN = "Try again"

LOADING = Screen(
    id="loading", title="One moment", blocks=(Paragraph(text="This opens in a moment. 999 is always open."),)
)
HIDDEN = Screen(
    id="hidden", title="Notes", blocks=(Paragraph(text="Nothing is open."),),
    actions=(Action(id="unhide", label="Go back"),),
)  # fmt: skip
LATE = Screen(
    id="late", title="That took too long to open",
    blocks=(Notice(kind="warning", title="That took too long to open", lines=("Press the button to try again.",)),),
    actions=(BEGIN, DANGER),
)  # fmt: skip
SENT = Screen(
    id="sent_late", title="Your press was taken",
    blocks=(
        Notice(
            kind="danger", title="Your press of danger was taken, but its page took too long to open",
            lines=("Ring 999 if a child is in danger now. Stay with the child.", "Press again to see who is told."),
        ),
    ),
    actions=(DANGER,),
)  # fmt: skip
TOLD_NOBODY = "Nobody has been told. Delete what you wrote."
WROTE = Screen(
    id="wrote", title=TOLD_NOBODY,
    blocks=(
        Notice(
            kind="warning", title=TOLD_NOBODY,
            lines=("What you wrote here was not read and is not kept. Press the button to tell a concern.",),
        ),
    ),
    actions=(BEGIN, DANGER),
)  # fmt: skip
STOPPED = Screen(
    id="stopped", title="This did not work",
    blocks=(
        Notice(
            kind="warning", title="The last thing you pressed may not have been done",
            lines=(
                "What you sent on the screens before is saved. It stands on the start page as a draft.",
                "Nobody has been told of a concern unless you saw a receipt, or a danger screen that said so.",
            ),
        ),
    ),
    actions=(HOME, DANGER),
)  # fmt: skip
NOT_SAVED = (
    "Not saved yet: this takes longer than it should. What you typed is still here, and the screens before are saved. "
    "Press again in a moment. Ring 999 if a child is in danger."
)
CLOSED = Screen(
    id="closed", title="This is not open to you",
    blocks=(
        Notice(
            kind="warning", title="This is not open to you",
            lines=("It may be deleted, or somebody else holds it now. Nothing was changed.",),
        ),
    ),
    actions=(HOME,),
)  # fmt: skip
SECOND = Screen(
    id="second_account", title="Not confirmed yet",
    blocks=(
        Notice(
            kind="warning", title="This account is not confirmed yet",
            lines=(
                "Another account here uses your e-mail address. Open the start page there and say that this is yours.",
                "Until then only danger can be pressed here. If you have no other account, tell whoever runs this.",
            ),
        ),
    ),
    actions=(DANGER,),
)  # fmt: skip
RING = Screen(
    id="ring", title="Ring now: nobody told",
    blocks=(
        Notice(
            kind="danger", title="Ring now: nobody has been told",
            lines=(
                "This programme could not save your alert, so nobody has been told by it.",
                "Ring 999 if a child is in danger now. Tell the designated safeguarding lead in person.",
                "If somebody who works here may be the danger, do not tell them: tell the head.",
                "If it is the head, ring the front door.",
            ),
        ),
    ),
)  # fmt: skip


def numbered(screen: Screen, unknown: Screen) -> Screen:
    """A screen of the frame with the numbers that everybody may have."""
    return replace(screen, numbers=unknown.numbers, foot=unknown.foot)
