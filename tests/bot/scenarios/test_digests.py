"""The weekly digest: once a team and week, on Monday at eight or later and saying so, to whom the directory names."""

import os
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from bot.digest_look import digest_screen, published_for
from bot.digests import about_of
from storage.errors import NotFound
from storage.publications import Publication
from tests.bot.scenarios.house import Scene, open_house, words_of
from tests.bot.scenarios.telling import MANAGER, TEACHER, danger, decided, sent
from tests.bot.scenarios.test_many_processes import at_once
from tests.fakes import ListCourier, SetClock

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

AUDIENCE, WEEK = "ealing/swis", "2026-W48"
NEXT_MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def made(scene: Scene, at: datetime) -> list[str]:
    """Look for digests at an instant and deliver; the titles of the digests that Ealing's manager got, in order."""
    scene.clock.now = at
    scene.house.digests.make()
    before = len(scene.courier.handed)
    scene.house.alerts.deliver_due()
    handed = scene.courier.handed[before:]
    return [one.card.title for one in handed if one.person == MANAGER and one.card.id == "digest"]


def card_of(scene: Scene) -> str:
    """All that the last digest's card says."""
    handed = [one for one in scene.courier.handed if one.person == MANAGER and one.card.id == "digest"]
    return words_of(handed[-1].card)


def test_it_comes_on_monday_at_eight_and_not_before_and_once(scene: Scene) -> None:
    assert made(scene, NEXT_MONDAY - timedelta(minutes=30)) == ["Weekly figures, 16 to 22 November 2026"]
    assert made(scene, NEXT_MONDAY - timedelta(seconds=1)) == []
    assert made(scene, NEXT_MONDAY) == ["Weekly figures, 23 to 29 November 2026"]
    assert made(scene, NEXT_MONDAY) == []
    assert made(scene, NEXT_MONDAY + timedelta(days=6)) == []
    assert "comes late" not in card_of(scene)


def test_a_restart_repeats_nothing(scene: Scene) -> None:
    assert len(made(scene, NEXT_MONDAY)) == 1
    again = open_house(scene.url, scene.clock, scene.courier, ids="again")
    again.digests.make()
    assert again.alerts.deliver_due() == 0
    again.store.close()


