"""The concern flow: danger first, facts as the rules want them, questions the rules need, branches."""

from dataclasses import replace

import pytest

from dialogs.engine import branches, danger, facts_from, texts
from dialogs.findings import Finding
from dialogs.flow import Given
from dialogs.flows import latest
from dialogs.screens import Listing, Number
from tests.dialogs.scenes import CHILD, Talk, a_sign, a_talk, the_setting, the_vocabulary, without_social_worker
from thresholds.facts import FactValue

GRAVE = Finding(section_47=True)
EMERGENCY = Finding(section_47=True, emergency=True)

DANGER = [
    ("help_now", "danger", {"needs_help_now": True}),
    ("help_now_staff", "danger_staff", {"needs_help_now": True, "staff_may_be_danger": True}),
    ("help_now_head", "danger_head", {"needs_help_now": True, "head_may_be_danger": True}),
    ("not_sure_safe", "danger", {"not_sure_safe": True}),
]


@pytest.mark.parametrize(("said", "kind", "facts"), DANGER)
def test_danger_shows_the_emergency_screen_after_one_answer(said: str, kind: str, facts: dict[str, bool]) -> None:
    talk = Talk().say("start", {"what": said})
    assert talk.position.screen == "emergency"
    assert danger(talk.trail) == kind
    assert talk.facts == facts
    assert branches(talk.flow, talk.trail) == ("danger_now",)
    assert talk.say("emergency").position.screen == "happened"


TOLD_BY = [
    ("help_now", True, "Tell the designated safeguarding lead in person"),
    ("help_now_staff", True, "Do not tell the designated safeguarding lead yet"),
    ("help_now_staff", False, "Do not tell the designated safeguarding lead yet"),
    ("help_now_head", True, "Do not tell the head or the designated safeguarding lead yet"),
    ("help_now_head", False, "Do not tell the head or the designated safeguarding lead yet"),
]


@pytest.mark.parametrize(("said", "has_worker", "title"), TOLD_BY)
def test_the_emergency_screen_says_whom_to_tell_and_whom_not(said: str, has_worker: bool, title: str) -> None:
    setting = the_setting() if has_worker else without_social_worker()
    talk = Talk(setting=setting).say("start", {"what": said})
    assert talk.notices()[1:] == (title,)
    lines = str(talk.screen().blocks)
    assert "020 7946 0001" in lines
    assert ("duty social worker" in lines) is (has_worker and said != "help_now")


@pytest.mark.parametrize("said", ["worried", "adult", "talk"])
def test_other_choices_are_no_danger(said: str) -> None:
    talk = Talk().say("start", {"what": said})
    assert danger(talk.trail) is None
    assert talk.facts == {}


@pytest.mark.parametrize(("answer", "breaks_in"), [("yes", True), ("not_known", True), ("no", False)])
def test_danger_words_raise_a_question_on_the_next_screen(answer: str, breaks_in: bool) -> None:
    talk = a_talk(until="child", findings={"happened": Finding(danger_words=("knife", "blood"))})
    listed = [item.text for block in talk.screen().blocks if isinstance(block, Listing) for item in block.items]
    assert listed == ["knife", "blood"]
    assert talk.fields()[0] == "danger_check"
    assert "danger_check" in talk.errors("child", CHILD)
    talk.say("child", {**CHILD, "danger_check": answer})
    assert talk.position.screen == ("emergency" if breaks_in else "about")
    assert (danger(talk.trail) is not None) is breaks_in
    assert ("danger_words_confirmed" in talk.facts) is breaks_in


def test_danger_that_is_known_already_is_not_asked_again() -> None:
    talk = Talk(findings={"happened": Finding(danger_words=("knife",))})
    talk.say("start", {"what": "help_now"}).say("emergency").say("happened", {"saw": "a knife"})
    assert "danger_check" not in talk.fields()


def test_an_emergency_sign_breaks_in_once_and_leads_back() -> None:
    talk = a_talk(until="signs", findings={"signs": EMERGENCY, "more": EMERGENCY})
    talk.say("signs", {"signs": [a_sign("care_and_home")]})
    assert talk.position.screen == "emergency"
    assert (talk.position.step, talk.position.of) == (6, 10)
    assert danger(talk.trail) == "danger"
    talk.say("emergency", {"place": "Room 4", "callback": "020 7946 0009"})
    assert talk.position.screen == "more"
    assert talk.say("more").position.screen == "when"


def test_an_emergency_found_when_sending_now_is_shown_before_the_check() -> None:
    talk = a_talk(until="signs", findings={"signs": EMERGENCY})
    talk.say("signs", {"signs": [a_sign("care_and_home")]}, "send_now")
    assert talk.position.screen == "emergency"
    assert talk.say("emergency").position.screen == "check"


