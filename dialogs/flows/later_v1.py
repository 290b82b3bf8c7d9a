"""What comes after a concern was sent: adding to it, answering a question, closing it, disagreeing."""

from dialogs.flow import NEXT, Flow, Groups, Page, Question, Route, Show
from dialogs.flows.parts import SEND, YES_NO, happened, long_text, one, signs, signs_more
from dialogs.screens import NONE
from thresholds.conditions import Includes, Is

ADDITION = Flow(
    name="addition",
    version=1,
    start="happened",
    pages=(
        happened("about"),
        Page(
            id="about",
            words="addition.about",
            questions=(Question(id="groups", kind="many", required=True, options=Groups(), also=(NONE,)),),
            routes=(Route(to="check", when=Includes("about.groups", (NONE,))), Route(to="signs")),
        ),
        signs(actions=(NEXT,), routes=(Route(to="check"),)),
        signs_more(actions=(NEXT,), routes=(Route(to="check"),)),
        Page(
            id="check",
            words="addition.check",
            shows=(Show(kind="text", key="addition.check.text"), Show(kind="answers", key="")),
            routes=(Route(to="added"),),
            actions=(SEND,),
        ),
        Page(
            id="added",
            words="addition.added",
            shows=(Show(kind="text", key="addition.added.text"),),
            actions=(),
            end="added",
        ),
    ),
)

REPLY = Flow(
    name="reply",
    version=1,
    start="reply",
    pages=(
        Page(
            id="reply",
            words="reply.reply",
            shows=(Show(kind="question", key="reply.reply.question"), Show(kind="text", key="reply.reply.text")),
            questions=(Question(id="answer", kind="long_text", required=True),),
            routes=(Route(to="replied"),),
            actions=(SEND,),
        ),
        Page(
            id="replied",
            words="reply.replied",
            shows=(Show(kind="text", key="reply.replied.text"),),
            actions=(),
            end="replied",
        ),
    ),
)

POLICE = Flow(
    name="police",
    version=1,
    start="police",
    pages=(
        Page(
            id="police",
            words="police.police",
            shows=(Show(kind="text", key="police.police.text"),),
            questions=(Question(id="reference", kind="text"), long_text("reason")),
            routes=(Route(to="kept"),),
            actions=(SEND,),
            any_of=("reference", "reason"),
        ),
        Page(
            id="kept",
            words="police.kept",
            shows=(Show(kind="text", key="police.kept.text"),),
            actions=(),
            end="kept",
        ),
    ),
)

_FOLLOW_UP = Is("closing.follow_up", "yes")

CLOSING = Flow(
    name="closing",
    version=1,
    start="closing",
    pages=(
        Page(
            id="closing",
            words="closing.closing",
            questions=(
                long_text("summary", required=True),
                one(
                    "outcome",
                    "support_in_school",
                    "early_help_started",
                    "social_care_working",
                    "other_service",
                    "moved_school",
                    "no_further_action",
                    also=(),
                ),
                one(
                    "social_care_answer",
                    "not_referred",
                    "accepted_section_17",
                    "accepted_section_47",
                    "returned",
                    "no_further_action",
                    required=False,
                    also=(),
                ),
                Question(id="social_care_on", kind="date"),
                long_text("social_care_reason"),
                Question(id="follow_up", kind="one", required=True, options=YES_NO),
                Question(id="follow_up_on", kind="date", required_when=_FOLLOW_UP, future=True),
                Question(id="no_follow_up_reason", kind="long_text", required_when=Is("closing.follow_up", "no")),
            ),
            routes=(Route(to="check"),),
        ),
        Page(
            id="check",
            words="closing.check",
            shows=(Show(kind="text", key="closing.check.text"), Show(kind="answers", key="")),
            routes=(Route(to="closed"),),
            actions=(SEND,),
        ),
        Page(
            id="closed",
            words="closing.closed",
            shows=(Show(kind="text", key="closing.closed.text"),),
            actions=(),
            end="closed",
        ),
    ),
)

DISAGREE = Flow(
    name="disagree",
    version=1,
    start="disagree",
    pages=(
        Page(
            id="disagree",
            words="disagree.disagree",
            shows=(Show(kind="text", key="disagree.disagree.text"),),
            questions=(
                one("with_what", "suggestion", "decision", "social_care_answer", "pace", also=()),
                long_text("reason", required=True),
            ),
            routes=(Route(to="disagreed"),),
            actions=(SEND,),
        ),
        Page(
            id="disagreed",
            words="disagree.disagreed",
            shows=(Show(kind="text", key="disagree.disagreed.text"),),
            actions=(),
            end="disagreed",
        ),
    ),
)
