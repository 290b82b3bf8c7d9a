"""A suggestion as others read it: the evaluation with route, consent rule and deadlines. Needs no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from bot.judge import Judge, as_mapping
from bot.plan import deadlines
from bot.working_time import Calendars, Clocks
from dialogs.screens import Number
from dialogs.words import Words
from thresholds.document import ConsentEntry, Document, RouteEntry
from thresholds.explain import Explanation
from thresholds.facts import Facts, FactValue
from thresholds.result import Evaluation, Outcome, Urgency

Entry = TypeVar("Entry")


@dataclass(frozen=True, kw_only=True, slots=True)
class Council:
    """Whom to ring at another council: its front door, and while that is shut its out-of-hours team, where known."""

    front_door: Number
    out_of_hours: Number | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """What a suggestion needs besides the facts: rules, calendars, clocks, words, and whom to ring without a document.

    `neighbours` are the councils around, by id.
    """

    judge: Judge
    calendars: Calendars
    clocks: Clocks
    words: Words
    front_door: Number | None = None
    adults: Number | None = None
    neighbours: Mapping[str, Council] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Road:
    """What the conversation said that changes the route: the names of its branches, and the child's council."""

    branches: tuple[str, ...] = ()
    council: str | None = None


HERE = Road()
ADULT = "eighteen_or_over"
KNOWN = "has_social_worker"


def key_of(evaluation: Evaluation) -> str:
    """Which route and consent rule of the document applies.

    >>> from thresholds.evaluate import fault
    >>> key_of(fault())
    'none'
    """
    if evaluation.outcome is Outcome.EMERGENCY:
        return "emergency"
    if evaluation.outcome is Outcome.STATUTORY_REFERRAL:
        return "S47" if evaluation.urgency >= Urgency.SECTION_47 else "S17"
    return "none" if evaluation.outcome is None else evaluation.outcome.word


def route_of(bench: Bench, document: Document | None, evaluation: Evaluation, road: Road = HERE) -> Mapping[str, str]:
    """How the suggestion is carried out: strings for people; absent parts are left out."""
    if ADULT in road.branches:
        return _ring(bench, "adult", bench.adults)
    entry = None if document is None else _entry(document.routes, key_of(evaluation))
    if entry is not None:
        return _known(bench, _strings(entry)) if _is_known(evaluation, road) else _strings(entry)
    neighbour = bench.neighbours.get(road.council or "")
    return _ring(bench, "no_document", bench.front_door) if neighbour is None else _of_neighbour(bench, neighbour)


def _of_neighbour(bench: Bench, neighbour: Council) -> Mapping[str, str]:
    """Both numbers: a route is kept, and read at another hour."""
    found, team = _ring(bench, "neighbour", neighbour.front_door), neighbour.out_of_hours
    return found if team is None else {**found, "out_of_hours": f"{team.label}, {team.phone}"}


def _is_known(evaluation: Evaluation, road: Road) -> bool:
    """Whether social care has the child already and is to hear of this: then only the new form is left out."""
    return KNOWN in road.branches and evaluation.outcome is Outcome.STATUTORY_REFERRAL


def _known(bench: Bench, route: Mapping[str, str]) -> Mapping[str, str]:
    return {key: value for key, value in route.items() if key != "form"} | {"how": bench.words("route.known.how")}


def _ring(bench: Bench, key: str, number: Number | None) -> Mapping[str, str]:
    """Whom to ring where no document says it; the telephone is left out where nobody knows it."""
    label = "" if number is None else number.label
    found = {part: bench.words(f"route.{key}.{part}", label=label) for part in ("name", "how")}
    if number is None:
        return found
    return {**found, "phone": number.phone} | ({"hours": number.hours} if number.hours else {})


def consent_of(document: Document | None, evaluation: Evaluation, words: Words) -> Mapping[str, str]:
    """Whether agreement is needed, in a rule word and a sentence."""
    entry = None if document is None else _entry(document.consent, key_of(evaluation))
    if entry is None:
        return {"rule": "inform_unless_unsafe", "text": words("consent.no_document")}
    return _strings(entry)


def _entry(table: Mapping[Any, Entry], key: str) -> Entry | None:
    return table.get(key) or table.get("none")


def _strings(entry: RouteEntry | ConsentEntry) -> Mapping[str, str]:
    return {key: value for key, value in entry.model_dump().items() if value is not None}


def suggestion(
    bench: Bench, document: Document | None, evaluation: Evaluation, now: datetime, road: Road = HERE
) -> dict[str, object]:
    """The triage JSON of one evaluation at `now` (an aware instant), with the branches and council of its road."""
    duties = () if document is None else document.duties
    due = deadlines(evaluation, now, bench.calendars, bench.clocks, duties)
    return {
        **as_mapping(evaluation),
        "route": route_of(bench, document, evaluation, road),
        "consent": consent_of(document, evaluation, bench.words),
        "deadlines": [{"what": one.what, "role": one.role, "due": one.due.isoformat()} for one in due],
        **({"branches": list(road.branches)} if road.branches else {}),
        **({"council": road.council} if road.council else {}),
    }


def explained(explanation: Explanation, facts: Facts) -> dict[str, object]:
    """Which answers among `facts` carry a suggestion, and the one that would raise it: a part of the triage JSON."""
    carrying = [{"fact": fact, "value": _plain(facts[fact])} for fact in explanation.carried_by]
    raising = explanation.raised_by
    if raising is None:
        return {"explanation": {"carried_by": carrying, "raised_by": None}}
    level = None if raising.level is None else raising.level.label
    would = {
        "fact": raising.fact, "value": _plain(raising.value), "outcome": raising.outcome.word, "level": level,
    }  # fmt: skip
    return {"explanation": {"carried_by": carrying, "raised_by": would}}


def _plain(value: FactValue) -> object:
    return list(value) if isinstance(value, tuple) else value


def triage(bench: Bench, authority: str, many: Sequence[Facts], now: datetime, on: date) -> list[dict[str, object]]:
    """The suggestions for several sets of facts, in order."""
    document, judge = bench.judge.document(authority, on), bench.judge
    return [
        {
            **suggestion(bench, document, judge.judge(authority, facts, on), now, _road_of(facts)),
            **explained(judge.explain(authority, facts, on), facts),
        }
        for facts in many
    ]


def _road_of(facts: Facts) -> Road:
    return Road(branches=(ADULT,)) if facts.get("age_band") == "18_or_over" else HERE
