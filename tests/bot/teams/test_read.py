"""Reading what Teams sends: whatever a stranger makes of it, never an exception, and nothing that was not asked."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.teams.draw import page
from bot.channels.teams.read import answers, place, press
from tests.bot.slack.test_read import JUNK
from tests.bot.teams.checking import Json, as_sent, presses
from tests.bot.web import samples


def sent() -> Json:
    return as_sent(page(samples.WHEN, place="t1"))


@given(JUNK)
def test_anything_at_all_is_read_as_nothing(junk: Any) -> None:
    for data in (junk, {"swis": junk}, {"swis": {"inputs": junk, "do": junk, "to": junk, "from": junk, "at": junk}}):
        assert all(isinstance(value, str | tuple) for value in answers(data).values())
        assert isinstance(press(data)[0], str)
        assert isinstance(place(data), str)


@given(st.data())
@settings(max_examples=150)
def test_inputs_with_anything_in_any_place_are_still_read(data: st.DataObject) -> None:
    found = sent()
    found[data.draw(st.sampled_from(sorted(found)))] = data.draw(JUNK)
    read = answers(found)
    assert set(read) <= {field.id for field in samples.WHEN.fields}
    assert all(isinstance(value, str | tuple) for value in read.values())


def test_what_the_card_did_not_show_is_not_read() -> None:
    assert "stray" not in answers({**sent(), "stray": "x"})


def test_what_was_left_empty_is_empty() -> None:
    empty = {field.id: () if field.kind == "many" else "" for field in samples.WHEN.fields}
    assert answers(as_sent(page(samples.WHEN), leave_out=True)) == answers(sent()) == empty


def test_lines_end_as_the_engine_counts_them() -> None:
    found = as_sent(page(samples.HAPPENED))
    assert answers({**found, "saw": "one\r\ntwo\rthree"})["saw"] == "one\ntwo\nthree"


def test_a_number_is_read_whether_it_comes_as_text_or_not() -> None:
    assert answers({**sent(), "times": 3})["times"] == answers({**sent(), "times": "3"})["times"] == "3"
    assert answers({**sent(), "times": True})["times"] == answers({**sent(), "times": 10**12})["times"] == ""


@pytest.mark.parametrize(
    ("ours", "read_as"),
    [
        ({"do": "open", "to": "concern:c1"}, ("open", "concern:c1")),
        ({"do": "send_now"}, ("send_now", None)),
        ({"do": "open", "to": 7}, ("open", None)),
        ({"do": "a b"}, ("", None)),
        ({"do": "pick", "from": "~more"}, ("concern", "concern:c9")),
        ({"do": "pick", "from": "~change"}, ("unhide", None)),
        ({"do": "pick", "from": "name"}, ("", None)),
        ({}, ("", None)),
        (None, ("", None)),
    ],
)
def test_a_press_is_an_id_and_a_place(ours: object, read_as: tuple[str, str | None]) -> None:
    assert press({"swis": ours, "~more": "concern concern:c9", "name": "Robin Example"}) == read_as


def test_every_button_of_a_sample_is_read_back() -> None:
    for screen in samples.ALL:
        assert all(press(one)[0] for one in presses(page(screen)))
