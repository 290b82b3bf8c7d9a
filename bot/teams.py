"""Which schools a team's figures are of, and what reports need of a directory. Pure over an authority's roll."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.roll import Roll
from storage.shapes import PersonId, SchoolId


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """A team of social workers and its manager."""

    id: str
    name: str
    manager: PersonId


@dataclass(frozen=True, kw_only=True, slots=True)
class Reporting:
    """What reports need of an authority's directory file.

    `terms`: name, first and last day. `pupils`: on roll by school and term. `reviews`: numbers by their label, and the
    day by which each has to be checked again.
    """

    teams: tuple[Team, ...] = ()
    weekly: tuple[PersonId, ...] = ()
    board: tuple[PersonId, ...] = ()
    partnership: tuple[PersonId, ...] = ()
    starts: date = date.min
    hide_below: int = 5
    terms: tuple[tuple[str, date, date], ...] = ()
    pupils: Mapping[tuple[SchoolId, str], int] = field(default_factory=dict)
    reviews: tuple[tuple[str, date], ...] = ()


def audience_of(authority: str, whom: str) -> str:
    """The name under which figures for a team or an arm are kept."""
    return f"{authority}/{whom}"


def schools_of(roll: Roll, teams: Sequence[Team], team: Team) -> tuple[SchoolId, ...]:
    """The schools that a team's social workers serve, with their feeder primaries.

    A school that nobody serves now (a vacancy) counts with the first team, so that none is in no digest.
    """
    served = {school.id: _team_of(roll, school.id) for school in roll.schools.values() if school.arm != "comparison"}
    first = teams[0].id
    return tuple(sorted(school for school, found in served.items() if (found or first) == team.id))


def _team_of(roll: Roll, school: SchoolId) -> str | None:
    here = [one for one in roll.here(roll.schools[school]) if one.role == "social_worker" and one.team is not None]
    return next((one.team for one in here), None)


def comparison_schools(roll: Roll) -> tuple[SchoolId, ...]:
    """The schools without a social worker of the programme."""
    return tuple(sorted(one.id for one in roll.schools.values() if one.arm == "comparison"))
