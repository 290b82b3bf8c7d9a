"""Published practice cases: none comes out lower, and where a suggestion stands apart a published line says why."""

import csv
import json
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.commands.conftest import MORNING, Swis, swis
from tests.walks.practising import FOLDER, Practice, entered, practices, transcript

REGISTER = Path(__file__).parents[2].parent / "shared" / "domain" / "practice-cases.csv"
__all__ = ["swis"]
GRAVE = {"section47", "urgent", "police_image"}
CASES = pytest.mark.parametrize("practice", practices(), ids=lambda one: one.case)


@CASES
def test_a_case_agrees_or_a_published_line_says_why_not(practice: Practice) -> None:
    assert entered(practice.case).agrees is (practice.apart == "")


@CASES
def test_no_case_comes_out_lower_than_published(practice: Practice) -> None:
    assert not entered(practice.case).under_rated


def test_the_gravest_published_answers_all_agree() -> None:
    grave = [one for one in practices() if one.route in GRAVE]
    assert len(grave) >= 5
    assert all(entered(one.case).agrees for one in grave)


def test_at_least_95_of_a_hundred_cases_agree() -> None:
    agreed = [one.case for one in practices() if entered(one.case).agrees]
    assert len(agreed) / len(practices()) >= 0.95


def test_a_case_takes_at_most_nine_screens_in_the_middle() -> None:
    assert median(len(entered(one.case).screens) + 1 for one in practices()) <= 9


@CASES
def test_the_transcript_is_up_to_date(practice: Practice) -> None:
    kept = (FOLDER / f"{practice.case}.md").read_text(encoding="utf-8")
    assert kept == transcript(entered(practice.case)), "run `python -m tests.walks.practising`"


def test_the_command_says_the_same_of_every_case(swis: Swis) -> None:
    answers = json.dumps([one.answers for one in practices()])
    ran = swis("walk", "--authority", "ealing", "--answers", "-", "--now", MORNING, given=answers)
    found: list[dict[str, Any]] = ran.json
    assert [one["receipt"].get("outcome") for one in found] == [
        entered(one.case).receipt.get("outcome") for one in practices()
    ]


@pytest.mark.skipif(not REGISTER.is_file(), reason="the register of published cases is not beside this checkout")
def test_every_case_of_the_register_is_here_with_its_published_route() -> None:
    with REGISTER.open(encoding="utf-8", newline="") as file:
        register = {row["case"]: (row["published_route"], row["accepted_routes"]) for row in csv.DictReader(file)}
    assert {one.case: (one.route, ";".join(one.accepted)) for one in practices()} == register
