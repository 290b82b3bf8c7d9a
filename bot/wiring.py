"""The composition root: alone builds concrete things. Tests come in by the same door, with their own clock and courier.

Rules that can't be read do not stop it: the service then runs unrated, and says so.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypedDict

from pydantic import SecretStr

from bot.alerts import Alerts
from bot.arriving import Arriving, Newcomers, SecondAccounts, homes_of, rules_of
from bot.asking import Asking
from bot.booking import Bookings
from bot.channels.mail.courier import MailCourier, Relay
from bot.channels.slack.install import Given, Install, install_of
from bot.channels.slack.ports import Drawer, Ports, Reader
from bot.channels.teams import app as teams_app
from bot.channels.teams import install as teams
from bot.channels.teams import ports as teams_ports
from bot.channels.teams.connector import Connector, Tokens
from bot.channels.teams.pace import Pace
from bot.channels.teams.wire import HttpWire
from bot.confirming import Confirming
from bot.corners import Corner, Corners
from bot.cover import Cover
from bot.danger import Danger
from bot.decisions import Decisions
from bot.demo_history import fill
from bot.desk import Desk
from bot.digests import Digests
from bot.direct import DirectSend
from bot.directory import Directory, DirectoryError, clashing, load_directory, located
from bot.earlier import Earlier
from bot.figure_links import PLACE as FIGURES
from bot.figure_links import Links
from bot.figures_desk import FiguresDesk
from bot.forms import Forms
from bot.handing import Handing
from bot.having import Having
from bot.health import AUDIT, NO_LINKS, Health, Link, Lookout, Running, Spooled, look_at
from bot.holdings import Going, Mode, against_keys, against_mode, claim_keys, claim_mode, going, is_older
from bot.intake import Intake
from bot.jobs import Alarm
from bot.judge import Judge, NoRules
from bot.later import Later
from bot.learning_desk import LearningDesk
from bot.learning_rounds import LearningRounds
from bot.leaving import Leaving
from bot.lesson import Lessons
from bot.linking import Linking
from bot.logs import Log, silent
from bot.looking import Looking
from bot.memory import Memory
from bot.mending import Mending
from bot.offering import Offering
from bot.opening import Opening
from bot.own_concern import OwnMessages
from bot.patterns import Patterns
from bot.pictures import Pictures
from bot.places import Places, land_of
from bot.platforms.gate import Refusals
from bot.reader import Readers
from bot.reading import EXAMPLES, reading
from bot.receipts import Receipts
from bot.refusing import Refusing
from bot.reload import Reload, all_serve, load
from bot.report_desk import ReportDesk
from bot.report_rounds import ReportRounds
from bot.reports import Reports
from bot.responding import Responding
from bot.roll import roll_of
from bot.rounds import Rounds
from bot.seams import (
    UNMEASURED,
    Clock,
    Courier,
    Measures,
    NewId,
    NewReference,
    Nudge,
    RandomBytes,
    Ticks,
    nobody_listens,
    system_clock,
    system_id,
    system_pause,
    system_random,
    system_ticks,
)
from bot.sending import Sending
from bot.settings import KeysError, Settings, master_keys
from bot.sharing import Sharing
from bot.spool import Spool
from bot.team import Team
from bot.telling import Telling
from bot.tidy import Tidy
from bot.watch import Watch
from bot.working_time import at
from bot.worklog import WorkLog
from dialogs.words import Words
from storage import migrations
from storage.connections import mapped
from storage.engine import make_engine
from storage.errors import NotFound, StoreError
from storage.sealed import MasterKey, new_key
from storage.sole import file_of
from storage.unit import Store, UnitOfWork
from thresholds.load import load_vocabulary
from thresholds.sources import Problem, ProblemsError

if TYPE_CHECKING:
    from bot.channels.slack.app import Door

TEAMS_TIMEOUT = 5.0
"""Seconds that Teams may take to answer."""
WATCH_EVERY = 60
TIDY_EVERY = 600
COVER_EVERY = 60
REPLAY_EVERY = 15
REMEMBER_EVERY = 60
RELOAD_EVERY = 60
ROUNDS_EVERY = 60
DIGESTS_EVERY = 60
REPORTS_EVERY = 300


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
    spool: Path = Path("var/spool")
    measures: Measures = UNMEASURED
    ticks: Ticks = system_ticks
    address: str = "http://127.0.0.1:8080"
    """Where browsers reach the service."""
    mode: Mode = "real"
    """A database is of one for good."""
    against: Callable[[Sequence[Directory]], Sequence[str]] = all_serve
    """Why directories may not be served; a file that changes meanwhile is asked again."""

    @property
    def rehearsal(self) -> bool:
        """Whether every screen and card says that nobody real is told."""
        return self.mode == "rehearsal"

    def words(self) -> Words:
        """What screens and cards say."""
        found = Words.load()
        return found.rehearsing() if self.rehearsal else found


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """Everything that runs, put together."""

    store: Store
    judge: Judge
    places: Places
    directories: tuple[Directory, ...]
    intake: Intake
    danger: Danger
    desk: Desk
    arriving: Callable[[str], Arriving]
    """The use cases of coming in over a channel."""
    cover: Cover
    leaving: Leaving
    responding: Responding
    forms: Forms
    alerts: Alerts
    watch: Watch
    rounds: Rounds
    tidy: Tidy
    reload: Reload
    digests: Digests
    reports: ReportRounds
    learning: LearningRounds
    figures: FiguresDesk

    def alarms(self) -> tuple[Alarm, ...]:
        """What rings beside the delivery, each at its own pace."""
        return (
            Alarm(name=AUDIT, every=WATCH_EVERY, run=self.watch.audit),
            Alarm(name="cover", every=COVER_EVERY, run=self.cover.look),
            Alarm(name="leaving", every=COVER_EVERY, run=self.leaving.look),
            Alarm(name="replay", every=REPLAY_EVERY, run=self.danger.replay),
            Alarm(name="remember", every=REMEMBER_EVERY, run=self.danger.refresh),
            Alarm(name="reload", every=RELOAD_EVERY, run=self.reload.look),
            Alarm(name="rounds", every=ROUNDS_EVERY, run=self.watch.noting("rounds", self.rounds.make)),
            Alarm(name="digests", every=DIGESTS_EVERY, run=self.digests.make),
            Alarm(name="reports", every=REPORTS_EVERY, run=self.reports.make),
            Alarm(name="learning", every=REPORTS_EVERY, run=self.learning.make),
            Alarm(name="tidy", every=TIDY_EVERY, run=self.watch.noting("tidy", self.tidy.tidy)),
        )

    def close(self) -> None:
        """Give everything back. No turn may be under way."""
        self.danger.close()
        self.store.close()


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
        StoreError: the database can't be used, or is another mode's.
    """
    directories = load_directories(settings)
    store = Store.open(settings.database_url, _keys(settings), random_bytes=world.random)
    _claim(store, world.mode)
    judge = _judge(settings, world.log, show_unsigned=show_unsigned)
    house = assemble(
        store, judge, directories, replace(world, spool=settings.spool_folder, address=address_of(settings))
    )
    load_people(store, _newest(settings, store, directories, world.log), world.clock())
    house.danger.refresh()
    house.danger.start()
    house.reload.watch(zip(files_of(settings), directories, strict=True))
    return house


