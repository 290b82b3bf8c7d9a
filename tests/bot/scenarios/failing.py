"""A scene whose platforms fail as told, and what the log then says of each person: the exact history."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from bot.logs import Log, silent
from bot.ways import wait
from storage.shapes import OutboxRow
from tests.bot.scenarios.house import Scene, open_house
from tests.fakes import Platform

_SECOND = timedelta(seconds=1)
Line = tuple[str, str, int]
"""What happened, over which channel, how many seconds after the concern was sent."""


@dataclass
class Failing(Scene):
    """A scene whose courier is a platform with moods."""

    courier: Platform


@contextmanager
def platforms(scene: Scene, *more: Platform, patience: float = 0.05, log: Log = silent) -> Iterator[Failing]:
    """The same database behind a house with these couriers, the first one as the scene's own."""
    first, *others = more
    house = open_house(
        scene.url, scene.clock, first, ids="failing", holder="failing", more=tuple(others), patience=patience, log=log
    )
    try:
        yield Failing(house, scene.clock, first, scene.url)
    finally:
        house.store.close()


def history(scene: Scene, concern: str, since: datetime) -> Mapping[str, list[Line]]:
    """What the concern's log says of each person's deliveries, in order."""
    found: dict[str, list[Line]] = {}
    with scene.house.store.read() as unit:
        for line in unit.audit.entries(concern):
            if line.kind in ("told", "told_again", "delivery_failed") and line.by is not None:
                seconds = round((line.at - since).total_seconds())
                found.setdefault(line.by, []).append((line.kind, str(line.about["channel"]), seconds))
    return found


def until(scene: Scene, seconds: int, step: int = 1) -> None:
    """Let the clock run on second by second, the sender awake all the time."""
    for _ in range(0, seconds, step):
        scene.clock.move(seconds=step)
        scene.house.alerts.deliver_due()


def row_to(scene: Scene, concern: str, role: str, step: int = 0) -> OutboxRow:
    """The first round's row of a role."""
    rows = (one for one in scene.rows(concern) if one.step.chain == "until_had" and one.step.round == 1)
    return next(one for one in rows if one.step.role == role and one.step.step == step)


def tries_at(row: OutboxRow, number: int) -> list[int]:
    """At which seconds the first `number` attempts of a row come, where the clock goes in whole seconds.

    Each wait runs from the second in which the attempt before it was made.
    """
    waits = (-(-wait(row.id, attempt) // _SECOND) for attempt in range(1, number))
    return list(accumulate(waits, initial=0))
