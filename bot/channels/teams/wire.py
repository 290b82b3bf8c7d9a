"""One request over HTTP: JSON out, JSON in, no redirects, an end to every wait. Called from threads, so synchronous."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

MOST_BYTES = 1_000_000
"""Of an answer."""


class Unreached(Exception):  # noqa: N818 - what it is
    """Nobody answered there: it was not asked."""


class Silent(Exception):  # noqa: N818 - what it is
    """It was asked and did not answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A request. `body` goes as JSON, or as a form if `form` is set."""

    method: str
    url: str
    body: Mapping[str, Any] | None = None
    token: str = field(default="", repr=False)
    form: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back. `retry_after`: seconds, None if it does not say; `body` is empty where it is no JSON object."""

    status: int
    body: Mapping[str, Any]
    retry_after: float | None = None


class Wire(Protocol):
    """Asks."""

    def __call__(self, ask: Ask) -> Answer:
        """The answer, whatever its status.

        Raises:
            Unreached: nobody is there.
            Silent: it may have been done.
        """
        ...


class HttpWire:
    """Asks over the network. `timeout`: seconds that each step of a request may take."""

    def __init__(self, timeout: float) -> None:
        self._timeout, self._opener = timeout, OpenerDirector()
        for part in (ProxyHandler(), HTTPHandler(), HTTPSHandler(context=ssl.create_default_context())):
            # Neither redirects nor statuses are acted upon: a token never goes on to another place.
            self._opener.add_handler(part)

    def __call__(self, ask: Ask) -> Answer:
        """The answer, whatever its status.

        Raises:
            Unreached: nobody is there.
            Silent: it may have been done.
        """
        try:
            found = self._opener.open(_request(ask), timeout=self._timeout)
            with found:
                return Answer(
                    status=found.status, body=_mapping(found.read(MOST_BYTES)), retry_after=_seconds(found.headers)
                )  # fmt: skip
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise Silent("no answer") from None
            raise Unreached("nobody is there") from None
        except (TimeoutError, HTTPException, OSError):
            raise Silent("no answer") from None


def _request(ask: Ask) -> Request:
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {ask.token}"} if ask.token else {})
    if ask.body is None:
        return Request(ask.url, method=ask.method, headers=headers)  # noqa: S310 - checked where it comes in
    kind = "application/x-www-form-urlencoded" if ask.form else "application/json"
    written = urlencode(ask.body) if ask.form else json.dumps(ask.body, ensure_ascii=False)
    sent = written.encode("utf-8", "surrogatepass")
    return Request(  # noqa: S310 - checked where it comes in
        ask.url, data=sent, method=ask.method, headers={**headers, "Content-Type": kind}
    )


def _mapping(raw: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(headers: Mapping[str, str]) -> float | None:
    text = headers.get("Retry-After") or ""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
