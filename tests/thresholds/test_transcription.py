"""The second transcription: a reading made apart from the rule files, against the register and the documents."""

import csv
import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.thresholds.packaged import catalogue
from thresholds.conditions import Is
from thresholds.document import Document, IndicatorEntry
from thresholds.facts import Vocabulary
from thresholds.in_force import edition_in_force
from thresholds.load import PACKAGED

HERE = Path(__file__).parent
ON = date(2026, 11, 21)
TRAFFORD_LEVELS = {"2": "level_2", "2T": "level_3", "3": "level_4", "4": "level_5"}
# The published row climbs with severity; these signs carry its milder words and rest on a milder borrowed line.
MILDER_WORDS = {"often_small_accidents", "seems_not_close_to_carer", "rent_trouble"}


class Row(NamedTuple):
    """One line as one reader took it down: whose, which row, their own mark and the common tag."""

    authority: str
    row: str
    level: str
    tag: str


def second_reading() -> list[Row]:
    """What transcription.yaml says."""
    read = yaml.safe_load((HERE / "transcription.yaml").read_text(encoding="utf-8"))
    return [Row(name, line["row"], line["level"], line["tag"]) for name, lines in read.items() for line in lines]


def first_reading() -> set[Row]:
    """What the vocabulary's register says, of every authority."""
    text = (PACKAGED / "vocabulary" / "published.yaml").read_text(encoding="utf-8")
    lines = yaml.load(text, Loader=yaml.CSafeLoader)["lines"]
    rated = [(line["id"], entry) for line in lines for entry in line["rated"]]
    return {Row(entry["authority"], row, entry["their_level"], entry.get("tag", "")) for row, entry in rated}


REGISTER = HERE.parents[1].parent / "shared" / "domain" / "indicators.csv"
KENT_LEVELS = {"2": "level_2", "2T/3": "level_3", "4": "level_4"}
SECOND = second_reading()
FIRST = first_reading()
TRAFFORD = {row.row: row.tag for row in SECOND if row.authority == "trafford"}
KENT = {row.row: row.tag for row in SECOND if row.authority == "kent"}
EALING = {row.row: row.tag for row in SECOND if row.authority == "ealing"}
LEVELS = yaml.safe_load((HERE / "levels_read_again.yaml").read_text(encoding="utf-8"))


def in_force(authority: str) -> Document:
    """The document that speaks on the day."""
    return edition_in_force(catalogue(), authority, ON).document


@pytest.fixture(scope="module")
def trafford() -> Document:
    return in_force("trafford")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return catalogue().vocabulary


@pytest.mark.parametrize("row", SECOND, ids=lambda row: f"{row.authority}-{row.row}")
def test_a_line_read_twice_was_read_alike(row: Row) -> None:
    assert row in FIRST


@pytest.mark.parametrize("authority", sorted({row.authority for row in SECOND}))
def test_neither_reading_has_a_line_that_the_other_lacks(authority: str) -> None:
    def of(rows: set[Row]) -> set[Row]:
        return {row for row in rows if row.authority == authority}

    assert of(set(SECOND)) == of(FIRST)


@pytest.mark.parametrize("row", TRAFFORD)
def test_every_line_of_traffords_own_stands_in_its_document_at_its_level(row: str, trafford: Document) -> None:
    own = [entry for entry in lines_of(row, trafford) if entry.citation.borrowed_from is None]
    assert TRAFFORD_LEVELS[TRAFFORD[row]] in {entry.level for entry in own}


@pytest.mark.parametrize("row", TRAFFORD)
def test_a_sign_that_rests_on_a_line_of_traffords_alone_takes_its_level(
    row: str, trafford: Document, vocabulary: Vocabulary
) -> None:
    by_sign = {entry.when.fact: entry for entry in trafford.indicators if isinstance(entry.when, Is)}
    alone = [sign.id for sign in vocabulary.signs.values() if sign.published == (row,)]
    given = {sign: by_sign[sign].level for sign in alone if sign not in MILDER_WORDS}
    assert given == dict.fromkeys(given, TRAFFORD_LEVELS[TRAFFORD[row]])
    assert all(by_sign[sign].citation.borrowed_from is None for sign in given)


