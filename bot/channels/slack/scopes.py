"""What this app asks of Slack and hears from it, each with the scope it takes and the reason for it.

The manifest is made from this; tests hold it against the calls, the listeners and the guide.
"""

from collections.abc import Iterable
from dataclasses import dataclass

COMMAND = "/concern"
GLOBAL_SHORTCUT = "concern_start"
MESSAGE_SHORTCUT = "concern_about_message"
"""Takes nothing from the message that it is pressed at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """One scope of the bot. `methods` and `events` can't be had without it; `starts`: the command and the shortcuts.

    `groups`: only needed where a directory counts a user group of Slack as staff.
    """

    id: str
    why: str
    methods: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    starts: bool = False
    groups: bool = False


SCOPES = (
    Scope(
        id="chat:write",
        why="Sends pointers to one person, changes them, and answers whoever wrote to the app.",
        methods=("chat.postMessage", "chat.update", "chat.postEphemeral"),
    ),
    Scope(id="commands", why="The command /concern and both shortcuts.", starts=True),
    Scope(
        id="im:history",
        why="Hears that somebody wrote to the app, to answer that nobody has been told. The text is not read or kept.",
        events=("message.im",),
    ),
    Scope(
        id="im:write",
        why="Opens the direct message in which a pointer is sent.",
        methods=("conversations.open",),
    ),
    Scope(
        id="users:read",
        why="Tells members of staff from guests, bots and closed accounts, and hears when that changes.",
        methods=("users.info",),
        events=("user_change",),
    ),
    Scope(
        id="users:read.email",
        why="Finds the person of the directory by the account's address; nobody types who they are.",
        methods=("users.info", "users.lookupByEmail"),
    ),
    Scope(
        id="usergroups:read",
        why="Reads who is in the user group that the directory counts as staff; not needed without such a group.",
        methods=("usergroups.users.list",),
        groups=True,
    ),
)
FREE_METHODS = ("auth.test", "views.open", "views.publish", "views.update")
"""Called without any scope."""
FREE_EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")
"""Heard without any scope."""
APP_LEVEL_SCOPE = "connections:write"
"""Of the app-level token, for Socket Mode alone: it opens the connection, and no other right comes with it."""
APP_LEVEL_METHODS = ("apps.connections.open",)


def needed(*, groups: bool = True) -> tuple[str, ...]:
    """The scopes of the bot, in the order of the alphabet. `groups`: whether a user group of Slack counts as staff.

    >>> needed(groups=False)
    ('chat:write', 'commands', 'im:history', 'im:write', 'users:read', 'users:read.email')
    """
    return tuple(one.id for one in SCOPES if groups or not one.groups)


def missing(granted: Iterable[str], *, groups: bool) -> tuple[str, ...]:
    """The scopes that are needed and were not granted.

    >>> missing(["commands", "im:write", "im:history", "users:read", "users:read.email"], groups=False)
    ('chat:write',)
    """
    given = frozenset(granted)
    return tuple(one for one in needed(groups=groups) if one not in given)


def events() -> tuple[str, ...]:
    """Every event that the app is told of, as the manifest names them, in the order of the alphabet."""
    return tuple(sorted({*FREE_EVENTS, *(event for one in SCOPES for event in one.events)}))