def _claim(store: Store, mode: Mode) -> None:
    with store.write() as unit:
        claim_mode(unit, mode)
        claim_keys(unit, store.lookup_mark)
        unit.commit()


def _newest(settings: Settings, store: Store, directories: Sequence[Directory], log: Log) -> Sequence[Directory]:
    """The directories to load; logged what is not, or goes all the same."""
    with store.read() as unit:
        found = _standing(unit, settings, directories)
    for school in found.going:
        log("school_would_go", authority=school.authority, school=school.school, count=school.count)
    for one in found.older:
        log("directory_older", authority=one.authority)
    return found.loading


@dataclass(frozen=True, kw_only=True, slots=True)
class _Standing:
    """Directories against a database: those to load, those older than what it holds, and schools that would go."""

    loading: tuple[Directory, ...]
    older: tuple[Directory, ...]
    going: tuple[Going, ...]


def _standing(unit: UnitOfWork, settings: Settings, directories: Sequence[Directory]) -> _Standing:
    """A file of SQLite has one service, so that whatever it is given is the newest."""
    shared = file_of(settings.database_url) is None
    older = tuple(
        one
        for file, one in zip(files_of(settings), directories, strict=True)
        if shared and is_older(unit, one, datetime.fromtimestamp(file.stat().st_mtime, UTC))
    )
    loading = tuple(one for one in directories if one not in older)
    schools = going(unit, loading, others=True)
    kept = {one.authority for one in older}
    return _Standing(loading=loading, older=older, going=tuple(one for one in schools if one.authority not in kept))


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a database says to a start: why it must not be, and what only has to be said."""

    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def held_against(settings: Settings, mode: Mode) -> Found:
    """What a database that is up to date holds against serving these settings in this mode.

    Nothing where the settings can't be used at all: that is said by others.
    """
    try:
        directories = load_directories(settings)
        store = Store.open(settings.database_url, _keys(settings), random_bytes=system_random)
    except (DirectoryError, KeysError, OSError, ValueError):
        return Found()
    try:
        with store.read() as unit:
            mine, found = against_mode(unit, mode), _standing(unit, settings, directories)
            keyed = against_keys(unit, store.lookup_mark)
    except StoreError as error:
        return Found(reasons=(f"SWIS_DATABASE_URL: {error}: {error.advice}",))
    finally:
        store.close()
    wrong = () if mine is None else (f"SWIS_DATABASE_URL: {mine}: use a database of its own",)
    keys = () if keyed is None else (f"SWIS_KEYS, SWIS_KEYS_FILE: {keyed}",)
    reasons = (*wrong, *keys) or tuple(map(str, found.going))
    return Found(reasons=reasons, warnings=tuple(map(_older, found.older)))


def keys_against(settings: Settings) -> str | None:
    """Why these master keys don't fit the database; None if they do, or no database is there that is up to date.

    Raises:
        KeysError: a line is no key, or an id stands twice.
        OSError: the keys file cannot be read.
    """
    keys = _keys(settings)
    if not keys or against_database(settings) is not None:
        return None
    store = Store.open(settings.database_url, keys, random_bytes=system_random)
    try:
        with store.read() as unit:
            return against_keys(unit, store.lookup_mark)
    except StoreError:
        return None
    finally:
        store.close()


def _older(directory: Directory) -> str:
    what = "another machine has loaded a newer directory, which stays"
    return f"{directory.authority}: {what}: bring this file up to date, or save it again if it is the right one"


def assemble(store: Store, judge: Judge, directories: Sequence[Directory], world: World) -> House:
    """The use cases over a store."""
    words = world.words()
    places = _places(judge, directories, words)
    receipts = Receipts(words=words, judge=judge)
    sending = Sending(
        judge=judge, places=places, new_id=world.new_id, new_reference=world.new_reference,
        lookup_key=store.lookup_key,
    )  # fmt: skip
    intake = _intake(store, sending, world)
    shared: Shared = {"store": store, "places": places, "words": words, "clock": world.clock}
    corners = Corners(**shared)
    cover = Cover(corners=corners, sending=sending, nudge=world.nudge, log=world.log)
    leaving = _leaving(store, places, sending, world)
    first = tuple(directories)
    reload = Reload(**shared, log=world.log, first=first, against=world.against, loaded=leaving.look)
    published = _published(corners, world)
    own = (*_school_corners(corners), cover, Team(corners=corners, cover=cover), *_new_accounts(corners))
    own_page = (*published.corners, *own, *_visits(corners, world))
    return House(
        store=store,
        judge=judge,
        places=places,
        directories=first,
        intake=intake,
        danger=_danger(intake, world, words),
        desk=Desk(**shared, receipts=receipts, corners=own_page),
        arriving=lambda channel: _arriving(corners, reload, channel),
        cover=cover,
        leaving=leaving,
        responding=_responding(Readers(**shared), sending, receipts, world.nudge),
        forms=Forms(readers=Readers(**shared), new_id=world.new_id),
        alerts=_alerts(store, places, published.pictures, world),
        watch=_watch(store, world),
        rounds=_rounds(store, places, world),
        tidy=Tidy(store=store, clock=world.clock, log=world.log, draft_days=world.draft_days),
        reload=reload,
        digests=published.digests,
        reports=published.reports,
        learning=published.learning,
        figures=published.desk,
    )


def _school_corners(corners: Corners) -> tuple[Lessons, Patterns]:
    return Lessons(corners=corners), Patterns(corners=corners)


def _places(judge: Judge, directories: Sequence[Directory], words: Words) -> Places:
    lands = {one.authority: land_of(one, words) for one in directories}
    return Places(lands=lands, judge=judge, words=words)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Published:
    """What publishes figures, and the corners where they are looked at."""

    pictures: Pictures
    digests: Digests
    reports: ReportRounds
    learning: LearningRounds
    desk: FiguresDesk
    corners: tuple[Corner, ...]


def _published(corners: Corners, world: World) -> _Published:
    store, places, clock = corners.store, corners.places, world.clock
    pictures = Pictures(store=store, places=places, clock=clock, address=f"{world.address}{FIGURES}")
    digests = _digests(store, places, pictures, world)
    reports = Reports(
        store=store, places=places, words=corners.words, clock=clock, digests=digests, draft_days=world.draft_days
    )
    told: _Told = {"clock": clock, "new_id": world.new_id, "log": world.log, "nudge": world.nudge}
    links = Links(corners=corners, random=world.random, address=world.address)
    report_desk = ReportDesk(corners=corners, links=links, reports=reports, log=world.log)
    desk = FiguresDesk(corners=corners, links=links, pictures=pictures, reports=report_desk)
    return _Published(
        pictures=pictures,
        digests=digests,
        reports=ReportRounds(reports=reports, **told),
        learning=LearningRounds(reports=reports, **told),
        desk=desk,
        corners=(desk, report_desk, LearningDesk(corners=corners)),
    )


class _Told(TypedDict):
    """What whoever leaves rows needs."""

    clock: Clock
    new_id: NewId
    log: Log
    nudge: Nudge


def _new_accounts(corners: Corners) -> tuple[SecondAccounts, Newcomers]:
    """Where people see who came in anew: with their own address, or as staff of their school."""
    return SecondAccounts(corners=corners), Newcomers(corners=corners)


def _arriving(corners: Corners, reload: Reload, channel: str) -> Arriving:
    """Coming in over a channel, by the directories as they stand."""
    return Arriving(
        corners=corners, rules=lambda: rules_of(reload.directories), homes=lambda: homes_of(reload.directories),
        channel=channel,
    )  # fmt: skip


def _visits(corners: Corners, world: World) -> tuple[Offering, Bookings, WorkLog]:
    """What social workers do besides concerns."""
    offering = Offering(corners=corners, new_id=world.new_id, nudge=world.nudge)
    return offering, Bookings(corners=corners), WorkLog(corners=corners, new_id=world.new_id)


def _intake(store: Store, sending: Sending, world: World) -> Intake:
    judge, places = sending.judge, sending.places
    decisions = Decisions(places=places, judge=judge, sending=sending, clock=world.clock)
    later = Later(places=places, judge=judge, sending=sending, clock=world.clock)
    return Intake(
        store=store, judge=judge, places=places, sending=sending, clock=world.clock, new_id=world.new_id,
        nudge=world.nudge, gates={**decisions.gates(), **later.gates()},
        settings_for={**decisions.settings_for(), **later.settings_for()},
        endings={**decisions.endings(), **later.endings()}, measures=world.measures, ticks=world.ticks,
    )  # fmt: skip


def _alerts(store: Store, places: Places, pictures: Pictures, world: World) -> Alerts:
    words = places.words
    telling = Telling(couriers=world.couriers, words=words, clock=world.clock, log=world.log, measures=world.measures)
    living = OwnMessages(words=words)
    looking = Looking(store=store, places=places, clock=world.clock, living=living, pictures=pictures)
    return Alerts(
        store=store, looking=looking, places=places, telling=telling,
        clock=world.clock, new_id=world.new_id, log=world.log, holder=world.holder,
    )  # fmt: skip


def _watch(store: Store, world: World) -> Watch:
    return Watch(
        store=store, clock=world.clock, log=world.log, new_id=world.new_id, nudge=world.nudge,
        every={"rounds": ROUNDS_EVERY, "tidy": TIDY_EVERY},
    )  # fmt: skip


def _leaving(store: Store, places: Places, sending: Sending, world: World) -> Leaving:
    return Leaving(
        store=store, places=places, sending=sending, clock=world.clock, log=world.log, nudge=world.nudge
    )  # fmt: skip


def _digests(store: Store, places: Places, pictures: Pictures, world: World) -> Digests:
    return Digests(
        store=store, places=places, clock=world.clock, new_id=world.new_id, log=world.log, nudge=world.nudge,
        draft_days=world.draft_days, built=pictures.ahead,
    )  # fmt: skip


def _rounds(store: Store, places: Places, world: World) -> Rounds:
    return Rounds(store=store, places=places, clock=world.clock, new_id=world.new_id, log=world.log, nudge=world.nudge)


def health_of(house: House, running: Running, world: World, links: Mapping[str, Link] = NO_LINKS) -> Health:
    """How the service is, for its front door. `links`: standing connections by channel."""
    return Health(
        lookout=Lookout(look_at(house.store, house.watch, world.clock), world.ticks, world.log),
        running=running,
        head=migrations.head(),
        rules_readable=not isinstance(house.judge, NoRules),
        refused_directories=lambda: len(house.reload.refused),
        spool=Spooled(waiting=house.danger.spool.waiting, aside=house.danger.spool.aside),
        links=links,
    )


def mail_courier(settings: Settings, words: Words, clock: Clock) -> MailCourier | None:
    """E-mail as the settings say; None without a mail server.

    Raises:
        RelayError: the settings don't fit together, or the file of certificates can't be read.
    """
    if settings.mail_host is None:
        return None
    password, ca = settings.mail_password, settings.mail_ca_file
    relay = Relay(
        host=settings.mail_host, port=settings.mail_port, sender=settings.mail_from or "", user=settings.mail_user,
        password=None if password is None else password.get_secret_value(), security=settings.mail_tls,
        ca=None if ca is None else str(ca), timeout=settings.mail_timeout,
    )  # fmt: skip
    return MailCourier(relay, words, clock)


def slack_install(settings: Settings) -> Install | None:
    """Slack as the settings say; None without any of them.

    Raises:
        InstallError: with every problem.
    """

    def told(secret: SecretStr | None) -> str | None:
        return None if secret is None else secret.get_secret_value()

    return install_of(
        Given(
            teams=settings.slack_teams, tokens=told(settings.slack_bot_tokens),
            secret=told(settings.slack_signing_secret), app_token=told(settings.slack_app_token),
            app=settings.slack_app_id, base_url=settings.slack_base_url,
        )
    )  # fmt: skip


def slack_door(
    house: House, install: Install, world: World, drawing: tuple[Drawer, Reader], workers: int = 4
) -> "Door":
    """Slack's door to a house."""
    # Only where Slack is set up: its SDK is a fifth of an idle process.
    from bot.channels.slack.app import open_door  # noqa: PLC0415

    draw, read = drawing
    ports = Ports(
        intake=house.intake, danger=house.danger, desk=house.desk, responding=house.responding, forms=house.forms,
        arriving=house.arriving("slack"), draw=draw, read=read, missing=(NotFound,),
    )  # fmt: skip
    door = open_door(install, ports, clock=world.clock, log=world.log, workers=workers, measures=world.measures)
    house.alerts.listeners.append(door.refresh)
    house.danger.asks["slack"] = door.ask
    return door


