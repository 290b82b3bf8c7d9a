"""How the service is: what a look finds, what keeps a process from being ready, and a database that hangs."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.health import FRESH, SILENT, Figures, Health, Lookout, Spooled, look_at
from bot.logs import silent
from bot.metrics import GAUGES
from storage.errors import StoreBroken, StoreBusy
from storage.migrations import head
from tests.bot.scenarios.house import Scene, migrated, open_house, opening, sqlite
from tests.bot.scenarios.telling import DSL, LEADS, sent
from tests.fakes import ListCourier, SetClock
from tests.statements import counted

WELL = Figures(
    version="0002", audit_age=10.0, oldest_unsent=0.0, overdue=0, unheard=0, undeliverable=0, waiting=3
)  # fmt: skip


@dataclass
class SetTicks:
    """A steady clock that stands until it is moved."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Jobs:
    """Jobs that run as told."""

    alive: bool = True
    done: Mapping[str, float] = field(default_factory=lambda: {"watch": 20.0, "deliver": 1.0})

    def delivers(self) -> bool:
        """As told."""
        return self.alive

    def ages(self) -> Mapping[str, float]:
        """As told."""
        return self.done


def looking(*found: Figures | Exception) -> Callable[[], Figures]:
    """A look that finds these in turn, the last one for ever."""
    left = list(found)

    def look() -> Figures:
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, Exception):
            raise one
        return one

    return look


def health(
    look: Callable[[], Figures], *, ticks: SetTicks | None = None, jobs: Jobs | None = None, rules: bool = True
) -> Health:
    """Health over a look."""
    lookout = Lookout(look, ticks or SetTicks(), silent)
    return Health(lookout=lookout, running=jobs or Jobs(), head="0002", rules_readable=rules)


@dataclass
class SetLink:
    """A standing connection that is as it is told to be."""

    seconds: float = 0.0

    def down(self) -> float:
        """As told."""
        return self.seconds

    def connections(self) -> int:
        """Two."""
        return 2


def test_a_connection_that_fell_is_worth_a_look_and_keeps_nobody_else_from_being_served() -> None:
    link = SetLink()
    found = replace(health(looking(WELL)), links={"slack": link})
    assert found.state()["status"] == "ok"
    assert found.sockets()["swis_socket_connections"] == {"slack": 2}
    link.seconds = 12.34
    assert found.unready() == ()
    assert (found.state()["status"], found.state()["slack_socket_down_seconds"]) == ("look", 12.3)
    assert found.sockets()["swis_socket_down_seconds"] == {"slack": 12.34}


def test_a_refused_directory_is_worth_a_look_and_keeps_nobody_from_being_served() -> None:
    found = replace(health(looking(WELL)), refused_directories=lambda: 1)
    assert found.unready() == ()
    assert (found.state()["status"], found.state()["refused_directories"]) == ("look", 1)


def test_a_process_with_everything_in_order_is_ready() -> None:
    found = health(looking(WELL))
    assert found.unready() == ()
    assert found.state()["status"] == "ok"


def test_a_process_goes_on_while_the_tables_are_ahead_of_it_in_an_upgrade() -> None:
    assert health(looking(replace(WELL, version="0003"))).unready() == ()


@pytest.mark.parametrize(
    ("look", "jobs", "rules", "code"),
    [
        (StoreBroken("gone"), Jobs(), True, "database_unreachable"),
        (StoreBusy("locked"), Jobs(), True, "database_busy"),
        (RuntimeError("a fault of ours"), Jobs(), True, "look_broke"),
        (replace(WELL, version="0001"), Jobs(), True, "other_version"),
        (replace(WELL, version=None), Jobs(), True, "other_version"),
        (WELL, Jobs(), False, "rules_unreadable"),
        (WELL, Jobs(done={"watch": 181.0}), True, "audit_late"),
        (WELL, Jobs(done={}), True, "audit_late"),
        (WELL, Jobs(alive=False), True, "delivery_stopped"),
    ],
)
def test_what_keeps_a_process_from_serving_has_a_code(
    look: Figures | Exception, jobs: Jobs, rules: bool, code: str
) -> None:
    found = health(looking(look), jobs=jobs, rules=rules)
    assert found.unready() == (code,)
    assert (found.state()["status"], found.state()["codes"]) == ("look", [code])


@pytest.mark.parametrize("what", ["unheard", "undeliverable", "overdue"])
def test_a_concern_that_needs_somebody_is_seen_and_keeps_no_process_from_serving(what: str) -> None:
    found = health(looking(replace(WELL, **{what: 1})))  # type: ignore[arg-type]
    assert found.unready() == ()
    assert (found.state()["status"], found.state()[what]) == ("look", 1)


def test_figures_are_kept_for_a_moment_and_then_looked_up_again() -> None:
    ticks = SetTicks()
    found = health(looking(WELL, replace(WELL, waiting=9)), ticks=ticks)
    assert [found.state()["waiting"], found.state()["waiting"]] == [3, 3]
    ticks.now += FRESH
    assert found.state()["waiting"] == 9


def test_after_a_failed_look_the_last_figures_stay_with_their_age() -> None:
    ticks = SetTicks()
    found = health(looking(WELL, StoreBroken("gone")), ticks=ticks)
    found.state()
    ticks.now += 60
    assert found.unready() == ("database_unreachable",)
    gauges = found.gauges()
    assert gauges["swis_figures_age_seconds"] == 60
    assert gauges["swis_heartbeat_age_seconds"] == 70
    assert gauges["swis_waiting_rows"] == 3


