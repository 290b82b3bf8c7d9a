"""Several processes on one PostgreSQL, no leader: presses, log lines and deliveries at the same moment."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING, Any

from bot.access import Denied
from storage.audit import Audit
from storage.shapes import ConcernId, PersonId
from storage.unit import Store
from tests.bot.scenarios.house import KEY, Scene, open_house, words_of
from tests.bot.scenarios.telling import DEPUTY, DSL, LEADS, SW, sent
from tests.fakes import ListCourier, SetClock

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

SPAWN = multiprocessing.get_context("spawn")


def at_once(work: Callable[..., None], *each: Sequence[Any]) -> list[Any]:
    """Run `work(gate, said, *arguments)` in a process for each of the arguments; what all of them said."""
    gate, said = SPAWN.Barrier(len(each)), SPAWN.Queue()
    workers = [SPAWN.Process(target=work, args=(gate, said, *arguments)) for arguments in each]
    for one in workers:
        one.start()
    found = [said.get(timeout=60) for _ in each]
    for one in workers:
        one.join(60)
    assert [one.exitcode for one in workers] == [0] * len(each)
    said.close()
    return found


def press(gate: Barrier, said: "Queue[Any]", url: str, person: str, concern: str) -> None:
    """Press *I have it* at the same moment as the others."""
    clock = SetClock()
    house = open_house(url, clock, ListCourier(clock), ids=f"{person}-{os.getpid()}-")
    house.desk.home(person)
    gate.wait(60)
    try:
        said.put((person, "You have it" in words_of(house.responding.have(person, concern))))
    except Denied as refused:
        said.put((person, str(refused)))
    house.store.close()


def test_of_presses_in_several_processes_at_once_one_lead_wins(server_scene: Scene) -> None:
    concern = sent(server_scene)
    server_scene.deliver()
    found = at_once(press, *((server_scene.url, person, concern) for person in (*LEADS, *LEADS)))
    lead = server_scene.concern(concern).life.lead
    assert lead is not None
    assert Counter(found) == {(one, one == lead.person): 2 for one in (DSL, DEPUTY)}
    winners = {by for kind, by in server_scene.log_of(concern) if kind == "had"}
    assert winners == {lead.person}
    with server_scene.house.store.read() as unit:
        assert unit.audit.verify(concern)


def write_lines(gate: Barrier, said: "Queue[Any]", url: str, concern: str, count: int) -> None:
    """Add lines to one chain, a unit each."""
    store = Store.open(url, [KEY], random_bytes=os.urandom)
    gate.wait(60)
    for _ in range(count):
        with store.write() as unit:
            unit.audit.add(concern, "read", PersonId(DSL), "designated_safeguarding_lead", SetClock().now, {})
            unit.commit()
    store.close()
    said.put(count)


def test_a_chain_that_several_processes_write_to_stays_whole(server_scene: Scene) -> None:
    concern = sent(server_scene)
    before = len(server_scene.log_of(concern))
    at_once(write_lines, *((server_scene.url, concern, 30) for _ in range(3)))
    assert len(server_scene.log_of(concern)) == before + 90
    assert whole(server_scene.house.store, concern)


def whole(store: Store, concern: str) -> bool:
    """Whether the chain of a concern verifies."""
    with store.read() as unit:
        audit: Audit = unit.audit
        return audit.verify(concern)


def deliver(gate: Barrier, said: "Queue[Any]", url: str) -> None:
    """Deliver everything that is due, as one process of many."""
    clock = SetClock()
    courier = ListCourier(clock)
    house = open_house(url, clock, courier, ids=f"{os.getpid()}-", holder=f"{os.getpid()}")
    gate.wait(60)
    house.alerts.deliver_due()
    said.put([(one.person, one.key) for one in courier.handed])
    house.store.close()


def test_of_several_senders_each_card_goes_out_once(server_scene: Scene) -> None:
    concerns = [sent(server_scene) for _ in range(8)]
    handed = [one for found in at_once(deliver, *((server_scene.url,) for _ in range(3))) for one in found]
    assert Counter(person for person, _ in handed) == dict.fromkeys((*LEADS, SW), 8)
    assert len(set(handed)) == len(handed)
    assert server_scene.deliver() == []
    for concern in concerns:
        assert whole(server_scene.house.store, concern)
        now = server_scene.clock()
        assert {row.state for row in server_scene.rows(ConcernId(concern)) if row.step.due_at <= now} == {"sent"}
