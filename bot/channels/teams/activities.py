"""What Teams sends, in our words: from whom, where, what kind. Shapes only; no text that anybody wrote is read.

Nothing here raises at what a stranger sends: what is not there is empty.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

Activity: TypeAlias = Mapping[str, Any]
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLACE = re.compile(r"[^\s/?#]{1,300}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who called. Two calls of one account are the same caller, wherever they came from.

    `user` is the account's id in Teams, `account` its id in the tenant; `bot` is what Teams calls us there.
    """

    tenant: str
    account: str
    user: str = field(compare=False)
    service: str = field(compare=False)
    conversation: str = field(compare=False)
    personal: bool = field(compare=False)
    bot: str = field(compare=False)


def packed(caller: Caller) -> str:
    """A caller as text, to be asked about later."""
    return json.dumps(asdict(caller))


def caller_in(text: str) -> Caller | None:
    """The caller of `packed`; None in anything else."""
    try:
        return Caller(**json.loads(text))
    except (ValueError, TypeError):
        return None


def text_at(found: object, *path: str) -> str:
    """The text at a place of something nested; empty without one.

    >>> text_at({"from": {"id": "29:x"}}, "from", "id")
    '29:x'
    """
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def mapping_at(found: object, *path: str) -> Mapping[str, Any]:
    """The mapping at a place of something nested; an empty one without it."""
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def tenants_in(activity: Activity) -> frozenset[str]:
    """Every tenant that an activity names: one, if it is sound."""
    named = (text_at(activity, "channelData", "tenant", "id"), text_at(activity, "conversation", "tenantId"))
    return frozenset(one.casefold() for one in named if one)


def caller_of(activity: Activity) -> Caller | None:
    """Who called; None where the activity does not say it as Teams does."""
    account = text_at(activity, "from", "aadObjectId").casefold()
    user, conversation = text_at(activity, "from", "id"), text_at(activity, "conversation", "id")
    tenants = tenants_in(activity)
    sound = _ID.fullmatch(account) and _PLACE.fullmatch(user) and _PLACE.fullmatch(conversation)
    if not sound or len(tenants) != 1:
        return None
    return Caller(
        tenant=next(iter(tenants)), account=account, user=user, service=text_at(activity, "serviceUrl"),
        conversation=conversation, personal=is_personal(activity), bot=text_at(activity, "recipient", "id"),
    )  # fmt: skip


def is_personal(activity: Activity) -> bool:
    """Whether it comes out of a conversation between one person and the bot."""
    kind = text_at(activity, "conversation", "conversationType")
    return kind == "personal" or (not kind and mapping_at(activity, "conversation").get("isGroup") is not True)
