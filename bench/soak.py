"""`make soak`: concerns while processes are killed at random moments and the database is restarted; then the counting.

Each process reports, presses and delivers, and says aloud what people were told (a line in a file of its own). At the
end: is every concern that somebody was told is sent still there, told to whom it must be, held or due; was any card
given twice without saying so; did two people ever win the same press.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.backlog import house, prepared
from bench.figures import Figure, Section
from bot.access import Denied
from bot.danger import Kept
from bot.jobs import Jobs
from bot.logs import silent
from bot.seams import Parcel
from bot.wiring import House
from dialogs.concern import State
from storage.errors import StoreError
from storage.shapes import ConcernId
from tests import postgres
from tests.bot.scenarios import telling
from tests.bot.scenarios.house import Talk, words_of

CONCERNS = {"postgresql": 10_000, "sqlite": 2_000}
PROCESSES = {"postgresql": 4, "sqlite": 1}
REPORTERS = 2
RESTARTS = 5
KILL_AFTER = (150, 350)
"""Concerns between two kills, however fast the machine is: a kill costs about one card that is told again."""
LOOK_AFTER = (0.2, 1.2)
"""Seconds between two looks at how many there are, so that a kill hits any moment."""
SEED = 20261125
TEACHERS = ("brentside", "villiers", "greenford", "northolt", "larkrise-primary")
LONGEST = 3600


@dataclass(frozen=True, slots=True)
class Said:
    """A file of lines that outlives its process: what is written is with the operating system."""

    path: Path

    def __call__(self, **what: object) -> None:
        line = json.dumps(what) + "\n"
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
            file.write(line)

    def lines(self) -> Iterator[Any]:
        """What was said, without a last line that death cut off."""
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else ():
            try:
                yield json.loads(line)
            except ValueError:
                continue


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform outside all processes: what it was handed stands in its file."""

    said: Said
    channel: str = "platform"
    last_resort: bool = False

    def address_of(self, to: Any, known: object) -> str:  # noqa: ARG002
        """Everybody."""
        return str(to.id)

    def deliver(self, parcel: Parcel) -> str:
        """Taken."""
        self.said(key=parcel.key, repeat=parcel.repeat)
        return parcel.key

    def revise(self, parcel: Parcel, receipt: str) -> str:
        """Taken."""
        self.said(key=f"{parcel.key}:{receipt}", repeat=parcel.repeat)
        return receipt


