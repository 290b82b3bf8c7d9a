"""What `swis check` says of the platforms: how each is set up, and with `--reach` whether it answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.channels.teams import reach as teams
from bot.channels.teams.wire import HttpWire
from bot.directory import Directory
from bot.platforms.install import InstallError
from bot.platforms.reached import Reached
from bot.seams import system_clock
from bot.settings import Settings
from bot.wiring import TEAMS_TIMEOUT, slack_install, teams_install


@dataclass(kw_only=True, slots=True)
class Platforms:
    """Lines for the reader, and troubles that keep the deploy from going on."""

    said: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def add(self, found: Iterable[Reached]) -> None:
        """Put each where it belongs."""
        for one in found:
            self.said += [one.said] if one.said else []
            self.said += [f"warning: {one.warning}"] if one.warning else []
            self.troubles += [one.trouble] if one.trouble else []


def platforms(settings: Settings, directories: Sequence[Directory], *, asked: bool, processes: int) -> Platforms:
    """Slack and Teams as they are set up; with `asked`, as they answer. Nothing of one without settings of it."""
    found = Platforms()
    _teams(found, settings, asked=asked)
    try:
        install = slack_install(settings)
    except InstallError as error:
        found.troubles += error.problems
        return found
    if install is not None:
        from bot.channels.slack.reach import reach, standing  # noqa: PLC0415 - its SDK is large

        found.add([standing(install, processes)])
        found.add(reach(install, groups=_has_slack_group(directories)) if asked else ())
    return found


def _teams(found: Platforms, settings: Settings, *, asked: bool) -> None:
    try:
        install = teams_install(settings)
    except InstallError as error:
        found.troubles += error.problems
        return
    if install is not None:
        found.add([teams.standing(install)])
        found.add(teams.reach(install, HttpWire(TEAMS_TIMEOUT), system_clock) if asked else ())


def _has_slack_group(directories: Sequence[Directory]) -> bool:
    return any(group.kind == "slack_group" for one in directories for group in one.staff_groups)
