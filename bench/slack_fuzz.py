"""Part of `make soak`: requests that nobody should send, at Slack's door. No fault, no trace, nothing changed.

The requests are those of the tests, with other seeds; each round has a database and a house of its own.
"""

import asyncio
import tempfile
from collections import Counter
from pathlib import Path

from bench.figures import Figure, Section
from bot.logs import quieten_libraries, silent
from tests.bot.scenarios.house import migrated, peopled, sqlite
from tests.slack.fuzzing import Came, aim, fired
from tests.slack.stage import a_stage

REQUESTS, ROUNDS = 50_000, 10
FIRST_SEED = 1000


def main(var: Path) -> Section:
    """Send them all; the databases stand below `var`."""
    # What a library says of a request may hold content.
    quieten_libraries(silent)
    with tempfile.TemporaryDirectory(dir=var) as folder:
        template = migrated(Path(folder))
        rounds = [asyncio.run(_round(Path(folder), template, number)) for number in range(ROUNDS)]
    return _section(rounds)


async def _round(folder: Path, template: Path, number: int) -> Came:
    own = folder / str(number)
    own.mkdir()
    url = sqlite(own, template)
    peopled(url)
    async with a_stage(url) as stage:
        return await fired(stage, url, await aim(stage, FIRST_SEED + number), REQUESTS // ROUNDS)


def _section(rounds: list[Came]) -> Section:
    statuses = sum((one.statuses for one in rounds), Counter[int]())
    broken = [line for one in rounds for line in one.broken]
    for line in broken[:20]:
        print(line)
    answers = ((f"answered with {status}", float(count)) for status, count in sorted(statuses.items()))
    return Section(
        title="Requests to Slack's door that nobody should send",
        how="Unsigned, too old, of other workspaces and apps, of guests and pupils; signed with parts spoilt, with\n"
        "the places of other people's conversations, cut off, with noise. Every table is looked at before and after.",
        figures=(
            Figure(what="requests", value=float(statuses.total()), at_least=REQUESTS),
            Figure(what="faults, traces, and tables that changed", value=float(len(broken)), at_most=0),
            *(Figure(what=what, value=count) for what, count in answers),
        ),
    )
