"""The responders' side of one concern: privacy step, open, suggestion, *I have it*, ask, confirm the child, the log.

Every call asks the gate at that moment and writes to the concern's log. Nothing is sent from here: rows are left.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.access import (
    Denied,
    Standing,
    Verdict,
    may_add,
    may_ask,
    may_close,
    may_decide,
    may_have,
    may_open,
    may_see_earlier,
    may_see_log,
    require,
    seat,
)
from bot.judge import Judge
from bot.opened import Record, additions_of, late_note, protective_of, record_of
from bot.places import Place, Places
from bot.plan import have_until, hold_until, until_decided
from bot.receipts import Receipts
from bot.seams import Clock, Nudge
from bot.sending import Again, Sending
from bot.standing import standing, told_people
from bot.steps import move, notice
from dialogs.answers import clean
from dialogs.cards import AccessEntry, OpenedView, StateLine, access_log, opened, privacy_step, suggestion
from dialogs.concern import Event, Happening, State, had
from dialogs.engine import answers_of, told
from dialogs.screens import Action, Choice, Field, Notice, Number, Paragraph, Rows, Screen
from dialogs.setting import Setting
from dialogs.words import Words
from storage.audit import KINDS
from storage.shapes import AuditEntry, Concern, ConcernId, Person, PersonId, School
from storage.unit import Store, UnitOfWork
from thresholds.result import Urgency

LONGEST_QUESTION = 1000
CONFIRMED = "earlier_concern_confirmed"
COUNCIL_UNKNOWN = "council_unknown"
_GATES = {
    "have": may_have,
    "decide": may_decide,
    "close": may_close,
    "ask": may_ask,
    "add": may_add,
    "log": may_see_log,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Somebody in front of a concern, at an instant."""

    person: Person
    concern: Concern
    place: Place
    now: datetime

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Whom to ring now."""
        return self.place.numbers_at(self.now)

    @property
    def at(self) -> tuple[Person, Concern, School, datetime]:
        """The gate's arguments."""
        return self.person, self.concern, self.place.school, self.now


