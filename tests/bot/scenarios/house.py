"""The whole service, put together as the demonstration does it, with a set clock, counted ids and a listening courier.

A scene is a house on a database of its own; every scenario runs on each of `DATABASES`.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from bot.directory import Directory, load_directory, rows
from bot.intake import Turn
from bot.judge import Judge
from bot.logs import Log, silent
from bot.reading import EXAMPLES, reading
from bot.seams import Clock, Courier
from bot.wiring import House, World, assemble, load_people
from dialogs.screens import Listing, Notice, Paragraph, Picture, Quote, Rows, Screen
from storage.engine import WAIT_SECONDS
from storage.migrations import upgrade
from storage.sealed import MasterKey
from storage.shapes import Absence, Concern, ConcernId, OutboxRow, PersonId
from storage.unit import Store
from tests.fakes import MONDAY, Frail, ListCourier, SetClock, counting

KEY = MasterKey("test", bytes(range(32)))
PATIENT = 60.0
Answers = Mapping[str, object]


@cache
def judge() -> Judge:
    """The packaged documents, read once."""
    return reading().judge


@cache
def directories() -> tuple[Directory, ...]:
    """The example directories, read once."""
    return tuple(load_directory(EXAMPLES / f"{name}.yaml") for name in ("ealing", "gateshead"))


def sqlite(folder: Path, template: Path) -> str:
    """The address of a migrated SQLite file: a copy of the template."""
    shutil.copy(template, folder / "swis.sqlite")
    return f"sqlite:///{folder / 'swis.sqlite'}"


DATABASES = ("postgresql", "sqlite")


def migrated(folder: Path) -> Path:
    """A SQLite file that holds the tables and nobody."""
    path = folder / "template.sqlite"
    migrated_at(f"sqlite:///{path}")
    return path


def migrated_at(url: str) -> str:
    """Bring the database up to date; its address again."""
    upgrade(url)
    return url


def peopled(url: str) -> None:
    """Write the directories' people into a migrated database."""
    store = Store.open(url, [KEY], random_bytes=os.urandom)
    load_people(store, directories(), MONDAY)
    store.close()


@contextmanager
def a_scene(url: str) -> Iterator["Scene"]:
    """A house on a database with people in it, on a Monday at ten."""
    clock = SetClock()
    courier = ListCourier(clock)
    house = open_house(url, clock, courier)
    yield Scene(house, clock, courier, url)
    house.store.close()


def open_house(url: str, clock: Clock, courier: Courier, *, rules: Judge | None = None, **world: object) -> House:
    """A house on a migrated database. `more`: couriers beside the first one; `patience`: seconds a writer waits.

    `serving`: the directories, if not the example ones.
    """
    patience = world.get("patience", WAIT_SECONDS)
    assert isinstance(patience, float | int)
    store = Frail.open(url, [KEY], random_bytes=os.urandom, wait_seconds=patience)
    outside = World(
        clock=clock,
        new_id=counting(f"{world.get('ids', 'id')}"),
        new_reference=counting(f"{world.get('ids', 'id')}-REF-"),
        random=os.urandom,
        couriers={one.channel: one for one in (courier, *_more(world))},
        log=_log(world),
        holder=str(world.get("holder", "one")),
        spool=Path(str(world.get("spool") or spool_of(url))),
    )
    house = assemble(store, rules or judge(), _serving(world), outside)
    # A busy machine is no database that hangs; who tries that sets it.
    return replace(house, danger=replace(house.danger, wait_seconds=PATIENT))


def _serving(world: Mapping[str, object]) -> tuple[Directory, ...]:
    found = world.get("serving", directories())
    assert isinstance(found, tuple)
    return found


def staff_rule(house: House, folder: Path, kind: str, value: str) -> None:
    """Ealing's directory takes one more rule of who counts as staff."""
    rule = f'  - {{id: more-staff, kind: {kind}, value: "{value}"}}\n'
    changed(house, folder, "staff_groups:\n", f"staff_groups:\n{rule}")


def changed(house: House, folder: Path, old: str, new: str) -> None:
    """Ealing's directory file is changed while the service runs, and loaded."""
    file = folder / "ealing.yaml"
    text = (EXAMPLES / "ealing.yaml").read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    house.reload.watch([(file, directories()[0])])
    assert house.reload.look() == ("ealing",)


def _more(world: Mapping[str, object]) -> tuple[Courier, ...]:
    found = world.get("more", ())
    assert isinstance(found, tuple)
    return found


