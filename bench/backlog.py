"""Alerts under load: a backlog that drains, claims beside a long past, and the time from commit to courier.

On SQLite by one process, on a PostgreSQL of its own by four. The courier only takes the cards.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory, mkdtemp

from sqlalchemy import text

from bench.figures import Figure, Section
from bot.directory import load_directory
from bot.jobs import Jobs
from bot.logs import silent
from bot.reading import EXAMPLES, reading
from bot.seams import Parcel, references, system_clock, system_id
from bot.wiring import House, World, assemble, load_people
from dialogs.concern import Life
from storage.engine import make_engine
from storage.migrations import upgrade
from storage.sealed import MasterKey
from storage.shapes import ChildTokens, Concern, ConcernId, OutboxId, Person, PersonId, PlannedStep, SchoolId
from storage.unit import Store
from tests import postgres
from tests.bot.scenarios import telling
from tests.bot.scenarios.house import Talk

KEY = MasterKey("bench", bytes(range(32)))
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PUT_AT_ONCE = 500
ROWS = 10_000
PASTS = (10_000, 100_000, 1_000_000)
CLAIMS = 60
A_MINUTE = 100
MINUTES = 1
PROCESSES = 4


@dataclass(slots=True)
class NullCourier:
    """Takes everything; remembers when, if asked to."""

    channel: str = "null"
    last_resort: bool = False
    taken: dict[str, float] | None = None

    def address_of(self, to: Person, known: object) -> str:  # noqa: ARG002
        """Everybody."""
        return to.id

    def deliver(self, parcel: Parcel) -> str:
        """Taken."""
        if self.taken is not None:
            self.taken.setdefault(parcel.card.title.rpartition(" ")[2], time.perf_counter())
        return parcel.key

    def revise(self, parcel: Parcel, receipt: str) -> str:  # noqa: ARG002
        """Taken."""
        return receipt


def house(url: str, holder: str, courier: NullCourier | None = None, spool: Path | None = None) -> House:
    """The service on a migrated database, with the courier that does nothing and a spool of its own."""
    world = World(
        clock=system_clock, new_id=system_id, new_reference=references(os.urandom), random=os.urandom,
        couriers={"null": courier or NullCourier()}, holder=holder, spool=spool or Path(mkdtemp()),
    )  # fmt: skip
    store = Store.open(url, [KEY], random_bytes=os.urandom)
    return assemble(store, reading().judge, (load_directory(EXAMPLES / "ealing.yaml"),), world)


def prepared(url: str, courier: NullCourier | None = None) -> House:
    """A house on a migrated database, with its people."""
    upgrade(url)
    found = house(url, "first", courier)
    load_people(found.store, found.directories, START)
    return found


def fill(store: Store, rows: int) -> None:
    """So many concerns with one row each, all due: to the lead of one school."""
    for start in range(0, rows, PUT_AT_ONCE):
        numbers = range(start, min(start + PUT_AT_ONCE, rows))
        with store.write() as unit:
            for number in numbers:
                unit.concerns.add(_concern(number), {}, ChildTokens(tokens=()))
            unit.outbox.put([_step(number) for number in numbers], [OutboxId(f"row-{n:08}") for n in numbers])
            unit.commit()


def _concern(number: int) -> Concern:
    return Concern(
        id=ConcernId(f"concern-{number:08}"), reference=f"B{number:08}", kind="child", restricted=False,
        reporter=PersonId("brentside.teacher"), school=SchoolId("brentside"), authority="ealing", outcome=None,
        level=None, urgency=3, advice_now=False, document_version=None, branch=None, linked_to=None, excluded=(),
        sent_at=START, created_at=START, life=Life(),
    )  # fmt: skip


def _step(number: int) -> PlannedStep:
    return PlannedStep(
        concern=ConcernId(f"concern-{number:08}"), chain="until_had", round=1, step=0,
        role="designated_safeguarding_lead", person=None, due_at=START, respond_by=None, draw="alert",
        reason="told_at_once", dedupe=f"{number}", follow=False,
    )  # fmt: skip


def drained_by_one(url: str) -> float:
    """Rows a second of one process."""
    found = prepared(url)
    fill(found.store, ROWS)
    began = time.perf_counter()
    assert found.alerts.deliver_due() == ROWS
    seconds = time.perf_counter() - began
    _all_told(found, url)
    return ROWS / seconds


def drained_by_four(url: str) -> tuple[int, float]:
    """How many rows were taken twice, and rows a second of four processes, from the first's start to the last's end."""
    found = prepared(url)
    fill(found.store, ROWS)
    command = [sys.executable, "-W", "ignore", "-m", "bench.backlog", url]
    workers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(PROCESSES)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(b"go\n")
        worker.stdin.flush()
    spans = [json.loads(worker.communicate()[0]) for worker in workers]
    _all_told(found, url)
    twice = sum(span["rows"] for span in spans) - ROWS
    return twice, ROWS / float(max(span["ended"] for span in spans) - min(span["began"] for span in spans))


def _all_told(found: House, url: str) -> None:
    """Each row was marked by itself and stands in the log of its concern."""
    with found.store.read() as unit:
        assert unit.outbox.waiting_count() == 0
    engine = make_engine(url)
    with engine.connect() as connection:
        lines = connection.execute(text("SELECT count(*) FROM audit WHERE kind = 'told'")).scalar_one()
        told = connection.execute(text("SELECT count(*) FROM deliveries WHERE state = 'sent'")).scalar_one()
    engine.dispose()
    assert lines == told == ROWS


def _worker(url: str) -> None:
    """One of the four: waits for the word, delivers, says how much and when."""
    found = house(url, system_id())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began = time.time()
    rows = found.alerts.deliver_due()
    sys.stdout.write(json.dumps({"rows": rows, "began": began, "ended": time.time()}))


_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)",
    "postgresql": "WITH n AS (SELECT generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS i)",
}
_PAST = (
    " INSERT INTO outbox (id, concern, chain, round, step, role, due_at, draw, reason, dedupe, follow, state, attempt,"
    " next_at, sent_at) SELECT 'past-' || i, 'concern-00000000', 'until_had', 1, 0, 'head', i, 'alert', 'told_at_once',"
    " 'past-' || i, false, 'sent', 1, i, i FROM n"
)


def claims(url: str) -> Mapping[int, float]:
    """The middle time of a claim of twenty due rows in milliseconds, beside each length of past."""
    found = prepared(url)
    fill(found.store, PUT_AT_ONCE)
    engine, past, middle = make_engine(url), 0, {}
    for wanted in PASTS:
        with engine.connect() as connection:
            numbers = text(_NUMBERS[engine.dialect.name] + _PAST) if engine.dialect.name == "sqlite" else None
            statement = numbers if numbers is not None else text(_for_postgres())
            connection.execute(statement, {"first": past + 1, "last": wanted})
            connection.commit()
            if engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE outbox"))
        past = wanted
        middle[wanted] = median(_claim_times(found))
    engine.dispose()
    return middle


def _for_postgres() -> str:
    """PostgreSQL wants the insert before its numbers."""
    return _PAST.replace(" FROM n", " FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n(i)")


def _claim_times(found: House) -> list[float]:
    times = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        with found.store.write() as unit:
            rows = unit.outbox.claim(system_clock(), 20, 60, "bench")
            unit.commit()
        times.append(1000 * (time.perf_counter() - began))
        assert len(rows) == 20
        with found.store.write() as unit:
            unit.outbox.release([row.id for row in rows], "bench")
            unit.commit()
    return times


@dataclass(slots=True)
class Sender:
    """Sends concerns at an even pace and remembers when each was committed."""

    house: House
    committed: dict[str, float] = field(default_factory=dict)

    def send(self) -> None:
        """One concern of Section 47, screen by screen; the last answer commits it."""
        talk = Talk(self.house, telling.TEACHER, self.house.intake.begin(telling.TEACHER, "concern", None))
        group, sign = telling.SIGNS["section_47"]
        talk.say("start", {"what": "worried"}).say("happened", telling.HAPPENED).say("child", telling.CHILD)
        talk.say("about", {"groups": (group,)}).say("signs", {"signs": (sign,)}, "send_now").say("check", {}, "send")
        now = time.perf_counter()
        with self.house.store.read() as unit:
            self.committed[unit.concerns.get(talk.concern).reference] = now


def latencies(url: str) -> list[float]:
    """Milliseconds from the commit of each of 100 concerns a minute to the first courier's call."""
    courier = NullCourier(taken={})
    found = prepared(url, courier)
    jobs = Jobs(found.alerts.deliver_due, found.alarms(), silent)
    jobs.start()
    sender = Sender(replace(found, intake=replace(found.intake, nudge=jobs.nudge)))
    for _ in range(A_MINUTE * MINUTES):
        began = time.perf_counter()
        sender.send()
        time.sleep(max(0.0, 60 / A_MINUTE - (time.perf_counter() - began)))
    _wait_for(courier, sender)
    jobs.stop()
    assert courier.taken is not None
    return [1000 * max(0.0, courier.taken[one] - at) for one, at in sender.committed.items()]


