"""Cards: a pushed one tells nothing, an opened one puts the words first, a receipt says who, what and when."""

from dataclasses import replace
from typing import Any

import pytest

from dialogs.cards import (
    CAN,
    POINTER_KINDS,
    AccessEntry,
    DocumentLine,
    Draft,
    Errand,
    LivingView,
    NextLine,
    OpenedView,
    Pointer,
    ReasonLine,
    ReceiptView,
    StateLine,
    SuggestionView,
    ToldLine,
    access_log,
    draft,
    draft_deleted,
    errand,
    living_receipt,
    opened,
    pointer,
    privacy_step,
    receipt,
    receipt_messages,
    start,
    suggestion,
    unknown_person,
)
from dialogs.screens import Block, Listing, Notice, Number, Quote, Row, Rows, Screen
from dialogs.telling import Told
from dialogs.words import Words
from tests.builders import ERRANDS

WORDS = Words.load()
NUMBERS = (Number(label="Front door", phone="020 7946 0001", hours="Mon-Fri 9-5"),)
REFERENCE = "K4M-7QX"

REASON = ReasonLine(
    text="Often hungry",
    document="Invented thresholds",
    version="as read in 2026",
    place="Neglect, row 3",
    url="https://example.invalid/thresholds",
)
SUGGESTION = SuggestionView(
    status="rated",
    outcome="statutory_referral",
    level="Level 4: child protection",
    basis="S47",
    reasons=(REASON,),
    unknown=("How old is the child?",),
    advice_now=True,
    consent="Agreement is not needed.",
    route=(Row(label="Front door", value="020 7946 0001"),),
    deadlines=(NextLine(what="Ring the front door", role="Designated safeguarding lead", when="10:35"),),
    document=DocumentLine(
        title="Invented thresholds",
        id="ealing/2020-09-01",
        version="1",
        in_force_from="1 September 2020",
        signed_off=False,
        review_due=True,
    ),
    unrated=("A sign nobody rates",),
    duties=("A duty",),
)
RECEIPT = ReceiptView(
    reference=REFERENCE,
    sent="23 November 2026, 10:20",
    kind="child",
    told=(ToldLine(role="Designated safeguarding lead", when="at once"),),
    next=(NextLine(what="Somebody has the concern", role="Designated safeguarding lead", when="10:35"),),
    numbers=NUMBERS,
    suggestion=SUGGESTION,
)


def plain(screen: Screen) -> str:
    """Everything a reader sees, as one text."""
    return f"{screen.title} {screen.blocks} {screen.actions} {screen.foot}"


@pytest.mark.parametrize("by", ["10:35", None])
@pytest.mark.parametrize("kind", [*POINTER_KINDS, "something_new"])
def test_a_pushed_card_holds_a_reference_a_time_and_open(kind: str, by: str | None) -> None:
    card = pointer(Pointer(concern="c1", reference=REFERENCE, kind=kind, respond_by=by), NUMBERS, WORDS)
    assert card.title.endswith(f" · ref {REFERENCE}")
    assert len(card.title) <= 90
    assert [(action.id, action.to) for action in card.actions] == [("open", "concern:c1")]
    assert card.fields == ()


@pytest.mark.parametrize("alarmed", [False, True])
def test_the_card_of_a_draft_says_how_far_it_is_and_nothing_of_it(alarmed: bool) -> None:
    card = draft(Draft(conversation="v1", step=3, of=9, alarmed=alarmed), NUMBERS, WORDS)
    assert card.title == "Draft · step 3 of 9"
    ways = [("Resume", "resume:v1"), *([] if alarmed else [("Delete", "discard:v1")])]
    assert [(action.label, action.to) for action in card.actions] == ways
    assert ("Nobody has been told" in str(card.blocks)) is not alarmed


@pytest.mark.parametrize("card", [start(NUMBERS, WORDS), draft_deleted(NUMBERS, WORDS)], ids=["start", "deleted"])
def test_a_card_to_start_from_offers_danger_first_and_the_numbers(card: Screen) -> None:
    assert [action.to for action in card.actions] == ["danger", "begin", "home"]
    assert (card.numbers, card.foot) == (NUMBERS, WORDS("foot"))


