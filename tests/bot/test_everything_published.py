"""A solver is given every file published of a term: weeks, months, the term, the evaluator's. It must find nothing.

It is told which code stands for which school, and how what is left over is listed.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from bot.demo_history import history
from bot.evaluation import POOLED, Exports, code_of
from bot.publishing import read
from bot.settings import Settings
from bot.sheet_files import as_csv
from bot.small_numbers import THRESHOLD
from bot.teams import audience_of
from bot.weeks import Stretch, a_week, month_named, week_named, week_of
from bot.wiring import FigureRoom, figure_room
from storage.shapes import ChildTokens, ConcernId, SchoolId
from tests.bot.scenarios.house import directories

TERM, CODES = "Autumn 2026", b"codes"
MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12")
OUTCOMES = ("emergency", "statutory_referral", "early_help", "preventative_advice", None)
COLUMNS = tuple((table, outcome) for table in ("sent", "decided") for outcome in ("emergency", "early_help", "none"))
ARMS = {
    SchoolId(school.id): "comparison" if school.arm == "comparison" else "served" for school in directories()[0].schools
}
EVENTS = {"sent": "concern_sent", "decided": "concern_decided"}
Rows = list[dict[str, str]]
PUBLISHED = {"weeks": "swis", "served": "arm-intervention", "comparison": "arm-comparison"}
IN_FILE = {SchoolId(school.id): school.arm for school in directories()[0].schools}
Atom = tuple[SchoolId, int]
"""A school and the number of a week."""
Count = tuple[str, str, str, int]
"""A table, an outcome, a school, the number of a week."""
Said = tuple[list[Atom], float, float]
"""Of the sum of some counts, the least and the most."""


def rows(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text)))


@dataclass(frozen=True)
class World:
    """What was, and what was published of it."""

    truth: Mapping[Count, int]
    term: Stretch
    files: Mapping[str, Rows]


def scattered(room: FigureRoom, seed: int) -> None:
    """Sparse concerns beside the invented ones: some of every outcome, some without one, most of them decided."""
    chance = np.random.default_rng(seed)
    first = datetime(2026, 9, 1, 10, tzinfo=UTC)
    with room.store.write() as unit:
        roll = room.places.rolls.of(unit, "ealing")
        for school in roll.schools.values():
            model = next(history(school, 1, first))
            for number in range(int(chance.integers(0, 14))):
                outcome = OUTCOMES[int(chance.choice(5, p=(0.2, 0.1, 0.1, 0.1, 0.5)))]
                sent = first + timedelta(days=int(chance.integers(0, 110)))
                life = replace(model.concern.life, seen_at=sent, decided_at=sent + timedelta(hours=1))
                one = replace(
                    model.concern, id=ConcernId(f"more-{school.id}-{number}"), reference=f"MORE-{school.id}-{number}",
                    outcome=outcome, created_at=sent, sent_at=sent, life=life,
                )  # fmt: skip
                unit.concerns.add(one, {}, ChildTokens(tokens=()))
                decided = None if chance.integers(0, 2) else "emergency"
                unit.concerns.amend(one.id, decided_outcome=decided)
        unit.commit()


def world(seed: int) -> World:
    """A term with a seed's scatter, and everything published of it, as CSV."""
    with figure_room(Settings(), clock=lambda: datetime(2027, 1, 11, tzinfo=UTC), demo=True) as room:
        scattered(room, seed)
        files = dict(Exports(reports=room.reports, key=CODES).files("ealing", TERM))
        term = room.reports.periods(room.places.lands["ealing"], "partnership")[TERM]
        truth: Counter[Count] = Counter()
        with room.store.read() as unit:
            for name, audience in PUBLISHED.items():
                kept = unit.publications.every(audience_of("ealing", audience))
                files[name] = as_csv(read(one.content) for one in kept)
            for week in term.weeks():
                for (school, outcome), count in unit.periods.sent(tuple(ARMS), a_week(week).period).items():
                    truth["sent", outcome or "none", school, week.number] += count
                for one in unit.periods.decided(tuple(ARMS), a_week(week).period):
                    truth["decided", one.decided or "none", one.school, week.number] += one.count
    return World(truth=truth, term=term, files={name: rows(text) for name, text in files.items()})


