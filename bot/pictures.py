"""The picture of a team's week, for cards: at an address that nobody can guess, for eight days. Figures only.

The address is a keyed mark of what the picture shows. Whoever has it sees what was published, without the team's name.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from bot.charts import WEEKS_SHOWN, picture
from bot.digest_card import picture_text
from bot.digests import latest
from bot.places import Places
from bot.publishing import Content
from bot.remembered import Remembered
from bot.seams import Clock
from bot.teams import audience_of
from bot.weeks import Week, last_due, week_named
from dialogs.screens import Paragraph, Picture
from dialogs.words import Words
from storage.unit import Store, UnitOfWork

PLACE = "/pictures"
"""Where they stand, below the pages of figures."""
LASTS = timedelta(days=8)
"""Until the next week's card has come."""
FRESH = timedelta(seconds=30)
"""For so long the marks that were looked up hold: an address that is none costs no more than that."""
KEPT = 64
_LETTERS = 32
_BACK = 12
"""Weeks; older ones may have been made up just now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a picture is of, and until when it is there."""

    audience: str
    period: str
    until: datetime


@dataclass(kw_only=True, slots=True)
class Pictures:
    """Gives cards their picture, and draws it when it is fetched. `address`: where the pages of figures stand."""

    store: Store
    places: Places
    clock: Clock
    address: str
    drawer: Callable[[Sequence[Content], Words], bytes | None] = picture
    _drawn: Remembered[str, bytes] = field(default_factory=lambda: Remembered(KEPT))
    _failed: set[str] = field(default_factory=set)
    _known: Mapping[str, Shown] = field(default_factory=dict)
    _known_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def block(self, unit: UnitOfWork, audience: str, period: str) -> Picture | Paragraph:
        """The picture for a card; what it shows in words where it could not be drawn."""
        text = picture_text(latest(unit, audience, WEEKS_SHOWN, week_named(period)), self.places.words)
        mark = self._mark(audience, period)
        if mark in self._failed:
            return Paragraph(text=text)
        return Picture(url=f"{self.address}{PLACE}/{mark}.png", text=text)

    def ahead(self, audience: str, period: str) -> None:
        """Draw it before anybody fetches it; not where no platform can."""
        if self.address.startswith("https://"):
            self.png(self._mark(audience, period))

    def png(self, mark: str) -> bytes | None:
        """The picture of a mark; None if there is none, its days are over, or it can't be drawn."""
        with self._lock:
            shown = self._shown(mark)
            if shown is None or shown.until <= self.clock():
                return None
            return self._drawn.get(mark) or self._draw(mark, shown)

    def _draw(self, mark: str, shown: Shown) -> bytes | None:
        with self.store.read() as unit:
            trend = latest(unit, shown.audience, WEEKS_SHOWN, week_named(shown.period))
        found = self.drawer(trend, self.places.words)
        if found is None:
            self._failed.add(mark)
            return None
        self._failed.discard(mark)
        return self._drawn.put(mark, found)

    def _shown(self, mark: str) -> Shown | None:
        now = self.clock()
        fresh = self._known_at is not None and abs(now - self._known_at) < FRESH
        if mark not in self._known and not fresh:
            with self.store.read() as unit:
                self._known, self._known_at = dict(self._marks(unit, now)), now
        return self._known.get(mark)

    def _marks(self, unit: UnitOfWork, now: datetime) -> Iterator[tuple[str, Shown]]:
        """The marks of all that was published lately."""
        last = last_due(now)
        first = Week(last.number - _BACK)
        for authority, land in self.places.lands.items():
            for audience in (audience_of(authority, team.id) for team in land.reporting.teams):
                for one in unit.publications.between(audience, first.key, last.key):
                    shown = Shown(audience=audience, period=one.period, until=one.built_at + LASTS)
                    yield self._mark(audience, one.period), shown

    def _mark(self, audience: str, period: str) -> str:
        said = f"picture:{audience}:{period}".encode()
        return hmac.new(self.store.lookup_key, said, hashlib.sha256).hexdigest()[:_LETTERS]
