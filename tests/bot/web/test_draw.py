"""Drawing: every block and field kind shows, is labelled, and comes back through `read` as it went out."""

from dataclasses import replace
from typing import Any, Literal, cast, get_args
from urllib.parse import urlencode

import pytest

from bot.channels.web.draw import BLOCKS, Frame, Place, draw, page_of
from bot.channels.web.limits import ACTIONS, FIELDS, OPTIONS, RADIOS, TITLE, problems
from bot.channels.web.read import form_of, read
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
    Row,
    Rows,
    Screen,
    Value,
)
from dialogs.showing import Undrawable
from tests.bot.web import samples
from tests.bot.web.browser import Sent

TALK = Place(post="/talk/t1", change="/talk/t1", leave="/talk/t1/leave", hidden=(("screen", "s"), ("revision", "3")))
FRAME = Frame(token="token", seat="Asha Rowe, Teacher")
OPTIONS_OF_THREE = (
    Choice(id="a", label="First"),
    Choice(id="b", label="Second", hint="A hint"),
    Choice(id=NOT_KNOWN, label="I don’t know"),
)
MANY = tuple(Choice(id=f"c{number}", label=f"Option {number}") for number in range(RADIOS + 1))


def screen_of(*fields: Field) -> Screen:
    return Screen(id="s", title="A screen", fields=fields, actions=(Action(id="next", label="Next", style="primary"),))


def a_field(kind: FieldKind, **given: Any) -> Field:
    choices = OPTIONS_OF_THREE if kind in ("one", "many") else ()
    field = Field(id="f1", kind=kind, label="The label", required=True, choices=choices)
    return replace(field, **given)


ROUND_TRIPS: tuple[tuple[str, Field, Value], ...] = (
    ("one of few", a_field("one"), "b"),
    ("one of many is a list to open", a_field("one", choices=MANY), "c7"),
    ("one, untouched", a_field("one"), ""),
    ("one of many, untouched", a_field("one", choices=MANY), ""),
    ("many", a_field("many"), ("a", NOT_KNOWN)),
    ("many with one tick", a_field("many"), ("b",)),
    ("many, untouched", a_field("many"), ()),
    ("text", a_field("text"), 'Robin "Rob" <Example> & co'),
    ("text, untouched", a_field("text"), ""),
    ("long text with empty lines at both ends", a_field("long_text"), "\n“Mum said” <b>\n\nlast line\n"),
    ("date", a_field("date"), "2026-11-09"),
    ("date not known", a_field("date", choices=OPTIONS_OF_THREE[2:]), NOT_KNOWN),
    ("date with the option beside it", a_field("date", choices=OPTIONS_OF_THREE[2:]), "2026-11-09"),
    ("time", a_field("time"), "16:50"),
    ("phone", a_field("phone"), "+44 7700 900123"),
    ("number", a_field("number"), "12"),
)


@pytest.mark.parametrize(("field", "value"), [row[1:] for row in ROUND_TRIPS], ids=[row[0] for row in ROUND_TRIPS])
def test_a_value_comes_back_as_it_was_drawn(field: Field, value: Value) -> None:
    drawn = draw(screen_of(replace(field, value=value)), TALK, FRAME)
    form = form_of(urlencode(Sent(drawn).pairs).encode())
    assert read((field,), form) == {"f1": value}


def test_every_field_kind_is_in_the_round_trip() -> None:
    assert {field.kind for _, field, _ in ROUND_TRIPS} == set(FIELD_KINDS)


def test_every_block_kind_can_be_drawn() -> None:
    assert set(BLOCKS) == set(get_args(Block))
    assert {type(block) for screen in samples.ALL for block in screen.blocks} == set(BLOCKS)


