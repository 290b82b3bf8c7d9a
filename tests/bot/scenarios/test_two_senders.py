"""Several threads of one process deliver at once: what storage does to one of them is no other's affair."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import cast

from bot.alerts import PATIENCE, Alerts
from storage.errors import StoreBroken, StoreBusy, StoreError
from storage.unit import Store, UnitOfWork
from tests.bot.scenarios.failing import Failing, platforms
from tests.bot.scenarios.house import Scene
from tests.bot.scenarios.telling import sent
from tests.fakes import Platform

SECONDS = 20
"""How long one thread waits for the other at the most: the test fails then, and never hangs."""


@dataclass
class Faulty:
    """A store whose next units of writing fail as planned for the thread that asks; the rest goes to the real one."""

    store: Store
    plans: dict[str, list[StoreError | None]] = field(default_factory=dict)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A unit of the real store, or the fault that is next."""
        plan = self.plans.get(threading.current_thread().name, [])
        if plan and (fault := plan.pop(0)) is not None:
            raise fault
        with self.store.write() as unit:
            yield unit


def senders(now: Failing) -> tuple[Alerts, Faulty]:
    """The house's sender on a store that can fail."""
    store = Faulty(now.house.store)
    return replace(now.house.alerts, store=cast("Store", store)), store


def begun(name: str, work: Callable[[], object]) -> threading.Thread:
    """A sender's thread, which takes what storage says as the scheduler does."""

    def calm() -> None:
        with suppress(StoreError):
            work()

    thread = threading.Thread(target=calm, name=name)
    thread.start()
    return thread


def left_in_hand(now: Failing, alerts: Alerts, store: Faulty) -> None:
    """Thread A claimed a concern's rows and handed the first one over, and the database went away meanwhile."""
    sent(now)
    store.plans["A"] = [None, StoreBroken("gone"), StoreBroken("gone"), StoreBroken("gone")]
    begun("A", alerts.deliver_due).join()
    assert now.courier.living, "the reporter's own message is the first of its rows"
    store.plans.clear()
    now.clock.move(seconds=PATIENCE.total_seconds() + 1)


def test_a_fault_of_one_sender_makes_no_other_send_again_what_it_settled(scene: Scene) -> None:
    with platforms(scene, Platform(scene.clock), patience=5) as now:
        alerts, store = senders(now)
        left_in_hand(now, alerts, store)
        sent(now)
        other, faulted, a_is_done = list[threading.Thread](), threading.Event(), threading.Event()
        store.plans["B"] = [None, StoreBusy("locked")]

        def meanwhile() -> None:
            if threading.current_thread().name == "A" and not other:
                other.append(begun("B", alerts.deliver_due))
                assert faulted.wait(SECONDS)
            elif threading.current_thread().name == "B" and not store.plans["B"]:
                faulted.set()
                a_is_done.wait(SECONDS)

        now.courier.asking = meanwhile
        begun("A", alerts.deliver_due).join()
        a_is_done.set()
        other[0].join()
        now.courier.asking = lambda: None
        now.clock.move(seconds=2)
        alerts.deliver_due()
        assert now.courier.twice == []
