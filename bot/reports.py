"""The board's month and the partnership's term: both arms, held against every week and month published before.

What a report is made of is built first (each team's weeks), then each arm is published once and stays as it is.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ahead import standing
from bot.attention import Load, loads, open_of
from bot.digest_look import pupils_of
from bot.digests import Digests
from bot.learning_card import SCHOOL, TEAM, school_audience, team_audience
from bot.places import Land, Places
from bot.publishing import About, Before, Content, published, read, span_of, written
from bot.report_rows import BOARD, PARTNERSHIP
from bot.roll import Roll
from bot.seams import Clock
from bot.sheets import Arm
from bot.small_numbers import Cell, Span
from bot.tallies import Tally, tally_of, together
from bot.teams import audience_of, comparison_schools, schools_of
from bot.weeks import Stretch, Week, month_named, months_between, terms
from bot.working_time import local_day
from dialogs.words import Words
from storage.publications import Publication
from storage.shapes import SchoolId
from storage.unit import Store, UnitOfWork

ARMS = ("intervention", "comparison")
_AROUND = 20
"""Weeks before and after a stretch in which earlier reports may overlap it."""


class NoSuchPeriodError(ValueError):
    """A period that there is none of, or that is not over. Says which there are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was published of each arm for a stretch, and how much work is open now."""

    stretch: Stretch
    arms: tuple[Arm, ...]
    loads: tuple[Load, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reports:
    """Builds reports."""

    store: Store
    places: Places
    words: Words
    clock: Clock
    digests: Digests
    draft_days: int

    def month(self, authority: str, key: str) -> Report:
        """The board's report of a month like 2026-11.

        Raises:
            NoSuchPeriodError: it is no month of the programme, or not over yet.
        """
        land = self.places.lands[authority]
        return self._report(land, _over(key, "month", self.periods(land, BOARD), self.clock()))

    def term(self, authority: str, name: str) -> Report:
        """The partnership's report of a term by its name.

        Raises:
            NoSuchPeriodError: the directory has no such term, or it is not over yet.
        """
        land = self.places.lands[authority]
        return self._report(land, _over(name, "term", self.periods(land, PARTNERSHIP), self.clock()))

    def build(self, authority: str, kind: str, name: str) -> Report:
        """The report of a kind for a period by its name.

        Raises:
            NoSuchPeriodError: there is no such period, or it is not over yet.
        """
        return self.month(authority, name) if kind == BOARD else self.term(authority, name)

    def periods(self, land: Land, kind: str) -> Mapping[str, Stretch]:
        """The periods of a kind of report by name, over or not, in their order."""
        if kind == BOARD:
            return {name: month_named(name) for name in self._months(land)}
        return {one.name: one for one in terms(land.reporting.terms)}

    def kept(self, unit: UnitOfWork, authority: str, kind: str, name: str) -> Report | None:
        """A report as it was published, with the work that is open now; None before it was."""
        land, roll = self.places.lands[authority], self.places.rolls.of(unit, authority)
        stretch = self.periods(land, kind).get(name)
        if stretch is None:
            return None
        arms = [
            self._shown(land, stretch, arm, schools, read(found.content))
            for arm, schools in _schools(roll, land).items()
            if (found := unit.publications.of(audience_of(authority, f"arm-{arm}"), name)) is not None
        ]
        return Report(stretch=stretch, arms=tuple(arms), loads=self._loads(unit, roll, land)) if arms else None

    def _months(self, land: Land) -> tuple[str, ...]:
        ends = land.programme_ends or self.clock()
        return months_between(land.reporting.starts, min(local_day(self.clock()), local_day(ends)))

    def foreseen(self, authority: str, kind: str, name: str) -> Report:
        """The report of a kind as it would be, by a clock that runs ahead: nothing is kept, nobody is told.

        Raises:
            NoSuchPeriodError: there is no such period, or it is not over even then.
        """
        land = self.places.lands[authority]
        stretch = _over(name, "month" if kind == BOARD else "term", self.periods(land, kind), self.clock())
        with self.store.write() as unit:
            return self._made(unit, land, stretch)

    def _report(self, land: Land, stretch: Stretch) -> Report:
        # First the digests that are due, with the rows that tell of them.
        self.digests.make()
        with self.store.write() as unit:
            found = self._made(unit, land, stretch)
            unit.commit()
        return found

    def _made(self, unit: UnitOfWork, land: Land, stretch: Stretch) -> Report:
        roll = self.places.rolls.of(unit, land.authority)
        for team in land.reporting.teams:
            self.digests.ensure(unit, land.authority, team, stretch.weeks())
        arms = [self._arm(unit, land, stretch, name, found) for name, found in _schools(roll, land).items()]
        return Report(stretch=stretch, arms=tuple(arms), loads=self._loads(unit, roll, land))

    def _loads(self, unit: UnitOfWork, roll: Roll, land: Land) -> tuple[Load, ...]:
        found = open_of(unit, _schools(roll, land).get("intervention", ()))
        return tuple(one for team in land.reporting.teams for one in loads(roll, team.id, found))

    def _arm(self, unit: UnitOfWork, land: Land, stretch: Stretch, name: str, schools: Collection[SchoolId]) -> Arm:
        audience = audience_of(land.authority, f"arm-{name}")
        kept = standing(unit, audience, stretch.name, self.clock())
        content = self._publish(unit, land, audience, stretch) if kept is None else read(kept.content)
        return self._shown(land, stretch, name, schools, content)

    def _shown(self, land: Land, stretch: Stretch, name: str, schools: Collection[SchoolId], content: Content) -> Arm:
        pupils = pupils_of(land, schools, stretch.first)
        return Arm(name=self.words(f"figures.arms.{name}"), content=content, pupils=pupils)

    def _publish(self, unit: UnitOfWork, land: Land, audience: str, stretch: Stretch) -> Content:
        before = Before(
            own=self.overlapping(unit, audience, stretch), teams=self._weeks(unit, land, audience, stretch),
            least=self.least(unit, self.places.rolls.of(unit, land.authority), land, audience),
        )  # fmt: skip
        counts = self.tally(unit, land, audience, stretch).counts
        about = About(audience=audience, stretch=stretch, threshold=land.reporting.hide_below)
        content = published(about, counts, before)
        unit.publications.keep(
            Publication(audience=audience, period=stretch.name, built_at=self.clock(), content=written(content))
        )
        return content

    def tally(self, unit: UnitOfWork, land: Land, audience: str, stretch: Stretch) -> Tally:
        """The exact counts of an arm in a stretch: the sum of its weeks as each was counted first."""
        roll, teams, built = self.places.rolls.of(unit, land.authority), land.reporting.teams, self._built()
        parts = {audience_of(land.authority, team.id): schools_of(roll, teams, team) for team in teams}
        if audience.endswith("comparison"):
            parts = {audience: comparison_schools(roll)}
        return together(
            tally_of(unit, name, schools, week, built) for name, schools in parts.items() for week in stretch.weeks()
        )

    def _built(self) -> tuple[int, datetime]:
        return self.draft_days, self.clock()

    def least(self, unit: UnitOfWork, roll: Roll, land: Land, audience: str) -> Mapping[str, tuple[Span, ...]]:
        """What learning points said of the agreement of an arm or a team: at least so many, by part.

        What its teams' points say of one month adds up, and what its schools' points say of one term.
        """
        sums: dict[tuple[str, tuple[int, int], str], int] = {}
        for kind, name in self._pointed(roll, land, audience):
            for one in map(read, (kept.content for kept in unit.publications.every(name))):
                for part, count in one["least"].items():
                    key = (kind, span_of(one), part)
                    sums[key] = sums.get(key, 0) + count
        found: dict[str, tuple[Span, ...]] = {}
        for (_, (first, end), part), count in sums.items():
            said = Span(first=first, end=end, said=Cell(low=count, high=None))
            found[part] = (*found.get(part, ()), said)
        return found

    def _pointed(self, roll: Roll, land: Land, audience: str) -> Iterator[tuple[str, str]]:
        """The audiences of learning points that an arm's or a team's decisions are among."""
        authority, teams, whom = roll.authority, land.reporting.teams, audience.partition("/")[2]
        if whom == "arm-comparison":
            yield from ((SCHOOL, school_audience(authority, one)) for one in comparison_schools(roll))
            return
        for team in teams:
            if whom in ("arm-intervention", team.id):
                yield TEAM, team_audience(authority, team.id)
                yield from ((SCHOOL, school_audience(authority, one)) for one in schools_of(roll, teams, team))

    def overlapping(self, unit: UnitOfWork, audience: str, stretch: Stretch) -> Sequence[Content]:
        """What was published to an audience near the stretch."""
        found = (read(one.content) for one in unit.publications.every(audience))
        return tuple(one for one in found if _near(one, stretch))

    def _weeks(self, unit: UnitOfWork, land: Land, audience: str, stretch: Stretch) -> Sequence[Sequence[Content]]:
        """Each team's weeks around the stretch; a comparison school has none."""
        if not audience.endswith("intervention"):
            return ()
        first, last = Week(stretch.first.number - _AROUND), Week(stretch.end.number + _AROUND)
        names = [audience_of(land.authority, team.id) for team in land.reporting.teams]
        return tuple(
            tuple(read(one.content) for one in unit.publications.between(name, first.key, last.key)) for name in names
        )


