"""Whom to ring, by hour and by when each number was last checked."""

from datetime import UTC, datetime

import pytest

from bot.directory import rows
from bot.places import Place, land_of, numbers_everywhere
from dialogs.screens import Number
from dialogs.words import Words
from tests.bot.test_directory import small

WORDS = Words.load()
LAST_DAY = datetime(2027, 2, 1, 10, tzinfo=UTC)
TOO_LATE = datetime(2027, 2, 5, 10, tzinfo=UTC)
AT_NIGHT = datetime(2027, 2, 5, 22, tzinfo=UTC)


@pytest.fixture
def place() -> Place:
    """A school of an invented authority, whose numbers count until 1 February."""
    directory = small()
    return Place(land=land_of(directory, WORDS), school=rows(directory)[0][0], words=WORDS)


def phones(place: Place, now: datetime) -> list[str]:
    """In their order."""
    return [one.phone for one in place.numbers_at(now)]


def test_a_number_counts_until_the_day_of_its_review(place: Place) -> None:
    assert phones(place, LAST_DAY) == ["999", "0191 498 0001", "0191 498 0002"]
    assert not [one for one in place.numbers_at(LAST_DAY) if "last checked" in one.label]


@pytest.mark.parametrize(
    ("now", "then"),
    [(TOO_LATE, ["0191 498 0001", "0191 498 0002"]), (AT_NIGHT, ["0191 498 0002", "0191 498 0001"])],
)
def test_past_its_review_it_warns_and_999_and_101_stand_first(place: Place, now: datetime, then: list[str]) -> None:
    assert phones(place, now) == ["999", "101", *then]
    emergency, police, *others = place.numbers_at(now)
    assert all("(last checked on 1 November 2026, it may have changed)" in one.label for one in others)
    assert not [one for one in (emergency, police) if "last checked" in one.label]


def test_one_number_past_its_review_leaves_the_others_without_a_warning() -> None:
    directory = small(lambda data: data["contacts"][0].update(review_by=TOO_LATE.date()))
    place = Place(land=land_of(directory, WORDS), school=rows(directory)[0][0], words=WORDS)
    assert [one.phone for one in place.numbers_at(TOO_LATE) if "last checked" in one.label] == ["0191 498 0002"]
    assert place.warned(Number(label="Nobody's", phone="0000"), TOO_LATE).label == "Nobody's"


def test_whoever_is_unknown_reads_999_and_101_first_and_each_number_once() -> None:
    fresh = small(lambda data: [one.update(review_by=AT_NIGHT.date()) for one in data["contacts"]])
    lands = [land_of(one, WORDS) for one in (fresh, small())]
    found = [one.phone for one in numbers_everywhere(lands, WORDS, AT_NIGHT)]
    # The same two numbers twice: with a warning where the file is the older one.
    assert found == ["999", "101", "0191 498 0002", "0191 498 0001", "0191 498 0002", "0191 498 0001"]
    assert [one.phone for one in numbers_everywhere(lands[:1] * 2, WORDS, AT_NIGHT)] == [
        "999", "0191 498 0002", "0191 498 0001",
    ]  # fmt: skip
