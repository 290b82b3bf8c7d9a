"""Whether Teams can be reached with what is set up: asked once, by the gate before a deploy. Starts nothing.

Each trouble is a sentence that says what to do; no secret is repeated.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.channels.teams.connector import Tokens
from bot.channels.teams.install import Install
from bot.channels.teams.keys import Keys
from bot.channels.teams.wire import Wire
from bot.platforms.reached import Reached
from bot.seams import Refused


def standing(install: Install) -> Reached:
    """How Teams comes in, without asking anybody."""
    tenants = ", ".join(sorted(install.tenants))
    if install.local:
        return Reached(warning=f"teams: no app id: programmes on this machine only, tenants {tenants}")
    return Reached(said=f"teams: bots {', '.join(install.apps)}, tenants {tenants}")


def reach(install: Install, wire: Wire, clock: Callable[[], datetime]) -> Iterator[Reached]:
    """Ask for each bot's own token, and for the keys that Teams signs with."""
    if install.local:
        return
    tokens = Tokens(install, wire, clock)
    for tenant, bot in install.bots.items():
        try:
            tokens.current(tenant)
            yield Reached(said=f"teams: the bot of tenant {tenant} gets its token")
        except Refused:
            yield Reached(
                trouble=f"SWIS_TEAMS_APP_ID, SWIS_TEAMS_APP_PASSWORD: no token for the bot of tenant {tenant}: see "
                f"whether its secret ran out, and whether it is registered in tenant {bot.home}"
            )
    keys = Keys(install.openid, wire, clock)
    keys.fetch("")
    if keys.empty:
        yield Reached(trouble="SWIS_TEAMS_OPENID_URL: no keys there, so that no request of Teams would come in")
    else:
        yield Reached(said="teams: the keys that requests are signed with are there")
