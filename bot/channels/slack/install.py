"""What the Slack app is set up with: workspaces, tokens, secret. Says what is missing, all at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.platforms.install import InstallError

TEAM = re.compile(r"[TE][A-Z0-9]{2,20}")
SLACK = "https://slack.com/api/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Install:
    """The app in its workspaces. With an `app_token` it connects by itself (Socket Mode) and needs no secret.

    `tokens`: the bot token of each allowed workspace. `app`: the app's id, None if it isn't checked.
    """

    tokens: Mapping[str, str] = field(repr=False)
    secret: str = field(default="", repr=False)
    app_token: str | None = field(default=None, repr=False)
    app: str | None = None
    base_url: str = SLACK

    @property
    def socket(self) -> bool:
        """Whether it connects by itself."""
        return self.app_token is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """The settings as they were given."""

    teams: tuple[str, ...] = ()
    tokens: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    app_token: str | None = field(default=None, repr=False)
    app: str | None = None
    base_url: str = SLACK


def install_of(given: Given) -> Install | None:
    """The app as the settings say; None if none of them is set.

    Raises:
        InstallError: with every problem.

    >>> found = install_of(Given(teams=("T0001",), tokens="xoxb-1", secret="s"))
    >>> sorted(found.tokens), found.socket
    (['T0001'], False)
    """
    if not (given.teams or given.tokens or given.secret or given.app_token):
        return None
    tokens = _tokens(given)
    problems = tuple(_problems(given, tokens))
    if problems:
        raise InstallError(problems)
    return Install(
        tokens=tokens, secret=given.secret or "", app_token=given.app_token, app=given.app,
        base_url=f"{given.base_url.rstrip('/')}/",
    )  # fmt: skip


def _tokens(given: Given) -> Mapping[str, str]:
    parts = [part.strip() for part in (given.tokens or "").split(",") if part.strip()]
    if len(parts) == 1 and ":" not in parts[0]:
        return dict.fromkeys(given.teams[:1], parts[0])
    pairs = [part.partition(":") for part in parts]
    return {team.strip(): token.strip() for team, _, token in pairs if token}


def _problems(given: Given, tokens: Mapping[str, str]) -> list[str]:
    missing = [team for team in given.teams if team not in tokens]
    extra = [team for team in tokens if team not in given.teams]
    odd = [team for team in given.teams if not TEAM.fullmatch(team)]
    found = {
        "SWIS_SLACK_TEAMS: name the workspaces that are served, as T0123ABCD": not given.teams,
        f"SWIS_SLACK_TEAMS: no workspace's id: {', '.join(odd)}": odd,
        f"SWIS_SLACK_BOT_TOKENS: no token for {', '.join(missing)}; give team:token, separated by commas": missing,
        f"SWIS_SLACK_BOT_TOKENS: not in SWIS_SLACK_TEAMS: {', '.join(extra)}": extra,
        "SWIS_SLACK_SIGNING_SECRET or SWIS_SLACK_APP_TOKEN: set the one for HTTP or the one for Socket Mode": not (
            given.secret or given.app_token
        ),
        "SLACK_BASE_URL: https, or http on this machine": not _safe(given.base_url),
    }
    return [problem for problem, stands in found.items() if stands]


def _safe(address: str) -> bool:
    return re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", address) is not None
