"""The composition root: alone builds concrete things. Tests come in by the same door, with their own clock and courier.

Rules that can't be read do not stop it: the service then runs unrated, and says so.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from bot.alerts import Alerts
from bot.decisions import Decisions
from bot.desk import Desk
from bot.directory import Directory, DirectoryError, load_directory, rows
from bot.intake import Intake
from bot.judge import Judge, NoRules, Rulebook
from bot.later import Later
from bot.logs import Log, silent
from bot.places import Land, Place, Places, bare_land, land_of
from bot.receipts import Receipts
from bot.responding import Responding
from bot.seams import Clock, Courier, NewId, NewReference, RandomBytes, nobody_listens
from bot.sending import Sending
from bot.settings import KeysError, Settings, master_keys
from bot.tidy import Tidy
from bot.walk import Seat, Walk
from bot.watch import Watch
from dialogs.words import Words
from storage import migrations
from storage.connections import mapped
from storage.engine import make_engine
from storage.errors import NotFound
from storage.sealed import MasterKey, new_key
from storage.shapes import Absence, Person, PersonId, School, SchoolId
from storage.unit import Store
from thresholds.catalogue import Catalogue
from thresholds.load import load_catalogue, load_vocabulary
from thresholds.sources import Problem, ProblemsError

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """The people of a directory, looked up without a database."""

    schools: Mapping[str, School]
    persons: Mapping[str, Person]
    absences: tuple[Absence, ...] = ()

    def person(self, person: PersonId) -> Person:
        """By id."""
        return self.persons[person]

    def school(self, school: SchoolId) -> School:
        """By id."""
        return self.schools[school]

    def all(self, authority: str) -> tuple[Person, ...]:
        """Everybody."""
        return tuple(one for one in self.persons.values() if one.authority == authority)

    def absent(self, person: PersonId, at: datetime) -> bool:
        """Whether somebody is away at an instant."""
        mine = (one for one in self.absences if one.person == person)
        return any(one.start <= at and (one.end is None or at < one.end) for one in mine)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowsUnit:
    """A unit of work that only knows people."""

    people: Rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The rules and words, for commands that keep nothing."""

    judge: Rulebook
    words: Words
    lands: dict[str, Land] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        """All documents."""
        return self.judge.catalogue

    def places(self) -> Places:
        """The lands that were opened so far."""
        return Places(lands=self.lands, judge=self.judge, words=self.words)

    def land(self, authority: str, path: Path | None, on: datetime) -> Land:
        """The land of an authority: from its directory if there is one, else bare.

        Raises:
            DirectoryError: the directory can't be used.
        """
        file = path or example_of(authority)
        document = self.judge.document(authority, on.date())
        if file is not None:
            land = land_of(load_directory(file), self.words)
        elif document is not None:
            land = bare_land(document, self.words)
        else:
            land = bare_land(self.catalogue.editions[authority][-1].document, self.words)
        self.lands[land.authority] = land
        return land

    def seat(self, authority: str, path: Path | None, school: str | None, on: datetime) -> Seat:
        """A teacher at a school of the directory: the first intervention school unless one is named.

        Raises:
            DirectoryError: the directory can't be used.
            NotFound: it has no such school.
        """
        land = self.land(authority, path, on)
        file = path or example_of(authority)
        found = _bare_rows(land) if file is None else _rows_of(load_directory(file))
        chosen = _chosen_school(found, school)
        teachers = [one for one in found.persons.values() if one.school == chosen.id and one.role == "reporter"]
        person = teachers[0] if teachers else _somebody(land.authority, chosen)
        place = Place(land=land, school=chosen, words=self.words)
        return Seat(person=person, place=place, unit=RowsUnit(people=found))


def reading(folder: Path | None = None, *, show_unsigned: bool = True) -> Reading:
    """The packaged documents, or those of a folder.

    Raises:
        ProblemsError: a document or the vocabulary can't be used, with every problem.
    """
    catalogue = load_catalogue() if folder is None else load_catalogue(folder)
    judge = Rulebook(catalogue=catalogue, vocabulary=catalogue.vocabulary, show_unsigned=show_unsigned)
    return Reading(judge=judge, words=Words.load())


