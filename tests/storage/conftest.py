"""One fixture gives every storage test its database: add a maker to `DATABASES` and all of them run on it too."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from storage.migrations import upgrade
from storage.unit import Store
from tests.storage.rows import OLD_KEY


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'swis.db'}"


DATABASES: Mapping[str, Callable[[Path], str]] = {"sqlite": _sqlite}


@pytest.fixture(params=sorted(DATABASES))
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it."""
    return DATABASES[request.param](tmp_path)


@pytest.fixture
def url(empty_url: str) -> str:
    """The address of a migrated database."""
    upgrade(empty_url)
    return empty_url


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
