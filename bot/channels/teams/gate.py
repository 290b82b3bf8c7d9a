"""Whether a request comes from Teams, for our bot, out of an allowed tenant: asked before anything else is read.

A token that is none is answered with 401, one that is good for something else with 403; nothing here ends in 500.
"""

import hashlib
import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt

from bot.channels.teams.activities import tenants_in, text_at
from bot.channels.teams.install import ISSUER, Install, here, safe
from bot.channels.teams.keys import Key, Keys
from bot.platforms.gate import Turned
from bot.remembered import Remembered

LEEWAY = 300
"""Seconds by which clocks may differ."""
CHANNEL = "msteams"
MOST_TOKEN = 16_000
MOST_CHECKED = 1000
"""Tokens whose signature is remembered."""
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
_CLAIMS_BY_US: Mapping[str, Any] = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "require": ["exp"]}
"""Times are compared with our clock."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """A request as it came: its body, its headers, the address that it came from."""

    body: bytes
    headers: Mapping[str, str]
    remote: str


@dataclass(frozen=True, slots=True)
class _Checked:
    """A token whose signature, audience and issuer are sound, by the key that stands here under its id."""

    kid: str
    key: Key
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gate:
    """The door's own checks. Teams sends one token for up to a day: its signature is checked once for each key that is
    fetched; its times, its service and its tenant for every request."""

    install: Install
    keys: Keys
    clock: Callable[[], datetime]
    _checked: Remembered[bytes, _Checked] = field(init=False, default_factory=lambda: Remembered(MOST_CHECKED))

    def unknown_kid(self, envelope: Envelope) -> str | None:
        """The id of a key that has to be fetched before this request can be checked; None where nothing is to fetch."""
        if self.install.local:
            return None
        try:
            token = _token(envelope.headers)
            before = self._checked.get(_digest(token))
            kid = _header(token) if before is None else before.kid
        except Turned:
            return None
        return None if self.keys.known(kid) else kid

    def admit(self, envelope: Envelope) -> Mapping[str, Any]:
        """The activity of a request that may come in. Waits for nobody.

        Raises:
            Turned: it may not.
        """
        claims = self._from_here(envelope) if self.install.local else self._signed(envelope.headers)
        activity = _read(envelope.body)
        if self.install.local:
            _require(here(text_at(activity, "serviceUrl")), 403, "foreign_service")
        else:
            _require_meant(activity, claims)
        self._require_tenant(activity, claims)
        return activity

    def _from_here(self, envelope: Envelope) -> Mapping[str, Any]:
        """Nothing says who calls: only this machine's own programmes may, no page in a browser, nothing forwarded."""
        host = envelope.headers.get("Host", "")
        _require(_loopback(envelope.remote) and here(f"http://{host}/"), 403, "not_from_here")
        _require(not any(name in envelope.headers for name in _FORWARDED), 403, "forwarded")
        _require("Origin" not in envelope.headers, 403, "from_a_page")
        return {}

    def _signed(self, headers: Mapping[str, str]) -> Mapping[str, Any]:
        token = _token(headers)
        claims = self._checked_claims(token)
        now = self.clock().timestamp()
        _require(_instant(claims.get("exp")) > now - LEEWAY, 401, "expired")
        _require("nbf" not in claims or _instant(claims["nbf"], late=True) < now + LEEWAY, 401, "not_yet")
        return claims

    def _checked_claims(self, token: str) -> Mapping[str, Any]:
        digest = _digest(token)
        before = self._checked.get(digest)
        if before is not None and self.keys.held(before.kid) is before.key:
            return before.claims
        kid = _header(token)
        key = self.keys.held(kid)
        if key is None:
            raise Turned(401, "unknown_key")
        claims = {**self._claims(token, key), "endorsements": key.endorsements}
        return self._checked.put(digest, _Checked(kid, key, claims)).claims

    def _claims(self, token: str, key: Key) -> Mapping[str, Any]:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token, key.key, algorithms=["RS256"], audience=self.install.apps, issuer=ISSUER,
                options=dict(_CLAIMS_BY_US),  # type: ignore[arg-type]
            )  # fmt: skip
        except jwt.InvalidAudienceError:
            raise Turned(401, "wrong_audience") from None
        except jwt.InvalidIssuerError:
            raise Turned(401, "wrong_issuer") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Turned(401, "bad_token") from None
        return claims

    def _require_tenant(self, activity: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
        """One tenant, an allowed one, and by the bot that is registered for it."""
        found = tenants_in(activity)
        _require(len(found) == 1 and found <= self.install.tenants, 403, "foreign_tenant")
        bot = self.install.bots.get(next(iter(found)))
        _require(self.install.local or (bot is not None and claims.get("aud") == bot.app), 403, "wrong_bot")


def _require(holds: bool, status: int, code: str) -> None:
    if not holds:
        raise Turned(status, code)


def _require_meant(activity: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """The token was made for this channel and for the service that the activity names."""
    channel, service = text_at(activity, "channelId"), text_at(activity, "serviceUrl")
    _require(channel == CHANNEL and channel in claims["endorsements"], 403, "not_endorsed")
    claimed = claims.get("serviceurl", claims.get("serviceUrl"))
    _require(bool(service) and safe(service) and claimed == service, 403, "foreign_service")


def _token(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    _require(scheme.casefold() == "bearer" and 0 < len(token) < MOST_TOKEN, 401, "no_token")
    return token.strip()


def _digest(token: str) -> bytes:
    """What stands for a token, so that no copy of one is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _header(token: str) -> str:
    """The id of the key that signed; only one kind of signature counts."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Turned(401, "bad_token") from None
    _require(header.get("alg") == "RS256", 401, "wrong_algorithm")
    kid = header.get("kid")
    _require(isinstance(kid, str) and 0 < len(kid) < 200, 401, "unknown_key")
    return str(kid)


def _instant(found: object, *, late: bool = False) -> float:
    """Seconds since 1970; what is none lies on the wrong side."""
    sound = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if sound else (float("inf") if late else float("-inf"))  # type: ignore[arg-type]


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Turned(400, "unreadable") from None
    if not isinstance(found, dict):
        raise Turned(400, "unreadable")
    return found


def _loopback(remote: str) -> bool:
    try:
        return ipaddress.ip_address(remote).is_loopback
    except ValueError:
        return False
