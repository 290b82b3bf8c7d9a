"""Whether a request comes from Slack, from an allowed workspace and our own app: asked before anything else is read.

Reads headers and the ids that say where a payload comes from; never an answer.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.signature import Clock, SignatureVerifier
from yarl import URL

from bot.channels.slack.install import Install
from bot.platforms.gate import Turned

MOST_FIELDS = 100
"""Of a form."""


class _Clock(Clock):
    """Our clock as Slack's library asks it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock().timestamp()


@dataclass(frozen=True, slots=True)
class Gate:
    """The door's own checks."""

    install: Install
    clock: Callable[[], datetime]

    def signed(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
        """The payload of a signed request.

        Raises:
            Turned: it isn't signed by Slack, is too old, or can't be read.
        """
        verifier = SignatureVerifier(self.install.secret, clock=_Clock(self.clock))
        stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 20 and signature.isascii()):
            raise Turned(401, "unsigned")
        try:
            sound = verifier.is_valid(body, stamp, signature)
        except ValueError:
            sound = False
        if not sound:
            old = abs(self.clock().timestamp() - int(stamp)) > 300
            raise Turned(401, "too_old" if old else "bad_signature")
        return payload_of(body, headers.get("Content-Type", ""))

    def admit(self, payload: Mapping[str, Any]) -> None:
        """Let in what comes from an allowed workspace and our app.

        Raises:
            Turned: it comes from elsewhere.
        """
        if not _shaped(payload):
            raise Turned(400, "unreadable")
        if payload.get("type") == "url_verification" or "ssl_check" in payload:
            return
        if team_of(payload) not in self.install.tokens:
            raise Turned(403, "foreign_workspace")
        if self.install.app is not None and payload.get("api_app_id") != self.install.app:
            raise Turned(403, "wrong_app")


def payload_of(body: bytes, kind: str) -> Mapping[str, Any]:
    """The JSON of a request, or its form.

    Raises:
        Turned: it is neither.
    """
    try:
        if kind.startswith("application/json"):
            return _mapping(json.loads(body))
        form = _form(body.decode("utf-8"))
        return _mapping(json.loads(form["payload"])) if "payload" in form else form
    except (ValueError, RecursionError):
        raise Turned(400, "unreadable") from None


def _form(text: str) -> dict[str, str]:
    """The fields of a form, the first of each name.

    Raises:
        ValueError: there are more than Slack ever sends.
    """
    if text.count("&") >= MOST_FIELDS:
        raise ValueError("too many fields")
    # A page comes to tens of kilobytes, every sign of its JSON escaped: the standard library takes milliseconds for it.
    query = URL.build(path="/", query_string=text, encoded=True).query
    return {name: query[name] for name in query}


def _shaped(payload: Mapping[str, Any]) -> bool:
    """Whether the parts that are looked into are what Slack makes them; Bolt breaks at anything else."""
    parts = [payload[name] for name in ("event", "view", "message", "channel") if payload.get(name) is not None]
    actions, kind = payload.get("actions", []), payload.get("type", "")
    listed = isinstance(actions, list) and all(isinstance(one, Mapping) for one in actions)
    return listed and isinstance(kind, str) and all(isinstance(one, Mapping) for one in parts)


def _mapping(found: object) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise Turned(400, "unreadable")
    return found


def team_of(payload: Mapping[str, Any]) -> str:
    """The workspace that a payload comes from; empty if it doesn't say."""
    team = payload.get("team")
    if isinstance(team, Mapping):
        return str(team.get("id") or "")
    user = payload.get("user")
    of_user = user.get("team_id") if isinstance(user, Mapping) else None
    return str(payload.get("team_id") or of_user or "")


def user_of(payload: Mapping[str, Any]) -> str:
    """Who did it; empty if it doesn't say."""
    user, event = payload.get("user"), payload.get("event")
    if isinstance(user, Mapping):
        return str(user.get("id") or "")
    of_event = event.get("user") if isinstance(event, Mapping) else None
    return str(payload.get("user_id") or of_event or "")
