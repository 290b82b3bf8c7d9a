"""Some hundreds of requests that nobody should send: no fault, no trace, nothing changed. Many more in `make soak`."""

import pytest

from tests.teams.conftest import a_stage
from tests.teams.fuzzing import aim, fired

SHOTS = 300


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_nobody_should_send_is_no_fault_and_changes_nothing(url: str, seed: int) -> None:
    async with a_stage(url) as stage:
        came = await fired(stage, url, await aim(stage, seed), SHOTS)
        assert came.broken == []
        assert set(came.groups) == {"outside", "teacher"}
        assert {200, 400, 401, 403} <= set(came.statuses)
        with stage.house.store.read() as unit:
            assert not unit.concerns.open_everywhere()
