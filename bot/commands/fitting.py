"""What `swis check` says of the code against what runs already: the database's conversations, the apps as installed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.commands.exits import Problem
from bot.directory import Directory
from bot.settings import Settings
from dialogs.flows import CATALOGUE
from storage.errors import StoreError
from storage.whole import flows_in_use

COMMITTED = Path(__file__).parents[2] / "manifest" / "slack.yaml"
"""Stands in a checkout only."""


def flows(settings: Settings) -> list[str]:
    """That every flow which a conversation or a record follows is in this code.

    Raises:
        Problem: one is not, or the database can't be asked.
    """
    try:
        found = flows_in_use(settings.database_url)
    except ValueError as error:
        raise Problem(f"SWIS_DATABASE_URL: {error}") from None
    except StoreError as error:
        raise Problem(f"SWIS_DATABASE_URL: {error}: start the database, or mend the address") from None
    lost = lost_flows(found)
    if lost:
        raise Problem(lost)
    return [f"flows: {sum(found.values())} conversations and records follow {len(found)} versions, all in this code"]


def lost_flows(found: Mapping[tuple[str, int], int]) -> tuple[str, ...]:
    """A sentence for each flow and version in use that this code does not have.

    >>> lost_flows({("concern", 1): 7})
    ()
    >>> lost_flows({("concern", 0): 7})
    ('the flow concern, version 0, is not in this code, and 7 conversations or records follow it: put it back',)
    """
    return tuple(
        f"the flow {name}, version {version}, is not in this code, and {count} conversations or records follow it: "
        "put it back"
        for (name, version), count in sorted(found.items())
        if (name, version) not in CATALOGUE
    )


def manifests(directories: Sequence[Directory], committed: Path = COMMITTED) -> list[str]:
    """How each platform's manifest is made for these directories.

    Raises:
        Problem: the committed one is not what the code makes.
    """
    from bot.channels.slack import manifest  # noqa: PLC0415 - its SDK is large

    if committed.exists() and committed.read_text(encoding="utf-8") != manifest.text():
        raise Problem(
            f"{committed}: not what this code makes: write it with `swis manifest slack --out {committed}`, and "
            "paste it where the app is set up"
        )
    kinds = {group.kind for one in directories for group in one.staff_groups}
    slack = "" if "slack_group" in kinds else " --no-staff-groups"
    teams = " --staff-groups" if "teams_group" in kinds else ""
    return [f"manifests, as the staff groups ask: `swis manifest slack{slack}`, `swis manifest teams{teams}`"]
