"""Teams in a process of ours: its door and its courier share one way to Teams, so that both keep to one pace."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.channels.teams import draw, read
from bot.channels.teams.app import Outside
from bot.channels.teams.courier import TeamsCourier
from bot.channels.teams.install import Install
from bot.seams import system_clock
from bot.settings import Settings
from bot.wiring import House, World, teams_door, teams_install, teams_outside
from dialogs.words import Words

TEAMS = "/api"


@dataclass(frozen=True, slots=True)
class InTeams:
    """The app in its tenants, and the way there."""

    install: Install
    outside: Outside

    def courier(self) -> TeamsCourier:
        """Hands cards to Teams."""
        return TeamsCourier(self.install, self.outside.connector, draw, Words.load())

    def channel(self, house: House, world: World, workers: int) -> Mapping[str, web.Application]:
        """Teams' place."""
        door = teams_door(house, self.install, world, self.outside, (draw, read), workers)
        return {TEAMS: door.web_app()}


def in_teams(settings: Settings) -> InTeams | None:
    """Teams as the settings say; None without any of them.

    Raises:
        InstallError: with every problem.
    """
    install = teams_install(settings)
    return None if install is None else InTeams(install, teams_outside(install, system_clock))
