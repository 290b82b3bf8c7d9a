"""Questions and pages that several flows share."""

from dialogs.flow import FactValues, Fixed, Page, Press, Question, Route, Show, SignsOf
from dialogs.screens import NOT_KNOWN
from thresholds.conditions import Condition, Includes, Is, Not

UNKNOWN = (NOT_KNOWN,)
YES_NO = Fixed(ids=("yes", "no"))
SECTION_47 = Is("finding.section_47", True)
SILENCE = Includes("finding.marks", ("family_silence",))
SEND_NOW = Press(id="send_now", skips=True, first=SECTION_47)
SEND = Press(id="send")
BOXES = ("saw", "child_said", "told_by_other", "think")


def long_text(question_id: str, **more: bool) -> Question:
    """A box for several sentences."""
    return Question(id=question_id, kind="long_text", required=more.get("required", False))


def text(question_id: str, asked: Condition | None = None) -> Question:
    """One line, never required."""
    return Question(id=question_id, kind="text", asked=asked)


def yes_no(question_id: str, *, required: bool = True, asked: Condition | None = None) -> Question:
    """Yes, no, or not known."""
    return Question(id=question_id, kind="one", required=required, options=YES_NO, also=UNKNOWN, asked=asked)


def one(question_id: str, *ids: str, required: bool = True, also: tuple[str, ...] = UNKNOWN) -> Question:
    """One of these options."""
    return Question(id=question_id, kind="one", required=required, options=Fixed(ids=ids), also=also)


def fact(fact_id: str) -> Question:
    """A fact that is asked only because the rules need it."""
    asked = Includes("finding.needs", (fact_id,))
    return Question(
        id=fact_id,
        kind="one",
        options=FactValues(fact=fact_id),
        also=UNKNOWN,
        fact=fact_id,
        when_needed=True,
        asked=asked,
    )


def happened(to: str) -> Page:
    """What happened, facts apart from opinion, before any category."""
    return Page(
        id="happened",
        words="concern.happened",
        questions=tuple(long_text(box) for box in BOXES),
        shows=(Show(kind="text", key="concern.happened.text"),),
        routes=(Route(to=to),),
        any_of=BOXES,
    )


def sign_questions(page: int) -> tuple[Question, ...]:
    """The signs, and the same signs for what somebody is not sure about."""
    return (
        Question(id="signs", kind="many", options=SignsOf(page=1 if page == 1 else 2)),
        Question(id="not_sure", kind="many", options=SignsOf(page=1 if page == 1 else 2, unsure=True)),
    )


def signs(*, actions: tuple[Press, ...], routes: tuple[Route, ...]) -> Page:
    """The signs of the chosen groups; where on the body, when one of them may leave a mark."""
    injury = Includes("shown", ("injury",))
    mark_where = Question(
        id="mark_where",
        kind="many",
        options=FactValues(fact="mark_where"),
        also=UNKNOWN,
        fact="mark_where",
        asked=injury,
    )
    return Page(
        id="signs",
        words="concern.signs",
        questions=(*sign_questions(1), mark_where, Question(id="mark_description", kind="long_text", asked=injury)),
        shows=(
            Show(kind="text", key="concern.signs.text"),
            Show(kind="areas", key="concern.signs.areas"),
            Show(kind="info", key="concern.signs.marks", when=injury),
        ),
        routes=(*routes[:-1], Route(to="signs_more", when=Includes("shown", ("more_signs",))), routes[-1]),
        actions=actions,
        any_of=("signs", "not_sure"),
    )


def signs_more(*, actions: tuple[Press, ...], routes: tuple[Route, ...]) -> Page:
    """The signs that the first page had no room for. Nothing has to be ticked."""
    return Page(
        id="signs_more",
        words="concern.signs_more",
        questions=sign_questions(2),
        shows=(Show(kind="text", key="concern.signs_more.text"), Show(kind="areas", key="concern.signs.areas")),
        routes=routes,
        actions=actions,
    )


CHOSE_SIGNS = Includes("shown", ("signs",))
NOT_SILENT = Not(SILENCE)
