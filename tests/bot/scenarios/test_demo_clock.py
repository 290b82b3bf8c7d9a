"""The demonstration's clock: ahead of the real one by what was stored, and never back."""

import pytest

from bot.demo_clock import MOST_SECONDS, DemoClock
from tests.bot.scenarios.house import Scene


def test_a_moved_clock_stays_ahead_of_the_real_one_over_a_restart(scene: Scene) -> None:
    store, real = scene.house.store, scene.clock
    moved = DemoClock(store, real).move(900)
    assert (moved - real()).total_seconds() == 900
    scene.clock.move(seconds=5)
    assert (DemoClock(store, real).now() - real()).total_seconds() == 900


@pytest.mark.parametrize("seconds", [-1, MOST_SECONDS + 1], ids=["back", "too_far"])
def test_a_move_back_or_by_years_changes_nothing(scene: Scene, seconds: int) -> None:
    clock = DemoClock(scene.house.store, scene.clock)
    with pytest.raises(ValueError, match="only goes forward"):
        clock.move(seconds)
    assert clock.now() == scene.clock()
