"""The fake Slack's own reading of a view or message: refused where Slack would refuse it.

Joins the strict reader of the drawing tests with the classes that Slack publishes.
"""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.views import View

from tests.bot.slack.checking import faults

Json = dict[str, Any]
PLACE = "private_metadata"


class Unsound(AssertionError):  # noqa: N818 - what it is
    """Slack would refuse this; says why. Its message never holds text of the view."""


def sound(kind: str, sent: Mapping[str, Any]) -> None:
    """Look at a view (`modal`, `home`) or a `message` as it was sent.

    Raises:
        Unsound: something in it is more than Slack takes, or nothing that it knows.
    """
    view = {name: value for name, value in sent.items() if name in _KEPT[kind]}
    if len(str(sent.get(PLACE, ""))) > 3000:
        raise Unsound(f"{kind}: private_metadata")
    if found := faults(view):
        raise Unsound(f"{kind}: {found}")
    if kind != "message":
        View(**view).to_dict()


_KEPT: Mapping[str, frozenset[str]] = {
    "modal": frozenset(
        {"type", "callback_id", "title", "close", "submit", "blocks", "notify_on_close", "clear_on_close"}
    ),
    "home": frozenset({"type", "blocks", "callback_id"}),
    "message": frozenset({"text", "blocks"}),
}
