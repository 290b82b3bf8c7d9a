"""What the rules say: an outcome with its reasons. Computes nothing.

`Outcome` is the one ordered type by which suggestions of different authorities may be compared; level numbers never.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Literal, TypeAlias

Basis: TypeAlias = Literal["none", "S17", "S47"]
Status: TypeAlias = Literal["rated", "unrated_signs", "no_document", "fault"]


class Outcome(IntEnum):
    """What every authority's level maps to, mildest first. An evaluation without one has `None`, which stands below."""

    PREVENTATIVE_ADVICE = 1
    EARLY_HELP = 2
    STATUTORY_REFERRAL = 3
    EMERGENCY = 4

    @property
    def word(self) -> str:
        """The word used in JSON and storage: `preventative_advice`, `early_help`, …"""
        return self.name.lower()


class Urgency(IntEnum):
    """Which clock runs (product table of alerts), mildest first. Never below SECTION_17 while advice is needed now."""

    ADVICE = 1
    EARLY_HELP = 2
    SECTION_17 = 3
    SECTION_47 = 4
    EMERGENCY = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """Where a line stands: heading, table or row. `borrowed_from` names the authority whose line it is, if not this"""

    document: str
    version: str
    place: str
    url: str
    borrowed_from: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelView:
    """A level in the authority's own words. `number` is None where the authority's numbers are not confirmed."""

    id: str
    label: str
    number: int | None
    basis: Basis


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One line that spoke: which rule, which facts met it, where it stands, and how far up it points.

    `not_known` are the context facts that met it only because nobody knows; `facts` are all others that met it.
    """

    indicator: str
    text: str
    facts: tuple[str, ...]
    citation: Citation
    outcome: Outcome
    level: str | None
    not_known: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentRef:
    """Which document judged, pinned for good."""

    authority: str
    version: str
    in_force_from: date
    signed_off: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """A suggestion with its reasons, gravest first. `urgency` is the clock; `unknown` would matter if known."""

    status: Status
    outcome: Outcome | None
    level: LevelView | None
    urgency: Urgency
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    advice_now: bool
    document: DocumentRef | None
    unrated: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    marks: frozenset[str] = field(default_factory=frozenset)
    harm: bool = False
