"""A concern, from *What is it?* to the receipt, with its roads for danger, adults and talking something through.

Ids are public: tests and scripts from outside use them.
"""

from dialogs.flow import (
    NEXT,
    TELL,
    Branch,
    Councils,
    FactValues,
    Fixed,
    Flow,
    Given,
    Groups,
    Interrupt,
    Page,
    Question,
    Recipients,
    Route,
    Show,
    ShowKind,
)
from dialogs.flows.parts import (
    BOXES,
    CHOSE_SIGNS,
    NOT_SILENT,
    SECTION_47,
    SEND,
    SEND_NOW,
    SILENCE,
    UNKNOWN,
    YES_NO,
    fact,
    happened,
    long_text,
    one,
    signs,
    signs_more,
    text,
    yes_no,
)
from dialogs.screens import NONE, NOT_KNOWN
from thresholds.conditions import All, AnyOf, Condition, Includes, Is, Not, OneOf

_DANGER = ("help_now", "help_now_staff", "help_now_head", "not_sure_safe")
_GOING_ON = (NEXT, SEND_NOW)
_OPEN_ENDED = Is("finding.section_47", False)
_STAFF = Is("start.what", "help_now_staff")
_HEAD = Is("start.what", "help_now_head")
_SCHOOL_HAS_SW = Is("setting.social_worker", True)
_NO_SW = Is("setting.social_worker", False)
_SHIELDED = ("help_now_staff", "help_now_head")
_OPENLY = Not(OneOf("start.what", _SHIELDED))
_ELSEWHERE = Includes("shown", ("elsewhere",))


def _sent_now(screen: str) -> Route:
    return Route(to="check", when=Is(f"{screen}.action", "send_now"))


def _notice(kind: ShowKind, key: str, when: Condition | None = None) -> Show:
    return Show(kind=kind, key=f"concern.{key}", when=when)


def _mark(mark: str) -> Show:
    return _notice("warning", f"marks.{mark}", Includes("finding.marks", (mark,)))


_MARKS = tuple(
    _mark(mark)
    for mark in (
        "nude_images",
        "child_sexual_abuse",
        "suicide",
        "missing_now",
        "fgm_known",
        "child_on_child",
        "radicalisation",
        "private_fostering",
        "adult_may_be_staff",
    )
)
_FAMILY = _notice("warning", "marks.family_silence", SILENCE)

_START = Page(
    id="start",
    words="concern.start",
    shows=(_notice("info", "start.notice"),),
    questions=(
        Question(
            id="what",
            kind="one",
            required=True,
            options=Fixed(ids=(*_DANGER, "worried", "adult", "talk")),
            gives=(
                *(Given(option=said, fact="needs_help_now", value=True) for said in _DANGER[:3]),
                Given(option="help_now_staff", fact="staff_may_be_danger", value=True),
                Given(option="help_now_head", fact="head_may_be_danger", value=True),
                Given(option="not_sure_safe", fact="not_sure_safe", value=True),
            ),
        ),
    ),
    routes=(
        Route(to="adult_who", when=Is("start.what", "adult")),
        Route(to="talk", when=Is("start.what", "talk")),
        Route(to="happened"),
    ),
)

_EMERGENCY = Page(
    id="emergency",
    words="concern.emergency",
    shows=(
        Show(kind="danger", key="concern.emergency.notice", ring="front_door"),
        _notice(
            "warning", "emergency.tell_lead", OneOf("start.what", ("help_now", "not_sure_safe", "worried", "talk"))
        ),
        _notice("warning", "emergency.staff", All((_STAFF, _SCHOOL_HAS_SW))),
        _notice("warning", "emergency.staff_alone", All((_STAFF, _NO_SW))),
        _notice("warning", "emergency.head", All((_HEAD, _SCHOOL_HAS_SW))),
        _notice("warning", "emergency.head_alone", All((_HEAD, _NO_SW))),
    ),
    questions=(text("place"), Question(id="callback", kind="phone")),
    actions=(NEXT, TELL),
)

