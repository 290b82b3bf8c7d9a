"""The platforms that the settings set up, and what `swis check` says of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.commands.doors import Platform
from bot.commands.in_slack import in_slack
from bot.commands.in_teams import in_teams
from bot.directory import Directory
from bot.platforms.install import InstallError
from bot.platforms.reached import Reached
from bot.settings import Settings

FACTORIES = (in_slack, in_teams)
"""A line for each platform that there is; cards are tried in this order."""


def platforms_of(settings: Settings) -> tuple[Platform, ...]:
    """Those that are set up.

    Raises:
        InstallError: with every problem of all of them.
    """
    found: list[Platform] = []
    problems: list[str] = []
    for made in FACTORIES:
        try:
            platform = made(settings)
        except InstallError as error:
            problems += error.problems
        else:
            found += [] if platform is None else [platform]
    if problems:
        raise InstallError(tuple(problems))
    return tuple(found)


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
    """Each as it is set up; with `asked`, as it answers. Nothing of one without settings of it."""
    found = Platforms()
    try:
        there = platforms_of(settings)
    except InstallError as error:
        found.troubles += error.problems
        return found
    for one in there:
        found.add([one.standing(processes)])
        found.add(one.reach(directories) if asked else ())
    return found