@pytest.mark.parametrize("screen", samples.ALL, ids=lambda screen: str(screen.id))
def test_a_sample_screen_is_sound(screen: Screen) -> None:
    place = TALK if screen in samples.CONVERSATION else Place(post="/concern/c1", each=True)
    drawn = Sent(draw(screen, place, FRAME))
    assert problems(screen) == ()
    assert drawn.headings == [screen.title]
    assert len(drawn.ids) == len(set(drawn.ids))
    assert set(drawn.references) <= set(drawn.ids)
    assert all(control.get("id") in drawn.labelled for control in drawn.controls)


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_a_refused_field_says_so_beside_it_and_on_top(kind: FieldKind) -> None:
    field = a_field(kind, error="Say what happened", hint="A hint of it")
    page = draw(screen_of(field), TALK, FRAME)
    target = page_of(screen_of(field), TALK, FRAME).errors[0].target
    assert f'<a href="#{target}">Say what happened</a>' in page
    assert f'id="{target}"' in page
    assert 'aria-describedby="f-f1-hint f-f1-error"' in page
    assert Sent(page).title.startswith("To put right: A screen")


def test_nothing_is_chosen_before_somebody_chooses() -> None:
    page = draw(screen_of(a_field("one"), a_field("many", id="f2"), a_field("one", id="f3", choices=MANY)), TALK, FRAME)
    assert " checked" not in page
    assert " selected" not in page


def test_a_page_title_holds_no_content() -> None:
    blocks: tuple[Block, ...] = (Paragraph(text="secret words"),)
    field = a_field("text", value="secret words", error="Say secret words otherwise")
    assert "secret" not in Sent(draw(replace(screen_of(field), blocks=blocks), TALK, FRAME)).title


def test_what_people_write_is_never_markup() -> None:
    blocks = (
        Notice(kind="danger", title="<i>t</i>", lines=("<script>x</script>",)),
        Rows(title="Rows", rows=(Row(label="Label", value="<img src=x>"),)),
    )
    page = draw(Screen(id="s", title="S", blocks=blocks), Place(), FRAME)
    assert "<script>x" not in page
    assert "<img" not in page
    assert "<i>" not in page


@pytest.mark.parametrize(
    ("kind", "word"), [("info", "Note"), ("warning", "Important"), ("danger", "Danger"), ("done", "Done")]
)
def test_a_notice_carries_a_word(kind: Literal["info", "warning", "danger", "done"], word: str) -> None:
    page = draw(Screen(id="s", title="S", blocks=(Notice(kind=kind, title="Title"),)), Place(), FRAME)
    assert f'<p class="word">{word}</p>' in page


def test_a_row_that_can_be_changed_links_to_its_screen_by_id() -> None:
    rows = Rows(title="Answers", rows=(Row(label="Name", value="Robin", change="child"),))
    page = draw(Screen(id="check", title="Check", blocks=(rows,)), TALK, FRAME)
    assert '<a href="/talk/t1?screen=child">Change<span class="unseen"> Name</span></a>' in page


def test_the_same_options_a_second_time_are_folded_until_one_is_ticked() -> None:
    first, second = a_field("many"), a_field("many", id="not_sure", label="Not sure about", required=False)
    controls = page_of(screen_of(first, second), TALK, FRAME).controls
    ticked = page_of(screen_of(first, replace(second, value=("a",))), TALK, FRAME).controls
    assert [control.folded for control in controls] == [False, True]
    assert [control.open for control in (controls[1], ticked[1])] == [False, True]
    assert '<details class="fold">\n<summary>Not sure about</summary>' in draw(screen_of(first, second), TALK, FRAME)


def test_options_stand_under_the_headings_they_share() -> None:
    view = page_of(samples.SIGNS, TALK, FRAME).controls[0]
    headings = [(group.heading or "").partition(":")[0] for group in view.groups]
    assert headings == ["Physical harm", "Neglect", ""]
    assert [option.apart for option in view.groups[-1].options] == [True]


def test_optional_is_said_only_where_something_else_is_required() -> None:
    optional = a_field("text", required=False)
    assert "(optional)" not in draw(screen_of(optional), TALK, FRAME)
    assert "(optional)" in draw(screen_of(optional, a_field("text", id="f2")), TALK, FRAME)


