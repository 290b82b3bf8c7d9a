"""A scene for each scenario, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.scenarios.house import DATABASES, Scene, migrated, open_house, opening, sqlite
from tests.fakes import ListCourier, SetClock
from tests.postgres import TEMPLATE, fresh


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    return migrated(tmp_path_factory.mktemp("template"))


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Iterator[str]:
    """The address of a migrated database with nobody in it."""
    if request.param == "sqlite":
        yield sqlite(tmp_path, template)
        return
    with fresh(request.getfixturevalue("postgres"), TEMPLATE) as address:
        yield address


@pytest.fixture
def scene(place: str) -> Iterator[Scene]:
    """A house with everybody of Ealing and Gateshead in it, on a Monday at ten."""
    clock = SetClock()
    courier = ListCourier(clock)
    house = open_house(place, clock, courier)
    opening(house, clock())
    yield Scene(house, clock, courier, place)
    house.store.close()