TONIGHT: list[tuple[str, FactValue]] = [("someone_safe", False), ("feared", True), ("not_known", None)]


@pytest.mark.parametrize(("answer", "value"), TONIGHT)
def test_who_the_child_is_with_tonight_is_a_fact(answer: str, value: FactValue) -> None:
    talk = a_talk(until="about", child={**CHILD, "tonight": answer})
    assert talk.facts["due_home_to_feared"] is value


@pytest.mark.parametrize("screen", ["child", "about", "signs", "more", "when"])
def test_sending_now_is_offered_from_the_third_screen_on_and_first_once_it_is_grave(screen: str) -> None:
    assert [one.id for one in a_talk(until=screen).screen().actions] == ["next", "send_now"]
    grave = a_talk(until=screen, findings={"happened": GRAVE})
    assert [one.id for one in grave.screen().actions] == ["send_now", "next"]


@pytest.mark.parametrize("screen", ["child", "about", "sorter", "signs", "more", "when"])
def test_sending_now_leads_to_the_check_from_anywhere_with_nothing_filled_in(screen: str) -> None:
    talk = a_talk(until=screen, about={"groups": ["not_sure"]}, sorter={"fits": ["care_and_home"]})
    assert talk.say(screen, {}, "send_now").position.screen == "check"


def test_nothing_happened_can_not_be_said_by_saying_nothing() -> None:
    assert list(a_talk(until="happened").errors("happened", {"saw": "  "})) == ["saw"]


def test_not_sure_opens_the_sorter_and_its_groups_are_added() -> None:
    talk = a_talk(until="sorter", about={"groups": ["family_life", "not_sure"]})
    talk.say("sorter", {"fits": ["care_and_home"]})
    offered = {choice.id for choice in talk.field("signs").choices}
    assert {a_sign("family_life"), a_sign("care_and_home"), "none"} <= offered


def test_a_sorter_that_fits_nothing_goes_on_without_signs() -> None:
    talk = a_talk(until="sorter", about={"groups": ["not_sure"]}).say("sorter", {"fits": ["none"]})
    assert talk.position.screen == "more"


def test_signs_stand_gravest_first_under_the_headings_of_their_areas() -> None:
    talk = a_talk(until="signs", about={"groups": ["hurt_or_afraid"]})
    vocabulary = the_vocabulary()
    choices = talk.field("signs").choices[:-1]
    gravities = [vocabulary.signs[choice.id].gravity for choice in choices]
    assert gravities == sorted(gravities, reverse=True)
    assert {choice.group for choice in choices} == {
        area.label for area in vocabulary.areas.values() if area.group == "hurt_or_afraid"
    }
    assert [choice.id for choice in talk.field("not_sure").choices] == [choice.id for choice in choices]


def test_signs_ticked_not_sure_of_and_passed_over_are_three_different_facts() -> None:
    first, second, third = (sign.id for sign in the_vocabulary().signs_of_group("care_and_home")[:3])
    talk = a_talk(until="more", signs={"signs": [first], "not_sure": [first, second]})
    assert (talk.facts[first], talk.facts[second], talk.facts[third]) == (True, None, False)


def test_signs_of_groups_not_chosen_are_no_facts() -> None:
    assert a_sign("honour_and_tradition") not in a_talk().facts


def test_none_of_these_says_that_none_was_noticed() -> None:
    talk = a_talk(until="more", signs={"signs": ["none"]})
    assert talk.facts[a_sign("care_and_home")] is False


def test_sending_now_without_ticking_says_nothing_about_signs() -> None:
    talk = a_talk(until="signs").say("signs", {}, "send_now")
    assert a_sign("care_and_home") not in talk.facts


def test_nothing_ticked_at_all_is_refused_with_how_to_go_on() -> None:
    errors = a_talk(until="signs").errors("signs", {})
    assert "None of these" in errors["signs"]


def test_none_beside_a_sign_is_refused() -> None:
    assert list(a_talk(until="signs").errors("signs", {"signs": ["none", a_sign("care_and_home")]})) == ["signs"]


def test_a_sign_of_another_group_is_refused() -> None:
    assert list(a_talk(until="signs").errors("signs", {"signs": [a_sign("honour_and_tradition")]})) == ["signs"]


def test_where_on_the_body_is_asked_where_a_mark_is_possible() -> None:
    assert "mark_where" not in a_talk(until="signs", about={"groups": ["absence_and_missing"]}).fields()
    talk = a_talk(until="signs", about={"groups": ["hurt_or_afraid"]})
    assert talk.fields() == ("signs", "not_sure", "mark_where", "mark_description")
    mark = a_sign("hurt_or_afraid", mark="injury")
    talk.say("signs", {"signs": [mark], "mark_where": ["eye", "ear"], "mark_description": "round, blue"})
    assert talk.facts["mark_where"] == ("eye", "ear")


