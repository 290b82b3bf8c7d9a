"""Screens that look like the real ones and together hold every block, field kind and state. All of it is invented."""

from dialogs.screens import (
    NONE,
    NOT_KNOWN,
    Action,
    Choice,
    Field,
    Line,
    Listing,
    Notice,
    Number,
    Paragraph,
    Picture,
    Progress,
    Quote,
    Row,
    Rows,
    Screen,
)

NUMBERS = (
    Number(label="Front door (children’s services)", phone="0191 498 0001", hours="Monday to Friday, 8:30 to 17:00"),
    Number(label="Emergency duty team", phone="0191 498 0002", hours="nights, weekends and holidays"),
)
FOOT = "999 · front door · you need nobody’s permission to ring"
YES_NO = (
    Choice(id="yes", label="Yes"),
    Choice(id="no", label="No"),
    Choice(id=NOT_KNOWN, label="I don’t know"),
)
NEXT = (Action(id="next", label="Next", style="primary"),)

START = Screen(
    id="start",
    title="What is it?",
    blocks=(
        Notice(
            kind="info",
            title="Before you start",
            lines=(
                "Listen first. Promise no secrecy.",
                "Do not question the child, and do not investigate.",
                "Do not use this in front of the child.",
            ),
        ),
    ),
    fields=(
        Field(
            id="what",
            kind="one",
            label="What do you want to tell us about?",
            required=True,
            choices=(
                Choice(
                    id="help_now",
                    label="A child needs help right now",
                    hint="In danger, badly hurt, has taken something, missing, afraid to go home",
                ),
                Choice(
                    id="help_now_staff",
                    label="A child needs help right now, and someone who works here may be the danger",
                ),
                Choice(id="help_now_head", label="A child needs help right now, and the head may be the danger"),
                Choice(id="not_sure_safe", label="I am not sure that a child is safe"),
                Choice(id="worried", label="I am worried about a child"),
                Choice(id="adult", label="It is about an adult who works with children"),
                Choice(id="talk", label="I want to talk something through"),
            ),
        ),
    ),
    actions=NEXT,
    progress=Progress(step=1, of=9),
    numbers=NUMBERS,
    foot=FOOT,
)

EMERGENCY = Screen(
    id="emergency",
    title="Get help now",
    blocks=(
        Notice(
            kind="danger",
            title="Ring 999 now if a child is in danger",
            lines=(
                "Stay with the child.",
                "Tell the designated safeguarding lead in person: M. Ashdown (invented).",
                "The designated safeguarding lead, the social worker and the head have been alerted.",
            ),
        ),
        Paragraph(text="You can add where you are, and a number to ring you back on. You do not have to."),
    ),
    fields=(
        Field(id="place", kind="text", label="Where you are", required=False, max_length=200),
        Field(id="callback", kind="phone", label="A number to ring you back on", required=False, max_length=30),
    ),
    actions=(
        Action(id="next", label="When the child is safe, go on", style="primary"),
        Action(id="tell", label="Send place and number now"),
    ),
    progress=Progress(step=2, of=10),
    numbers=NUMBERS,
    foot=FOOT,
)

HAPPENED = Screen(
    id="happened",
    title="What happened",
    blocks=(Paragraph(text="Write what you know. Any box may stay empty, but not all of them."),),
    fields=(
        Field(id="saw", kind="long_text", label="What I saw", required=False, max_length=6000),
        Field(
            id="child_said",
            kind="long_text",
            label="What the child said",
            hint="In the child’s own words, as near as you can.",
            required=False,
            max_length=6000,
        ),
        Field(id="told_by_other", kind="long_text", label="What someone else told me", required=False, max_length=6000),
        Field(id="think", kind="long_text", label="What I think", required=False, max_length=6000),
    ),
    actions=NEXT,
    progress=Progress(step=2, of=9),
    numbers=NUMBERS,
    foot=FOOT,
)

COUNCILS = tuple(
    Choice(id=f"council_{number}", label=name)
    for number, name in enumerate(
        (
            "Gateshead", "Ealing", "Trafford", "Northside (invented)", "Southside (invented)", "Eastside (invented)",
            "Westside (invented)", "Upper Vale (invented)", "Lower Vale (invented)", "Highmoor (invented)",
            "Lowmoor (invented)",
        )
    )
)  # fmt: skip

