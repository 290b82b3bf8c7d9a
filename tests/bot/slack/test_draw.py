"""Each limit at N and at N + 1, and what a screen looks like on Slack."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from bot.channels.slack.draw import home, message, modal, parts_of, submit_of
from bot.channels.slack.read import answers
from bot.channels.slack.texts import pieces
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
    Notice,
    Number,
    Paragraph,
    Quote,
    Row,
    Rows,
    Screen,
    Value,
)
from dialogs.showing import Undrawable
from dialogs.words import Words
from tests.bot.slack.checking import Json, as_sent, buttons, elements, faults, texts
from tests.bot.web import samples
from tests.bot.web.test_contract import VOCABULARY

BACK = Action(id="back", label="Back")
SEND_NOW = Action(id="send_now", label="Send now, add the rest later")
NEXT = Action(id="next", label="Continue", style="primary")


def screen_of(*blocks: Block, fields: tuple[Field, ...] = (), actions: tuple[Action, ...] = (NEXT,)) -> Screen:
    return Screen(id="s", title="A screen", blocks=blocks, fields=fields, actions=actions)


def a_field(kind: FieldKind, **given: Any) -> Field:
    choices = choices_of(3) if kind in ("one", "many") else ()
    return replace(Field(id="f", kind=kind, label="The label", required=True, choices=choices), **given)


def choices_of(count: int, *, group: str | None = None) -> tuple[Choice, ...]:
    return tuple(Choice(id=f"c{number}", label=f"Option {number}", group=group) for number in range(count))


def drawn(screen: Screen, **more: Any) -> Json:
    view = modal(screen, **more)
    assert faults(view) == []
    return view


def kinds(view: Json) -> list[str]:
    """Types of blocks, an input by its element's."""
    return [block.get("element", block)["type"] for block in view["blocks"]]


def said(view: Json) -> str:
    """Every text of a view, as people read it."""
    lines = "\n".join(text["text"] for text in texts(view))
    return lines.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def paragraph(length: int) -> Screen:
    return screen_of(Paragraph(text="x" * length), actions=())


def of_field(kind: FieldKind, **given: Any) -> Screen:
    return screen_of(fields=(a_field(kind, **given),))


def rows(count: int, length: int = 5) -> Screen:
    return screen_of(Rows(title="Rows", rows=(Row(label="Label", value="x" * length),) * count), actions=())


def titled(length: int) -> Screen:
    return Screen(id="s", title="x" * length, blocks=(Paragraph(text="Text"),))


def options(label: str, hint: str | None = None) -> Screen:
    return of_field("one", choices=(Choice(id="a", label=label, hint=hint),))


def sourced(length: int) -> Screen:
    return screen_of(Listing(title="Reasons", items=(Line(text="Because", source="x" * length),)), actions=())


N_AND_MORE: tuple[tuple[str, int, Callable[[int], Screen], list[str], list[str]], ...] = (
    ("modal title", 24, titled, ["section"], ["header", "section"]),
    ("section", 3000, paragraph, ["section"], ["section"] * 2),
    ("rows of a section", 5, rows, ["header", "section"], ["header", "section", "section"]),
    ("field of a section", 2000, lambda n: rows(1, n), ["header", "section"], ["header", "section", "section"]),
    ("header", 150, lambda n: screen_of(Quote(title="x" * n, text="Text")), ["header", "section"], ["section"] * 2),
    ("source", 2000, sourced, ["header", "section", "context"], ["header", "section", "context"]),
    ("numbers at the foot", 10, lambda n: replace(titled(9), numbers=(Number(label="N", phone="1"),) * n),
     ["section", "context"], ["section", "context", "context"]),
    ("buttons", 25, lambda n: screen_of(actions=tuple(Action(id=f"a{k}", label="Go") for k in range(n))),
     ["actions"], ["actions"] * 2),
    ("radio buttons", 10, lambda n: of_field("one", choices=choices_of(n)), ["radio_buttons"], ["static_select"]),
    ("tick boxes", 10, lambda n: of_field("many", choices=choices_of(n)),
     ["checkboxes"], ["section", "checkboxes", "checkboxes"]),
    ("option", 75, lambda n: options("x" * n), ["radio_buttons"], ["radio_buttons"]),
    ("description", 75, lambda n: options("Option", "x" * n), ["radio_buttons"], ["radio_buttons"]),
    ("hint", 2000, lambda n: of_field("text", hint="x" * n), ["plain_text_input"], ["section", "plain_text_input"]),
    ("text box", 3000, lambda n: of_field("long_text", value="x" * n, max_length=3001),
     ["plain_text_input"], ["plain_text_input"] * 2),
)  # fmt: skip


