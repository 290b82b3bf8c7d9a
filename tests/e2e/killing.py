"""A process that is killed at every named fault point, again and again, and what stands there after each restart.

Run as `python -m tests.e2e.killing FOLDER`. The fault points exist here only: before each statement that begins, writes
or commits; before and after a card is handed over, a file forced to the disk, somebody given an answer. Each death is a
real one: the child process sends itself SIGKILL. A chapter begins where the chapter before it ended.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bot.danger import Kept
from bot.intake import Turn
from bot.seams import Parcel
from bot.spool import write_through
from bot.wiring import House
from storage.shapes import ConcernId, ConversationId, Identity, Person
from tests.bot.scenarios import telling
from tests.bot.scenarios.frail import kept_by, sending_by
from tests.bot.scenarios.house import Scene, Talk, migrated, open_house, opening
from tests.bot.scenarios.telling import DSL, DUTY, HEAD, LEADS, SW, TEACHER
from tests.fakes import MONDAY, ListCourier, SetClock

WRITES = ("BEGIN", "INSERT", "UPDATE", "DELETE", "WITH", "COMMIT")
DATABASE, SAID, PLATFORM = "swis.sqlite", "said.jsonl", "platform.jsonl"
A, B, C = "the first concern", "the danger", "the danger while the database was away"
AWAY = "away.sqlite"


@dataclass
class Fault:
    """Counts points, and dies at one of them."""

    at: int | None = None
    passed: int = 0

    def point(self) -> None:
        """One more moment at which everything may end."""
        self.passed += 1
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, sql: str) -> None:
        """A point, if the statement changes something."""
        if sql.lstrip().upper().startswith(WRITES):
            self.point()

    def connected(self, connection: Any, _record: Any) -> None:
        """Watch every statement of a new connection, just before the database does it."""
        connection.set_trace_callback(self.statement)


def _append(path: Path, line: object) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


@dataclass
class Platform:
    """Outlives every process: takes a key once, and gives the same receipt for it again."""

    folder: Path
    fault: Fault
    channel: str = "platform"

    last_resort: bool = False

    def address_of(self, to: Person, known: Sequence[Identity]) -> str | None:  # noqa: ARG002
        """Everybody is reached here."""
        return to.id

    def revise(self, parcel: Parcel, receipt: str) -> str:  # noqa: ARG002
        """As a new card."""
        return self.deliver(parcel)

    def deliver(self, parcel: Parcel) -> str:
        """Take the card, unless it stands there already."""
        key, to = parcel.key, parcel.to
        self.fault.point()
        if key not in {line["key"] for line in _lines(self.folder / PLATFORM)}:
            _append(self.folder / PLATFORM, {"key": key, "person": to.id})
        self.fault.point()
        return key


@dataclass
class Play:
    """One run of a chapter: the house, and what has been said to people so far."""

    folder: Path
    house: House
    fault: Fault
    concerns: dict[str, str] = field(default_factory=dict)

    @property
    def scene(self) -> Scene:
        """For the ordinary answers of the scenarios."""
        return Scene(self.house, SetClock(), ListCourier(SetClock()))

    def said(self, **what: object) -> None:
        """Somebody got an answer: from now on it must be true."""
        self.fault.point()
        _append(self.folder / SAID, what)
        self.fault.point()

    def talk(self, person: str, flow: str = "concern", concern: str | None = None) -> "Told":
        """Begin a conversation whose answers are acknowledged one by one."""
        turn = self.house.intake.begin(person, flow, concern)
        return Told(self.house, person, turn, self)

    def remember(self, name: str, concern: str) -> None:
        """Keep a concern's id for the chapters after this one."""
        self.said(name=name, concern=concern)


@dataclass
class Told(Talk):
    """A conversation that says aloud what was saved."""

    play: Play

    def offer(self, screen: str, raw: Any = None, action: str = "next") -> Turn:
        """Answer, and acknowledge what came of it."""
        turn = super().offer(screen, raw, action)
        self.play.said(conversation=turn.conversation, revision=turn.revision, concern=turn.concern, ended=turn.ended)
        return turn


