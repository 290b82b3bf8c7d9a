"""Who stands on the duty rota on which day, swaps applied: plain dates and ids, for the checks and for the rows.

Days run from midnight to midnight in London. Nothing here knows the file's shape or storage.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

ONE_DAY = timedelta(days=1)
MOST_SPANS = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody is named from the first to the last day, both included."""

    person: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Each day of it."""
        return (self.first + number * ONE_DAY for number in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Swap:
    """Somebody takes the turn of another."""

    turn: Turn
    instead_of: str


def by_day(turns: Iterable[Turn], swaps: Iterable[Swap] = ()) -> Mapping[date, frozenset[str]]:
    """Who is named on each day that the rota names anybody on. A swap counts where its other person is named."""
    named: dict[date, set[str]] = {}
    for turn in turns:
        for day in turn.days():
            named.setdefault(day, set()).add(turn.person)
    rota = {day: frozenset(people) for day, people in named.items()}
    for swap in swaps:
        for day in swap.turn.days():
            if swap.instead_of in rota.get(day, ()):
                named[day].discard(swap.instead_of)
                named[day].add(swap.turn.person)
    return {day: frozenset(people) for day, people in named.items()}


def turns_of(named: Mapping[date, frozenset[str]]) -> tuple[Turn, ...]:
    """The days of each person as the longest turns there are, by their first day."""
    people = sorted({person for names in named.values() for person in names})
    found = [
        Turn(person, first, last)
        for person in people
        for first, last in spans(day for day, names in named.items() if person in names)
    ]
    return tuple(sorted(found, key=lambda turn: (turn.first, turn.person)))


def spans(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """The first and last day of each unbroken run of days.

    >>> list(spans([date(2027, 1, 5), date(2027, 1, 4), date(2027, 1, 8)]))[1]
    (datetime.date(2027, 1, 8), datetime.date(2027, 1, 8))
    """
    for _, run in groupby(enumerate(sorted(set(days))), key=lambda each: each[1].toordinal() - each[0]):
        found = [day for _, day in run]
        yield found[0], found[-1]


def in_words(days: Iterable[date]) -> str:
    """Days for people to read.

    >>> in_words([date(2027, 1, 4), date(2027, 1, 5), date(2027, 1, 8)])
    '2027-01-04 to 2027-01-05, 2027-01-08'
    """
    runs = [f"{first}" if first == last else f"{first} to {last}" for first, last in spans(days)]
    more = [f"and {len(runs) - MOST_SPANS} more"] if len(runs) > MOST_SPANS else []
    return ", ".join(runs[:MOST_SPANS] + more)
