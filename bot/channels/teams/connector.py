"""Teams' connector: write, change and take back messages, make a conversation, ask who is in it. Synchronous.

Keeps to the pace that Teams allows; what it may be asked again is asked again a little later. Errors become codes.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.channels.teams.activities import text_at
from bot.channels.teams.install import SCOPE, Bot, Install, safe
from bot.channels.teams.pace import READS, SENDS, TENANT, Busy, Claim, Pace
from bot.channels.teams.wire import Answer, Ask, Silent, Unreached, Wire
from bot.seams import Pause, RandomBytes, Refused, Unsure

TRIES = 3
FIRST_PAUSE = 0.5
"""Seconds before the second try, doubled before the third; half of it and more is drawn."""
PATIENCE = 2.0
"""Seconds that Teams may ask us to wait without the card going back into its row."""
AGAIN = frozenset({412, 429, 502, 504})
PERHAPS_DONE = frozenset({502, 504})
EARLY = timedelta(minutes=5)
"""So long before its end a token is changed for a new one."""
FOR_GOOD = frozenset({"conversation_not_found", "member_not_found"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A conversation with one person: the service that it is reached through, its tenant, its id."""

    service: str
    tenant: str
    conversation: str


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    until: datetime


@dataclass(slots=True)
class Tokens:
    """The tokens that Teams knows each bot by, renewed before they end. Without an app id there is none."""

    install: Install
    wire: Wire
    clock: Callable[[], datetime]
    _held: dict[str, _Token] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self, tenant: str) -> str:
        """The token for a tenant.

        Raises:
            Refused: none is given, or the tenant has no bot of ours.
        """
        if self.install.local:
            return ""
        bot = self.install.bots.get(tenant)
        if bot is None:
            raise Refused("tenant_not_served", permanent=True)
        with self._lock:
            held = self._held.get(bot.app)
            if held is None or self.clock() >= held.until - EARLY:
                held = self._held[bot.app] = self._renewed(bot)
            return held.text

    def drop(self, token: str) -> None:
        """Teams does not take it any more."""
        with self._lock:
            self._held = {app: held for app, held in self._held.items() if held.text != token}

    def _renewed(self, bot: Bot) -> _Token:
        form = {
            "grant_type": "client_credentials", "client_id": bot.app, "client_secret": bot.secret, "scope": SCOPE,
        }  # fmt: skip
        ask = Ask(method="POST", url=f"{self.install.login}/{bot.home}/oauth2/v2.0/token", body=form, form=True)
        try:
            found = self.wire(ask)
        except (Unreached, Silent):
            raise Refused("no_token", outage=True) from None
        token, seconds = text_at(found.body, "access_token"), found.body.get("expires_in")
        if found.status != 200 or not token or not isinstance(seconds, int):
            raise Refused("no_token", outage=True)
        return _Token(token, self.clock() + timedelta(seconds=min(seconds, 86_400)))


