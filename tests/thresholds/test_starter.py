"""A new authority's folder: whole, by data only, with nothing left but what the authority alone can say."""

from datetime import date
from pathlib import Path

import pytest

from tests.thresholds.packaged import catalogue, editions, name
from thresholds.catalogue import Edition
from thresholds.evaluate import evaluate, ready
from thresholds.lint import edition_problems
from thresholds.load import ReadEdition, read_edition
from thresholds.result import Outcome
from thresholds.starter import COUNTS, Start, starter


def made(folder: Path, other: Edition, levels: int = 4, *, lines: bool = True) -> ReadEdition:
    """A starter folder of an invented authority, written and read again."""
    start = Start(
        authority="anyshire", name="Anyshire (invented)", in_force_from=date(2027, 4, 1), levels=levels,
        made_on=date(2026, 11, 25), lines=lines,
    )  # fmt: skip
    home = folder / "anyshire" / "2027-04-01"
    home.mkdir(parents=True)
    for file, text in starter(start, other).items():
        (home / file).write_text(text, encoding="utf-8")
    return read_edition(home, catalogue().vocabulary)


@pytest.mark.parametrize("other", editions(), ids=name)
@pytest.mark.parametrize("levels", COUNTS)
def test_nothing_is_left_to_do_but_to_fill_in(tmp_path: Path, other: Edition, levels: int) -> None:
    read = made(tmp_path, other, levels)
    left = [problem.message for problem in edition_problems(read, date(2026, 11, 25))]
    assert left
    assert [message for message in left if "is not filled in: " not in message] == []
    assert read.problems == ()


def test_every_borrowed_line_says_whose_it_is(tmp_path: Path) -> None:
    other = catalogue().editions["trafford"][-1]
    read = made(tmp_path, other)
    assert read.document is not None
    assert len(read.document.indicators) == len(other.document.indicators)
    assert all(line.citation.borrowed_from for line in read.document.indicators)


@pytest.mark.parametrize("levels", COUNTS)
def test_whatever_is_ticked_nothing_comes_out_lower_than_where_it_was_borrowed(tmp_path: Path, levels: int) -> None:
    other = catalogue().editions["trafford"][-1]
    read = made(tmp_path, other, levels)
    assert read.document is not None
    old, new = ready(other.document, other.vocabulary), ready(read.document, read.vocabulary)
    for sign in old.vocabulary.signs:
        before, after = evaluate(old, {sign: True}), evaluate(new, {sign: True})
        assert (after.outcome or 0, after.urgency) >= (before.outcome or 0, before.urgency), sign


def test_without_lines_every_sign_waits_for_one_and_significant_harm_speaks_all_the_same(tmp_path: Path) -> None:
    read = made(tmp_path, editions()[0], lines=False)
    assert read.document is not None
    assert {entry.sign for entry in read.document.unrated} == set(read.vocabulary.signs)
    left = [problem.message for problem in edition_problems(read)]
    assert sum(".says is not filled in" in message for message in left) == len(read.vocabulary.signs)
    found = evaluate(ready(read.document, read.vocabulary), {"says_sexual_abuse": True})
    assert found.outcome is Outcome.STATUTORY_REFERRAL


def test_a_number_of_levels_that_is_not_offered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="choose 3, 4, 5"):
        made(tmp_path, editions()[0], 7)
