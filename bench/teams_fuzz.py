"""Part of `make soak`: requests that nobody should send, at Teams' door. No fault, no trace, nothing changed.

The requests are those of the tests, with other seeds.
"""

from pathlib import Path

from bench import fuzz
from bench.figures import Section
from tests.fuzzing import Came
from tests.teams.fuzzing import aim, fired
from tests.teams.stage import a_stage


def main(var: Path) -> Section:
    """Send them all; the databases stand below `var`."""
    return fuzz.measured(
        var,
        _fired,
        title="Requests to Teams' door that nobody should send",
        how="Without a token, with one that is forged, old, of another app, issuer or service; of other tenants and\n"
        "channels, of guests, pupils and unknown accounts; signed with parts spoilt, with the places of other\n"
        "people's conversations, cut off, with noise. Every table is looked at before and after. 501 is the Bot\n"
        "Framework's answer to an invoke of a kind that is not served.",
    )


async def _fired(url: str, seed: int, count: int) -> Came:
    async with a_stage(url) as stage:
        return await fired(stage, url, await aim(stage, seed), count)
