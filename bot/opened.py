"""The stored record of a concern, read back for people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.involved import of_the_child
from bot.personal import IN_PERSON
from bot.places import Place
from bot.sending import JUDGED, facts_kept, tokens_of
from dialogs.cards import StateLine
from dialogs.concern import had
from dialogs.engine import Trail, from_json, told, trail_of
from dialogs.flow import Flow
from dialogs.flows import CATALOGUE
from dialogs.flows.parts import BOXES
from dialogs.screens import Quote, Row, Rows
from dialogs.words import Words
from storage.shapes import ChildTokens, Concern, ConcernId, Note, PersonId
from storage.unit import UnitOfWork
from thresholds.facts import Facts

_SAID = (
    ("reply", "answer"),
    ("police", "reference"),
    ("police", "reason"),
    ("level", "reason"),
    ("actions", "action_1"),
    ("actions_2", "action_2"),
    ("actions_3", "action_3"),
    ("closing", "summary"),
    ("disagree", "reason"),
)
_ANSWERED = ("addition", "answer", "police", "disagreement", "decision", "close")
COUNCIL_UNKNOWN = "council_unknown"
LINKED_WITHIN = timedelta(days=14)


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What the reporter sent: flow, answers, facts, and the suggestion that was made of them."""

    flow: Flow
    trail: Trail
    facts: Facts
    authority: str | None
    suggestion: Mapping[str, Any]

    @property
    def danger_words(self) -> tuple[str, ...]:
        """Every danger word that any answer raised."""
        found = [word for answered in self.trail.values() for word in answered.finding.danger_words]
        return tuple(dict.fromkeys(found))

    def tokens(self, lookup_key: bytes) -> ChildTokens:
        """The look-up tokens of the child's name."""
        return tokens_of(lookup_key, self.trail)


def record_of(unit: UnitOfWork, concern: Concern) -> Record:
    """The newest record of a concern: at danger an early one comes first."""
    notes = unit.concerns.read(concern.id)[1]
    content = next(note.content for note in reversed(notes) if note.kind == "record")
    judged = next(note.content for note in reversed(notes) if note.kind in JUDGED and "suggestion" in note.content)
    name, version = content["flow"]
    trail = trail_of([from_json(answered) for answered in content["answers"]])
    return Record(
        flow=CATALOGUE[(name, version)],
        # A child's record that was kept with what was said about the adult is never shown with it.
        trail=trail if concern.linked_to is None else of_the_child(trail),
        facts=facts_kept(unit, concern),
        authority=judged.get("authority"),
        suggestion=judged["suggestion"],
    )


def additions_of(
    unit: UnitOfWork, concern: Concern, place: Place, words: Words, now: datetime, *, whole: bool = True
) -> Iterator[Quote | Rows]:
    """Everything added after sending, each in its writer's words; a decision as whoever decided read it.

    Not `whole`: what the reporter wrote is said to be there and not shown, because it may name an adult about whom the
    reader must not know.
    """
    for note in unit.concerns.read(concern.id)[1]:
        role, when = words(f"roles.{note.role}"), place.local_text(note.at, now)
        added = tuple(_added(note))
        if added and not whole and note.by == concern.reporter:
            yield Quote(title=words("linked.added_title", role=role, when=when), text=words("linked.added"))
            continue
        yield from (Quote(title=words(f"added.{box}", role=role, when=when), text=text) for box, text in added)
        yield from _as_decided(note)


def _added(note: Note) -> Iterator[tuple[str, str]]:
    if note.kind == "question":
        yield "question", str(note.content["text"])
    if note.kind == "correction":
        yield "child_name", str(note.content["name"])
    if note.kind == "decision" and note.content.get("level_label"):
        yield "level_label", str(note.content["level_label"])
    if note.kind in _ANSWERED and "said" not in note.content:
        trail = trail_of([from_json(answered) for answered in note.content["answers"]])
        boxes = told(trail)
        yield from ((box, getattr(boxes, box)) for box in BOXES if getattr(boxes, box))
        for screen, field in _SAID:
            answered = trail.get(screen)
            value = answered.values.get(field) if answered else None
            if isinstance(value, str) and value:
                yield f"{screen}_{field}", value


