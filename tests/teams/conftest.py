"""A stage for each test: a house with Teams before it, on a database of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.scenarios.house import migrated, peopled, sqlite
from tests.teams.stage import (
    DEPUTY,
    DOMAIN,
    DSL,
    GUEST,
    HEAD,
    NEW,
    PUPIL,
    SW,
    TEACHER,
    Stage,
    Ticking,
    a_stage,
    account,
    outside_of,
)

__all__ = [
    "DEPUTY",
    "DOMAIN",
    "DSL",
    "GUEST",
    "HEAD",
    "NEW",
    "PUPIL",
    "SW",
    "TEACHER",
    "Stage",
    "Ticking",
    "a_stage",
    "account",
    "outside_of",
]


@pytest.fixture(scope="session")
def peopled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with everybody of the example directories in it."""
    folder = tmp_path_factory.mktemp("teams")
    address = sqlite(folder, migrated(tmp_path_factory.mktemp("teams-template")))
    peopled(address)
    return folder / "swis.sqlite"


@pytest.fixture
def url(tmp_path: Path, peopled_file: Path) -> str:
    """A database of the test's own."""
    return sqlite(tmp_path, peopled_file)


@pytest.fixture
async def stage(url: str) -> AsyncIterator[Stage]:
    """With an app id."""
    async with a_stage(url) as found:
        yield found
