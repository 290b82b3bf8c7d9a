"""The Slack app's manifest, made from what the code calls and listens to. Holds the app's own words; asks nobody.

With Socket Mode nothing is reached from outside; over HTTP Slack sends everything to one address.
"""

from typing import Any

import yaml

from bot.channels.slack.app import EVENTS
from bot.channels.slack.scopes import COMMAND, GLOBAL_SHORTCUT, MESSAGE_SHORTCUT, events, needed

NAME = "Safeguarding concern"
DESCRIPTION = "Tell the school's designated safeguarding lead and its social worker about a concern for a child."
LONG_DESCRIPTION = (
    "A member of staff tells a concern about a child in a short, structured conversation. The designated safeguarding "
    "lead and the school's social worker know in time; people decide. Nothing about a child stands in a message. "
    "It never replaces a call: 999 when a child is in danger."
)
COLOUR = "#1d3557"
START = "Report a concern"
ABOUT_MESSAGE = "Safeguarding concern"
TAKES_NOTHING = "Starts a concern; nothing is taken from the message"
PLACE = f"/slack{EVENTS}"
"""Where Slack's requests come in below the service's own address."""


def manifest(address: str | None = None, *, groups: bool = True) -> dict[str, Any]:
    """The manifest: Socket Mode without an `address`, else HTTP to that address of the service.

    `groups`: whether a user group of Slack counts as staff.
    """
    url = None if address is None else f"{address.rstrip('/')}{PLACE}"
    return {
        "display_information": {
            "name": NAME, "description": DESCRIPTION, "long_description": LONG_DESCRIPTION, "background_color": COLOUR,
        },
        "features": _features(url),
        "oauth_config": {"scopes": {"bot": list(needed(groups=groups))}},
        "settings": _settings(url),
    }  # fmt: skip


def _features(url: str | None) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": NAME, "always_online": True},
        "shortcuts": [
            {"name": START, "type": "global", "callback_id": GLOBAL_SHORTCUT, "description": DESCRIPTION},
            {"name": ABOUT_MESSAGE, "type": "message", "callback_id": MESSAGE_SHORTCUT, "description": TAKES_NOTHING},
        ],
        "slash_commands": [{"command": COMMAND, "description": START, "should_escape": False, **_url("url", url)}],
    }  # fmt: skip


def _settings(url: str | None) -> dict[str, Any]:
    return {
        "event_subscriptions": {**_url("request_url", url), "bot_events": list(events())},
        "interactivity": {"is_enabled": True, **_url("request_url", url)},
        "org_deploy_enabled": False,
        "socket_mode_enabled": url is None,
        "token_rotation_enabled": False,
    }


def _url(name: str, url: str | None) -> dict[str, str]:
    return {} if url is None else {name: url}


def text(address: str | None = None, *, groups: bool = True) -> str:
    """The manifest as Slack's page for new apps takes it: YAML."""
    head = "# Made by `swis manifest slack`; a test fails where the code says otherwise.\n"
    made = yaml.safe_dump(manifest(address, groups=groups), sort_keys=False, allow_unicode=True, width=100)
    return f"{head}{made}"
