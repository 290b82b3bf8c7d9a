"""The board's month and the partnership's term: made when they are over, once, told to whom the directory names.

And what happens when figures can't be given to whom they are for.
"""

import os
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from bot.directory import reporting, rows
from bot.publishing import read
from bot.report_rows import report_parts
from dialogs.cards import may_be_pushed
from dialogs.screens import Listing, Screen
from tests.bot.attack.test_never_unheard import added
from tests.bot.scenarios.failing import Failing, platforms
from tests.bot.scenarios.house import Scene, directories, open_house, words_of
from tests.bot.scenarios.telling import DSL, DUTY, MANAGER, SECOND_DUTY, SIGNS, sent
from tests.bot.scenarios.test_digests import AUDIENCE, NEXT_MONDAY, WEEK
from tests.bot.scenarios.test_many_processes import at_once
from tests.fakes import ListCourier, Platform, SetClock

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

BOARD, PARTNERSHIP = (
    next(one.id for one in rows(directories()[0])[1] if one.email == f"{kind}@ealing.example.invalid")
    for kind in ("board", "partnership")
)
PUBLISHED = (("week", AUDIENCE, WEEK), ("month", "ealing/arm-intervention", "2026-11"))
TERM_OVER = datetime(2027, 1, 4, 8, tzinfo=UTC)


def made(scene: Scene, at: datetime) -> list[tuple[str, str]]:
    """Look for reports at an instant and deliver; who got which card of them."""
    scene.clock.now = at
    scene.house.reports.make()
    before = len(scene.courier.handed)
    scene.house.alerts.deliver_due()
    handed = scene.courier.handed[before:]
    return [(one.person, one.card.title) for one in handed if one.person in (BOARD, PARTNERSHIP)]


def test_a_month_comes_when_its_last_week_is_over_and_once(scene: Scene) -> None:
    sent(scene)
    assert len(made(scene, NEXT_MONDAY - timedelta(days=3))) == 1
    assert made(scene, NEXT_MONDAY - timedelta(seconds=1)) == []
    assert made(scene, NEXT_MONDAY) == [(BOARD, "Project board, month: November 2026")]
    assert made(scene, NEXT_MONDAY + timedelta(days=20)) == []


