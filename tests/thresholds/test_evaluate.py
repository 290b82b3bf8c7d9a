"""What the rules say, on a small invented document."""

from itertools import permutations
from typing import Any

import pytest

from tests.builders import A_HARM, a_document, a_line, a_raising, a_sign, a_vocabulary, facts
from thresholds.evaluate import evaluate, evaluate_without_document, fault, ready
from thresholds.facts import Facts
from thresholds.result import Evaluation, Outcome, Urgency
from thresholds.rules import floor_reason

VOCABULARY = a_vocabulary()
RULES = ready(a_document(), VOCABULARY)
ADVICE, EARLY, STATUTORY, EMERGENCY = Outcome


def judged(given: Facts, **changes: Any) -> Evaluation:
    """What the invented document, with `changes`, says."""
    rules = ready(a_document(**changes), VOCABULARY) if changes else RULES
    return evaluate(rules, given)


def spoke(evaluation: Evaluation) -> list[str]:
    """The ids of the reasons, in order."""
    return [reason.indicator for reason in evaluation.reasons]


@pytest.mark.parametrize(
    ("given", "outcome", "level", "urgency"),
    [
        (facts(), None, None, Urgency.SECTION_17),
        (facts(hungry=False), None, None, Urgency.SECTION_17),
        (facts("dirty"), ADVICE, "universal", Urgency.ADVICE),
        (facts("hungry"), EARLY, "early", Urgency.EARLY_HELP),
        (facts("hungry", "dirty"), EARLY, "early", Urgency.EARLY_HELP),
        (facts("hungry", "dirty", "no_sleep"), EARLY, "intensive", Urgency.EARLY_HELP),
        (facts("hungry", "low_mood", "new_things"), STATUTORY, "need", Urgency.SECTION_17),
        (facts("hungry", "no_sleep", "no_such_fact"), EARLY, "early", Urgency.EARLY_HELP),
        (facts("hungry", help_failed="yes"), STATUTORY, "need", Urgency.SECTION_17),
        (facts("hungry", help_failed="no"), EARLY, "early", Urgency.EARLY_HELP),
        (facts("dirty", help_failed="yes"), ADVICE, "universal", Urgency.ADVICE),
        (facts("bruise", mark_where=("ear",)), STATUTORY, "need", Urgency.SECTION_17),
        (facts("bruise", mark_where=("knee",)), EARLY, "early", Urgency.EARLY_HELP),
        (facts("bruise", mark_where=("ear",), not_mobile="yes"), STATUTORY, "protection", Urgency.SECTION_47),
        (facts("due_home_to_feared", not_mobile="yes"), STATUTORY, "need", Urgency.SECTION_17),
        (facts("baby_hurt"), STATUTORY, "protection", Urgency.SECTION_47),
        (facts("took_tablets"), EMERGENCY, "protection", Urgency.EMERGENCY),
        (facts("due_home_to_feared"), STATUTORY, "need", Urgency.SECTION_17),
        (facts("baby_hurt", "due_home_to_feared"), EMERGENCY, "protection", Urgency.EMERGENCY),
        (facts("baby_hurt", due_home_to_feared=None), STATUTORY, "protection", Urgency.SECTION_47),
        (facts("odd_feeling"), None, None, Urgency.SECTION_17),
        (facts("odd_feeling", "hungry"), EARLY, "early", Urgency.SECTION_17),
        (facts(low_mood=None), None, None, Urgency.SECTION_17),
        (facts("dirty", low_mood=None), ADVICE, "universal", Urgency.SECTION_17),
        (facts("dirty", help_failed=None), ADVICE, "universal", Urgency.SECTION_17),
        (facts("hungry", help_failed=None), STATUTORY, "need", Urgency.SECTION_17),
        (facts("older_friends", age_band="7_to_9"), STATUTORY, "need", Urgency.SECTION_17),
        (facts("older_friends", age_band="13_to_15"), EARLY, "early", Urgency.EARLY_HELP),
        (facts("older_friends", age_band=None), STATUTORY, "need", Urgency.SECTION_17),
        (facts("hungry", age_band="18_or_over"), None, None, Urgency.SECTION_17),
        (facts("baby_hurt", age_band="18_or_over"), STATUTORY, "section_47", Urgency.SECTION_47),
        (facts("took_tablets", age_band="18_or_over"), EMERGENCY, "section_47", Urgency.EMERGENCY),
    ],
)
def test_the_suggestion_is_the_gravest_that_any_rule_says(
    given: Facts, outcome: Outcome | None, level: str | None, urgency: Urgency
) -> None:
    found = judged(given)
    assert (found.outcome, found.level and found.level.id, found.urgency) == (outcome, level, urgency)


