"""Teams in a process of ours: its door and its courier share one way to Teams, so that both keep to one pace."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.teams import draw, read
from bot.channels.teams import reach as teams
from bot.channels.teams.app import Outside
from bot.channels.teams.courier import TeamsCourier
from bot.channels.teams.install import Install
from bot.channels.teams.wire import HttpWire
from bot.commands.doors import Open
from bot.directory import Directory
from bot.platforms.reached import Reached
from bot.seams import Courier, system_clock
from bot.settings import Settings
from bot.wiring import TEAMS_TIMEOUT, House, World, teams_door, teams_install, teams_outside
from dialogs.words import Words

TEAMS = "/api"


@dataclass(frozen=True, slots=True)
class InTeams:
    """The app in its tenants, and the way there."""

    install: Install
    outside: Outside
    name: str = "teams"

    @property
    def unsafe(self) -> str:
        """Without an app id nothing says who calls."""
        if not self.install.local:
            return ""
        return "SWIS_TEAMS_APP_ID: without the bot's id anybody here could be anybody: set it, or use --rehearsal"

    def courier(self) -> Courier:
        """Hands cards to Teams."""
        return TeamsCourier(self.install, self.outside.connector, draw, Words.load())

    def open(self, house: House, world: World, workers: int) -> Open:
        """Teams' place."""
        door = teams_door(house, self.install, world, self.outside, (draw, read), workers)
        return Open(place=TEAMS, app=door.web_app())

    def standing(self, processes: int) -> Reached:  # noqa: ARG002 - as many as one likes
        """How Teams comes in."""
        return teams.standing(self.install)

    def reach(self, directories: Sequence[Directory]) -> Iterator[Reached]:  # noqa: ARG002 - the same for all
        """Whether each bot gets its token, and whether there are keys."""
        return teams.reach(self.install, HttpWire(TEAMS_TIMEOUT), system_clock)


def in_teams(settings: Settings) -> InTeams | None:
    """Teams as the settings say; None without any of them.

    Raises:
        InstallError: with every problem.
    """
    install = teams_install(settings)
    return None if install is None else InTeams(install, teams_outside(install, system_clock))
