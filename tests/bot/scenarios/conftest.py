"""A scene for each scenario, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.scenarios.house import DATABASES, Scene, a_scene, migrated, migrated_at, peopled, sqlite
from tests.postgres import Server, fresh


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    return migrated(tmp_path_factory.mktemp("template"))


@pytest.fixture(params=DATABASES)
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'blank.sqlite'}"
        return
    with fresh(request.getfixturevalue("postgres")) as address:
        yield address


@pytest.fixture
def file_place(tmp_path: Path, template: Path) -> str:
    """The address of a SQLite file with everybody in it, whose bytes a test wants to touch."""
    address = sqlite(tmp_path, template)
    peopled(address)
    return address


@pytest.fixture
def server_place(postgres: Server) -> Iterator[str]:
    """The address of a PostgreSQL database with everybody in it."""
    with fresh(postgres, postgres.once("peopled", lambda address: peopled(migrated_at(address)))) as address:
        yield address


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest) -> str:
    """The address of a database with everybody of Ealing and Gateshead in it."""
    found: str = request.getfixturevalue("file_place" if request.param == "sqlite" else "server_place")
    return found


@pytest.fixture
def scene(place: str) -> Iterator[Scene]:
    """A house on a Monday at ten."""
    with a_scene(place) as found:
        yield found


@pytest.fixture
def file_scene(file_place: str) -> Iterator[Scene]:
    """As `scene`, on a SQLite file."""
    with a_scene(file_place) as found:
        yield found


@pytest.fixture
def server_scene(server_place: str) -> Iterator[Scene]:
    """As `scene`, on PostgreSQL."""
    with a_scene(server_place) as found:
        yield found
