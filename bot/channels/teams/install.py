"""What the Teams app is set up with: tenants, the bot's id and secret. Says what is missing, all at once.

Without an app id nothing says who calls: then only this machine is served, as the Playground needs it.
"""

import re
from dataclasses import dataclass, field

TENANT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
OPENID = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN = "https://login.microsoftonline.com"
ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"
_HERE = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?(/|$)")


class InstallError(ValueError):
    """The settings of Teams don't fit together. One sentence a problem; no value is repeated."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True, kw_only=True, slots=True)
class Install:
    """The app in its tenants. `app`: the bot's id, empty for this machine only. `home`: the tenant of its tokens."""

    tenants: frozenset[str]
    app: str = ""
    secret: str = field(default="", repr=False)
    home: str = ""
    openid: str = OPENID
    login: str = LOGIN

    @property
    def local(self) -> bool:
        """Whether only this machine is served, since nothing says who calls."""
        return not self.app


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """The settings as they were given."""

    tenants: tuple[str, ...] = ()
    app: str | None = None
    secret: str | None = field(default=None, repr=False)
    home: str | None = None
    openid: str = OPENID
    login: str = LOGIN


def install_of(given: Given) -> Install | None:
    """The app as the settings say; None if none of them is set.

    Raises:
        InstallError: with every problem.

    >>> found = install_of(Given(tenants=("11111111-2222-3333-4444-555555555555",)))
    >>> found.local
    True
    """
    if not (given.tenants or given.app or given.secret):
        return None
    problems = tuple(_problems(given))
    if problems:
        raise InstallError(problems)
    tenants = tuple(one.casefold() for one in given.tenants)
    return Install(
        tenants=frozenset(tenants), app=(given.app or "").casefold(), secret=given.secret or "",
        home=(given.home or tenants[0]).casefold(), openid=given.openid, login=given.login.rstrip("/"),
    )  # fmt: skip


def _problems(given: Given) -> list[str]:
    odd = [one for one in given.tenants if not TENANT.fullmatch(one)]
    found = {
        "SWIS_TEAMS_TENANTS: name the tenants that are served by their ids": not given.tenants,
        "SWIS_TEAMS_TENANTS: a tenant's id is 32 hexadecimal digits in five groups": odd,
        "SWIS_TEAMS_APP_ID: the bot's id is 32 hexadecimal digits in five groups": given.app
        and not TENANT.fullmatch(given.app),
        "SWIS_TEAMS_APP_PASSWORD: set the bot's secret, or take SWIS_TEAMS_APP_ID away": given.app and not given.secret,
        "SWIS_TEAMS_APP_ID: set the bot's id that the secret belongs to": given.secret and not given.app,
        "SWIS_TEAMS_OPENID_URL, SWIS_TEAMS_LOGIN_URL: https, or http on this machine": not (
            safe(given.openid) and safe(given.login)
        ),
    }
    return [problem for problem, stands in found.items() if stands]


def safe(address: str) -> bool:
    """Whether an address may be given a token: encrypted, or on this machine."""
    return address.startswith("https://") or here(address)


def here(address: str) -> bool:
    """Whether an address is on this machine."""
    return _HERE.match(address) is not None