@dataclass(kw_only=True, slots=True)
class Connector:
    """Asks Teams."""

    wire: Wire
    tokens: Tokens
    pace: Pace
    pause: Pause
    random: RandomBytes

    def post(self, room: Room, activity: Mapping[str, Any]) -> str:
        """Write into a conversation; the message's id.

        Raises:
            Refused: Teams did not take it.
            Unsure: it did not say.
        """
        said = self._send(room, Ask(method="POST", url=_place(room, "activities"), body=activity))
        return text_at(said.body, "id")

    def put(self, room: Room, message: str, activity: Mapping[str, Any]) -> None:
        """Change a message.

        Raises:
            Refused: Teams did not take it; `message_gone` if it is not there any more.
            Unsure: it did not say.
        """
        body = {**activity, "id": message}
        try:
            self._send(room, Ask(method="PUT", url=_place(room, "activities", message), body=body))
        except Refused as refused:
            raise _gone(refused) from None

    def take_back(self, room: Room, message: str) -> None:
        """Delete a message of ours.

        Raises:
            Refused: Teams did not do it; `message_gone` if it is not there any more.
            Unsure: it did not say.
        """
        try:
            self._send(room, Ask(method="DELETE", url=_place(room, "activities", message)))
        except Refused as refused:
            raise _gone(refused) from None

    def room_with(self, service: str, tenant: str, user: str, bot: str) -> Room:
        """The conversation with a person, made if there is none yet.

        Raises:
            Refused: Teams makes none, for instance because the app is not installed for them.
        """
        body = {
            "bot": {"id": bot}, "members": [{"id": user}], "isGroup": False, "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }  # fmt: skip
        ask = Ask(method="POST", url=f"{_service(service)}/v3/conversations", body=body)
        said = self._asked(ask, tenant, Claim(f"rooms:{tenant}", SENDS))
        return Room(service=service, tenant=tenant, conversation=text_at(said.body, "id"))

    def member(self, room: Room, user: str) -> Mapping[str, Any]:
        """What Teams says of a member of a conversation.

        Raises:
            Refused: it doesn't say; `conversation_not_found` or `member_not_found` if they are not in it.
        """
        ask = Ask(method="GET", url=_place(room, "members", user))
        return self._asked(ask, room.tenant, Claim(f"members:{room.conversation}", READS)).body

    def _send(self, room: Room, ask: Ask) -> Answer:
        return self._asked(ask, room.tenant, Claim(f"sends:{room.conversation}", SENDS), sends=True)

    def _asked(self, ask: Ask, tenant: str, claim: Claim, *, sends: bool = False) -> Answer:
        """Teams' answer of *done*. `sends`: whether a card may have arrived although no answer came."""
        claims, answer = (claim, Claim(f"tenant:{tenant}", TENANT)), _NOTHING
        for number in range(TRIES):
            answer = self._once(ask, tenant, claims, sends=sends)
            if answer.status not in AGAIN or number == TRIES - 1 or (answer.retry_after or 0) > PATIENCE:
                break
            self.pause(max(answer.retry_after or 0.0, self._drawn(FIRST_PAUSE * 2**number)))
        if 200 <= answer.status < 300:
            return answer
        raise _refused(answer, sends=sends)

    def _once(self, ask: Ask, tenant: str, claims: tuple[Claim, ...], *, sends: bool) -> Answer:
        token = self.tokens.current(tenant)
        answer = self._over_wire(replace(ask, token=token), claims, sends=sends)
        if answer.status != 401 or not token:
            return answer
        self.tokens.drop(token)
        return self._over_wire(replace(ask, token=self.tokens.current(tenant)), claims, sends=sends)

    def _over_wire(self, ask: Ask, claims: tuple[Claim, ...], *, sends: bool) -> Answer:
        try:
            self.pace.take(*claims)
            return self.wire(ask)
        except Busy as busy:
            # Of one conversation: nobody else has to wait for it.
            raise Refused("too_fast", retry_after=busy.seconds if _of_tenant(busy) else None) from None
        except Unreached:
            raise Refused("unreachable", outage=True) from None
        except Silent:
            raise Unsure("no_answer") if sends else Refused("no_answer", outage=True) from None

    def _drawn(self, seconds: float) -> float:
        """Between half and one and a half of it, so that those who failed together don't come back together."""
        return seconds * (0.5 + self.random(1)[0] / 256)


_NOTHING = Answer(status=0, body={})


def _of_tenant(busy: Busy) -> bool:
    return busy.seconds <= TENANT[0].seconds


def _service(service: str) -> str:
    if not safe(service):
        raise Refused("foreign_service", permanent=True)
    return service.rstrip("/")


def _place(room: Room, *path: str) -> str:
    parts = "/".join(quote(one, safe="") for one in (room.conversation, *path))
    return f"{_service(room.service)}/v3/conversations/{parts}"


def _gone(refused: Refused) -> Refused:
    """A message that is not there: not the same as a person who is not."""
    return Refused("message_gone") if refused.code in ("not_found", "activity_not_found") else refused


def _refused(answer: Answer, *, sends: bool) -> Refused:
    code = _word(text_at(answer.body, "error", "code"))
    if answer.status in (412, 429):
        return Refused("rate_limited", retry_after=answer.retry_after or 1.0)
    if answer.status in PERHAPS_DONE and sends:
        return Unsure("no_answer")
    if answer.status >= 500 or answer.status in (401, 408):
        return Refused("outage", outage=True, retry_after=answer.retry_after)
    if answer.status == 403:
        # Blocked, uninstalled, or switched off by the tenant: nothing comes through until the person is seen again.
        return Refused(code or "blocked", permanent=True)
    if answer.status == 404:
        return Refused(code or "not_found", permanent=code in FOR_GOOD)
    return Refused(code or "refused")


def _word(code: str) -> str:
    """Teams' code as a word of ours.

    >>> _word("MessageWritesBlocked")
    'message_writes_blocked'
    """
    split = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in code).strip("_")
    return split if split.replace("_", "").isalnum() and split.isascii() and len(split) <= 60 else ""