class Solver:
    """Finds between which numbers a sum of counts must lie, given everything that was said of one kind."""

    def __init__(self, world: World, table: str, outcome: str) -> None:
        self.world, self.kind = world, (table, outcome)
        self.weeks = [week.number for week in world.term.weeks()]
        self.places = {atom: place for place, atom in enumerate(product(ARMS, self.weeks))}
        self.rows: list[np.ndarray[Any, Any]] = []
        self.ends: list[tuple[float, float]] = []
        for of, low, high in (*self._published(), *self._counts(), *self._events()):
            self.said(of, low, high)

    def said(self, of: Iterable[Atom], low: float, high: float) -> None:
        """Something published: the sum of some counts lies between two numbers."""
        self.rows.append(self._row(of))
        self.ends.append((low, high))

    def between(self, of: Iterable[Atom]) -> tuple[int, int]:
        """The least and the most that a sum can be."""
        row, (lows, highs) = self._row(of), zip(*self.ends, strict=True)
        known = LinearConstraint(np.array(self.rows), np.array(lows), np.array(highs))
        ends = []
        for sign in (1, -1):
            found = milp(sign * row, constraints=known, integrality=np.ones(len(row)), bounds=Bounds(0, 200))
            assert found.success, found.message
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]

    def atoms(self, schools: Iterable[SchoolId], weeks: Iterable[int]) -> list[Atom]:
        """The counts of some schools in some weeks."""
        return list(product(schools, [week for week in weeks if week in self.weeks]))

    def true(self, of: Iterable[Atom]) -> int:
        """What a sum is."""
        return sum(self.world.truth.get((*self.kind, *atom), 0) for atom in of)

    def _row(self, of: Iterable[Atom]) -> "np.ndarray[Any, Any]":
        row = np.zeros(len(self.places))
        for atom in of:
            row[self.places[atom]] = 1
        return row

    def _published(self) -> Iterator[Said]:
        """The digests' weeks, the boards' months, the partnership's term."""
        for name in PUBLISHED:
            for one in self.world.files[name]:
                weeks = range(number(one["first_day"]), number(one["last_day"]) + 1)
                if (one["what"], one["item"]) == self.kind and set(weeks) <= set(self.weeks):
                    yield self.atoms(of_arm(name), weeks), *ends(one["low"], one["high"])

    def _counts(self) -> Iterator[Said]:
        """The evaluator's counts, read by somebody who knows whose codes they are."""
        codes = {code_of(school, CODES): [school] for school in ARMS}
        alone = {row["school"] for row in self.world.files["counts.csv"]}
        name = "_".join(self.kind)
        for one in self.world.files["counts.csv"]:
            rest = [own for code, (own,) in codes.items() if code not in alone and IN_FILE[own] == one["arm"]]
            schools = rest if one["school"] == POOLED else codes[one["school"]]
            yield self.atoms(schools, self.weeks), *ends(one[f"{name}_low"], one[f"{name}_high"])

    def _events(self) -> Iterator[Said]:
        """The evaluator's events: what is listed of a month or of the term is what its weeks have not."""
        for arm in ("served", "comparison"):
            listed = Counter(
                one["date"]
                for one in self.world.files["events.csv"]
                if (one["arm"], one["event"], one["outcome"]) == (arm, EVENTS[self.kind[0]], self.kind[1])
            )
            of_weeks = {week_named(week).number: count for week, count in listed.items() if "W" in week}
            for week, count in of_weeks.items():
                yield self.atoms(of_arm(arm), [week]), count, count
            for month in listed.keys() - {""}:
                if "W" not in month:
                    weeks = [week.number for week in month_named(month).weeks()]
                    count = listed[month] + sum(of_weeks.get(week, 0) for week in weeks)
                    yield self.atoms(of_arm(arm), weeks), count, count
            if listed[""]:
                yield self.atoms(of_arm(arm), self.weeks), listed.total(), listed.total()


def of_arm(name: str) -> list[SchoolId]:
    arm = "comparison" if name == "comparison" else "served"
    return [school for school, one in ARMS.items() if one == arm]


def number(day: str) -> int:
    return week_of(date.fromisoformat(day)).number


def ends(low: str, high: str) -> tuple[float, float]:
    return float(low), float(high or "inf")


def secrets(solver: Solver) -> Iterator[list[Atom]]:
    """Every small count that any table has a cell for."""
    months = [[week.number for week in month_named(month).weeks()] for month in MONTHS]
    weekly = [solver.atoms(of_arm("served"), [week]) for week in solver.weeks]
    reported = [solver.atoms(of_arm(arm), weeks) for arm in ("served", "comparison") for weeks in months]
    schools = [solver.atoms([school], solver.weeks) for school in ARMS]
    for cell in (*weekly, *reported, *schools):
        if 0 < solver.true(cell) < THRESHOLD:
            yield cell


@pytest.fixture(scope="module", params=[1, 2])
def published_world(request: pytest.FixtureRequest) -> World:
    """Everything published of a term."""
    return world(request.param)


@pytest.mark.parametrize(("table", "outcome"), COLUMNS)
def test_no_small_count_follows_from_all_that_is_published(published_world: World, table: str, outcome: str) -> None:
    solver = Solver(published_world, table, outcome)
    for of, low, high in (*solver._published(), *solver._counts(), *solver._events()):
        assert low <= solver.true(of) <= high
    for cell in secrets(solver):
        low, high = solver.between(cell)
        assert low <= solver.true(cell) <= high
        assert low < high, (cell[0], cell[-1])


def test_the_solver_does_find_what_careless_hiding_gives_away(published_world: World) -> None:
    """Or the test above could not fail: here one small school alone is hidden, beside the exact sum of its arm."""
    solver = Solver(published_world, "sent", "none")
    schools = [solver.atoms([school], solver.weeks) for school in of_arm("comparison")]
    hidden = next(one for one in schools if 0 < solver.true(one) < THRESHOLD)
    for of in (solver.atoms(of_arm("comparison"), solver.weeks), *(one for one in schools if one != hidden)):
        solver.said(of, solver.true(of), solver.true(of))
    assert solver.between(hidden) == (solver.true(hidden), solver.true(hidden))
