"""Learning points, built once: a month's for each team's digest, a term's for each school's own lead and social worker.

The arms' reports of the same period are published first, so that points are held against them. Leaves rows only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from bot.ahead import claimed, standing
from bot.digests import PUNCTUAL
from bot.errands import LATE, LEARNING
from bot.learning import STEPS, Point, least_of, points, times_of
from bot.learning_card import about_learning, school_audience, team_audience
from bot.logs import Log
from bot.places import Land
from bot.plan import alone
from bot.publishing import About, Content, head, may_say_least, written
from bot.report_rows import BOARD, REPORTS
from bot.reports import Reports
from bot.roll import Roll
from bot.seams import Clock, NewId, Nudge
from bot.teams import Team, audience_of, schools_of
from bot.weeks import Stretch
from storage.publications import Publication
from storage.shapes import OutboxId, Person, PlannedStep, School, SchoolId
from storage.unit import UnitOfWork

OWN = ("designated_safeguarding_lead", "social_worker")
"""Who gets a school's points."""


@dataclass(frozen=True, slots=True)
class _Built:
    """What is to be published to whom, and of a school who hears of it."""

    audience: str
    content: Content
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningRounds:
    """Builds learning points."""

    reports: Reports
    clock: Clock
    new_id: NewId
    log: Log
    nudge: Nudge

    def make(self) -> None:
        """Build what is due and was not built, oldest first. What is broken in one keeps no other back.

        Raises:
            Exception: the first fault of any, when all were tried.
        """
        now, lands = self.clock(), self.reports.places.lands.items()
        tried = [self._tried(authority, land, kind, now) for authority, land in lands for kind in REPORTS]
        faults = [one for one in tried if one is not None]
        if faults:
            raise faults[0]

    def _tried(self, authority: str, land: Land, kind: str, now: datetime) -> Exception | None:
        try:
            for stretch in self._missing(authority, land, kind, now):
                self._build(authority, land, kind, stretch)
        except Exception as error:  # noqa: BLE001 - whatever broke one authority's, the others get theirs
            self.log("learning_broke", authority=authority, kind=kind, error=type(error).__name__)
            return error
        return None

    def _missing(self, authority: str, land: Land, kind: str, now: datetime) -> tuple[Stretch, ...]:
        over = [one for one in self.reports.periods(land, kind).values() if one.over <= now]
        with self.reports.store.read() as unit:
            done = unit.settings.get(_key(authority, kind))
        if done is not None and all(done != one.first.key for one in over):
            # A clock that ran ahead built what is to come.
            done = None
        return tuple(over[-1:] if done is None else (one for one in over if one.first.key > done))

    def _build(self, authority: str, land: Land, kind: str, stretch: Stretch) -> None:
        self.reports.build(authority, kind, stretch.name)
        with self.reports.store.read() as unit:
            roll = self.reports.places.rolls.of(unit, authority)
            look = _Look(self.reports, unit, roll, land, stretch, self.clock())
            found = tuple(look.of_teams() if kind == BOARD else look.of_schools())
        self._keep(authority, kind, stretch, found)

    def _keep(self, authority: str, kind: str, stretch: Stretch, found: Sequence[_Built]) -> None:
        now, key = self.clock(), _key(authority, kind)
        rows = [_row(person, one, now) for one in found for person in one.people]
        with self.reports.store.write() as unit:
            if not claimed(unit, f"{key}:{stretch.first.key}", now):
                return
            for one in found:
                standing(unit, one.audience, stretch.name, now)
                unit.publications.keep(
                    Publication(
                        audience=one.audience, period=stretch.name, built_at=now, content=written(one.content)
                    )
                )  # fmt: skip
            unit.outbox.put(rows, [OutboxId(self.new_id()) for _ in rows])
            unit.settings.put(key, stretch.first.key)
            unit.commit()
        self.log("learning_built", authority=authority, kind=kind, key=stretch.first.key, count=len(rows))
        self.nudge()