@contextmanager
def _open_play(folder: Path, fault: Fault, ids: str, **later: float) -> Iterator[Play]:
    if (folder / AWAY).exists():
        (folder / AWAY).rename(folder / DATABASE)
    event.listen(Engine, "connect", fault.connected)
    clock = SetClock(MONDAY + timedelta(**later))
    house = open_house(f"sqlite:///{folder / DATABASE}", clock, Platform(folder, fault), ids=ids, holder=ids)
    kept = {line["name"]: line["concern"] for line in _lines(folder / SAID) if "name" in line}
    yield Play(folder, house, fault, kept)
    house.close()
    event.remove(Engine, "connect", fault.connected)


def tell(play: Play) -> None:
    """A teacher reports; the alert goes."""
    talk = play.talk(TEACHER).say("start", {"what": "worried"}).say("happened", telling.HAPPENED)
    group, sign = telling.SIGNS["section_47"]
    talk.say("child", telling.CHILD).say("about", {"groups": (group,)})
    talk.say("signs", {"signs": (sign,)}, "send_now").say("check", {}, "send")
    play.remember(A, talk.concern)
    play.house.alerts.deliver_due()


def respond(play: Play) -> None:
    """A lead opens it and has it; the others are stood down."""
    concern = play.concerns[A]
    play.house.responding.open(DSL, concern)
    play.said(opened=concern)
    play.house.responding.have(DSL, concern)
    play.said(had=concern)
    play.house.alerts.deliver_due()


def danger(play: Play) -> None:
    """Danger at the first screen: the alert goes before the record is sent, and the record follows."""
    talk = play.talk(TEACHER).say("start", {"what": "help_now"})
    play.remember(B, talk.concern)
    play.house.alerts.deliver_due()
    talk.say("emergency", {"place": "Room 4"}).say("happened", telling.HAPPENED).say("child", telling.CHILD, "send_now")
    talk.say("check", {}, "send")
    play.house.alerts.deliver_due()


def kept(play: Play) -> None:
    """Danger while the database is away: kept, and written down when it is back."""
    file = play.folder / DATABASE
    # One thread, so that the points are the same ones each time: nobody is told directly.
    now = sending_by(play.scene, couriers={})
    house = kept_by(now.house, write=lambda path, content: _pointed(play.fault, path, content))
    with house.store.read() as unit:
        assert unit.people.version()
    away = file.rename(play.folder / AWAY)
    shown = house.danger.press("brentside.pastoral")
    assert isinstance(shown, Kept)
    concern = house.danger.spool.kept()[0].concern
    play.remember(C, concern)
    away.rename(file)
    house.danger.replay()
    play.fault.point()
    house.alerts.deliver_due()


def _pointed(fault: Fault, path: Path, content: bytes) -> None:
    fault.point()
    write_through(path, content)
    fault.point()


def decide(play: Play) -> None:
    """The lead records a decision; the reporter hears that there is an answer."""
    concern = play.concerns[A]
    talk = telling.to_decide(play.scene, concern)
    talk.say("check", {}, "send")
    play.said(decided=concern)
    play.house.alerts.deliver_due()


def add(play: Play) -> None:
    """More is added to what was decided: it is open again, and its plan starts anew."""
    talk = play.talk(TEACHER, "addition", play.concerns[A]).say("happened", {"saw": "Another mark"})
    talk.say("about", {"groups": ("none",)}).say("check", {}, "send")
    play.said(reopened=play.concerns[A])
    play.house.alerts.deliver_due()


CHAPTERS = (tell, respond, danger, kept, decide, add)


def problems(play: Play) -> Iterator[str]:
    """What is not as it was promised, after a restart that delivers what is due."""
    said = _lines(play.folder / SAID)
    play.house.danger.start()
    play.house.alerts.deliver_due()
    yield from _kept_still(play)
    yield from _lost(play, said)
    yield from _untold(play)
    keys = [line["key"] for line in _lines(play.folder / PLATFORM)]
    yield from (f"{key} was delivered twice" for key in keys if keys.count(key) > 1)
    yield from (f"{one} is open and nobody will hear of it" for one in play.house.watch.audit().unheard.ids)