@pytest.mark.parametrize(
    ("given", "status", "advice_now"),
    [
        (facts(), "unrated_signs", True),
        (facts(hungry=False, disabled="no"), "unrated_signs", True),
        (facts("odd_feeling"), "unrated_signs", True),
        (facts("odd_feeling", "hungry"), "rated", True),
        (facts("hungry"), "rated", False),
        (facts("hungry", disabled=None), "rated", True),
        (facts("hungry", dirty=None), "rated", True),
        (facts("hungry", no_such_fact=None), "rated", False),
        (facts("baby_hurt"), "rated", False),
        (facts("baby_hurt", age_band="18_or_over"), "no_document", True),
        (facts("hungry", age_band="18_or_over"), "no_document", True),
    ],
)
def test_advice_is_needed_now_whenever_something_is_unrated_or_not_known(
    given: Facts, status: str, advice_now: bool
) -> None:
    found = judged(given)
    assert (found.status, found.advice_now) == (status, advice_now)


def test_a_suggestion_names_the_document_that_gave_it() -> None:
    ref = judged(facts("hungry")).document
    assert ref is not None
    assert (ref.authority, ref.version, ref.signed_off) == ("anyshire", "2020", False)


def test_an_indicator_is_a_reason_with_its_facts_level_and_place() -> None:
    [reason] = judged(facts("hungry")).reasons
    assert (reason.indicator, reason.facts, reason.level, reason.outcome) == ("hungry", ("hungry",), "early", EARLY)
    assert reason.citation.place == "row hungry"


def test_context_facts_that_met_a_line_are_named_and_those_nobody_knows_stand_apart() -> None:
    known = judged(facts("bruise", mark_where=("ear",))).reasons[0]
    guessed = judged(facts("bruise", mark_where=None)).reasons[0]
    assert (known.facts, known.not_known) == (("bruise", "mark_where"), ())
    assert (guessed.facts, guessed.not_known) == (("bruise",), ("mark_where",))


def test_the_significant_harm_floor_cites_the_statute_beside_the_line_of_the_authority() -> None:
    found = judged(facts("baby_hurt"))
    floor, line = found.reasons
    assert (line.indicator, line.level) == ("baby_hurt", "need")
    assert (floor.indicator, floor.level) == ("significant_harm.baby_hurt", "protection")
    assert floor.citation.document == "Children Act 1989"
    assert floor.citation.version == "as amended"
    assert floor.citation.place == f"section 47(1)(b), with {A_HARM.document}, {A_HARM.place}"
    assert found.harm


def test_only_a_sign_of_significant_harm_has_a_floor() -> None:
    with pytest.raises(ValueError, match="hungry is no sign of significant harm"):
        floor_reason(VOCABULARY.signs["hungry"], None, due_home=False)


def test_due_home_to_the_person_feared_is_named_in_the_floor_that_it_makes_an_emergency() -> None:
    floor = judged(facts("baby_hurt", "due_home_to_feared")).reasons[0]
    assert floor.facts == ("baby_hurt", "due_home_to_feared")
    assert floor.outcome is EMERGENCY


def test_a_modifier_names_the_lines_it_raises_and_what_raised_them() -> None:
    found = judged(facts("hungry", "low_mood", "dirty", help_failed="yes"))
    assert spoke(found) == ["help_failed", "hungry", "low_mood", "dirty"]
    assert found.reasons[0].facts == ("hungry", "low_mood", "help_failed")


