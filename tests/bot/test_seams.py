"""The real clock, ids and references: the only place where the outside world's time and chance come in."""

from datetime import UTC

import pytest

from bot.seams import LETTERS, Refused, references, system_clock, system_id, system_random


def test_the_clock_is_aware_and_in_utc() -> None:
    assert system_clock().tzinfo is UTC


def test_ids_and_random_bytes_never_come_twice() -> None:
    assert system_id() != system_id()
    assert len(system_id()) == 32
    assert len(system_random(16)) == 16
    assert system_random(16) != system_random(16)


def test_a_reference_is_seven_characters_that_nobody_misreads() -> None:
    found = references(system_random)()
    assert len(found) == 7
    assert found[3] == "-"
    assert set(found) - {"-"} <= set(LETTERS)
    assert not set(LETTERS) & set("0O1IL5S8B2ZUV")


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [([0, 1, 2, 3, 4, 5], "346-79C"), ([252, 255, 0, 21, 42, 251, 1, 22], "333-Y44")],
    ids=["plain", "unfair_bytes_are_thrown_away"],
)
def test_each_letter_of_a_reference_is_equally_likely(drawn: list[int], expected: str) -> None:
    bytes_ = iter(drawn)
    assert references(lambda count: bytes([next(bytes_) for _ in range(count)]))() == expected


def test_a_refusal_carries_a_code_and_whether_it_is_for_good() -> None:
    refused = Refused("blocked", permanent=True)
    assert (refused.code, refused.permanent, refused.retry_after, str(refused)) == ("blocked", True, None, "blocked")