@dataclass(slots=True)
class _Look:
    """One period of one authority, looked at; nothing is written."""

    reports: Reports
    unit: UnitOfWork
    roll: Roll
    land: Land
    stretch: Stretch
    now: datetime

    def of_teams(self) -> Iterator[_Built]:
        """Each team's."""
        said: dict[str, int] = {}
        for team in self.land.reporting.teams:
            schools = schools_of(self.roll, self.land.reporting.teams, team)
            audience = team_audience(self.roll.authority, team.id)
            yield _Built(audience, self._content(audience, schools, team, said, said_in_team={}))

    def of_schools(self) -> Iterator[_Built]:
        """Each school's that has signed."""
        arms: dict[str, dict[str, int]] = {"intervention": {}, "comparison": {}}
        for team, schools in self._by_team():
            said: dict[str, int] = {}
            for one in schools:
                school = self.roll.schools[one]
                if school.agreement_signed:
                    arm = "comparison" if team is None else "intervention"
                    yield self._of_school(school, team, arms[arm], said)

    def _by_team(self) -> Iterator[tuple[Team | None, Sequence[SchoolId]]]:
        teams = self.land.reporting.teams
        yield from ((team, schools_of(self.roll, teams, team)) for team in teams)
        yield None, tuple(sorted(one.id for one in self.roll.schools.values() if one.arm == "comparison"))

    def _of_school(self, school: School, team: Team | None, said: dict[str, int], in_team: dict[str, int]) -> _Built:
        audience = school_audience(self.roll.authority, school.id)
        content = self._content(audience, (school.id,), team, said, said_in_team=in_team)
        periods, threshold = self.unit.periods, self.land.reporting.hide_below
        tooks = {
            "seen": periods.seen([school.id], self.stretch.period),
            "decided_after": periods.decided_after([school.id], self.stretch.period),
        }
        people = tuple(one for one in self.roll.here(school) if one.role in OWN)
        return _Built(audience, {**content, "school": school.id, "times": times_of(tooks, threshold)}, people)

    def _content(
        self, audience: str, schools: Sequence[SchoolId], team: Team | None, said: dict[str, int], *,
        said_in_team: dict[str, int],
    ) -> Content:  # fmt: skip
        threshold = self.land.reporting.hide_below
        vocabulary = self.reports.places.judge.vocabulary
        found = self._safe(points(self.unit, vocabulary, schools, self.stretch, threshold), team, said, said_in_team)
        for part, count in least_of(found, threshold).items():
            said[part] = said.get(part, 0) + count
            said_in_team[part] = said_in_team.get(part, 0) + count
        late = self.now > self.stretch.over + PUNCTUAL
        about = About(audience=audience, stretch=self.stretch, late=late, threshold=threshold)
        return {
            **head(about),
            "points": [asdict(one) for one in found],
            "least": least_of(found, threshold),
            "times": {},
        }

    def _safe(
        self, found: Sequence[Point], team: Team | None, said: Mapping[str, int], in_team: Mapping[str, int]
    ) -> Sequence[Point]:
        """The points that give no small count away: all of them, those of one direction, or none."""
        for steps in (STEPS, *((one,) for one in STEPS)):
            some = [one for one in found if one.step in steps]
            if self._may_say(some, team, said, in_team):
                return some
        return ()

    def _may_say(
        self, some: Sequence[Point], team: Team | None, said: Mapping[str, int], in_team: Mapping[str, int]
    ) -> bool:
        if not some:
            return True
        reports, unit, land, threshold = self.reports, self.unit, self.land, self.land.reporting.hide_below
        arm = audience_of(self.roll.authority, "arm-comparison" if team is None else "arm-intervention")
        mine = least_of(some, threshold)
        ways = [(reports.overlapping(unit, arm, self.stretch), reports.least(unit, self.roll, land, arm), said)]
        if team is not None:
            audience = audience_of(self.roll.authority, team.id)
            weeks = reports.overlapping(unit, audience, self.stretch)
            ways.append((weeks, reports.least(unit, self.roll, land, audience), in_team))
        return all(
            may_say_least(contents, self.stretch, _together(mine, before), earlier, threshold)
            for contents, earlier, before in ways
        )


def _together(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {part: one.get(part, 0) + other.get(part, 0) for part in {*one, *other}}


def _row(person: Person, built: _Built, now: datetime) -> PlannedStep:
    about = about_learning(built.audience, str(built.content["period"]))
    row = alone(person.role, person.id, LEARNING, now, f"{about}:{person.id}:{now.isoformat()}")
    return replace(row, about=about, reason=LATE if built.content["late"] else LEARNING)


def _key(authority: str, kind: str) -> str:
    return f"learned:{authority}:{kind}"