def teams_install(settings: Settings) -> teams.Install | None:
    """Teams as the settings say; None without any of them.

    Raises:
        InstallError: with every problem.
    """
    secret = settings.teams_app_password
    return teams.install_of(
        teams.Given(
            tenants=settings.teams_tenants, app=settings.teams_app_id, home=settings.teams_app_tenant,
            secret=None if secret is None else secret.get_secret_value(), openid=settings.teams_openid_url,
            login=settings.teams_login_url,
        )
    )  # fmt: skip


def teams_outside(install: teams.Install, clock: Clock, ticks: Ticks = system_ticks) -> teams_app.Outside:
    """The way to Teams that its door and its courier share, so that both keep to one pace."""
    wire = HttpWire(TEAMS_TIMEOUT)
    connector = Connector(
        wire=wire, tokens=Tokens(install, wire, clock), pace=Pace(ticks=ticks, pause=system_pause), pause=system_pause,
        random=system_random,
    )  # fmt: skip
    return teams_app.Outside(connector=connector, wire=wire)


def teams_door(
    house: House, install: teams.Install, world: World, outside: teams_app.Outside,
    drawing: tuple[teams_ports.Drawer, teams_ports.Reader], workers: int = 4,
) -> teams_app.Door:  # fmt: skip
    """Teams' door to a house."""
    draw, read = drawing
    ports = teams_ports.Ports(
        intake=house.intake, danger=house.danger, desk=house.desk, responding=house.responding, forms=house.forms,
        arriving=house.arriving("teams"), draw=draw, read=read, words=world.words(),
        missing=(NotFound,),
    )  # fmt: skip
    refusals = Refusals(channel="teams", measures=world.measures, log=world.log)
    door = teams_app.open_door(install, ports, outside, clock=world.clock, refusals=refusals, workers=workers)
    house.danger.asks["teams"] = door.ask
    return door


