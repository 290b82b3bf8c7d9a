"""What holds of every packaged document, whatever is ticked."""

import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.thresholds.packaged import all_rules, catalogue
from thresholds.evaluate import Rules, evaluate, evaluate_without_document
from thresholds.facts import Fact, Facts, FactValue
from thresholds.result import Evaluation, Outcome, Urgency

RULES = pytest.mark.parametrize("rules", [pytest.param(rules, id=key) for key, rules in all_rules().items()])
SIGNS = list(catalogue().vocabulary.signs)
HARMS = [sign.id for sign in catalogue().vocabulary.signs.values() if sign.harm]
CONTEXT = list(catalogue().vocabulary.facts.values())


def values_of(fact: Fact) -> st.SearchStrategy[FactValue]:
    """Any value the fact allows, and *not known*."""
    choices = [choice.id for choice in fact.values]
    if fact.kind == "one":
        return st.sampled_from([*choices, None])
    return st.none() | st.lists(st.sampled_from(choices), unique=True).map(tuple)


CONTEXTS: st.SearchStrategy[dict[str, FactValue]] = st.fixed_dictionaries(
    {}, optional={fact.id: values_of(fact) for fact in CONTEXT}
)
TICKS: st.SearchStrategy[dict[str, FactValue]] = st.dictionaries(
    st.sampled_from(SIGNS), st.sampled_from([True, True, False, None]), max_size=10
)
FACTS = st.builds(operator.or_, TICKS, CONTEXTS)
CHILDREN = FACTS.filter(lambda facts: facts.get("age_band") != "18_or_over")


def rank(found: Evaluation) -> tuple[int, int]:
    """Outcome and clock; no outcome stands below all others."""
    return found.outcome or 0, found.urgency


def asked_something(facts: Facts) -> bool:
    """Whether a sign is ticked or not sure of."""
    return any(facts[sign] is not False for sign in facts if sign in SIGNS)


def not_lower(before: Evaluation, after: Evaluation, facts: Facts) -> bool:
    """Neither outcome nor clock falls; from nothing at all the clock only said that nobody knows yet."""
    if asked_something(facts):
        return rank(after)[0] >= rank(before)[0] and rank(after)[1] >= rank(before)[1]
    return rank(after)[0] >= rank(before)[0]


def test_at_least_three_authorities_are_packaged() -> None:
    assert len(catalogue().authorities) >= 3


def test_the_vocabulary_has_nine_groups_and_enough_signs() -> None:
    assert len(catalogue().vocabulary.groups) == 9
    assert len(SIGNS) >= 220


@RULES
@settings(deadline=None)
@given(facts=FACTS)
def test_every_document_says_something_about_any_facts(rules: Rules, facts: Facts) -> None:
    found = evaluate(rules, facts)
    assert found.status in {"rated", "unrated_signs", "no_document"}
    assert found.outcome is not None or found.advice_now
    assert found.urgency >= Urgency.SECTION_17 or not found.advice_now
    assert (found.outcome is None) == (not found.reasons)


@RULES
@settings(deadline=None)
@given(facts=FACTS, data=st.data())
def test_the_order_of_the_facts_does_not_matter(rules: Rules, facts: Facts, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(list(facts.items())))
    assert evaluate(rules, dict(shuffled)) == evaluate(rules, facts)


@RULES
@settings(max_examples=200, deadline=None)
@given(facts=FACTS, sign=st.sampled_from(SIGNS))
def test_ticking_a_sign_never_lowers_outcome_or_clock(rules: Rules, facts: dict[str, FactValue], sign: str) -> None:
    before = {key: value for key, value in facts.items() if key != sign}
    ticked = evaluate(rules, {**before, sign: True})
    for without in (before, {**before, sign: False}):
        assert not_lower(evaluate(rules, without), ticked, without)


@RULES
@settings(deadline=None)
@given(facts=FACTS, sign=st.sampled_from(SIGNS))
def test_not_being_sure_of_a_sign_never_lowers_what_denying_it_gave(
    rules: Rules, facts: dict[str, FactValue], sign: str
) -> None:
    denied = {**facts, sign: False}
    assert not_lower(evaluate(rules, denied), evaluate(rules, {**facts, sign: None}), denied)


@RULES
@settings(max_examples=200, deadline=None)
@given(facts=FACTS, fact=st.sampled_from([fact.id for fact in CONTEXT]))
def test_not_knowing_never_lowers_what_any_answer_gave(rules: Rules, facts: dict[str, FactValue], fact: str) -> None:
    found = evaluate(rules, facts)
    unknown = evaluate(rules, {**facts, fact: None})
    assert not_lower(found, unknown, facts)


@RULES
def test_each_sign_alone_gives_a_cited_level_or_asks_for_advice(rules: Rules) -> None:
    alone = {sign: evaluate(rules, {sign: True}) for sign in SIGNS}
    silent = [sign for sign, found in alone.items() if not found.advice_now and not (found.level and found.reasons)]
    assert silent == []


@RULES
@settings(deadline=None)
@given(facts=CHILDREN, harm=st.sampled_from(HARMS))
def test_a_sign_of_significant_harm_gives_section_47_whatever_else_is_said(
    rules: Rules, facts: dict[str, FactValue], harm: str
) -> None:
    found = evaluate(rules, {**facts, harm: True})
    assert found.outcome is not None
    assert found.outcome >= Outcome.STATUTORY_REFERRAL
    assert found.urgency >= Urgency.SECTION_47
    assert found.level is not None
    assert found.level.basis == "S47"


@settings(deadline=None)
@given(facts=FACTS, harm=st.sampled_from(HARMS))
def test_significant_harm_speaks_without_any_document_too(facts: dict[str, FactValue], harm: str) -> None:
    found = evaluate_without_document(catalogue().vocabulary, {**facts, harm: True})
    assert found.outcome is not None
    assert found.urgency >= Urgency.SECTION_47


@RULES
@settings(deadline=None)
@given(facts=FACTS)
def test_every_reason_says_where_it_stands_and_what_met_it(rules: Rules, facts: Facts) -> None:
    found = evaluate(rules, facts)
    for reason in found.reasons:
        citation = reason.citation
        assert citation.document
        assert citation.version
        assert citation.place
        assert citation.url
        assert all(facts[fact] is not None for fact in reason.facts)
        assert all(facts[fact] is None for fact in reason.not_known)
        assert any(fact in SIGNS for fact in reason.facts)
    assert [reason.outcome for reason in found.reasons] == sorted(
        (reason.outcome for reason in found.reasons), reverse=True
    )


@RULES
@settings(deadline=None)
@given(facts=FACTS)
def test_the_shown_level_is_that_of_the_gravest_reason(rules: Rules, facts: Facts) -> None:
    found = evaluate(rules, facts)
    assert (found.level and found.level.id) == (found.reasons[0].level if found.reasons else None)