def test_a_modifier_met_only_because_nobody_knows_says_so() -> None:
    reason = judged(facts("hungry", help_failed=None)).reasons[0]
    assert (reason.indicator, reason.facts, reason.not_known) == ("help_failed", ("hungry",), ("help_failed",))


def test_one_modifier_never_builds_on_another() -> None:
    step = [
        a_raising("one", "early", "need", when={"is": {"fact": "disabled", "value": "yes"}}),
        a_raising("two", "need", "protection", when={"is": {"fact": "disabled", "value": "yes"}}),
    ]
    assert spoke(judged(facts("hungry", disabled="yes"), modifiers=step)) == ["one", "hungry"]


def test_a_modifier_may_be_called_for_by_a_sign() -> None:
    by_sign = [a_raising("by_sign", "early", "need", when="odd_feeling")]
    assert spoke(judged(facts("hungry", "odd_feeling"), modifiers=by_sign)) == ["by_sign", "hungry"]
    assert spoke(judged(facts("hungry"), modifiers=by_sign)) == ["hungry"]


def test_accumulation_needs_enough_lines_over_enough_areas() -> None:
    many = [a_raising("many", "early", "need", count=2, areas=2)]
    assert spoke(judged(facts("hungry", "low_mood"), accumulation=many)) == ["many", "hungry", "low_mood"]
    assert spoke(judged(facts("hungry", "no_sleep"), accumulation=many)) == ["hungry", "no_sleep"]
    assert spoke(judged(facts("hungry", "dirty"), accumulation=many)) == ["hungry", "dirty"]


def test_lines_that_a_modifier_raised_add_up_at_the_level_they_were_raised_to() -> None:
    grave = [a_raising("grave", "need", "protection", count=2, areas=2)]
    given = facts("hungry", "low_mood", help_failed="yes")
    assert spoke(judged(given, accumulation=grave))[0] == "grave"
    assert spoke(judged({**given, "due_home_to_feared": True}, accumulation=grave))[0] == "grave"


def test_a_cluster_names_only_the_signs_that_are_ticked() -> None:
    two_of = [a_line("two_of", {"at_least": {"count": 2, "of": ["hungry", "dirty", "no_sleep"]}}, "need")]
    [reason] = judged(facts("hungry", "no_sleep"), indicators=two_of).reasons
    assert reason.facts == ("hungry", "no_sleep")


def test_a_line_may_read_one_sign_twice() -> None:
    twice = [a_line("twice", {"all": ["hungry", {"any": ["hungry", "dirty"]}]}, "need")]
    [reason] = judged(facts("hungry"), indicators=twice).reasons
    assert reason.facts == ("hungry",)


def test_reasons_stand_gravest_first_and_do_not_depend_on_the_order_of_the_facts() -> None:
    given = facts("low_mood", "hungry", "baby_hurt", "odd_feeling", help_failed="yes", not_mobile=None)
    first = judged(given)
    assert all(judged(dict(order)) == first for order in permutations(given.items()))


@pytest.mark.parametrize(
    ("given", "unknown"),
    [
        (facts("dirty"), ()),
        (facts("hungry"), ("help_failed",)),
        (facts("hungry", help_failed="no"), ()),
        (facts("hungry", help_failed=None), ()),
        (facts("bruise"), ("help_failed", "mark_where")),
        (facts("bruise", mark_where=("ear",)), ("age_band", "not_mobile")),
        (facts("bruise", mark_where=("ear",), age_band="7_to_9"), ("not_mobile",)),
        (facts("bruise", mark_where=("ear",), age_band="7_to_9", not_mobile="no"), ()),
        (facts("older_friends"), ("age_band", "help_failed")),
        (facts("older_friends", age_band="13_to_15"), ("help_failed",)),
        (facts("hungry", took_tablets=None, dirty=None), ("took_tablets", "help_failed", "dirty")),
        (facts("baby_hurt"), ()),
        (facts("hungry", age_band="18_or_over", dirty=None), ("dirty",)),
    ],
)
def test_what_is_not_known_and_could_raise_the_level_is_named_most_raising_first(
    given: Facts, unknown: tuple[str, ...]
) -> None:
    assert judged(given).unknown == unknown


