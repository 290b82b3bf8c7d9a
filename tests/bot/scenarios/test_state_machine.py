"""Anything in any order: send, open, have, decide, add, time, absence, swap, a platform out, a crash.

In every state every open concern is held, had, or has a step due; nobody who is left out was told; no card went twice
unless it was marked as a repeat; one lead has it at the most.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.access import Denied
from bot.seams import Refused
from dialogs.concern import State
from storage.shapes import Absence, ConcernId, PersonId, Shift
from tests.bot.scenarios.house import DATABASES, Scene, migrated, migrated_at, open_house, opening, sqlite
from tests.bot.scenarios.telling import DEPUTY, DSL, DUTY, HEAD, LEADS, MANAGER, SIGNS, SW, TEACHER, decided, to_check
from tests.fakes import Platform, SetClock
from tests.postgres import Server, fresh

RESPONDERS = (DSL, DEPUTY, HEAD, SW, DUTY, MANAGER)
KINDS = sorted(set(SIGNS) - {"emergency"})
ENDS_HAVING = frozenset({"expired", "reopened", "decided", "closed", "added", "given_back", "left_out"})
SPANS = (1, 4, 11, 16, 31, 61, 180, 900, 2880)
"""Minutes: each is a little over one of the plan's clocks."""
Places = Callable[[], AbstractContextManager[str]]
"""Where a machine finds a database of its own with everybody in it: its address."""


def opened(url: str) -> None:
    """Everybody moves into a migrated database."""
    house = open_house(url, SetClock(), Platform(SetClock()))
    opening(house, SetClock()())
    house.store.close()


@pytest.fixture(params=DATABASES)
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """Copies of a template, made once."""
    if request.param == "sqlite":
        template = migrated(tmp_path)
        opened(f"sqlite:///{template}")
        return lambda: copied(tmp_path, template)
    server: Server = request.getfixturevalue("postgres")
    whole = server.once("opened", lambda url: opened(migrated_at(url)))
    return lambda: fresh(server, whole)


@contextmanager
def copied(folder: Path, template: Path) -> Iterator[str]:
    """A file of one's own."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        yield sqlite(Path(own), template)


def overlapping(log: list[tuple[str, str | None, datetime]]) -> bool:
    """Whether two leads ever took one concern while the first one's press still counted: an hour at the least."""
    holder: tuple[str | None, datetime] | None = None
    for kind, by, at in log:
        if kind == "had":
            if holder is not None and holder[0] != by and at - holder[1] < timedelta(minutes=30):
                return True
            holder = (by, at)
        elif kind in ENDS_HAVING:
            holder = None
    return False