def test_a_second_page_comes_only_above_a_hundred_signs() -> None:
    groups = [group.id for group in the_vocabulary().groups]
    talk = a_talk(until="signs_more", about={"groups": groups}, signs={"signs": ["none"]})
    first = {choice.id for choice in talk.field("signs", "signs").choices}
    second = {choice.id for choice in talk.field("signs").choices}
    assert len(first) == 101
    assert first & second == {"none"}
    ticked = next(choice.id for choice in talk.field("signs").choices)
    talk.say("signs_more", {"signs": [ticked]})
    assert talk.facts[ticked] is True
    assert "signs_more" not in a_talk().position.path


ASKED = ("not_mobile", "disabled", "happened_before", "long_standing", "earlier_help_failed", "getting_worse")
RECORDED = ("how_long", "getting_worse", "earlier_worries", "other_children", "parents_know", "telling_raises_danger")


def test_what_the_rules_need_is_asked_first_and_wanted() -> None:
    needs = ("earlier_help_failed", "disabled", "age_band", "earlier_concern_confirmed")
    talk = a_talk(until="more", findings={"signs": Finding(needs=needs)})
    assert talk.fields() == ("earlier_help_failed", "disabled", *RECORDED[:4])
    assert set(talk.errors("more", {})) == {"earlier_help_failed", "disabled"}
    talk.say("more", {"earlier_help_failed": "yes", "disabled": "not_known", "getting_worse": "yes"})
    assert (talk.facts["earlier_help_failed"], talk.facts["disabled"]) == ("yes", None)
    assert "getting_worse" not in talk.facts


def test_a_recorded_fact_is_sent_once_the_rules_need_it() -> None:
    talk = a_talk(until="more", findings={"signs": Finding(needs=("getting_worse",))})
    assert talk.fields()[0] == "getting_worse"
    assert talk.say("more", {"getting_worse": "not_known"}).facts["getting_worse"] is None


def test_at_most_six_questions_are_asked() -> None:
    talk = a_talk(until="more", findings={"signs": Finding(needs=tuple(reversed(ASKED)))})
    assert talk.fields() == tuple(reversed(ASKED))
    assert a_talk(until="more").fields() == RECORDED


def test_a_grave_concern_asks_for_a_safe_adult_and_never_counts_the_answer() -> None:
    talk = a_talk(until="more", findings={"signs": GRAVE})
    assert "safe_adult" in talk.fields()
    before = talk.facts
    assert talk.say("more", {"safe_adult": "yes"}).facts == before


def test_where_telling_the_family_is_dangerous_nobody_is_asked_whether_they_know() -> None:
    talk = a_talk(until="more", findings={"signs": Finding(marks=("family_silence",))})
    assert "Do not speak to the family" in talk.notices()
    assert not {"parents_know", "telling_raises_danger"} & set(talk.fields())
    assert "Do not speak to the family" in talk.say("more").say("when").notices()


def test_a_need_that_comes_later_is_asked_before_sending() -> None:
    talk = a_talk(until="check", findings={})
    talk.findings = {"child": Finding(needs=("disabled",))}
    assert talk.say("child", CHILD).position.screen == "more"


MARKS = (
    "nude_images",
    "child_sexual_abuse",
    "suicide",
    "missing_now",
    "fgm_known",
    "child_on_child",
    "adult_may_be_staff",
)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_opens_its_notice(mark: str) -> None:
    talk = a_talk(until="more", findings={"signs": Finding(marks=(mark,))})
    assert talk.notices() == (the_setting().words(f"concern.marks.{mark}.title"),)


BRANCHES = [
    ({"social_worker": "yes"}, "has_social_worker"),
    ({"council": "other_council"}, "other_council"),
    ({"council": "not_known"}, "council_unknown"),
    ({"age_band": "18_or_over"}, "eighteen_or_over"),
]


@pytest.mark.parametrize(("change", "name"), BRANCHES)
def test_an_answer_about_the_child_opens_its_branch_and_says_so(change: dict[str, str], name: str) -> None:
    talk = a_talk(until="about", child={**CHILD, **change})
    assert branches(talk.flow, talk.trail) == (name,)
    assert len(talk.notices()) == 1


def test_an_ordinary_concern_has_no_branch() -> None:
    talk = a_talk()
    assert branches(talk.flow, talk.trail) == ()