def test_the_order_of_what_is_not_known_is_by_how_far_it_could_raise() -> None:
    assert judged(facts("hungry", took_tablets=None, odd_feeling=None)).unknown == (
        "took_tablets",
        "help_failed",
        "odd_feeling",
    )


def test_marks_and_duties_come_from_signs_that_are_ticked_or_not_sure_of() -> None:
    sure, unsure = judged(facts("took_tablets")), judged(facts(took_tablets=None))
    for found in (sure, unsure):
        assert (found.marks, found.duties) == (frozenset({"suicide"}), ("watch_duty",))
    denied = judged(facts("hungry", took_tablets=False))
    assert (denied.marks, denied.duties) == (frozenset(), ())
    assert judged(facts("took_tablets", "low_mood")).duties == ("watch_duty",)
    assert (sure.harm, unsure.harm) == (True, False)


def test_signs_that_no_line_rates_are_named_in_the_order_of_the_vocabulary() -> None:
    only_hungry = [a_line("hungry", "hungry", "early")]
    found = judged(facts("odd_feeling", "dirty", "hungry", "baby_hurt"), indicators=only_hungry)
    assert found.unrated == ("dirty", "odd_feeling")


def test_a_document_without_rules_that_raise_is_fine() -> None:
    assert spoke(judged(facts("hungry", help_failed="yes"), modifiers=[], accumulation=[])) == ["hungry"]


@pytest.mark.parametrize(
    ("given", "outcome", "level", "urgency"),
    [
        (facts(), None, None, Urgency.SECTION_17),
        (facts("hungry"), None, None, Urgency.SECTION_17),
        (facts("hungry", "baby_hurt"), STATUTORY, "section_47", Urgency.SECTION_47),
        (facts("took_tablets"), EMERGENCY, "section_47", Urgency.EMERGENCY),
        (facts("baby_hurt", "due_home_to_feared"), EMERGENCY, "section_47", Urgency.EMERGENCY),
        (facts(took_tablets=None), None, None, Urgency.SECTION_17),
        (facts("baby_hurt", age_band="18_or_over"), STATUTORY, "section_47", Urgency.SECTION_47),
    ],
)
def test_without_a_document_only_significant_harm_and_the_emergency_speak(
    given: Facts, outcome: Outcome | None, level: str | None, urgency: Urgency
) -> None:
    found = evaluate_without_document(VOCABULARY, given)
    assert (found.outcome, found.level and found.level.id, found.urgency) == (outcome, level, urgency)
    assert (found.status, found.document, found.advice_now) == ("no_document", None, True)
    assert all(reason.citation.document == "Children Act 1989" for reason in found.reasons)


def test_without_a_document_the_gravest_reason_still_stands_first_and_the_rest_is_told() -> None:
    found = evaluate_without_document(VOCABULARY, facts("hungry", "baby_hurt", "took_tablets", low_mood=None))
    assert spoke(found) == ["significant_harm.took_tablets", "significant_harm.baby_hurt"]
    assert found.unrated == ("hungry",)
    assert found.unknown == ("low_mood",)
    assert found.marks == {"injury", "suicide"}
    assert found.level is not None
    assert (found.level.number, found.level.basis) == (None, "S47")


def test_a_fault_is_unrated_and_most_urgent() -> None:
    found = fault()
    assert (found.status, found.outcome, found.level) == ("fault", None, None)
    assert (found.urgency, found.advice_now, found.reasons) == (Urgency.EMERGENCY, True, ())


def test_a_local_sign_is_judged_like_any_other() -> None:
    local = a_sign("local_sign", "outside")
    vocabulary = type(VOCABULARY)(
        version="1",
        groups=VOCABULARY.groups,
        areas=VOCABULARY.areas,
        signs={**VOCABULARY.signs, local.id: local},
        facts=VOCABULARY.facts,
    )
    rules = ready(a_document(indicators=[a_line("local", "local_sign", "need")]), vocabulary)
    assert spoke(evaluate(rules, facts("local_sign"))) == ["local"]