CHILD = Screen(
    id="child",
    title="The child",
    fields=(
        Field(
            id="danger_check",
            kind="one",
            label="You wrote “knife”. Could someone be hurt today?",
            required=True,
            choices=YES_NO,
        ),
        Field(
            id="name",
            kind="text",
            label="The child’s name",
            hint="If you do not know it, say who you mean.",
            required=True,
            max_length=200,
        ),
        Field(
            id="council",
            kind="one",
            label="Which council area the child lives in",
            required=True,
            choices=(
                *COUNCILS,
                Choice(id="other_council", label="Another council, not in this list"),
                Choice(id=NOT_KNOWN, label="I don’t know"),
            ),
        ),
        Field(id="where_now", kind="text", label="Where the child is now", required=False, max_length=200),
    ),
    actions=(*NEXT, Action(id="send_now", label="Send now, add the rest later")),
    progress=Progress(step=3, of=9),
    numbers=NUMBERS,
    foot=FOOT,
)

SIGN_CHOICES = tuple(
    Choice(id=f"{prefix}_{number}", label=text, hint=hint, group=group)
    for group, prefix, signs in (
        (
            "Physical harm: someone hurts the child’s body, or marks and injuries suggest it",
            "physical",
            (
                ("A baby who cannot crawl yet has a bruise or other mark", "Any mark, however small."),
                ("The child says that an adult hit, kicked or burned them", "Said to you or to anybody else."),
                ("Marks in the shape of a hand, belt, stick or cigarette", None),
                ("An injury, and the story told about it does not fit", None),
                ("Often has bruises, with no clear reason", None),
            ),
        ),
        (
            "Neglect: food, clothes, cleanliness or watchful care are missing",
            "neglect",
            (
                ("A young child is left alone at home", "Ring 999 if it is happening now."),
                ("Always hungry, takes or begs for food", None),
                ("Dirty, smelly or badly dressed for the weather, day after day", None),
                ("Untreated illness, or teeth that hurt", None),
            ),
        ),
    )
    for number, (text, hint) in enumerate(signs)
)
SIGNS = Screen(
    id="signs",
    title="Signs",
    blocks=(Paragraph(text="Tick everything that you have seen, heard or been told. The gravest stand first."),),
    fields=(
        Field(
            id="signs",
            kind="many",
            label="What you have seen, heard or been told",
            required=True,
            choices=(*SIGN_CHOICES, Choice(id=NONE, label="None of these")),
        ),
        Field(id="not_sure", kind="many", label="Not sure about", required=False, choices=SIGN_CHOICES),
        Field(
            id="mark_where",
            kind="many",
            label="Where on the body",
            hint="Only what you saw without looking for it. Never a photograph.",
            required=False,
            choices=(
                Choice(id="face_cheek", label="Face or cheek"),
                Choice(id="ear", label="Ear"),
                Choice(id="upper_arm", label="Upper arm"),
                Choice(id="elsewhere", label="Somewhere else"),
            ),
        ),
    ),
    actions=(Action(id="send_now", label="Send now, add the rest later", style="danger"), *NEXT),
    progress=Progress(step=5, of=9),
    numbers=NUMBERS,
    foot=FOOT,
)

WHEN = Screen(
    id="when",
    title="When, and done so far",
    blocks=(
        Notice(
            kind="warning",
            title="Do not speak to the family",
            lines=("It could put the child in more danger. Ask the designated safeguarding lead first.",),
        ),
    ),
    fields=(
        Field(
            id="happened_on",
            kind="date",
            label="The day it happened",
            required=True,
            choices=(Choice(id=NOT_KNOWN, label="I don’t know"),),
        ),
        Field(id="happened_time", kind="time", label="The time", required=False),
        Field(id="learned_on", kind="date", label="The day you learned of it", required=True),
        Field(id="dsl_told", kind="one", label="Have you told a safeguarding lead in person?", required=True,
              choices=YES_NO),
        Field(id="times", kind="number", label="How many times, as far as you know", required=False, max_length=4),
    ),
    actions=NEXT,
    progress=Progress(step=7, of=9),
    numbers=NUMBERS,
    foot=FOOT,
)  # fmt: skip

CHECK = Screen(
    id="check",
    title="Check your answers",
    blocks=(
        Rows(
            title="What happened",
            rows=(
                Row(
                    label="What I saw",
                    value="He came in without a coat again.\nHis shoes were wet through.",
                    change="happened",
                ),
                Row(label="What the child said", value="Not filled in", change="happened"),
            ),
        ),
        Rows(
            title="The child",
            rows=(
                Row(label="Name", value="Robin Example (invented)", change="child"),
                Row(label="Council", value="Gateshead", change="child"),
            ),
        ),
        Rows(
            title="Who will receive it",
            rows=(
                Row(label="Designated safeguarding lead", value="M. Ashdown (invented)"),
                Row(label="Social worker", value="J. Okell (invented)"),
            ),
        ),
        Notice(kind="info", title="It is not sent until you press Send concern"),
    ),
    fields=(
        Field(
            id="leave_out",
            kind="many",
            label="Leave out anyone who is involved or related",
            hint="They will not be told. The most senior person who is not involved is told instead.",
            required=False,
            choices=(
                Choice(id="p1", label="Designated safeguarding lead: M. Ashdown"),
                Choice(id="p2", label="Social worker: J. Okell"),
            ),
        ),
    ),
    actions=(Action(id="send", label="Send concern", style="primary"),),
    progress=Progress(step=8, of=9),
    numbers=NUMBERS,
    foot=FOOT,
)