def test_a_term_comes_when_the_next_one_begins(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    found = made(scene, TERM_OVER)
    assert found == [(BOARD, "Project board, month: December 2026"), (PARTNERSHIP, "Partnership, term: Autumn 2026")]


def test_the_first_run_makes_the_last_month_and_what_is_missed_later_is_made_up_and_says_so(scene: Scene) -> None:
    assert made(scene, NEXT_MONDAY - timedelta(days=5)) == [(BOARD, "Project board, month: October 2026")]
    late = made(scene, NEXT_MONDAY + timedelta(days=70))
    assert [title for person, title in late if person == BOARD] == [
        f"Project board, month: {month}" for month in ("November 2026", "December 2026", "January 2027")
    ]
    cards = [one.card for one in scene.courier.handed if one.person == BOARD]
    assert "was made up when it came back" in words_of(cards[1])


def test_levels_that_were_raised_since_the_weeks_cannot_be_counted_by_subtracting_them(scene: Scene) -> None:
    """Seven and five in the week; five and seven in the month would say that exactly two were raised."""
    concerns = [sent(scene, "early_help") for _ in range(7)] + [sent(scene) for _ in range(5)]
    scene.clock.now = NEXT_MONDAY
    scene.house.digests.make()
    for concern in concerns[:2]:
        added(scene, concern, (SIGNS["section_47"][1],))
    assert [scene.concern(one).outcome for one in concerns[:3]] == ["statutory_referral"] * 2 + ["early_help"]
    made(scene, NEXT_MONDAY + timedelta(days=1))
    with scene.house.store.read() as unit:
        kept = {name: unit.publications.of(audience, period) for name, audience, period in PUBLISHED}
    tables = {name: read(one.content)["counts"]["sent"] for name, one in kept.items() if one is not None}
    assert tables["week"]["early_help"] == [7, 7]
    assert tables["month"] == tables["week"]


def test_a_clock_that_ran_ahead_takes_no_later_report_away(scene: Scene) -> None:
    true = scene.clock()
    assert [person for person, _ in made(scene, true)] == [BOARD]
    assert len(made(scene, TERM_OVER + timedelta(days=100))) > 3
    scene.clock.now = true
    assert [person for person, _ in made(scene, NEXT_MONDAY)] == [BOARD]
    scene.clock.now = NEXT_MONDAY + timedelta(hours=1)
    sent(scene)
    assert [person for person, _ in made(scene, TERM_OVER)] == [BOARD, PARTNERSHIP]
    with scene.house.store.read() as unit:
        kept = unit.publications.of("ealing/arm-intervention", "2026-12")
    assert kept is not None
    assert read(kept.content)["counts"]["sent"]["statutory_referral"] == [1, 4]


def test_one_in_time_does_not_say_that_it_is_late(scene: Scene) -> None:
    made(scene, NEXT_MONDAY + timedelta(minutes=2))
    (card,) = (one.card for one in scene.courier.handed if one.person == BOARD)
    assert "made up" not in words_of(card)
    assert may_be_pushed(card)


def test_a_restart_repeats_nothing(scene: Scene) -> None:
    assert made(scene, NEXT_MONDAY)
    again = open_house(scene.url, scene.clock, scene.courier, ids="again")
    again.reports.make()
    assert again.alerts.deliver_due() == 0
    again.store.close()


def link(screen: Screen) -> str:
    """The token of a link on a screen."""
    lines = [line for block in screen.blocks if isinstance(block, Listing) for line in block.items if line.url]
    return (lines[0].url or "").rpartition("/")[2]


def test_the_link_opens_the_page_for_print_once_and_it_is_logged(scene: Scene) -> None:
    sent(scene)
    made(scene, NEXT_MONDAY)
    desk = scene.house.desk
    assert [action.id for action in desk.home(BOARD).actions] == ["figures_board"]
    token = link(desk.act(BOARD, "figures_board", {}))
    page = scene.house.figures.look(token)
    assert page is not None
    assert page.sheet.title == "Project board, month, 2 to 29 November 2026"
    assert page.pdf is not None
    assert page.pdf.startswith(b"%PDF-")
    assert "ealing/arm-intervention,2026-11" in page.csv
    assert "ealing/arm-comparison,2026-11" in page.csv
    assert scene.house.figures.look(token) is None
    assert [kind for kind, by in scene.log_of("-") if by == BOARD][-2:] == ["figures_linked", "figures_read"]


@pytest.mark.parametrize("person", [DSL, MANAGER, PARTNERSHIP])
def test_nobody_gets_a_link_to_a_report_that_is_not_for_them(scene: Scene, person: str) -> None:
    made(scene, NEXT_MONDAY)
    assert "/figures/" not in words_of(scene.house.desk.act(person, "figures_board", {}))
    assert ("access_refused", person) in scene.log_of("-")


def test_a_reader_of_reports_opens_tells_and_sees_nothing_else(scene: Scene) -> None:
    concern = sent(scene)
    made(scene, NEXT_MONDAY)
    desk = scene.house.desk
    assert "figures" not in {action.id for action in desk.home(BOARD).actions}
    assert scene.concern(concern).reference not in words_of(desk.home(BOARD))
    for press in ("figures", "figures_card", "away", "log_teaching"):
        assert "Weekly figures" not in words_of(desk.act(BOARD, press, {}))


def test_an_address_of_somebody_in_the_file_is_that_person() -> None:
    directory = directories()[0]
    manager = next(one for one in directory.people if one.id == MANAGER)
    changed = directory.model_copy(
        update={"digest": directory.digest.model_copy(update={"board": (manager.email.upper(),)})}
    )
    assert reporting(changed).board == (MANAGER,)
    assert not [one for one in rows(changed)[1] if one.email == manager.email.upper()]


def test_no_address_stands_in_an_id() -> None:
    assert BOARD.startswith("ealing.reader-")
    assert "board" not in BOARD


def build(gate: Barrier, said: "Queue[Any]", url: str, name: str) -> None:
    """Look for reports at the same moment as the others, and deliver."""
    clock = SetClock(NEXT_MONDAY)
    courier = ListCourier(clock)
    house = open_house(url, clock, courier, ids=f"{name}-{os.getpid()}-", holder=name)
    gate.wait(60)
    house.reports.make()
    house.alerts.deliver_due()
    said.put([one.card.title for one in courier.handed if one.person == BOARD])
    house.store.close()


def test_of_several_processes_at_once_one_builds_and_one_card_arrives(server_scene: Scene) -> None:
    server_scene.clock.now = NEXT_MONDAY
    server_scene.house.digests.make()
    found = at_once(build, *((server_scene.url, name) for name in ("one", "two")))
    assert [title for one in found for title in one] == ["Project board, month: November 2026"]


# ── figures that reach nobody


def unreachable(scene: Failing, *people: str) -> None:
    """From now on nothing reaches these people."""
    everybody = {one.id for directory in directories() for one in rows(directory)[1]}
    scene.courier.reached = frozenset(everybody - set(people))


def told_of_ungiven(scene: Failing, minutes: int) -> list[tuple[str, str]]:
    """Who hears in the next minutes that figures reached nobody, and what they read."""
    for _ in range(minutes * 6):
        scene.clock.move(seconds=10)
        scene.house.alerts.deliver_due()
    cards = [one for one in scene.courier.handed if one.card.title == "Figures could not be delivered"]
    return [(one.person, words_of(one.card)) for one in cards]


def test_a_digest_that_reaches_nobody_is_heard_of_by_whoever_is_on_duty_once(scene: Scene) -> None:
    with platforms(scene, Platform(scene.clock)) as failing:
        unreachable(failing, MANAGER)
        failing.clock.now = NEXT_MONDAY
        failing.house.digests.make()
        found = told_of_ungiven(failing, 5)
        assert [person for person, _ in found] in ([DUTY], [SECOND_DUTY])
        assert "The weekly figures did not reach the person they are for: Team manager." in found[0][1]
        assert told_of_ungiven(failing, 30) == found
        assert ("delivery_failed", MANAGER) not in failing.log_of(f"digest:{AUDIENCE}:{WEEK}")
        # It is tried on meanwhile: the manager gets it when they can be reached.
        unreachable(failing)
        failing.house.alerts.deliver_due()
        failing.clock.move(minutes=6)
        failing.house.alerts.deliver_due()
        assert "Weekly figures" in [one.card.title for one in failing.courier.handed if one.person == MANAGER][-1]


def test_whoever_is_next_hears_where_that_one_cannot_be_reached_either(scene: Scene) -> None:
    with platforms(scene, Platform(scene.clock)) as failing:
        unreachable(failing, BOARD, MANAGER)
        failing.clock.now = NEXT_MONDAY
        failing.house.reports.make()
        # The manager's own digest is with nobody either.
        said = "A report did not reach the person they are for: Reader of reports."
        found = [person for person, card in told_of_ungiven(failing, 8) if said in card]
        assert found in ([DUTY], [SECOND_DUTY])


def test_a_report_that_reaches_nobody_is_heard_of_by_the_manager(scene: Scene) -> None:
    with platforms(scene, Platform(scene.clock)) as failing:
        unreachable(failing, BOARD)
        failing.clock.now = NEXT_MONDAY
        failing.house.reports.make()
        assert [person for person, _ in told_of_ungiven(failing, 5)] == [MANAGER]


def test_a_period_with_a_colon_in_its_name_is_found_again() -> None:
    assert report_parts("report:ealing/partnership:Autumn: 2026") == ("ealing", "partnership", "Autumn: 2026")
