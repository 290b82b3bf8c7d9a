"""Platforms that fail: once, three times, fifty times, after taking the card, for ten minutes, for a day.

Each history is exact: who was tried when, over what, and what became of every row.
"""

from collections.abc import Mapping

import pytest

from bot.seams import Refused, Unsure
from bot.ways import TRIES_BEFORE_NEXT
from tests.bot.scenarios.failing import Line, history, platforms, row_to, tries_at, until
from tests.bot.scenarios.house import Scene
from tests.bot.scenarios.telling import DEPUTY, DSL, DUTY, HEAD, LEADS, MANAGER, SENIOR, SW, TEACHER, sent
from tests.fakes import Platform

OUT = Refused("outage")
ROLES = {DSL: "designated_safeguarding_lead", DEPUTY: "deputy_safeguarding_lead", SW: "social_worker"}


def told_over(found: Mapping[str, list[Line]]) -> set[str]:
    """The channels over which anybody was told."""
    return {channel for lines in found.values() for kind, channel, _ in lines if kind == "told"}


def platform(scene: Scene, channel: str = "chat", **how: object) -> Platform:
    return Platform(scene.clock, channel=channel, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("failures", [1, 3])
def test_a_platform_that_fails_a_few_times_gets_each_card_once_at_the_next_try(scene: Scene, failures: int) -> None:
    with platforms(scene, platform(scene, reached=frozenset({DSL, *LEADS, SW}))) as now:
        now.courier.moods = [OUT] * (3 * failures)
        began, concern = now.clock(), sent(now)
        now.house.alerts.deliver_due()
        until(now, 60)
        for person, role in (
            (DSL, "designated_safeguarding_lead"),
            (DEPUTY, "deputy_safeguarding_lead"),
            (SW, "social_worker"),
        ):
            instants = tries_at(row_to(now, concern, role), failures + 1)
            expected = [("delivery_failed", "chat", at) for at in instants[:-1]] + [("told", "chat", instants[-1])]
            assert history(now, concern, began)[person] == expected
        assert {row_to(now, concern, role).state for role in ("social_worker", "deputy_safeguarding_lead")} == {"sent"}
        assert row_to(now, concern, "head", 1).state == "waiting", "nobody else was hurried"


def test_a_platform_that_fails_fifty_times_gives_up_visibly_and_the_plan_has_gone_on_long_before(scene: Scene) -> None:
    with platforms(scene, platform(scene, always=OUT)) as now:
        began, concern = now.clock(), sent(now)
        now.house.alerts.deliver_due()
        until(now, 5 * 3600, step=5)
        lead = row_to(now, concern, "designated_safeguarding_lead")
        assert (lead.state, lead.attempt) == ("failed", 50)
        assert [kind for kind, *_ in history(now, concern, began)[DSL]][:50] == ["delivery_failed"] * 50
        head = history(now, concern, began)[HEAD][0]
        assert head[:2] == ("delivery_failed", "chat")
        assert head[2] <= 60, "tried long before its quarter of an hour"
        with now.house.store.read() as unit:
            assert unit.oversight.given_up().count >= 3


def test_a_card_whose_arrival_nobody_confirmed_goes_again_as_a_repeat(scene: Scene) -> None:
    with platforms(scene, platform(scene)) as now:
        now.courier.takes_then_hangs = 1
        began, concern = now.clock(), sent(now)
        now.house.alerts.deliver_due()
        until(now, 30)
        found = history(now, concern, began)
        uncertain = [person for person, lines in found.items() if len(lines) > 1]
        assert len(uncertain) == 1
        first, second = found[uncertain[0]]
        assert (first[0], second[0]) == ("delivery_failed", "told_again")
        cards = [one for one in now.courier.handed if one.person == uncertain[0]]
        assert [one.card for one in cards] == [cards[0].card] * 2, "the same words and reference both times"


class Died(BaseException):
    """The process was ended from outside."""


def test_a_process_that_dies_between_the_platform_and_the_log_repeats_that_card_only(scene: Scene) -> None:
    dying = platform(scene)
    with platforms(scene, dying) as now:
        concern = sent(now)

        def die(event: str, **_about: object) -> None:
            raise Died

        dying.moods = []
        dying.takes_then_hangs = 1
        began = now.clock()
    with platforms(scene, dying, log=die) as last, pytest.raises(Died):
        last.house.alerts.deliver_due()
    with platforms(scene, dying) as again:
        assert again.house.alerts.deliver_due() == 0, "its lease runs"
        until(again, 61)
        found = history(again, concern, began)
        assert sorted(line[0] for lines in found.values() for line in lines) == ["told_again"] * 3
        assert len(dying.handed) == 4


def test_four_hundred_and_twenty_nine_for_ten_minutes_is_not_asked_again_before_its_time(scene: Scene) -> None:
    with platforms(scene, platform(scene)) as now:
        now.courier.moods = [Refused("limited", retry_after=600)]
        began, concern = now.clock(), sent(now)
        now.house.alerts.deliver_due()
        assert len(now.courier.asked) == 1, "the other rows did not even ask"
        until(now, 599)
        assert len(now.courier.asked) == 1
        until(now, 300)
        found = history(now, concern, began)
        assert [found[person][-1][0] for person in (*LEADS, SW)] == ["told"] * 3
        assert all(600 <= found[person][-1][2] <= 620 for person in (*LEADS, SW))


def test_with_a_second_channel_ten_minutes_of_429_cost_nothing(scene: Scene) -> None:
    with platforms(scene, platform(scene), platform(scene, "mail", last_resort=True)) as now:
        now.courier.moods = [Refused("limited", retry_after=600)]
        began, concern = now.clock(), sent(now)
        now.house.alerts.deliver_due()
        assert {line[1:] for lines in history(now, concern, began).values() for line in lines if line[0] == "told"} == {
            ("mail", 0)
        }


def test_a_short_wait_that_a_platform_asks_for_is_kept_to_the_second(scene: Scene) -> None:
    with platforms(scene, platform(scene), platform(scene, "mail", last_resort=True)) as now:
        now.courier.moods = [Refused("limited", retry_after=30)]
        began, concern = now.clock(), sent(now)
        now.house.alerts.deliver_due()
        until(now, 29)
        assert now.courier.handed == []
        until(now, 31)
        assert told_over(history(now, concern, began)) == {"chat"}


def test_whom_a_platform_refuses_for_good_is_told_at_once_over_the_other_one(scene: Scene) -> None:
    with platforms(scene, platform(scene), platform(scene, "other")) as now:
        now.courier.moods = [Refused("blocked", permanent=True)]
        began, concern = now.clock(), sent(now)
        now.house.alerts.deliver_due()
        found = history(now, concern, began)
        refused = next(person for person, lines in found.items() if len(lines) == 2)
        assert found[refused] == [("delivery_failed", "chat", 0), ("told", "other", 0)]
        assert {person: lines for person, lines in found.items() if person != refused} == {
            person: [("told", "chat", 0)] for person in (*LEADS, SW) if person != refused
        }


def test_mail_comes_after_every_platform_failed_and_the_next_person_is_told_early(scene: Scene) -> None:
    with platforms(scene, platform(scene, always=OUT), platform(scene, "mail", last_resort=True)) as now:
        began, concern = now.clock(), sent(now)
        now.house.alerts.deliver_due()
        until(now, 90)
        found = history(now, concern, began)
        for person in (*LEADS, SW, HEAD, SENIOR, DUTY, TEACHER):
            lines = found[person]
            assert [line[:2] for line in lines] == [("delivery_failed", "chat")] * TRIES_BEFORE_NEXT + [
                ("told", "mail")
            ]
        assert found[DSL][-1][2] <= 45
        assert found[HEAD][0][2] <= 45, "not after a quarter of an hour"
        assert row_to(now, concern, "designated_safeguarding_lead").state == "sent"


def test_a_platform_that_is_gone_for_a_day_delivers_within_minutes_of_its_return_and_once(
    scene: Scene,
) -> None:
    with platforms(scene, platform(scene, always=Refused("outage", outage=True))) as now:
        concern = sent(now)
        now.house.alerts.deliver_due()
        until(now, 24 * 3600, step=30)
        assert now.courier.handed == []
        now.courier.always = None
        until(now, 330, step=5)
        told = {one.person for one in now.courier.handed}
        assert {*LEADS, SW, HEAD, DUTY, TEACHER, MANAGER} <= told
        keys = [one.key for one in now.courier.handed]
        assert len(keys) == len(set(keys))
        assert not now.house.watch.audit().unheard
        waiting = [row for row in now.rows(concern) if row.state == "waiting" and row.step.due_at <= now.clock()]
        assert len(waiting) <= 12, "a day's outage does not pile up rounds"


def test_a_platform_that_hangs_does_not_keep_the_other_ones_cards_waiting(scene: Scene) -> None:
    slow = platform(scene, "slow", always=Unsure("no_answer"), reached=frozenset(LEADS))
    with platforms(scene, slow, platform(scene, "quick", reached=frozenset({SW}))) as now:
        for _ in range(5):
            sent(now)
        now.house.alerts.deliver_due()
        assert len(slow.asked) == 3, "after three silences in a row it is left alone for a while"
        quick = now.house.alerts.telling.couriers["quick"]
        assert isinstance(quick, Platform)
        assert len(quick.handed) == 5
