"""A suggestion as others read it: the evaluation with route, consent rule and deadlines. Needs no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from bot.judge import Judge, as_mapping
from bot.plan import deadlines
from bot.working_time import Calendars, Clocks
from dialogs.words import Words
from thresholds.document import ConsentEntry, Document, RouteEntry
from thresholds.facts import Facts
from thresholds.result import Evaluation, Outcome, Urgency

Entry = TypeVar("Entry")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """What a suggestion needs besides the facts: rules, calendars, clocks, words."""

    judge: Judge
    calendars: Calendars
    clocks: Clocks
    words: Words


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


def route_of(document: Document | None, evaluation: Evaluation, words: Words) -> Mapping[str, str]:
    """How the suggestion is carried out: strings for people; absent parts are left out."""
    entry = None if document is None else _entry(document.routes, key_of(evaluation))
    if entry is None:
        return {"name": words("route.no_document.name"), "how": words("route.no_document.how")}
    return _strings(entry)


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


def suggestion(bench: Bench, document: Document | None, evaluation: Evaluation, now: datetime) -> dict[str, object]:
    """The triage JSON of one evaluation at `now` (an aware instant)."""
    duties = () if document is None else document.duties
    due = deadlines(evaluation, now, bench.calendars, bench.clocks, duties)
    return {
        **as_mapping(evaluation),
        "route": route_of(document, evaluation, bench.words),
        "consent": consent_of(document, evaluation, bench.words),
        "deadlines": [{"what": one.what, "role": one.role, "due": one.due.isoformat()} for one in due],
    }


def triage(bench: Bench, authority: str, many: Sequence[Facts], now: datetime, on: date) -> list[dict[str, object]]:
    """The suggestions for several sets of facts, in order."""
    document = bench.judge.document(authority, on)
    return [suggestion(bench, document, bench.judge.judge(authority, facts, on), now) for facts in many]