def _responding(readers: Readers, sending: Sending, receipts: Receipts, nudge: Nudge) -> Responding:
    earlier = Earlier(readers=readers, lookup_key=sending.lookup_key)
    asking = Asking(readers=readers, sending=sending, nudge=nudge)
    linking = Linking(readers=readers, sending=sending, nudge=nudge)
    confirming = Confirming(readers=readers, sending=sending, judge=sending.judge, nudge=nudge)
    handing = Handing(readers=readers, sending=sending, nudge=nudge)
    mending = Mending(readers=readers, earlier=earlier, sending=sending, nudge=nudge)
    sharing = Sharing(readers=readers, sending=sending, nudge=nudge)
    offers = {
        "hand_over": handing.may_hand_over,
        "give_back": handing.may_give_back,
        "share": sharing.may_share,
        "let_in": sharing.may_let_in,
        "link": linking.may_link,
        "confirm_council": confirming.may_confirm,
        "confirm_child": mending.may_confirm,
        "wrong_child": mending.may_mend,
    }
    subjects = (asking, confirming, handing, linking, mending, sharing)
    return Responding(
        opening=Opening(readers=readers, earlier=earlier, receipts=receipts, offers=offers),
        having=Having(readers=readers, sending=sending, nudge=nudge),
        presses={name: press for subject in subjects for name, press in subject.presses().items()},
        refusing=Refusing(readers=readers),
    )


