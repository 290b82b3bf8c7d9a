"""Which seat a browser sits in (a signed cookie), and what a seat has half done (memory only, short-lived, bounded).

The demonstration has no passwords: the cookie is a choice, not a proof of who somebody is. `bot.access` still asks
for every concern. Typed words kept here never touch a disk and go when they are sent, discarded, or an hour old.
"""

import base64
import hashlib
import hmac
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.channels.web.limits import KEPT_OPEN, KEPT_SCREENS, KEPT_SECONDS, SEAT_SECONDS, SEATS_REMEMBERED
from bot.platforms.roads import OPEN_SECONDS
from dialogs.screens import Screen, Value

COOKIE = "swis_seat"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """A browser and who it plays; `person` is None until chosen. `issued` in seconds since 1970."""

    id: str
    issued: int
    person: str | None = None
    authority: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Seats:
    """Makes and checks cookies and form tokens. Holds no state: a restart with the same key keeps every seat."""

    key: bytes
    random_bytes: Callable[[int], bytes]

    def issue(self, now: datetime, person: str | None = None, authority: str | None = None, label: str = "") -> Seat:
        """A new seat."""
        return Seat(
            id=self.random_bytes(16).hex(),
            issued=int(now.timestamp()),
            person=person,
            authority=authority,
            label=label,
        )

    def cookie(self, seat: Seat) -> str:
        """The seat as a signed value."""
        fields = [seat.id, seat.issued, seat.person, seat.authority, seat.label]
        body = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()
        return f"{body}.{self._mark('cookie', body)}"

    def read(self, cookie: str, now: datetime) -> Seat | None:
        """The seat of a cookie; None when it isn't ours or is too old."""
        body, _, mark = cookie.partition(".")
        if not _same(mark, self._mark("cookie", body)):
            return None
        seat_id, issued, person, authority, label = json.loads(base64.urlsafe_b64decode(body))
        seat = Seat(id=seat_id, issued=issued, person=person, authority=authority, label=label)
        return seat if 0 <= now.timestamp() - issued <= SEAT_SECONDS else None

    def token(self, seat: Seat) -> str:
        """What every form of this seat carries."""
        return self._mark("form", seat.id)

    def token_is_right(self, seat: Seat, token: str) -> bool:
        """Whether a form came from a page of this seat."""
        return _same(token, self.token(seat))

    def _mark(self, purpose: str, text: str) -> str:
        return hmac.new(self.key, _bytes(f"{purpose}:{text}"), hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    """A header's odd bytes come in as half characters, which must not stop a page."""
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A screen as somebody left it, with what they had typed; errors and notices hold for `revision` only."""

    screen: Screen
    revision: int
    at: datetime

    def over(self, screen: Screen, revision: int) -> Screen:
        """The fresh screen with what was typed put back."""
        if revision == self.revision and _ids(screen) == _ids(self.screen):
            return replace(screen, fields=self.screen.fields, blocks=self.screen.blocks)
        typed = {one.id: one.value for one in self.screen.fields}
        fields = tuple(replace(one, value=typed.get(one.id, one.value)) for one in screen.fields)
        return replace(screen, fields=fields)


def with_typed(screen: Screen, raw: dict[str, Value]) -> Screen:
    """The screen with what somebody has typed so far standing in it, unjudged."""
    return replace(screen, fields=tuple(replace(one, value=raw.get(one.id), error=None) for one in screen.fields))


def _ids(screen: Screen) -> tuple[str, ...]:
    return tuple(one.id for one in screen.fields)


@dataclass(slots=True)
class Desktop:
    """What one seat has open: concerns whose *Open* was pressed, half-filled screens, where it hid from."""

    opened: dict[str, datetime] = field(default_factory=dict)
    kept: OrderedDict[tuple[str, str], Kept] = field(default_factory=OrderedDict)
    drawn: OrderedDict[tuple[str, str], Kept] = field(default_factory=OrderedDict)
    """Screens as they were shown: a form can be read by them when nothing else can be asked."""
    hidden_from: str = "/home"
    hidden: bool = False
    """Nothing of it is shown until *Go back* is pressed, whatever the browser's own *Back* asks for."""

    def press_open(self, concern: str, now: datetime) -> None:
        """*Open* was pressed."""
        self.opened.pop(concern, None)
        self.opened[concern] = now
        while len(self.opened) > KEPT_OPEN:
            del self.opened[next(iter(self.opened))]

    def may_read(self, concern: str, now: datetime) -> bool:
        """Whether *Open* was pressed in this seat within the last ten minutes."""
        pressed = self.opened.get(concern)
        return pressed is not None and 0 <= (now - pressed).total_seconds() <= OPEN_SECONDS

    def keep(self, place: tuple[str, str], kept: Kept) -> None:
        """Remember a screen; the oldest goes when there are too many."""
        self.kept[place] = kept
        self.kept.move_to_end(place)
        while len(self.kept) > KEPT_SCREENS:
            self.kept.popitem(last=False)

    def draw(self, place: tuple[str, str], drawn: Kept) -> None:
        """Remember a screen as it is shown; the oldest goes when there are too many."""
        self.drawn[place] = drawn
        self.drawn.move_to_end(place)
        while len(self.drawn) > KEPT_SCREENS:
            self.drawn.popitem(last=False)

    def left_at(self, place: tuple[str, str], now: datetime) -> Kept | None:
        """What was left there within the last hour."""
        kept = self.kept.get(place)
        if kept is None or (now - kept.at).total_seconds() > KEPT_SECONDS:
            self.kept.pop(place, None)
            return None
        return kept

    def forget(self, conversation: str, screen: str | None = None) -> None:
        """Drop what was typed on a screen, or on all of a conversation."""
        for place in [key for key in self.kept if key[0] == conversation and screen in (None, key[1])]:
            del self.kept[place]


@dataclass(slots=True)
class Desktops:
    """The desktops by seat; the longest unused goes first."""

    _by_seat: OrderedDict[str, Desktop] = field(default_factory=OrderedDict)

    def of(self, seat: Seat) -> Desktop:
        """The seat's desktop."""
        desktop = self._by_seat.setdefault(seat.id, Desktop())
        self._by_seat.move_to_end(seat.id)
        while len(self._by_seat) > SEATS_REMEMBERED:
            self._by_seat.popitem(last=False)
        return desktop

    def clear(self, seat: Seat) -> None:
        """Forget a seat."""
        self._by_seat.pop(seat.id, None)
