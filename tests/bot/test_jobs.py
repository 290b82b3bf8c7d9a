"""Alarms ring at the start, are counted when they break, and end with what they are doing done."""

import threading
from collections.abc import Callable

import pytest

from bot.jobs import Alarm, Jobs
from bot.logs import silent
from bot.seams import Unmeasured


class Counted(Unmeasured):
    """Keeps which jobs broke."""

    def __init__(self) -> None:
        self.broke: list[str] = []

    def job_failed(self, job: str) -> None:
        """Keep it."""
        self.broke.append(job)


def nothing() -> None:
    """A job with nothing to do."""


def ringing(run: Callable[[], object], measures: Counted, deliver: Callable[[], object] = nothing) -> Jobs:
    """Jobs with one alarm that would ring in an hour."""
    return Jobs(deliver, [Alarm(name="watch", every=3600, run=run)], silent, measures=measures)


def test_every_alarm_rings_once_at_the_start() -> None:
    rang, delivered = threading.Event(), threading.Event()
    jobs = ringing(rang.set, Counted(), delivered.set)
    assert (jobs.delivers(), dict(jobs.ages())) == (False, {})
    jobs.start()
    assert rang.wait(10)
    assert delivered.wait(10)
    assert jobs.delivers()
    assert jobs.stop()
    assert not jobs.delivers()
    assert set(jobs.ages()) == {"watch", "deliver"}
    assert all(age >= 0 for age in jobs.ages().values())


def test_an_alarm_that_breaks_is_counted_and_has_no_age() -> None:
    rang, measures = threading.Event(), Counted()

    def broken() -> None:
        rang.set()
        raise RuntimeError("a fault")

    jobs = ringing(broken, measures)
    jobs.start()
    assert rang.wait(10)
    jobs.stop()
    assert measures.broke == ["watch"]
    assert "watch" not in jobs.ages()


@pytest.mark.parametrize("broken", [True, False])
def test_a_delivery_under_way_ends_before_the_jobs_have_stopped(broken: bool) -> None:
    begun, go_on, ended, measures = threading.Event(), threading.Event(), threading.Event(), Counted()

    def deliver() -> None:
        begun.set()
        go_on.wait(10)
        ended.set()
        if broken:
            raise RuntimeError("a fault")

    jobs = Jobs(deliver, [], silent, measures=measures)
    jobs.start()
    assert begun.wait(10)
    threading.Timer(0.05, go_on.set).start()
    assert jobs.stop()
    assert ended.is_set()
    assert measures.broke == (["deliver"] if broken else [])
