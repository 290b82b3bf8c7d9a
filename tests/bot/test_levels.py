"""What a decision can be, with a document and without one, and what it is measured by."""

from datetime import date

import pytest

from bot.judge import NoRules
from bot.levels import levels_of, suggested_of
from dialogs.words import Words
from tests.bot.scenarios.house import judge
from thresholds.result import Urgency

TODAY, LONG_AGO = date(2026, 11, 23), date(1999, 1, 4)


@pytest.mark.parametrize("authority", ["ealing", "gateshead", "trafford"])
def test_a_document_in_force_gives_its_own_levels(authority: str) -> None:
    document = judge().document(authority, TODAY)
    assert document is not None
    assert levels_of(judge(), Words.load(), authority, TODAY) == document.levels


def test_without_a_document_a_concern_can_be_decided_all_the_same() -> None:
    rules = NoRules(vocabulary=judge().vocabulary)
    for levels in (
        levels_of(judge(), Words.load(), "ealing", LONG_AGO),
        levels_of(judge(), Words.load(), None, TODAY),
        levels_of(rules, Words.load(), "ealing", TODAY),
    ):
        assert [(one.outcome, one.basis) for one in levels] == [
            ("preventative_advice", "none"),
            ("early_help", "none"),
            ("statutory_referral", "S17"),
            ("statutory_referral", "S47"),
        ]


@pytest.mark.parametrize("authority", ["ealing", "gateshead", "trafford"])
@pytest.mark.parametrize("outcome", ["statutory_referral", "emergency"])
def test_what_the_floor_says_without_a_level_is_measured_by_the_documents_section_47(
    authority: str, outcome: str
) -> None:
    document = judge().document(authority, TODAY)
    assert document is not None
    found = suggested_of(outcome, "section_47", Urgency.SECTION_47, document.levels)
    assert found.level == document.s47_level
    assert found.lowered_by(document.levels[0].id)


def test_a_suggestion_below_statutory_is_lowered_by_nothing() -> None:
    levels = levels_of(judge(), Words.load(), "ealing", TODAY)
    found = suggested_of("early_help", None, Urgency.EARLY_HELP, levels)
    assert not any(found.lowered_by(one.id) for one in levels)
