"""Every worked case of every packaged document, as a social worker can read it."""

from collections.abc import Iterator

import pytest

from tests.thresholds.packaged import all_rules, editions, name
from thresholds.catalogue import Edition
from thresholds.document import ExampleEntry
from thresholds.lint import check_examples

EDITIONS = editions()
OUTCOMES = {"preventative_advice", "early_help", "statutory_referral", "emergency", None}


def cases() -> Iterator[object]:
    """(edition, example), named by authority and example."""
    for edition in EDITIONS:
        for example in edition.examples:
            yield pytest.param(edition, example, id=f"{edition.document.authority}: {example.id}")


@pytest.mark.parametrize(("edition", "example"), list(cases()))
def test_the_rules_agree_with_the_worked_case(edition: Edition, example: ExampleEntry) -> None:
    assert check_examples(edition.document, all_rules()[name(edition)], [example]) == ()


@pytest.mark.parametrize("edition", EDITIONS, ids=name)
def test_a_document_comes_with_enough_worked_cases_of_every_outcome(edition: Edition) -> None:
    assert len(edition.examples) >= 60
    assert {example.outcome for example in edition.examples} == OUTCOMES
