"""The engine: where somebody stands, what is taken, and that changing an earlier answer re-routes."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.engine import (
    Accepted,
    Answered,
    NotOnPath,
    Position,
    Rejected,
    answers_of,
    present,
    receive,
    replay,
    screen_at,
    told,
)
from dialogs.findings import Finding
from dialogs.flow import Flow, Page, Route, UnknownPage
from dialogs.flows import CATALOGUE, latest
from dialogs.position import StrayPageError, walk
from dialogs.screens import Rows
from tests.dialogs.scenes import CHILD, Talk, a_sign, a_talk, the_setting, the_vocabulary
from thresholds.conditions import Is


def test_a_new_talk_stands_at_the_start() -> None:
    assert Talk().position == Position(screen="start", path=("start",), ended=None, step=1, of=9)


def test_a_typical_concern_has_nine_screens_and_progress_says_so_throughout() -> None:
    seen = []
    talk = Talk()
    for screen in a_talk().position.path:
        position = a_talk(until=screen).position
        seen.append((position.step, position.of))
    assert seen == [(step, 9) for step in range(1, 10)]
    assert talk.position.step == 1


def test_sending_now_from_the_signs_makes_seven_screens() -> None:
    talk = (
        a_talk(until="signs").say("signs", {"signs": [a_sign("care_and_home")]}, "send_now").say("check", action="send")
    )
    position = talk.position
    assert (position.ended, position.step, position.of) == ("receipt", 7, 7)


def test_changing_an_earlier_answer_leads_another_way() -> None:
    talk = a_talk(until="about").say("start", {"what": "adult"})
    assert talk.position.path == ("start", "adult_who")
    assert talk.say("start", {"what": "worried"}).position.screen == "about"


def test_other_groups_ask_for_the_signs_again_and_keep_what_was_ticked() -> None:
    talk = a_talk(until="more").say("about", {"groups": ["care_and_home", "family_life"]})
    assert talk.position.screen == "signs"
    assert talk.field("signs").value == (a_sign("care_and_home"),)


def test_a_screen_shows_what_was_answered() -> None:
    assert a_talk().field("tonight", "child").value == "someone_safe"


def test_a_refusal_is_shown_with_everything_that_was_typed() -> None:
    talk = a_talk(until="child")
    raw = {"name": "x" * 201, "where_now": "In class", "council": ["a", 7]}
    refused = talk.offer("child", raw)
    assert isinstance(refused, Rejected)
    screen = screen_at(talk.flow, talk.trail, "child", talk.setting, kept=refused.kept, errors=refused.errors)
    fields = {field.id: field for field in screen.fields}
    assert fields["name"].error is not None
    assert "200" in fields["name"].error
    assert fields["name"].value == "x" * 201
    assert (fields["where_now"].value, fields["where_now"].error) == ("In class", None)
    assert fields["council"].value == ("a",)


@pytest.mark.parametrize("screen", ["child", "check", "nowhere"])
def test_a_screen_that_was_not_reached_takes_nothing(screen: str) -> None:
    with pytest.raises(NotOnPath):
        receive(latest("concern"), {}, screen, {}, "next", the_setting())
    with pytest.raises(NotOnPath):
        screen_at(latest("concern"), {}, screen, the_setting())


def test_a_last_screen_takes_nothing() -> None:
    talk = a_talk()
    assert talk.position.ended == "receipt"
    with pytest.raises(NotOnPath):
        talk.offer("receipt", {})


@pytest.mark.parametrize("raw", [{"strange": "x"}, {"danger_check": "yes"}])
def test_a_field_that_is_not_asked_is_refused_for_the_form(raw: Mapping[str, object]) -> None:
    errors = a_talk(until="child").errors("child", {**CHILD, **raw})
    assert list(errors) == [""]


def test_an_empty_field_that_is_not_asked_does_no_harm() -> None:
    assert a_talk(until="child").errors("child", {**CHILD, "danger_check": ""}) == {}


def test_an_unknown_button_is_refused() -> None:
    assert list(a_talk(until="happened").errors("happened", {"saw": "x"}, "send_now")) == [""]


def test_the_form_s_own_error_stands_above_the_fields() -> None:
    talk = Talk()
    screen = screen_at(talk.flow, {}, "start", talk.setting, kept={}, errors={"": "Look again."})
    assert "Look again." in str(screen.blocks[0])


def test_what_was_wanted_and_left_out_by_sending_now_counts_as_not_known() -> None:
    talk = a_talk(until="child").say("child", {"name": "Sam"}, "send_now")
    values = talk.trail["child"].values
    assert values == {
        "name": "Sam",
        "age_band": "not_known",
        "council": "not_known",
        "social_worker": "not_known",
        "tonight": "not_known",
    }
    assert talk.facts["age_band"] is None
    assert talk.position.screen == "check"


def test_present_is_replay_and_screen_in_one() -> None:
    talk = a_talk(until="signs")
    assert present(talk.flow, talk.trail, talk.setting) == (talk.position, talk.screen())


def test_every_answer_is_listed_with_the_words_of_its_options() -> None:
    talk = a_talk()
    rows = {row.label: row for block in answers_of(talk.flow, talk.trail, talk.setting) for row in block.rows}
    assert rows["What I saw"].value == "He came in without a coat again."
    assert rows["In which council's area does the child live?"].value == "Ealing"
    assert all(row.change is None for row in rows.values())


def test_the_check_page_links_each_answer_to_its_screen() -> None:
    blocks = [block for block in a_talk(until="check").screen().blocks if isinstance(block, Rows)]
    changes = [row.change for block in blocks for row in block.rows]
    assert changes[0] == "start"
    assert set(changes) == {"start", "happened", "child", "about", "signs", "more", "when"}


def test_an_option_that_left_the_list_is_shown_by_its_id() -> None:
    talk = a_talk()
    talk.trail["child"] = replace(talk.trail["child"], values={**CHILD, "council": "gone"})
    rows = [row.value for block in answers_of(talk.flow, talk.trail, talk.setting) for row in block.rows]
    assert "gone" in rows


def test_dates_are_written_as_people_write_them() -> None:
    talk = a_talk(when={"happened_on": "2026-11-20", "learned_on": "2026-11-23"})
    rows = [row.value for block in answers_of(talk.flow, talk.trail, talk.setting) for row in block.rows]
    assert "20 November 2026" in rows


def test_facts_and_opinion_stay_apart() -> None:
    talk = a_talk(happened={"child_said": "I'm hungry", "think": "Not enough food"})
    found = told(talk.trail)
    assert (found.saw, found.child_said, found.told_by_other, found.think) == ("", "I'm hungry", "", "Not enough food")
    assert told({}).saw == ""


def test_a_page_without_a_way_on_is_a_fault_of_the_flow() -> None:
    page = Page(id="only", words="x", routes=(Route(to="end", when=Is("never", True)),))
    flow = Flow(name="x", version=1, start="only", pages=(page, Page(id="end", words="x", end="end")))
    with pytest.raises(StrayPageError):
        walk(flow, {"only": Answered(screen="only", values={})})


def test_a_flow_names_the_page_it_does_not_have() -> None:
    with pytest.raises(UnknownPage):
        latest("concern").page("nowhere")


def test_the_catalogue_gives_the_newest_version() -> None:
    assert latest("concern") is CATALOGUE["concern", 1]
    with pytest.raises(KeyError):
        latest("nothing")


# ── anything at all


_IDS = st.sampled_from(
    ["worried", "help_now", "adult", "talk", "yes", "no", "not_known", "none", "not_sure", "ealing", "other_council",
     "7_to_9", "feared", "care_and_home", "sexual_harm", "p1", "level_1", "level_4", "read", "today", "head"]
)  # fmt: skip
_RAW = st.one_of(
    st.none(),
    _IDS,
    st.text(max_size=40),
    st.lists(_IDS, max_size=4),
    st.integers(),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
    st.sampled_from(["2026-11-20", "2030-01-01", "12:30", "x" * 7000]),
)
_FINDING = st.builds(
    Finding,
    needs=st.lists(st.sampled_from(sorted(the_vocabulary().facts)), max_size=9).map(tuple),
    section_47=st.booleans(),
    emergency=st.booleans(),
    danger_words=st.sampled_from([(), ("knife",)]),
    marks=st.lists(st.sampled_from(["family_silence", "nude_images", "fgm_known"]), max_size=2).map(tuple),
    advice_now=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted({name for name, _ in CATALOGUE})))
def test_no_answer_whatever_breaks_a_talk(data: st.DataObject, name: str) -> None:
    talk = Talk(flow=latest(name))
    for _ in range(12):
        position = talk.position
        screen = data.draw(st.sampled_from(position.path))
        if talk.flow.page(screen).end:
            continue
        drawn = talk.screen(screen)
        names = st.sampled_from([*(field.id for field in drawn.fields), "stray"])
        raw = data.draw(st.dictionaries(names, _RAW, max_size=6))
        for field in drawn.fields:
            if field.choices:
                chosen = data.draw(st.sampled_from([choice.id for choice in field.choices]))
                raw[field.id] = chosen if field.kind == "one" else [chosen]
        action = data.draw(st.sampled_from([*(one.id for one in drawn.actions), "next"]))
        received = talk.offer(screen, raw, action)
        if isinstance(received, Accepted):
            talk.trail[screen] = replace(received.answered, finding=data.draw(_FINDING))
        else:
            assert set(received.errors) <= {"", *(field.id for field in drawn.fields)}
        _stays_whole(talk)


def _stays_whole(talk: Talk) -> None:
    position = talk.position
    assert position == replay(talk.flow, dict(talk.trail))
    assert len(set(position.path)) == len(position.path)
    assert position.step == len(position.path) <= position.of
    for screen in position.path:
        assert talk.screen(screen).id == screen
    assert set(talk.facts) <= set(the_vocabulary().facts) | set(the_vocabulary().signs)