def _danger(intake: Intake, world: World, words: Words) -> Danger:
    spool = Spool(folder=world.spool, ring=intake.store.ring, log=world.log)
    memory = Memory(store=intake.store, places=intake.places)
    direct = DirectSend(
        memory=memory, judge=intake.judge, sending=intake.sending, couriers=world.couriers, words=words,
        clock=world.clock, log=world.log, spool=spool,
    )  # fmt: skip
    return Danger(
        intake=intake, memory=memory, spool=spool, direct=direct, words=words, clock=world.clock,
        new_id=world.new_id, new_reference=world.new_reference, log=world.log,
    )  # fmt: skip


def files_of(settings: Settings) -> tuple[Path, ...]:
    """The directory files of the settings, or the examples of their authorities."""
    return settings.directory_files or tuple(EXAMPLES / f"{one}.yaml" for one in settings.authorities)


def load_directories(settings: Settings) -> tuple[Directory, ...]:
    """The directories of the settings, in the order of their files.

    Raises:
        DirectoryError: with the problems of every file together.
    """
    files = files_of(settings)
    found: list[Directory] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found.append(load_directory(file))
        except DirectoryError as error:
            problems += error.problems
    if not problems:
        problems += (located(files[number], place, said) for number, place, said in clashing(found))
    if problems:
        raise DirectoryError(tuple(problems))
    return tuple(found)


