"""The evaluator's export, on a fixed, invented history: what leaves, what does not, and that it explains itself."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation import ANSWERS, POOLED, Exports, code_of, dictionary, enough
from bot.reports import NoSuchPeriodError
from bot.settings import Settings
from bot.wiring import FigureRoom, figure_room
from storage.shapes import ConcernId, SchoolId
from tests.bot.scenarios.house import directories

TERM = "Autumn 2026"
CODES = b"codes"
EVENTS = {"sent": "concern_sent", "decided": "concern_decided", "CINreferralDate": "CINreferralDate"}


@pytest.fixture(scope="module")
def room() -> Iterator[FigureRoom]:
    """The use cases of figures over an invented history, after the term."""
    with figure_room(Settings(), clock=lambda: datetime(2027, 1, 11, tzinfo=UTC), demo=True) as found:
        yield found


@pytest.fixture(scope="module")
def files(room: FigureRoom) -> Mapping[str, str]:
    """The export of Ealing's autumn term, by file."""
    return Exports(reports=room.reports, key=CODES).files("ealing", TERM)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_there_are_counts_events_and_a_dictionary(files: Mapping[str, str]) -> None:
    assert sorted(files) == ["counts.csv", "dictionary.csv", "events.csv"]
    assert {row["arm"] for row in rows(files["counts.csv"])} == {"intervention", "feeder", "comparison"}
    assert {row["term"] for row in rows(files["events.csv"])} == {TERM}


def test_every_field_of_every_file_stands_in_the_dictionary(files: Mapping[str, str]) -> None:
    named = {(one.file, one.name) for one in dictionary()}
    for name in ("counts.csv", "events.csv"):
        fields = files[name].splitlines()[0].split(",")
        assert [field for field in fields if (name, field) not in named] == []
        assert {field for file, field in named if file == name} == set(fields)


def test_no_school_person_reference_or_id_leaves(files: Mapping[str, str]) -> None:
    whole = "\n".join(files.values())
    for school in directories()[0].schools:
        assert school.id not in whole
        assert school.name not in whole
    assert "INV-" not in whole
    assert "invented-" not in whole


def test_small_schools_go_together(files: Mapping[str, str]) -> None:
    """Feeder primaries have six concerns each in this history, too few to stand alone."""
    feeders = [row for row in rows(files["counts.csv"]) if row["arm"] == "feeder"]
    assert [row["school"] for row in feeders] == [POOLED]
    assert all(re.fullmatch(rf"S[0-9a-f]{{8}}|{POOLED}", row["school"]) for row in rows(files["counts.csv"]))


def test_events_are_no_more_than_what_the_counts_say_of_the_arm(files: Mapping[str, str]) -> None:
    found = rows(files["counts.csv"])
    listed = Counter((row["arm"], row["event"]) for row in rows(files["events.csv"]))
    for column, event in EVENTS.items():
        for arm, arms in (("served", ("intervention", "feeder")), ("comparison", ("comparison",))):
            cells = [(row[f"{column}_low"], row[f"{column}_high"]) for row in found if row["arm"] in arms]
            assert all(high for _, high in cells) or listed[arm, event] >= sum(int(low) for low, _ in cells)
            assert listed[arm, event]


def test_no_event_has_a_day_or_a_school_and_none_stands_among_fewer_than_five(files: Mapping[str, str]) -> None:
    events = rows(files["events.csv"])
    assert all(re.fullmatch(r"2026-W\d\d|2026-\d\d|", row["date"]) for row in events)
    assert set(events[0]) == {"arm", "term", "event", "outcome", "date"}
    assert min(Counter(tuple(row.values()) for row in events).values()) >= 5
    assert {row["event"] for row in events} > set(EVENTS.values())


def test_answers_are_listed_of_the_term_and_are_fewer_than_its_referrals(files: Mapping[str, str]) -> None:
    events = rows(files["events.csv"])
    answers = [row for row in events if row["event"] in {one.name for one in ANSWERS.values()}]
    assert 0 < len(answers) <= len([row for row in events if row["event"] == "CINreferralDate"])
    assert {(row["outcome"], row["date"]) for row in answers} == {("", "")}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=4), st.integers(0, 12))
def test_answers_beside_the_referrals_leave_no_few_others(counts: list[int], unanswered: int) -> None:
    whole = sum(counts) + unanswered
    listed = [count for count, said in zip(counts, enough(counts, whole, 5), strict=True) if said]
    assert all(count >= 5 for count in listed)
    assert not 0 < whole - sum(listed) < 5 or not listed


def test_the_dictionary_names_the_census_items_as_the_census_writes_them() -> None:
    assert {one.census for one in dictionary() if one.census} == {"CINreferralDate", "ReferralNFA"}


def test_pupils_stand_in_bands_that_several_schools_share(files: Mapping[str, str]) -> None:
    bands = Counter((row["arm"], row["pupils"]) for row in rows(files["counts.csv"]) if row["pupils"])
    assert bands
    assert min(bands.values()) >= 3
    assert all(re.fullmatch(r"\d+00-\d+99|0-499", band) for _, band in bands)


def test_a_term_is_exported_once_and_stays_as_it_was(room: FigureRoom, files: Mapping[str, str]) -> None:
    with room.store.write() as unit:
        unit.concerns.amend(ConcernId("invented-brentside-001"), outcome="emergency")
        unit.commit()
    assert Exports(reports=room.reports, key=b"others").files("ealing", TERM) == files


def test_a_term_that_is_not_over_is_refused_and_says_when_it_will_be(room: FigureRoom) -> None:
    for term in ("Spring 2027", "Summer 2027", "Winter"):
        with pytest.raises(NoSuchPeriodError, match="Autumn 2026"):
            Exports(reports=room.reports, key=CODES).files("ealing", term)


def test_codes_follow_the_key() -> None:
    assert code_of(SchoolId("brentside"), CODES) == code_of(SchoolId("brentside"), CODES)
    assert code_of(SchoolId("brentside"), CODES) != code_of(SchoolId("brentside"), b"others")