def test_a_pressed_action_names_itself_in_the_conversation_and_has_an_address_at_a_concern() -> None:
    screen = screen_of()
    assert '<button name="action" value="next" class="primary">Next</button>' in draw(screen, TALK, FRAME)
    assert 'formaction="/concern/c1/next"' in draw(screen, Place(post="/concern/c1", each=True), FRAME)


@pytest.mark.parametrize(
    ("to", "address"),
    [
        ("resume:t7", "/talk/t7"),
        ("concern:c1", "/concern/c1"),
        ("privacy:c1", "/concern/c1/privacy"),
        ("read:c1", "/concern/c1/read"),
        ("log:c1", "/concern/c1/log"),
        ("suggestion:c1", "/concern/c1/suggestion"),
        ("screen:child", "/talk/t1?screen=child"),
        ("home", "/home"),
        ("sheet", "/sheet"),
        ("seat", "/"),
    ],
)
def test_an_action_that_leads_outside_is_a_link(to: str, address: str) -> None:
    screen = Screen(id="s", title="S", actions=(Action(id="x", label="Go", to=to),))
    assert f'<a href="{address}">Go</a>' in draw(screen, TALK, FRAME)


@pytest.mark.parametrize(
    ("to", "hidden"),
    [
        ("begin", (("flow", "concern"),)),
        ("begin:decision:c1", (("flow", "decision"), ("concern", "c1"))),
        ("danger", (("flow", "concern"), ("danger", "1"))),
    ],
)
def test_an_action_that_begins_is_a_form_of_its_own(to: str, hidden: tuple[tuple[str, str], ...]) -> None:
    screen = Screen(id="s", title="S", actions=(Action(id="x", label="Go", to=to),))
    (start,) = page_of(screen, Place(), FRAME).starts
    assert (start.url, start.hidden) == ("/begin", hidden)


@pytest.mark.parametrize("to", ["elsewhere:1", "concern:../../etc", "resume:", "screen:a b", "begin:a/b"])
def test_an_action_that_leads_nowhere_known_is_refused(to: str) -> None:
    screen = Screen(id="s", title="S", actions=(Action(id="x", label="Go", to=to),))
    with pytest.raises(Undrawable):
        draw(screen, TALK, FRAME)


def test_a_block_or_kind_that_is_new_is_refused() -> None:
    with pytest.raises(Undrawable):
        draw(Screen(id="s", title="S", blocks=(cast("Block", object()),)), Place(), FRAME)
    with pytest.raises(Undrawable):
        draw(screen_of(replace(a_field("text"), kind=cast("FieldKind", "colour"))), TALK, FRAME)
    with pytest.raises(Undrawable):
        draw(screen_of(), Place(), FRAME)


def test_a_change_link_outside_a_conversation_is_refused() -> None:
    rows = Rows(title="Answers", rows=(Row(label="Name", value="Robin", change="child"),))
    with pytest.raises(Undrawable):
        draw(Screen(id="s", title="S", blocks=(rows,)), Place(), FRAME)


@pytest.mark.parametrize(
    ("url", "linked"), [("https://a.example.invalid/x", True), ("javascript:alert(1)", False), (None, False)]
)
def test_only_a_web_address_becomes_a_link(url: str | None, linked: bool) -> None:
    listing = Listing(title="Reasons", items=(Line(text="Because", source="The document", url=url),))
    page = draw(Screen(id="s", title="S", blocks=(listing,)), Place(), FRAME)
    assert (">The document</a>" in page) is linked
    assert "javascript:" not in page


def test_the_foot_rings_the_numbers_it_names_and_the_page_lists_the_others() -> None:
    page = draw(samples.START, TALK, FRAME)
    assert '<a href="tel:999">999</a>' in page
    assert '<a href="tel:01914980001">Front door 0191 498 0001</a>' in page
    assert "Emergency duty team: <a" in page