def walker_of(rules: Reading, seat: Seat, flow: str, now: datetime) -> Walk:
    """A walker in a seat. Its concern has the same id and reference each time: nothing is kept."""
    places, words = rules.places(), rules.words
    sending = Sending(
        judge=rules.judge, places=places, new_id=lambda: "walk", new_reference=lambda: "WLK-WLK", lookup_key=bytes(32)
    )
    receipts = Receipts(words=words, judge=rules.judge)
    return Walk(seat=seat, judge=rules.judge, places=places, sending=sending, receipts=receipts, flow=flow, now=now)


def example_of(authority: str) -> Path | None:
    """The example directory of an authority, if there is one."""
    path = EXAMPLES / f"{authority}.yaml"
    return path if path.is_file() else None


def _rows_of(directory: Directory) -> Rows:
    schools, people, absences = rows(directory)
    return Rows(schools={one.id: one for one in schools}, persons={one.id: one for one in people}, absences=absences)


_BARE_ROLES = (
    "designated_safeguarding_lead", "deputy_safeguarding_lead", "head", "chair",
    "social_worker", "duty_social_worker", "team_manager",
)  # fmt: skip
_OF_SCHOOL = frozenset(_BARE_ROLES[:4])


def _bare_rows(land: Land) -> Rows:
    """One school and one nameless holder of each role."""
    school = School(
        id=SchoolId("school"), authority=land.authority, name=land.name, phase="secondary", arm="intervention",
        served_by=None, agreement_signed=True, sw_may_open="all",
    )  # fmt: skip
    people = [_holder(land.authority, school, role) for role in _BARE_ROLES]
    return Rows(schools={school.id: school}, persons={one.id: one for one in people})


def _holder(authority: str, school: School, role: str) -> Person:
    at = school.id if role in _OF_SCHOOL else None
    words = Words.load()
    return Person(
        id=PersonId(role), authority=authority, name=words(f"roles.{role}"), email=f"{role}@example.invalid",
        role=role, school=at, serves=() if at else (school.id,),  # type: ignore[arg-type]
    )  # fmt: skip


def _somebody(authority: str, school: School) -> Person:
    return Person(
        id=PersonId("reporter"), authority=authority, name="", email="reporter@example.invalid", role="reporter",
        school=school.id,
    )  # fmt: skip