def load_people(store: Store, directories: Sequence[Directory], now: datetime) -> None:
    """Write the people and schools of the directories into storage; log that it was done."""
    with store.write() as unit:
        for directory in directories:
            load(unit, directory, now)
        unit.commit()


def _judge(settings: Settings, log: Log, *, show_unsigned: bool) -> Judge:
    try:
        return reading(settings.documents_folder, show_unsigned=show_unsigned).judge
    except ProblemsError as error:
        log("rules_unreadable", count=len(error.problems))
        return NoRules(vocabulary=load_vocabulary())


def _keys(settings: Settings) -> tuple[MasterKey, ...]:
    return tuple(MasterKey(id=name, key=key) for name, key in master_keys(settings))


def address_of(settings: Settings) -> str:
    """Where browsers reach the service: as set, or this machine's own address."""
    return (settings.public_address or f"http://127.0.0.1:{settings.port}").rstrip("/")


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRoom:
    """What commands about figures need; nobody is told anything from here."""

    store: Store
    places: Places
    words: Words
    digests: Digests
    reports: Reports


@contextmanager
def figure_room(settings: Settings, *, clock: Clock = system_clock, demo: bool = False) -> Iterator[FigureRoom]:
    """The figures' use cases on the database of the settings, or on a fixed, invented history.

    Raises:
        DirectoryError: a directory can't be used.
        KeysError: no master key, or one that can't be read.
        StoreError: the database can't be used.
    """
    directories = load_directories(settings)
    with TemporaryDirectory() as folder:
        store = _invented(Path(folder), directories) if demo else _kept(settings)
        try:
            yield _figure_room(store, settings, directories, clock)
        finally:
            store.close()


