"""Chains that an attacker found silent: a platform that asks for the absurd, a clock set back, nobody left to tell."""

import math

import pytest

from bot.seams import Refused
from tests.bot.scenarios.failing import history, platforms, until
from tests.bot.scenarios.house import Scene, open_house
from tests.bot.scenarios.telling import DEPUTY, DSL, DUTY, HEAD, LEADS, SENIOR, SW, TEACHER, decided, sent
from tests.fakes import Platform


@pytest.mark.parametrize("seconds", [86_400, 1e12, math.inf, math.nan, -5])
def test_a_platform_that_asks_for_an_absurd_wait_is_asked_again_within_minutes(scene: Scene, seconds: float) -> None:
    with platforms(scene, Platform(scene.clock)) as now:
        now.courier.moods = [Refused("limited", retry_after=seconds)]
        concern, began = sent(now), now.clock()
        now.house.alerts.deliver_due()
        until(now, 11 * 60, step=10)
        found = history(now, concern, began)
        assert {person for person, lines in found.items() if lines[-1][0] == "told"} >= {*LEADS, SW}


@pytest.mark.parametrize("seconds", [86_400, 1e12, math.inf, math.nan])
def test_whatever_a_platform_asks_mail_goes_at_once(scene: Scene, seconds: float) -> None:
    with platforms(scene, Platform(scene.clock), Platform(scene.clock, channel="mail", last_resort=True)) as now:
        now.courier.always = Refused("limited", retry_after=seconds)
        concern, began = sent(now), now.clock()
        now.house.alerts.deliver_due()
        until(now, 60)
        found = history(now, concern, began)
        assert all(("told", "mail") in [line[:2] for line in found[person]] for person in (*LEADS, SW))


def test_a_try_that_was_put_off_before_the_clock_was_set_back_comes_when_the_auditor_sees_it(scene: Scene) -> None:
    with platforms(scene, Platform(scene.clock)) as now:
        now.courier.moods = [Refused("outage")] * 3
        sent(now)
        now.house.watch.audit()
        now.house.alerts.deliver_due()
        now.clock.move(hours=-2)
        now.house.watch.audit()
        now.house.alerts.deliver_due()
        assert set(now.courier.told()) >= {*LEADS, SW}


def test_a_hold_from_before_the_clock_was_set_back_holds_nothing(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.open(DSL, concern)
    scene.clock.move(hours=-2)
    assert scene.later(hours=2, minutes=15) == sorted([HEAD, SENIOR, DUTY, TEACHER])


@pytest.mark.parametrize("kind", ["section_17", "section_47"])
def test_who_opens_early_keeps_no_lead_from_hearing_of_it_at_all(scene: Scene, kind: str) -> None:
    with platforms(scene, Platform(scene.clock)) as now:
        now.courier.moods = [Refused("outage")] * 2
        concern, began = sent(now, kind), now.clock()
        now.house.alerts.deliver_due()
        told = now.courier.told()
        assert len(told) == 1
        now.house.responding.open(SW, concern)
        until(now, 30)
        found = history(now, concern, began)
        assert all(found[person][-1][0] == "told" and found[person][-1][2] <= 20 for person in (*LEADS, SW))


def test_what_a_decision_asks_for_reaches_the_deputy_when_the_lead_is_away(scene: Scene) -> None:
    scene.away(DSL)
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(DEPUTY, concern)
    decided(scene, concern, DEPUTY)
    scene.deliver()
    told = scene.later(hours=1)
    assert DEPUTY in told
    acts = [row for row in scene.rows(concern) if row.step.chain == "until_closed" and row.state == "sent"]
    with scene.house.store.read() as unit:
        assert all(unit.outbox.recipients_done(row.id) for row in acts)


def test_what_a_decision_asks_for_falls_to_the_head_when_both_leads_are_away(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(DSL, concern)
    decided(scene, concern)
    scene.away(*LEADS)
    scene.deliver()
    assert HEAD in scene.later(hours=1)


def test_rounds_that_find_nobody_any_more_are_told_to_the_reporter_and_shown(scene: Scene) -> None:
    concern = sent(scene, person="alec-reed.teacher")
    scene.deliver()
    assert not scene.house.watch.audit().unreached
    scene.away("alec-reed.dsl", "alec-reed.deputy", "alec-reed.head", "alec-reed.senior", "alec-reed.chair")
    assert [scene.later(minutes=15) for _ in range(8)] == [["alec-reed.teacher"]] * 8
    assert concern in scene.house.watch.audit().unreached.ids


def test_a_row_that_breaks_at_every_try_stops_the_heartbeat(scene: Scene) -> None:
    sent(scene)
    broken = open_house(scene.url, scene.clock, scene.courier, ids="broken", holder="broken", serving=())
    for _ in range(12):
        scene.clock.move(minutes=1)
        broken.alerts.deliver_due()
    broken.store.close()
    found = scene.house.watch.audit()
    assert found.stuck.count >= 3
    assert not found.good
    assert {*LEADS, SW} <= set(scene.later(minutes=6))
