"""What makes no sense in an authority's clocks: a table that leaves an outcome out, steps that are too few or run back.

Read from the plain data like the other checks; a length of time that can't be read is left to the check of shapes.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from bot.directory.plain import listed, mapping_at
from bot.working_time import CLOCKS, PACES, Delay, after, at, plain
from thresholds.sources import Problem, Source

_START = at(date(2026, 6, 1), time(9))
"""A Monday morning in term, from which steps are compared."""


def clock_problems(source: Source) -> Iterator[Problem]:
    """Everything about the clocks that makes no sense."""
    given = mapping_at(source, "clocks", "paces")
    if "paces" in mapping_at(source, "clocks"):
        yield from _left_out(source, given)
    for name in PACES:
        pace = given.get(name)
        if isinstance(pace, dict):
            yield from _pace(source, name, pace)
    yield from _slower(source, given)


def _left_out(source: Source, given: Mapping[str, Any]) -> Iterator[Problem]:
    missing = [name for name in PACES if name not in given]
    if missing:
        message = (
            f"the clocks leave out {', '.join(missing)}: name all six; {missing[0]}: {{}} keeps the product's times"
        )
        yield source.problem(message, "clocks", "paces")


def _pace(source: Source, name: str, pace: Mapping[str, Any]) -> Iterator[Problem]:
    place = ("clocks", "paces", name)
    wanted, steps = len(CLOCKS.paces[name].steps), _steps(pace, name)
    if steps is not None and len(steps) != wanted:
        yield source.problem(
            f"{name} has {len(steps)} of the {wanted} steps of its ladder: give {wanted}", *place, "steps"
        )
    for number, (before, then) in enumerate(pairwise(_instants(steps or ())), 2):
        if then < before:
            message = f"step {number} of {name} comes before step {number - 1}: put them in their order"
            yield source.problem(message, *place, "steps")
    hold = _delay(pace.get("hold"))
    if hold is not None and hold.unit != "minutes":
        yield source.problem("an opened concern is held for minutes: write for example 60 minutes", *place, "hold")


def _slower(source: Source, given: Mapping[str, Any]) -> Iterator[Problem]:
    """A graver clock that runs slower than a milder one."""
    for graver, milder in pairwise(PACES[:5]):
        mine, theirs = (_steps(mapping_at(source, "clocks", "paces", name), name) for name in (graver, milder))
        pairs = zip(_instants(mine or ()), _instants(theirs or ()), strict=False)
        if (graver in given or milder in given) and any(late > early for late, early in pairs):
            message = (
                f"{graver} goes on later than {milder}, and the graver clock must not be the slower one: mend its steps"
            )
            yield source.problem(message, "clocks", "paces", graver)


def _steps(pace: Mapping[str, Any], name: str) -> tuple[Delay, ...] | None:
    """The steps of a pace, the product's where it gives none; None if one can't be read."""
    if pace.get("steps") is None:
        return CLOCKS.paces[name].steps
    found = [_delay(step) for step in listed(pace["steps"])]
    return None if None in found else tuple(step for step in found if step is not None)


def _delay(raw: object) -> Delay | None:
    try:
        return Delay.parse(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _instants(steps: tuple[Delay, ...]) -> Iterator[datetime]:
    """When each step is due, as a plan counts: from the start, the end of a day from the step before it."""
    before = _START
    for step in steps:
        before = after(plain(), before if step.unit == "end_of_day" else _START, step)
        yield before
