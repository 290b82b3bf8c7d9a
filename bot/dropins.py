"""Drop-ins in words, and what a social worker typed about one, understood. No child's name, no reason asked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.corners import Corners, Seated
from bot.places import Place
from bot.seams import NewId
from bot.working_time import LONDON, CalendarDay, at, is_school_day, local_day
from dialogs.screens import Choice, Field
from storage.shapes import DropIn, DropInId, School

WEEKS = 13
"""A weekly drop-in is offered for so many weeks at the most, about a term."""
SLOTS = ("10", "15", "20", "30")
"""Minutes of a slot."""
ROOM_LENGTH = 60
"""Letters of a room's name."""
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")
_LONGEST = timedelta(hours=8)
_DAY = timedelta(days=1)
_FURTHEST = 365 * _DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What a social worker typed, understood; every field may still be wrong."""

    school: School | None
    first: date | None
    starts: time | None
    ends: time | None
    minutes: int | None
    room: str
    weekly: bool


def schools_of(seated: Seated) -> tuple[School, ...]:
    """Where a social worker may hold a drop-in: the schools they serve."""
    served = (seated.roll.schools.get(one) for one in seated.person.serves)
    return tuple(one for one in served if one is not None and one.arm != "comparison")


def understood(raw: Mapping[str, object], seated: Seated) -> Offer:
    """What was typed, as far as it can be read."""
    minutes = raw.get("minutes")
    return Offer(
        school=next((one for one in schools_of(seated) if one.id == raw.get("school")), None),
        first=_date(raw.get("first")),
        starts=_time(raw.get("starts")),
        ends=_time(raw.get("ends")),
        minutes=int(str(minutes)) if minutes in SLOTS else None,
        room=" ".join(str(raw.get("room") or "").split()),
        weekly=raw.get("often") == "weekly",
    )


def drop_ins_of(offer: Offer, place: Place | None, seated: Seated, new_id: NewId) -> tuple[DropIn, ...]:
    """The drop-ins that an offer means, without days when no pupils are in and what is over; none if it isn't whole."""
    first, starts, ends, minutes = offer.first, offer.starts, offer.ends, offer.minutes
    if place is None or first is None or starts is None or ends is None or minutes is None:
        return ()
    days = (first + 7 * n * _DAY for n in range(WEEKS if offer.weekly else 1))
    found = (
        DropIn(
            id=DropInId(new_id()), person=seated.person.id, school=place.school.id, starts_at=at(day, starts),
            ends_at=at(day, ends), minutes=minutes, room=offer.room,
        )
        for day in days if _pupils_in(place, day)
    )  # fmt: skip
    return tuple(one for one in found if one.ends_at > seated.now)


def wrong_with(offer: Offer, place: Place | None, found: Sequence[DropIn], now: datetime) -> Iterator[tuple[str, str]]:
    """Each field that can't stay as it is, with the code of the sentence that says so."""
    today = local_day(now)
    if place is None:
        yield "school", "no_school"
    if offer.first is None or not today <= offer.first <= today + _FURTHEST:
        yield "first", "no_day"
    elif place is not None and not _pupils_in(place, offer.first):
        yield "first", "no_pupils"
    elif offer.starts and offer.ends and place is not None and offer.minutes and not found:
        yield "ends", "over"
    yield from ((name, "no_time") for name in ("starts", "ends") if getattr(offer, name) is None)
    if found and not (found[0].slots and found[0].ends_at - found[0].starts_at <= _LONGEST):
        yield "ends", "too_short"
    if offer.minutes is None:
        yield "minutes", "no_minutes"
    if not 0 < len(offer.room) <= ROOM_LENGTH:
        yield "room", "no_room"


def where(one: DropIn, seated: Seated, corners: Corners) -> str:
    """When and where, as people read it."""
    school = seated.roll.schools.get(one.school)
    return corners.words(
        "own.drop_in.where", school="" if school is None else school.name, room=one.room, day=day_of(one.starts_at),
        starts=hour(one.starts_at), ends=hour(one.ends_at),
    )  # fmt: skip


def hour(instant: datetime) -> str:
    """The time of day in London."""
    return f"{instant.astimezone(LONDON):%H:%M}"


def day_of(instant: datetime) -> str:
    """The day in London, short."""
    local = instant.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B}"


def which(form: str, choices: tuple[Choice, ...], error: str | None, corners: Corners) -> Field:
    """Which of several is meant."""
    label = corners.words(f"own.{form}.which")
    return Field(id="which", kind="one", label=label, required=True, choices=choices, error=error)


def _pupils_in(place: Place, day: date) -> bool:
    return is_school_day(place.land.calendars.school, CalendarDay(day))


def _date(typed: object) -> date | None:
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        return None


def _time(typed: object) -> time | None:
    found = _TIME.fullmatch(str(typed or "").strip())
    return None if found is None else time(int(found[1]), int(found[2]))
