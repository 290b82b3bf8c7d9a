"""A document made ready to be asked: an index from each sign to the lines that read it, everything else built once.

`ready` is called when documents are loaded; `evaluate` asks what it returns, as often as it likes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from thresholds.checks import FLOOR_PREFIX
from thresholds.conditions import All, AnyOf, AtLeast, Condition, Holds, Is, holds, reads
from thresholds.document import (
    SHARED,
    AccumulationEntry,
    CitationEntry,
    Document,
    IndicatorEntry,
    LevelEntry,
    ModifierEntry,
    grades,
)
from thresholds.facts import Sign, Vocabulary
from thresholds.result import Citation, DocumentRef, LevelView, Outcome, Reason, Urgency

GRADE_STEP = 1_000_000
DUE_HOME = "due_home_to_feared"
_FLOOR_TEXT = "A sign of actual or likely significant harm, whatever else is known"
_EMERGENCY_TEXT = "A sign of significant harm that calls for help now"
_DUE_HOME_TEXT = "A sign of significant harm, and the child is due home to the person they are afraid of"
_STATUTE_URL = "https://www.legislation.gov.uk/ukpga/1989/41/section/47"


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """An indicator, modifier or accumulation rule as a reason waiting for its facts. `rank` sorts gravest first."""

    id: str
    text: str
    citation: Citation
    grade: int
    rank: int
    outcome: Outcome
    level: str

    def spoken(
        self, facts: Iterable[str], not_known: Iterable[str] = (), areas: frozenset[str] = frozenset()
    ) -> "Spoken":
        """The line as met by these facts; repeats count once."""
        reason = Reason(
            indicator=self.id,
            text=self.text,
            facts=tuple(dict.fromkeys(facts)),
            citation=self.citation,
            outcome=self.outcome,
            level=self.level,
            not_known=tuple(dict.fromkeys(not_known)) if not_known else (),
        )
        return Spoken(self.rank, self.grade, reason, areas)


class Spoken(NamedTuple):
    """A line that is met. `rank` is its own in a document; sorted by it, the gravest comes first."""

    rank: int
    grade: int
    reason: Reason
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """An indicator that reads more than one sign. `signs` maps those it reads to their areas.

    Fewer ticked signs than `fewest` never meet it; a `flat` one (signs only, each once) is met by that many. One that
    `needs_context` is not met while none of its `context` facts was asked.
    """

    line: Line
    when: Condition
    signs: Mapping[str, str]
    fewest: int
    flat: bool
    context: tuple[str, ...]
    needs_context: bool


@dataclass(frozen=True, slots=True, eq=False)
class Modifier:
    """Lines ranked from `first` up to `end`, in `areas` (empty: all), count as `line.grade` when `when` holds.

    `open` says whether it could hold as long as none of its `context` facts was asked.
    """

    line: Line
    when: Condition
    context: tuple[str, ...]
    areas: frozenset[str]
    first: int
    end: int
    open: bool


@dataclass(frozen=True, slots=True, eq=False)
class Accumulation:
    """`count` lines of grade `at` or above, which are ranked before `end`, over `areas` areas give `line`."""

    line: Line
    count: int
    areas: int
    at: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """The significant-harm floor of a sign; `due_home` is said instead when the child is due home to the one feared."""

    usual: Spoken
    due_home: Spoken


@dataclass(frozen=True, slots=True, eq=False)
class SignRules:
    """All that one sign can set off.

    `alone` is met by the sign itself (by rank), `mixed` needs more to be looked at. `rated`: it gets a level on its
    own. `could_reach` is its gravest grade. `marked`: it has marks or duties. `plain`: it has only `alone`.
    """

    id: str
    order: int
    alone: Mapping[int, Spoken]
    mixed: tuple[Indicator, ...]
    modifiers: Mapping[Modifier, None]
    floor: Floor | None
    rated: bool
    could_reach: int
    marks: frozenset[str]
    duties: tuple[int, ...]
    marked: bool
    plain: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rules:
    """One document, ready.

    `levels`, `outcomes` and `urgencies` are looked up by grade: 0 is no level, then the levels, mildest first; the last
    is the emergency, which shows the Section 47 level beside it. `modifiers` stand gravest first. `reach` is the
    gravest grade that modifiers and accumulation can give.
    """

    document: Document
    ref: DocumentRef
    vocabulary: Vocabulary
    signs: Mapping[str, SignRules]
    modifiers: tuple[Modifier, ...]
    modifiers_by_fact: Mapping[str, Mapping[Modifier, None]]
    accumulation: tuple[Accumulation, ...]
    reach: int
    levels: tuple[LevelView | None, ...]
    outcomes: tuple[Outcome | None, ...]
    urgencies: tuple[Urgency, ...]
    duties: tuple[str, ...]
    order: Mapping[str, int]
    nobody_knows: Mapping[str, None]


def ready(document: Document, vocabulary: Vocabulary) -> Rules:
    """Everything about a loaded document that does not depend on facts, built once.

    Raises:
        KeyError: the document names what is not there; a document that was loaded by `load` never does.
    """
    return _Build(document, vocabulary).rules()


def floor_reason(sign: Sign, level: str | None, due_home: bool) -> Reason:
    """The significant-harm floor of a sign that carries it, pointing at `level`.

    Raises:
        ValueError: the sign is no sign of significant harm.
    """
    if sign.harm is None:
        raise ValueError(f"{sign.id} is no sign of significant harm")
    citation = Citation(
        document="Children Act 1989",
        version="as amended",
        place=f"section 47(1)(b), with {sign.harm.document}, {sign.harm.place}",
        url=_STATUTE_URL,
    )
    return Reason(
        indicator=f"{FLOOR_PREFIX}{sign.id}",
        text=_DUE_HOME_TEXT if due_home else _EMERGENCY_TEXT if sign.emergency else _FLOOR_TEXT,
        facts=(sign.id, DUE_HOME) if due_home else (sign.id,),
        citation=citation,
        outcome=Outcome.EMERGENCY if due_home or sign.emergency else Outcome.STATUTORY_REFERRAL,
        level=level,
    )


class _Build:
    """One document being made ready."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.document = document
        self.vocabulary = vocabulary
        self.grade = grades(document.levels)
        self.floor_grade = self.grade[document.s47_level]
        self.level = {level.id: level for level in document.levels}
        # Reasons of one grade stand in this order: floors, indicators, modifiers, accumulation.
        self.first_indicator = len(vocabulary.signs)
        self.first_modifier = self.first_indicator + len(document.indicators)
        self.first_sum = self.first_modifier + len(document.modifiers)

    def rules(self) -> Rules:
        indicators = list(map(self._indicator, self.document.indicators, count(self.first_indicator)))
        modifiers = list(map(self._modifier, self.document.modifiers, count(self.first_modifier)))
        sums = list(map(self._sum, self.document.accumulation, count(self.first_sum)))
        ordered = sorted(self.document.levels, key=lambda level: self.grade[level.id])
        outcomes = [Outcome[level.outcome.upper()] for level in ordered]
        views = list(map(_view, ordered))
        return Rules(
            document=self.document,
            ref=_ref(self.document),
            vocabulary=self.vocabulary,
            signs=self._signs(indicators, modifiers),
            modifiers=tuple(sorted(modifiers, key=lambda modifier: modifier.line.rank)),
            modifiers_by_fact=_by_context(modifiers),
            accumulation=tuple(sums),
            reach=max([0, *(one.line.grade for one in modifiers), *(one.line.grade for one in sums)]),
            levels=(None, *views, views[self.floor_grade - 1]),
            outcomes=(None, *outcomes, Outcome.EMERGENCY),
            urgencies=(Urgency.SECTION_17, *map(_urgency, views, outcomes), Urgency.EMERGENCY),
            duties=tuple(duty.id for duty in self.document.duties),
            order={fact: order for order, fact in enumerate((*self.vocabulary.facts, *self.vocabulary.signs))},
            nobody_knows=dict.fromkeys(self.vocabulary.facts),
        )

    def _line(self, entry: IndicatorEntry | ModifierEntry | AccumulationEntry, level: str, order: int) -> Line:
        grade = self.grade[level]
        return Line(
            id=entry.id,
            text=entry.text,
            citation=_citation(entry.citation),
            grade=grade,
            rank=order - grade * GRADE_STEP,
            outcome=Outcome[self.level[level].outcome.upper()],
            level=level,
        )

    def _indicator(self, entry: IndicatorEntry, order: int) -> Indicator:
        read = [fact for fact in reads(entry.when) if fact in self.vocabulary.signs]
        context = self._context(entry.when)
        once = len(read) == len(set(read))
        return Indicator(
            line=self._line(entry, entry.level, order),
            when=entry.when,
            signs={fact: self.vocabulary.signs[fact].area for fact in read},
            fewest=fewest_signs(entry.when) if once else 1,
            flat=once and _flat(entry.when),
            context=context,
            needs_context=bool(context) and holds(entry.when, dict.fromkeys(read, True)) is Holds.NO,
        )

    def _modifier(self, entry: ModifierEntry, order: int) -> Modifier:
        return Modifier(
            line=self._line(entry, entry.becomes, order),
            when=entry.when,
            context=self._context(entry.when),
            areas=frozenset(entry.areas),
            first=-self.grade[entry.at] * GRADE_STEP,
            end=(1 - self.grade[entry.at]) * GRADE_STEP,
            open=holds(entry.when, dict.fromkeys(self.vocabulary.facts)) is not Holds.NO,
        )

    def _sum(self, entry: AccumulationEntry, order: int) -> Accumulation:
        line, at = self._line(entry, entry.becomes, order), self.grade[entry.at]
        return Accumulation(line, entry.count, entry.areas, at, (1 - at) * GRADE_STEP)

    def _context(self, condition: Condition) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact for fact in reads(condition) if fact in self.vocabulary.facts))

    def _signs(self, indicators: list[Indicator], modifiers: list[Modifier]) -> dict[str, SignRules]:
        reading: dict[str, list[Indicator]] = {}
        for indicator in indicators:
            for fact in indicator.signs:
                reading.setdefault(fact, []).append(indicator)
        return {
            sign.id: self._sign(sign, order, reading.get(sign.id, []), modifiers)
            for order, sign in enumerate(self.vocabulary.signs.values())
        }

    def _sign(self, sign: Sign, order: int, read_by: list[Indicator], modifiers: list[Modifier]) -> SignRules:
        alone = [one for one in read_by if one.when == Is(sign.id, True)]
        mixed = tuple(one for one in read_by if one not in alone)
        read_by_modifiers = dict.fromkeys(one for one in modifiers if sign.id in reads(one.when))
        duties = tuple(index for index, duty in enumerate(self.document.duties) if sign.id in duty.signs)
        floor = self._floor(sign, order) if sign.harm else None
        rated = floor is not None or any(holds(one.when, {sign.id: True}) is Holds.YES for one in read_by)
        return SignRules(
            id=sign.id,
            order=order,
            alone={one.line.rank: one.line.spoken([sign.id], areas=frozenset({sign.area})) for one in alone},
            mixed=mixed,
            modifiers=read_by_modifiers,
            floor=floor,
            rated=rated,
            could_reach=max([*(one.line.grade for one in read_by), self.floor_grade if floor else 0]),
            marks=sign.marks,
            duties=duties,
            marked=bool(duties or sign.marks),
            plain=rated and not (mixed or read_by_modifiers or duties or floor or sign.marks),
        )

    def _floor(self, sign: Sign, order: int) -> Floor:
        emergency = len(self.document.levels) + 1
        level = self.document.s47_level
        grade = emergency if sign.emergency else self.floor_grade
        return Floor(
            usual=Spoken(order - grade * GRADE_STEP, grade, floor_reason(sign, level, due_home=False)),
            due_home=Spoken(order - emergency * GRADE_STEP, emergency, floor_reason(sign, level, due_home=True)),
        )