RECEIPT = Screen(
    id="receipt",
    title="Your concern has been sent",
    blocks=(
        Notice(kind="done", title="Sent. Your reference is K4M-7QX", lines=("Keep it. It tells nothing.",)),
        Rows(
            title="Who has been told",
            rows=(
                Row(label="Designated safeguarding leads", value="Told at 10:05"),
                Row(label="Social worker", value="Told at 10:05"),
                Row(label="Head, if nobody has seen it", value="From 12:05"),
            ),
        ),
        Notice(
            kind="warning",
            title="Telling this bot does not tell the police or the council",
            lines=("If it gets worse, ring.",),
        ),
    ),
    actions=(Action(id="add", label="Add to this concern"), Action(id="home", label="Home", to="home")),
    progress=Progress(step=9, of=9),
    numbers=NUMBERS,
    foot=FOOT,
)  # fmt: skip

OPENED = Screen(
    id="opened",
    title="Concern K4M-7QX",
    blocks=(
        Quote(title="What the reporter saw", text="He came in without a coat again.\nHis shoes were wet through."),
        Quote(title="What the child said", text="“Mum says we get a new one when the money comes.”"),
        Rows(
            title="The child",
            rows=(
                Row(label="Name", value="Robin Example (invented)"),
                Row(label="Earlier concerns", value="None found under this name"),
            ),
        ),
        Listing(
            title="Who has opened it",
            items=(Line(text="Designated safeguarding lead, 10:07"), Line(text="Social worker, 10:11")),
        ),
    ),
    actions=(
        Action(id="have", label="I have it", style="primary"),
        Action(id="show_suggestion", label="Show suggestion"),
        Action(id="ask", label="Ask the reporter"),
        Action(id="decide", label="Decide"),
        Action(id="log", label="Who has opened it", to="log:c1"),
        Action(id="home", label="Home", to="home"),
    ),
    numbers=NUMBERS,
    foot=FOOT,
)

SUGGESTION = Screen(
    id="suggestion",
    title="What the document suggests",
    blocks=(
        Rows(
            title="Suggestion",
            rows=(
                Row(label="Level", value="Level 3: Intensive support"),
                Row(label="Outcome", value="Statutory referral (Section 17)"),
                Row(label="Document", value="Gateshead 2020-09-01, not signed off"),
            ),
        ),
        Listing(
            title="Reasons",
            items=(
                Line(
                    text="Basic needs are often not met.",
                    source="Threshold document, version 1, section “Neglect”",
                    url="https://thresholds.example.invalid/neglect",
                ),
                Line(text="Earlier help did not change things.", source="The same document, section “When to refer”"),
            ),
        ),
        Paragraph(text="This is what the document says. People decide."),
    ),
    actions=(Action(id="back", label="Back to the concern", to="read:c1"),),
    numbers=NUMBERS,
    foot=FOOT,
)

PRIVACY = Screen(
    id="privacy",
    title="Is your screen private?",
    blocks=(Paragraph(text="Concern K4M-7QX. Opening it is written to its log."),),
    actions=(
        Action(id="open", label="Yes, open it", style="primary"),
        Action(id="home", label="Not now", to="home"),
    ),
    numbers=NUMBERS,
    foot=FOOT,
)

ASK = Screen(
    id="ask",
    title="Ask the reporter",
    fields=(Field(id="question", kind="long_text", label="Your question", required=True, max_length=2000),),
    actions=(Action(id="ask", label="Send question", style="primary"),),
    numbers=NUMBERS,
    foot=FOOT,
)

HOME = Screen(
    id="home",
    title="Home",
    blocks=(
        Notice(kind="warning", title="A safeguarding concern needs you by 10:35", lines=("Reference K4M-7QX",)),
        Paragraph(text="Everything here is saved as you leave each screen."),
    ),
    actions=(
        Action(id="danger", label="Danger now", style="danger", to="danger"),
        Action(id="begin", label="Report a concern", style="primary", to="begin:concern"),
        Action(id="concern_c1", label="Concern K4M-7QX: sent", to="concern:c1"),
        Action(id="sheet", label="Numbers to ring", to="sheet"),
    ),
    numbers=NUMBERS,
    foot=FOOT,
)

