"""The levels that a decision chooses from, and what it is measured by. Pure: reads documents and words only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from bot.judge import Judge
from dialogs.screens import Choice
from dialogs.setting import Setting, Suggestion
from dialogs.words import Words
from thresholds.result import Basis, Urgency


class Choosable(Protocol):
    """A level that can be decided on."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def basis(self) -> Basis: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class GeneralLevel:
    """A level that no document names: an outcome and its statutory basis. About an adult there is no outcome."""

    id: str
    label: str
    meaning: str
    outcome: str
    basis: Basis


_GENERAL: tuple[tuple[str, Basis], ...] = (
    ("preventative_advice", "none"),
    ("early_help", "none"),
    ("statutory_referral", "S17"),
    ("statutory_referral", "S47"),
)
_ADULT = ("low_level", "lado")


def levels_of(judge: Judge, words: Words, authority: str | None, on: date) -> tuple[Choosable, ...]:
    """The levels of the document in force, mildest first.

    Without any document that speaks, what every authority's levels map to: a concern can always be decided.
    """
    document = judge.document(authority, on)
    return tuple(_general_levels(words)) if document is None else document.levels


def _general_levels(words: Words) -> Iterator[GeneralLevel]:
    for outcome, basis in _GENERAL:
        yield GeneralLevel(
            id=f"general_{outcome}_{basis.lower()}", label=words(f"cards.outcomes.{outcome}"),
            meaning=words(f"cards.bases.{basis}"), outcome=outcome, basis=basis,
        )  # fmt: skip


def adult_levels(words: Words) -> tuple[Choosable, ...]:
    """What is decided on a concern about an adult: below the harm threshold, or for the designated officer."""
    return tuple(
        GeneralLevel(
            id=f"adult_{name}", label=words(f"adult_levels.{name}.label"),
            meaning=words(f"adult_levels.{name}.meaning"), outcome="", basis="none",
        )
        for name in _ADULT
    )  # fmt: skip


def with_levels(setting: Setting, levels: Sequence[Choosable], suggested: Suggestion) -> Setting:
    """The setting of a decision: the levels to choose from, and what was suggested."""
    choices = tuple(Choice(id=one.id, label=one.label, hint=one.meaning) for one in levels)
    return replace(setting, levels=choices, suggestion=suggested)


def suggested_of(outcome: str | None, level: str | None, urgency: int, levels: Sequence[Choosable]) -> Suggestion:
    """What a decision is measured by. A statutory suggestion without a level of this document (none was in force, or
    another one judged) counts as the mildest level that is statutory here, of the same basis if there is one."""
    order = tuple(one.id for one in levels)
    if level not in order and outcome in ("statutory_referral", "emergency"):
        basis = "S47" if urgency >= Urgency.SECTION_47 else "S17"
        statutory = [one for one in levels if one.outcome == "statutory_referral"]
        alike = [one for one in statutory if one.basis == basis]
        level = next((one.id for one in (*alike, *statutory)), level)
    return Suggestion(outcome=outcome, level=level, order=order)
