"""Facts from outside become facts, or every problem is named."""

import pytest

from tests.builders import a_vocabulary
from thresholds.facts import FactsError, parse_facts


def test_json_becomes_facts_with_lists_as_tuples() -> None:
    raw = {"hungry": True, "dirty": None, "disabled": "yes", "mark_where": ["ear"], "age_band": None}
    assert parse_facts(a_vocabulary(), raw) == {**raw, "mark_where": ("ear",)}


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ([], ["JSON object"]),
        ({"hungry": "yes"}, ["hungry"]),
        ({"hungry": 1}, ["hungry"]),
        ({"unheard_of": True}, ["unheard_of"]),
        ({"disabled": "maybe"}, ["disabled: must be one of yes, no"]),
        ({"disabled": True}, ["disabled"]),
        ({"mark_where": "ear"}, ["mark_where: must be a list of ear, knee"]),
        ({"mark_where": ["nose"]}, ["mark_where"]),
        ({"hungry": "yes", "unheard_of": True, "disabled": 3}, ["hungry", "unheard_of", "disabled"]),
    ],
)
def test_every_fact_that_cannot_be_taken_is_named(raw: object, names: list[str]) -> None:
    with pytest.raises(FactsError) as caught:
        parse_facts(a_vocabulary(), raw)
    assert len(caught.value.problems) == len(names)
    for name, problem in zip(names, caught.value.problems, strict=True):
        assert name in problem


def test_the_signs_of_a_group_stand_gravest_first_and_otherwise_in_the_order_of_the_files() -> None:
    vocabulary = a_vocabulary()
    assert [sign.id for sign in vocabulary.signs_of_group("all")] == list(vocabulary.signs)
    assert vocabulary.signs_of_group("none") == ()
