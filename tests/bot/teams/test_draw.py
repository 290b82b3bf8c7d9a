"""Each limit at N and at N + 1, and what a screen looks like in Teams."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest

from bot.channels.teams.draw import attachment, card, page, parts_of, task
from bot.channels.teams.read import answers, press, some
from dialogs.flows import CATALOGUE
from dialogs.prepared import prepared
from dialogs.screens import (
    FIELD_KINDS,
    NOT_KNOWN,
    Action,
    Block,
    Choice,
    Field,
    FieldKind,
    Line,
    Listing,
    Paragraph,
    Quote,
    Row,
    Rows,
    Screen,
    Value,
)
from dialogs.showing import Undrawable
from dialogs.words import Words
from tests.bot.slack.test_draw import (
    LONG,
    ROUND_TRIPS,
    a_field,
    choices_of,
    of_field,
    opened,
    paragraph,
    screen_of,
)
from tests.bot.teams.checking import Json, as_sent, faults, of_kind, presses, texts, weight
from tests.bot.web import samples
from tests.bot.web.test_contract import VOCABULARY


def drawn(screen: Screen, part: int = 1) -> Json:
    found = page(screen, part=part)
    assert faults(found) == []
    return found


def said(found: Json) -> str:
    """Every text of a card, as people read it."""
    return "\n".join(texts(found))


def buttons(found: Json) -> list[str]:
    """What stands on the buttons, in order."""
    return [one["title"] for one in of_kind(found, "Action.")]


def actions(count: int) -> tuple[Action, ...]:
    return tuple(Action(id=f"a{number}", label=f"Do {number}") for number in range(count))


# ── limits


@pytest.mark.parametrize(("count", "kept"), [(6, 6), (7, 5), (40, 5)])
def test_a_page_has_six_buttons_and_the_rest_stands_in_a_list(count: int, kept: int) -> None:
    found = drawn(screen_of(actions=actions(count)))
    assert len(of_kind(found, "Action.")) == 6
    assert ("Do this" in buttons(found)) is (count > 6)
    assert len([one for one in buttons(found) if one.startswith("Do ") and one != "Do this"]) == kept
    assert {press(sent)[0] for sent in presses(found)} == {action.id for action in actions(count)}


@pytest.mark.parametrize(("count", "fits"), [(6, True), (7, False)])
def test_a_card_in_the_chat_has_six_buttons(count: int, fits: bool) -> None:
    screen = screen_of(actions=actions(count))
    if fits:
        assert faults(card(screen)) == []
    else:
        with pytest.raises(Undrawable):
            card(screen)


@pytest.mark.parametrize(("count", "style"), [(12, "expanded"), (13, "compact")])
def test_a_long_choice_is_a_list_to_open(count: int, style: str) -> None:
    (choice,) = of_kind(drawn(of_field("one", choices=choices_of(count))), "Input.ChoiceSet")
    assert choice["style"] == style


@pytest.mark.parametrize(("count", "folded"), [(8, False), (9, True)])
def test_a_long_list_that_asks_again_is_folded_away(count: int, folded: bool) -> None:
    fields = tuple(a_field("many", id=name, required=name == "f", choices=choices_of(count)) for name in ("f", "g"))
    found = drawn(screen_of(fields=fields))
    assert bool(of_kind(found, "Action.ToggleVisibility")) is folded
    assert len(of_kind(found, "Input.ChoiceSet")) == 2


def test_a_folded_list_is_open_when_something_is_chosen_in_it_and_comes_back_when_not() -> None:
    fields = tuple(a_field("many", id=name, required=name == "f", choices=choices_of(9)) for name in ("f", "g"))
    chosen = replace(fields[1], value=("c3",))
    (shut,) = [one for one in of_kind(drawn(screen_of(fields=fields)), "Container") if "id" in one]
    (open_one,) = [one for one in of_kind(drawn(screen_of(fields=(fields[0], chosen))), "Container") if "id" in one]
    assert (shut["isVisible"], open_one["isVisible"]) == (False, True)
    assert answers(as_sent(drawn(screen_of(fields=(fields[0], chosen))))) == {"f": (), "g": ("c3",)}


def test_without_a_button_to_spare_nothing_is_folded() -> None:
    fields = tuple(a_field("many", id=name, required=name == "f", choices=choices_of(9)) for name in ("f", "g"))
    found = drawn(screen_of(fields=fields, actions=(*actions(5), Action(id="next", label="Next", style="primary"))))
    assert not of_kind(found, "Action.ToggleVisibility")


def fill(room: int) -> Screen:
    """A screen whose card takes `room` bytes."""
    base = weight(page(screen_of(Paragraph(text="x"), actions=())))
    return paragraph(1 + room - base)


@pytest.mark.parametrize(("room", "parts"), [(78_000, 1), (80_001, 2)])
def test_a_page_takes_eighty_thousand_bytes(room: int, parts: int) -> None:
    lines = fill(room)
    halves = cast("Paragraph", lines.blocks[0]).text
    middle = len(halves) // 2
    screen = screen_of(Paragraph(text=halves[:middle]), Paragraph(text=halves[middle:]), actions=())
    assert parts_of(screen) == parts
    assert all(faults(page(screen, part=part)) == [] for part in range(1, parts + 1))


@pytest.mark.parametrize(("letters", "fits"), [(39_000, True), (40_100, False)])
def test_a_card_in_the_chat_is_counted_as_teams_counts(letters: int, fits: bool) -> None:
    screen = paragraph(letters)
    if fits:
        assert faults(card(screen)) == []
    else:
        with pytest.raises(Undrawable):
            card(screen)


def test_every_sign_of_every_group_fits_one_page() -> None:
    ready = prepared(VOCABULARY, Words.load())
    groups = tuple(group.id for group in VOCABULARY.groups)
    flow_page = next(page for page in CATALOGUE[("concern", 1)].pages if page.id == "signs")
    for number in (1, 2):
        signs = ready.sign_page(groups, number)
        ticked = tuple(choice.id for choice in signs.choices)
        fields = (
            a_field("many", id="signs", choices=signs.with_none, value=ticked, error="Tick one"),
            a_field("many", id="not_sure", choices=signs.choices, required=False, value=ticked),
        )
        pressing = tuple(ready.action(flow_page, one) for one in flow_page.actions)
        screen = screen_of(Listing(title="Headings", items=signs.areas), fields=fields, actions=pressing)
        assert parts_of(screen) == 1
        assert answers(as_sent(drawn(screen))) == {"signs": ticked, "not_sure": ticked}


@pytest.mark.parametrize("letter", ["x", "字", "<", '"'])
def test_four_long_answers_fit_one_page_in_any_script(letter: str) -> None:
    fields = tuple(replace(one, value=letter * 6000) for one in samples.HAPPENED.fields)
    found = drawn(replace(samples.HAPPENED, fields=fields))
    assert answers(as_sent(found)) == {field.id: letter * 6000 for field in fields}


def boxes(letters: int) -> Screen:
    """Four boxes, the first three full of what takes most, and so many letters in the last one."""
    values = ("😀" * 6000,) * 3 + ("x" * letters,)
    fields = tuple(
        a_field("long_text", id=f"f{number}", value=value, max_length=6000) for number, value in enumerate(values)
    )
    return screen_of(Paragraph(text="Above the boxes"), fields=fields)


def test_fields_stand_on_one_card_as_long_as_it_holds_them_and_on_two_from_one_letter_more() -> None:
    most = 80_001 - weight(page(boxes(1)))
    assert (parts_of(boxes(most)), weight(page(boxes(most)))) == (1, 80_000)
    assert not some(as_sent(drawn(boxes(most))))
    parted = boxes(most + 1)
    assert parts_of(parted) == 2
    sent = [as_sent(drawn(parted, part)) for part in (1, 2)]
    assert all(map(some, sent))
    assert all(map(answers, sent))
    assert answers(sent[0]) | answers(sent[1]) == {field.id: field.value for field in parted.fields}
    assert buttons(drawn(parted)) == ["More", "Continue"]
    assert buttons(drawn(parted, 2)) == ["Earlier part", "Continue"]


def test_the_part_with_an_error_is_shown_first() -> None:
    fields = tuple(
        a_field(
            "long_text", id=f"f{number}", value="字" * 6000, max_length=6000, error="Shorter" if number == 4 else None
        )
        for number in range(5)
    )
    assert "Part 2 of 2" in said(drawn(screen_of(fields=fields)))


def test_a_field_that_no_card_holds_is_refused() -> None:
    with pytest.raises(Undrawable):
        page(screen_of(fields=(a_field("long_text", value="字" * 30_000, max_length=6000),)))


@pytest.mark.parametrize(
    ("text", "times"),
    [(LONG, 12), ("字" * 6000, 12), ("😀" * 6000, 12), ("<&>" * 2000, 12), ("a\n" * 3000, 1)],
    ids=["words", "wide", "astral", "marks", "lines"],
)
def test_a_long_concern_has_parts_and_nothing_is_cut(text: str, times: int) -> None:
    screen = opened(times, text)
    found = [drawn(screen, part) for part in range(1, parts_of(screen) + 1)]
    boxes = [one for part in found for one in of_kind(part, "Container") if one.get("style") == "emphasis"]
    whole = "".join(run["text"] for box in boxes for run in of_kind(box, "TextRun"))
    assert "".join(whole.split()).count("".join(text.split())) == times


def test_every_part_offers_the_buttons_and_the_way_to_the_others() -> None:
    screen = opened(12)
    last = parts_of(screen)
    assert last > 1
    for part in range(1, last + 1):
        found = drawn(screen, part)
        ways = {("part", f"part:{to}") for to in (part - 1, part + 1) if 1 <= to <= last}
        inside = {(action.id, action.to) for action in screen.actions}
        assert {press(sent) for sent in presses(found)} == inside | ways
        assert f"Part {part} of {last}" in said(found)


@pytest.mark.parametrize("asked", [-1, 0, 99])
def test_a_part_that_is_not_there_is_the_nearest(asked: int) -> None:
    screen = opened(12)
    assert page(screen, part=asked) == page(screen, part=1 if asked < 1 else parts_of(screen))


def test_fields_stand_on_the_last_part_and_nothing_is_sent_before() -> None:
    quotes = tuple(Quote(title="Said", text=LONG[:20_000]) for _ in range(8))
    ways = (*samples.ASK.actions, Action(id="back", label="Back"))
    screen = replace(samples.ASK, blocks=quotes, actions=ways)
    first, last = drawn(screen), drawn(screen, 99)
    assert not of_kind(first, "Input.")
    assert {press(sent)[0] for sent in presses(first)} == {"part", "back"}
    assert set(answers(as_sent(last))) == {"question"}


# ── the frame


def test_progress_and_title_come_first_and_the_numbers_last() -> None:
    found = drawn(samples.CHILD)
    assert [one["text"] for one in found["body"][:2]] == ["Step 3 of 9", "The child"]
    assert samples.FOOT in said({"type": "Container", "items": found["body"][-1:]})
    assert "Emergency duty team: 0191 498 0002 (nights, weekends and holidays)" in said(found)


def test_danger_now_stands_above_all_else_on_the_start_page() -> None:
    found = drawn(samples.HOME)
    assert [(one["title"], one.get("style")) for one in found["body"][1]["actions"]] == [
        ("Danger now", "destructive"),
        ("Report a concern", "positive"),
    ]


def test_an_action_offered_before_the_primary_one_stands_above_the_fields() -> None:
    found = drawn(samples.SIGNS)
    assert found["body"][2]["actions"][0]["title"] == "Send now, add the rest later"
    assert [one["title"] for one in found["actions"]] == ["Next"]


def test_answers_are_changed_by_the_heading_they_stand_under() -> None:
    found = drawn(samples.CHECK)
    (choice,) = [one for one in of_kind(found, "Input.ChoiceSet") if one["id"] == "~change"]
    assert [option["title"] for option in choice["choices"]] == ["What happened", "The child"]
    assert {press(sent) for sent in presses(found)} >= {("change", "screen:happened"), ("change", "screen:child")}


def test_pressing_a_list_without_a_choice_shows_the_page_again() -> None:
    (data,) = [one["data"] for one in of_kind(drawn(samples.CHECK), "Action.") if one["title"] == "Change"]
    assert press(data) == ("unhide", None)


def test_the_dialogs_bar_carries_no_content() -> None:
    found = task(samples.OPENED, place="p")
    assert found["title"] == "Safeguarding"
    assert found["card"] == attachment(page(samples.OPENED, place="p"))


def test_what_is_optional_says_so_where_something_is_not() -> None:
    labels = [one["label"] for one in of_kind(drawn(samples.CHILD), "Input.")]
    assert labels[3] == "Where the child is now (optional)"
    assert labels[1] == "The child’s name. If you do not know it, say who you mean."
    assert "optional" not in said(drawn(samples.HAPPENED))


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_a_refused_field_says_so_above_it(kind: FieldKind) -> None:
    assert "To put right: Say what happened" in said(drawn(of_field(kind, error="Say what happened")))


def test_what_no_picker_can_hold_is_still_said() -> None:
    found = drawn(of_field("date", value="last Tuesday", error="Enter a date"))
    assert "To put right: Enter a date Entered: last Tuesday" in said(found)


def test_nothing_is_chosen_before_somebody_chooses() -> None:
    fields = tuple(a_field(kind, id=kind) for kind in FIELD_KINDS)
    assert not [one for one in of_kind(drawn(screen_of(fields=fields)), "Input.") if "value" in one]


def test_nothing_is_required_by_the_client_so_that_back_always_works() -> None:
    assert "isRequired" not in json.dumps([page(screen) for screen in samples.ALL])


@pytest.mark.parametrize(("field", "value"), ROUND_TRIPS)
def test_a_value_comes_back_as_it_was_drawn(field: Field, value: Value) -> None:
    assert answers(as_sent(drawn(screen_of(fields=(replace(field, value=value),))))) == {"f": value}


@pytest.mark.parametrize(("label", "shown"), [("Name", "Name: "), ("How old is the child?", "How old is the child? ")])
def test_a_label_that_is_a_question_has_no_second_mark(label: str, shown: str) -> None:
    found = drawn(screen_of(Rows(title="The child", rows=(Row(label=label, value="Nine"),))))
    assert [shown, "Nine"] == [one["text"] for one in of_kind(found, "TextRun")][:2]


def test_headings_of_options_are_said_in_either_form() -> None:
    few = (*choices_of(2, group="Home"), Choice(id="z", label="Bare"))
    many = choices_of(13, group="Home")
    assert "Home" in said(drawn(of_field("many", choices=few)))
    assert "Home: Option 3" in said(drawn(of_field("one", choices=many)))


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://a.example.invalid/x?a=1&b=2", True),
        ("javascript:alert(1)", False),
        ("https://a.example.invalid/)[x](https://b.invalid", False),
        ("https://a.example.invalid/" + "x" * 998, True),
        ("https://a.example.invalid/" + "x" * 999, False),
        (None, False),
    ],
)
def test_only_a_web_address_becomes_a_link(url: str | None, linked: bool) -> None:
    found = drawn(screen_of(Listing(title="Reasons", items=(Line(text="Because", source="The document", url=url),))))
    assert any(text.startswith("[Open the page](") for text in texts(found)) is linked
    assert "The document" in said(found)


# ── the chat


@pytest.mark.parametrize("action", ["have", "discard"])
def test_what_changes_the_card_in_place_is_executed_and_has_a_way_for_older_clients(action: str) -> None:
    found = card(screen_of(actions=(Action(id=action, label="Go", to="concern:c1", style="primary"),)), place="p")
    (button,) = found["actions"]
    assert (button["type"], button["verb"], button["style"]) == ("Action.Execute", action, "positive")
    assert button["fallback"]["data"] == {"msteams": {"type": "task/fetch"}, **button["data"]}


def test_everything_else_in_the_chat_opens_a_dialog() -> None:
    (button,) = card(screen_of(actions=(Action(id="open", label="Open", to="concern:c1"),)))["actions"]
    assert button["data"]["msteams"] == {"type": "task/fetch"}
    assert button["type"] == "Action.Submit"


CONTENT = (
    of_field("text"),
    screen_of(Quote(title="What I saw", text="Words")),
    screen_of(Rows(title="Answers", rows=(Row(label="Name", value="Robin (invented)", change="child"),))),
)


@pytest.mark.parametrize("screen", CONTENT, ids=["field", "quote", "answer"])
def test_no_content_stands_in_the_chat(screen: Screen) -> None:
    with pytest.raises(Undrawable):
        card(screen)


UNDRAWABLE: tuple[tuple[str, Callable[[], object]], ...] = (
    ("fields without a button", lambda: page(screen_of(fields=(a_field("text"),), actions=()))),
    ("two fields of one id", lambda: page(screen_of(fields=(a_field("text"), a_field("text"))))),
    ("a new block", lambda: page(screen_of(cast("Block", object())))),
    ("a new kind", lambda: page(of_field(cast("FieldKind", "colour")))),
    ("nothing to choose", lambda: page(of_field("one", choices=()))),
    ("nothing to tick", lambda: page(of_field("many", choices=()))),
    ("two options of one id", lambda: page(of_field("one", choices=choices_of(2) * 2))),
    ("an option with a comma", lambda: page(of_field("many", choices=(Choice(id="a,b", label="A"),)))),
    ("a field without a label", lambda: page(of_field("text", label=" "))),
    ("an odd field", lambda: page(of_field("text", id="a b"))),
    ("an odd id", lambda: page(screen_of(actions=(Action(id="a b", label="Go"),)))),
    ("a new place", lambda: page(screen_of(actions=(Action(id="a", label="Go", to="elsewhere:1"),)))),
    ("a place without an id", lambda: card(screen_of(actions=(Action(id="a", label="Go", to="resume:"),)))),
    ("a place with words", lambda: card(screen_of(actions=(Action(id="a", label="Go", to="screen:a b"),)))),
    ("a button without words", lambda: page(screen_of(actions=(Action(id="a", label=" "),)))),
)  # fmt: skip


@pytest.mark.parametrize("drawing", [row[1] for row in UNDRAWABLE], ids=[row[0] for row in UNDRAWABLE])
def test_a_screen_that_teams_cannot_show_is_refused(drawing: Callable[[], object]) -> None:
    with pytest.raises(Undrawable):
        drawing()


def test_an_option_beside_a_box_gives_way_to_what_is_typed() -> None:
    field = a_field("text", choices=(Choice(id=NOT_KNOWN, label="I don’t know"),))
    sent = as_sent(drawn(screen_of(fields=(field,))))
    assert answers({**sent, "f~o": NOT_KNOWN}) == {"f": NOT_KNOWN}
    assert answers({**sent, "f": "typed", "f~o": NOT_KNOWN}) == {"f": "typed"}
