"""Every screen of every flow is drawn for Teams within its limits, comes back as it went out, and offers what the web
page offers. Nothing typed stands anywhere but in text runs and in the boxes themselves."""

import json
from random import Random  # noqa: TID251 - seeded: the same walks every time
from typing import get_args

import pytest

from bot.channels.teams.draw import card, page, parts_of
from bot.channels.teams.read import answers, place, press
from dialogs.flows import CATALOGUE
from dialogs.screens import Action, Block, Quote, Rows, Screen
from tests.bot.slack.test_contract import offered
from tests.bot.teams.checking import Json, as_sent, faults, of_kind, parts, presses
from tests.bot.teams.schema import against_schema, needs_schema
from tests.bot.web import samples
from tests.bot.web.test_contract import TYPED, a_walk, filled
from tests.platforms import with_sentinels

WALKS = 60
SENTINEL = "Zebedee *Quux* [a](https://typed.invalid) {{DATE(2026-11-25T10:00:00Z)}} <at>x</at> `_co_`"
TYPED_WORDS = {**TYPED, "text": SENTINEL, "long_text": f"{SENTINEL}\n1. second line"}


def pages(screen: Screen) -> list[Json]:
    """The screen in all its parts."""
    return [page(screen, part=part, place="talk-1") for part in range(1, parts_of(screen) + 1)]


def pressable(screen: Screen) -> set[tuple[str, str | None]]:
    """What the drawn parts offer together."""
    return {press(sent) for drawn in pages(screen) for sent in presses(drawn)}


def sound(screen: Screen) -> list[Json]:
    """The parts of a screen, found to be without fault."""
    drawn = pages(screen)
    for one in drawn:
        assert faults(one) == [], screen.id
        assert {place(sent) for sent in presses(one)} <= {"talk-1"}
    assert {one for one in pressable(screen) if one[0] != "part"} == offered(screen)
    return drawn


@pytest.mark.parametrize("name", sorted(CATALOGUE), ids=lambda name: f"{name[0]}-{name[1]}")
def test_every_page_of_a_flow_is_drawn_within_limits_and_comes_back(name: tuple[str, int]) -> None:
    flow = CATALOGUE[name]
    seen: dict[str, int] = {}
    for seed in range(WALKS):
        for screen, given in a_walk(flow, Random(seed)):
            seen[screen.id] = seen.get(screen.id, 0) + 1
            if seen[screen.id] > 6:
                continue
            empty = sound(screen)[-1]
            drawn = sound(filled(screen, given))[-1]
            if screen.fields:
                assert answers(as_sent(drawn)) == answers(as_sent(drawn, leave_out=True)) == given
                assert answers(as_sent(empty, leave_out=True)) == {
                    field.id: () if field.kind == "many" else "" for field in screen.fields
                }
    assert {page.id for page in flow.pages} <= set(seen)


@needs_schema
@pytest.mark.parametrize("name", sorted(CATALOGUE), ids=lambda name: f"{name[0]}-{name[1]}")
def test_every_page_of_a_flow_is_valid_element_by_element(name: tuple[str, int]) -> None:
    flow, seen = CATALOGUE[name], set[str]()
    for screen, given in (one for seed in range(WALKS) for one in a_walk(flow, Random(seed))):
        if screen.id not in seen:
            seen.add(screen.id)
            assert [line for drawn in pages(filled(screen, given)) for line in against_schema(drawn)] == []


@needs_schema
@pytest.mark.parametrize("screen", samples.ALL, ids=lambda screen: str(screen.id))
def test_a_sample_is_valid_element_by_element(screen: Screen) -> None:
    assert [line for drawn in pages(screen) for line in against_schema(drawn)] == []


@needs_schema
def test_the_schema_finds_what_is_wrong() -> None:
    drawn = page(samples.CHILD)
    assert against_schema({**drawn, "version": 5})
    assert against_schema({**drawn, "body": [{"type": "TextBlock", "text": "x", "weight": "heavy"}]})
    assert against_schema({**drawn, "body": [{"type": "Input.Text", "label": "no id"}]})


@pytest.mark.parametrize("name", sorted(CATALOGUE), ids=lambda name: f"{name[0]}-{name[1]}")
def test_no_typed_word_stands_where_it_could_be_markup_or_be_sent(
    name: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TYPED, "text", SENTINEL)
    monkeypatch.setitem(TYPED, "long_text", SENTINEL)
    met = 0
    for seed in range(WALKS // 3):
        for screen, given in a_walk(CATALOGUE[name], Random(seed)):
            for drawn in pages(filled(screen, with_sentinels(screen, given, TYPED_WORDS))):
                typed = [one for one in parts(drawn) if one["type"] in ("TextRun", "Input.Text")]
                rest = [
                    {key: value for key, value in one.items() if key not in INNER}
                    for one in parts(drawn)
                    if one not in typed
                ]
                assert "Zebedee" not in json.dumps(rest)
                labels = [{key: value for key, value in one.items() if key not in ("text", "value")} for one in typed]
                assert "Zebedee" not in json.dumps(labels)
                assert "{{DATE(" not in json.dumps([one for one in typed if one["type"] == "TextRun"])
                met += "Zebedee" in json.dumps(drawn)
    assert met or all(question.kind not in ("text", "long_text") for page in CATALOGUE[name].pages
                      for question in page.questions)  # fmt: skip


INNER = ("body", "items", "inlines", "actions")


@pytest.mark.parametrize("screen", samples.ALL, ids=lambda screen: str(screen.id))
def test_a_sample_screen_is_sound(screen: Screen) -> None:
    sound(screen)
    rows = [row for block in screen.blocks if isinstance(block, Rows) for row in block.rows]
    content = screen.fields or any(isinstance(block, Quote) for block in screen.blocks)
    if not content and not any(row.change for row in rows) and len(screen.actions) <= 6:
        drawn = card(screen, place="card-1")
        assert faults(drawn) == []
        assert {press(sent) for sent in presses(drawn)} == {(action.id, action.to) for action in screen.actions}
        assert drawn["fallbackText"] == screen.title


def test_the_samples_hold_every_kind_of_block() -> None:
    assert {type(block) for screen in samples.ALL for block in screen.blocks} == set(get_args(Block))


def test_every_input_has_a_label_that_says_what_to_fill_in() -> None:
    for screen in samples.ALL:
        for one in of_kind(page(screen), "Input."):
            assert one["label"].strip()


def test_a_pressed_button_is_read_as_the_action_it_was_drawn_from() -> None:
    drawn = card(Screen(id="s", title="T", actions=(Action(id="open", label="Open", to="concern:c1"),)), place="p1")
    (sent,) = presses(drawn)
    assert (press(sent), place(sent), answers(sent)) == (("open", "concern:c1"), "p1", {})