@pytest.mark.parametrize(("most", "made", "at", "beyond"), [row[1:] for row in N_AND_MORE],
                         ids=[row[0] for row in N_AND_MORE])  # fmt: skip
def test_a_limit_is_used_to_the_full_and_one_more_is_drawn_otherwise(
    most: int, made: Callable[[int], Screen], at: list[str], beyond: list[str]
) -> None:
    plain = [kind for kind in kinds(drawn(made(most))) if kind != "actions" or "actions" in at]
    more = [kind for kind in kinds(drawn(made(most + 1))) if kind != "actions" or "actions" in at]
    assert (plain, more) == (at, beyond)


REFUSED: tuple[tuple[str, int, Callable[[int], Screen]], ...] = (
    ("button", 75, lambda n: screen_of(actions=(Action(id="a", label="x" * n),))),
    ("value of an option", 75, lambda n: of_field("one", choices=(Choice(id="x" * n, label="Option"),))),
    ("label", 2000, lambda n: of_field("text", label="x" * n)),
    ("groups of a list", 10_000, lambda n: of_field("one", choices=choices_of(n))),
    ("headings of a list", 100, lambda n: of_field("one", choices=tuple(
        Choice(id=f"c{k}", label="Option", group=f"Heading {k}") for k in range(n)))),
    ("options beside a box", 10, lambda n: of_field("date", choices=choices_of(n))),
    ("an id", 101, lambda n: of_field("text", id="x" * n)),
    ("fields of a view", 100, lambda n: screen_of(fields=tuple(a_field("text", id=f"f{k}") for k in range(n)))),
)  # fmt: skip


