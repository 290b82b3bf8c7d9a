"""The shape of an authority's document, as strangers write it: pydantic models, frozen, unknown keys forbidden.

Evaluates nothing. In YAML a condition is a mapping with one key, or a sign id alone:
`{is: {fact: disabled, value: "yes"}}`, `{one_of: {fact: age_band, values: [unborn, under_1]}}`,
`{includes: {fact: mark_where, values: [ears]}}`, `{at_least: {count: 3, of: [hungry, dirty_clothes, …]}}`,
`{all: […]}`, `{any: […]}`, `{not: …}`.
"""

from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from thresholds.conditions import All, AnyOf, AtLeast, Condition, Includes, Is, Not, OneOf

OutcomeWord = Literal["preventative_advice", "early_help", "statutory_referral"]
BasisWord = Literal["none", "S17", "S47"]
SHARED = 4096
"""How many equal things of several documents are kept once."""
NonEmpty = Annotated[str, Field(min_length=1)]


def parse_condition(raw: object) -> Condition:  # noqa: PLR0911 - one closed table of seven kinds
    """A condition from its YAML form.

    Raises:
        ValueError: naming the part that is not a condition and the seven kinds there are.

    >>> parse_condition("bruise")
    Is(fact='bruise', value=True)
    """
    if isinstance(raw, str):
        return _ticked(raw)
    if not isinstance(raw, dict) or len(raw) != 1:
        raise ValueError(f"{raw!r} is not a condition: write a sign id, or one of {_KINDS}")
    [(kind, body)] = raw.items()
    match kind, body:
        case "is", {"fact": str(fact), "value": bool(value) | str(value), **rest} if not rest:
            return Is(fact, value)
        case "one_of", {"fact": str(fact), "values": list(values), **rest} if not rest:
            return OneOf(fact, tuple(map(str, values)))
        case "includes", {"fact": str(fact), "values": list(values), **rest} if not rest:
            return Includes(fact, tuple(map(str, values)))
        case "at_least", {"count": int(count), "of": list(of), **rest} if not rest:
            return AtLeast(count, tuple(map(parse_condition, of)))
        case "all", list(of) if of:
            return All(tuple(map(parse_condition, of)))
        case "any", list(of) if of:
            return AnyOf(tuple(map(parse_condition, of)))
        case "not", _:
            return Not(parse_condition(body))
    raise ValueError(f"{kind!r} with {body!r} is not a condition: write a sign id, or one of {_KINDS}")


@lru_cache(maxsize=SHARED)
def _ticked(sign: str) -> Is:
    return Is(sign, True)


_KINDS = "is, one_of, includes, at_least, all, any, not"
ConditionField = Annotated[Any, BeforeValidator(parse_condition)]


class Strict(BaseModel):
    """Frozen; a key that is not in the model is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CitationEntry(Strict):
    """Where a line stands. `borrowed_from` names the authority whose line it is, when it is not this one's own."""

    document: NonEmpty
    version: NonEmpty
    place: NonEmpty
    url: NonEmpty
    borrowed_from: str | None = None


@lru_cache(maxsize=SHARED)
def _same(citation: CitationEntry) -> CitationEntry:
    """The first that says the same: lines are borrowed, so one place is cited by several documents."""
    return citation


Cited = Annotated[CitationEntry, AfterValidator(_same)]


class LevelEntry(Strict):
    """A level in the authority's own words. `tag` is the common tag (`1`, `2`, `2T`, `3`, `4`)."""

    id: NonEmpty
    number: int | None
    label: NonEmpty
    meaning: NonEmpty
    outcome: OutcomeWord
    basis: BasisWord
    tag: NonEmpty
    citation: Cited


class IndicatorEntry(Strict):
    """A line of the document: the facts that meet it, its level, its citation."""

    id: NonEmpty
    text: NonEmpty
    when: ConditionField
    level: NonEmpty
    citation: Cited


