"""One fixture gives every storage test its database: all of them run on each of `DATABASES`."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.migrations import upgrade
from storage.unit import Store
from tests.postgres import fresh, migrated
from tests.storage.rows import OLD_KEY


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'swis.db'}"


DATABASES = ("postgresql", "sqlite")


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if request.param == "sqlite":
        yield _sqlite(tmp_path)
        return
    with fresh(request.getfixturevalue("postgres")) as address:
        yield address


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    folder = tmp_path_factory.mktemp("template")
    upgrade(_sqlite(folder))
    return folder / "swis.db"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Iterator[str]:
    """The address of a migrated database."""
    if request.param == "sqlite":
        shutil.copy(template, tmp_path / "swis.db")
        yield _sqlite(tmp_path)
        return
    server = request.getfixturevalue("postgres")
    with fresh(server, migrated(server)) as address:
        yield address


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    """As `store`, always on the SQLite file `swis.db` of the test's folder, whose bytes a test wants to touch."""
    upgrade(_sqlite(tmp_path))
    opened = Store.open(_sqlite(tmp_path), [OLD_KEY], random_bytes=os.urandom)
    yield opened
    opened.close()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store on a migrated database, sealed with the old key."""
    opened = Store.open(url, [OLD_KEY], random_bytes=os.urandom)
    yield opened
    opened.close()
