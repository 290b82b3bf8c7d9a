"""Digests and reports beside ever longer histories: a team's week with its trend, forty teams, a term.

The history grows backwards at the same pace, so that each period has the same rows whatever lies before it.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import text

from bench.backlog import KEY
from bench.figures import Figure, Section
from bot.digests import latest
from bot.figures import counted
from bot.publishing import About, Before, Content, published, written
from bot.tallies import tally_of, together
from bot.weeks import Stretch, Week, a_week, week_of
from storage.engine import make_engine
from storage.migrations import upgrade
from storage.publications import Publication
from storage.schema import to_number
from storage.shapes import SchoolId
from storage.unit import Store, UnitOfWork
from tests import postgres

PASTS = (10_000, 100_000, 1_000_000)
TEAMS, EACH, WEEKS = 40, 8, 16
A_WEEK = 960
"""Concerns a week, of all schools together: three a school."""
END = datetime(2026, 11, 30, tzinfo=UTC)
STEP = timedelta(weeks=1) // A_WEEK
LAST = Week(week_of(END.date()).number - 1)
DRAFT_DAYS, TREND, TIMES = 7, 12, 15

_ROW = """
INSERT INTO concerns (id, reference, kind, restricted, reporter, school, authority, outcome, urgency, advice_now,
 excluded, sent_at, created_at, state, seen_at, see_by, decided_at, decide_by, decided_outcome, closed_at, version)
SELECT 'concern-' || i, 'R' || i, 'child', false, 'somebody', 'school-' || (i % {schools}), 'invented',
 CASE i % 5 WHEN 0 THEN 'statutory_referral' WHEN 1 THEN 'preventative_advice' ELSE 'early_help' END, 2, false,
 '[]', {at}, {at}, 'closed', {at} + (i % 97) * 60000000, {at} + 3600000000, {at} + (i % 3989) * 60000000,
 {at} + 86400000000, CASE i % 7 WHEN 0 THEN 'statutory_referral' ELSE 'early_help' END,
 {at} + (i % 3989) * 60000000, 4 FROM
"""
_NUMBERS = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last) SELECT i FROM n)",
    "postgresql": "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n(i)",
}


def lengthen(url: str, first: int, last: int) -> None:
    """Put more concerns before those there are."""
    engine = make_engine(url)
    at = f"({to_number(END)} - i * {STEP // timedelta(microseconds=1)})"
    statement = _ROW.format(schools=TEAMS * EACH, at=at) + _NUMBERS[engine.dialect.name]
    with engine.connect() as connection:
        connection.execute(text(statement), {"first": first, "last": last})
        connection.commit()
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE concerns"))
    engine.dispose()


def schools(team: int) -> tuple[SchoolId, ...]:
    """The schools of a team."""
    return tuple(SchoolId(f"school-{team * EACH + place}") for place in range(EACH))


def week(unit: UnitOfWork, team: int, number: Week) -> Content:
    """A team's week, counted and hidden."""
    stretch = a_week(number)
    counts = counted(unit, schools(team), stretch, DRAFT_DAYS)
    return published(About(audience=f"team-{team}", stretch=stretch), counts)


def kept_week(unit: UnitOfWork, team: int, number: Week) -> Content:
    """A team's week of its tally, which is counted and kept at its first time."""
    about = About(audience=f"team-{team}", stretch=a_week(number))
    return published(about, tally_of(unit, about.audience, schools(team), number, (DRAFT_DAYS, END)).counts)


def digest(store: Store, team: int) -> int:
    """A team's week with the eleven before it, as its digest needs them."""
    with store.read() as unit:
        found = week(unit, team, LAST)
        return len(latest(unit, f"team-{team}", TREND, LAST)) + len(found)


def publish_all(store: Store) -> Sequence[Sequence[Content]]:
    """Every week of the term for every team, kept unless it is already; team by team."""
    numbers = [Week(LAST.number - back) for back in reversed(range(WEEKS))]
    with store.write() as unit:
        found = [[kept_week(unit, team, number) for number in numbers] for team in range(TEAMS)]
        for team, contents in enumerate(found):
            for number, content in zip(numbers, contents, strict=True):
                unit.publications.keep(
                    Publication(audience=f"team-{team}", period=number.key, built_at=END, content=written(content))
                )
        unit.commit()
    return found


def term(store: Store, weeks: Sequence[Sequence[Content]]) -> Content:
    """A term of all schools, the sum of its weeks, held against every week of every team."""
    stretch = Stretch(name="term", first=Week(LAST.number - WEEKS + 1), end=Week(LAST.number + 1))
    with store.read() as unit:
        tally = together(
            tally_of(unit, f"team-{team}", schools(team), number, (DRAFT_DAYS, END))
            for team in range(TEAMS)
            for number in stretch.weeks()
        )
    return published(About(audience="all", stretch=stretch), tally.counts, Before(teams=weeks))


def seconds(work: Callable[[], object], times: int) -> float:
    """The middle time of a few runs."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return median(found)


def measured(url: str) -> Mapping[int, tuple[float, float, float]]:
    """Seconds of a week, of forty, and of a term, beside each length of history."""
    upgrade(url)
    store, before, found = Store.open(url, [KEY], random_bytes=os.urandom), 0, {}
    for past in PASTS:
        lengthen(url, before + 1, past)
        before = past
        weeks = publish_all(store)
        found[past] = (
            seconds(lambda: digest(store, 0), TIMES),
            seconds(lambda: [digest(store, team) for team in range(TEAMS)], 3),
            seconds(lambda: term(store, weeks), 3),  # noqa: B023 - run at once
        )
    store.close()
    return found


def figures(name: str, found: Mapping[int, tuple[float, float, float]]) -> Iterator[Figure]:
    """What was found on one database, with its bars."""
    for past, (one, all_teams, whole_term) in found.items():
        beside = f"{name}, {past:,} concerns"
        yield Figure(what=f"{beside}: a team's week with its trend", value=one, unit="s", at_most=0.1)
        yield Figure(what=f"{beside}: the weeks of {TEAMS} teams", value=all_teams, unit="s", at_most=2)
        yield Figure(what=f"{beside}: a term of {TEAMS * EACH} schools", value=whole_term, unit="s", at_most=1)
    shorter, longer = found[PASTS[1]], found[PASTS[2]]
    growth = max(after / before for before, after in zip(shorter, longer, strict=True))
    yield Figure(what=f"{name}: from {PASTS[1]:,} to {PASTS[2]:,}, times at most", value=growth, at_most=2)


def main(var: Path) -> Section:
    """Measure on both databases."""
    path = var / "digests.sqlite"
    path.unlink(missing_ok=True)
    with postgres.private(durable=True) as server:
        server.run("CREATE DATABASE digests")
        found = {"SQLite": measured(f"sqlite:///{path}"), "PostgreSQL": measured(server.url("digests"))}
    path.unlink()
    return Section(
        title="Digests and reports beside a long history",
        how=f"{A_WEEK} concerns a week at {TEAMS * EACH} schools of {TEAMS} teams, as far back as the history reaches\n"
        f"({PASTS[0]:,} are {PASTS[0] // A_WEEK} weeks, less than a term). Counted, hidden, the weeks before read; a\n"
        f"term is held against every week of every team. Middle of {TIMES} runs, or of 3.",
        figures=tuple(one for name, times in found.items() for one in figures(name, times)),
    )