@dataclass(slots=True)
class Worker:
    """One process: people who report, people who press, and the sender."""

    house: House
    said: Said
    drawn: random.Random
    recent: list[tuple[str, str]] = field(default_factory=list)

    def report(self) -> None:
        """Somebody reports, by the short way or screen by screen; what they were told is said aloud."""
        school = self.drawn.choice(TEACHERS)
        teacher = f"{school}.teacher"
        if self.drawn.random() < 0.1:
            pressed = self.house.danger.press(teacher)
            if isinstance(pressed, Kept):
                self.said(spooled=pressed.press)
                return
            concern = ConcernId(str(pressed.concern))
        else:
            concern = self._screens(teacher)
        self.said(sent=concern)
        self.recent = [*self.recent[-20:], (school, concern)]

    def _screens(self, teacher: str) -> ConcernId:
        talk = Talk(self.house, teacher, self.house.intake.begin(teacher, "concern", None))
        group, sign = telling.SIGNS[self.drawn.choice(("section_47", "section_17", "early_help"))]
        talk.say("start", {"what": "worried"}).say("happened", telling.HAPPENED).say("child", telling.CHILD)
        talk.say("about", {"groups": (group,)}).say("signs", {"signs": (sign,)}, "send_now")
        return talk.say("check", {}, "send").concern

    def press(self) -> None:
        """Two leads press *I have it* for the same concern at the same moment."""
        if not self.recent:
            return
        school, concern = self.drawn.choice(self.recent)
        gate = threading.Barrier(2)
        both = [
            threading.Thread(target=self._have, args=(f"{school}.{who}", concern, gate)) for who in ("dsl", "deputy")
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()

    def _have(self, person: str, concern: str, gate: threading.Barrier) -> None:
        gate.wait()
        try:
            screen = self.house.responding.have(person, concern)
        except (Denied, StoreError):
            return
        if "You have it" in words_of(screen):
            self.said(won=person, concern=concern)


def spool_of(folder: Path, slot: int) -> Path:
    """The spool of one of the places that processes take, one after the other."""
    return folder / f"spool-{slot}"


def work(url: str, folder: Path, name: str, slot: int, seed: int) -> None:
    """One process until it is killed: reports and presses without end, the sender and the auditor beside them."""
    platform = Platform(Said(folder / "platform"))
    found = house(url, name, platform, spool_of(folder, slot))  # type: ignore[arg-type]
    found.danger.start()
    jobs = Jobs(found.alerts.deliver_due, found.alarms(), silent)
    found = replace(found, intake=replace(found.intake, nudge=jobs.nudge))
    jobs.start()
    said = Said(folder / f"said-{name}")
    for number in range(REPORTERS):
        worker = Worker(found, said, random.Random(seed * 10 + number))
        threading.Thread(target=_go_on, args=(worker,), daemon=True).start()
    said(ready=True)
    threading.Event().wait(LONGEST)


def _go_on(worker: Worker) -> None:
    while True:
        try:
            worker.report()
            if worker.drawn.random() < 0.3:
                worker.press()
        except (StoreError, Denied):
            # The database is away: people see a page that says so, and try again.
            time.sleep(0.05)


@dataclass(slots=True)
class Soak:
    """The one that starts, kills and counts."""

    database: str
    url: str
    folder: Path
    server: postgres.Server | None
    drawn: random.Random = field(default_factory=lambda: random.Random(SEED))
    kills: int = 0
    restarts: int = 0
    names: int = 0

    def run(self) -> Mapping[str, float]:
        """Until enough concerns were acknowledged; the counts."""
        workers = [self._start(slot) for slot in range(PROCESSES[self.database])]
        wanted, began = CONCERNS[self.database], time.monotonic()
        next_kill = self.drawn.randint(*KILL_AFTER)
        while (count := self._acknowledged()) < wanted and time.monotonic() - began < LONGEST:
            time.sleep(self.drawn.uniform(*LOOK_AFTER))
            if count < next_kill:
                continue
            next_kill = count + self.drawn.randint(*KILL_AFTER)
            if self.server is not None and count >= wanted * (self.restarts + 1) / (RESTARTS + 1):
                self.server.crash()
                self.restarts += 1
            victim = self.drawn.randrange(len(workers))
            workers[victim].send_signal(signal.SIGKILL)
            workers[victim].wait()
            self.kills += 1
            workers[victim] = self._start(victim)
        for worker in workers:
            worker.kill()
            worker.wait()
        return self._count()

    def _start(self, slot: int) -> "subprocess.Popen[bytes]":
        self.names += 1
        name = f"p{self.names}"
        command = [sys.executable, "-W", "ignore", "-m", "bench.soak", self.url, str(self.folder), name, str(slot)]
        started = subprocess.Popen(
            [*command, str(self.drawn.randrange(1 << 30))], stderr=(self.folder / "errors").open("ab")
        )
        while not (self.folder / f"said-{name}").exists() and started.poll() is None:
            time.sleep(0.05)
        return started

    def _said(self) -> Iterator[Any]:
        for path in self.folder.glob("said-*"):
            yield from Said(path).lines()

    def _acknowledged(self) -> int:
        # A second *Danger now* within the minute is acknowledged with the first one's concern.
        return len({line["sent"] for line in self._said() if "sent" in line})

    def _count(self) -> Mapping[str, float]:
        """A last process looks after what the dead ones left; then everything is counted."""
        platform = Platform(Said(self.folder / "platform"))
        found = house(self.url, "last", platform)  # type: ignore[arg-type]
        left = 0
        for slot in range(PROCESSES[self.database]):
            keeper = house(self.url, f"keeper{slot}", platform, spool_of(self.folder, slot))  # type: ignore[arg-type]
            keeper.danger.start()
            keeper.danger.replay()
            left += keeper.danger.spool.waiting() + keeper.danger.spool.aside()
            keeper.close()
        until = time.monotonic() + 75
        while time.monotonic() < until:
            found.alerts.deliver_due()
            time.sleep(1)
        said = list(self._said())
        sent = {line["sent"] for line in said if "sent" in line}
        return {
            "concerns acknowledged": len(sent),
            "presses of danger that took the spool": len({line["spooled"] for line in said if "spooled" in line}),
            "presses left in a spool": left,
            "processes killed": self.kills,
            "database restarts": self.restarts,
            **_kept(found, sent),
            **_cards(list(platform.said.lines())),
            "two winners of one press": _two_winners(found, said),
        }


def _kept(found: House, sent: set[str]) -> Mapping[str, float]:
    with found.store.read() as unit:
        there = {one.id: one for one in unit.concerns.open_everywhere()}
        lost = [one for one in sent if one not in there]
        untold = 0
        for one, concern in there.items():
            first = [row for row in unit.outbox.of_concern(one) if row.step.round == 1 and row.step.step == 0]
            reached = {person for row in first for person in unit.outbox.recipients_done(row.id)}
            had = concern.life.state is not State.SENT
            untold += not reached and not had
        broken = sum(not unit.audit.verify(one) for one in list(there)[:2000])
    return {
        "concerns lost": len(lost),
        "concerns that nobody holds and no step will bring up": found.watch.audit().unheard.count,
        "concerns of which nobody was told": untold,
        "broken logs among the first 2,000": broken,
    }


def _cards(lines: list[Any]) -> Mapping[str, float]:
    """How many cards the platform got twice, and how many of those did not say so."""
    times = Counter(line["key"] for line in lines)
    twice = {key: count for key, count in times.items() if count > 1}
    marked = Counter(line["key"] for line in lines if line["repeat"])
    unmarked = sum(count - 1 > marked[key] for key, count in twice.items())
    return {
        "cards handed over": len(times),
        "cards handed over twice, of a hundred": 100 * len(twice) / max(1, len(times)),
        "cards handed over twice and not marked": unmarked,
    }


def _two_winners(found: House, said: list[Any]) -> int:
    """Concerns whose log has two people taking one *I have it* while the first one's still counted, or who heard so."""
    winners: dict[str, set[str]] = {}
    for line in said:
        if "won" in line:
            winners.setdefault(line["concern"], set()).add(line["won"])
    suspects = [one for one, people in winners.items() if len(people) > 1]
    with found.store.read() as unit:
        return sum(_overlap([(e.kind, e.by) for e in unit.audit.entries(one)]) for one in suspects)


def _overlap(log: list[tuple[str, Any]]) -> bool:
    holder: Any = None
    for kind, by in log:
        if kind == "had" and holder not in (None, by):
            return True
        if kind in ("had", "expired", "reopened", "decided"):
            holder = by if kind == "had" else None
    return False


def main(var: Path) -> Section:
    """Both databases."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(dir=var) as folder:
        path = Path(folder) / "sqlite"
        path.mkdir()
        figures += _figures("SQLite", _soaked("sqlite", f"sqlite:///{path}/soak.sqlite", path, None))
        with postgres.private(durable=True) as server:
            server.run("CREATE DATABASE soak")
            path = Path(folder) / "postgresql"
            path.mkdir()
            figures += _figures("PostgreSQL", _soaked("postgresql", server.url("soak"), path, server))
    return Section(
        title="Concerns while processes die and the database restarts",
        how=f"{PROCESSES['postgresql']} processes on PostgreSQL (its server crashed and restarted {RESTARTS} times)\n"
        "and one on SQLite, each reporting, pressing *I have it* in pairs and delivering; one is killed with SIGKILL\n"
        f"every {KILL_AFTER[0]} to {KILL_AFTER[1]} concerns at a random moment.",
        figures=tuple(figures),
    )


_AT_LEAST = {"concerns acknowledged": CONCERNS, "database restarts": {"postgresql": RESTARTS, "sqlite": 0}}
_BARS: Mapping[str, float] = {
    "concerns lost": 0,
    "presses left in a spool": 0,
    "concerns that nobody holds and no step will bring up": 0,
    "concerns of which nobody was told": 0,
    "broken logs among the first 2,000": 0,
    "cards handed over twice, of a hundred": 0.1,
    "cards handed over twice and not marked": 0,
    "two winners of one press": 0,
}


def _soaked(database: str, url: str, folder: Path, server: postgres.Server | None) -> Mapping[str, float]:
    first = prepared(url)
    first.store.close()
    return Soak(database, url, folder, server).run()


def _figures(name: str, counts: Mapping[str, float]) -> Iterator[Figure]:
    for what, value in counts.items():
        wanted = _AT_LEAST.get(what, {}).get(name.lower())
        yield Figure(what=f"{name}: {what}", value=float(value), at_most=_BARS.get(what), at_least=wanted)


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