def test_a_notice_rings_the_numbers_it_says_and_no_other_digits() -> None:
    number = Number(label="Front door", phone="0191 498 0001")
    lines = ("Ring 0191 498 0001, or 101.", "Room 9990, on 0191 999 0000")
    notice = Notice(kind="danger", title="Ring 999 & stay", lines=lines)
    page = draw(Screen(id="s", title="S", blocks=(notice,), numbers=(number,)), Place(), FRAME)
    assert 'Ring <a href="tel:999">999</a> &amp; stay' in page
    assert 'Ring <a href="tel:01914980001">0191 498 0001</a>, or <a href="tel:101">101</a>.' in page
    assert "Room 9990, on 0191 999 0000" in page


def test_a_number_is_dialled_by_its_digits() -> None:
    number = Number(label="Ring", phone="+44 (0)20 7946 0000")
    page = draw(Screen(id="s", title="S", numbers=(number,)), Place(), FRAME)
    assert 'href="tel:+4402079460000"' in page


def test_hiding_from_a_form_sends_it_so_that_nothing_typed_is_lost() -> None:
    with_form, without = draw(samples.CHILD, TALK, FRAME), draw(samples.UNKNOWN, Place(), FRAME)
    assert 'form="answer" formaction="/talk/t1/leave" name="to" value="hide">Hide now</button>' in with_form
    assert '<a class="hide" id="hide" href="/hide">Hide now</a>' in without


def test_the_first_button_of_a_form_is_the_screens_own() -> None:
    page = draw(samples.CHILD, replace(TALK, back="start"), FRAME)
    form = page[page.index('<form id="answer"') :]
    buttons = [part.split(">", 1)[1].split("<", 1)[0] for part in form.split("<button")[1:]]
    assert buttons == ["Next", "Send now, add the rest later", "Back", "Leave for now", "Hide now"]


FAULTY: tuple[tuple[Screen, str], ...] = (
    (screen_of(*(a_field("text", id=f"f{number}") for number in range(FIELDS + 1))), "fields"),
    (Screen(id="s", title="S", actions=tuple(Action(id=f"a{n}", label="Go") for n in range(ACTIONS + 1))), "actions"),
    (Screen(id="s", title="S", actions=(Action(id="a", label="Go"), Action(id="a", label="Go"))), "two actions"),
    (screen_of(replace(a_field("text"), kind=cast("FieldKind", "colour"))), "unknown kind"),
    (screen_of(a_field("text", label="x" * 201)), "label longer"),
    (screen_of(a_field("text", hint="x" * 401)), "hint longer"),
    (Screen(id="s", title="x" * (TITLE + 1)), "title"),
    (screen_of(a_field("text", id="csrf")), "the page itself uses"),
    (screen_of(a_field("text", label=" ")), "no label"),
    (screen_of(a_field("text", max_length=201)), "promises more"),
    (screen_of(a_field("one", choices=())), "nothing to choose"),
    (screen_of(a_field("text"), a_field("text")), "share an id"),
    (screen_of(a_field("one", choices=(OPTIONS_OF_THREE[0], OPTIONS_OF_THREE[0]))), "two options share"),
    (screen_of(a_field("many", choices=tuple(Choice(id=f"c{n}", label="x") for n in range(OPTIONS + 1)))), "more than"),
    (screen_of(a_field("one", choices=(Choice(id="a", label="x" * 91),))), "is longer than"),
)


@pytest.mark.parametrize(("screen", "said"), FAULTY, ids=[said for _, said in FAULTY])
def test_a_screen_beyond_the_limits_is_named(screen: Screen, said: str) -> None:
    (line,) = problems(screen)
    assert said in line


@pytest.mark.parametrize(("to", "url"), [("have:c1", "/concern/c1/have"), ("discard:v1", "/talk/v1/discard")])
def test_what_is_done_elsewhere_at_once_is_a_form_and_no_link(to: str, url: str) -> None:
    screen = Screen(id="s", title="T", actions=(Action(id="do", label="Do it", to=to),))
    view = page_of(screen, Place(), Frame())
    assert [press.url for press in view.starts] == [url]
    assert view.links == ()