POINTER = Screen(
    id="alert",
    title="A safeguarding concern needs you",
    blocks=(Paragraph(text="By 10:35 · ref K4M-7QX"),),
    actions=(Action(id="open", label="Open", to="concern:c1"),),
)

UNKNOWN = Screen(
    id="unknown",
    title="Numbers to ring",
    blocks=(Paragraph(text="You are not in the directory of this programme."),),
    numbers=NUMBERS,
    foot=FOOT,
)

IN_LESSON = Screen(
    id="in_lesson",
    title="In lesson",
    blocks=(Paragraph(text="Alerts wait, an hour at most. Emergency and statutory alerts come all the same."),),
    fields=(
        Field(
            id="minutes",
            kind="one",
            label="For how long?",
            required=True,
            choices=tuple(Choice(id=str(minutes), label=f"{minutes} minutes") for minutes in (15, 30, 45, 60)),
        ),
    ),
    actions=(
        Action(id="send_in_lesson", label="Hold my alerts", style="primary"),
        Action(id="home", label="Back to the start", to="home"),
    ),
    numbers=NUMBERS,
    foot=FOOT,
)

AWAY = Screen(
    id="away",
    title="Away",
    blocks=(Paragraph(text="Whoever is on duty covers at once, and is told of what waits."),),
    fields=(
        Field(
            id="who",
            kind="one",
            label="Who is away?",
            required=True,
            choices=(
                Choice(id="p1", label="Social worker: J. Okell (invented)"),
                Choice(id="p2", label="Duty social worker: S. Inventley (invented)"),
            ),
        ),
        Field(
            id="until",
            kind="date",
            label="First day back",
            required=True,
            choices=(Choice(id="further_notice", label="Until further notice"),),
        ),
        Field(
            id="reason",
            kind="one",
            label="Reason",
            hint="Kept for the team manager. It is shown to nobody at a school.",
            required=True,
            choices=(Choice(id="sickness", label="Sickness"), Choice(id="leave", label="Leave")),
        ),
    ),
    actions=(Action(id="send_away", label="Note it", style="primary"),),
    numbers=NUMBERS,
    foot=FOOT,
)

SAME_CHILD = Screen(
    id="same_child",
    title="It is the same child",
    blocks=(Paragraph(text="A name alone is no proof. Choose only those that you know are about this child."),),
    fields=(
        Field(
            id="earlier",
            kind="many",
            label="Which are about this child?",
            required=True,
            choices=(
                Choice(id="c7", label="10:00 on Monday 2 November · P4D-2RK"),
                Choice(id="c8", label="09:15 on Tuesday 6 October · H8M-3WX"),
            ),
        ),
    ),
    actions=(
        Action(id="send_same_child", label="Confirm these", style="primary"),
        Action(id="read", label="Back to the concern"),
    ),
    numbers=NUMBERS,
    foot=FOOT,
)

NOT_DONE = Screen(
    id="not_done",
    title="This was not done",
    blocks=(
        Notice(kind="warning", title="Nothing was changed", lines=("The concern has moved on.",)),
        Rows(title="Where it stands", rows=(Row(label="Sent", value="10:00"), Row(label="Decided", value="11:20"))),
    ),
    actions=(
        Action(id="read", label="Back to the concern", style="primary"),
        Action(id="home", label="Back to the start", to="home"),
    ),
    numbers=NUMBERS,
    foot=FOOT,
)

MANAGER = Screen(
    id="manager",
    title="Start",
    blocks=(
        Paragraph(text="What was escalated to you stands here."),
        Notice(kind="info", title="Nothing waits for you."),
        Notice(
            kind="warning",
            title="Early-help and advice concerns that went round unseen: 3",
            lines=("They are the schools’ to open. Ask the schools’ leads to look.",),
        ),
        Picture(url="http://127.0.0.1:8080/figures/pictures/0a.png", text="Concerns sent, week by week: 1 to 4; 7."),
        Rows(
            title="Your team today",
            rows=(
                Row(label="On duty", value="S. Inventley (invented)"),
                Row(label="Away: J. Okell (invented)", value="Until further notice"),
            ),
        ),
    ),
    actions=(
        Action(id="away", label="Somebody is away"),
        Action(id="back_again", label="Somebody is back"),
        Action(id="swap", label="Give days of the duty rota"),
    ),
    numbers=NUMBERS,
    foot=FOOT,
)

CONVERSATION = (START, EMERGENCY, HAPPENED, CHILD, SIGNS, WHEN, CHECK)
PRESSED = (IN_LESSON, AWAY, SAME_CHILD, NOT_DONE, MANAGER)
ALL = (*CONVERSATION, RECEIPT, OPENED, SUGGESTION, PRIVACY, ASK, HOME, POINTER, UNKNOWN, *PRESSED)
