"""The week of each team, built once: on Monday at 08:00 in London, or later and saying so if the service was away.

One row an audience and ISO week decides who built it, whatever restarts and however many processes look at once. The
same transaction leaves the rows that tell the managers; nothing is sent from here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.access import may_see_digest
from bot.ahead import CLOCKS_APART, standing, too_early
from bot.errands import DIGEST
from bot.logs import Log
from bot.places import Land, Places
from bot.plan import alone
from bot.publishing import About, Content, published, read, written
from bot.roll import Roll
from bot.seams import Clock, NewId, Nudge
from bot.tallies import tally_of
from bot.teams import Team, audience_of, schools_of
from bot.weeks import Week, a_week, last_due, week_named, week_of
from bot.working_time import local_day
from storage.publications import Publication
from storage.shapes import OutboxId, Person, PlannedStep
from storage.unit import Store, UnitOfWork

PUNCTUAL = timedelta(hours=1)
"""A digest built later than this after its time says that it was made up."""


def nothing_more(audience: str, period: str) -> None:
    """What is done beside building where nobody draws."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Digests:
    """Builds digests."""

    store: Store
    places: Places
    clock: Clock
    new_id: NewId
    log: Log
    nudge: Nudge
    draft_days: int
    built: Callable[[str, str], object] = nothing_more
    """Asked after the commit, with audience and period: the card's picture may be drawn ahead."""

    def make(self) -> None:
        """Build every digest that is due and was not built, oldest first. What is broken in one keeps no other back.

        Raises:
            Exception: the first fault of any team, when all were tried.
        """
        now = self.clock()
        faults = [
            fault
            for authority, land in self.places.lands.items()
            for team in land.reporting.teams
            if (fault := self._tried(authority, land, team, now)) is not None
        ]
        if faults:
            raise faults[0]

    def _tried(self, authority: str, land: Land, team: Team, now: datetime) -> Exception | None:
        try:
            for week in self._missing(authority, land, team, now):
                self._build_and_tell(authority, land, team, week, now)
        except Exception as error:  # noqa: BLE001 - whatever broke one team's digest, the others get theirs
            self.log("digest_broke", authority=authority, key=team.id, error=type(error).__name__)
            return error
        return None

    def _missing(self, authority: str, land: Land, team: Team, now: datetime) -> Sequence[Week]:
        """The weeks due since the last one built; of a team that has none, the last week alone."""
        last = last_due(now)
        if land.programme_ends is not None:
            last = min(last, week_of(local_day(land.programme_ends)))
        if last < week_of(land.reporting.starts):
            return ()
        audience = audience_of(authority, team.id)
        with self.store.read() as unit:
            newest = unit.publications.newest(audience, last.key, now + CLOCKS_APART)
            after = last.number if newest is None else week_named(newest).number + 1
            weeks = [Week(number) for number in range(after, last.number + 1)]
            there = {week: unit.publications.of(audience, week.key) for week in weeks}
        return tuple(week for week, kept in there.items() if kept is None or too_early(kept, now))

    def _build_and_tell(self, authority: str, land: Land, team: Team, week: Week, now: datetime) -> None:
        with self.store.write() as unit:
            roll = self.places.rolls.of(unit, authority)
            if not self._keep(unit, roll, land, team, week):
                return
            rows = self._rows(roll, land, team, week, now)
            unit.outbox.put(rows, [OutboxId(self.new_id()) for _ in rows])
            unit.commit()
        self.log("digest_built", authority=authority, key=team.id, about=week.key, count=len(rows))
        self.built(audience_of(authority, team.id), week.key)
        self.nudge()

    def ensure(self, unit: UnitOfWork, authority: str, team: Team, weeks: Iterable[Week]) -> None:
        """Build, in this unit and without telling anybody, the weeks that a report is made of."""
        roll, land = self.places.rolls.of(unit, authority), self.places.lands[authority]
        audience = audience_of(authority, team.id)
        wanted = tuple(weeks)
        kept, now = unit.publications.between(audience, wanted[0].key, wanted[-1].key), self.clock()
        there = {one.period for one in kept if not too_early(one, now)}
        for week in wanted:
            if week.key not in there:
                self._keep(unit, roll, land, team, week)

    def _keep(self, unit: UnitOfWork, roll: Roll, land: Land, team: Team, week: Week) -> bool:
        """Count, hide, keep; False if somebody else has built it."""
        now, stretch = self.clock(), a_week(week)
        about = About(
            audience=audience_of(roll.authority, team.id), stretch=stretch, late=now > week.due + PUNCTUAL,
            threshold=land.reporting.hide_below,
        )  # fmt: skip
        schools = schools_of(roll, land.reporting.teams, team)
        if standing(unit, about.audience, week.key, now) is not None:
            return False
        tally = tally_of(unit, about.audience, schools, week, (self.draft_days, now))
        content = published(about, tally.counts)
        return unit.publications.keep(
            Publication(audience=about.audience, period=week.key, built_at=now, content=written(content))
        )

    def _rows(self, roll: Roll, land: Land, team: Team, week: Week, now: datetime) -> tuple[PlannedStep, ...]:
        about = about_of(audience_of(roll.authority, team.id), week.key)
        return tuple(
            replace(alone(one.role, one.id, DIGEST, now, f"{about}:{one.id}:{now.isoformat()}"), about=about)
            for one in readers(roll, land, team)
        )


def readers(roll: Roll, land: Land, team: Team) -> tuple[Person, ...]:
    """Who receives a team's digest: whom the directory names, of this team or of none."""
    named = [one for one in roll.people if one.id in land.reporting.weekly and one.team in (team.id, None)]
    return tuple(one for one in named if may_see_digest(one, roll.authority))


def about_of(audience: str, period: str) -> str:
    """The id of what a row points at."""
    return f"{DIGEST}:{audience}:{period}"


def parts_of(about: str) -> tuple[str, str]:
    """Audience and period of such an id."""
    _, audience, period = about.split(":")
    return audience, period


def latest(unit: UnitOfWork, audience: str, weeks: int, last: Week) -> tuple[Content, ...]:
    """What was published for the last weeks up to one, oldest first."""
    first = Week(last.number - weeks + 1)
    return tuple(read(one.content) for one in unit.publications.between(audience, first.key, last.key))
