"""Slack as a courier: pointers as direct messages, changed in place. Called from the delivery threads, so synchronous.

An account never seen is found by the directory's address, in the allowed workspaces only. Errors become codes of ours.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.channels.slack.account import account_of
from bot.channels.slack.install import Install
from bot.channels.slack.texts import Element
from bot.platforms.ports import Seen
from bot.remembered import Remembered
from bot.seams import Parcel, Refused, Unsure
from dialogs.cards import may_be_pushed, without_pictures
from dialogs.screens import Screen

CHANNEL = "slack"
TIMEOUT = 10
"""Seconds that a call may take."""
BY_MAIL = "mail:"
MOST_REMEMBERED = 5000
FOR_GOOD = frozenset(
    {
        "account_inactive", "app_uninstalled", "cannot_dm_bot", "channel_not_found", "invalid_auth", "is_archived",
        "messages_tab_disabled", "missing_scope", "no_permission", "not_authed", "not_in_channel", "team_not_found",
        "token_expired", "token_revoked", "user_disabled", "user_not_found", "user_not_visible", "users_not_found",
    }
)  # fmt: skip
"""What Slack says when it will not take a card for this person however often it is asked."""
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""A message that can't be changed any more: a new one is sent."""
UNFETCHED = frozenset({"invalid_blocks", "invalid_attachments"})
"""What Slack says, too, of a message whose picture it could not fetch."""
OUT = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"})


class Addressee(Protocol):
    """Whom a card is for."""

    @property
    def email(self) -> str:
        """The address in the directory."""
        ...


