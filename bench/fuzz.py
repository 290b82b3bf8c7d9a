"""What `slack-fuzz` and `teams-fuzz` share: rounds with a database and a house of their own, and their figures."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bench.figures import Figure, Section
from bot.logs import quieten_libraries, silent
from tests.bot.scenarios.house import migrated, peopled, sqlite
from tests.fuzzing import Came

REQUESTS, ROUNDS = 50_000, 10
FIRST_SEED = 1000


def measured(var: Path, fired: Callable[[str, int, int], Awaitable[Came]], *, title: str, how: str) -> Section:
    """Send them all; the databases stand below `var`. `fired` takes a database's address, a seed and a count."""
    # What a library says of a request may hold content.
    quieten_libraries(silent)
    with tempfile.TemporaryDirectory(dir=var) as folder:
        template = migrated(Path(folder))
        addresses = [_database(Path(folder) / str(number), template) for number in range(ROUNDS)]
        return _section([asyncio.run(_round(fired, *one)) for one in enumerate(addresses)], title, how)


def _database(own: Path, template: Path) -> str:
    own.mkdir()
    url = sqlite(own, template)
    peopled(url)
    return url


async def _round(fired: Callable[[str, int, int], Awaitable[Came]], number: int, url: str) -> Came:
    return await fired(url, FIRST_SEED + number, REQUESTS // ROUNDS)


def _section(rounds: Sequence[Came], title: str, how: str) -> Section:
    statuses = sum((one.statuses for one in rounds), Counter[int]())
    broken = [line for one in rounds for line in one.broken]
    for line in broken[:20]:
        print(line)
    answers = ((f"answered with {status}", float(count)) for status, count in sorted(statuses.items()))
    return Section(
        title=title,
        how=how,
        figures=(
            Figure(what="requests", value=float(statuses.total()), at_least=REQUESTS),
            Figure(what="faults, traces, and tables that changed", value=float(len(broken)), at_most=0),
            *(Figure(what=what, value=count) for what, count in answers),
        ),
    )
