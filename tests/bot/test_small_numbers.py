"""Small numbers can't be worked out: a solver that is given everything published tries, over random histories."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from bot.small_numbers import THRESHOLD, Cell, Known, Span, alone, bounds, column, narrowed, share, shares, total

WEEKS = 3
COLUMNS = 5
_counts = st.integers(0, 12) | st.integers(0, 4)
_teams = st.lists(
    st.lists(st.lists(_counts, min_size=COLUMNS, max_size=COLUMNS), min_size=WEEKS, max_size=WEEKS),
    min_size=1,
    max_size=2,
)
Key = tuple[int, int, int]
"""A count: team, week, column."""


@dataclass(frozen=True)
class Said:
    """Something published: the sum of some counts lies between two numbers."""

    of: tuple[Key, ...]
    cell: Cell


class Solver:
    """Finds between which numbers a count must lie, given everything that was said."""

    def __init__(self, keys: Iterable[Key], said: Iterable[Said]) -> None:
        self.places = {key: place for place, key in enumerate(keys)}
        rows, low, high = [], [], []
        for one in said:
            row = np.zeros(len(self.places))
            for key in one.of:
                row[self.places[key]] += 1
            rows.append(row)
            low.append(one.cell.low)
            high.append(np.inf if one.cell.high is None else one.cell.high)
        self.constraint = LinearConstraint(np.array(rows), np.array(low), np.array(high))

    def between(self, key: Key) -> tuple[int, int]:
        """The least and the most that the count can be."""
        return self._end(key, 1), self._end(key, -1)

    def _end(self, key: Key, sign: int) -> int:
        wanted = np.zeros(len(self.places))
        wanted[self.places[key]] = sign
        # Wide enough to hold every history that is tried, so that *no bound* is a number too.
        found = milp(wanted, constraints=self.constraint, integrality=np.ones(len(wanted)), bounds=Bounds(0, 500))
        assert found.success, found.message
        value: float = found.x[self.places[key]]
        return round(value)


def _weekly(teams: list[list[list[int]]]) -> dict[Key, Cell]:
    """What each week's digest of each team says, one after the other."""
    said: dict[Key, Cell] = {}
    for team, weeks in enumerate(teams):
        for kind in range(COLUMNS):
            spans: tuple[Span, ...] = ()
            for week, counts in enumerate(weeks):
                cell = Known(own=spans).say(week, week + 1, counts[kind])
                said[team, week, kind] = cell
                spans = (*spans, Span(first=week, end=week + 1, said=cell))
    return said


def _periods(teams: list[list[list[int]]], weekly: Mapping[Key, Cell]) -> list[Said]:
    """What two overlapping reports over all teams say of each kind: two weeks, then all three."""
    found = []
    for kind in range(COLUMNS):
        parts = tuple(
            tuple(Span(first=week, end=week + 1, said=weekly[team, week, kind]) for week in range(WEEKS))
            for team in range(len(teams))
        )
        own: tuple[Span, ...] = ()
        for first, end in ((0, 2), (0, 3), (1, 3)):
            keys = tuple((team, week, kind) for team in range(len(teams)) for week in range(first, end))
            count = sum(teams[team][week][kind] for team, week, _ in keys)
            cell = Known(own=own, parts=parts).say(first, end, count)
            assert cell.low <= count <= (count if cell.high is None else cell.high)
            found.append(Said(of=keys, cell=cell))
            own = (*own, Span(first=first, end=end, said=cell))
    return found


@settings(max_examples=60, deadline=None)
@given(teams=_teams)
def test_no_solver_works_a_small_count_out(teams: list[list[list[int]]]) -> None:
    weekly = _weekly(teams)
    said = [Said(of=(key,), cell=cell) for key, cell in weekly.items()]
    for team in range(len(teams)):
        for week in range(WEEKS):
            row = tuple((team, week, kind) for kind in range(COLUMNS))
            said.append(Said(of=row, cell=total(weekly[key] for key in row)))
    said += _periods(teams, weekly)
    solver = Solver(weekly, said)
    for team, week, kind in weekly:
        count = teams[team][week][kind]
        if 0 < count < THRESHOLD:
            low, high = solver.between((team, week, kind))
            assert low <= count <= high
            assert low < high, (team, week, kind)