@pytest.mark.parametrize(("most", "made"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_drawn_otherwise_is_refused_at_one_more(most: int, made: Callable[[int], Screen]) -> None:
    view = modal(made(most))
    assert [fault for fault in faults(view) if "250 KB" not in fault] == []
    with pytest.raises(Undrawable):
        modal(made(most + 1))


def test_a_list_of_a_hundred_has_no_groups_and_one_more_has() -> None:
    (few,) = elements(drawn(of_field("one", choices=choices_of(100)))["blocks"])
    (many,) = elements(drawn(of_field("one", choices=choices_of(101)))["blocks"])
    assert "options" in few
    assert [len(group["options"]) for group in many["option_groups"]] == [100, 1]


def test_the_same_options_a_second_time_are_a_list_to_open_under_their_headings() -> None:
    choices = (*choices_of(11, group="Care & home"), Choice(id="z", label="Bare"))
    fields = (a_field("many", choices=choices), a_field("many", id="again", required=False, choices=choices))
    last = list(elements(drawn(screen_of(fields=fields))["blocks"]))[-1]
    assert last["type"] == "multi_static_select"
    assert [group["label"]["text"] for group in last["option_groups"]] == ["Care &amp; home", "Other answers"]


@pytest.mark.parametrize(("count", "lists"), [(100, 1), (101, 2)])
def test_a_list_to_open_holds_a_hundred(count: int, lists: int) -> None:
    fields = tuple(a_field("many", id=name, required=False, choices=choices_of(count)) for name in ("f", "g"))
    assert kinds(drawn(screen_of(fields=fields))).count("multi_static_select") == lists


@pytest.mark.parametrize(("count", "at_once"), [(100, 1), (101, 2)])
def test_a_screen_of_more_than_a_hundred_blocks_has_parts(count: int, at_once: int) -> None:
    assert parts_of(screen_of(*[Paragraph(text="Text")] * count, actions=())) == at_once


@pytest.mark.parametrize(("count", "fits"), [(49, True), (50, False)])
def test_a_message_holds_fifty_blocks(count: int, fits: bool) -> None:
    screen = screen_of(*[Paragraph(text="Text")] * count, actions=())
    if fits:
        assert faults(message(screen)) == []
    else:
        with pytest.raises(Undrawable):
            message(screen)


def test_a_message_holds_no_field_no_quote_and_no_long_text() -> None:
    for screen in (
        of_field("text"),
        screen_of(Quote(title="What I saw", text="Words")),
        screen_of(*[Paragraph(text="x" * 3000)] * 4),
    ):
        with pytest.raises(Undrawable):
            message(screen)


def test_every_sign_of_every_group_fits_one_view() -> None:
    ready = prepared(VOCABULARY, Words.load())
    groups = tuple(group.id for group in VOCABULARY.groups)
    page = next(page for page in CATALOGUE[("concern", 1)].pages if page.id == "signs")
    actions = tuple(ready.action(page, press) for press in page.actions)
    for number in (1, 2):
        signs = ready.sign_page(groups, number)
        ticked = tuple(choice.id for choice in signs.choices)
        fields = (
            a_field("many", id="signs", choices=signs.with_none, value=ticked, error="Tick one"),
            a_field("many", id="not_sure", choices=signs.choices, required=False, value=ticked),
        )
        screen = screen_of(Listing(title="Headings", items=signs.areas), fields=fields, actions=actions)
        view = drawn(screen)
        assert parts_of(screen) == 1
        assert answers(as_sent(view)) == {"signs": ticked, "not_sure": ticked}


def test_a_list_that_would_fill_the_view_is_opened_instead() -> None:
    choices = tuple(Choice(id=f"c{k}", label=f"Option {k}", group=f"Area {k % 2}") for k in range(100))
    fields = (a_field("many", choices=choices), a_field("many", id="g", choices=choices[:30]))
    assert kinds(drawn(screen_of(fields=fields)))[:2] == ["multi_static_select", "multi_static_select"]


# ── long screens


LONG = "".join(f"Sentence {number} of a long account. " for number in range(1200))


def opened(count: int, text: str = LONG) -> Screen:
    quotes = tuple(Quote(title=f"Addition {number}", text=text) for number in range(count))
    return replace(samples.OPENED, blocks=(*samples.OPENED.blocks, *quotes))


@pytest.mark.parametrize(
    "text", [LONG, "字" * 6000, "😀" * 6000, "<&>" * 2000], ids=["words", "wide", "astral", "marks"]
)
def test_a_long_concern_has_parts_and_nothing_is_cut(text: str) -> None:
    screen = opened(12, text)
    views = [drawn(screen, part=part) for part in range(1, parts_of(screen) + 1)]
    content = [block for view in views for block in view["blocks"] if block["type"] == "section"]
    whole = said({"blocks": content}).replace("\n", "").replace(" ", "")
    assert len(views) > 1
    assert whole.count(text.replace(" ", "")) == 12


def test_every_part_offers_the_buttons_and_the_way_to_the_others() -> None:
    screen = opened(12)
    last = parts_of(screen)
    inside = {(action.id, action.to) for action in screen.actions if action.id != "have"}
    for part in range(1, last + 1):
        view = drawn(screen, part=part)
        ways = {f"part:{to}" for to in (part - 1, part + 1) if 1 <= to <= last}
        assert buttons(view) == inside | {("part", way) for way in ways}
        assert view["submit"]["text"] == "I have it"
        assert f"Part {part} of {last}" in said(view)


@pytest.mark.parametrize("asked", [-1, 0, 99])
def test_a_part_that_is_not_there_is_the_nearest(asked: int) -> None:
    screen = opened(12)
    assert modal(screen, part=asked) == modal(screen, part=1 if asked < 1 else parts_of(screen))


def test_fields_stand_on_the_last_part_and_only_it_sends() -> None:
    screen = replace(opened(12), fields=(a_field("text"),), actions=(SEND_NOW, NEXT, BACK))
    first, last = drawn(screen), drawn(screen, part=99)
    assert "submit" not in first
    assert buttons(first) == {("back", None), ("part", "part:2")}
    assert ("send_now", None) in buttons(last)
    assert answers(as_sent(last)) == {"f": ""}


def test_a_heading_never_ends_a_part() -> None:
    blocks = [Quote(title="Title", text="Text") for _ in range(120)]
    screen = screen_of(*blocks)
    for part in range(1, parts_of(screen) + 1):
        content = [block for block in drawn(screen, part=part)["blocks"] if block["type"] in ("header", "section")]
        assert content[-1]["type"] == "section"


def test_the_app_home_has_parts_too() -> None:
    screen = replace(samples.HOME, blocks=(Paragraph(text="Text"),) * 130)
    assert faults(home(screen)) == []
    assert ("part", "part:2") in buttons(home(screen))


# ── text


def test_what_people_write_is_never_markup_mention_or_link() -> None:
    words = "*bold* <!channel> <@U1> <https://a.invalid|b> :boom: a & b"
    screen = screen_of(
        Notice(kind="danger", title=words, lines=(words,)),
        Rows(title=words, rows=(Row(label=words, value=words),)),
        Quote(title=words, text=words),
        Listing(title=words, items=(Line(text=words, source=words, url="https://b.example.invalid/x"),)),
        fields=(a_field("text", label=words, value=words, error=words, hint=words),),
    )
    view = drawn(screen)
    marked = [text["text"] for text in texts(view) if text["type"] == "mrkdwn"]
    assert marked == ["<https://b.example.invalid/x|Open the page>"]
    assert answers(as_sent(view)) == {"f": words}


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://a.example.invalid/x?a=1&b=2", True),
        ("javascript:alert(1)", False),
        ("https://a.example.invalid/|<!channel>", False),
        ("https://a.example.invalid/" + "x" * 3000, False),
        (None, False),
    ],
)
def test_only_a_web_address_becomes_a_link(url: str | None, linked: bool) -> None:
    view = drawn(screen_of(Listing(title="Reasons", items=(Line(text="Because", source="The document", url=url),))))
    assert any(text["text"].startswith("<https://") for text in texts(view)) is linked
    assert "The document" in said(view)