def fewest_signs(condition: Condition) -> int:
    """How many ticked signs it takes at least, where no sign is read twice.

    >>> fewest_signs(AtLeast(2, (Is("hungry", True), Is("dirty", True), Is("disabled", "yes"))))
    1
    """
    match condition:
        case AtLeast(needed, of):
            return sum(sorted(map(fewest_signs, of))[:needed])
        case All(of):
            return sum(map(fewest_signs, of))
        case AnyOf(of):
            return min(map(fewest_signs, of))
    return int(isinstance(condition, Is) and condition.value is True)


def _flat(condition: Condition) -> bool:
    return isinstance(condition, AtLeast | All | AnyOf) and all(
        isinstance(part, Is) and part.value is True for part in condition.of
    )


def _by_context(modifiers: list[Modifier]) -> dict[str, dict[Modifier, None]]:
    facts = dict.fromkeys(fact for modifier in modifiers for fact in modifier.context)
    return {fact: dict.fromkeys(one for one in modifiers if fact in one.context) for fact in facts}


def _urgency(level: LevelView, outcome: Outcome) -> Urgency:
    if level.basis == "none":
        return Urgency.EARLY_HELP if outcome is Outcome.EARLY_HELP else Urgency.ADVICE
    return Urgency.SECTION_47 if level.basis == "S47" else Urgency.SECTION_17


def _view(level: LevelEntry) -> LevelView:
    return LevelView(id=level.id, label=level.label, number=level.number, basis=level.basis)


@lru_cache(maxsize=SHARED)
def _citation(entry: CitationEntry) -> Citation:
    return Citation(**entry.model_dump())


def _ref(document: Document) -> DocumentRef:
    return DocumentRef(
        authority=document.authority,
        version=document.version,
        in_force_from=document.in_force_from,
        signed_off=document.signed_off is not None,
    )