def test_the_alert_reads_as_the_product_says() -> None:
    card = pointer(Pointer(concern="c1", reference=REFERENCE, kind="alert", respond_by="10:35"), NUMBERS, WORDS)
    assert card.title == "A safeguarding concern needs you by 10:35 · ref K4M-7QX"


def test_only_a_reporter_whom_nobody_answered_is_told_on_the_card_whom_to_ring() -> None:
    ringing = {
        kind: pointer(Pointer(concern="c1", reference=REFERENCE, kind=kind, respond_by=None), NUMBERS, WORDS).blocks
        for kind in POINTER_KINDS
    }
    assert [kind for kind, blocks in ringing.items() if blocks] == ["nobody_yet"]
    assert "020 7946 0001" in str(ringing["nobody_yet"])


@pytest.mark.parametrize("kind", ERRANDS)
def test_a_card_of_no_concern_is_one_short_sentence_and_one_button(kind: str) -> None:
    card = errand(Errand(kind=kind, tasks=12, overdue=3, draft="v1"), NUMBERS, WORDS)
    assert (card.id, card.fields, len(card.actions)) == ("pointer", (), 1)
    assert len(card.title) <= 90
    assert "ref" not in card.title
    assert "v1" not in f"{card.title} {card.blocks}"


def test_only_whoever_stopped_midway_may_go_on_and_is_told_whom_to_ring() -> None:
    cards = {kind: errand(Errand(kind=kind, draft="v1"), NUMBERS, WORDS) for kind in ERRANDS}
    assert {kind for kind, card in cards.items() if card.blocks} == {"midway_reminder", "unfinished"}
    assert {kind for kind, card in cards.items() if card.actions[0].to == "resume:v1"} == {
        "midway_reminder",
        "unfinished",
    }
    assert "020 7946 0001" in str(cards["midway_reminder"].blocks)


@pytest.mark.parametrize(
    ("tasks", "overdue", "says"),
    [
        (1, 0, "You have 1 safeguarding task open"),
        (3, 0, "You have 3 safeguarding tasks open"),
        (3, 1, "You have 3 safeguarding tasks open, 1 overdue"),
        (1, 1, "You have 1 safeguarding task open, 1 overdue"),
    ],
)
def test_work_is_said_in_counts(tasks: int, overdue: int, says: str) -> None:
    assert errand(Errand(kind="work", tasks=tasks, overdue=overdue), NUMBERS, WORDS).title == says


def test_the_privacy_step_shows_nothing_yet() -> None:
    screen = privacy_step(REFERENCE, NUMBERS, WORDS)
    assert screen.title == "Is your screen private?"
    assert [action.id for action in screen.actions] == ["open", "home"]


OPENED = OpenedView(
    concern="c1",
    reference=REFERENCE,
    told=Told(saw="Saw it", child_said="Said it", told_by_other="Heard it", think="Thinks so"),
    rows=(Rows(title="The child", rows=(Row(label="Name", value="Sam"),)),),
    numbers=NUMBERS,
    can=frozenset(CAN),
)


def an_opened(**more: Any) -> OpenedView:
    """A record with the four boxes filled; `more` replaces fields."""
    return replace(OPENED, **more)


def test_an_opened_concern_puts_the_words_first_and_opinion_last_among_them() -> None:
    blocks = opened(an_opened(), WORDS).blocks
    kinds = [type(block) for block in blocks if isinstance(block, Quote | Rows)]
    assert kinds[:5] == [Quote, Quote, Quote, Quote, Rows]
    quotes = [block for block in blocks if isinstance(block, Quote)]
    assert [quote.text for quote in quotes] == ["Saw it", "Said it", "Heard it", "Thinks so"]
    assert "opinion" in quotes[3].title


def test_an_opened_concern_shows_no_level_and_no_name_in_its_title() -> None:
    screen = opened(an_opened(), WORDS)
    assert "evel" not in screen.title
    assert not any("Suggestion" in str(block) for block in screen.blocks)
    assert [action.id for action in screen.actions] == list(CAN)


def test_the_buttons_are_those_that_the_gate_allows() -> None:
    screen = opened(an_opened(can=frozenset({"log", "have"})), WORDS)
    assert [action.id for action in screen.actions] == ["have", "log"]


def test_no_earlier_concern_is_said_as_none_found_under_this_name() -> None:
    assert "None found under this name" in plain(opened(an_opened(earlier=()), WORDS))
    assert "3 June 2026" in plain(opened(an_opened(earlier=("3 June 2026",)), WORDS))
    assert "under this name" not in plain(opened(an_opened(), WORDS))


