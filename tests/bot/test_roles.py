"""Who stands in for whom: nobody for themselves, nobody twice, and everybody who has a seat has somebody."""

from collections.abc import Mapping, Sequence
from typing import get_args

import pytest

from bot.roles import BOTH_LEADS, COUNCIL, FOR_AN_ACT, IN_PLAN, LAST_RESORT, SCHOOL_STAFF
from storage.shapes import Role

TABLES = [IN_PLAN, FOR_AN_ACT]


def test_every_role_belongs_to_the_school_or_to_the_council_or_only_reads_reports() -> None:
    assert set(get_args(Role)) == SCHOOL_STAFF | COUNCIL | {"report_reader"}
    assert not SCHOOL_STAFF & COUNCIL
    assert "report_reader" not in SCHOOL_STAFF | COUNCIL, "whoever reads reports has a part in no concern"


@pytest.mark.parametrize("table", TABLES, ids=["in_plan", "for_an_act"])
def test_nobody_stands_in_for_themselves_nor_twice(table: Mapping[str, Sequence[Role]]) -> None:
    assert not [role for role, order in table.items() if role in order or len(set(order)) != len(order)]


def test_only_a_lead_has_the_other_lead_before_the_head_and_only_for_an_act() -> None:
    differing = {role: order for role, order in FOR_AN_ACT.items() if order != IN_PLAN.get(role)}
    assert differing == {one: (other, "head", "chair") for one, other in (BOTH_LEADS, BOTH_LEADS[::-1])}


def test_the_last_of_all_is_whoever_told_of_it() -> None:
    assert LAST_RESORT[-1] == "reporter"
