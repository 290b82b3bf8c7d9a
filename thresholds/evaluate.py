"""What the rules say about facts: pure and total. Only upward; what is not known may raise a question, never lower.

The suggestion is the gravest of indicators, modifiers, accumulation and the significant-harm floor. Every indicator and
floor that is met is a reason; a modifier or accumulation rule is one where it raises what they say.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from thresholds.conditions import Holds, met_by
from thresholds.facts import Facts, Vocabulary
from thresholds.result import Evaluation, LevelView, Outcome, Urgency
from thresholds.rules import (
    DUE_HOME,
    Accumulation,
    Floor,
    Indicator,
    Modifier,
    Rules,
    SignRules,
    Spoken,
    floor_reason,
    ready,
)

__all__ = ["Rules", "evaluate", "evaluate_without_document", "fault", "ready"]

SECTION_47 = LevelView(id="section_47", label="Section 47 (significant harm)", number=None, basis="S47")
_ADULT = "18_or_over"
_NONE: frozenset[str] = frozenset()
# Members of an enum are dear to look up in an inner loop.
_NO, _SECTION_17 = Holds.NO, Urgency.SECTION_17


def evaluate(rules: Rules, facts: Facts) -> Evaluation:
    """What the document suggests for the facts. Facts outside the vocabulary are passed over.

    Nobody of 18 or over gets a level of the document: only the significant-harm floor speaks, status `no_document`.
    """
    if facts.get("age_band") == _ADULT:
        return evaluate_without_document(rules.vocabulary, facts)
    asked = _sort(rules, facts)
    _hear_mixed(asked, facts)
    said = asked.said
    lines = ranks = sorted(said)
    if asked.floors:
        ranks = _with_floors(asked, facts)
    if ranks and said[ranks[0]].grade < rules.reach:
        ranks = _raised(rules, asked, lines, facts, said[ranks[0]].grade)
    grade = said[ranks[0]].grade if ranks else 0
    advice_now = bool(asked.not_known or asked.unrated or not ranks)
    urgency = rules.urgencies[grade]
    return Evaluation(
        status="rated" if ranks else "unrated_signs",
        outcome=rules.outcomes[grade],
        level=rules.levels[grade],
        urgency=max(urgency, _SECTION_17) if advice_now else urgency,
        reasons=tuple([said[rank].reason for rank in ranks]),
        unknown=_unknown(rules, asked, lines, facts, grade),
        advice_now=advice_now,
        document=rules.ref,
        unrated=_in_order(asked.unrated) if asked.unrated else (),
        duties=_duties(rules, asked.marked) if asked.marked else (),
        marks=_marks(asked.marked) if asked.marked else _NONE,
        harm=bool(asked.floors),
    )


def evaluate_without_document(vocabulary: Vocabulary, facts: Facts) -> Evaluation:
    """What stands in every authority, document or not: the significant-harm floor and the emergency.

    The level is Section 47 without a number, or none at all for someone of 18 or over.
    """
    true = [sign for sign in vocabulary.signs.values() if facts.get(sign.id) is True]
    doubted = [sign for sign in vocabulary.signs.values() if sign.id in facts and facts[sign.id] is None]
    harms = [sign for sign in true if sign.harm]
    level = SECTION_47 if harms else None
    due_home = facts.get(DUE_HOME) is True
    reasons = [floor_reason(sign, SECTION_47.id, due_home) for sign in harms]
    outcome = max((reason.outcome for reason in reasons), default=None)
    return Evaluation(
        status="no_document",
        outcome=outcome,
        level=level,
        urgency=_floor_urgency(outcome),
        reasons=tuple(sorted(reasons, key=lambda reason: -reason.outcome)),
        unknown=tuple(sign.id for sign in doubted),
        advice_now=True,
        document=None,
        unrated=tuple(sign.id for sign in true if not sign.harm),
        marks=_NONE.union(*(sign.marks for sign in (*true, *doubted))),
        harm=bool(harms),
    )


def fault() -> Evaluation:
    """What holds while the rules cannot speak: unrated and most urgent."""
    return Evaluation(
        status="fault",
        outcome=None,
        level=None,
        urgency=Urgency.EMERGENCY,
        reasons=(),
        unknown=(),
        advice_now=True,
        document=None,
    )


def _floor_urgency(outcome: Outcome | None) -> Urgency:
    if outcome is Outcome.EMERGENCY:
        return Urgency.EMERGENCY
    return Urgency.SECTION_17 if outcome is None else Urgency.SECTION_47


class _Asked:
    """The facts, sorted by what they can do.

    `said` holds all that has spoken, by rank. `hits` counts the ticked signs of each mixed indicator. `marked` are
    signs, ticked or doubted, with marks or duties. `modifiers` read at least one fact that is there. `not_known`:
    something was asked that nobody knows.
    """

    # Not a dataclass: its factories would cost a tenth of an evaluation.
    __slots__ = ("doubted", "floors", "hits", "marked", "modifiers", "not_known", "said", "unrated")

    def __init__(self) -> None:
        self.said: dict[int, Spoken] = {}
        self.hits: dict[Indicator, int] = {}
        self.modifiers: dict[Modifier, None] = {}
        self.floors: list[Floor] = []
        self.unrated: list[SignRules] = []
        self.marked: list[SignRules] = []
        self.doubted: list[SignRules] = []
        self.not_known = False


def _sort(rules: Rules, facts: Facts) -> _Asked:
    asked = _Asked()
    said, signs, modifiers = asked.said, rules.signs, rules.modifiers_by_fact
    for fact, value in facts.items():
        sign = signs.get(fact)
        if sign is None:
            if fact in modifiers:
                asked.modifiers.update(modifiers[fact])
            if value is None and fact in rules.nobody_knows:
                asked.not_known = True
        elif value is True:
            said.update(sign.alone)
            if not sign.plain:
                _note(asked, sign)
        elif value is None:
            _doubt(asked, sign)
    return asked


def _note(asked: _Asked, sign: SignRules) -> None:
    """Take in all that a ticked sign does besides meeting its own lines."""
    for indicator in sign.mixed:
        asked.hits[indicator] = asked.hits.get(indicator, 0) + 1
    if sign.floor is not None:
        asked.floors.append(sign.floor)
    if sign.marked:
        asked.marked.append(sign)
    if sign.modifiers:
        asked.modifiers.update(sign.modifiers)
    if not sign.rated:
        asked.unrated.append(sign)


def _doubt(asked: _Asked, sign: SignRules) -> None:
    asked.not_known = True
    asked.doubted.append(sign)
    if sign.marked:
        asked.marked.append(sign)


def _hear_mixed(asked: _Asked, facts: Facts) -> None:
    """Let the indicators speak that read more than one fact and are met."""
    for indicator, hits in asked.hits.items():
        if hits >= indicator.fewest and _met(indicator, facts):
            asked.said[indicator.line.rank] = _speak(indicator, facts)


def _met(indicator: Indicator, facts: Facts) -> bool:
    """Whether an indicator is met of which enough signs are ticked."""
    if indicator.flat:
        return True
    if indicator.needs_context and facts.keys().isdisjoint(indicator.context):
        return False
    return indicator.when.holds(facts) is not _NO


def _speak(indicator: Indicator, facts: Facts) -> Spoken:
    known, not_known = _known_apart(met_by(indicator.when, facts), facts)
    areas = frozenset([indicator.signs[fact] for fact in known if fact in indicator.signs])
    return indicator.line.spoken(known, not_known, areas)


def _known_apart(met: Iterable[str], facts: Facts) -> tuple[list[str], list[str]]:
    known: list[str] = []
    not_known: list[str] = []
    for fact in met:
        (not_known if facts[fact] is None else known).append(fact)
    return known, not_known


def _raised(rules: Rules, asked: _Asked, lines: list[int], facts: Facts, grade: int) -> list[int]:
    """Let the modifiers and accumulation rules speak that raise `grade`; all ranks that have spoken, gravest first."""
    raised: dict[int, int] = {}
    for modifier in asked.modifiers:
        if modifier.when.holds(facts) is not _NO:
            touched = _touched(modifier, lines, asked.said)
            # Below `grade` a modifier says nothing new, but what it raised may still add up to more.
            raised.update((rank, max(modifier.line.grade, raised.get(rank, 0))) for rank in touched)
            if touched and modifier.line.grade > grade:
                asked.said[modifier.line.rank] = _modified(modifier, touched, asked.said, facts)
    for rule in rules.accumulation:
        if len(lines) >= rule.count and rule.line.grade > grade:
            counted = _counted(rule, lines, raised)
            if len(counted) >= rule.count and _spread(counted, asked.said) >= rule.areas:
                asked.said[rule.line.rank] = rule.line.spoken(_facts_of(counted, asked.said))
    return sorted(asked.said)


def _touched(modifier: Modifier, lines: list[int], said: dict[int, Spoken]) -> list[int]:
    """The lines of the grade and the areas that the modifier speaks about."""
    of_grade = lines[bisect_left(lines, modifier.first) : bisect_left(lines, modifier.end)]
    if not modifier.areas:
        return of_grade
    return [rank for rank in of_grade if not modifier.areas.isdisjoint(said[rank].areas)]


def _modified(modifier: Modifier, touched: list[int], said: dict[int, Spoken], facts: Facts) -> Spoken:
    known, not_known = _known_apart(met_by(modifier.when, facts), facts)
    return modifier.line.spoken([*_facts_of(touched, said), *known], not_known)


def _counted(rule: Accumulation, lines: list[int], raised: dict[int, int]) -> list[int]:
    """The lines grave enough for the rule, those that a modifier raised so far included."""
    first = bisect_left(lines, rule.end)
    return lines[:first] + [rank for rank in lines[first:] if raised.get(rank, 0) >= rule.at]


def _spread(counted: list[int], said: dict[int, Spoken]) -> int:
    """How many areas the lines stand in."""
    return len(_NONE.union(*[said[rank].areas for rank in counted]))


def _facts_of(lines: list[int], said: dict[int, Spoken]) -> list[str]:
    return [fact for rank in lines for fact in said[rank].reason.facts]


def _with_floors(asked: _Asked, facts: Facts) -> list[int]:
    """Let the significant-harm floors speak; all ranks that have spoken, gravest first."""
    due_home = facts.get(DUE_HOME) is True
    for floor in asked.floors:
        spoken = floor.due_home if due_home else floor.usual
        asked.said[spoken.rank] = spoken
    return sorted(asked.said)


def _unknown(rules: Rules, asked: _Asked, lines: list[int], facts: Facts, grade: int) -> tuple[str, ...]:
    """The facts that could raise `grade`, most raising first: not asked, not known, or signs nobody is sure of."""
    found = {sign.id: sign.could_reach for sign in asked.doubted}
    for could_reach, context in _open(rules, asked, lines, facts, grade):
        for fact in context:
            if facts.get(fact) is None:
                found[fact] = max(could_reach, found.get(fact, 0))
    return tuple(sorted(found, key=lambda fact: (-found[fact], rules.order[fact]))) if found else ()


def _open(
    rules: Rules, asked: _Asked, lines: list[int], facts: Facts, grade: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(grade, context facts) of each graver rule that could still be met if nobody knew what was not asked."""
    for indicator, hits in asked.hits.items():
        if indicator.line.grade <= grade or not indicator.context or hits < indicator.fewest:
            continue
        if indicator.when.holds({**rules.nobody_knows, **facts}) is not _NO:
            yield indicator.line.grade, indicator.context
    for modifier in rules.modifiers:
        if modifier.line.grade <= grade:
            return
        if _touched(modifier, lines, asked.said) and _could_hold(rules, asked, modifier, facts):
            yield modifier.line.grade, modifier.context


def _could_hold(rules: Rules, asked: _Asked, modifier: Modifier, facts: Facts) -> bool:
    if modifier not in asked.modifiers:
        return modifier.open
    return modifier.when.holds({**rules.nobody_knows, **facts}) is not _NO


def _in_order(signs: list[SignRules]) -> tuple[str, ...]:
    return tuple(sign.id for sign in sorted(signs, key=lambda sign: sign.order))


def _duties(rules: Rules, marked: list[SignRules]) -> tuple[str, ...]:
    found = {duty for sign in marked for duty in sign.duties}
    return tuple([rules.duties[duty] for duty in sorted(found)])


def _marks(marked: list[SignRules]) -> frozenset[str]:
    return _NONE.union(*[sign.marks for sign in marked])
