"""Slack's user object in our words: who the account is, and whether it is a member's. Door and courier read it alike.

Nothing is asked here, of Slack or of the directory.
"""

from collections.abc import Mapping
from typing import Any

from bot.arriving import Account, Standing
from bot.channels.slack.ports import Payload


def account_of(team: str, user: Payload) -> Account:
    """Slack's user object in our words. One of another workspace is a guest here."""
    profile: Mapping[str, Any] = user.get("profile") or {}
    return Account(
        channel="slack",
        tenant=team,
        user=str(user.get("id", "")),
        email=str(profile.get("email") or ""),
        name=str(profile.get("real_name") or user.get("real_name") or user.get("name") or ""),
        standing=_standing(team, user),
    )


def _standing(team: str, user: Payload) -> Standing:
    if user.get("deleted"):
        return "left"
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return "bot"
    guest = any(user.get(one) for one in ("is_restricted", "is_ultra_restricted", "is_stranger", "is_invited_user"))
    grid: Mapping[str, Any] = user.get("enterprise_user") or {}
    at_home = team in (user.get("team_id"), *grid.get("teams", ()))
    if guest or not at_home:
        return "guest"
    return "unconfirmed" if user.get("is_email_confirmed") is False else "member"
