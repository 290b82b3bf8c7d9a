"""What needs a team manager's hand now: pointers by reference, never suppressed, and no part of any statistics.

Concerns about adults and restricted ones are not among them. Reads rows; tells nobody.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.duty import social_worker_of
from bot.judge import Judge
from bot.places import Land
from bot.roll import Roll
from bot.working_time import local_day
from dialogs.concern import State
from storage.shapes import Concern, PersonId, SchoolId
from storage.unit import UnitOfWork
from thresholds.result import Urgency

SOON = timedelta(days=28)
KINDS = ("statutory", "early_help", "advice")


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A concern by its reference, and since when it waits."""

    reference: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Lapsing:
    """A number or a document, and the day by which it has to be looked at again."""

    what: str
    by: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Attention:
    """What needs action: oldest first. `uncovered`: schools in which no social worker is and nobody covers."""

    unseen: tuple[Waiting, ...] = ()
    overdue: tuple[Waiting, ...] = ()
    undelivered: tuple[Waiting, ...] = ()
    uncovered: tuple[str, ...] = ()
    lapsing: tuple[Lapsing, ...] = ()

    def __bool__(self) -> bool:
        return any((self.unseen, self.overdue, self.undelivered, self.uncovered, self.lapsing))

    def but(self, lapsing: "tuple[Lapsing, ...]") -> "Attention":
        """The same, with what lapses."""
        return replace(self, lapsing=lapsing)


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """A social worker's open concerns by kind, in the school of their own and in feeder primaries."""

    person: PersonId
    name: str
    own: Mapping[str, int]
    feeders: Mapping[str, int]


def open_of(unit: UnitOfWork, schools: Collection[SchoolId]) -> tuple[Concern, ...]:
    """The open concerns of some schools that figures may speak of."""
    wanted = frozenset(schools)
    return tuple(
        one
        for one in unit.concerns.open_everywhere()
        if one.school in wanted and one.kind == "child" and not one.restricted
    )


def attention(
    unit: UnitOfWork, roll: Roll, concerns: Iterable[Concern], schools: Collection[SchoolId], now: datetime
) -> Attention:
    """What needs action at these schools; what lapses is added by `lapsing`."""
    overdue, failed = unit.worklist.overdue(now), unit.worklist.undelivered()
    late = overdue.alerts | overdue.acts
    found = tuple(concerns)
    return Attention(
        unseen=_waiting(one for one in found if one.life.state is State.SENT and one.life.seen_at is None),
        overdue=_waiting(one for one in found if one.id in late),
        undelivered=_waiting(one for one in found if one.id in failed),
        uncovered=tuple(
            roll.schools[one].name for one in schools if social_worker_of(roll, roll.schools[one], now).now is None
        ),
    )


def _waiting(concerns: Iterable[Concern]) -> tuple[Waiting, ...]:
    return tuple(Waiting(reference=one.reference, since=one.created_at) for one in concerns)


def lapsing(land: Land, judge: Judge, now: datetime) -> tuple[Lapsing, ...]:
    """The authority's numbers and the document in force that have to be looked at within four weeks, soonest first."""
    today = local_day(now)
    document = judge.document(land.authority, today)
    found = [Lapsing(what=label, by=by) for label, by in land.reporting.reviews]
    if document is not None:
        found.append(Lapsing(what=document.title, by=document.review_by))
    return tuple(sorted((one for one in found if one.by <= today + SOON), key=lambda one: (one.by, one.what)))


def loads(roll: Roll, team: str, concerns: Iterable[Concern]) -> tuple[Load, ...]:
    """The open concerns at the schools of each social worker of a team."""
    found = tuple(concerns)
    workers = [one for one in roll.people if one.role == "social_worker" and one.team == team]
    return tuple(_load(roll, one.id, one.name, found) for one in workers)


def _load(roll: Roll, person: PersonId, name: str, concerns: Collection[Concern]) -> Load:
    own, feeders = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    for one in concerns:
        school = roll.schools.get(one.school)
        if school is not None and any(who.id == person for who in roll.here(school)):
            (feeders if school.arm == "feeder" else own)[_kind(one)] += 1
    return Load(person=person, name=name, own=own, feeders=feeders)


def _kind(concern: Concern) -> str:
    if concern.urgency >= Urgency.SECTION_17:
        return "statutory"
    return "early_help" if concern.urgency == Urgency.EARLY_HELP else "advice"