def test_weeks_that_were_missed_are_made_up_each_on_its_own_and_say_so(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    late = made(scene, NEXT_MONDAY + timedelta(days=23))
    assert late == [
        "Weekly figures, 30 November to 6 December 2026",
        "Weekly figures, 7 to 13 December 2026",
        "Weekly figures, 14 to 20 December 2026",
    ]
    assert "This digest comes late" in card_of(scene)


@pytest.mark.parametrize(
    "monday", [datetime(2027, 3, 29, 7, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)], ids=["spring", "autumn"]
)
def test_eight_is_londons_across_both_clock_changes(scene: Scene, monday: datetime) -> None:
    made(scene, monday - timedelta(days=1))
    assert made(scene, monday - timedelta(seconds=1)) == []
    assert len(made(scene, monday)) == 1


def test_a_quiet_week_says_so_and_does_not_look_broken(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    said = card_of(scene)
    assert "A quiet week" in said
    assert "Nothing waits for action" in said


def test_a_concern_is_counted_as_a_range_and_points_to_what_waits(scene: Scene) -> None:
    concern = sent(scene)
    made(scene, NEXT_MONDAY)
    said = card_of(scene)
    assert f"Not seen yet (1): {scene.concern(concern).reference} since 10:00 on 23 November" in said
    assert "Statutory referral: 1 to 4" in said
    assert "All together: 1 to 4" in said
    assert "Robin" not in said


def test_a_decision_is_counted_by_what_was_decided(scene: Scene) -> None:
    concern = sent(scene)
    scene.house.responding.have("brentside.dsl", concern)
    decided(scene, concern)
    made(scene, NEXT_MONDAY)
    with scene.house.store.read() as unit:
        content = published_for(unit, AUDIENCE, WEEK)
    assert content["counts"]["decided"]["statutory_referral"] == [1, 4]


def test_what_concerns_an_adult_is_in_no_figure_and_no_pointer(scene: Scene) -> None:
    talk = danger(scene, "help_now_staff")
    made(scene, NEXT_MONDAY)
    said = card_of(scene)
    assert "A quiet week" in said
    assert scene.concern(talk.concern).reference not in said


def test_a_clock_that_ran_ahead_takes_no_later_digest_away(scene: Scene) -> None:
    """Two weeks, so that the same is told under the same names; the running week had said nothing."""
    true = scene.clock()
    made(scene, true + timedelta(days=1))
    ahead = made(scene, NEXT_MONDAY + timedelta(days=14))
    assert len(ahead) == 3
    scene.clock.now = true + timedelta(days=2)
    sent(scene)
    assert made(scene, true + timedelta(days=3)) == []
    assert scene.house.desk.act(MANAGER, "figures_card", {}).title == "Weekly figures, 16 to 22 November 2026"
    titles = ["Weekly figures, 23 to 29 November 2026", "Weekly figures, 30 November to 6 December 2026"]
    assert [made(scene, NEXT_MONDAY + timedelta(days=days)) for days in (0, 7)] == [[title] for title in titles]
    assert _published(scene)["counts"]["sent"]["statutory_referral"] == [1, 4]
    assert made(scene, NEXT_MONDAY + timedelta(days=8)) == []


def test_what_a_clock_that_ran_ahead_said_of_a_running_week_stays(scene: Scene) -> None:
    """It may have been read: what came after could be counted by subtraction."""
    true = scene.clock()
    sent(scene)
    made(scene, NEXT_MONDAY + timedelta(days=1))
    before = _published(scene)
    scene.clock.now = true + timedelta(days=1)
    sent(scene)
    assert made(scene, NEXT_MONDAY) == []
    assert _published(scene) == before


ADULT_DRAFTS: tuple[tuple[tuple[str, dict[str, object]], ...], ...] = (
    (("start", {"what": "adult"}),),
    (("start", {"what": "adult"}), ("adult_who", {"who": "someone_else", "name": "Zed Q", "someone_safe": "yes"})),
)


@pytest.mark.parametrize("said", ADULT_DRAFTS, ids=["said_so", "named"])
@pytest.mark.parametrize("thrown_away", [True, False], ids=["thrown_away", "lapsed"])
def test_a_draft_about_an_adult_that_was_left_is_in_no_figure(
    scene: Scene, said: tuple[tuple[str, dict[str, object]], ...], thrown_away: bool
) -> None:
    """One about a child beside it is counted, or this could not fail."""
    child, adult = scene.begin("villiers.teacher"), scene.begin(TEACHER)
    child.say("start", {"what": "worried"})
    for screen, values in said:
        adult.say(screen, values)
    if thrown_away:
        scene.house.intake.discard(TEACHER, adult.turn.conversation)
    scene.clock.move(days=8)
    scene.house.tidy.tidy()
    made(scene, NEXT_MONDAY + timedelta(days=7))
    with scene.house.store.read() as unit:
        assert published_for(unit, AUDIENCE, "2026-W49")["counts"]["abandoned"] == {"start": [1, 4]}


def test_what_was_published_stays_when_rows_change_afterwards(scene: Scene) -> None:
    concern = sent(scene)
    made(scene, NEXT_MONDAY)
    before = _published(scene)
    with scene.house.store.write() as unit:
        unit.concerns.amend(scene.concern(concern).id, outcome="early_help")
        unit.commit()
    made(scene, NEXT_MONDAY + timedelta(days=7))
    assert _published(scene) == before


def _published(scene: Scene) -> Any:
    with scene.house.store.read() as unit:
        return published_for(unit, AUDIENCE, WEEK)


def test_each_delivery_stands_in_the_log(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    assert ("told", MANAGER) in scene.log_of(about_of(AUDIENCE, WEEK))


def test_a_platform_that_refuses_gets_it_later(scene: Scene) -> None:
    scene.courier.down = True
    assert made(scene, NEXT_MONDAY) == []
    scene.courier.down = False
    assert made(scene, NEXT_MONDAY + timedelta(hours=1)) == ["Weekly figures, 23 to 29 November 2026"]


def test_figures_that_cannot_be_drawn_go_out_bare(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    with scene.house.store.write() as unit:
        kept = unit.publications.of(AUDIENCE, WEEK)
        assert kept is not None
        broken = kept.content.replace('"late":false', '"late_is_gone":false')
        unit.publications.keep(Publication(audience=AUDIENCE, period="2026-W49", built_at=NEXT_MONDAY, content=broken))
        house = scene.house
        screen = digest_screen(unit, house.places, about_of(AUDIENCE, "2026-W49"), NEXT_MONDAY)
    assert "sent, emergency: 0" in words_of(screen)


def test_what_was_never_published_is_not_there(scene: Scene) -> None:
    with scene.house.store.read() as unit, pytest.raises(NotFound, match="2026-W01"):
        published_for(unit, AUDIENCE, "2026-W01")


def build(gate: Barrier, said: "Queue[Any]", url: str, name: str) -> None:
    """Look for digests at the same moment as the others, and deliver."""
    clock = SetClock(NEXT_MONDAY)
    courier = ListCourier(clock)
    house = open_house(url, clock, courier, ids=f"{name}-{os.getpid()}-", holder=name)
    gate.wait(60)
    house.digests.make()
    house.alerts.deliver_due()
    said.put([one.card.title for one in courier.handed if one.person == MANAGER])
    house.store.close()


def test_of_several_processes_at_once_one_builds_and_one_card_arrives(server_scene: Scene) -> None:
    found = at_once(build, *((server_scene.url, name) for name in ("one", "two", "three")))
    titles = [title for one in found for title in one]
    assert titles == ["Weekly figures, 23 to 29 November 2026"]
    with server_scene.house.store.read() as unit:
        assert len(unit.publications.between(AUDIENCE, "2026-W01", "2026-W53")) == 1
