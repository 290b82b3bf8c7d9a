"""What the doors of platforms refuse before anything is read: with a status and a code, counted and logged alike.

Whether something is refused, a platform's own gate says.
"""

from collections import Counter
from dataclasses import dataclass, field

from bot.logs import Log
from bot.seams import Measures

MOST_BYTES = 1_000_000
"""Of a request; the largest page that a platform sends is a quarter of it."""


class Turned(Exception):  # noqa: N818 - turned away
    """Refused at the door: an HTTP status and a code of ours for the log."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code
        super().__init__(code)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusals:
    """What one door refused, counted by code since the start."""

    channel: str
    measures: Measures
    log: Log
    counts: Counter[str] = field(default_factory=Counter)

    def count(self, turned: Turned) -> None:
        """One more, in the metrics and in the log."""
        self.counts[turned.code] += 1
        self.measures.turned_away(self.channel, turned.code)
        self.log(
            "turned_away", channel=self.channel, code=turned.code, status=turned.status, count=self.counts[turned.code]
        )
