"""How often a second one core takes a turn of the concern conversation, beside a waterfall that keeps nothing.

Ours loads, replays, evaluates, keeps durably (SQLite, synchronous FULL) and describes the next screen, through the same
use case that the channels call. The last answer also writes the concern and its plan; it is shown apart.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench import waterfall
from bench.demonstration import intake_in
from bench.figures import Figure, Section
from bench.machine import seconds_to_keep_a_write
from bot.intake import Intake, Turn
from dialogs.screens import NONE, NOT_KNOWN, Field, Screen

ROUNDS, CONVERSATIONS, FORMS = 7, 25, 20
BAR = 0.9

SAID: Mapping[str, Mapping[str, object]] = {
    "start": {"what": "worried"},
    "happened": {
        "saw": "Invented for measuring: he came in with the same dirty clothes and was very hungry again.",
        "child_said": "Invented for measuring: there is nothing to eat at the end of the week.",
    },
    "child": {"name": "Invented Child", "age_band": "7_to_9", "council": "ealing", "tonight": "someone_safe"},
    "about": {"groups": ["care_and_home"]},
    "when": {"happened_on": NOT_KNOWN},
}
TICKED = 4


@dataclass(kw_only=True, slots=True)
class Times:
    """Seconds of each turn: those that describe a next screen, and those that send."""

    on_the_way: list[float] = field(default_factory=list)
    sending: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Turns a second of those on the way."""
        return len(self.on_the_way) / sum(self.on_the_way)


def main(var: Path) -> Section:
    """Measure both in turns; the database stands below `var`."""
    ours, theirs, disk = [], [], []
    with tempfile.TemporaryDirectory(dir=var) as folder:
        intake, person = intake_in(Path(folder))
        talk(intake, person, Times())
        waterfall.fill(FORMS)
        for _ in range(ROUNDS):
            theirs.append(waterfall.fill(FORMS))
            ours.append(_talks(intake, person))
            disk.append(seconds_to_keep_a_write(Path(folder)))
    return _section(ours, [len(turns) / sum(turns) for turns in theirs], disk)


def _talks(intake: Intake, person: str) -> Times:
    times = Times()
    for _ in range(CONVERSATIONS):
        talk(intake, person, times)
    return times


def talk(intake: Intake, person: str, times: Times) -> None:
    """One concern from the first screen to the receipt.

    Raises:
        RuntimeError: an answer was refused, so that the figure would be worth nothing.
    """
    turn = intake.begin(person)
    while turn.ended is None:
        raw, action = answers(turn.screen), "send" if turn.screen.id == "check" else "next"
        start = perf_counter()
        after = intake.answer(person, turn.conversation, turn.revision, turn.screen.id, raw, action)
        (times.on_the_way if after.ended is None else times.sending).append(perf_counter() - start)
        turn = _moved_on(turn, after)


def _moved_on(before: Turn, after: Turn) -> Turn:
    if after.revision == before.revision:
        errors = {each.id: each.error for each in after.screen.fields if each.error}
        raise RuntimeError(f"the answer to {before.screen.id} was refused: {errors}")
    return after


def answers(screen: Screen) -> dict[str, object]:
    """What is said on a screen: what stands above, else something plain in whatever is required or decides."""
    said = SAID.get(screen.id, {})
    chosen = {each.id: said.get(each.id, _plain(each)) for each in screen.fields}
    return {name: value for name, value in chosen.items() if value is not None}


def _plain(each: Field) -> object:
    offered = [choice.id for choice in each.choices if choice.id not in {NONE, NOT_KNOWN}]
    if each.kind == "many":
        return offered[-TICKED:] if each.id == "signs" else None
    if each.kind == "one" and (each.required or "no" in offered):
        return "no" if "no" in offered else offered[0]
    return "1" if each.required and each.kind != "one" else None


def _section(ours: list[Times], theirs: list[float], disk: list[float]) -> Section:
    turns = sorted(second for times in ours for second in times.on_the_way)
    sending = [second for times in ours for second in times.sending]
    ratio = median(times.rate / rate for times, rate in zip(ours, theirs, strict=True))
    return Section(
        title="A turn of the conversation",
        how="Ours through `bot.intake`, kept durably on SQLite with synchronous FULL; the peer is a waterfall of ten\n"
        "mixed questions of botbuilder-dialogs 4.17.1 on MemoryStorage, which keeps nothing. The middle round counts.\n"
        "Ours waits for the disk once a turn: the ratio holds while nobody else keeps that disk busy.",
        figures=(
            Figure(what="ours, turns a second", value=median(times.rate for times in ours)),
            Figure(what="peer, turns a second", value=median(theirs)),
            Figure(what="ratio, ours to peer", value=ratio, at_least=BAR),
            Figure(what="ours, middle turn", value=1000 * median(turns), unit="ms"),
            Figure(what="the disk meanwhile, 4 KB kept", value=1000 * median(disk), unit="ms"),
            Figure(what="ours, 99 of 100 turns within", value=1000 * quantiles(turns, n=100)[98], unit="ms"),
            Figure(what="ours, the answer that sends: concern, plan, receipt", value=1000 * median(sending), unit="ms"),
        ),
    )
