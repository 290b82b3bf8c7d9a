"""What carries a suggestion, and what would raise it: nothing of it can be spared, and the named answer raises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_document, a_raising, a_vocabulary
from tests.builders import facts as a_sign_each
from tests.thresholds.packaged import all_rules, catalogue
from tests.thresholds.test_promises import FACTS, SIGNS
from thresholds.evaluate import Rules, evaluate, evaluate_without_document, ready
from thresholds.explain import UNEXPLAINED, explain
from thresholds.facts import Facts
from thresholds.result import Evaluation, Outcome

ALL_RULES = all_rules()
RULES = pytest.mark.parametrize("rules", [pytest.param(rules, id=key) for key, rules in ALL_RULES.items()])
EALING = next(rules for key, rules in ALL_RULES.items() if "ealing" in key)
VOCABULARY = catalogue().vocabulary
MANY: st.SearchStrategy[dict[str, object]] = st.lists(st.sampled_from(SIGNS), min_size=5, max_size=40, unique=True).map(
    lambda ids: dict.fromkeys(ids, True)
)


def height(rules: Rules, said: Evaluation) -> tuple[int, int]:
    """Outcome, then the level's place in its document."""
    ids = [None if level is None else level.id for level in rules.levels[:-1]]
    return said.outcome or 0, 0 if said.level is None or said.level.id not in ids else ids.index(said.level.id)


def carried(rules: Rules, facts: Facts) -> None:
    """What carries it gives it alone, and with any answer less it is not the same."""
    whole = evaluate(rules, facts)
    keys = explain(rules, rules.vocabulary, facts).carried_by
    part = evaluate(rules, {key: facts[key] for key in keys})
    if whole.outcome is None:
        assert keys == ()
        return
    assert (part.outcome, part.level) == (whole.outcome, whole.level)
    for key in keys:
        less = evaluate(rules, {one: facts[one] for one in keys if one != key})
        assert (less.outcome, less.level) != (whole.outcome, whole.level)


@RULES
@settings(max_examples=60, deadline=None)
@given(facts=FACTS)
def test_no_answer_that_carries_can_be_spared(rules: Rules, facts: Facts) -> None:
    carried(rules, facts)


@settings(max_examples=30, deadline=None)
@given(facts=MANY, data=st.data())
def test_neither_where_very_many_signs_are_ticked(facts: dict[str, object], data: st.DataObject) -> None:
    mild = {key: True for key in facts if VOCABULARY.signs[key].gravity <= data.draw(st.sampled_from([2, 3]))}
    carried(EALING, mild)


@RULES
@settings(max_examples=60, deadline=None)
@given(facts=FACTS)
def test_the_named_answer_raises_it(rules: Rules, facts: Facts) -> None:
    named = explain(rules, rules.vocabulary, facts).raised_by
    if named is not None:
        before, after = evaluate(rules, facts), evaluate(rules, {**facts, named.fact: named.value})
        assert height(rules, after) > height(rules, before)
        assert (after.outcome, after.level) == (named.outcome, named.level)


@RULES
@settings(max_examples=60, deadline=None)
@given(facts=FACTS)
def test_where_none_is_named_nothing_that_is_not_known_raises_it(rules: Rules, facts: Facts) -> None:
    found = evaluate(rules, facts)
    if explain(rules, rules.vocabulary, facts).raised_by is None:
        for sign in (key for key in found.unknown if key in SIGNS):
            assert height(rules, evaluate(rules, {**facts, sign: True})) <= height(rules, found)


def test_a_single_sign_carries_alone_and_the_least_step_is_named() -> None:
    found = explain(EALING, VOCABULARY, {"often_hungry": True, "bullied": True, "bruise_explained": True})
    assert found.carried_by in (("often_hungry",), ("bullied",))
    assert found.raised_by is not None
    assert (found.raised_by.fact, found.raised_by.outcome) == ("earlier_help_failed", Outcome.STATUTORY_REFERRAL)


def test_an_answer_that_nobody_knows_may_carry() -> None:
    facts = {"often_hungry": True, "earlier_help_failed": None}
    assert set(explain(EALING, VOCABULARY, facts).carried_by) == set(facts)


def test_a_cluster_is_carried_by_as_many_signs_as_it_takes() -> None:
    facts = dict.fromkeys(
        ("often_hungry", "dirty_or_ill_fitting_clothes", "moves_often", "home_unfit_or_temporary"), True
    )
    found = explain(EALING, VOCABULARY, facts)
    assert set(found.carried_by) <= set(facts)
    carried(EALING, facts)


def test_nothing_said_is_carried_by_nothing() -> None:
    assert explain(EALING, VOCABULARY, {}) == UNEXPLAINED


def test_an_emergency_can_not_be_raised() -> None:
    found = explain(EALING, VOCABULARY, {"overdose_taken": True})
    assert (found.carried_by, found.raised_by) == (("overdose_taken",), None)


@settings(max_examples=60, deadline=None)
@given(facts=FACTS)
def test_without_a_document_the_floor_is_explained(facts: Facts) -> None:
    found = explain(None, VOCABULARY, facts)
    said = evaluate_without_document(VOCABULARY, facts)
    part = evaluate_without_document(VOCABULARY, {key: facts[key] for key in found.carried_by})
    assert (part.outcome, part.level) == (said.outcome, said.level)
    assert bool(found.carried_by) is (said.outcome is not None)


def test_many_mild_signs_are_carried_by_as_few_as_add_up() -> None:
    mild = ("often_hungry", "bullied", "absence_persistent", "mind_mild_worry", "money_short", "carer_some_duties")
    facts = dict.fromkeys((*mild, "bruise_explained", "body_curiosity"), True)
    found = explain(EALING, VOCABULARY, facts)
    assert set(found.carried_by) == set(mild)
    carried(EALING, facts)


def test_what_lines_raised_and_added_up_rest_on_what_raised_them_too() -> None:
    grave = [a_raising("grave", "need", "protection", count=2, areas=2)]
    small = a_vocabulary()
    rules = ready(a_document(accumulation=grave), small)
    facts = a_sign_each("hungry", "low_mood", help_failed="yes")
    assert set(explain(rules, small, facts).carried_by) == {"hungry", "low_mood", "help_failed"}
    # With many answers more, what is left out is found by taking answers away.
    more = {**facts, **{fact.id: None for fact in small.facts.values() if fact.id not in facts}, "dirty": True}
    carried(rules, more)


@RULES
def test_of_very_many_mild_signs_only_as_many_are_named_as_it_takes(rules: Rules) -> None:
    alone = {sign: evaluate(rules, {sign: True}).outcome for sign in SIGNS}
    mild = [sign for sign, outcome in alone.items() if outcome == Outcome.EARLY_HELP]
    facts = dict.fromkeys(mild, True)
    assert len(mild) > 35
    assert len(explain(rules, VOCABULARY, facts).carried_by) <= 6
    carried(rules, facts)
