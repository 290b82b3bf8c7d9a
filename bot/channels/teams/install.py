"""What the Teams app is set up with: tenants, each bot's id and secret. Says what is missing, all at once.

Without an app id nothing says who calls: then only this machine is served, as the Playground needs it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.platforms.install import InstallError

TENANT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
OPENID = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN = "https://login.microsoftonline.com"
ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"
_PAIR = re.compile(TENANT.pattern + ":")
_HERE = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?(/|$)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bot:
    """A registration: the bot's id, its secret, the tenant that gives its tokens."""

    app: str
    secret: str = field(repr=False)
    home: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Install:
    """The app in its tenants, and the bot of each; without bots it serves this machine only."""

    tenants: frozenset[str]
    bots: Mapping[str, Bot] = field(default_factory=dict)
    openid: str = OPENID
    login: str = LOGIN

    @property
    def local(self) -> bool:
        """Whether only this machine is served, since nothing says who calls."""
        return not self.bots

    @property
    def apps(self) -> tuple[str, ...]:
        """The ids of the bots."""
        return tuple(dict.fromkeys(bot.app for bot in self.bots.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """The settings as they were given. `app` and `secret`: one for all tenants, or pairs tenant:value with commas."""

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
    tenants = tuple(one.casefold() for one in given.tenants)
    apps, secrets = _each(given.app, tenants), _each(given.secret, tenants)
    problems = tuple(_problems(given, apps, secrets))
    if problems:
        raise InstallError(problems)
    return Install(
        tenants=frozenset(tenants), bots=dict(_bots(given, apps, secrets)), openid=given.openid,
        login=given.login.rstrip("/"),
    )  # fmt: skip


def _each(text: str | None, tenants: tuple[str, ...]) -> Mapping[str, str]:
    """The value of each tenant."""
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    if len(parts) == 1 and not _PAIR.match(parts[0]):
        return dict.fromkeys(tenants, parts[0])
    pairs = [part.partition(":") for part in parts]
    return {tenant.strip().casefold(): value.strip() for tenant, _, value in pairs}


def _bots(given: Given, apps: Mapping[str, str], secrets: Mapping[str, str]) -> Iterator[tuple[str, Bot]]:
    one = len(set(apps.values())) == 1
    for tenant, app in apps.items():
        home = (given.home or next(iter(apps))) if one else tenant
        yield tenant, Bot(app=app.casefold(), secret=secrets[tenant], home=home.casefold())


def _problems(given: Given, apps: Mapping[str, str], passwords: Mapping[str, str]) -> list[str]:
    tenants = {one.casefold() for one in given.tenants}
    odd = [one for one in given.tenants if not TENANT.fullmatch(one)]
    found = {
        "SWIS_TEAMS_TENANTS: name the tenants that are served by their ids": not given.tenants,
        "SWIS_TEAMS_TENANTS: a tenant's id is 32 hexadecimal digits in five groups": odd,
        "SWIS_TEAMS_APP_ID: a bot's id is 32 hexadecimal digits in five groups": not all(
            TENANT.fullmatch(one) for one in apps.values()
        ),
        "SWIS_TEAMS_APP_ID: one id, or tenant:id for each of SWIS_TEAMS_TENANTS, separated by commas": (
            given.app and apps.keys() != tenants
        ),
        "SWIS_TEAMS_APP_PASSWORD: set the secret of each bot, or take SWIS_TEAMS_APP_ID away": (
            given.app and not apps.keys() <= passwords.keys()
        ),
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
