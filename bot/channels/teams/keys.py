"""The public keys that the Bot Framework signs with: fetched once a day, and again, not too often, for an unknown one.

Several requests with unknown keys make one fetch. Called from threads.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt

from bot.channels.teams.install import safe
from bot.channels.teams.wire import Ask, Silent, Unreached, Wire

OLD = timedelta(hours=24)
AGAIN = timedelta(seconds=60)
"""So long an unknown key is not asked for again."""
FEW_BITS = 2048


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the channels that it may speak for."""

    key: jwt.PyJWK
    endorsements: frozenset[str]


@dataclass(slots=True)
class Keys:
    """The keys by their ids. `openid`: where the issuer says where they are."""

    openid: str
    wire: Wire
    clock: Callable[[], datetime]
    _keys: Mapping[str, Key] = field(default_factory=dict)
    _fetched: datetime | None = None
    _tried: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, kid: str) -> Key | None:
        """A key that is here and not too old; asks nobody."""
        fresh = self._fetched is not None and self.clock() - self._fetched < OLD
        return self._keys.get(kid) if fresh else None

    @property
    def empty(self) -> bool:
        """Whether none was ever fetched."""
        return not self._keys

    def held(self, kid: str) -> Key | None:
        """A key that is here, however old: an issuer that is out for a while takes no key away."""
        return self._keys.get(kid)

    def fetch(self, kid: str) -> None:
        """Ask the issuer for a key that is not known, unless it was asked just now. Waits for it."""
        with self._lock:
            if self.known(kid) is None and self._may_ask():
                self._fetch()

    def _may_ask(self) -> bool:
        return self._tried is None or self.clock() - self._tried >= AGAIN

    def _fetch(self) -> None:
        self._tried = self.clock()
        try:
            said = self.wire(Ask(method="GET", url=self.openid))
            place = said.body.get("jwks_uri")
            if said.status != 200 or not isinstance(place, str) or not safe(place):
                return
            found = self.wire(Ask(method="GET", url=place))
        except (Unreached, Silent):
            return
        keys = _keys_of(found.body.get("keys"))
        if found.status == 200 and keys:
            self._keys, self._fetched = keys, self._tried


def _keys_of(found: object) -> dict[str, Key]:
    listed = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    pairs = ((one.get("kid"), _key(one)) for one in listed)
    return {kid: key for kid, key in pairs if isinstance(kid, str) and key is not None}


def _key(given: Mapping[str, Any]) -> Key | None:
    """A key of RSA; whatever else the issuer lists signs nothing for us."""
    if given.get("kty") != "RSA":
        return None
    try:
        key = jwt.PyJWK(dict(given), algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    endorsed = given.get("endorsements")
    names = frozenset(one for one in endorsed if isinstance(one, str)) if isinstance(endorsed, list) else frozenset()
    return Key(key, names) if key.key.key_size >= FEW_BITS else None
