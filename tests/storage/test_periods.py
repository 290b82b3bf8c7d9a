"""Figures against a recount in plain Python over the same rows, on random histories and on both databases."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dialogs.concern import Life
from storage.engine import make_engine
from storage.periods import Decided, Period, Took
from storage.publications import Pass, Publication
from storage.shapes import Concern, ConcernId, ConversationId, SchoolId
from storage.unit import Store, UnitOfWork
from tests.storage.rows import (
    ANA,
    BY_ANA,
    ELM,
    NO_TOKENS,
    NOON,
    OAK,
    a_concern,
    a_conversation,
    a_person,
    a_school,
    after,
    an_entry,
)

WEEK = Period(start=datetime(2026, 11, 23, tzinfo=UTC), end=datetime(2026, 11, 30, tzinfo=UTC))
OUTCOMES = ("preventative_advice", "early_help", "statutory_referral", "emergency", None)

_instants = st.timedeltas(timedelta(days=-3), timedelta(days=9)).map(lambda span: WEEK.start + span)
_spans = st.none() | st.timedeltas(timedelta(), timedelta(days=5))
_histories = st.lists(
    st.fixed_dictionaries(
        {
            "school": st.sampled_from((OAK, ELM)),
            "kind": st.sampled_from(("child", "child", "child", "adult", "consultation")),
            "restricted": st.booleans(),
            "outcome": st.sampled_from(OUTCOMES),
            "decided_outcome": st.sampled_from(OUTCOMES),
            "created_at": _instants,
            "seen": _spans,
            "decided": _spans,
            "clock": _spans,
        }
    ),
    max_size=25,
)


def _write(unit: UnitOfWork, number: int, row: dict[str, Any]) -> None:
    at, concern = row["created_at"], ConcernId(f"c{number}")
    unit.concerns.add(_concern(concern, row, Life()), {}, NO_TOKENS)
    if row["clock"] is not None:
        unit.concerns.clocks(concern, at + row["clock"], at + 2 * row["clock"])
    unit.concerns.move(concern, 0, Life(seen_at=_later(row, "seen"), decided_at=_later(row, "decided"), version=1))
    unit.concerns.amend(concern, decided_outcome=row["decided_outcome"])


def _concern(concern: ConcernId, row: dict[str, Any], life: Life) -> Concern:
    plain = {name: row[name] for name in ("school", "kind", "restricted", "outcome", "created_at")}
    return a_concern(concern, life=life, **plain)


def _later(row: dict[str, Any], what: str) -> datetime | None:
    at: datetime = row["created_at"]
    return None if row[what] is None else at + row[what]


def _counted(rows: list[dict[str, Any]], school: SchoolId) -> list[dict[str, Any]]:
    return [one for one in rows if one["school"] == school and one["kind"] == "child" and not one["restricted"]]


def _in_week(at: datetime | None) -> bool:
    return at is not None and WEEK.start <= at < WEEK.end


def _took(rows: list[dict[str, Any]], what: str, clocks: int) -> Counter[Took]:
    found: Counter[tuple[int, bool | None]] = Counter()
    for row in rows:
        if _in_week(_later(row, what)):
            in_time = None if row["clock"] is None else row[what] <= clocks * row["clock"]
            found[int(row[what] / timedelta(minutes=1)), in_time] += 1
    return Counter(Took(minutes=minutes, in_time=in_time, count=n) for (minutes, in_time), n in found.items())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=_histories)
def test_figures_agree_with_a_recount(store: Store, rows: list[dict[str, Any]]) -> None:
    with store.write() as unit:
        for number, row in enumerate(rows):
            _write(unit, number, row)
        mine = _counted(rows, OAK)
        sent = Counter((OAK, one["outcome"]) for one in mine if _in_week(one["created_at"]))
        assert unit.periods.sent([OAK], WEEK) == sent
        assert Counter(unit.periods.seen([OAK], WEEK)) == _took(mine, "seen", 1)
        assert Counter(unit.periods.decided_after([OAK], WEEK)) == _took(mine, "decided", 2)
        pairs = Counter((one["outcome"], one["decided_outcome"]) for one in mine if _in_week(_later(one, "decided")))
        decided = {Decided(school=OAK, suggested=s, decided=d, count=n) for (s, d), n in pairs.items()}
        assert set(unit.periods.decided([OAK], WEEK)) == decided
        talks = [one for one in rows if one["kind"] == "consultation" and _in_week(one["created_at"])]
        assert unit.periods.consulted([OAK, ELM], WEEK) == Counter(one["school"] for one in talks)
        # Left without a commit: each example begins with an empty database.


def test_no_school_has_no_figures(store: Store) -> None:
    with store.read() as unit:
        assert unit.periods.sent([], WEEK) == {}
        assert unit.periods.abandoned([], WEEK) == {}


def test_a_draft_that_lapsed_says_where_it_was_left(store: Store) -> None:
    with store.write() as unit:
        unit.people.replace("ealing", [a_school()], [a_person(school=OAK)], [])
        unit.conversations.start(a_conversation())
        for revision, screen in ((1, "what"), (2, "signs")):
            unit.conversations.append(
                ConversationId("v1"), revision - 1, an_entry(revision, screen=screen), "none", BY_ANA
            )
        unit.conversations.expire(after(days=7))
        assert unit.periods.abandoned([OAK], WEEK) == {"signs": 1}
        assert unit.periods.abandoned([ELM], WEEK) == {}


def test_clocks_stand_still_once_a_concern_was_seen(store: Store) -> None:
    with store.write() as unit:
        unit.concerns.add(a_concern(), {}, NO_TOKENS)
        unit.concerns.clocks(ConcernId("c1"), after(minutes=15), after(hours=1))
        unit.concerns.move(ConcernId("c1"), 0, Life(seen_at=after(minutes=10), version=1))
        unit.concerns.clocks(ConcernId("c1"), after(minutes=5), after(minutes=6))
        assert unit.periods.seen([OAK], WEEK) == (Took(minutes=10, in_time=True, count=1),)


def test_each_question_is_answered_by_its_index_alone(store: Store, url: str) -> None:
    """On SQLite, which says so; PostgreSQL's choice depends on how many rows there are."""
    if not url.startswith("sqlite"):
        return
    questions = {
        "ix_concerns_sent": "SELECT school, outcome, count(*) FROM concerns WHERE school IN ('oak', 'elm') AND "
        "created_at >= 1 AND created_at < 2 AND kind = 'child' AND NOT restricted GROUP BY school, outcome",
        "ix_concerns_seen": "SELECT seen_at - created_at, see_by FROM concerns WHERE school IN ('oak', 'elm') AND "
        "seen_at >= 1 AND seen_at < 2 AND kind = 'child' AND NOT restricted",
    }
    engine = make_engine(url)
    with engine.connect() as connection:
        for index, question in questions.items():
            plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {question}")).all())
            assert f"USING COVERING INDEX {index} (school=?" in plan
    engine.dispose()


def test_what_was_published_stays(store: Store) -> None:
    first = Publication(audience="swis", period="2026-W48", built_at=NOON, content="{}")
    with store.write() as unit:
        assert unit.publications.keep(first)
        assert not unit.publications.keep(Publication(audience="swis", period="2026-W48", built_at=NOON, content="[]"))
        assert unit.publications.of("swis", "2026-W48") == first
        assert unit.publications.of("swis", "2026-W47") is None
        assert unit.publications.between("swis", "2026-W40", "2026-W52") == (first,)


def test_a_pass_lets_one_look_once_and_in_time(store: Store) -> None:
    one = Pass(person=ANA, audience="swis", period="2026-W48", until=after(minutes=10))
    with store.write() as unit:
        unit.publications.issue("hash", one)
        assert unit.publications.use("another", NOON) is None
        assert unit.publications.use("hash", after(minutes=10)) is None
        assert unit.publications.use("hash", after(minutes=9)) == one
        assert unit.publications.use("hash", after(minutes=9)) is None
        assert unit.publications.forget(after(days=1)) == 1
