"""Whether Slack can be reached with what is set up: asked once, by the gate before a deploy. Starts nothing.

Each trouble is a sentence that says what to do; no token is repeated.
"""

from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.channels.slack.install import Install
from bot.channels.slack.scopes import APP_LEVEL_SCOPE, missing, needed
from bot.platforms.reached import Reached

TIMEOUT = 10
"""Seconds that each question may take."""
BUSY = ("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable")
MOST_CONNECTIONS = 10
"""Of Socket Mode, an app; each process takes one."""


class _Unreached(Exception):  # noqa: N818 - an answer of *no*
    """Slack's code, or None if no answer came."""

    def __init__(self, code: str | None) -> None:
        self.code = code
        super().__init__(code)


def standing(install: Install, processes: int) -> Reached:
    """How Slack comes in, without asking anybody; `processes` that will serve at the same time."""
    teams = ", ".join(install.tokens)
    if not install.socket:
        return Reached(said=f"slack: signed requests over HTTP, workspaces {teams}")
    if processes > MOST_CONNECTIONS:
        return Reached(
            trouble=f"Slack: Socket Mode takes {MOST_CONNECTIONS} connections of an app, one a process, and "
            f"{processes} are to serve: start {MOST_CONNECTIONS} at most, or serve over HTTP"
        )
    return Reached(said=f"slack: Socket Mode, workspaces {teams}; {MOST_CONNECTIONS} processes at most")


def reach(install: Install, *, groups: bool) -> Iterator[Reached]:
    """Ask Slack about each workspace's token, and about the app's own in Socket Mode.

    `groups`: whether a directory counts a user group of Slack as staff, which takes one scope more.
    """
    for team, token in install.tokens.items():
        try:
            scopes, at = _asked(install, "auth.test", token)
        except _Unreached as unreached:
            yield Reached(trouble=_trouble(team, unreached.code))
            continue
        yield from _workspace(team, at, scopes, groups=groups)
    if install.app_token is not None:
        yield _socket(install, install.app_token)


def _workspace(team: str, at: Mapping[str, Any], scopes: frozenset[str], *, groups: bool) -> Iterator[Reached]:
    if at.get("team_id") != team:
        yield Reached(trouble=f"SWIS_SLACK_BOT_TOKENS: the token given for {team} is another workspace's: set its own")
        return
    if lacking := missing(scopes, groups=groups):
        again = "put what `swis manifest slack` prints into the app's manifest, and install the app there again"
        yield Reached(trouble=f"Slack: {team} has not granted {', '.join(lacking)}: {again}")
        return
    yield Reached(said=f"slack: {team} reached, {len(needed(groups=groups))} scopes granted")
    if more := sorted(scopes - frozenset(needed())):
        yield Reached(warning=f"Slack: {team} granted more than is used: {', '.join(more)}; take it out of the app")


def _socket(install: Install, token: str) -> Reached:
    try:
        _asked(install, "apps.connections.open", token)
    except _Unreached as unreached:
        if unreached.code is None:
            return Reached(trouble=_trouble("Socket Mode", None))
        told = f"make an app-level token with {APP_LEVEL_SCOPE}, and switch Socket Mode on"
        return Reached(trouble=f"SWIS_SLACK_APP_TOKEN: Slack refuses it ({unreached.code}): {told}")
    return Reached(said="slack: Socket Mode can connect")


def _trouble(what: str, code: str | None) -> str:
    if code is None:
        return f"SLACK_BASE_URL: Slack does not answer for {what}: look at the network, the proxy and the address"
    told = "install the app there again, and set the bot token that Slack then shows"
    return f"SWIS_SLACK_BOT_TOKENS: Slack refuses the token of {what} ({code}): {told}"


def _asked(install: Install, method: str, token: str) -> tuple[frozenset[str], Mapping[str, Any]]:
    """The scopes of the token, and the answer.

    Raises:
        _Unreached: Slack said no, or nothing.
    """
    client = WebClient(token=token, base_url=install.base_url, timeout=TIMEOUT, retry_handlers=[])
    try:
        answer = client.api_call(method)
    except SlackApiError as error:
        raise _Unreached(_code(error)) from None
    except (OSError, HTTPException, ValueError):
        raise _Unreached(None) from None
    granted = next((str(value) for name, value in answer.headers.items() if name.casefold() == "x-oauth-scopes"), "")
    found = answer.data if isinstance(answer.data, dict) else {}
    return frozenset(part.strip() for part in granted.split(",") if part.strip()), found


def _code(error: SlackApiError) -> str | None:
    """Slack's word for *no*, if it is one; an outage has none, nor has being asked too often."""
    body = error.response.get("body") if isinstance(error.response, dict) else error.response.data
    code = body.get("error") if isinstance(body, Mapping) else None
    sound = isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= 60
    return code if sound and code not in BUSY else None