def test_before_anything_was_found_no_figure_is_shown() -> None:
    beside = {"swis_refused_directories", "swis_spool_waiting", "swis_spool_aside"}
    assert set(health(looking(StoreBroken("gone"))).gauges()) == beside


def test_a_database_that_hangs_holds_up_nobody_for_longer_than_their_patience() -> None:
    ticks, go_on = SetTicks(), threading.Event()

    def hang() -> Figures:
        go_on.wait(30)
        return WELL

    lookout = Lookout(hang, ticks, silent)
    assert lookout.latest(patience=0.01).figures is None
    ticks.now += SILENT + 1
    # The look that hangs is known to: this does not wait at all.
    seen = lookout.latest(patience=10)
    assert (seen.figures, seen.trouble) == (None, "database_silent")
    go_on.set()


def test_one_look_serves_everybody_who_asks_meanwhile() -> None:
    looks: list[int] = []

    def look() -> Figures:
        looks.append(1)
        return WELL

    lookout = Lookout(look, SetTicks(), silent)
    askers = [threading.Thread(target=lookout.latest) for _ in range(8)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    assert len(looks) == 1


@contextmanager
def a_scene(folder: Path) -> Iterator[Scene]:
    """A house on a file."""
    clock = SetClock()
    courier = ListCourier(clock)
    url = sqlite(folder, migrated(folder))
    house = open_house(url, clock, courier)
    opening(house, clock())
    yield Scene(house, clock, courier, url)
    house.store.close()


def test_a_look_counts_what_waits_what_is_late_and_how_old_the_audit_is(tmp_path: Path) -> None:
    with a_scene(tmp_path) as scene:
        look = look_at(scene.house.store, scene.house.watch, scene.clock)
        empty = look()
        scene.house.watch.audit()
        sent(scene)
        scene.clock.move(seconds=90)
        found = look()
        assert (empty.version, empty.audit_age, empty.waiting) == (head(), None, 0)
        assert (found.audit_age, found.oldest_unsent, found.overdue) == (90.0, 90.0, 4)
        assert found.waiting > found.overdue
        scene.deliver()
        assert (look().overdue, look().oldest_unsent) == (0, 0.0)


def test_rows_that_an_opened_concern_holds_back_are_not_late(tmp_path: Path) -> None:
    with a_scene(tmp_path) as scene:
        concern = sent(scene)
        scene.later(minutes=14)
        scene.house.responding.open(DSL, concern)
        scene.deliver()
        scene.clock.move(minutes=5)
        look = look_at(scene.house.store, scene.house.watch, scene.clock)
        assert (look().overdue, look().oldest_unsent) == (0, 0.0)
        scene.clock.move(minutes=6)
        assert look().overdue > 0


def test_what_a_lesson_holds_back_is_late_when_the_lesson_has_ended(tmp_path: Path) -> None:
    with a_scene(tmp_path) as scene:
        for lead in LEADS:
            scene.house.desk.act(lead, "send_in_lesson", {"minutes": "30"})
        sent(scene, "early_help")
        scene.deliver()
        look = look_at(scene.house.store, scene.house.watch, scene.clock)
        for minutes, late in ((5, 0.0), (24, 0.0), (3, 120.0)):
            scene.clock.move(minutes=minutes)
            assert (look().oldest_unsent, look().overdue > 0) == (late, late > 0)


def test_a_look_asks_for_what_is_shown_and_no_more(tmp_path: Path) -> None:
    with a_scene(tmp_path) as scene, counted() as asked:
        look_at(scene.house.store, scene.house.watch, scene.clock)()
    assert len(asked) <= 10


def test_a_row_that_nobody_tries_any_more_is_counted(tmp_path: Path) -> None:
    with a_scene(tmp_path) as scene:
        concern = sent(scene)
        with scene.house.store.write() as unit:
            unit.outbox.failed(scene.rows(concern)[0].id, None, "outage")
            unit.commit()
        assert look_at(scene.house.store, scene.house.watch, scene.clock)().undeliverable == 1


@pytest.mark.parametrize(
    ("what", "gauge"),
    [
        ("unreached", "swis_unreached_concerns"),
        ("unreminded", "swis_drafts_unreminded"),
        ("jobs_missed", "swis_jobs_missed"),
    ],
)
def test_what_the_auditor_says_was_missed_is_worth_a_look(what: str, gauge: str) -> None:
    found = health(looking(replace(WELL, **{what: 2})))  # type: ignore[arg-type]
    assert (found.state()["status"], found.gauges()[gauge], found.unready()) == ("look", 2, ())


def test_a_clock_that_jumped_once_is_counted_and_no_lasting_trouble() -> None:
    found = health(looking(replace(WELL, clock_jumps=1)))
    assert (found.state()["status"], found.gauges()["swis_clock_jumps"]) == ("ok", 1)


@pytest.mark.parametrize(("waiting", "aside"), [(2, 0), (0, 1)])
def test_what_is_in_the_spool_is_seen_also_while_the_database_is_away(waiting: int, aside: int) -> None:
    spool = Spooled(waiting=lambda: waiting, aside=lambda: aside)
    for look in (WELL, StoreBroken("gone")):
        found = replace(health(looking(look)), spool=spool)
        assert (found.state()["status"], found.state()["spool_waiting"], found.state()["spool_aside"]) == (
            "look",
            waiting,
            aside,
        )
        assert (found.gauges()["swis_spool_waiting"], found.gauges()["swis_spool_aside"]) == (waiting, aside)


def test_every_gauge_is_one_that_the_metrics_know() -> None:
    found = replace(health(looking(WELL)), links={"slack": SetLink()})
    assert set(found.gauges()) == set(GAUGES)
