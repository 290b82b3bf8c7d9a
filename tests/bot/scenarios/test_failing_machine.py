"""The machine under the sender fails: the database is gone for ten minutes, the clock jumps, the disk is full."""

import collections

import pytest

from storage.errors import StoreBroken, StoreBusy, StoreError, StoreFull
from tests.bot.scenarios.away import Away
from tests.bot.scenarios.failing import Failing, history, platforms, until
from tests.bot.scenarios.house import Scene
from tests.bot.scenarios.telling import DEPUTY, DSL, DUTY, HEAD, LEADS, MANAGER, SENIOR, SW, TEACHER, sent
from tests.fakes import Platform

FIRST = [*LEADS, SW]
SECOND = [HEAD, SENIOR, DUTY, TEACHER]


def told_at(now: Failing, concern: str, began: object) -> dict[str, list[int]]:
    """At which seconds each person was told."""
    found = history(now, concern, began)  # type: ignore[arg-type]
    return {person: [at for kind, _, at in lines if kind.startswith("told")] for person, lines in found.items()}


@pytest.mark.parametrize(("how", "fault"), [("hold", StoreBusy), ("go", StoreBroken)])
def test_a_database_that_is_gone_for_ten_minutes_delivers_what_was_due_when_it_is_back(
    scene: Scene, how: str, fault: type[StoreError]
) -> None:
    away = Away(scene)
    with platforms(scene, Platform(scene.clock)) as now:
        began, concern = now.clock(), sent(now)
        getattr(away, how)()
        for _ in range(10):
            now.clock.move(minutes=1)
            with pytest.raises(fault):
                now.house.alerts.deliver_due()
        assert now.courier.handed == []
        away.back()
        now.house.alerts.deliver_due()
        until(now, 400, step=10)
        assert told_at(now, concern, began) == {
            **{person: [600] for person in FIRST},
            **{person: [900] for person in SECOND},
        }


def test_a_database_that_goes_while_cards_are_handed_over_tells_all_and_keeps_it_later(scene: Scene) -> None:
    away = Away(scene)
    with platforms(scene, Platform(scene.clock)) as now:
        began, concern = now.clock(), sent(now)
        now.courier.asking = away.hold
        with pytest.raises(StoreBusy):
            now.house.alerts.deliver_due()
        assert len(now.courier.handed) == 3
        away.back()
        until(now, 61)
        found = history(now, concern, began)
        assert found == {person: [("told", "list", 0)] for person in FIRST}, (
            "told when it was, and kept when it could be"
        )
        assert len(now.courier.handed) == 3


def test_a_clock_that_jumps_an_hour_ahead_tells_each_step_once_and_in_order(scene: Scene) -> None:
    with platforms(scene, Platform(scene.clock)) as now:
        began, concern = now.clock(), sent(now)
        now.house.alerts.deliver_due()
        now.clock.move(hours=1)
        now.house.alerts.deliver_due()
        now.house.alerts.deliver_due()
        found = told_at(now, concern, began)
        assert found[DSL] == found[DEPUTY] == found[SW] == [0, 3600]
        assert {person: found[person] for person in (*SECOND, MANAGER)} == {
            person: [3600] for person in (*SECOND, MANAGER)
        }
        until(now, 1801, step=60)
        assert told_at(now, concern, began)[HEAD] == [3600, 4500]


@pytest.mark.parametrize("claimed", [False, True])
def test_a_clock_that_is_set_back_an_hour_keeps_nobody_waiting(scene: Scene, *, claimed: bool) -> None:
    with platforms(scene, Platform(scene.clock)) as now:
        concern = sent(now)
        if claimed:
            with now.house.store.write() as unit:
                # The three who are told, and the reporter's own message.
                assert len(unit.outbox.claim(now.clock(), 50, 60, "dead")) == 4
                unit.commit()
        began = now.clock.move(hours=-1)
        now.house.alerts.deliver_due()
        kind = "told_again" if claimed else "told"
        assert history(now, concern, began) == {person: [(kind, "list", 0)] for person in FIRST}
        until(now, 75 * 60, step=60)
        assert told_at(now, concern, began)[HEAD] == [75 * 60], "the step that was promised for a quarter past"


def test_a_full_disk_keeps_nothing_half_and_goes_on_when_there_is_room(scene: Scene) -> None:
    away = Away(scene)
    with platforms(scene, Platform(scene.clock)) as now:
        began, concern = now.clock(), sent(now)
        away.fill(now)
        with pytest.raises(StoreFull):
            collections.deque((sent(now) for _ in range(200)), maxlen=0)
        with pytest.raises(StoreFull):
            until(now, 200 * 900, step=900)
        away.back()
        until(now, 3600, step=60)
        found = history(now, concern, began)
        assert set(found) >= {*FIRST, *SECOND, MANAGER}
        assert {kind for lines in found.values() for kind, *_ in lines} == {"told"}
        assert len({one.key for one in now.courier.handed}) == len(now.courier.handed), "nothing twice"
        assert not now.house.watch.audit().unheard


def test_a_database_that_vanishes_leaves_one_card_in_hand_and_tells_the_rest_once_when_it_is_back(scene: Scene) -> None:
    away = Away(scene)
    with platforms(scene, Platform(scene.clock)) as now:
        began, concern = now.clock(), sent(now)
        now.courier.asking = away.go
        with pytest.raises(StoreBroken):
            now.house.alerts.deliver_due()
        assert len(now.courier.handed) == 1
        now.clock.move(seconds=2)
        with pytest.raises(StoreBroken):
            now.house.alerts.deliver_due()
        away.back()
        now.clock.move(seconds=2)
        now.house.alerts.deliver_due()
        found = history(now, concern, began)
        assert sorted(lines for lines in found.values()) == [
            [("told", "list", 0)], [("told", "list", 4)], [("told", "list", 4)],
        ]  # fmt: skip
        assert len(now.courier.handed) == 3


def test_a_database_that_stays_away_does_not_keep_the_cards_in_hand_waiting(scene: Scene) -> None:
    away = Away(scene)
    with platforms(scene, Platform(scene.clock)) as now:
        began, concern = now.clock(), sent(now)
        now.courier.asking = away.go
        with pytest.raises(StoreBroken):
            now.house.alerts.deliver_due()
        now.clock.move(seconds=11)
        with pytest.raises(StoreBroken):
            now.house.alerts.deliver_due()
        assert sorted(now.courier.told()) == sorted(FIRST)
        away.back()
        until(now, 62)
        found = history(now, concern, began)
        assert sorted(lines for lines in found.values()) == [
            [("told", "list", 0)], [("told", "list", 11)], [("told", "list", 11)],
        ]  # fmt: skip
        assert len(now.courier.handed) == 3, "each once"