def _lost(play: Play, said: list[Any]) -> Iterator[str]:
    with play.house.store.read() as unit:
        for line in said:
            if line.get("conversation"):
                found, entries = unit.conversations.load(ConversationId(line["conversation"]))
                if found.revision < line["revision"] or len(entries) < line["revision"]:
                    yield f"revision {line['revision']} of {found.id} is lost"
                if line["ended"] and found.state != "sent":
                    yield f"{found.id} was ended and is {found.state}"
            if line.get("concern") and not unit.audit.verify(unit.concerns.get(ConcernId(line["concern"])).id):
                yield f"the log of {line['concern']} is broken"
        yield from _states(unit, said)


def _kept_still(play: Play) -> Iterator[str]:
    if play.house.danger.spool.waiting() or play.house.danger.spool.aside():
        yield "a press was not written down"
    with play.house.store.read() as unit:
        mine = [one for one in unit.concerns.open_everywhere() if one.reporter == "brentside.pastoral"]
    if len(mine) > 1:
        yield "one press made two concerns"


def _states(unit: Any, said: list[Any]) -> Iterator[str]:
    wanted = {"had": ("had", "decided", "sent"), "decided": ("decided", "sent"), "reopened": ("sent",)}
    for line in said:
        for what, states in wanted.items():
            if what in line and unit.concerns.get(line[what]).life.state not in states:
                yield f"{line[what]} was {what} and is not"
        if "opened" in line and DSL not in unit.audit.opened_by(line["opened"]):
            yield f"{line['opened']} was opened and the log does not say so"


def _untold(play: Play) -> Iterator[str]:
    """Every concern that is there at all has been told to whom it must be, once for each planned step."""
    told: dict[str, list[str]] = {}
    for line in _lines(play.folder / PLATFORM):
        told.setdefault(line["key"].rpartition(":")[0], []).append(line["person"])
    with play.house.store.read() as unit:
        for concern in unit.concerns.open_everywhere():
            first = [row for row in unit.outbox.of_concern(concern.id) if row.step.chain == "until_had"]
            reached = sorted(one for row in first if row.step.step == 0 and row.step.round == 1 for one in told[row.id])
            everybody = [*LEADS, SW, DUTY, HEAD, "brentside.senior"] if concern.branch == "danger" else [*LEADS, SW]
            if reached != sorted(everybody):
                yield f"{concern.id} told {reached}"


def _in_child(work: Callable[[], int]) -> int:
    """What a child process of its own came to: its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = work()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _run(folder: Path, number: int, at: int | None) -> int:
    """One chapter, to its end or to its death; how many points it passed."""
    with _open_play(folder, Fault(at), f"c{number}-") as play:
        CHAPTERS[number](play)
    return play.fault.passed


def _check(folder: Path) -> int:
    with _open_play(folder, Fault(), "again-", seconds=61) as play:
        found = list(problems(play))
    (folder / "problems").write_text(json.dumps(found), encoding="utf-8")
    return 0


def _copied(start: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(start, folder)
    return folder


def chapter(number: int, start: Path, work: Path) -> Iterator[dict[str, object]]:
    """Kill one chapter at each of its points; what was wrong after each. Leaves the whole chapter in `work`."""
    whole = _copied(start, work / f"whole{number}")
    # In this process: what it prepares (statements, calendars) every child then has.
    for at in range(1, _run(whole, number, None) + 1):
        folder = _copied(start, work / "killed")
        died = _in_child(lambda at=at, folder=folder: _run(folder, number, at))  # type: ignore[misc]
        checked = _in_child(lambda folder=folder: _check(folder))  # type: ignore[misc]
        found = json.loads((folder / "problems").read_text(encoding="utf-8")) if checked == 0 else ["no restart"]
        yield {"chapter": CHAPTERS[number].__name__, "point": at, "died": died, "problems": found}


def main(work: Path) -> None:
    """Every chapter at every point; one JSON line each on standard output."""
    start = work / "start"
    start.mkdir()
    shutil.copy(migrated(work), start / DATABASE)

    with _open_play(start, Fault(), "start-") as play:
        opening(play.house, MONDAY)
    for number in range(len(CHAPTERS)):
        for result in chapter(number, start, work):
            sys.stdout.write(json.dumps(result) + "\n")
        start = work / f"whole{number}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