def test_pieces_of_a_text_hold_all_of_it() -> None:
    assert pieces("one\ntwo three", 9) == ["one\ntwo", "three"]
    assert pieces("  ", 9) == ["–"]


# ── the frame


def test_progress_and_title_come_first_and_the_numbers_last() -> None:
    view = drawn(replace(samples.CHILD, title="A title that is too long for a modal"))
    assert [text["text"] for text in texts(view["blocks"][:2])] == [
        "Step 3 of 9",
        "A title that is too long for a modal",
    ]
    assert view["title"]["text"] == "Safeguarding"
    foot = said({"blocks": view["blocks"][-1:]})
    assert samples.FOOT in foot
    assert "Emergency duty team: 0191 498 0002 (nights, weekends and holidays)" in foot


def test_the_primary_action_is_the_modals_own_button() -> None:
    view = drawn(samples.CHILD)
    assert view["submit"]["text"] == "Next"
    assert submit_of(samples.CHILD) == NEXT_OF_SAMPLES
    assert buttons(view) == {("send_now", None)}


NEXT_OF_SAMPLES = samples.NEXT[0]


def test_an_action_offered_before_the_primary_one_stands_above_the_fields() -> None:
    assert kinds(drawn(samples.SIGNS)).index("actions") < kinds(drawn(samples.SIGNS)).index("checkboxes")
    assert kinds(drawn(samples.CHILD)).index("actions") > kinds(drawn(samples.CHILD)).index("radio_buttons")


def test_a_label_too_long_for_the_modals_button_is_said_above_it() -> None:
    view = drawn(samples.EMERGENCY)
    assert view["submit"]["text"] == "Go on"
    assert "When the child is safe, go on: press “Go on”." in said(view)


def test_danger_now_stands_above_all_else_on_the_start_page() -> None:
    view = home(samples.HOME)
    first = next(block for block in view["blocks"] if block["type"] != "header")
    assert [(one["text"]["text"], one["style"]) for one in first["elements"]] == [
        ("Danger now", "danger"),
        ("Report a concern", "primary"),
    ]


def test_rows_that_share_a_screen_share_one_change() -> None:
    assert buttons(drawn(samples.CHECK)) == {("change", "screen:happened"), ("change", "screen:child")}


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_a_refused_field_says_so_above_it(kind: FieldKind) -> None:
    view = drawn(of_field(kind, error="Say what happened"))
    assert "To put right: Say what happened" in said(view)


def test_what_no_picker_can_hold_is_still_said() -> None:
    view = drawn(of_field("date", value="last Tuesday", error="Enter a date"))
    assert "To put right: Enter a date Entered: last Tuesday" in said(view)


def test_long_hints_and_labels_of_options_are_said_in_full() -> None:
    label, hint = "A label of an option " * 8, "A whole sentence that is beside it. " + "And much more of it. " * 5
    view = drawn(of_field("many", choices=(Choice(id="a", label=label.strip()), Choice(id="b", label="B", hint=hint))))
    assert label.strip() in said(view)
    assert "“B”: And much more of it." in said(view)


def test_nothing_is_chosen_before_somebody_chooses() -> None:
    fields = tuple(a_field(kind, id=kind) for kind in FIELD_KINDS)
    assert "initial_" not in json.dumps(drawn(screen_of(fields=fields)))