def _wait_for(courier: NullCourier, sender: Sender) -> None:
    assert courier.taken is not None
    for _ in range(100):
        if set(sender.committed) <= set(courier.taken):
            return
        threading.Event().wait(0.1)


@contextmanager
def places(var: Path) -> Iterator[Mapping[str, str]]:
    """An empty database of each kind, both durable: what is committed is on the disk."""
    with TemporaryDirectory(dir=var) as folder, postgres.private(durable=True) as server:
        names = ("drain", "claim", "latency")
        for name in names:
            server.run(f"CREATE DATABASE {name}")
        yield {
            **{f"sqlite {name}": f"sqlite:///{folder}/{name}.sqlite" for name in names},
            **{f"postgresql {name}": server.url(name) for name in names},
        }


def main(var: Path) -> Section:
    """Measure everything."""
    with places(var) as at:
        one, (twice, four) = drained_by_one(at["sqlite drain"]), drained_by_four(at["postgresql drain"])
        figures = [
            Figure(what="SQLite, one process, rows a second", value=one, at_least=1000),
            Figure(what="PostgreSQL, four processes, rows a second", value=four, at_least=1000),
            Figure(what="PostgreSQL: rows that two processes took", value=float(twice), at_most=0),
        ]  # fmt: skip
        for name in ("sqlite", "postgresql"):
            figures += _claim_figures(name, claims(at[f"{name} claim"]))
            figures += _latency_figures(name, latencies(at[f"{name} latency"]))
    return Section(
        title="Alerts: a backlog, a long past, and from commit to courier",
        how=f"{ROWS:,} due rows, each marked, recorded and written to its concern's log in a transaction of its own;\n"
        f"the databases wait for the disk. Claims take 20 rows, the middle of {CLAIMS}. {A_MINUTE} concerns a minute\n"
        f"for {MINUTES} minutes, answered screen by screen by the process that delivers them.",
        figures=tuple(figures),
    )


def _claim_figures(name: str, middle: Mapping[int, float]) -> Iterator[Figure]:
    for past, milliseconds in middle.items():
        yield Figure(what=f"{name}: a claim beside {past:,} past rows", value=milliseconds, unit="ms")
    growth = middle[PASTS[-1]] / middle[PASTS[0]]
    yield Figure(what=f"{name}: from {PASTS[0]:,} to {PASTS[-1]:,} past rows, times", value=growth, at_most=2)


def _latency_figures(name: str, times: list[float]) -> Iterator[Figure]:
    yield Figure(what=f"{name}: commit to courier, middle", value=median(times), unit="ms", at_most=100)
    ninety_nine = quantiles(times, n=100)[98]
    yield Figure(what=f"{name}: commit to courier, 99 of 100 within", value=ninety_nine, unit="ms", at_most=1000)


if __name__ == "__main__":
    _worker(sys.argv[1])