@pytest.mark.parametrize("sign", sorted(MILDER_WORDS))
def test_a_sign_in_milder_words_stands_below_the_own_line_and_says_whose_line_it_is(
    sign: str, trafford: Document, vocabulary: Vocabulary
) -> None:
    entry = next(entry for entry in trafford.indicators if entry.when == Is(sign, True))
    levels = [level.id for level in trafford.levels]
    (row,) = vocabulary.signs[sign].published
    assert entry.citation.borrowed_from
    assert levels.index(entry.level) < levels.index(TRAFFORD_LEVELS[TRAFFORD[row]])


def test_gatesheads_one_own_line_stands_as_its_own() -> None:
    document = in_force("gateshead")
    (row,) = (row.row for row in SECOND if row.authority == "gateshead")
    own = {entry.id for entry in document.indicators if entry.citation.borrowed_from is None}
    assert {entry.id for entry in lines_of(row, document)} <= own


@pytest.mark.parametrize("row", [row.row for row in SECOND if row.authority == "harrow_2016"])
def test_a_sign_that_rests_on_a_harrow_line_is_section_47_in_ealing(row: str) -> None:
    document = in_force("ealing")
    assert {entry.level for entry in lines_of(row, document)} == {document.s47_level}


def lines_of(row: str, document: Document) -> list[IndicatorEntry]:
    """The document's lines whose id names the published row."""
    return [entry for entry in document.indicators if entry.id.split(".")[0] == row]


@pytest.mark.parametrize("row", KENT)
def test_a_sign_that_rests_on_a_line_of_kents_alone_takes_its_level(row: str, vocabulary: Vocabulary) -> None:
    document = in_force("kent")
    by_sign = {entry.when.fact: entry for entry in document.indicators if isinstance(entry.when, Is)}
    alone = [sign.id for sign in vocabulary.signs.values() if sign.published == (row,)]
    own = [by_sign[sign] for sign in alone if by_sign[sign].citation.borrowed_from is None]
    assert {entry.level for entry in own} <= {KENT_LEVELS[KENT[row]]}
    borrowed = {by_sign[sign].id for sign in alone} - {entry.id for entry in own}
    # Kent's row has broken ties beside it.
    assert borrowed <= {"IND212.family_homeless_or_nearly"}


def test_kents_own_lines_stand_as_its_own() -> None:
    document = in_force("kent")
    own = {entry.id.split(".")[0] for entry in document.indicators if entry.citation.borrowed_from is None}
    assert len(own & set(KENT)) >= 45
    assert own <= set(KENT)


@pytest.mark.parametrize("row", EALING)
def test_what_ealing_lists_for_early_help_stands_in_its_document_as_its_own(row: str) -> None:
    document = in_force("ealing")
    own = [entry for entry in lines_of(row, document) if entry.citation.borrowed_from is None]
    assert {entry.level for entry in own} == {"level_2"}


def test_nothing_else_is_called_ealings_own() -> None:
    own = [one for one in in_force("ealing").indicators if one.citation.borrowed_from is None]
    assert {entry.id.split(".")[0] for entry in own} == set(EALING)


@pytest.mark.parametrize("authority", sorted(catalogue().authorities))
def test_the_levels_of_an_authority_were_read_alike_twice(authority: str) -> None:
    levels = in_force(authority).levels
    assert [(level.number, level.basis) for level in levels] == [
        (one["number"], one["basis"]) for one in LEVELS[authority]
    ]
    for level, read in zip(levels, LEVELS[authority], strict=True):
        assert read["called"].lower() in level.label.lower()


@pytest.mark.skipif(not REGISTER.is_file(), reason="the register of published lines is not beside this checkout")
def test_every_rating_of_the_register_was_taken_down_as_it_stands_there() -> None:
    with REGISTER.open(encoding="utf-8", newline="") as file:
        read = {(row["id"], *rating) for row in csv.DictReader(file) for rating in ratings(row)}
    taken = {(row.row, row.authority, row.tag) for row in FIRST}
    assert len(read) > 350
    assert {one for one in read if one not in taken} == set()


def ratings(row: dict[str, str]) -> list[tuple[str, str]]:
    """(authority, tag) of each `Name:level=tag` of a row of the register; wording without a tag is passed over."""
    text = f"{row['level_london']}; {row['level_gateshead_or_other']}"
    found = re.findall(r"(?:^|;)\s*(Harrow 2016|[A-Z][A-Za-z-]+):\w+=([0-9T/]+)(?=\s*(?:;|$))", text)
    return [(name.lower().replace(" ", "_").replace("-", "_"), tag) for name, tag in found]
