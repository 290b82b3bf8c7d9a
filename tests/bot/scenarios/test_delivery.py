"""Nothing that was kept is lost on its way: a failing platform, a crash between commit and send, a broken row."""

from dataclasses import replace
from pathlib import Path

from bot.access import Denied
from bot.health import look_at
from bot.seams import Parcel, Refused
from storage.oversight import Found
from storage.shapes import PersonId
from tests.bot.scenarios.house import Scene, open_house
from tests.bot.scenarios.telling import DEPUTY, DSL, LEADS, SW, danger, sent
from tests.fakes import ListCourier


def test_a_courier_that_fails_six_times_delivers_each_card_once(scene: Scene) -> None:
    sent(scene)
    scene.courier.refusals = ["outage"] * 6
    told: list[str] = []
    for _ in range(12):
        told += scene.later(seconds=10)
    assert sorted(told) == sorted([*LEADS, SW])
    assert scene.courier.attempts == 9


def test_back_off_grows_and_stays_under_five_minutes(scene: Scene) -> None:
    sent(scene)
    scene.courier.down = True
    for _ in range(120):
        scene.later(minutes=1)
    tried = scene.courier.attempts
    scene.courier.down = False
    assert {*LEADS, SW} <= set(scene.later(minutes=5))
    assert tried < 400


def test_after_a_crash_between_commit_and_send_the_alert_goes_once(scene: Scene) -> None:
    danger(scene)
    scene.house.store.close()
    again = open_house(scene.url, scene.clock, scene.courier, ids="restart", holder="two")
    restarted = Scene(again, scene.clock, scene.courier)
    assert {*LEADS, SW} <= set(restarted.deliver())
    assert restarted.deliver() == []
    again.store.close()


def test_a_row_claimed_by_a_process_that_died_goes_when_its_lease_ends(scene: Scene) -> None:
    sent(scene)
    with scene.house.store.write() as unit:
        assert len(unit.outbox.claim(scene.clock(), 50, 60, "dead")) == 4, "the reporter's own message too"
        unit.commit()
    assert scene.later(seconds=59) == []
    assert scene.later(seconds=1) == sorted([*LEADS, SW])


class Breaks(ListCourier):
    """A courier with a fault: for one person it raises what nobody expects."""

    def deliver(self, parcel: Parcel) -> str:
        """Break for the lead, else as ever."""
        if parcel.to.id == DSL:
            raise RuntimeError("a fault in the courier")
        return super().deliver(parcel)


def test_a_row_that_breaks_never_keeps_the_others_from_being_told(scene: Scene) -> None:
    sent(scene)
    scene.house.store.close()
    courier = Breaks(scene.clock)
    house = open_house(scene.url, scene.clock, courier, ids="restart")
    broken = Scene(house, scene.clock, courier)
    assert broken.deliver() == sorted([DEPUTY, SW])
    waiting = [row.step.role for row in broken.rows("id2") if row.state == "waiting" and row.attempt]
    assert waiting == ["designated_safeguarding_lead"]
    house.store.close()


def test_a_fault_with_one_person_never_keeps_the_others_of_the_same_step_from_being_told(scene: Scene) -> None:
    sent(scene)
    with scene.house.store.write() as unit:
        lead = unit.people.person(PersonId(DSL))
        unit.people.add(replace(lead, id=PersonId("brentside.dsl-2"), email="second.lead@brentside.example.invalid"))
        unit.commit()
    scene.house.store.close()
    courier = Breaks(scene.clock)
    house = open_house(scene.url, scene.clock, courier, ids="restart")
    broken = Scene(house, scene.clock, courier)
    assert broken.deliver() == sorted([DEPUTY, "brentside.dsl-2", SW])
    house.store.close()


def test_a_platform_that_refuses_for_hours_does_not_end_the_chain(scene: Scene) -> None:
    concern = sent(scene)
    scene.courier.down = True
    for _ in range(80):
        scene.later(minutes=5)
    assert scene.house.watch.audit().good
    assert look_at(scene.house.store, scene.house.watch, scene.clock)().undeliverable > 0
    assert any(row.step.round > 1 for row in scene.rows(concern))
    scene.courier.down = False
    assert set(scene.later(minutes=5)) & {*LEADS, SW}


def test_somebody_who_may_no_longer_be_told_is_not_told(scene: Scene) -> None:
    sent(scene)
    scene.away(DSL)
    assert scene.deliver() == sorted([DEPUTY, SW])


def test_the_auditor_finds_a_concern_that_no_row_will_bring_up(scene: Scene) -> None:
    concern = sent(scene)
    assert scene.house.watch.audit().good
    with scene.house.store.write() as unit:
        unit.outbox.cancel(scene.concern(concern).id, "until_had")
        unit.commit()
    assert scene.house.watch.audit().unheard == Found(count=1, ids=(concern,))
    assert look_at(scene.house.store, scene.house.watch, scene.clock)().unheard == 1


def test_a_pointer_says_when_and_which_and_nothing_else(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    card = scene.courier.handed[0].card
    assert card.title == f"A safeguarding concern needs you by 10:15 · ref {scene.concern(concern).reference}"
    assert not card.fields


def test_refusals_are_errors_of_ours_and_carry_a_code_only(tmp_path: Path) -> None:
    assert str(Refused("outage", permanent=False)) == "outage"
    assert str(Denied("left_out")) == "left_out"
    assert not list(tmp_path.iterdir())