@dataclass(kw_only=True, slots=True)
class Responding:
    """The use cases of one concern."""

    store: Store
    places: Places
    words: Words
    clock: Clock
    sending: Sending
    receipts: Receipts
    judge: Judge
    nudge: Nudge

    def privacy(self, person: str, concern: str) -> Screen:
        """Is your screen private? Shows nothing of the concern but its reference.

        Raises:
            Denied: the person may not open it.
        """
        with self.store.write() as unit:
            reader = self._reader(unit, person, concern)
            self._require(unit, reader, may_open(*reader.at, self._standing(unit, reader)))
        return privacy_step(reader.concern.reference, reader.numbers, self.words)

    def open(self, person: str, concern: str) -> Screen:
        """The record, answers first. A person's first opening holds the chain, unless a student's; written to the log.

        Raises:
            Denied: the person may not open it.
        """
        with self.store.write() as unit:
            reader = self._reader(unit, person, concern)
            self._require(unit, reader, may_open(*reader.at, self._standing(unit, reader)))
            again = reader.person.id in unit.audit.opened_by(reader.concern.id)
            self._log(unit, reader, "opened")
            reader = reader if again else self._hold(unit, reader)
            screen = self._record(unit, reader)
            unit.commit()
        return screen

    def _hold(self, unit: UnitOfWork, reader: Reader) -> Reader:
        concern, now = reader.concern, reader.now
        if reader.person.role == "student_social_worker":
            return reader
        until = hold_until(Urgency(concern.urgency), now, reader.place.land.clocks)
        happening = Happening(event=Event.OPENED, at=now, person=reader.person.id, until=until)
        return replace(reader, concern=move(unit, concern, happening))

    def suggestion(self, person: str, concern: str) -> Screen:
        """The suggestion with its reasons, after the words were read.

        Raises:
            Denied: the person may not open it.
        """
        with self.store.write() as unit:
            reader = self._reader(unit, person, concern)
            self._require(unit, reader, may_open(*reader.at, self._standing(unit, reader)))
            self._log(unit, reader, "suggestion_shown")
            said = record_of(unit, reader.concern).suggestion
            view = self.receipts.suggestion(reader.place, said, reader.now)
            unit.commit()
        screen = suggestion(view, reader.numbers, self.words)
        return replace(screen, actions=(Action(id="read", label=self.words("press.back")),))

    def have(self, person: str, concern: str) -> Screen:
        """*I have it*: one lead wins and stands the others down; a social worker's press stands nobody down.

        Raises:
            Denied: the person may not press it.
        """
        with self.store.write() as unit:
            reader = self._reader(unit, person, concern)
            standing_now = self._standing(unit, reader)
            self._require(unit, reader, may_have(*reader.at, standing_now))
            chair = seat(reader.person, reader.concern, standing_now)
            screen = self._lead_has(unit, reader) if chair == "lead" else self._worker_has(unit, reader)
            unit.commit()
        self.nudge()
        return screen

    def _lead_has(self, unit: UnitOfWork, reader: Reader) -> Screen:
        concern, now = reader.concern, reader.now
        lead = concern.life.lead
        if had(concern.life, now) and lead is not None and lead.person != reader.person.id:
            return self._already(unit, reader, PersonId(lead.person), lead.until)
        until = self._until(reader)
        moved = move(unit, concern, Happening(event=Event.HAD_BY_LEAD, at=now, person=reader.person.id, until=until))
        self._log(unit, reader, "had")
        rounds = [row.step.round for row in unit.outbox.of_concern(concern.id)]
        unit.outbox.cancel(concern.id, "until_had")
        unit.outbox.cancel(concern.id, "until_decided")
        given = self.places.plan_input(unit, moved, now)
        number = max(rounds, default=0) + 1
        self.sending.put(unit, until_decided(given, reader.person.id, reader.person.role, number))
        self._stand_down(unit, reader, moved)
        line = self.words("press.had_until", when=reader.place.local_text(until, now))
        return self._said("done", "press.had", (line,), reader)

    def _worker_has(self, unit: UnitOfWork, reader: Reader) -> Screen:
        happening = Happening(
            event=Event.HAD_BY_SOCIAL_WORKER, at=reader.now, person=reader.person.id, until=self._until(reader)
        )
        move(unit, reader.concern, happening)
        self._log(unit, reader, "had_by_social_worker")
        return self._said("done", "press.had", (self.words("press.social_worker"),), reader)

    def _until(self, reader: Reader) -> datetime:
        land = reader.place.land
        return have_until(Urgency(reader.concern.urgency), reader.now, land.calendars, land.clocks)

    def _stand_down(self, unit: UnitOfWork, reader: Reader, concern: Concern) -> None:
        others = told_people(unit, concern) - {reader.person.id, concern.reporter}
        steps = [
            replace(
                notice(concern, "stood_down", f"had_{concern.life.version}_{other}", reader.now, reader.person.role),
                person=PersonId(other),
            )
            for other in sorted(others)
        ]
        self.sending.put(unit, steps)

    def _already(self, unit: UnitOfWork, reader: Reader, holder: PersonId, until: datetime) -> Screen:
        role = self.words(f"roles.{unit.people.person(holder).role}")
        line = self.words("press.already_line", role=role, when=reader.place.local_text(until, reader.now))
        return self._said("info", "press.already", (line,), reader)

    def _said(self, kind: Literal["info", "done"], title: str, lines: tuple[str, ...], reader: Reader) -> Screen:
        return Screen(
            id="said",
            title=self.words(title),
            blocks=(Notice(kind=kind, title=self.words(title), lines=lines),),
            actions=(
                Action(id="read", label=self.words("press.back"), style="primary"),
                Action(id="home", label=self.words("cards.home"), to="home"),
            ),
            numbers=reader.numbers,
            foot=self.words("foot"),
        )

    def log(self, person: str, concern: str) -> Screen:
        """Who opened it, when, in which role.

        Raises:
            Denied: the person may not read the log.
        """
        with self.store.read() as unit:
            reader = self._reader(unit, person, concern)
            require(may_see_log(*reader.at, self._standing(unit, reader)))
            entries = self._entries(unit, reader, unit.audit.entries(reader.concern.id))
        screen = access_log(reader.concern.reference, entries, self.words)
        return replace(
            screen,
            actions=(Action(id="read", label=self.words("press.back")),),
            numbers=reader.numbers,
        )

    def act(self, person: str, concern: str, action: str, raw: Mapping[str, object]) -> Screen:
        """Anything else that may be pressed: ask the reporter, confirm the child.

        Raises:
            Denied: the person may not, or there is no such press.
        """
        match action:
            case "ask":
                return self._ask_form(person, concern, None)
            case "send_question":
                return self._ask(person, concern, raw)
            case "confirm_child":
                return self._confirm_child(person, concern)
            case "confirm_council":
                return self._council_form(person, concern, None)
            case "send_council":
                return self._confirm_council(person, concern, raw)
        raise Denied("no_such_press")

    def _ask_form(self, person: str, concern: str, error: str | None) -> Screen:
        with self.store.read() as unit:
            reader = self._reader(unit, person, concern)
            require(may_ask(*reader.at, self._standing(unit, reader)))
        field = Field(
            id="question", kind="long_text", label=self.words("press.ask_label"), required=True,
            max_length=LONGEST_QUESTION, error=error,
        )  # fmt: skip
        return Screen(
            id="ask",
            title=self.words("press.ask_title"),
            blocks=(Paragraph(text=self.words("press.ask_text")),),
            fields=(field,),
            actions=(
                Action(id="send_question", label=self.words("press.ask_send"), style="primary"),
                Action(id="read", label=self.words("press.back")),
            ),
            numbers=reader.numbers,
            foot=self.words("foot"),
        )

    def _ask(self, person: str, concern: str, raw: Mapping[str, object]) -> Screen:
        typed = raw.get("question")
        question = clean(typed) if isinstance(typed, str) else ""
        if not question or len(question) > LONGEST_QUESTION:
            return self._ask_form(person, concern, self.words("press.ask_empty"))
        with self.store.write() as unit:
            reader = self._reader(unit, person, concern)
            self._require(unit, reader, may_ask(*reader.at, self._standing(unit, reader)))
            who, found = reader.person, reader.concern
            number = unit.concerns.append(found.id, "question", who.id, who.role, reader.now, {"text": question})
            self._log(unit, reader, "asked")
            self.sending.put(unit, [notice(found, "question", f"question_{number}", reader.now)])
            unit.commit()
        self.nudge()
        return self._said("done", "press.asked", (self.words("press.asked_line"),), reader)

    def _council_form(self, person: str, concern: str, error: str | None) -> Screen:
        with self.store.read() as unit:
            reader = self._reader(unit, person, concern)
            require(may_decide(*reader.at, self._standing(unit, reader)))
        other = Choice(id="other_council", label=self.words("options.other_council"))
        field = Field(
            id="council", kind="one", label=self.words("press.council_label"), required=True, error=error,
            choices=(*self.places.councils(reader.place, reader.now), other),
        )  # fmt: skip
        return Screen(
            id="council",
            title=self.words("press.council_title"),
            blocks=(Paragraph(text=self.words("press.council_text")),),
            fields=(field,),
            actions=(
                Action(id="send_council", label=self.words("press.council_send"), style="primary"),
                Action(id="read", label=self.words("press.back")),
            ),
            numbers=reader.numbers,
            foot=self.words("foot"),
        )

    def _confirm_council(self, person: str, concern: str, raw: Mapping[str, object]) -> Screen:
        """The lead says where the child lives: judged by that council's document, if it is installed, only upward."""
        form, council = self._council_form(person, concern, self.words("press.council_empty")), raw.get("council")
        if not isinstance(council, str) or council not in {one.id for one in form.fields[0].choices}:
            return form
        with self.store.write() as unit:
            reader = self._reader(unit, person, concern)
            self._require(unit, reader, may_decide(*reader.at, self._standing(unit, reader)))
            if not _council_open(unit, reader.concern):
                raise Denied("council_known")
            self._judge_there(unit, reader, record_of(unit, reader.concern), council)
            unit.commit()
        self.nudge()
        return self._said("done", "press.council_confirmed", (self.words("press.confirmed_line"),), reader)

    def _judge_there(self, unit: UnitOfWork, reader: Reader, record: Record, council: str) -> None:
        found, who = reader.concern, reader.person
        installed = council if council in self.judge.authorities() else None
        elsewhere = () if council == reader.place.authority else ("other_council",)
        kept = tuple(one for one in record.suggestion.get("branches", ()) if one != COUNCIL_UNKNOWN)
        before = {**record.suggestion, "branches": [*elsewhere, *kept], "council": council}
        branch = next(iter((*elsewhere, *kept)), None) if found.branch == COUNCIL_UNKNOWN else found.branch
        unit.concerns.amend(found.id, authority=installed or found.authority, branch=branch)
        about: dict[str, str | int | None] = {"council": council}
        unit.audit.add(found.id, "council_confirmed", who.id, who.role, reader.now, about)
        again = Again(authority=installed, facts=record.facts, place=reader.place, by=who, before=before)
        self.sending.judge_again(unit, unit.concerns.get(found.id), again, reader.now)

    def _confirm_child(self, person: str, concern: str) -> Screen:
        """The lead says it is the same child as in the earlier concerns found: judged again, only upward."""
        with self.store.write() as unit:
            reader = self._reader(unit, person, concern)
            self._require(unit, reader, may_decide(*reader.at, self._standing(unit, reader)))
            found, who = reader.concern, reader.person
            for earlier in self._candidates(unit, reader):
                unit.concerns.link_child(found.id, earlier.id, who.id, reader.now)
                about: dict[str, str | int | None] = {"earlier": earlier.id}
                unit.audit.add(found.id, "child_confirmed", who.id, who.role, reader.now, about)
            record = record_of(unit, found)
            again = Again(
                authority=record.authority, facts={**record.facts, CONFIRMED: "yes"}, place=reader.place, by=who,
                before=record.suggestion,
            )  # fmt: skip
            self.sending.judge_again(unit, found, again, reader.now)
            unit.commit()
        self.nudge()
        return self._said("done", "press.confirmed", (self.words("press.confirmed_line"),), reader)

    def _reader(self, unit: UnitOfWork, person: str, concern: str) -> Reader:
        found = unit.concerns.get(ConcernId(concern))
        return Reader(
            person=unit.people.today(PersonId(person)),
            concern=found,
            place=self.places.of(unit, found.school),
            now=self.clock(),
        )

    def _standing(self, unit: UnitOfWork, reader: Reader) -> Standing:
        return self._known(unit, reader.concern, reader)

    def _known(self, unit: UnitOfWork, concern: Concern, reader: Reader) -> Standing:
        return standing(unit, reader.person, concern, reader.now, self.places)

    def _require(self, unit: UnitOfWork, reader: Reader, verdict: Verdict) -> None:
        """Refusals stand in the log too."""
        try:
            require(verdict)
        except Denied as denied:
            about: dict[str, str | int | None] = {"code": denied.code}
            who = reader.person
            unit.audit.add(reader.concern.id, "access_refused", who.id, who.role, reader.now, about)
            unit.commit()
            raise

    def _log(self, unit: UnitOfWork, reader: Reader, kind: str) -> None:
        unit.audit.add(reader.concern.id, kind, reader.person.id, reader.person.role, reader.now, {})

    def _record(self, unit: UnitOfWork, reader: Reader) -> Screen:
        record = record_of(unit, reader.concern)
        view = OpenedView(
            concern=reader.concern.id,
            reference=reader.concern.reference,
            told=told(record.trail),
            rows=tuple(self._answered(record, self._setting(unit, reader))),
            numbers=reader.numbers,
            can=self._can(unit, reader),
            danger_words=record.danger_words,
            danger_answer=self._danger_answer(record),
            protective=protective_of(record, self.words),
            late_note=late_note(record, self.words),
            earlier=self._earlier(unit, reader),
            states=tuple(states(unit, reader.concern, reader.place, reader.now)),
            additions=tuple(additions_of(unit, reader.concern, reader.place, self.words, reader.now)),
            opened_by=self._entries(unit, reader, _openings(unit.audit.entries(reader.concern.id))),
            notices=tuple(self._first(reader)),
        )
        screen = opened(view, self.words)
        return replace(screen, blocks=(*screen.blocks[:1], self._reported_by(unit, reader), *screen.blocks[1:]))

    def _answered(self, record: Record, setting: Setting) -> Iterator[Rows]:
        """What was answered. What stands in the four boxes is quoted above, and an empty answer says nothing."""
        empty = self.words("not_answered")
        quoted = {self.words(f"concern.{screen}.title") for screen in ("happened", "adult_what")}
        for block in answers_of(record.flow, record.trail, setting):
            rows = tuple(row for row in block.rows if row.value != empty)
            if rows and block.title not in quoted:
                yield replace(block, rows=rows)

    def _first(self, reader: Reader) -> Iterator[Notice]:
        if reader.concern.sent_at is None:
            yield Notice(kind="warning", title=self.words("unsent_notice"))
        if self._holds(reader):
            assert reader.concern.life.lead is not None
            until = reader.place.local_text(reader.concern.life.lead.until, reader.now)
            yield Notice(kind="done", title=self.words("press.had"), lines=(self.words("press.had_until", when=until),))

    def _holds(self, reader: Reader) -> bool:
        life = reader.concern.life
        mine = life.lead is not None and life.lead.person == reader.person.id
        return mine and life.state is State.HAD and had(life, reader.now)

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
        return self.places.setting(unit, reader.place, reporter, reader.now)

    def _danger_answer(self, record: Record) -> str | None:
        answered = record.trail.get("child")
        value = answered.values.get("danger_check") if answered else None
        return self.words(f"options.{value}") if isinstance(value, str) else None

    def _can(self, unit: UnitOfWork, reader: Reader) -> frozenset[str]:
        standing_now = self._standing(unit, reader)
        found = {"suggestion"} if reader.concern.kind == "child" else set()
        for action, gate in _GATES.items():
            if gate(*reader.at, standing_now) and self._fits(action, reader.concern):
                found.add(action)
        if "decide" in found and self._candidates(unit, reader):
            found.add("confirm_child")
        if "decide" in found and reader.concern.kind == "child" and _council_open(unit, reader.concern):
            found.add("confirm_council")
        if self._holds(reader):
            found.discard("have")
        return frozenset(found)

    def _fits(self, action: str, concern: Concern) -> bool:
        state = concern.life.state
        if action in ("have", "decide"):
            return state in (State.SENT, State.HAD)
        return state is State.DECIDED if action == "close" else True

    def _candidates(self, unit: UnitOfWork, reader: Reader) -> tuple[Concern, ...]:
        """Earlier concerns under this name that this person may see; restricted ones are never counted."""
        if reader.concern.kind != "child":
            return ()
        record = record_of(unit, reader.concern)
        linked = {one.id for one in unit.concerns.linked_children(reader.concern.id)}
        found = unit.concerns.candidates(record.tokens(self.sending.lookup_key), reader.concern.id)
        return tuple(one for one in found if one.id not in linked and self._comparable(unit, one, reader))

    def _comparable(self, unit: UnitOfWork, other: Concern, reader: Reader) -> bool:
        """Whether the reader may know of it: one that they could open themselves, at a school of theirs."""
        mine = other.school == reader.concern.school or reader.person.school is None
        before = other.created_at <= reader.concern.created_at
        return (
            other.kind == "child" and not other.restricted and mine and before and self._could_open(unit, other, reader)
        )

    def _could_open(self, unit: UnitOfWork, other: Concern, reader: Reader) -> bool:
        school = unit.people.school(other.school)
        return bool(may_open(reader.person, other, school, reader.now, self._known(unit, other, reader)))

    def _earlier(self, unit: UnitOfWork, reader: Reader) -> tuple[str, ...] | None:
        if not may_see_earlier(*reader.at, self._standing(unit, reader)):
            return None
        linked = unit.concerns.linked_children(reader.concern.id)
        found = [*self._candidates(unit, reader), *(one for one in linked if self._comparable(unit, one, reader))]
        return tuple(f"{reader.place.local_text(one.created_at, reader.now)} · {one.reference}" for one in found)

    def _entries(self, unit: UnitOfWork, reader: Reader, entries: tuple[AuditEntry, ...]) -> tuple[AccessEntry, ...]:
        return tuple(self._entry(unit, reader, one) for one in entries if one.by is not None)

    def _entry(self, unit: UnitOfWork, reader: Reader, entry: AuditEntry) -> AccessEntry:
        assert entry.by is not None
        return AccessEntry(
            when=reader.place.local_text(entry.at, reader.now),
            who=unit.people.person(entry.by).name,
            role=self.words(f"roles.{entry.role}") if entry.role else "",
            what=KINDS[entry.kind],
        )


def _council_open(unit: UnitOfWork, concern: Concern) -> bool:
    """Whether the reporter did not know the council, and nobody has confirmed it since."""
    unknown = COUNCIL_UNKNOWN in record_of(unit, concern).suggestion.get("branches", ())
    return unknown and all(entry.kind != "council_confirmed" for entry in unit.audit.entries(concern.id))


def _openings(entries: tuple[AuditEntry, ...]) -> tuple[AuditEntry, ...]:
    """Everybody who opened it, once, with the latest time; the whole log is a page of its own."""
    latest = {entry.by: entry for entry in entries if entry.kind == "opened"}
    return tuple(latest.values())


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
    return max(one.at for one in unit.audit.entries(concern.id) if one.kind == "had")
