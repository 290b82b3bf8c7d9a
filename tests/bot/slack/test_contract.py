"""Every screen of every flow is drawn for Slack within its limits, comes back as it went out, and offers what the web
page offers. Nothing typed stands anywhere but in plain text and in the boxes themselves."""

import json
from random import Random  # noqa: TID251 - seeded: the same walks every time
from typing import get_args

import pytest
from slack_sdk.models.views import View

from bot.channels.slack.draw import home, message, modal, parts_of, submit_of
from bot.channels.slack.read import answers, places, press
from bot.channels.web.draw import Frame, page_of
from dialogs.flows import CATALOGUE
from dialogs.screens import Action, Block, Quote, Screen
from tests.bot.slack.checking import Json, as_sent, buttons, elements, faults, texts
from tests.bot.web import samples
from tests.bot.web.test_contract import PLACE, TYPED, a_walk, filled
from tests.platforms import with_sentinels

WALKS = 60
SENTINEL = "Zebedee *Quux* <!channel> <@U123> :boom: https://typed.invalid & _co_"
SHOWN = SENTINEL.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
TYPED_WORDS = {**TYPED, "text": SENTINEL, "long_text": f"{SENTINEL}\nsecond line"}


def pages(screen: Screen) -> list[Json]:
    """The screen in all its parts."""
    return [modal(screen, part=part) for part in range(1, parts_of(screen) + 1)]


def validated(view: Json) -> None:
    """Slack's own classes take it too."""
    View(**view).to_dict()


def offered(screen: Screen) -> set[tuple[str, str | None]]:
    """What the web page offers on this screen: presses, ways elsewhere, changes."""
    page_of(screen, PLACE, Frame())
    rows = [row for block in screen.blocks for row in getattr(block, "rows", ())]
    changes = {("change", f"screen:{row.change}") for row in rows if row.change}
    return {(action.id, action.to) for action in screen.actions} | changes


def pressable(screen: Screen) -> set[tuple[str, str | None]]:
    """What the drawn parts offer together."""
    own = submit_of(screen)
    found = {one for page in pages(screen) for one in buttons(page)}
    return found | ({(own.id, None)} if own else set())


def sound(screen: Screen) -> list[Json]:
    """The parts of a screen, found to be without fault."""
    drawn = pages(screen)
    for page in drawn:
        assert faults(page) == [], screen.id
        validated(page)
    extra = {one for one in pressable(screen) if one[0] not in ("part", "room")}
    assert extra == offered(screen)
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
            sound(screen)
            drawn = sound(filled(screen, given))[-1]
            assert answers(as_sent(drawn)) == given
            assert places(drawn).keys() == given.keys()
            if screen.fields:
                assert answers(as_sent(modal(screen))) == {
                    field.id: () if field.kind == "many" else "" for field in screen.fields
                }
    assert {page.id for page in flow.pages} <= set(seen)


@pytest.mark.parametrize("name", sorted(CATALOGUE), ids=lambda name: f"{name[0]}-{name[1]}")
def test_no_typed_word_stands_in_an_id_a_value_or_markup(
    name: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TYPED, "text", SENTINEL)
    monkeypatch.setitem(TYPED, "long_text", SENTINEL)
    met = 0
    for seed in range(WALKS // 3):
        for screen, given in a_walk(CATALOGUE[name], Random(seed)):
            for page in pages(filled(screen, with_sentinels(screen, given, TYPED_WORDS))):
                assert "Zebedee" not in json.dumps(_outside_content(page))
                written = [text for text in texts(page["blocks"]) if "Zebedee" in text["text"]]
                assert all(text["type"] == "plain_text" and not text["emoji"] for text in written)
                assert all(SHOWN in text["text"] for text in written)
                met += "Zebedee" in json.dumps(page)
    assert met or all(question.kind not in ("text", "long_text") for page in CATALOGUE[name].pages
                      for question in page.questions)  # fmt: skip


def _outside_content(page: Json) -> list[object]:
    """Everything in a view but its texts and what stands in its boxes."""
    frame = {key: value for key, value in page.items() if key != "blocks"}
    ids = [block.get("block_id") for block in page["blocks"]]
    inside = [{key: one.get(key) for key in ("action_id", "value", "style")} for one in elements(page["blocks"])]
    options = [option["value"] for one in elements(page["blocks"]) for option in one.get("options", ())]
    return [frame, ids, inside, options]


@pytest.mark.parametrize("screen", samples.ALL, ids=lambda screen: str(screen.id))
def test_a_sample_screen_is_sound(screen: Screen) -> None:
    sound(screen)
    if not screen.fields:
        assert faults(home(screen)) == []
        assert buttons(home(screen)) == {(action.id, action.to) for action in screen.actions}
    if not screen.fields and not any(isinstance(block, Quote) for block in screen.blocks):
        sent = message(screen)
        assert faults(sent) == []
        assert sent["text"] == screen.title


def test_the_samples_hold_every_kind_of_block() -> None:
    assert {type(block) for screen in samples.ALL for block in screen.blocks} == set(get_args(Block))


def test_a_pressed_button_is_read_as_the_action_it_was_drawn_from() -> None:
    action = Action(id="open", label="Open", to="concern:c1")
    (block,) = [
        one for one in message(Screen(id="s", title="T", actions=(action,)))["blocks"] if one["type"] == "actions"
    ]
    assert press(block["elements"][0]) == ("open", "concern:c1")