def test_a_field_keeps_its_ids_whatever_stands_in_it() -> None:
    for kind in FIELD_KINDS:
        value: Value = (
            ("c1",) if kind == "many" else {"one": "c1", "date": "2026-11-09", "time": "16:50"}.get(kind, "7")
        )
        ids = [
            [block["block_id"] for block in drawn(of_field(kind, **given))["blocks"] if block["type"] == "input"]
            for given in ({}, {"value": value}, {"value": value, "error": "Again"})
        ]
        assert ids[0] == ids[1] == ids[2] == ["s.f"]


def test_more_room_adds_a_box_to_each_long_text() -> None:
    fields = (a_field("long_text", max_length=6000, value="One."), a_field("text", id="g", max_length=200))
    screen = screen_of(fields=fields)
    assert ("room", None) in buttons(drawn(screen))
    view = drawn(screen, room=True)
    sent = as_sent(view)
    sent["state"]["values"]["s.f~1n.2"]["s.f~1n.2"]["value"] = "Two."
    assert answers(sent) == {"f": "One.\nTwo.", "g": ""}
    assert not {"s.f"} & {block.get("block_id") for block in view["blocks"]}


@pytest.mark.parametrize(
    "text",
    ["x" * 5999, "word " * 1100, "line of a text\n" * 390, "😀" * 3000, "\n\n" + "y" * 3500 + "\n", "<&>" * 1900],
    ids=["no space", "words", "lines", "astral", "empty lines at both ends", "marks"],
)
def test_a_text_of_several_boxes_comes_back_as_it_went_out(text: str) -> None:
    assert answers(as_sent(drawn(of_field("long_text", value=text, max_length=6000)))) == {"f": text}


ROUND_TRIPS: tuple[tuple[Field, Value], ...] = (
    (a_field("date", choices=(Choice(id=NOT_KNOWN, label="I don’t know"),)), NOT_KNOWN),
    (a_field("date", choices=(Choice(id=NOT_KNOWN, label="I don’t know"),)), "2026-11-09"),
    (a_field("phone", choices=(Choice(id="none", label="None"),)), "020 7946 0123"),
    (a_field("one", choices=choices_of(250)), "c240"),
    (a_field("many", choices=choices_of(35)), ("c0", "c9", "c10", "c34")),
    (a_field("number"), "12"),
    (a_field("text", max_length=10), "longer than it may be"),
)


@pytest.mark.parametrize(("field", "value"), ROUND_TRIPS)
def test_a_value_comes_back_as_it_was_drawn(field: Field, value: Value) -> None:
    assert answers(as_sent(drawn(screen_of(fields=(replace(field, value=value),))))) == {"f": value}


UNDRAWABLE: tuple[tuple[str, Callable[[], object]], ...] = (
    ("fields without a button", lambda: modal(screen_of(fields=(a_field("text"),), actions=()))),
    ("two fields of one id", lambda: modal(screen_of(fields=(a_field("text"), a_field("text"))))),
    ("a new block", lambda: modal(screen_of(cast("Block", object())))),
    ("a new kind", lambda: modal(of_field(cast("FieldKind", "colour")))),
    ("nothing to choose", lambda: modal(of_field("one", choices=()))),
    ("nothing to tick", lambda: modal(of_field("many", choices=()))),
    ("two options of one id", lambda: modal(of_field("one", choices=choices_of(2) * 2))),
    ("a field at home", lambda: home(of_field("text"))),
    ("an odd id", lambda: modal(screen_of(actions=(Action(id="a b", label="Go"),)))),
    ("a new place", lambda: home(screen_of(actions=(Action(id="a", label="Go", to="elsewhere:1"),)))),
    ("a place without an id", lambda: home(screen_of(actions=(Action(id="a", label="Go", to="resume:"),)))),
    ("a place with words", lambda: home(screen_of(actions=(Action(id="a", label="Go", to="screen:a b"),)))),
    ("a button without words", lambda: modal(screen_of(actions=(Action(id="a", label=" "),)))),
)  # fmt: skip


@pytest.mark.parametrize("drawing", [row[1] for row in UNDRAWABLE], ids=[row[0] for row in UNDRAWABLE])
def test_a_screen_that_slack_cannot_show_is_refused(drawing: Callable[[], object]) -> None:
    with pytest.raises(Undrawable):
        drawing()