@dataclass(slots=True)
class SlackCourier:
    """Hands cards to Slack."""

    install: Install
    message: Callable[[Screen], Element]
    channel: str = CHANNEL
    last_resort: bool = False
    timeout: int = TIMEOUT
    _clients: dict[str, WebClient] = field(default_factory=dict)
    _rooms: Remembered[str, str] = field(default_factory=lambda: Remembered(MOST_REMEMBERED))
    _sent: Remembered[str, str] = field(default_factory=lambda: Remembered(MOST_REMEMBERED))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def address_of(self, to: Addressee, known: Sequence[Seen]) -> str | None:
        """Where Slack saw the person; one never seen is looked for by the directory's address. None: never again."""
        here = [one for one in known if one.channel == CHANNEL]
        active = next((one for one in here if one.state == "active" and one.tenant in self.install.tokens), None)
        if active is not None:
            return active.address
        # An address of a reserved domain is nobody's account.
        findable = to.email and not to.email.casefold().endswith(".invalid")
        tried = {one.tenant for one in here}
        if not findable or tried.issuperset(self.install.tokens):
            return None
        return "|".join((f"{BY_MAIL}{to.email}", *sorted(tried)))

    def deliver(self, parcel: Parcel) -> str:
        """Post a card to the person's direct messages; the receipt says where.

        Raises:
            Refused: Slack did not take it, or the card holds what may not be pushed.
            Unsure: it did not say.
        """
        drawn = self._drawn(parcel.card)
        if (before := self._sent.get(parcel.key)) is not None:
            return before
        team, room = self._room(parcel.address)
        answer = self._posted(team, {"channel": room, **drawn, **_QUIET}, parcel.card)
        receipt = f"{CHANNEL}:{team}:{answer['channel']}:{answer['ts']}"
        return self._sent.put(parcel.key, receipt)

    def _posted(self, team: str, sent: Element, card: Screen) -> Mapping[str, Any]:
        """Slack's answer; a picture that Slack could not fetch is left out, and its words stand there."""
        try:
            return self._call(team, "chat.postMessage", sent, sends=True)
        except Refused as refused:
            worded = without_pictures(card)
            if refused.code not in UNFETCHED or worded == card:
                raise
            return self._call(team, "chat.postMessage", {**sent, **self.message(worded)}, sends=True)

    def revise(self, parcel: Parcel, receipt: str) -> str:
        """Change the message of a receipt; one that is gone is sent anew.

        Raises:
            Refused: Slack did not take it.
            Unsure: it did not say.
        """
        drawn, (team, room, stamp) = self._drawn(parcel.card), _parts(receipt)
        if team not in self.install.tokens:
            return self.deliver(parcel)
        try:
            self._call(team, "chat.update", {"channel": room, "ts": stamp, **drawn}, sends=True)
        except Refused as refused:
            if refused.code not in GONE:
                raise
            return self.deliver(parcel)
        return receipt

    def _drawn(self, card: Screen) -> Element:
        """Text and blocks. Whatever else a card holds is content, and content is never pushed."""
        if not may_be_pushed(card):
            raise Refused("undrawable", permanent=True)
        return self.message(card)

    def _room(self, address: str) -> tuple[str, str]:
        """The workspace, and the conversation with the person."""
        team, user = self._found(address) if address.startswith(BY_MAIL) else _two(address)
        if team not in self.install.tokens:
            raise Refused("workspace_not_served", permanent=True)
        place = f"{team}:{user}"
        if (room := self._rooms.get(place)) is None:
            opened = self._call(team, "conversations.open", {"users": user})
            room = self._rooms.put(place, str(opened["channel"]["id"]))
        return team, room

    def _found(self, address: str) -> tuple[str, str]:
        """Whose address it is, in the first workspace that knows it; an account that the door refuses is nobody's.

        The workspaces behind the address are those where the person was seen and is reached no more.
        """
        email, *tried = address.removeprefix(BY_MAIL).split("|")
        for team in self.install.tokens:
            with suppress(_Nobody):
                if team in tried:
                    raise _Nobody
                return team, self._account(team, email)
        raise Refused("not_in_slack", permanent=True)

    def _account(self, team: str, email: str) -> str:
        try:
            user = self._call(team, "users.lookupByEmail", {"email": email})["user"]
        except Refused as refused:
            if refused.code in ("users_not_found", "user_not_found"):
                raise _Nobody from None
            raise
        found = account_of(team, user)
        if found.standing != "member":
            raise _Nobody
        return found.user

    def _call(self, team: str, method: str, sent: Mapping[str, Any], *, sends: bool = False) -> Mapping[str, Any]:
        """Slack's answer. `sends`: whether a card may have arrived although no answer came."""
        client = self._client(team)
        try:
            if method == "users.lookupByEmail":
                return _answer(client.api_call(method, params=dict(sent)).data)
            return _answer(client.api_call(method, json=dict(sent)).data)
        except SlackApiError as error:
            raise _refused(error) from None
        except URLError:
            raise Refused("unreachable", outage=True) from None
        except (TimeoutError, HTTPException, OSError):
            raise Unsure("no_answer") if sends else Refused("no_answer", outage=True) from None

    def _client(self, team: str) -> WebClient:
        with self._lock:
            if team not in self._clients:
                # The plan repeats what failed; a client that repeats by itself could post twice.
                self._clients[team] = WebClient(
                    token=self.install.tokens[team], base_url=self.install.base_url, timeout=self.timeout,
                    retry_handlers=[],
                )  # fmt: skip
            return self._clients[team]


class _Nobody(Exception):  # noqa: N818 - an answer
    """No account of this workspace."""


_QUIET: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False}


def _answer(found: object) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise Refused("no_answer", outage=True)
    return found


def _refused(error: SlackApiError) -> Refused:
    response = error.response
    status = response.get("status") if isinstance(response, dict) else response.status_code
    headers = response.get("headers", {}) if isinstance(response, dict) else response.headers
    body = response.get("body") if isinstance(response, dict) else response.data
    code = str(body.get("error", "")) if isinstance(body, Mapping) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Refused("rate_limited", retry_after=_seconds(headers))
    if (isinstance(status, int) and status >= 500) or code in OUT or not code:
        return Refused("outage", outage=True)
    sound = code if code.replace("_", "").isalnum() and len(code) <= 60 else "refused"
    return Refused(sound, permanent=code in FOR_GOOD)


def _seconds(headers: Mapping[str, Any]) -> float:
    found = next((value for name, value in headers.items() if name.casefold() == "retry-after"), "30")
    text = str(found[0] if isinstance(found, list) else found)
    return float(text) if text.isascii() and text.isdigit() else 30.0


def _two(address: str) -> tuple[str, str]:
    team, _, user = address.partition(":")
    return team, user


def _parts(receipt: str) -> tuple[str, str, str]:
    parts = receipt.split(":")
    return (parts[1], parts[2], parts[3]) if len(parts) == 4 else ("", "", "")