class Machine(RuleBasedStateMachine):
    """One service, its people, its bad luck."""

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.place = places()
        self.clock = SetClock()
        self.courier = Platform(self.clock)
        self.url = self.place.__enter__()
        self.lives = 0
        self.excluded: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        self.lives += 1
        ids = f"life{self.lives}-"
        self.house = open_house(self.url, self.clock, self.courier, ids=ids, holder=ids)
        self.scene = Scene(self.house, self.clock, self.courier, self.url)

    def teardown(self) -> None:
        self.house.store.close()
        self.place.__exit__(None, None, None)

    @property
    def concerns(self) -> list[str]:
        return [one.id for one in self.scene.concerns()]

    @initialize()
    def somebody_reports(self) -> None:
        self.send("section_47", left_out=None)

    @rule(kind=st.sampled_from(KINDS), left_out=st.sampled_from((None, None, DSL, SW)))
    def send(self, kind: str, left_out: str | None) -> None:
        raw = {} if left_out is None else {"leave_out": (left_out,), "leave_out_reason": "related"}
        talk = to_check(self.scene, kind).say("check", raw, "send")
        if left_out is not None:
            self.excluded[talk.concern] = left_out

    @rule(what=st.sampled_from(("help_now", "not_sure_safe")))
    def danger(self, what: str) -> None:
        self.scene.begin(TEACHER).say("start", {"what": what})

    @rule(person=st.sampled_from(RESPONDERS), which=st.integers(0, 9))
    def open(self, person: str, which: int) -> None:
        self.pressed(self.house.responding.open, person, which)

    @rule(person=st.sampled_from(RESPONDERS), which=st.integers(0, 9))
    def have(self, person: str, which: int) -> None:
        self.pressed(self.house.responding.have, person, which)

    def pressed(self, press: object, person: str, which: int) -> None:
        if self.concerns:
            assert callable(press)
            try:
                press(person, self.concerns[which % len(self.concerns)])
            except Denied:
                return

    @rule(person=st.sampled_from(LEADS), which=st.integers(0, 9))
    def decide(self, person: str, which: int) -> None:
        open_now = [one for one in self.scene.concerns() if one.life.state in (State.SENT, State.HAD)]
        if open_now and open_now[which % len(open_now)].sent_at is not None:
            try:
                decided(self.scene, open_now[which % len(open_now)].id, person)
            except Denied:
                return

    @rule(which=st.integers(0, 9))
    def add(self, which: int) -> None:
        sent = [one.id for one in self.scene.concerns() if one.sent_at is not None]
        if sent:
            talk = self.scene.begin(TEACHER, "addition", sent[which % len(sent)])
            talk.say("happened", {"saw": "Another mark"}).say("about", {"groups": ("none",)}).say("check", {}, "send")

    @rule(minutes=st.sampled_from(SPANS))
    def time_passes(self, minutes: int) -> None:
        self.clock.move(minutes=minutes)
        self.house.alerts.deliver_due()

    @rule()
    def delivers(self) -> None:
        self.house.alerts.deliver_due()

    @rule(person=st.sampled_from(RESPONDERS), hours=st.sampled_from((1, 30)))
    def absence(self, person: str, hours: int) -> None:
        away = Absence(
            person=PersonId(person), start=self.clock(), end=self.clock() + timedelta(hours=hours), reason="leave"
        )
        with self.house.store.write() as unit:
            unit.people.absence(away)
            unit.commit()

    @rule(person=st.sampled_from(RESPONDERS))
    def back(self, person: str) -> None:
        with self.house.store.write() as unit:
            unit.people.back(PersonId(person), self.clock())
            unit.commit()

    @rule(hours=st.sampled_from((1, 12)))
    def swap(self, hours: int) -> None:
        start = self.clock()
        end = start + timedelta(hours=hours)
        with self.house.store.write() as unit:
            unit.people.swap(Shift(authority="ealing", person=PersonId(DUTY), start=start, end=end, source="person"))
            unit.commit()

    @rule(
        mood=st.sampled_from(
            (
                None,
                Refused("outage", outage=True),
                Refused("limited", retry_after=600),
                Refused("blocked", permanent=True),
            )
        )
    )
    def platform(self, mood: Refused | None) -> None:
        self.courier.always = mood

    @rule()
    def hang(self) -> None:
        self.courier.takes_then_hangs = 1

    @rule(claimed=st.booleans())
    def crash(self, *, claimed: bool) -> None:
        if claimed:
            with self.house.store.write() as unit:
                unit.outbox.claim(self.clock(), 50, 60, "dead")
                unit.commit()
        self.house.store.close()
        self.start()

    @precondition(lambda self: self.concerns)
    @invariant()
    def nobody_is_unheard(self) -> None:
        assert self.house.watch.audit().unheard.ids == ()

    @invariant()
    def whoever_is_left_out_hears_nothing(self) -> None:
        with self.house.store.read() as unit:
            for concern, person in self.excluded.items():
                rows = unit.outbox.of_concern(ConcernId(concern))
                assert all(person not in unit.outbox.recipients_done(row.id) for row in rows)

    @rule()
    def alarms_ring(self) -> None:
        self.house.cover.look()
        self.house.rounds.make()
        self.house.tidy.tidy()

    @invariant()
    def no_card_went_twice_without_saying_so(self) -> None:
        assert self.courier.twice == []

    @invariant()
    def the_logs_are_whole_and_one_lead_has_it_at_a_time(self) -> None:
        with self.house.store.read() as unit:
            for one in unit.concerns.open_everywhere():
                assert unit.audit.verify(one.id)
                assert not overlapping([(line.kind, line.by, line.at) for line in unit.audit.entries(one.id)])


@pytest.mark.filterwarnings("default")
def test_in_every_state_every_concern_is_heard_and_nobody_is_told_what_they_may_not_know(places: Places) -> None:
    run_state_machine_as_test(lambda: Machine(places), settings=SETTINGS)  # type: ignore[arg-type]


SETTINGS = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    # A failure is told as it happened: making it smaller takes longer than reading it.
    phases=(Phase.generate,),
)