def _as_decided(note: Note) -> Iterator[Rows]:
    """Every page of a decision: who does what by when, with whom it was agreed, what was shared, and why."""
    for title, rows in note.content.get("said", ()):
        yield Rows(title=title, rows=tuple(Row(label=label, value=value) for label, value in rows))


def protective_of(record: Record, words: Words) -> tuple[str, ...]:
    """Protective factors that were answered with yes: shown, never counted."""
    answered = record.trail.get("more")
    if answered is not None and answered.values.get("safe_adult") == "yes":
        return (words("protective.safe_adult"),)
    return ()


def late_note(record: Record, words: Words) -> str | None:
    """Says so when the reporter learned of it on an earlier day than it was recorded."""
    answered = record.trail.get("when")
    if answered is None:
        return None
    learned, between = answered.values.get("learned_on"), answered.values.get("between")
    if not isinstance(learned, str) or not isinstance(between, str):
        return None
    try:
        day = date.fromisoformat(learned)
    except ValueError:
        return None
    reason = words.maybe(f"concern.when.between.options.{between}") or words(f"options.{between}")
    return words("late.note", day=f"{day.day} {day:%B %Y}", reason=reason)


def linked_with(unit: UnitOfWork, concern: Concern) -> tuple[ConcernId, ...]:
    """The concerns about other children that the reporter said belong to it."""
    notes = unit.concerns.read(concern.id)[1]
    return tuple(ConcernId(str(note.content["to"])) for note in notes if note.kind == "linked")


def linkable(unit: UnitOfWork, concern: Concern, now: datetime) -> tuple[Concern, ...]:
    """The reporter's other concerns about children of the last days that may be about the same event."""
    return linkable_of(unit, concern, unit.concerns.of_reporter(concern.reporter), now)


def linkable_of(unit: UnitOfWork, concern: Concern, others: Iterable[Concern], now: datetime) -> tuple[Concern, ...]:
    """Those of the others, about children and of the last days, that may be about the same event and aren't linked."""
    if not _about_a_child(concern):
        return ()
    known = {concern.id, *linked_with(unit, concern)}
    recent = (one for one in others if now - one.created_at <= LINKED_WITHIN)
    return tuple(one for one in recent if one.id not in known and _about_a_child(one))


def police_due(unit: UnitOfWork, concern: Concern, person: PersonId) -> datetime | None:
    """By when this person has to ring the police in person; None if not, or once the report is written down."""
    if any(note.kind == "police" for note in unit.concerns.read(concern.id)[1]):
        return None
    steps = (row.step for row in unit.outbox.of_concern(concern.id) if row.step.chain == IN_PERSON)
    return next((step.respond_by for step in steps if (step.person or concern.reporter) == person), None)


def _about_a_child(concern: Concern) -> bool:
    return concern.kind == "child" and not concern.restricted and concern.sent_at is not None


def council_open(unit: UnitOfWork, concern: Concern) -> bool:
    """Whether the reporter did not know the council, and nobody has confirmed it since."""
    unknown = COUNCIL_UNKNOWN in record_of(unit, concern).suggestion.get("branches", ())
    return unknown and all(entry.kind != "council_confirmed" for entry in unit.audit.entries(concern.id))


def states(unit: UnitOfWork, concern: Concern, place: Place, now: datetime) -> Iterator[StateLine]:
    """Where a concern stands, in time's order."""
    life = concern.life

    def at(instant: datetime) -> str:
        return place.local_text(instant, now)

    if concern.sent_at is None:
        yield StateLine(state="alerted", when=at(concern.created_at))
    else:
        yield StateLine(state="sent", when=at(concern.sent_at))
    if life.seen_at is not None:
        yield StateLine(state="seen", when=at(life.seen_at))
    if life.lead is not None and had(life, now):
        role = place.words(f"roles.{unit.people.person(PersonId(life.lead.person)).role}")
        yield StateLine(state="had", when=at(_taken(unit, concern)), role=role)
    if life.decided_at is not None:
        yield StateLine(state="decided", when=at(life.decided_at))
    if life.closed_at is not None:
        yield StateLine(state="closed", when=at(life.closed_at))


def _taken(unit: UnitOfWork, concern: Concern) -> datetime:
    """When a lead last pressed *I have it*."""
    return max(one.at for one in unit.audit.entries(concern.id) if one.kind in ("had", "handed_over"))
