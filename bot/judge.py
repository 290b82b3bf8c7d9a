"""Which document speaks, and what it says of these facts. Never raises for a fault of the rules: the concern goes on.

Rules that cannot be read give a `fault` evaluation, unrated and most urgent: rating may fail, alerting may not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from dialogs.danger import danger_words
from dialogs.engine import Trail, facts_from, texts
from dialogs.findings import Finding
from dialogs.flow import Flow
from thresholds.catalogue import Catalogue, Edition
from thresholds.document import Document
from thresholds.evaluate import Rules, evaluate, evaluate_without_document, fault, ready
from thresholds.explain import UNEXPLAINED, Explanation, explain
from thresholds.facts import Facts, Vocabulary
from thresholds.in_force import NoDocumentInForce, edition_in_force
from thresholds.result import Evaluation, Outcome, Urgency


class Judge(Protocol):
    """What the use cases need of the rules."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Every fact and sign that there is."""
        ...

    def judge(self, authority: str | None, facts: Facts, on: date) -> Evaluation:
        """The suggestion of the document in force for `authority` on that day; None: the council is not known."""
        ...

    def document(self, authority: str | None, on: date) -> Document | None:
        """The document that would speak, or None."""
        ...

    def explain(self, authority: str | None, facts: Facts, on: date) -> Explanation:
        """Which answers carry what `judge` says of the same, and which single answer would raise it."""
        ...

    def authorities(self) -> tuple[str, ...]:
        """Slugs of the installed authorities."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Rulebook:
    """The installed documents, made ready once. `show_unsigned` false keeps a level of an unsigned document unshown."""

    catalogue: Catalogue
    vocabulary: Vocabulary
    show_unsigned: bool
    _ready: dict[tuple[str, str], Rules] = field(default_factory=dict)

    def authorities(self) -> tuple[str, ...]:
        """Slugs of the installed authorities."""
        return self.catalogue.authorities

    def document(self, authority: str | None, on: date) -> Document | None:
        """The document that would speak on that day, or None."""
        edition = self._edition(authority, on)
        return None if edition is None else edition.document

    def judge(self, authority: str | None, facts: Facts, on: date) -> Evaluation:
        """The suggestion, by the document if one may speak, else by the significant-harm floor alone.

        An installed authority without a document in force is a fault of ours: the concern goes on most urgent.
        """
        edition = self._edition(authority, on)
        rules = self._speaking(edition)
        if rules is not None:
            return evaluate(rules, facts)
        said = evaluate_without_document(self.vocabulary, facts)
        lapsed = edition is None and authority in self.authorities()
        return replace(said, urgency=Urgency.EMERGENCY) if lapsed else said

    def explain(self, authority: str | None, facts: Facts, on: date) -> Explanation:
        """Which answers carry the suggestion, and which single answer would raise it."""
        return explain(self._speaking(self._edition(authority, on)), self.vocabulary, facts)

    def _speaking(self, edition: Edition | None) -> Rules | None:
        """The rules of a document that may be shown."""
        if edition is None or not (self.show_unsigned or edition.document.signed_off is not None):
            return None
        return self._rules(edition)

    def _edition(self, authority: str | None, on: date) -> Edition | None:
        if authority is None or authority not in self.authorities():
            return None
        try:
            return edition_in_force(self.catalogue, authority, on)
        except NoDocumentInForce:
            return None

    def _rules(self, edition: Edition) -> Rules:
        key = (edition.document.authority, edition.document.version)
        if key not in self._ready:
            self._ready[key] = ready(edition.document, edition.vocabulary)
        return self._ready[key]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoRules:
    """Stands in when the rules could not be read at start: every concern is unrated and most urgent."""

    vocabulary: Vocabulary

    def authorities(self) -> tuple[str, ...]:
        """None is installed."""
        return ()

    def document(self, authority: str | None, on: date) -> Document | None:  # noqa: ARG002
        """None speaks."""
        return None

    def judge(self, authority: str | None, facts: Facts, on: date) -> Evaluation:  # noqa: ARG002
        """Always the fault."""
        return fault()

    def explain(self, authority: str | None, facts: Facts, on: date) -> Explanation:  # noqa: ARG002
        """Nothing carries a fault."""
        return UNEXPLAINED


def council_of(trail: Trail, own: str, installed: tuple[str, ...]) -> str | None:
    """The authority whose document judges: the child's council if installed; before it is asked, the school's own.

    None when the answer is *not known*, *another council*, or a neighbour that is not installed.
    """
    child = trail.get("child")
    if child is None or "council" not in child.values:
        return own
    council = child.values["council"]
    return council if isinstance(council, str) and council in installed else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An evaluation with the facts it was made of."""

    authority: str | None
    facts: Facts
    evaluation: Evaluation


def facts_of(flow: Flow, trail: Trail, judge: Judge) -> Facts:
    """The facts of a conversation."""
    return facts_from(flow, trail, judge.vocabulary)


def judge_trail(judge: Judge, flow: Flow, trail: Trail, own: str, on: date) -> Judged:
    """Gather the facts of what was answered so far and judge them."""
    authority = council_of(trail, own, judge.authorities())
    facts = facts_from(flow, trail, judge.vocabulary)
    return Judged(authority=authority, facts=facts, evaluation=judge.judge(authority, facts, on))


def finding_of(judged: Judged, trail: Trail, words: tuple[str, ...]) -> Finding:
    """What the flow needs to know of an evaluation, to be appended beside the answer."""
    said = judged.evaluation
    document = said.document
    return Finding(
        needs=said.unknown,
        section_47=said.harm or (said.level is not None and said.level.basis == "S47"),
        emergency=said.outcome is Outcome.EMERGENCY,
        danger_words=danger_words(words, texts(trail)),
        marks=tuple(sorted(said.marks)),
        advice_now=said.advice_now,
        document=None if document is None else f"{document.authority}/{document.version}",
        outcome=None if said.outcome is None else said.outcome.word,
    )


def as_mapping(evaluation: Evaluation) -> Mapping[str, object]:
    """The evaluation as the JSON that others rely on (product: triage), without what needs a calendar."""
    level, document = evaluation.level, evaluation.document
    return {
        "outcome": None if evaluation.outcome is None else evaluation.outcome.word,
        "status": evaluation.status,
        "level": None
        if level is None
        else {"id": level.id, "label": level.label, "number": level.number, "basis": level.basis},
        "reasons": [
            {
                "indicator": reason.indicator,
                "text": reason.text,
                "facts": list(reason.facts),
                "not_known": list(reason.not_known),
                "citation": {
                    "document": reason.citation.document,
                    "version": reason.citation.version,
                    "place": reason.citation.place,
                    "url": reason.citation.url,
                    "borrowed_from": reason.citation.borrowed_from,
                },
                "outcome": reason.outcome.word,
                "level": reason.level,
            }
            for reason in evaluation.reasons
        ],
        "unknown": list(evaluation.unknown),
        "unrated": list(evaluation.unrated),
        "advice_now": evaluation.advice_now,
        "duties": list(evaluation.duties),
        "marks": sorted(evaluation.marks),
        "document": None
        if document is None
        else {
            "authority": document.authority,
            "version": document.version,
            "in_force_from": document.in_force_from.isoformat(),
            "signed_off": document.signed_off,
        },
    }
