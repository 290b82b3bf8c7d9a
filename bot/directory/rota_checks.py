"""What makes no sense in the duty rota: holes, strangers, swaps that meet nobody or each other, shifts of the absent.

Read from the plain data like the other checks; a shift whose dates or names are broken is left to the check of those.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import Any

from bot.directory.entries import WEEKDAYS
from bot.directory.plain import Item, day_of, items, listed, mapping_at
from bot.directory.rota import Swap, Turn, by_day, in_words
from bot.working_time import CalendarDay, CouncilCalendar, Hours, bank_holidays, working_days
from thresholds.sources import Place, Problem, Source

LONGEST_DAYS = 1100
_ALL_DAY = Hours(time(9), time(17))


@dataclass(frozen=True)
class _Rota:
    """The rota of a file, as far as it can be read."""

    source: Source

    @cached_property
    def turns(self) -> list[tuple[Place, Turn]]:
        return [(place, turn) for place, item in items(self.source, "rota") if (turn := _turn(item)) is not None]

    @cached_property
    def swaps(self) -> list[tuple[Place, Swap]]:
        found = [(place, _turn(item), item.get("instead_of")) for place, item in items(self.source, "swaps")]
        return [(place, Swap(turn, str(other))) for place, turn, other in found if turn is not None and other]

    @cached_property
    def before_swaps(self) -> Mapping[date, frozenset[str]]:
        return by_day(turn for _, turn in self.turns)

    def swapped(self, turn: Turn) -> set[date]:
        """The days of a turn that somebody else takes."""
        others = [swap.turn for _, swap in self.swaps if swap.instead_of == turn.person]
        return {day for other in others for day in other.days()}


def rota_problems(source: Source) -> Iterator[Problem]:
    """Everything about the rota and its swaps that makes no sense."""
    yield from _dates(source)
    yield from _strangers(source)
    rota = _Rota(source)
    yield from _holes(rota)
    yield from _nobody_to_swap(rota)
    yield from _overlapping(rota)
    yield from _away(rota)


def _turn(item: Mapping[str, Any]) -> Turn | None:
    person, first, last = item.get("person"), day_of(item, "first"), day_of(item, "last")
    if not isinstance(person, str) or first is None or last is None:
        return None
    return Turn(person, first, last) if 0 <= (last - first).days < LONGEST_DAYS else None


def _both(source: Source) -> Iterator[Item]:
    yield from items(source, "rota")
    yield from items(source, "swaps")


def _dates(source: Source) -> Iterator[Problem]:
    for place, item in _both(source):
        first, last = day_of(item, "first"), day_of(item, "last")
        if first is None or last is None:
            continue
        if last < first:
            yield source.problem(f"last ({last}) comes before first ({first}): mend the dates", *place, "last")
        elif (last - first).days >= LONGEST_DAYS:
            yield source.problem(f"{first} to {last} is more than three years: mend the dates", *place, "last")


def _strangers(source: Source) -> Iterator[Problem]:
    roles = {item.get("id"): str(item.get("role")).replace("_", " ") for _, item in items(source, "people")}
    for place, item in _both(source):
        person = item.get("person")
        if roles.get(person, "duty social worker") != "duty social worker":
            message = f"{person} is a {roles[person]}, no duty social worker: name somebody of the duty rota"
            yield source.problem(message, *place, "person")


def _holes(rota: _Rota) -> Iterator[Problem]:
    """Council working days that nobody stands for, each hole at the shift that follows it."""
    named, council = rota.before_swaps, _council(rota)
    if not named or council is None:
        return
    holes: dict[Place, list[date]] = {}
    for day in working_days(council, CalendarDay(min(named)), CalendarDay(max(named))):
        if day.date not in named:
            place = min((turn.first, place) for place, turn in rota.turns if turn.first > day.date)[1]
            holes.setdefault(place, []).append(day.date)
    for place, days in holes.items():
        yield rota.source.problem(f"nobody is on the rota on {in_words(days)}: add a shift before this one", *place)


def _council(rota: _Rota) -> CouncilCalendar | None:
    calendar, named = mapping_at(rota.source, "calendar"), rota.before_swaps
    office = calendar.get("office")
    hours = tuple(_ALL_DAY if isinstance(office, dict) and day in office else None for day in WEEKDAYS)
    if not named or not any(hours):
        return None
    region = "WLS" if calendar.get("region") == "WLS" else "ENG"
    bank = bank_holidays(min(named).year, max(named).year, region)
    shut = frozenset(day for day in listed(calendar.get("office_closed")) if isinstance(day, date))
    return CouncilCalendar(hours=hours, closed=bank | shut)


def _nobody_to_swap(rota: _Rota) -> Iterator[Problem]:
    for place, swap in rota.swaps:
        missing = [day for day in swap.turn.days() if swap.instead_of not in rota.before_swaps.get(day, ())]
        if missing:
            message = f"{swap.instead_of} is not on the rota on {in_words(missing)}: mend the days, or whom it replaces"
            yield rota.source.problem(message, *place, "instead_of")


def _overlapping(rota: _Rota) -> Iterator[Problem]:
    for number, (place, swap) in enumerate(rota.swaps):
        for earlier_place, earlier in rota.swaps[:number]:
            days = set(swap.turn.days()) & set(earlier.turn.days())
            if days and earlier.instead_of == swap.instead_of:
                line = rota.source.line(*earlier_place)
                message = f"overlaps the swap in line {line} on {in_words(days)}: keep one of them"
                yield rota.source.problem(message, *place)


def _away(rota: _Rota) -> Iterator[Problem]:
    for place, turn in rota.turns:
        yield from _away_on(rota, place, turn, rota.swapped(turn), "add a swap for these days")
    for place, swap in rota.swaps:
        yield from _away_on(rota, place, swap.turn, set(), "name somebody who is there")


def _away_on(rota: _Rota, place: Place, turn: Turn, let_off: set[date], what: str) -> Iterator[Problem]:
    for at, absence in items(rota.source, "absences"):
        first, last = day_of(absence, "first"), day_of(absence, "last")
        if absence.get("person") != turn.person or first is None:
            continue
        days = [day for day in turn.days() if first <= day <= (last or day) and day not in let_off]
        if days:
            line = rota.source.line(*at)
            yield rota.source.problem(f"{turn.person} is away on {in_words(days)} (line {line}): {what}", *place)
