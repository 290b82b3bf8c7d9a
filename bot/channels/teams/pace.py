"""How fast Teams may be asked: at most so many in a length of time, for each conversation and for each tenant.

Keeps to the published numbers before Teams has to say no. Knows nothing of what is asked.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.seams import Pause, Ticks

MARGIN = 0.05
"""Seconds by which a window is kept longer, since requests don't arrive as evenly as they leave."""
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` in any `seconds`."""

    most: int
    seconds: float


SENDS = (Window(7, 1), Window(8, 2), Window(60, 30), Window(1800, 3600))
"""To one conversation; creating conversations, for a tenant, has the same numbers."""
READS = (Window(14, 1), Window(16, 2), Window(120, 30), Window(3600, 3600))
"""Of the members of one conversation."""
TENANT = (Window(50, 1),)
"""All requests of an app in a tenant."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One more of `key`, within `windows`."""

    key: str
    windows: Sequence[Window]


class Busy(Exception):  # noqa: N818 - what it is
    """It would take longer than the caller waits: `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__("asked too often")


@dataclass(kw_only=True, slots=True)
class Pace:
    """Counts what was asked. `patience`: seconds that a caller waits at most."""

    ticks: Ticks
    pause: Pause
    patience: float = 3.0
    _asked: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, *claims: Claim) -> None:
        """Wait until every claim allows one more, and count it.

        Raises:
            Busy: that would take too long; nothing is counted.
        """
        waited = 0.0
        while (wait := self._taken(claims)) > 0:
            waited += wait
            if waited > self.patience:
                raise Busy(wait)
            self.pause(wait)

    def _taken(self, claims: Sequence[Claim]) -> float:
        """Zero if it was counted, else how long to wait."""
        with self._lock:
            now = self.ticks()
            wait = max(_wait(self._asked.get(one.key, ()), one.windows, now) for one in claims)
            if wait <= 0:
                for one in claims:
                    self._count(one, now)
            return wait

    def _count(self, claim: Claim, now: float) -> None:
        longest = max(window.most for window in claim.windows)
        self._asked.setdefault(claim.key, deque(maxlen=longest)).append(now)
        self._asked.move_to_end(claim.key)
        if len(self._asked) > MOST_REMEMBERED:
            self._asked.popitem(last=False)


def _wait(asked: Sequence[float], windows: Sequence[Window], now: float) -> float:
    full = [window for window in windows if len(asked) >= window.most]
    return max((asked[-one.most] + one.seconds + MARGIN - now for one in full), default=0.0)