def test_the_solver_does_work_out_what_is_published_carelessly() -> None:
    """Or the test above could not fail: one hidden count beside an exact total."""
    key, other = (0, 0, 0), (0, 0, 1)
    said = [
        Said(of=(key,), cell=alone(3)),
        Said(of=(other,), cell=alone(7)),
        Said(of=(key, other), cell=Cell(low=10, high=10)),
    ]
    assert Solver([key, other], said).between(key) == (3, 3)


def test_a_month_of_one_hidden_week_is_said_as_a_band_that_the_weeks_gave_already() -> None:
    weeks = tuple(Span(first=week, end=week + 1, said=alone(count)) for week, count in enumerate((7, 3, 0, 9)))
    assert Known(own=weeks).say(0, 4, 19) == Cell(low=17, high=20)


def test_a_month_whose_hidden_weeks_hide_each_other_is_said_exactly() -> None:
    weeks = tuple(Span(first=week, end=week + 1, said=alone(count)) for week, count in enumerate((7, 3, 2, 9)))
    assert Known(own=weeks).say(0, 4, 21) == Cell(low=21, high=21)


def test_four_weeks_of_one_each_do_not_become_a_small_month() -> None:
    """*One to four* for the month would give each week away."""
    weeks = tuple(Span(first=week, end=week + 1, said=alone(1)) for week in range(4))
    assert Known(own=weeks).say(0, 4, 4) == Cell(low=4, high=16)


def test_what_is_left_of_a_term_beside_its_months_is_not_given_away() -> None:
    """Of schools that have no weekly digest: the term may not be exact where the months leave three."""
    months = (Span(first=0, end=4, said=alone(20)), Span(first=4, end=8, said=alone(30)))
    said = Known(own=months).say(0, 9, 53)
    assert not said.exact
    assert Known(own=months).say(0, 9, 56).exact


@settings(max_examples=300)
@given(counts=st.lists(st.integers(0, 30), min_size=1, max_size=8), loose=st.integers(0, 6))
def test_a_hidden_school_stays_hidden_beside_the_exact_total_and_tells_no_more_of_it(
    counts: list[int], loose: int
) -> None:
    exact = Cell(low=sum(counts), high=sum(counts))
    whole = Cell(low=max(0, exact.low - loose), high=sum(counts) + loose)
    said = column(counts, whole)
    for count, cell, known in zip(counts, said, narrowed(said, exact), strict=True):
        assert cell.low <= count <= (count if cell.high is None else cell.high)
        if 0 < count < THRESHOLD and len([one for one in counts if one]) > 1:
            assert not known.exact, (counts, said)
    assert total(said).low <= (whole.low or 0)
    assert total(said).high is None or (total(said).high or 0) >= (whole.high or 0)


@pytest.mark.parametrize(("schools", "most"), [(2, 12), (3, 9), (4, 7)])
@pytest.mark.parametrize("loose", [0, 2])
def test_who_knows_the_rule_and_the_total_can_work_no_small_count_out(schools: int, most: int, loose: int) -> None:
    """Every table there can be: those that read alike and have one sum differ in each hidden small count."""
    alike: dict[object, list[tuple[int, ...]]] = {}
    for counts in product(range(most + 1), repeat=schools):
        whole = Cell(low=max(0, sum(counts) - loose), high=sum(counts) + loose)
        alike.setdefault((column(counts, whole), sum(counts)), []).append(counts)
    told = [
        (tables, place)
        for tables in alike.values()
        for place in range(schools)
        if len({counts[place] for counts in tables}) == 1 and 0 < tables[0][place] < THRESHOLD
    ]
    assert told == []


@given(whole=st.integers(20, 400), data=st.data())
def test_a_share_says_no_small_count(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found = bounds(share(part, whole), whole)
    assert found.high is not None
    assert found.low <= part <= found.high
    if 0 < part < THRESHOLD or 0 < whole - part < THRESHOLD:
        assert found.high - found.low >= 2


def test_shares_of_few_are_not_said() -> None:
    assert shares({"in_time": 12, "late": 3}, 40) == {}
    assert shares({"in_time": 19, "late": 3}, 19) == {}
    assert shares({"in_time": 19, "late": 3}, 20) == {"in_time": "most", "late": "few"}
