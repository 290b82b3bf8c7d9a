"""A digest looked up: what was published, what needs action now, whom it is for. Reads only, counts nothing.

What can't be drawn in its usual form goes out as bare numbers: a fault of ours keeps no figures from a manager.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime

from bot.attention import Attention, attention, lapsing, open_of
from bot.digest_card import Digest, bare, blocks, card
from bot.digests import parts_of
from bot.learning_card import learning_notice, of_team
from bot.places import Land, Places
from bot.publishing import Content, read
from bot.teams import Team, schools_of
from bot.weeks import Week, terms, week_of
from dialogs.screens import Block, Screen
from storage.errors import NotFound
from storage.shapes import SchoolId
from storage.unit import UnitOfWork


def team_of(places: Places, audience: str) -> tuple[Land, Team]:
    """Whose audience it is.

    Raises:
        NotFound: no directory has this team any more.
    """
    authority, _, team = audience.partition("/")
    land = places.lands.get(authority)
    found = None if land is None else next((one for one in land.reporting.teams if one.id == team), None)
    if land is None or found is None:
        raise NotFound(f"no team {audience}")
    return land, found


def published_for(unit: UnitOfWork, audience: str, period: str) -> Content:
    """What was published.

    Raises:
        NotFound: nothing was, for this period.
    """
    found = unit.publications.of(audience, period)
    if found is None:
        raise NotFound(f"nothing was published to {audience} for {period}")
    return read(found.content)


def digest_of(unit: UnitOfWork, places: Places, audience: str, period: str, now: datetime) -> Digest:
    """A digest as it stands now: the figures as they were published, the pointers as they are.

    Raises:
        NotFound: no such team, or nothing was published.
    """
    land, team = team_of(places, audience)
    content = published_for(unit, audience, period)
    roll = places.rolls.of(unit, land.authority)
    schools = schools_of(roll, land.reporting.teams, team)
    week = week_of(date.fromisoformat(content["first"]))
    points = of_team(unit, land.authority, team.id, content["first"])
    return Digest(
        whose=team.name,
        content=content,
        attention=_attention(unit, places, land, schools, now),
        pupils=pupils_of(land, schools, week),
        learning=None if points is None else learning_notice(points, places.words),
    )


def _attention(unit: UnitOfWork, places: Places, land: Land, schools: Collection[SchoolId], now: datetime) -> Attention:
    roll = places.rolls.of(unit, land.authority)
    found = attention(unit, roll, open_of(unit, schools), schools, now)
    return found.but(lapsing(land, places.judge, now))


def pupils_of(land: Land, schools: Collection[SchoolId], week: Week) -> int | None:
    """Pupils on roll at some schools in the term of a week; None unless each school's number is known."""
    term = next((one.name for one in terms(land.reporting.terms) if one.first <= week < one.end), "")
    found = [land.reporting.pupils.get((school, term)) for school in schools]
    known = [one for one in found if one is not None]
    return sum(known) if known and len(known) == len(found) else None


def digest_blocks(unit: UnitOfWork, places: Places, audience: str, period: str, now: datetime) -> tuple[Block, ...]:
    """What the card of a digest says, without its picture, to stand on somebody's own page.

    Raises:
        NotFound: no such team, or nothing was published.
    """
    try:
        return tuple(blocks(digest_of(unit, places, audience, period, now), places.words))
    except NotFound:
        raise
    except Exception:  # noqa: BLE001 - as below
        return bare(published_for(unit, audience, period), places.words).blocks


def digest_screen(
    unit: UnitOfWork, places: Places, about: str, now: datetime, picture: Callable[[str, str], Block] | None = None
) -> Screen:
    """The card of a row about a digest. `picture` makes its picture from audience and period.

    Raises:
        NotFound: no such team, or nothing was published.
    """
    audience, period = parts_of(about)
    try:
        drawn = None if picture is None else picture(audience, period)
        return card(digest_of(unit, places, audience, period, now), places.words, drawn)
    except NotFound:
        raise
    except Exception:  # noqa: BLE001 - a fault in drawing or in today's pointers must not hold the figures back
        return bare(published_for(unit, audience, period), places.words)