_CHILD = Page(
    id="child",
    words="concern.child",
    shows=(
        Show(
            kind="danger_words",
            key="concern.child.words_found",
            when=All((Is("finding.danger_words", True), Is("emergency.seen", False))),
        ),
    ),
    questions=(
        Question(
            id="danger_check",
            kind="one",
            required=True,
            options=YES_NO,
            also=UNKNOWN,
            asked=All((Is("finding.danger_words", True), Is("emergency.seen", False))),
            gives=(
                Given(option="yes", fact="danger_words_confirmed", value=True),
                Given(option=NOT_KNOWN, fact="danger_words_confirmed", value=True),
            ),
        ),
        text("name"),
        Question(
            id="age_band", kind="one", required=True, options=FactValues(fact="age_band"), also=UNKNOWN, fact="age_band"
        ),
        Question(id="council", kind="one", required=True, options=Councils(), also=("other_council", NOT_KNOWN)),
        yes_no("social_worker"),
        text("where_now"),
        Question(
            id="tonight",
            kind="one",
            required=True,
            options=Fixed(ids=("someone_safe", "feared")),
            also=UNKNOWN,
            gives=(
                Given(option="someone_safe", fact="due_home_to_feared", value=False),
                Given(option="feared", fact="due_home_to_feared", value=True),
                Given(option=NOT_KNOWN, fact="due_home_to_feared", value=None),
            ),
        ),
    ),
    routes=(_sent_now("child"), Route(to="about")),
    actions=_GOING_ON,
)

_ABOUT = Page(
    id="about",
    words="concern.about",
    shows=(
        _notice("info", "about.has_social_worker", Is("child.social_worker", "yes")),
        _notice("info", "about.other_council", _ELSEWHERE),
        _notice("info", "about.council_unknown", Is("child.council", NOT_KNOWN)),
        _notice("info", "about.eighteen", Is("child.age_band", "18_or_over")),
    ),
    questions=(Question(id="groups", kind="many", required=True, options=Groups(), also=("not_sure",)),),
    routes=(
        _sent_now("about"),
        Route(to="sorter", when=Includes("about.groups", ("not_sure",))),
        Route(to="signs"),
    ),
    actions=_GOING_ON,
)

_SORTER = Page(
    id="sorter",
    words="concern.sorter",
    questions=(Question(id="fits", kind="many", required=True, options=Groups(sorter=True), also=(NONE,)),),
    routes=(_sent_now("sorter"), Route(to="more", when=Not(CHOSE_SIGNS)), Route(to="signs")),
    actions=_GOING_ON,
)

_MISSING = Includes("finding.marks", ("missing_now",))
_FOSTERED = Includes("finding.marks", ("private_fostering",))

_LAST_SEEN = (
    Question(
        id="known_risk",
        kind="one",
        required=True,
        options=YES_NO,
        also=UNKNOWN,
        asked=_MISSING,
        gives=(
            Given(option="yes", fact="missing_now_in_danger", value=True),
            Given(option=NOT_KNOWN, fact="missing_now_in_danger", value=None),
        ),
    ),
    text("last_seen", asked=_MISSING),
    text("last_seen_by", asked=_MISSING),
)

_LIVES_WITH = (
    Question(
        id="lives_with",
        kind="one",
        options=Fixed(ids=("family_friend", "distant_relative", "partner_of_parent", "other_adult", "close_relative")),
        also=UNKNOWN,
        asked=_FOSTERED,
    ),
    Question(
        id="stay", kind="one", options=Fixed(ids=("under_28_days", "28_days_or_more")), also=UNKNOWN, asked=_FOSTERED
    ),
    text("carer_lives", asked=_FOSTERED),
)

