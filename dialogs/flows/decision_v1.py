"""A named person's decision on a concern: the level and its reason, who does what by when, and what is shared."""

from dialogs.flow import SENT, TODAY, Fixed, Flow, Levels, Page, Question, Route, SecondPerson, Show
from dialogs.flows.parts import SEND, YES_NO, long_text, one, yes_no
from dialogs.screens import NONE
from thresholds.conditions import Includes, Is

_ROLES = (
    "designated_safeguarding_lead",
    "deputy_safeguarding_lead",
    "head",
    "social_worker",
    "class_teacher",
    "early_help_service",
    "social_care",
    "someone_else",
)
_REASON_LENGTH = 3
LINE = "consultation_line"
"""Whom a school without a social worker agrees a lower level with."""

_CHECKLIST = Page(
    id="checklist",
    words="decision.checklist",
    questions=(
        yes_no("child_safe_now"),
        yes_no("siblings"),
        yes_no("earlier_worries"),
        yes_no("parents_view"),
        yes_no("who_else_knows"),
        long_text("note"),
    ),
    routes=(Route(to="level"),),
)

_LEVEL = Page(
    id="level",
    words="decision.level",
    shows=(Show(kind="text", key="decision.level.text"),),
    questions=(
        Question(id="level", kind="one", required=True, options=Levels()),
        Question(id="reason", kind="long_text", required=True, min_length=_REASON_LENGTH),
        Question(id="social_worker_level", kind="one", options=Levels(), also=(NONE,)),
        long_text("social_worker_reason"),
    ),
    routes=(Route(to="lowering", when=Includes("shown", ("lowers",))), Route(to="actions")),
)

_LOWERING = Page(
    id="lowering",
    words="decision.lowering",
    shows=(Show(kind="warning", key="decision.lowering.notice"),),
    questions=(
        Question(
            id="with_whom",
            kind="one",
            required=True,
            options=SecondPerson(line=LINE),
        ),
        Question(id="when", kind="date", required=True, earliest=SENT),
    ),
    routes=(
        Route(to="lowering_line", when=Is("lowering.with_whom", LINE)),
        Route(to="actions"),
    ),
)

_LOWERING_LINE = Page(
    id="lowering_line",
    words="decision.lowering_line",
    questions=(Question(id="name", kind="text", required=True, someone_else=True),),
    routes=(Route(to="actions"),),
)


def _actions(number: int, then: str | None = None) -> Page:
    """One action with its person and its day; `then` is the page of one more."""
    page = "actions" if number == 1 else f"actions_{number}"
    more = f"another_{number}"
    asks = (Question(id=more, kind="one", options=YES_NO),) if then else ()
    onward = (Route(to=then, when=Is(f"{page}.{more}", "yes")),) if then else ()
    return Page(
        id=page,
        words=f"decision.{page}",
        shows=(Show(kind="text", key="decision.actions.text"),),
        questions=(
            Question(id=f"action_{number}", kind="text", required=True),
            Question(id=f"by_whom_{number}", kind="one", required=True, options=Fixed(ids=_ROLES)),
            Question(id=f"by_when_{number}", kind="date", required=True, future=True, earliest=TODAY),
            *asks,
        ),
        routes=(*onward, Route(to="sharing")),
    )


_SHARING = Page(
    id="sharing",
    words="decision.sharing",
    shows=(Show(kind="text", key="decision.sharing.text"),),
    questions=(Question(id="shared", kind="one", required=True, options=YES_NO),),
    routes=(Route(to="not_shared", when=Is("sharing.shared", "no")), Route(to="shared")),
)

_SHARED = Page(
    id="shared",
    words="decision.shared",
    questions=(
        Question(id="what", kind="text", required=True),
        Question(id="to_whom", kind="text", required=True),
        Question(id="when", kind="date", required=True, earliest=SENT),
        long_text("why", required=True),
    ),
    routes=(Route(to="family"),),
)

_NOT_SHARED = Page(
    id="not_shared",
    words="decision.not_shared",
    questions=(Question(id="not_shared_reason", kind="long_text", required=True, min_length=_REASON_LENGTH),),
    routes=(Route(to="family"),),
)

_FAMILY = Page(
    id="family",
    words="decision.family",
    questions=(
        one("agreement", "yes", "no", "not_needed", "not_asked", also=()),
        Question(id="parents_told", kind="one", required=True, options=YES_NO),
    ),
    routes=(Route(to="parents_not_told", when=Is("family.parents_told", "no")), Route(to="feedback")),
)

_PARENTS_NOT_TOLD = Page(
    id="parents_not_told",
    words="decision.parents_not_told",
    questions=(long_text("parents_reason", required=True),),
    routes=(Route(to="feedback"),),
)

_FEEDBACK = Page(
    id="feedback",
    words="decision.feedback",
    shows=(Show(kind="text", key="decision.feedback.text"),),
    questions=(one("sentence", "read", "acting", "shared", "helping", "keep_watching", "talk_to_me", also=()),),
    routes=(Route(to="check"),),
)

DECISION = Flow(
    name="decision",
    version=1,
    start="checklist",
    pages=(
        _CHECKLIST,
        _LEVEL,
        _LOWERING,
        _LOWERING_LINE,
        _actions(1, then="actions_2"),
        _actions(2, then="actions_3"),
        _actions(3),
        _SHARING,
        _SHARED,
        _NOT_SHARED,
        _FAMILY,
        _PARENTS_NOT_TOLD,
        _FEEDBACK,
        Page(
            id="check",
            words="decision.check",
            shows=(Show(kind="text", key="decision.check.text"), Show(kind="answers", key="")),
            routes=(Route(to="decided"),),
            actions=(SEND,),
        ),
        Page(
            id="decided",
            words="decision.decided",
            shows=(Show(kind="text", key="decision.decided.text"),),
            actions=(),
            end="decided",
        ),
    ),
)
