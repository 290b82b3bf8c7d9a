"""Who else may know: *Share with the social worker* below statutory, and letting leads in on a restricted concern."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.access import Denied, Standing, may_be_told, may_let_in, may_share, require
from bot.plan import answer_by
from bot.reader import Reader, Readers, named
from bot.roles import LEADS
from bot.seams import Nudge
from bot.sending import Sending
from bot.steps import Press, notice, pointer_to
from dialogs.concern import State, had
from dialogs.screens import Action, Choice, Field, Paragraph, Screen
from storage.shapes import Person, PersonId
from storage.unit import UnitOfWork
from thresholds.result import Urgency


@dataclass(frozen=True, kw_only=True, slots=True)
class Sharing:
    """The form and the presses."""

    readers: Readers
    sending: Sending
    nudge: Nudge

    def presses(self) -> Mapping[str, Press]:
        """What may be pressed here."""
        return {
            "share": lambda person, concern, raw: self._share(person, concern),  # noqa: ARG005
            "let_in": lambda person, concern, raw: self._form(person, concern, None),  # noqa: ARG005
            "send_let_in": self._let_in,
        }

    def may_share(self, unit: UnitOfWork, reader: Reader, known: Standing) -> bool:  # noqa: ARG002 - as any offer
        """Whether a lead reads something that the social worker may not open yet."""
        return bool(may_share(*reader.at, known)) and self._shareable(reader, known)

    def _shareable(self, reader: Reader, known: Standing) -> bool:
        concern, school = reader.concern, reader.place.school
        closed_to_them = school.sw_may_open == "shared" and concern.urgency < Urgency.SECTION_17
        theirs = school.arm != "comparison" and not self.readers.places.over(school.authority, reader.now)
        ordinary = concern.kind == "child" and not concern.restricted
        return closed_to_them and theirs and ordinary and not known.shared

    def _share(self, person: str, concern: str) -> Screen:
        readers = self.readers
        with readers.store.write() as unit:
            reader = readers.of(unit, person, concern)
            known = readers.standing(unit, reader)
            require(may_share(*reader.at, known))
            if not self._shareable(reader, known):
                raise Denied("nothing_to_share")
            who, found = reader.person, reader.concern
            unit.concerns.append(found.id, "shared", who.id, who.role, reader.now, {})
            readers.log(unit, reader, "shared")
            self.sending.put(unit, [notice(found, "inform", "shared", reader.now, "social_worker")])
            unit.commit()
        self.nudge()
        return readers.said("done", "press.shared", (readers.words("press.shared_line"),), reader)

    def may_let_in(self, unit: UnitOfWork, reader: Reader, known: Standing) -> bool:
        """Whether the reader says who may know, and there is somebody who does not know yet."""
        return bool(may_let_in(*reader.at, known)) and bool(self._outside(unit, reader))

    def _outside(self, unit: UnitOfWork, reader: Reader) -> tuple[Person, ...]:
        """The school's leads who may be let in: nobody who is left out, nobody who is in."""
        roll = self.readers.places.rolls.of(unit, reader.place.authority)
        never = {*reader.concern.excluded, *reader.concern.let_in}
        return tuple(one for one in roll.here(reader.place.school) if one.role in LEADS and one.id not in never)

    def _form(self, person: str, concern: str, error: str | None) -> Screen:
        readers, words = self.readers, self.readers.words
        with readers.store.read() as unit:
            reader = readers.of(unit, person, concern)
            require(may_let_in(*reader.at, readers.standing(unit, reader)))
            outside = self._outside(unit, reader)
        if not outside:
            raise Denied("everybody_is_in")
        choices = tuple(Choice(id=one.id, label=named(one, words)) for one in outside)
        field = Field(
            id="people", kind="many", label=words("press.let_in_label"), required=True, choices=choices, error=error
        )
        send = Action(id="send_let_in", label=words("press.let_in_send"), style="primary")
        return readers.form("let_in", (Paragraph(text=words("press.let_in_text")),), (field,), send, reader)

    def _let_in(self, person: str, concern: str, raw: Mapping[str, object]) -> Screen:
        readers, words = self.readers, self.readers.words
        chosen = raw.get("people")
        with readers.store.write() as unit:
            reader = readers.of(unit, person, concern)
            require(may_let_in(*reader.at, readers.standing(unit, reader)))
            wanted = frozenset(chosen) if isinstance(chosen, tuple | list) else frozenset()
            people = tuple(one for one in self._outside(unit, reader) if one.id in wanted)
            if people:
                self._open_to(unit, reader, people)
                unit.commit()
        if not people:
            return self._form(person, concern, words("press.let_in_empty"))
        self.nudge()
        return readers.said("done", "press.let_in", tuple(named(one, words) for one in people), reader)

    def _open_to(self, unit: UnitOfWork, reader: Reader, people: tuple[Person, ...]) -> None:
        concern, now = reader.concern, reader.now
        let_in = (*concern.let_in, *(PersonId(one.id) for one in people))
        unit.concerns.amend(concern.id, let_in=let_in)
        found = unit.concerns.get(concern.id)
        for one in people:
            require(may_be_told(one, found, reader.place.school))
            self.readers.log(unit, reader, "let_in", {"person": one.id})
        waits = concern.life.state in (State.SENT, State.HAD) and not had(concern.life, now)
        by = answer_by(self.readers.places.plan_input(unit, found, now)) if waits else None
        draw = "alert" if waits else "inform"
        self.sending.put(unit, [pointer_to(found, one, draw, "let_in", (now, by)) for one in people])
