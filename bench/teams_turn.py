"""How often a second one core takes a page of Teams' dialog, beside a bare bot on Microsoft's archived SDK.

Ours checks the token (its key held), loads, replays, evaluates, keeps durably (SQLite, synchronous FULL) and draws the
next page; the peer answers the same bytes with the same page, checks nothing and keeps nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench.figures import Figure, Section
from bench.teams_load import Dialog, Recorded

ROOT = Path(__file__).parents[1]
ROUNDS, DIALOGS, AT_ONCE = 5, 8, 8


@dataclass
class Times:
    """Seconds of turns one after another, and turns a second with eight at once."""

    alone: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """The middle turn, in seconds."""
        return median(self.alone)


@dataclass(frozen=True)
class Side:
    """One server, and what one dialog with it is."""

    port: int
    token: str
    talk: Callable[[Dialog], None]
    times: Times = field(default_factory=Times)

    def measure(self, name: str) -> None:
        """One round."""
        self.times.alone += self._dialogs(f"{name}-alone")
        start = perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as people:
            turns = sum(map(len, people.map(self._dialogs, [f"{name}-{one}" for one in range(AT_ONCE)])))
        self.times.rates.append(turns / (perf_counter() - start))

    def _dialogs(self, name: str) -> list[float]:
        dialog = Dialog(self.port, self.token, name)
        for _ in range(DIALOGS):
            self.talk(dialog)
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
    with _server("bench.teams_ours", str(folder / "ours"), lines=2) as (token, port):
        os.sched_setaffinity(0, {client})
        recorded = _recorded(Dialog(int(port), token, "first"))
        pages = folder / "pages.json"
        pages.write_text(json.dumps([one.page for one in recorded]), encoding="utf-8")
        os.sched_setaffinity(0, {server})
        with _peer(pages, "mended") as mended, _peer(pages, "as_shipped") as shipped:
            os.sched_setaffinity(0, {client})
            sides = (
                Side(int(port), token, Dialog.tell),
                Side(mended, "", lambda dialog: dialog.repeat(recorded)),
                Side(shipped, "", lambda dialog: dialog.repeat(recorded)),
            )
            for number in range(ROUNDS):
                for place, side in enumerate(sides if number == 0 else sides[:2]):
                    side.measure(f"{number}-{place}")
    return _section(*(side.times for side in sides), bytes_a_page=_bytes(recorded))


def _recorded(dialog: Dialog) -> list[Recorded]:
    """One whole dialog, which also warms what is prepared once."""
    dialog.tell()
    return dialog.recorded


def _bytes(recorded: list[Recorded]) -> float:
    return median(len(json.dumps(one.page)) for one in recorded)


@contextmanager
def _server(module: str, *words: str, lines: int) -> Iterator[list[str]]:
    """A server of ours or theirs; the first lines that it prints."""
    command = [sys.executable, "-W", "ignore", "-m", module, *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield [process.stdout.readline().strip() for _ in range(lines)]
        finally:
            process.terminate()


@contextmanager
def _peer(pages: Path, how: str) -> Iterator[int]:
    with _server("bench.teams_peer", str(pages), how, lines=1) as (port,):
        yield int(port)


def _section(ours: Times, mended: Times, shipped: Times, *, bytes_a_page: float) -> Section:
    rates = median(ours.rates), median(mended.rates)
    within = quantiles(ours.alone, n=100)[98]
    return Section(
        title="A turn of the dialog in Teams",
        how="Ours over HTTP: the token checked (RS256, its key held), load, replay, evaluate, one durable write\n"
        "(SQLite with synchronous FULL), the next page drawn. The peer is a bot on botbuilder 4.17.1 that answers the\n"
        "same bytes with the same page, checks no token and keeps nothing; mended are its answer to an invoke,\n"
        "without which it gives none, and its retry policy's list. As shipped it has the first mend only. Servers\n"
        "on one core, those who press on another; eight at once for the rates, one after another for the middle.",
        figures=(
            Figure(what="ours, turns a second", value=rates[0]),
            Figure(what="peer mended, turns a second", value=rates[1]),
            Figure(what="ratio of turns, ours to peer mended", value=rates[0] / rates[1], at_least=1.0),
            Figure(what="ours, middle turn", value=1000 * ours.middle, unit="ms"),
            Figure(what="peer mended, middle turn", value=1000 * mended.middle, unit="ms"),
            Figure(what="ratio of middles, ours to peer mended", value=ours.middle / mended.middle, at_most=1.2),
            Figure(what="ours, 99 of 100 turns within", value=1000 * within, unit="ms"),
            Figure(what="peer as shipped, turns a second", value=median(shipped.rates)),
            Figure(what="peer as shipped, middle turn", value=1000 * shipped.middle, unit="ms"),
            Figure(what="a page, middle size", value=bytes_a_page / 1000, unit="KB"),
        ),
    )