def _schools(roll: Roll, land: Land) -> Mapping[str, tuple[SchoolId, ...]]:
    """The schools of each arm that has any."""
    teams = land.reporting.teams
    served = tuple(one for team in teams for one in schools_of(roll, teams, team))
    found = {"intervention": served, "comparison": comparison_schools(roll)}
    return {name: found[name] for name in ARMS if found[name]}


def _near(content: Content, stretch: Stretch) -> bool:
    first, end = span_of(content)
    return first < stretch.end.number + _AROUND and end > stretch.first.number - _AROUND


def _over(wanted: str, what: str, known: Mapping[str, Stretch], now: datetime) -> Stretch:
    ready = {name: one for name, one in known.items() if one.over <= now}
    if wanted in ready:
        return ready[wanted]
    there = _listed(ready) if ready else f"none so far; the first is ready on {_first(known.values())}"
    why = f"is not over until {known[wanted].over:%Y-%m-%d}" if wanted in known else "is not there"
    raise NoSuchPeriodError(f"the {what} {wanted!r} {why}; those that are: {there}")


def _listed(known: Iterable[str]) -> str:
    return ", ".join(known)


def _first(known: Iterable[Stretch]) -> str:
    return next((f"{one.over:%Y-%m-%d}" for one in sorted(known, key=lambda one: one.first)), "no day that is planned")
