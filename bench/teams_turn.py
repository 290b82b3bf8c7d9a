"""How often a second one core takes a page of Teams' dialog, beside a bare bot on Microsoft's archived SDK.

Ours checks the token (its key held), loads, replays, evaluates, keeps durably (SQLite, synchronous FULL) and draws the
next page; the peer answers the same bytes with the same page, checks nothing and keeps nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench.figures import Figure, Section
from bench.teams_load import Dialog, Json, Recorded

ROOT = Path(__file__).parents[1]
ROUNDS, DIALOGS, AT_ONCE = 5, 8, 8


@dataclass
class Times:
    """Seconds of turns one after another; with eight at once turns a second, and processor seconds of the server."""

    alone: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """The middle turn, in seconds."""
        return median(self.alone)


@dataclass(frozen=True)
class Server:
    """A server that runs: its process, where it listens, what it is asked with."""

    process: int
    port: int
    token: str = ""

    def worked(self) -> float:
        """Processor seconds so far."""
        found = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(found[11]) + int(found[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Side:
    """One server. `recorded`: the turns that it is asked to repeat; without any, whole dialogs are filled in."""

    server: Server
    recorded: Sequence[Recorded] = ()
    times: Times = field(default_factory=Times)

    def measure(self, name: str) -> None:
        """One round. Whoever takes part has opened every dialog before the clock starts."""
        self.times.alone += self._fill(self._open(f"{name}-alone"))
        people = [self._open(f"{name}-{one}") for one in range(AT_ONCE)]
        before, start = self.server.worked(), perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as at_once:
            turns = sum(map(len, at_once.map(self._fill, people)))
        self.times.rates.append(turns / (perf_counter() - start))
        self.times.worked.append((self.server.worked() - before) / turns)

    def _open(self, name: str) -> tuple[Dialog, list[Json]]:
        dialog = Dialog(self.server.port, self.server.token, name)
        return dialog, [{} if self.recorded else dialog.begin() for _ in range(DIALOGS)]

    def _fill(self, opened: tuple[Dialog, list[Json]]) -> list[float]:
        dialog, pages = opened
        for page in pages:
            if self.recorded:
                dialog.repeat(self.recorded)
            else:
                dialog.fill(page)
        return dialog.seconds


def main(var: Path) -> Section:
    """Measure both in turns; the servers on the first core, those who press on the last."""
    cores = os.sched_getaffinity(0)
    try:
        with tempfile.TemporaryDirectory(dir=var) as folder:
            return _measured(Path(folder), min(cores), max(cores))
    finally:
        os.sched_setaffinity(0, cores)


def _measured(folder: Path, server: int, client: int) -> Section:
    os.sched_setaffinity(0, {server})
    with _ours(folder / "ours") as ours, _ours(folder / "carded", "0") as carded:
        os.sched_setaffinity(0, {client})
        _recorded(carded)
        recorded = _recorded(ours)
        pages = folder / "pages.json"
        pages.write_text(json.dumps([one.page for one in recorded]), encoding="utf-8")
        os.sched_setaffinity(0, {server})
        with _peer(pages, "mended") as mended, _peer(pages, "as_shipped") as shipped:
            os.sched_setaffinity(0, {client})
            sides = (Side(ours), Side(mended, recorded), Side(carded), Side(shipped, recorded))
            for number in range(ROUNDS):
                for place, side in enumerate(sides if number == 0 else sides[:3]):
                    side.measure(f"{number}-{place}")
    return _section(*(side.times for side in sides), bytes_a_page=_bytes(recorded))


def _recorded(server: Server) -> list[Recorded]:
    """One whole dialog, which also warms what is prepared once."""
    dialog = Dialog(server.port, server.token, "first")
    dialog.send(dialog.fill(dialog.begin()))
    return dialog.recorded


def _bytes(recorded: list[Recorded]) -> float:
    return median(len(json.dumps(one.page)) for one in recorded)


@contextmanager
def _ours(folder: Path, *words: str) -> Iterator[Server]:
    with _server("bench.teams_ours", str(folder), *words, lines=2) as (process, token, port):
        yield Server(int(process), int(port), token)


@contextmanager
def _server(module: str, *words: str, lines: int) -> Iterator[list[str]]:
    """A server of ours or theirs: its process, and the first lines that it prints."""
    command = [sys.executable, "-W", "ignore", "-m", module, *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield [str(process.pid), *(process.stdout.readline().strip() for _ in range(lines))]
        finally:
            process.terminate()


@contextmanager
def _peer(pages: Path, how: str) -> Iterator[Server]:
    with _server("bench.teams_peer", str(pages), how, lines=1) as (process, port):
        yield Server(int(process), int(port))


def _section(ours: Times, mended: Times, carded: Times, shipped: Times, *, bytes_a_page: float) -> Section:
    rates = median(ours.rates), median(mended.rates)
    within = quantiles(ours.alone, n=100)[98]
    return Section(
        title="A turn of the dialog in Teams",
        how="Ours over HTTP: the token checked (RS256, once for as long as its key is held; its times, service and\n"
        "tenant each time), load, replay, evaluate, one durable write (SQLite with synchronous FULL), the next page\n"
        "drawn. The peer is a bot on botbuilder 4.17.1 that answers the same bytes with the same page, through the\n"
        "SDK's own models, checks no token and keeps nothing; mended are its answer to an invoke, without which it\n"
        "gives none, and its retry policy's list. As shipped it has the first mend only. Servers on one core, those\n"
        "who press on another; eight at once for the rates, one after another for the middle. Opening the dialog and\n"
        "sending the concern are outside the clock on both sides. The card in the chat that stands for the draft is\n"
        "changed a second after a page, and not while somebody goes on faster, as here: a row says what there is when\n"
        "it is changed after every page.",
        figures=(
            Figure(what="ours, turns a second", value=rates[0]),
            Figure(what="peer mended, turns a second", value=rates[1]),
            Figure(what="ratio of turns, ours to peer mended", value=rates[0] / rates[1], at_least=1.0),
            Figure(what="ours, middle turn", value=1000 * ours.middle, unit="ms"),
            Figure(what="peer mended, middle turn", value=1000 * mended.middle, unit="ms"),
            Figure(what="ratio of middles, ours to peer mended", value=ours.middle / mended.middle, at_most=1.2),
            Figure(what="ours, 99 of 100 turns within", value=1000 * within, unit="ms"),
            Figure(what="ours, processor time a turn", value=1000 * median(ours.worked), unit="ms"),
            Figure(what="peer mended, processor time a turn", value=1000 * median(mended.worked), unit="ms"),
            Figure(what="ours with the draft's card after every page, turns a second", value=median(carded.rates)),
            Figure(what="peer as shipped, turns a second", value=median(shipped.rates)),
            Figure(what="peer as shipped, middle turn", value=1000 * shipped.middle, unit="ms"),
            Figure(what="a page, middle size", value=bytes_a_page / 1000, unit="KB"),
        ),
    )
