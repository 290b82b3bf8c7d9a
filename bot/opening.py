"""A concern as its responders read it: the privacy step, the record, the suggestion, the log of who opened it.

Every reading asks the gate at that moment and is written to the concern's log.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.access import (
    Standing,
    may_add,
    may_ask,
    may_close,
    may_decide,
    may_have,
    may_open,
    may_see_log,
    require,
)
from bot.earlier import Earlier
from bot.involved import said_in
from bot.opened import Record, additions_of, late_note, linked_with, police_due, protective_of, record_of, states
from bot.plan import hold_until
from bot.reader import Reader, Readers
from bot.receipts import Receipts
from bot.steps import move
from dialogs.cards import AccessEntry, OpenedView, access_log, opened, privacy_step, suggestion
from dialogs.concern import Event, Happening, State, holding
from dialogs.engine import answers_of, told
from dialogs.screens import Action, Notice, Paragraph, Quote, Row, Rows, Screen
from dialogs.setting import Setting
from dialogs.words import Words
from storage.audit import KINDS
from storage.shapes import AuditEntry, Concern, ConcernId
from storage.unit import UnitOfWork

Offer: TypeAlias = Callable[[UnitOfWork, Reader, Standing], bool]
_GATES = {
    "have": may_have,
    "decide": may_decide,
    "close": may_close,
    "ask": may_ask,
    "add": may_add,
    "disagree": may_add,
    "log": may_see_log,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """What a responder reads."""

    readers: Readers
    earlier: Earlier
    receipts: Receipts
    offers: Mapping[str, Offer]
    """Whether a button is there, by its id: asked of the use case that it belongs to."""

    @property
    def words(self) -> Words:
        """The text of screens."""
        return self.readers.words

    def privacy(self, person: str, concern: str) -> Screen:
        """Is your screen private? Shows nothing of the concern but its reference.

        Raises:
            Denied: the person may not open it.
        """
        with self.readers.store.read() as unit:
            reader = self.readers.of(unit, person, concern)
            require(may_open(*reader.at, self.readers.standing(unit, reader)))
        return privacy_step(reader.concern.reference, reader.numbers, self.words)

    def open(self, person: str, concern: str) -> Screen:
        """The record, answers first. A person's first opening holds the chain, unless a student's; written to the log.

        Raises:
            Denied: the person may not open it.
        """
        with self.readers.store.write() as unit:
            reader = self.readers.of(unit, person, concern)
            require(may_open(*reader.at, self.readers.standing(unit, reader)))
            again = reader.person.id in unit.audit.opened_by(reader.concern.id)
            self.readers.log(unit, reader, "opened")
            reader = reader if again else self._hold(unit, reader)
            screen = self._record(unit, reader)
            unit.commit()
        return screen

    def _hold(self, unit: UnitOfWork, reader: Reader) -> Reader:
        concern, now = reader.concern, reader.now
        if reader.person.role == "student_social_worker":
            return reader
        until = hold_until(self.readers.places.plan_input(unit, concern, now))
        happening = Happening(event=Event.OPENED, at=now, person=reader.person.id, until=until)
        return replace(reader, concern=move(unit, concern, happening))

    def suggestion(self, person: str, concern: str) -> Screen:
        """The suggestion with its reasons, after the words were read.

        Raises:
            Denied: the person may not open it.
        """
        with self.readers.store.write() as unit:
            reader = self.readers.of(unit, person, concern)
            require(may_open(*reader.at, self.readers.standing(unit, reader)))
            self.readers.log(unit, reader, "suggestion_shown")
            said = record_of(unit, reader.concern).suggestion
            view = self.receipts.suggestion(reader.place, said, reader.now)
            unit.commit()
        screen = suggestion(view, reader.numbers, self.words)
        return replace(screen, actions=(Action(id="read", label=self.words("press.back")),))

    def log(self, person: str, concern: str) -> Screen:
        """Who opened it, when, in which role.

        Raises:
            Denied: the person may not read the log.
        """
        with self.readers.store.read() as unit:
            reader = self.readers.of(unit, person, concern)
            require(may_see_log(*reader.at, self.readers.standing(unit, reader)))
            entries = self._entries(unit, reader, unit.audit.entries(reader.concern.id))
        screen = access_log(reader.concern.reference, entries, self.words)
        return replace(
            screen,
            actions=(Action(id="read", label=self.words("press.back")),),
            numbers=reader.numbers,
        )

    def _record(self, unit: UnitOfWork, reader: Reader) -> Screen:
        record = record_of(unit, reader.concern)
        view = OpenedView(
            concern=reader.concern.id,
            reference=reader.concern.reference,
            told=told(record.trail),
            rows=tuple(self._rows(unit, reader, record)),
            numbers=reader.numbers,
            can=self._can(unit, reader),
            danger_words=record.danger_words,
            danger_answer=self._danger_answer(record),
            protective=protective_of(record, self.words),
            late_note=late_note(record, self.words),
            earlier=self.earlier.lines(unit, reader),
            states=tuple(states(unit, reader.concern, reader.place, reader.now)),
            additions=tuple(self._additions(unit, reader)),
            opened_by=self._entries(unit, reader, _openings(unit.audit.entries(reader.concern.id))),
            notices=(*self._first(unit, reader), *self._of_branches(reader, record)),
        )
        screen = opened(view, self.words)
        return replace(screen, blocks=(*screen.blocks[:1], self._reported_by(unit, reader), *screen.blocks[1:]))

    def _rows(self, unit: UnitOfWork, reader: Reader, record: Record) -> Iterator[Rows]:
        if reader.concern.linked_to is not None:
            return self._child(record)
        return self._answered(record, self._setting(unit, reader))

    def _answered(self, record: Record, setting: Setting) -> Iterator[Rows]:
        """What was answered. What stands in the four boxes is quoted above, and an empty answer says nothing."""
        empty = self.words("not_answered")
        quoted = {self.words(f"concern.{screen}.title") for screen in ("happened", "adult_what")}
        for block in answers_of(record.flow, record.trail, setting):
            rows = tuple(row for row in block.rows if row.value != empty)
            if rows and block.title not in quoted:
                yield replace(block, rows=rows)

    def _first(self, unit: UnitOfWork, reader: Reader) -> Iterator[Notice]:
        if reader.concern.linked_to is not None:
            yield self._elsewhere(unit, reader, reader.concern.linked_to)
        for other in linked_with(unit, reader.concern):
            yield self._beside(unit, reader, other)
        if reader.concern.sent_at is None:
            yield Notice(kind="warning", title=self.words("unsent_notice"))
        if (due := police_due(unit, reader.concern, reader.person.id)) is not None:
            line = self.words("cards.living.police.line", by=reader.text(due))
            yield Notice(kind="warning", title=self.words("cards.living.police.title"), lines=(line,))
        found = holding(reader.concern.life, reader.person.id, reader.now)
        if found is not None:
            line = "had_until" if found[0] == "lead" else "worker_until"
            text = self.words(f"press.{line}", when=reader.text(found[1].until))
            yield Notice(kind="done", title=self.words("press.had"), lines=(text,))

    def _of_branches(self, reader: Reader, record: Record) -> Iterator[Notice]:
        """What a branch or a mark asks of those who respond. A child's restricted record has none."""
        said = record.suggestion
        for key in dict.fromkeys((*said.get("branches", ()), *said.get("marks", ()))):
            title = self.words.maybe(f"for_responders.{key}.title")
            if title and reader.concern.linked_to is None:
                yield Notice(kind="info", title=title, lines=(*self._lines(reader, key),))

    def _lines(self, reader: Reader, key: str) -> Iterator[str]:
        teacher = reader.place.designated_teacher
        if key == "looked_after" and teacher is not None:
            yield self.words("designated_teacher", name=teacher)
        yield from self.words.lines(f"for_responders.{key}.lines")

    def _additions(self, unit: UnitOfWork, reader: Reader) -> Iterator[Quote | Rows]:
        """What was added. To a linked child's concern the reporter may have written of the adult too."""
        linked = reader.concern.linked_to
        whole = linked is None or self._may_open(unit, reader, unit.concerns.get(linked))
        return additions_of(unit, reader.concern, reader.place, self.words, reader.now, whole=whole)

    def _may_open(self, unit: UnitOfWork, reader: Reader, other: Concern) -> bool:
        known = self.readers.known(unit, other, reader)
        return bool(may_open(reader.person, other, unit.people.school(other.school), reader.now, known))

    def _elsewhere(self, unit: UnitOfWork, reader: Reader, linked: ConcernId) -> Notice:
        """What happened stands in another concern; which one, only for those who may open it."""
        other = self._if_open(unit, reader, linked)
        line = self.words("linked.ask") if other is None else self.words("linked.read", reference=other.reference)
        return Notice(kind="info", title=self.words("linked.title"), lines=(line,))

    def _beside(self, unit: UnitOfWork, reader: Reader, linked: ConcernId) -> Notice:
        """Another child is in it too; which concern that is, only for those who may open it."""
        other = self._if_open(unit, reader, linked)
        key = "linked.beside_closed" if other is None else "linked.beside"
        line = self.words(key, reference="" if other is None else other.reference)
        return Notice(kind="info", title=self.words("linked.beside_title"), lines=(line,))

    def _if_open(self, unit: UnitOfWork, reader: Reader, linked: ConcernId) -> Concern | None:
        """The other concern, if the reader may open it."""
        other = unit.concerns.get(linked)
        return other if self._may_open(unit, reader, other) else None

    def _child(self, record: Record) -> Iterator[Rows]:
        """The name of a child whose record is nothing but that: it stands on no road of its own."""
        if name := said_in(record.trail, "adult_harm", "child_name"):
            row = Row(label=self.words("concern.adult_harm.child_name.label"), value=name)
            yield Rows(title=self.words("linked.child"), rows=(row,))

    def _reported_by(self, unit: UnitOfWork, reader: Reader) -> Paragraph:
        """Whom to go to: at danger a record may hold nothing else yet."""
        concern, place = reader.concern, reader.place
        who = unit.people.person(concern.reporter)
        teacher = who.role == "reporter" and who.teacher
        role = self.words("home.teacher") if teacher else self.words(f"roles.{who.role}")
        when = place.local_text(concern.sent_at or concern.created_at, reader.now)
        return Paragraph(text=self.words("reported_by", name=who.name, role=role, when=when))

    def _setting(self, unit: UnitOfWork, reader: Reader) -> Setting:
        reporter = unit.people.person(reader.concern.reporter)
        return self.readers.places.setting(unit, reader.place, reporter, reader.now)

    def _danger_answer(self, record: Record) -> str | None:
        answered = record.trail.get("child")
        value = answered.values.get("danger_check") if answered else None
        return self.words(f"options.{value}") if isinstance(value, str) else None

    def _can(self, unit: UnitOfWork, reader: Reader) -> frozenset[str]:
        standing_now = self.readers.standing(unit, reader)
        found = {"suggestion"} if reader.concern.kind == "child" else set()
        for action, gate in _GATES.items():
            if gate(*reader.at, standing_now) and self._fits(action, reader.concern):
                found.add(action)
        if police_due(unit, reader.concern, reader.person.id) is not None:
            found.add("police")
        found |= {action for action, offered in self.offers.items() if offered(unit, reader, standing_now)}
        if holding(reader.concern.life, reader.person.id, reader.now) is not None:
            found.discard("have")
        return frozenset(found)

    def _fits(self, action: str, concern: Concern) -> bool:
        state = concern.life.state
        if action in ("have", "decide"):
            return state in (State.SENT, State.HAD)
        if action == "disagree":
            # Before that, whoever disagrees with the suggestion decides otherwise, or adds what is missing.
            return state in (State.DECIDED, State.CLOSED)
        return state is State.DECIDED if action == "close" else True

    def _entries(self, unit: UnitOfWork, reader: Reader, entries: tuple[AuditEntry, ...]) -> tuple[AccessEntry, ...]:
        return tuple(self._entry(unit, reader, one) for one in entries if one.by is not None)

    def _entry(self, unit: UnitOfWork, reader: Reader, entry: AuditEntry) -> AccessEntry:
        assert entry.by is not None
        return AccessEntry(
            when=reader.text(entry.at),
            who=unit.people.person(entry.by).name,
            role=self.words(f"roles.{entry.role}") if entry.role else "",
            what=KINDS[entry.kind],
        )


def _openings(entries: tuple[AuditEntry, ...]) -> tuple[AuditEntry, ...]:
    """Everybody who opened it, once, with the latest time; the whole log is a page of its own."""
    latest = {entry.by: entry for entry in entries if entry.kind == "opened"}
    return tuple(latest.values())
