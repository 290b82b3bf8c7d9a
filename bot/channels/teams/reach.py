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
    return Reached(said=f"teams: bot {install.app}, tenants {tenants}")


def reach(install: Install, wire: Wire, clock: Callable[[], datetime]) -> Iterator[Reached]:
    """Ask for the bot's own token, and for the keys that Teams signs with."""
    if install.local:
        return
    try:
        Tokens(install, wire, clock).current()
        yield Reached(said="teams: the bot gets its token")
    except Refused:
        yield Reached(
            trouble="SWIS_TEAMS_APP_ID, SWIS_TEAMS_APP_PASSWORD: no token for this bot: see whether its secret ran "
            f"out, and whether it is registered in tenant {install.home} (SWIS_TEAMS_APP_TENANT)"
        )
    keys = Keys(install.openid, wire, clock)
    keys.fetch("")
    if keys.empty:
        yield Reached(trouble="SWIS_TEAMS_OPENID_URL: no keys there, so that no request of Teams would come in")
    else:
        yield Reached(said="teams: the keys that requests are signed with are there")