def spool_of(url: str) -> Path:
    """Where a house on this database keeps what it can't write down."""
    own = make_url(url)
    # A server's socket lies in the folder of a test run, which goes with it.
    place = str(own.query["host"]) if "host" in own.query else str(Path(own.database or "").parent)
    return Path(place) / f"spool-{Path(own.database or 'one').stem}"


def _log(world: Mapping[str, object]) -> Log:
    found = world.get("log", silent)
    assert callable(found)
    return found


@dataclass
class Talk:
    """Somebody in a conversation: the last turn, and the next answer."""

    house: House
    person: str
    turn: Turn

    def say(self, screen: str, raw: Answers | None = None, action: str = "next") -> "Talk":
        """Answer a screen; a refusal fails the test with its errors."""
        before = self.turn
        self.offer(screen, raw, action)
        assert self.turn.revision == before.revision + 1, (screen, self.errors())
        return self

    def offer(self, screen: str, raw: Answers | None = None, action: str = "next") -> Turn:
        """Answer a screen, whatever comes of it."""
        now = self.turn
        self.turn = self.house.intake.answer(
            self.person, now.conversation, now.revision, screen, dict(raw or {}), action
        )
        return self.turn

    def errors(self) -> dict[str, str]:
        """What the screen says about its fields."""
        return {one.id: one.error for one in self.turn.screen.fields if one.error}

    @property
    def concern(self) -> ConcernId:
        """The concern that the conversation wrote."""
        assert self.turn.concern is not None
        return ConcernId(self.turn.concern)


@dataclass
class Scene:
    """A house and its world."""

    house: House
    clock: SetClock
    courier: ListCourier
    url: str = field(default="")

    def begin(self, person: str, flow: str = "concern", concern: str | None = None) -> Talk:
        """Start a conversation."""
        return Talk(self.house, person, self.house.intake.begin(person, flow, concern))

    def deliver(self) -> list[str]:
        """Deliver what is due; who was told by it, sorted."""
        self.house.alerts.deliver_due()
        return self.courier.new()

    def later(self, **span: float) -> list[str]:
        """Move the clock and deliver; who was told by it, sorted."""
        self.clock.move(**span)
        return self.deliver()

    def away(self, *people: str) -> None:
        """Everybody named is absent from now on; they all work for Ealing."""
        schools, persons, absences, rota = rows(directories()[0])
        more = [Absence(person=PersonId(one), start=self.clock(), end=None, reason="sickness") for one in people]
        with self.house.store.write() as unit:
            unit.people.replace("ealing", schools, persons, (*absences, *more), rota)
            unit.commit()

    def rows(self, concern: str) -> tuple[OutboxRow, ...]:
        """Every planned step of a concern."""
        with self.house.store.read() as unit:
            return unit.outbox.of_concern(ConcernId(concern))

    def concern(self, concern: str) -> Concern:
        """A concern as it stands."""
        with self.house.store.read() as unit:
            return unit.concerns.get(ConcernId(concern))

    def concerns(self) -> tuple[Concern, ...]:
        """Every open concern, oldest first."""
        with self.house.store.read() as unit:
            return unit.concerns.open_everywhere()

    def log_of(self, concern: str) -> list[tuple[str, str | None]]:
        """The kinds of a concern's log lines and who did each."""
        with self.house.store.read() as unit:
            return [(one.kind, one.by) for one in unit.audit.entries(concern)]


def words_of(screen: Screen) -> str:
    """Everything that a screen says, in one text."""
    return "\n".join([screen.title, *_lines(screen), *(action.label for action in screen.actions)])


def _lines(screen: Screen) -> Sequence[str]:
    found: list[str] = []
    for block in screen.blocks:
        match block:
            case Paragraph(text=text):
                found.append(text)
            case Notice(title=title, lines=lines):
                found += [title, *lines]
            case Rows(title=title, rows=rows):
                found += [title, *(f"{row.label}: {row.value}" for row in rows)]
            case Quote(title=title, text=text):
                found += [title, text]
            case Listing(title=title, items=items):
                found += [title, *(item.text for item in items)]
            case Picture(text=text):
                found.append(text)
    return found


def actions_of(screen: Screen) -> set[str]:
    """The ids of the buttons."""
    return {action.id for action in screen.actions}


def links_of(screen: Screen) -> list[str]:
    """The concerns that a home page points at."""
    return [action.to.partition(":")[2] for action in screen.actions if action.to and action.to.startswith("concern:")]


def opening(house: House, now: datetime) -> None:
    """Write the directories' people into a fresh database."""
    load_people(house.store, directories(), now)
