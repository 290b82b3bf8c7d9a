"""One table for each of the seven conditions: yes, no, not known."""

import pytest

from thresholds.conditions import All, AnyOf, AtLeast, Condition, Holds, Includes, Is, Not, OneOf, holds, leaves, met_by
from thresholds.document import parse_condition
from thresholds.facts import Facts

YES, NO, NOT_KNOWN = Holds.YES, Holds.NO, Holds.NOT_KNOWN

BRUISE, HUNGRY, DIRTY = Is("bruise", True), Is("hungry", True), Is("dirty", True)
DISABLED = Is("disabled", "yes")
YOUNG = OneOf("age_band", ("under_1", "1_to_4"))
EAR = Includes("mark_where", ("ear", "neck"))
TABLE: dict[str, list[tuple[Condition, Facts, Holds]]] = {
    "is": [
        (BRUISE, {"bruise": True}, YES),
        (BRUISE, {"bruise": False}, NO),
        (BRUISE, {"bruise": None}, NO),
        (BRUISE, {}, NO),
        (DISABLED, {"disabled": "yes"}, YES),
        (DISABLED, {"disabled": "no"}, NO),
        (DISABLED, {"disabled": None}, NOT_KNOWN),
        (DISABLED, {}, NO),
    ],
    "one_of": [
        (YOUNG, {"age_band": "1_to_4"}, YES),
        (YOUNG, {"age_band": "16_to_17"}, NO),
        (YOUNG, {"age_band": None}, NOT_KNOWN),
        (YOUNG, {}, NO),
    ],
    "includes": [
        (EAR, {"mark_where": ("knee", "ear")}, YES),
        (EAR, {"mark_where": ("knee",)}, NO),
        (EAR, {"mark_where": ()}, NO),
        (EAR, {"mark_where": None}, NOT_KNOWN),
        (EAR, {}, NO),
    ],
    "at_least": [
        (AtLeast(2, (HUNGRY, DIRTY, DISABLED)), {"hungry": True, "dirty": True}, YES),
        (AtLeast(2, (HUNGRY, DIRTY, DISABLED)), {"hungry": True, "dirty": None}, NO),
        (AtLeast(2, (HUNGRY, DIRTY, DISABLED)), {"hungry": True, "disabled": None}, NOT_KNOWN),
        (AtLeast(2, (HUNGRY, DIRTY, DISABLED)), {"hungry": True, "dirty": True, "disabled": None}, YES),
    ],
    "all": [
        (All((BRUISE, DISABLED)), {"bruise": True, "disabled": "yes"}, YES),
        (All((BRUISE, DISABLED)), {"bruise": True, "disabled": "no"}, NO),
        (All((BRUISE, DISABLED)), {"bruise": True, "disabled": None}, NOT_KNOWN),
        (All((BRUISE, DISABLED)), {"bruise": True}, NO),
    ],
    "any": [
        (AnyOf((BRUISE, DISABLED)), {"disabled": "yes"}, YES),
        (AnyOf((BRUISE, DISABLED)), {"bruise": False, "disabled": "no"}, NO),
        (AnyOf((BRUISE, DISABLED)), {"disabled": None}, NOT_KNOWN),
        (AnyOf((BRUISE, DISABLED)), {"bruise": True, "disabled": None}, YES),
    ],
    "not": [
        (Not(DISABLED), {"disabled": "no"}, YES),
        (Not(DISABLED), {"disabled": "yes"}, NO),
        (Not(DISABLED), {"disabled": None}, NOT_KNOWN),
        (Not(DISABLED), {}, NO),
        (Not(AnyOf((DISABLED, YOUNG))), {"disabled": "no"}, NO),
    ],
}


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [pytest.param(*row, id=f"{kind} {dict(row[1])} is {row[2].value}") for kind, rows in TABLE.items() for row in rows],
)
def test_a_condition_holds_as_its_table_says(condition: Condition, facts: Facts, expected: Holds) -> None:
    assert holds(condition, facts) is expected


def test_the_tables_cover_every_kind_of_condition() -> None:
    tabled = {type(condition) for rows in TABLE.values() for condition, _, _ in rows}
    assert tabled == {Is, OneOf, Includes, AtLeast, All, AnyOf, Not}


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        (BRUISE, {"bruise": True}, ["bruise"]),
        (BRUISE, {}, []),
        (AnyOf((BRUISE, DISABLED)), {"disabled": "yes"}, ["disabled"]),
        (All((BRUISE, EAR)), {"bruise": True, "mark_where": None}, ["bruise", "mark_where"]),
        (AtLeast(1, (HUNGRY, DIRTY)), {"dirty": True}, ["dirty"]),
        (All((BRUISE, Not(YOUNG))), {"bruise": True, "age_band": "16_to_17"}, ["bruise", "age_band"]),
    ],
)
def test_a_condition_that_holds_names_the_facts_that_met_it(
    condition: Condition, facts: Facts, expected: list[str]
) -> None:
    assert list(met_by(condition, facts)) == expected


def test_the_leaves_of_a_condition_are_found_wherever_they_stand() -> None:
    condition = All((BRUISE, Not(AnyOf((DISABLED, YOUNG))), AtLeast(1, (EAR,))))
    assert list(leaves(condition)) == [BRUISE, DISABLED, YOUNG, EAR]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("bruise", BRUISE),
        ({"is": {"fact": "disabled", "value": "yes"}}, DISABLED),
        ({"one_of": {"fact": "age_band", "values": ["under_1", "1_to_4"]}}, YOUNG),
        ({"includes": {"fact": "mark_where", "values": ["ear", "neck"]}}, EAR),
        ({"at_least": {"count": 1, "of": ["hungry", "dirty"]}}, AtLeast(1, (HUNGRY, DIRTY))),
        ({"all": ["hungry", "dirty"]}, All((HUNGRY, DIRTY))),
        ({"any": ["hungry", "dirty"]}, AnyOf((HUNGRY, DIRTY))),
        ({"not": {"is": {"fact": "disabled", "value": "yes"}}}, Not(DISABLED)),
    ],
)
def test_each_kind_is_read_from_its_written_form(raw: object, expected: Condition) -> None:
    assert parse_condition(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [None, 3, [], {}, {"all": []}, {"is": "bruise"}, {"is": {"fact": "a", "value": "b", "more": 1}}, {"xor": ["a"]}],
)
def test_anything_else_is_refused_and_the_seven_kinds_are_named(raw: object) -> None:
    with pytest.raises(ValueError, match="is, one_of, includes, at_least, all, any, not"):
        parse_condition(raw)
