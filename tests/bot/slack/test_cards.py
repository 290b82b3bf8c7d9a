"""Every card that is pushed or opened is drawn for Slack; what is pushed carries nothing of a child."""

from dataclasses import replace

import pytest

from bot.channels.slack.draw import message
from bot.channels.teams.courier import taken_on
from bot.digest_card import card as digest_card
from dialogs.cards import (
    CAN,
    POINTER_KINDS,
    AccessEntry,
    Draft,
    Errand,
    LivingView,
    OpenedView,
    Pointer,
    StateLine,
    ToldLine,
    access_log,
    draft,
    draft_deleted,
    draft_over,
    errand,
    living_receipt,
    opened,
    pointer,
    privacy_step,
    receipt,
    start,
    suggestion,
    unknown_person,
)
from dialogs.engine import DANGERS
from dialogs.kept import KeptView, kept_screen
from dialogs.screens import Quote, Row, Rows, Screen
from dialogs.telling import Told
from tests.bot.slack.checking import faults, texts
from tests.bot.slack.test_contract import sound
from tests.bot.test_publishing import of
from tests.bot.test_sheets import digest
from tests.builders import ERRANDS
from tests.dialogs.test_cards import NUMBERS, RECEIPT, REFERENCE, SUGGESTION, WORDS

STATES = (
    StateLine(state="sent", when="10:20"),
    StateLine(state="seen", when="10:25", role="Designated safeguarding lead"),
    StateLine(state="decided", when="12:00", role="Designated safeguarding lead"),
)
LIVING = LivingView(
    concern="c1", reference=REFERENCE, states=STATES, numbers=NUMBERS, question=True, unreached=True,
    told=(ToldLine(role="Designated safeguarding lead", when="10:20"),), feedback="It was right to tell us.",
)  # fmt: skip
OPENED = OpenedView(
    concern="c1", reference=REFERENCE, numbers=NUMBERS, can=frozenset(CAN), states=STATES,
    told=Told(saw="x" * 6000, child_said="y & <z>\n" * 700, think="t"), danger_words=("knife",), danger_answer="No",
    rows=(Rows(title="The child", rows=(Row(label="Name", value="Robin Example (invented)"),)),),
    protective=("A safe adult",), late_note="It was learned of before today.", earlier=("2 November 2026",),
    additions=(Quote(title="Added", text="More"),),
    opened_by=(AccessEntry(when="10:25", who="M. Ashdown (invented)", role="Lead", what="opened it"),),
)  # fmt: skip
PUSHED: dict[str, Screen] = {
    **{
        f"pointer-{kind}": pointer(
            Pointer(concern="c1", reference=REFERENCE, kind=kind, respond_by="10:35"), NUMBERS, WORDS
        )
        for kind in POINTER_KINDS
    },
    **{f"errand-{kind}": errand(Errand(kind=kind, tasks=2, overdue=1, draft="d1"), NUMBERS, WORDS)
       for kind in ERRANDS},
    "pointer-taken": taken_on(
        pointer(Pointer(concern="c1", reference=REFERENCE, kind="alert", respond_by="10:35"), NUMBERS, WORDS),
        "I have it",
    ),
    "digest": digest_card(digest(), WORDS),
    "digest-quiet": digest_card(digest(of()), WORDS),
    "start": start(NUMBERS, WORDS),
    "draft": draft(Draft(conversation="v1", step=3, of=9), NUMBERS, WORDS),
    "draft-over": draft_over(NUMBERS, WORDS),
    "draft-deleted": draft_deleted(NUMBERS, WORDS),
    "living": living_receipt(LIVING, WORDS),
    "unknown": unknown_person(NUMBERS, WORDS),
}  # fmt: skip
OPENED_ONES: dict[str, Screen] = {
    "opened": opened(OPENED, WORDS),
    "privacy": privacy_step(REFERENCE, NUMBERS, WORDS),
    "suggestion": suggestion(SUGGESTION, NUMBERS, WORDS),
    "receipt": receipt(RECEIPT, WORDS),
    "receipt-adult": receipt(replace(RECEIPT, kind="adult"), WORDS),
    "receipt-consultation": receipt(replace(RECEIPT, kind="consultation", suggestion=None), WORDS),
    "log": access_log(REFERENCE, OPENED.opened_by, WORDS),
    **{
        f"kept-{what}-{state}": kept_screen(
            KeptView(state=state, what=what, reference=REFERENCE, numbers=NUMBERS, tried=True, refused=True), WORDS
        )
        for what in sorted(map(str, DANGERS))
        for state in ("sending", "waiting", "lost")
    },
}


@pytest.mark.parametrize("screen", PUSHED.values(), ids=list(PUSHED))
def test_a_pushed_card_is_a_message_whose_text_is_its_title(screen: Screen) -> None:
    sent = message(screen)
    assert faults(sent) == []
    assert sent["text"] == screen.title
    assert "c1" not in " ".join(text["text"] for text in texts(sent))


@pytest.mark.parametrize("screen", [*PUSHED.values(), *OPENED_ONES.values()], ids=[*PUSHED, *OPENED_ONES])
def test_a_card_is_a_view_without_fault_that_offers_what_the_web_page_offers(screen: Screen) -> None:
    sound(screen)
