"""Slack in a process of ours. Its SDK is loaded only where Slack is set up: it is a fifth of an idle process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.slack import draw, read
from bot.channels.slack.install import Install
from bot.commands.doors import Open
from bot.directory import Directory
from bot.platforms.reached import Reached
from bot.seams import Courier
from bot.settings import Settings
from bot.wiring import House, World, slack_door, slack_install

SLACK = "/slack"


@dataclass(frozen=True, slots=True)
class InSlack:
    """The app in its workspaces."""

    install: Install
    name: str = "slack"
    unsafe: str = ""

    def courier(self) -> Courier:
        """Hands cards to Slack."""
        from bot.channels.slack.courier import SlackCourier  # noqa: PLC0415

        return SlackCourier(self.install, draw.message)

    def open(self, house: House, world: World, workers: int) -> Open:
        """Slack's place; in Socket Mode nothing is answered there, and the connection lives as long."""
        door = slack_door(house, self.install, world, (draw, read), workers)
        return Open(place=SLACK, app=door.web_app(), links=() if door.link is None else (door.link,))

    def standing(self, processes: int) -> Reached:
        """How Slack comes in."""
        from bot.channels.slack.reach import standing  # noqa: PLC0415

        return standing(self.install, processes)

    def reach(self, directories: Sequence[Directory]) -> Iterator[Reached]:
        """Whether each workspace grants what is needed."""
        from bot.channels.slack.reach import reach  # noqa: PLC0415

        groups = any(group.kind == "slack_group" for one in directories for group in one.staff_groups)
        return reach(self.install, groups=groups)


def in_slack(settings: Settings) -> InSlack | None:
    """Slack as the settings say; None without any of them.

    Raises:
        InstallError: with every problem.
    """
    install = slack_install(settings)
    return None if install is None else InSlack(install)
