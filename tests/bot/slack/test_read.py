"""Reading what Slack sends: whatever a stranger makes of it, never an exception, and nothing that was not asked."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.slack.draw import modal
from bot.channels.slack.read import answers, places, press
from tests.bot.slack.checking import Json, as_sent, elements
from tests.bot.web import samples

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def shown() -> Json:
    return as_sent(modal(samples.WHEN))


@given(JUNK)
def test_anything_at_all_is_read_as_nothing(junk: Any) -> None:
    assert answers(junk) == {} or isinstance(junk, dict)
    assert places(junk) == {} or isinstance(junk, dict)
    assert isinstance(press(junk)[0], str)


@given(st.data())
@settings(max_examples=150)
def test_a_view_with_anything_in_any_place_is_still_read(data: st.DataObject) -> None:
    view = shown()
    spot: Any = view
    for _ in range(data.draw(st.integers(1, 5))):
        key = data.draw(st.sampled_from(list(spot) if isinstance(spot, dict) else list(range(len(spot)))))
        if not isinstance(spot[key], dict | list) or not spot[key]:
            break
        spot, key = spot[key], None
    if isinstance(spot, dict):
        spot[data.draw(st.sampled_from(list(spot)))] = data.draw(JUNK)
    found = answers(view)
    assert set(found) <= {field.id for field in samples.WHEN.fields}
    assert all(isinstance(value, str | tuple) for value in found.values())


def test_a_view_without_its_state_was_left_empty() -> None:
    view = shown()
    empty = {field.id: () if field.kind == "many" else "" for field in samples.WHEN.fields}
    assert answers({**view, "state": None}) == answers({**view, "state": {"values": []}}) == empty


@pytest.mark.parametrize("blocks", [None, "x", {}, [None], [{"block_id": 5}], [{"block_id": "when.x", "element": 1}]])
def test_a_view_without_its_blocks_showed_nothing(blocks: object) -> None:
    assert answers({**shown(), "blocks": blocks}) == {}


def test_what_the_view_did_not_show_is_not_read() -> None:
    view = shown()
    view["state"]["values"]["when.stray"] = {"when.stray": {"type": "plain_text_input", "value": "x"}}
    assert "stray" not in answers(view)


def test_lines_end_as_the_engine_counts_them() -> None:
    view = as_sent(modal(samples.HAPPENED))
    view["state"]["values"]["happened.saw"]["happened.saw"]["value"] = "one\r\ntwo\rthree"
    assert answers(view)["saw"] == "one\ntwo\nthree"


def test_options_come_in_the_order_of_the_list_not_of_the_presses() -> None:
    view = as_sent(modal(samples.CHECK))
    block = next(one for one in view["blocks"] if one.get("block_id") == "check.leave_out")
    pressed = list(reversed(block["element"]["options"]))
    view["state"]["values"]["check.leave_out"] = {"check.leave_out": {"selected_options": [*pressed, {"value": "q"}]}}
    assert answers(view)["leave_out"] == ("p1", "p2", "q")


def test_an_error_stands_at_the_first_block_of_its_field() -> None:
    view = shown()
    assert places(view)["happened_on"] == "when.happened_on"
    assert places(as_sent(modal(samples.SIGNS)))["signs"] == "signs.signs"


@pytest.mark.parametrize(
    ("action", "read_as"),
    [
        ({"action_id": "do.open.0", "value": "concern:c1"}, ("open", "concern:c1")),
        ({"action_id": "do.send_now.12"}, ("send_now", None)),
        ({"action_id": "do.change.change.3", "value": "screen:child"}, ("change", "screen:child")),
        ({"action_id": "do.open.0", "value": 7}, ("open", None)),
        ({"action_id": "elsewhere"}, ("", None)),
        ({"action_id": "do.a b.0"}, ("", None)),
        ({}, ("", None)),
        (None, ("", None)),
    ],
)
def test_a_press_is_an_id_and_a_place(action: object, read_as: tuple[str, str | None]) -> None:
    assert press(action) == read_as


def test_every_button_of_a_sample_is_read_back() -> None:
    for screen in samples.ALL:
        found = [press(one) for one in elements(modal(screen)["blocks"]) if one["type"] == "button"]
        assert all(action for action, _ in found)