def _kept(settings: Settings) -> Store:
    keys = _keys(settings)
    if not keys:
        raise KeysError("no master key is set: set SWIS_KEYS or SWIS_KEYS_FILE")
    return Store.open(settings.database_url, keys, random_bytes=system_random)


def _invented(folder: Path, directories: Sequence[Directory]) -> Store:
    """Under a key that everybody knows, so that schools have the same codes each time."""
    url = f"sqlite:///{folder / 'invented.sqlite'}"
    migrations.upgrade(url)
    store = Store.open(url, [MasterKey(id="invented", key=bytes(32))], random_bytes=system_random)
    for one in directories:
        first = at(min(term.first for term in one.calendar.terms), time(9))
        load_people(store, [one], first)
        with store.read() as unit:
            roll = roll_of(unit.people, one.authority)
        fill(store, roll, first)
    return store


def _figure_room(store: Store, settings: Settings, directories: Sequence[Directory], clock: Clock) -> FigureRoom:
    words, judge = Words.load(), _judge(settings, silent, show_unsigned=False)
    places = _places(judge, directories, words)
    digests = Digests(
        store=store, places=places, clock=clock, new_id=system_id, log=silent, nudge=nobody_listens,
        draft_days=settings.draft_days,
    )  # fmt: skip
    reports = Reports(
        store=store, places=places, words=words, clock=clock, digests=digests, draft_days=settings.draft_days
    )
    return FigureRoom(store=store, places=places, words=words, digests=digests, reports=reports)


def demo_settings(folder: Path, port: int, random: RandomBytes) -> Settings:
    """The settings of the demonstration: one file and one key of its own in `folder`, the example authorities."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = folder / "demo-keys"
    if not keys.exists():
        made = base64.b64encode(new_key(random)).decode()
        # Whole or not at all: half a key would lock the file that it seals.
        fresh = folder / "demo-keys.new"
        fresh.touch(mode=0o600)
        fresh.write_text(f"demo:{made}\n", encoding="ascii")
        fresh.replace(keys)
    database = f"sqlite:///{(folder / 'demo.sqlite').as_posix()}"
    return Settings().model_copy(
        update={
            "database_url": database,
            "keys_file": keys,
            "port": port,
            "keys": None,
            "directory_files": (),
            "spool_folder": folder / "spool",
        }
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


def against_database(settings: Settings) -> str | None:
    """Why the database can't be used as it is, with what to do; None if it can."""
    try:
        make_engine(settings.database_url).dispose()
        file = file_of(settings.database_url)
        with mapped():
            found = None if file is not None and not file.is_file() else migrations.current(settings.database_url)
    except ValueError as error:
        return f"SWIS_DATABASE_URL: {error}"
    except StoreError as error:
        return f"SWIS_DATABASE_URL: {error}: start the database, or mend the address"
    if found == migrations.head():
        return None
    return f"the database is at version {found or 'none'} and must be at {migrations.head()}: run `swis migrate`"


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