def test_leaving_somebody_out_takes_one_tap_for_the_reason_and_waits_for_none() -> None:
    talk = a_talk(until="check")
    assert talk.errors("check", {"leave_out": ["p1"]}, "send") == {}
    assert talk.errors("check", {"leave_out": ["p1"], "leave_out_reason": "related"}, "send") == {}
    assert list(talk.errors("check", {"leave_out": ["p9"]}, "send")) == ["leave_out"]


def test_the_check_names_who_will_receive_it() -> None:
    listed = [block for block in a_talk(until="check").screen().blocks if isinstance(block, Listing)]
    assert [item.text for item in listed[0].items] == [one.label for one in the_setting().recipients]


def test_talking_something_through_takes_three_screens_and_no_free_text() -> None:
    talk = Talk().say("start", {"what": "talk"})
    assert {field.kind for field in talk.screen().fields} == {"one"}
    assert set(talk.errors("talk", {})) == {"hurt"}
    assert talk.errors("talk", {"hurt": "no"}) == {}
    talk.say("talk", {"hurt": "no", "topic": "early_help", "when_suits": "at_lunch"})
    assert (talk.position.ended, talk.position.step) == ("consultation", 3)
    assert branches(talk.flow, talk.trail) == ("consultation",)


@pytest.mark.parametrize("hurt", ["yes", "not_known"])
def test_a_child_who_may_be_hurt_turns_a_talk_into_a_concern(hurt: str) -> None:
    talk = Talk().say("start", {"what": "talk"}).say("talk", {"hurt": hurt})
    assert talk.position.screen == "happened"
    assert branches(talk.flow, talk.trail) == ()


HARM = {"harmed_child": "no", "possible_offence": "no", "poses_risk": "no", "unsuitable": "no", "child_hurt": "no"}


def an_adult(who: str = "someone_else", safe: str = "yes", **harm: str) -> Talk:
    """A concern about an adult, up to its check."""
    talk = Talk().say("start", {"what": "adult"}).say("adult_who", {"who": who, "someone_safe": safe})
    return talk.say("adult_what", {"saw": "He shouted."}).say("adult_harm", {**HARM, **harm})


def test_a_concern_about_an_adult_takes_six_screens_and_no_facts() -> None:
    talk = an_adult().say("adult_check", action="send")
    assert (talk.position.ended, talk.position.step) == ("adult", 6)
    assert talk.facts == {}
    assert branches(talk.flow, talk.trail) == ("adult",)


GOES_TO = [
    ("head", "This goes to the chair of governors"),
    ("designated_safeguarding_lead", "This goes to the head"),
    ("social_worker", "This goes to the head"),
    ("myself", "This goes to the head"),
    ("someone_else", "This goes to the head"),
    ("not_known", "This goes to the head"),
]


@pytest.mark.parametrize(("who", "title"), GOES_TO)
def test_who_hears_of_an_adult_depends_on_whom_it_is_about(who: str, title: str) -> None:
    assert title in an_adult(who).notices()


LADO = "Ring the local authority designated officer within one working day"


@pytest.mark.parametrize("answer", ["yes", "not_known"])
@pytest.mark.parametrize("test", ["harmed_child", "possible_offence", "poses_risk", "unsuitable"])
def test_any_harm_test_shows_whom_to_ring(test: str, answer: str) -> None:
    talk = an_adult(**{test: answer})
    assert LADO in talk.notices()
    assert "020 7946 0003" in str(talk.screen().blocks)


def test_an_authority_without_that_number_shows_the_duty_all_the_same() -> None:
    talk = an_adult(harmed_child="yes")
    talk.setting = replace(the_setting(), designated_officer=None, numbers=(Number(label="Front door", phone="1234"),))
    assert LADO in talk.notices()


def test_no_harm_shows_no_number_of_the_designated_officer() -> None:
    assert LADO not in an_adult().notices()


def test_where_nobody_is_safe_to_tell_the_designated_officer_is() -> None:
    assert "If nobody here is safe to tell" in an_adult(safe="no").notices()


def test_everything_typed_is_found_and_nothing_chosen() -> None:
    talk = a_talk(child={**CHILD, "name": "Sam", "where_now": "In class"}, when={"trusts": "Mr Bell"})
    assert texts(talk.trail) == ("He came in without a coat again.", "Sam", "In class", "Mr Bell")


def test_a_given_fact_that_the_vocabulary_does_not_know_is_left_out() -> None:
    flow = latest("concern")
    start = flow.page("start")
    odd = replace(start.questions[0], gives=(Given(option="worried", fact="unheard_of", value=True),))
    pages = (replace(start, questions=(odd,)), *flow.pages[1:])
    talk = Talk().say("start", {"what": "worried"})
    assert facts_from(replace(flow, pages=pages), talk.trail, the_vocabulary()) == {}
