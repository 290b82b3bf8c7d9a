"""The Teams app's package, made from what the code answers to: the manifest and two icons in one archive.

Personal scope, one message-extension command, no permission at all. Holds the app's own words; asks nobody.
"""

import json
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from bot.channels.teams import icons
from bot.channels.teams.names import COMMAND

SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.25/MicrosoftTeams.schema.json"
VERSION = "1.25"
NAME = "Safeguarding concern"
DESCRIPTION = "Tell the school's safeguarding leads about a concern for a child."
LONG_DESCRIPTION = (
    "A member of staff tells a concern about a child in a short, structured conversation. The designated safeguarding "
    "lead and the school's social worker know in time; people decide. Nothing about a child stands in a chat message: "
    "it is typed and read in dialogs only. It never replaces a call: 999 when a child is in danger."
)
TAKES_NOTHING = "Starts a concern. Nothing is taken from the message or the chat."
ACCENT = "#1d3557"
COLOUR_FILE = "color.png"
OUTLINE_FILE = "outline.png"
MANIFEST_FILE = "manifest.json"
_DAY = (1980, 1, 1, 0, 0, 0)
"""An archive's earliest day, so that the same code makes the same bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Publisher:
    """Whose app it is. The three addresses begin with https."""

    name: str
    website: str
    privacy: str
    terms: str


def manifest(app_id: str, version: str, publisher: Publisher, *, groups: bool = False) -> dict[str, Any]:
    """The manifest of the app whose bot has this id (a GUID). A changed manifest needs a higher `version`.

    `groups`: a team counts as staff somewhere, so that the app may be added to teams, whose roster is asked.
    """
    scopes = ["personal", "team"] if groups else ["personal"]
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": publisher.name, "websiteUrl": publisher.website, "privacyUrl": publisher.privacy,
            "termsOfUseUrl": publisher.terms,
        },
        "name": {"short": NAME, "full": NAME},
        "description": {"short": DESCRIPTION, "full": LONG_DESCRIPTION},
        "icons": {"color": COLOUR_FILE, "outline": OUTLINE_FILE},
        "accentColor": ACCENT,
        "bots": [{"botId": app_id, "scopes": scopes, "supportsFiles": False, "isNotificationOnly": False}],
        "composeExtensions": [{"botId": app_id, "commands": [_command()]}],
        "defaultInstallScope": "personal",
    }  # fmt: skip


def _command() -> dict[str, Any]:
    """What starts a concern from the compose box, the command bar, or a message's menu."""
    return {
        "id": COMMAND, "type": "action", "title": NAME, "description": TAKES_NOTHING, "fetchTask": True,
        "context": ["compose", "commandBox", "message"],
    }  # fmt: skip


def text(app_id: str, version: str, publisher: Publisher, *, groups: bool = False) -> str:
    """The manifest as it stands in the package: JSON."""
    return json.dumps(manifest(app_id, version, publisher, groups=groups), indent=2, ensure_ascii=False) + "\n"


def package(app_id: str, version: str, publisher: Publisher, *, groups: bool = False) -> bytes:
    """The archive that the Teams admin centre takes."""
    files = {
        MANIFEST_FILE: text(app_id, version, publisher, groups=groups).encode(),
        COLOUR_FILE: icons.colour(),
        OUTLINE_FILE: icons.outline(),
    }
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), content)
    return made.getvalue()