def _chosen_school(found: Rows, wanted: str | None) -> School:
    if wanted is not None:
        if wanted not in found.schools:
            raise NotFound(f"--school: {wanted!r} is not in the directory; there are {', '.join(found.schools)}")
        return found.schools[wanted]
    schools = list(found.schools.values())
    return next((one for one in schools if one.arm == "intervention"), schools[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """What comes from outside: time, ids, randomness, couriers, the log."""

    clock: Clock
    new_id: NewId
    new_reference: NewReference
    random: RandomBytes
    couriers: Mapping[str, Courier]
    log: Log = silent
    nudge: Callable[[], None] = nobody_listens
    holder: str = "one"
    draft_days: int = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """Everything that runs, put together."""

    store: Store
    judge: Judge
    places: Places
    directories: tuple[Directory, ...]
    intake: Intake
    desk: Desk
    responding: Responding
    alerts: Alerts
    watch: Watch
    tidy: Tidy


class Shared(TypedDict):
    """What every use case behind a desk needs."""

    store: Store
    places: Places
    words: Words
    clock: Clock


def build(settings: Settings, world: World, *, show_unsigned: bool) -> House:
    """Build the service on a migrated database. People and schools are loaded from the directories.

    Raises:
        DirectoryError: a directory can't be used.
        StoreError: the database can't be used.
    """
    directories = load_directories(settings)
    store = Store.open(settings.database_url, _keys(settings), random_bytes=world.random)
    house = assemble(store, _judge(settings, world.log, show_unsigned=show_unsigned), directories, world)
    load_people(store, directories, world.clock())
    return house


def assemble(store: Store, judge: Judge, directories: Sequence[Directory], world: World) -> House:
    """The use cases over a store."""
    words = Words.load()
    lands = {one.authority: land_of(one, words) for one in directories}
    places = Places(lands=lands, judge=judge, words=words)
    receipts = Receipts(words=words, judge=judge)
    sending = Sending(
        judge=judge, places=places, new_id=world.new_id, new_reference=world.new_reference,
        lookup_key=store.lookup_key,
    )  # fmt: skip
    decisions = Decisions(places=places, judge=judge, sending=sending, clock=world.clock)
    later = Later(places=places, judge=judge, sending=sending)
    intake = Intake(
        store=store, judge=judge, places=places, sending=sending, clock=world.clock, new_id=world.new_id,
        nudge=world.nudge, gates={**decisions.gates(), **later.gates()},
        settings_for=decisions.settings_for(), endings={**decisions.endings(), **later.endings()},
    )  # fmt: skip
    shared: Shared = {"store": store, "places": places, "words": words, "clock": world.clock}
    return House(
        store=store,
        judge=judge,
        places=places,
        directories=tuple(directories),
        intake=intake,
        desk=Desk(**shared, receipts=receipts),
        responding=Responding(**shared, sending=sending, receipts=receipts, judge=judge, nudge=world.nudge),
        alerts=Alerts(**shared, couriers=world.couriers, new_id=world.new_id, log=world.log, holder=world.holder),
        watch=Watch(store=store, clock=world.clock, log=world.log),
        tidy=Tidy(store=store, clock=world.clock, log=world.log, draft_days=world.draft_days),
    )


def load_directories(settings: Settings) -> tuple[Directory, ...]:
    """The directory files of the settings, or the examples of their authorities.

    Raises:
        DirectoryError: with the problems of every file together.
    """
    files = settings.directory_files or tuple(EXAMPLES / f"{one}.yaml" for one in settings.authorities)
    found: list[Directory] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found.append(load_directory(file))
        except DirectoryError as error:
            problems += error.problems
    if problems:
        raise DirectoryError(tuple(problems))
    return tuple(found)


def load_people(store: Store, directories: Sequence[Directory], now: datetime) -> None:
    """Write the people and schools of the directories into storage; log that it was done."""
    with store.write() as unit:
        for directory in directories:
            schools, people, absences = rows(directory)
            unit.people.replace(directory.authority, schools, people, absences)
            unit.audit.add(None, "directory_loaded", None, "", now, {"authority": directory.authority})
        unit.commit()


def _judge(settings: Settings, log: Log, *, show_unsigned: bool) -> Judge:
    try:
        return reading(settings.documents_folder, show_unsigned=show_unsigned).judge
    except ProblemsError as error:
        log("rules_unreadable", count=len(error.problems))
        return NoRules(vocabulary=load_vocabulary())


def _keys(settings: Settings) -> tuple[MasterKey, ...]:
    return tuple(MasterKey(id=name, key=key) for name, key in master_keys(settings))


def demo_settings(folder: Path, port: int, random: RandomBytes) -> Settings:
    """The settings of the demonstration: one file and one key of its own in `folder`, the example authorities."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = folder / "demo-keys"
    if not keys.exists():
        made = base64.b64encode(new_key(random)).decode()
        keys.touch(mode=0o600)
        keys.write_text(f"demo:{made}\n", encoding="ascii")
    database = f"sqlite:///{(folder / 'demo.sqlite').as_posix()}"
    return Settings().model_copy(
        update={"database_url": database, "keys_file": keys, "port": port, "keys": None, "directory_files": ()}
    )


def master_key_of(settings: Settings) -> bytes:
    """The newest master key, from which a process may derive keys of its own.

    Raises:
        KeysError: there is none.
    """
    keys = master_keys(settings)
    if not keys:
        raise KeysError("no master key is set: set SWIS_KEYS or SWIS_KEYS_FILE")
    return keys[-1][1]


def migrated(settings: Settings) -> Settings:
    """Bring the database of the settings up to date.

    Raises:
        StoreError: it can't be read or written.
        ValueError: its address is not one we support.
    """
    make_engine(settings.database_url).dispose()
    with mapped():
        migrations.upgrade(settings.database_url)
    return settings