class ModifierEntry(Strict):
    """Raises matched indicators: those at `at` in `areas` (empty: all areas) count as `becomes` when `when` holds.

    `at` is the level of the line itself: one modifier never builds on another.
    """

    id: NonEmpty
    text: NonEmpty
    when: ConditionField
    areas: tuple[str, ...] = ()
    at: NonEmpty
    becomes: NonEmpty
    citation: Cited


class AccumulationEntry(Strict):
    """Several indicators add up: `count` matched ones at `at` or above, over `areas` areas, give `becomes`."""

    id: NonEmpty
    text: NonEmpty
    count: int = Field(ge=2)
    areas: int = Field(ge=1)
    at: NonEmpty
    becomes: NonEmpty
    citation: Cited


class UnratedEntry(Strict):
    """A sign no table rates: says so, and is treated as *ask for advice*."""

    sign: NonEmpty
    says: NonEmpty


class DutyEntry(Strict):
    """A duty that runs beside the level, opened by any of `signs`. `clock` names it in the directory's clocks.

    `text_from_then` takes the place of `text` from the day `in_force_from` on, which the authority sets once known.
    """

    id: NonEmpty
    signs: tuple[str, ...] = Field(min_length=1)
    text: NonEmpty
    in_force_from: date | None = None
    text_from_then: NonEmpty | None = None
    role: NonEmpty
    clock: NonEmpty
    citation: Cited


class RouteEntry(Strict):
    """How a suggestion is carried out: strings for people, all optional but the name."""

    name: NonEmpty
    how: NonEmpty
    phone: str | None = None
    hours: str | None = None
    out_of_hours: str | None = None
    form: str | None = None
    url: str | None = None


class ConsentEntry(Strict):
    """Whether agreement is needed, in one rule word and a sentence for people."""

    rule: Literal["agreement_needed", "agreement_not_needed", "inform_unless_unsafe"]
    text: NonEmpty


class ContactEntry(Strict):
    """A number or address with its owner and check dates. `confirmed` false: the authority has not confirmed it."""

    id: NonEmpty
    label: NonEmpty
    phone: str | None = None
    hours: str | None = None
    url: str | None = None
    owner: NonEmpty
    checked_on: date
    review_by: date
    confirmed: bool


class SignOff(Strict):
    """Who signed which content, and when. The checksum covers the authority's files without this block."""

    by: NonEmpty
    role: NonEmpty
    on: date
    checksum: NonEmpty


class Document(Strict):
    """One authority's document of one date, whole. `s47_level` is the level that carries the significant-harm floor."""

    authority: NonEmpty
    name: NonEmpty
    title: NonEmpty
    version: NonEmpty
    in_force_from: date
    in_force_to: date | None = None
    review_by: date
    signed_off: SignOff | None
    vocabulary: NonEmpty
    levels: tuple[LevelEntry, ...] = Field(min_length=1)
    s47_level: NonEmpty
    routes: dict[Literal["none", "preventative_advice", "early_help", "S17", "S47", "emergency"], RouteEntry]
    consent: dict[Literal["none", "preventative_advice", "early_help", "S17", "S47", "emergency"], ConsentEntry]
    contacts: tuple[ContactEntry, ...]
    modifiers: tuple[ModifierEntry, ...]
    accumulation: tuple[AccumulationEntry, ...]
    duties: tuple[DutyEntry, ...]
    unrated: tuple[UnratedEntry, ...]
    indicators: tuple[IndicatorEntry, ...]


def grades(levels: tuple[LevelEntry, ...]) -> dict[str, int]:
    """Level id → how grave it is in this document, 1 the mildest: by outcome, basis, then the order of the list."""
    order = ("preventative_advice", "early_help", "statutory_referral", "none", "S17", "S47")
    ranked = sorted(levels, key=lambda level: (order.index(level.outcome), order.index(level.basis)))
    return {level.id: grade for grade, level in enumerate(ranked, start=1)}


class ExampleEntry(Strict):
    """A worked case a social worker can read, with the answer the document gives."""

    id: NonEmpty
    story: NonEmpty
    facts: dict[str, bool | str | tuple[str, ...] | None]
    outcome: Literal["preventative_advice", "early_help", "statutory_referral", "emergency"] | None
    level: str | None
    because: NonEmpty