def test_everything_else_of_a_record_is_shown_when_it_is_there() -> None:
    entry = AccessEntry(when="10:30", who="Ida Marsh", role="Designated safeguarding lead", what="opened it")
    screen = opened(
        an_opened(
            danger_words=("knife",),
            danger_answer="No",
            protective=("A safe adult",),
            late_note="Learned on 20 November",
            additions=(Quote(title="Added at 11:00", text="More"),),
            states=(StateLine(state="sent", when="10:20"),),
            opened_by=(entry,),
            notices=(Notice(kind="warning", title="Do not speak to the family"),),
        ),
        WORDS,
    )
    text = plain(screen)
    for said in ("knife", "answered: No", "A safe adult", "20 November", "More", "Sent", "Ida Marsh", "Do not speak"):
        assert said in text
    assert "Not answered" in plain(opened(an_opened(danger_words=("knife",)), WORDS))


def test_each_reason_names_document_version_and_place() -> None:
    screen = suggestion(SUGGESTION, NUMBERS, WORDS)
    lines = [line for block in screen.blocks if isinstance(block, Listing) for line in block.items if line.url]
    assert [(line.text, line.source) for line in lines] == [
        ("Often hungry", "Invented thresholds, as read in 2026, Neglect, row 3.")
    ]


def test_a_borrowed_line_says_whose_it_is() -> None:
    borrowed = ReasonLine(
        text="x", document="d", version="v", place="p", url="https://example.invalid/", borrowed_from="Harrow"
    )
    view = replace(SUGGESTION, reasons=(borrowed,))
    assert "borrowed from Harrow" in plain(suggestion(view, NUMBERS, WORDS))


def test_a_suggestion_says_what_is_unknown_and_that_people_decide() -> None:
    text = plain(suggestion(SUGGESTION, NUMBERS, WORDS))
    for said in ("People decide", "How old is the child?", "A sign nobody rates", "A duty", "Not signed off",
                 "Past its review date", "by 10:35", "Ask for advice now", "Section 47"):  # fmt: skip
        assert said in text


@pytest.mark.parametrize("status", ["fault", "no_document", "unrated_signs"])
def test_a_suggestion_without_a_level_says_what_to_do(status: str) -> None:
    view = SuggestionView(
        status=status,
        outcome=None,
        level=None,
        basis="none",
        reasons=(),
        unknown=(),
        advice_now=False,
        consent="",
        route=(),
        deadlines=(),
        document=None,
    )
    screen = suggestion(view, NUMBERS, WORDS)
    assert any(isinstance(block, Notice) and block.kind == "warning" for block in screen.blocks)
    assert "No level: ask for advice now" in plain(screen)


def test_a_receipt_says_who_was_told_what_is_next_and_what_the_bot_does_not_do() -> None:
    text = plain(receipt(RECEIPT, WORDS))
    for said in (REFERENCE, "at once", "by 10:35", "Telling this bot does not tell the police or the council"):
        assert said in text


def test_out_of_hours_the_number_to_ring_stands_first() -> None:
    view = _receipt(ring_first=Number(label="Out of hours", phone="020 7946 0002"))
    first = receipt(view, WORDS).blocks[0]
    assert "020 7946 0002" in str(first)


def test_in_danger_the_team_that_answers_now_stands_right_after_999() -> None:
    duty = Number(label="Out of hours", phone="020 7946 0002")
    view = _receipt(danger=True, ring_first=duty, numbers=(Number(label="Emergency", phone="999"), *NUMBERS))
    first = receipt(view, WORDS).blocks[0]
    assert isinstance(first, Notice)
    assert [line.rpartition(": ")[2][:13] for line in first.lines[:2]] == ["999", "020 7946 0002"]


def test_danger_shows_999_before_anything_else_and_the_notices_follow() -> None:
    blocks = receipt(_receipt(danger=True, notices=("Ring 101 yourself.",)), WORDS).blocks
    assert isinstance(blocks[0], Notice)
    assert blocks[0].kind == "danger"
    assert "Ring 101 yourself." in str(blocks)


