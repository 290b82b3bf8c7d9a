"""A scene for each scenario, on each database that there is a maker for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.scenarios.house import DATABASES, Scene, migrated, open_house, opening
from tests.fakes import ListCourier, SetClock


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    return migrated(tmp_path_factory.mktemp("template"))


@pytest.fixture(params=sorted(DATABASES))
def scene(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Iterator[Scene]:
    """A house with everybody of Ealing and Gateshead in it, on a Monday at ten."""
    url = DATABASES[request.param](tmp_path, template)
    clock = SetClock()
    courier = ListCourier(clock)
    house = open_house(url, clock, courier)
    opening(house, clock())
    yield Scene(house, clock, courier, url)
    house.store.close()
