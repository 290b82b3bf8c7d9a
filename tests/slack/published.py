"""What Slack publishes of scopes, apart from what the programme believes: which call and which event takes which."""

from collections.abc import Mapping

CALLS: Mapping[str, str] = {
    "auth.test": "",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
    "users.lookupByEmail": "users:read.email",
    "views.open": "",
    "views.publish": "",
    "views.update": "",
}
"""The scope of each method; none for what any token may call."""
ADDRESSES = "users:read.email"
"""Without it `users.info` holds no address."""
EVENTS: Mapping[str, str] = {
    "app_home_opened": "",
    "app_uninstalled": "",
    "message.im": "im:history",
    "tokens_revoked": "",
    "user_change": "users:read",
}
STARTS = "commands"
"""Of slash commands and shortcuts."""
