"""The evaluator's export, on a fixed, invented history: what leaves, what does not, and that it explains itself."""

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime

import pytest

from bot.demo_history import fill
from bot.evaluation import EVENTS, POOLED, code_of, dictionary, export
from bot.places import land_of
from bot.roll import roll_of
from bot.small_numbers import Cell, narrowed
from bot.weeks import terms
from bot.wiring import load_people
from dialogs.words import Words
from storage.shapes import SchoolId
from storage.unit import Store
from tests.bot.scenarios.house import KEY, directories
from tests.fakes import MONDAY

TERM = "Autumn 2026"
CODES = b"codes"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The export of Ealing's autumn term, by file."""
    from storage.migrations import upgrade  # noqa: PLC0415

    url = f"sqlite:///{tmp_path_factory.mktemp('evaluation') / 'swis.sqlite'}"
    upgrade(url)
    store = Store.open(url, [KEY], random_bytes=os.urandom)
    load_people(store, directories(), MONDAY)
    land = land_of(directories()[0], Words.load())
    term = next(one for one in terms(land.reporting.terms) if one.name == TERM)
    with store.read() as unit:
        roll = roll_of(unit.people, "ealing")
    fill(store, roll, term.period.start)
    with store.read() as unit:
        yield export(unit, roll, land, term, CODES)
    store.close()


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


def test_no_small_count_follows_from_the_others_and_the_sum_of_its_column(files: Mapping[str, str]) -> None:
    found, events = rows(files["counts.csv"]), rows(files["events.csv"])
    sums = Counter(row["event"] for row in events)
    for name, event in (("decided", "concern_decided"), ("CINreferralDate", "CINreferralDate")):
        cells = [
            Cell(low=int(row[f"{name}_low"]), high=int(row[f"{name}_high"]) if row[f"{name}_high"] else None)
            for row in found
        ]
        whole = Cell(low=sums[event], high=sums[event])
        assert [one for one in narrowed(cells, whole) if one.exact and 0 < one.low < 5] == []


def test_events_are_days_of_the_census_in_order(files: Mapping[str, str]) -> None:
    events = rows(files["events.csv"])
    days = [date.fromisoformat(row["date"]) for row in events]
    assert days == sorted(days)
    assert {row["event"] for row in events} == {one.name for one in EVENTS}
    assert all(datetime.fromisoformat(row["date"]).hour == 0 for row in events)


def test_the_history_is_the_same_each_time(files: Mapping[str, str]) -> None:
    sums = Counter(row["event"] for row in rows(files["events.csv"]))
    assert sums["concern_sent"] == 498
    assert code_of(SchoolId("brentside"), CODES) == code_of(SchoolId("brentside"), CODES)
    assert code_of(SchoolId("brentside"), CODES) != code_of(SchoolId("brentside"), b"others")


def test_no_answer_comes_before_any_referral_and_each_is_to_one(files: Mapping[str, str]) -> None:
    events = rows(files["events.csv"])
    sums = Counter(row["event"] for row in events)
    answers = [row for row in events if row["event"].startswith("referral_") or row["event"] == "ReferralNFA"]
    assert 0 < len(answers) <= sums["CINreferralDate"]
    first = min(row["date"] for row in events if row["event"] == "CINreferralDate")
    assert min(row["date"] for row in answers) >= first


def test_the_dictionary_names_the_census_items_as_the_census_writes_them() -> None:
    assert {one.census for one in dictionary() if one.census} == {"CINreferralDate", "ReferralNFA"}