_MORE = Page(
    id="more",
    words="concern.more",
    shows=(_FAMILY, *_MARKS, Show(kind="text", key="concern.more.text")),
    questions=(
        fact("not_mobile"),
        fact("disabled"),
        fact("happened_before"),
        fact("long_standing"),
        fact("earlier_help_failed"),
        *_LAST_SEEN,
        *_LIVES_WITH,
        yes_no("looked_after", required=False, asked=Is("child.social_worker", "yes")),
        Question(
            id="how_long",
            kind="one",
            options=Fixed(ids=("once", "days", "weeks", "months", "longer")),
            also=UNKNOWN,
            asked=_OPEN_ENDED,
        ),
        Question(
            id="getting_worse",
            kind="one",
            options=FactValues(fact="getting_worse"),
            also=UNKNOWN,
            fact="getting_worse",
            when_needed=True,
        ),
        yes_no("earlier_worries", required=False),
        yes_no("other_children", required=False),
        yes_no("safe_adult", required=False, asked=SECTION_47),
        yes_no("parents_know", required=False, asked=NOT_SILENT),
        yes_no("telling_raises_danger", required=False, asked=NOT_SILENT),
        one("how_often", "once", "now_and_then", "most_weeks", "most_days", required=False),
    ),
    routes=(_sent_now("more"), Route(to="when")),
    actions=_GOING_ON,
    at_most=6,
)

_WHEN = Page(
    id="when",
    words="concern.when",
    questions=(
        Question(id="happened_on", kind="date", also=UNKNOWN),
        Question(id="happened_time", kind="time"),
        Question(id="learned_on", kind="date", earliest="happened_on"),
        one("between", "waited", "sense_later", "could_not_reach", "away", "told_someone", "other", required=False),
        one("dsl_told", "yes", "no", "could_not_reach", required=False),
        Question(
            id="done",
            kind="many",
            options=Fixed(
                ids=(
                    "rang_999",
                    "rang_front_door",
                    "stayed_with_child",
                    "first_aid",
                    "told_colleague",
                    "spoke_to_family",
                    "wrote_it_down",
                    "other",
                )
            ),
            also=(NONE,),
        ),
        text("who_there"),
        text("communication"),
        yes_no("interpreter", required=False),
        text("trusts"),
    ),
    routes=(_sent_now("when"), Route(to="check")),
    actions=_GOING_ON,
)

_CHECK = Page(
    id="check",
    words="concern.check",
    shows=(
        _notice("info", "check.not_sent"),
        _notice("warning", "check.alerted", All((_OPENLY, Is("emergency.seen", True)))),
        _FAMILY,
        Show(kind="recipients", key="concern.check.recipients", when=_OPENLY),
        _notice("info", "check.staff", _STAFF),
        _notice("info", "check.head", _HEAD),
        Show(kind="answers", key=""),
    ),
    questions=(
        Question(id="leave_out", kind="many", options=Recipients(), asked=_OPENLY),
        Question(
            id="leave_out_reason",
            kind="one",
            asked=_OPENLY,
            options=Fixed(ids=("involved", "related", "named", "other")),
        ),
    ),
    routes=(Route(to="receipt"),),
    actions=(SEND,),
)

_TALK = Page(
    id="talk",
    words="concern.talk",
    shows=(Show(kind="text", key="concern.talk.text"),),
    questions=(
        yes_no("hurt"),
        Question(
            id="topic",
            kind="one",
            options=Fixed(
                ids=("threshold_advice", "early_help", "a_family_situation", "working_together", "something_else")
            ),
            also=UNKNOWN,
        ),
        Question(
            id="when_suits",
            kind="one",
            options=Fixed(ids=("today", "before_school", "at_lunch", "after_school", "this_week", "at_drop_in")),
            also=UNKNOWN,
        ),
    ),
    routes=(Route(to="happened", when=OneOf("talk.hurt", ("yes", NOT_KNOWN))), Route(to="consultation")),
)

_WHO = ("head", "designated_safeguarding_lead", "social_worker", "myself", "someone_else")
_WHISTLE = _notice("info", "adult_who.whistleblowing")

_ADULT_WHO = Page(
    id="adult_who",
    words="concern.adult_who",
    shows=(_notice("info", "adult_who.notice"), _WHISTLE),
    questions=(one("who", *_WHO), text("name"), yes_no("someone_safe")),
    routes=(Route(to="adult_what"),),
)

