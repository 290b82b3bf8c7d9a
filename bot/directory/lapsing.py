"""What of a directory runs out soon: the rota, and the days by which numbers must be checked. Refuses nothing."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.directory.entries import Directory
from bot.directory.views import on_duty
from bot.working_time import CalendarDay

SOON = timedelta(days=28)


def lapsing(directory: Directory, today: CalendarDay) -> tuple[str, ...]:
    """What has run out or does so within 28 days, a sentence each, with what to do; ids only."""
    found = (*_rota(directory, today), *_numbers(directory, today))
    return tuple(f"{directory.authority}: {said}" for said in found)


def _rota(directory: Directory, today: CalendarDay) -> Iterator[str]:
    last = max(on_duty(directory), default=None)
    if last is None or last > today + SOON:
        return
    ended = "ended" if last < today else "ends"
    yield f"the rota {ended} on {last}, then every duty social worker is on duty: add shifts"


def _numbers(directory: Directory, today: CalendarDay) -> Iterator[str]:
    """The contacts and neighbours of each date, the earliest first."""
    by_date: dict[date, list[str]] = {}
    dates = [(one.review_by, str(one.id)) for one in directory.contacts]
    for due, entry in (*dates, *((one.review_by, one.id) for one in directory.neighbours)):
        if due <= today + SOON:
            by_date.setdefault(due, []).append(entry)
    for due, ids in sorted(by_date.items()):
        word = "were" if due < today else "are"
        yield f"{', '.join(ids)} {word} to be checked by {due}: ring each number, then mend checked_on and review_by"