def test_what_happens_next_stands_once_on_a_receipt() -> None:
    assert plain(receipt(RECEIPT, WORDS)).count("Ring the front door") == 0
    assert plain(receipt(_receipt(next=()), WORDS)).count("Ring the front door") == 1


def test_a_suggestion_that_is_in_force_and_signed_has_nothing_more_to_say_of_its_document() -> None:
    document = SUGGESTION.document
    assert document is not None
    view = replace(
        SUGGESTION, document=replace(document, signed_off=True, review_due=False), route=(), deadlines=(), duties=()
    )
    assert "signed off" not in plain(suggestion(view, NUMBERS, WORDS))


def test_a_box_left_empty_is_not_shown() -> None:
    quotes = [block for block in opened(an_opened(told=Told(saw="x")), WORDS).blocks if isinstance(block, Quote)]
    assert len(quotes) == 1


def _receipt(**more: Any) -> ReceiptView:
    return replace(RECEIPT, **more)


ENDS = [("child", "receipt"), ("adult", "adult"), ("consultation", "consultation")]


@pytest.mark.parametrize(("kind", "screen"), ENDS)
def test_each_kind_of_receipt_is_the_last_screen_of_its_road(kind: str, screen: str) -> None:
    view = _receipt(kind=kind, suggestion=None, told=(), next=())
    assert receipt(view, WORDS).id == screen


def test_the_messages_of_a_receipt_are_its_sentences_in_order() -> None:
    messages = receipt_messages(_receipt(notices=("Ring 101 yourself.",)), WORDS)
    assert messages[0] == f"Sent. Reference {REFERENCE}"
    assert "Often hungry (Invented thresholds, as read in 2026, Neglect, row 3.)" in messages
    assert "Designated safeguarding lead: at once" in messages
    assert all(message.strip() for message in messages)


def test_a_quote_is_a_message_with_its_heading() -> None:
    from dialogs.cards.receipt import _sentences  # noqa: PLC0415

    block: Block = Quote(title="Said", text="words")
    assert list(_sentences(block)) == ["Said: words"]


def test_the_living_receipt_holds_states_times_roles_and_numbers_only() -> None:
    view = LivingView(
        concern="c1",
        reference=REFERENCE,
        states=(StateLine(state="sent", when="10:20"), StateLine(state="seen", when="10:25", role="Social worker")),
        told=RECEIPT.told,
        numbers=NUMBERS,
    )
    screen = living_receipt(view, WORDS)
    assert "10:25, Social worker" in plain(screen)
    assert "evel" not in plain(screen)
    assert [action.id for action in screen.actions] == ["add", "disagree"]


def test_a_question_and_an_answer_stand_on_the_living_receipt() -> None:
    view = LivingView(
        concern="c1", reference=REFERENCE, states=(), told=(), numbers=(), feedback="It was read.", question=True
    )
    screen = living_receipt(view, WORDS)
    assert "It was read." in plain(screen)
    assert screen.actions[0].id == "reply"


STATES = ["sent", "seen", "had", "decided", "closed", "reopened"]


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_word(state: str) -> None:
    view = LivingView(concern="c", reference="r", states=(StateLine(state=state, when="now"),), told=(), numbers=())
    assert isinstance(living_receipt(view, WORDS).blocks[1], Rows)


def test_the_log_says_who_opened_it_when_and_in_which_role() -> None:
    entry = AccessEntry(when="10:30", who="Ida Marsh", role="Designated safeguarding lead", what="opened it")
    assert "Ida Marsh, Designated safeguarding lead: opened it" in plain(access_log(REFERENCE, (entry,), WORDS))


def test_a_stranger_sees_numbers_and_nothing_else() -> None:
    screen = unknown_person(NUMBERS, WORDS)
    assert "0800 1111" in plain(screen)
    assert (screen.fields, screen.actions) == ((), ())


def test_a_receipt_of_a_concern_that_reached_nobody_says_so_and_whom_to_ring() -> None:
    view = LivingView(concern="c1", reference=REFERENCE, states=(), told=(), numbers=NUMBERS, unreached=True)
    said = next(block for block in living_receipt(view, WORDS).blocks if isinstance(block, Notice))
    assert (said.kind, said.title) == ("warning", "Nobody could be reached yet")
    assert any("020 7946 0001" in line for line in said.lines)
    assert not any(isinstance(one, Notice) for one in living_receipt(replace(view, unreached=False), WORDS).blocks)
