"""The demonstration's clock: the real one, run ahead by a stored number of seconds. It only goes forward.

Leases and back-off run on it too: a move ends them early, which repeats nothing where one process delivers.
"""

import threading
from datetime import datetime, timedelta

from bot.access import may_move_clock, require
from bot.seams import Clock
from storage.unit import Store

KEY = "demo_ahead_seconds"
MOST_SECONDS = 400 * 24 * 3600


class DemoClock:
    """A clock that can be moved, kept over restarts."""

    def __init__(self, store: Store, real: Clock) -> None:
        self._store, self._real = store, real
        self._lock = threading.Lock()
        with store.read() as unit:
            self._ahead = int(unit.settings.get(KEY) or 0)

    def now(self) -> datetime:
        """The demonstration's instant, UTC."""
        return self._real() + timedelta(seconds=self._ahead)

    def move(self, seconds: int) -> datetime:
        """Go on by so many seconds, a year or so in all at most.

        Raises:
            ValueError: backwards, or too far.
        """
        require(may_move_clock(demo=True))
        with self._lock:
            ahead = self._ahead + seconds
            if seconds < 0 or ahead > MOST_SECONDS:
                raise ValueError("the demonstration's clock only goes forward, about a year at most")
            with self._store.write() as unit:
                unit.settings.put(KEY, str(ahead))
                unit.commit()
            self._ahead = ahead
        return self.now()