_ADULT_WHAT = Page(
    id="adult_what",
    words="concern.adult_what",
    shows=(Show(kind="text", key="concern.adult_what.text"),),
    questions=tuple(long_text(box) for box in BOXES),
    routes=(Route(to="adult_harm"),),
    any_of=BOXES,
)

_HARM_TESTS = ("harmed_child", "possible_offence", "poses_risk", "unsuitable")

_ADULT_HARM = Page(
    id="adult_harm",
    words="concern.adult_harm",
    shows=(Show(kind="text", key="concern.adult_harm.text"),),
    questions=(*(yes_no(test) for test in _HARM_TESTS), yes_no("child_hurt"), text("child_name")),
    routes=(Route(to="adult_check"),),
)

_ANY_HARM = AnyOf(tuple(OneOf(f"adult_harm.{test}", ("yes", NOT_KNOWN)) for test in _HARM_TESTS))
_NOBODY_SAFE = Is("adult_who.someone_safe", "no")


def _goes_to(whom: str, *who: str) -> Show:
    """Who receives a concern about these, where somebody in school is safe to tell."""
    return _notice("info", f"adult_check.to_{whom}", All((OneOf("adult_who.who", who), Not(_NOBODY_SAFE))))


_ADULT_CHECK = Page(
    id="adult_check",
    words="concern.adult_check",
    shows=(
        _notice("info", "check.not_sent"),
        Show(
            kind="warning",
            key="concern.adult_check.lado",
            when=AnyOf((_ANY_HARM, _NOBODY_SAFE, Is("adult_who.who", "social_worker"))),
            ring="designated_officer",
        ),
        _notice("warning", "adult_check.nobody_safe", _NOBODY_SAFE),
        _notice("warning", "adult_check.child_hurt", OneOf("adult_harm.child_hurt", ("yes", NOT_KNOWN))),
        _goes_to("chair", "head"),
        _goes_to("head_and_lado", "social_worker"),
        _goes_to("head", "designated_safeguarding_lead", "myself", "someone_else", NOT_KNOWN),
        _WHISTLE,
        Show(kind="answers", key=""),
    ),
    routes=(Route(to="adult"),),
    actions=(SEND,),
)

_DANGER_NOW = AnyOf(
    (
        OneOf("start.what", _DANGER),
        OneOf("child.danger_check", ("yes", NOT_KNOWN)),
        Is("finding.emergency", True),
    )
)

CONCERN = Flow(
    name="concern",
    version=1,
    start="start",
    pages=(
        _START,
        _EMERGENCY,
        happened("child"),
        _CHILD,
        _ABOUT,
        _SORTER,
        signs(actions=_GOING_ON, routes=(_sent_now("signs"), Route(to="more"))),
        signs_more(actions=_GOING_ON, routes=(_sent_now("signs_more"), Route(to="more"))),
        _MORE,
        _WHEN,
        _CHECK,
        Page(id="receipt", words="concern.receipt", actions=(), end="receipt"),
        _TALK,
        Page(id="consultation", words="concern.consultation", actions=(), end="consultation"),
        _ADULT_WHO,
        _ADULT_WHAT,
        _ADULT_HARM,
        _ADULT_CHECK,
        Page(id="adult", words="concern.adult", actions=(), end="adult"),
    ),
    interrupt=Interrupt(when=_DANGER_NOW, to="emergency"),
    branches=(
        Branch(name="danger_now", when=_DANGER_NOW),
        Branch(name="adult", when=Is("start.what", "adult")),
        Branch(name="consultation", when=All((Is("start.what", "talk"), Is("talk.hurt", "no")))),
        Branch(name="has_social_worker", when=Is("child.social_worker", "yes")),
        Branch(name="looked_after", when=Is("more.looked_after", "yes")),
        Branch(name="other_council", when=_ELSEWHERE),
        Branch(name="council_unknown", when=Is("child.council", NOT_KNOWN)),
        Branch(name="eighteen_or_over", when=Is("child.age_band", "18_or_over")),
    ),
)
