"""A stage for each test: a house with Slack before it, on a database of the test's own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.bot.scenarios.house import migrated, migrated_at, peopled, sqlite
from tests.postgres import Server, fresh
from tests.slack.stage import FOREIGN, NO_MORE, OTHER, PEOPLE, TEAM, Counted, Lines, Stage, a_stage, stalled

__all__ = ["FOREIGN", "NO_MORE", "OTHER", "PEOPLE", "TEAM", "Counted", "Lines", "Stage", "a_stage", "stalled"]


@pytest.fixture(scope="session")
def peopled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with everybody of the example directories in it."""
    folder = tmp_path_factory.mktemp("slack")
    address = sqlite(folder, migrated(tmp_path_factory.mktemp("slack-template")))
    peopled(address)
    return folder / "swis.sqlite"


@pytest.fixture
def url(tmp_path: Path, peopled_file: Path) -> str:
    """A database of the test's own."""
    return sqlite(tmp_path, peopled_file)


@pytest.fixture
def server_url(postgres: Server) -> Iterator[str]:
    """The address of a PostgreSQL database with everybody in it."""
    with fresh(postgres, postgres.once("peopled", lambda address: peopled(migrated_at(address)))) as address:
        yield address


@pytest.fixture
async def stage(url: str) -> AsyncIterator[Stage]:
    """In HTTP mode."""
    async with a_stage(url) as found:
        yield found
