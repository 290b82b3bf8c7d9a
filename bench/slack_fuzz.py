"""Part of `make soak`: requests that nobody should send, at Slack's door. No fault, no trace, nothing changed.

The requests are those of the tests, with other seeds.
"""

from pathlib import Path

from bench import fuzz
from bench.figures import Section
from tests.fuzzing import Came
from tests.slack.fuzzing import aim, fired
from tests.slack.stage import a_stage


def main(var: Path) -> Section:
    """Send them all; the databases stand below `var`."""
    return fuzz.measured(
        var,
        _fired,
        title="Requests to Slack's door that nobody should send",
        how="Unsigned, too old, of other workspaces and apps, of guests and pupils; signed with parts spoilt, with\n"
        "the places of other people's conversations, cut off, with noise. Every table is looked at before and after.",
    )


async def _fired(url: str, seed: int, count: int) -> Came:
    async with a_stage(url) as stage:
        return await fired(stage, url, await aim(stage, seed), count)
