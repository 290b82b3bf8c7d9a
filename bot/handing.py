"""*Hand over* and *I can't take it after all*: there is never a gap in which nobody has what somebody had.

Whoever hands over keeps the concern until the colleague presses *I have it*; given back, the alerts go on at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.access import Denied, Standing, may_be_told, may_have, require, seat
from bot.plan import answer_by
from bot.reader import Reader, Readers, named
from bot.seams import Nudge
from bot.sending import Sending
from bot.standing import HANDOVER
from bot.steps import Press, move, pointer_to
from dialogs.concern import Event, Had, Happening, Seat, holding
from dialogs.screens import Action, Choice, Field, Paragraph, Screen
from storage.shapes import Person, PlannedStep
from storage.unit import UnitOfWork

GIVEN_BACK = {"lead": Event.GIVEN_BACK, "social_worker": Event.GIVEN_BACK_BY_SOCIAL_WORKER}


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """Somebody who has a concern, in a seat, and those who could take it over."""

    reader: Reader
    seat: Seat
    held: Had
    takers: tuple[Person, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Handing:
    """The form and the presses."""

    readers: Readers
    sending: Sending
    nudge: Nudge

    def presses(self) -> Mapping[str, Press]:
        """What may be pressed here."""
        return {
            "hand_over": lambda person, concern, raw: self._form(person, concern, None),  # noqa: ARG005
            "send_hand_over": self._hand_over,
            "give_back": lambda person, concern, raw: self._give_back(person, concern),  # noqa: ARG005
        }

    def may_give_back(self, unit: UnitOfWork, reader: Reader, known: Standing) -> bool:  # noqa: ARG002 - as any offer
        """Whether the reader has it."""
        return holding(reader.concern.life, reader.person.id, reader.now) is not None

    def may_hand_over(self, unit: UnitOfWork, reader: Reader, known: Standing) -> bool:
        """Whether the reader has it, may have it still, and there is somebody to hand it to."""
        found = holding(reader.concern.life, reader.person.id, reader.now)
        may = found is not None and bool(may_have(*reader.at, known))
        return may and found is not None and bool(self._takers(unit, reader, found[0], known))

    def _handover(self, unit: UnitOfWork, reader: Reader) -> Handover:
        known = self.readers.standing(unit, reader)
        require(may_have(*reader.at, known))
        found = holding(reader.concern.life, reader.person.id, reader.now)
        if found is None:
            raise Denied("not_yours")
        takers = self._takers(unit, reader, found[0], known)
        return Handover(reader=reader, seat=found[0], held=found[1], takers=takers)

    def _takers(self, unit: UnitOfWork, reader: Reader, wanted: Seat, known: Standing) -> tuple[Person, ...]:
        """Who is there, may be told, and whose press would count as much as the reader's."""
        concern, school = reader.concern, reader.place.school
        roll = self.readers.places.rolls.of(unit, school.authority)
        here = [one for one in roll.present(school, reader.now) if one.id != reader.person.id]
        return tuple(one for one in here if may_be_told(one, concern, school) and seat(one, concern, known) == wanted)

    def _form(self, person: str, concern: str, error: str | None) -> Screen:
        with self.readers.store.read() as unit:
            found = self._handover(unit, self.readers.of(unit, person, concern))
        return self._asks(found, error)

    def _asks(self, found: Handover, error: str | None) -> Screen:
        words = self.readers.words
        if not found.takers:
            return self.readers.said("info", "press.hand_over_title", (words("press.hand_over_nobody"),), found.reader)
        choices = tuple(Choice(id=one.id, label=named(one, words)) for one in found.takers)
        field = Field(
            id="to", kind="one", label=words("press.hand_over_label"), required=True, choices=choices, error=error
        )
        send = Action(id="send_hand_over", label=words("press.hand_over_send"), style="primary")
        return self.readers.form(
            "hand_over", (Paragraph(text=words("press.hand_over_text")),), (field,), send, found.reader
        )

    def _hand_over(self, person: str, concern: str, raw: Mapping[str, object]) -> Screen:
        readers = self.readers
        with readers.store.write() as unit:
            found = self._handover(unit, readers.of(unit, person, concern))
            taker = next((one for one in found.takers if one.id == raw.get("to")), None)
            if taker is None:
                return self._asks(found, readers.words("press.hand_over_empty"))
            by = self._offer(unit, found, taker)
            unit.commit()
        self.nudge()
        line = readers.words("press.handing_over_line", name=taker.name, when=found.reader.text(by))
        return readers.said("done", "press.handing_over", (line,), found.reader)

    def _offer(self, unit: UnitOfWork, found: Handover, taker: Person) -> datetime:
        """Keep the offer, alert the colleague, and remind the giver if it is not taken; by when it should be."""
        reader, concern = found.reader, found.reader.concern
        given = self.readers.places.plan_input(unit, concern, reader.now)
        by = min(answer_by(given), found.held.until)
        self.readers.log(unit, reader, "handing_over", {"person": taker.id, "seat": found.seat})
        number = sum(entry.kind == "handing_over" for entry in unit.audit.entries(concern.id))
        steps = [pointer_to(concern, taker, "alert", f"{HANDOVER}{number}", (reader.now, by))]
        if found.seat == "lead" and by < found.held.until:
            steps.append(self._not_taken(unit, reader, number, by))
        self.sending.put(unit, steps)
        return by

    def _not_taken(self, unit: UnitOfWork, reader: Reader, number: int, by: datetime) -> PlannedStep:
        rounds = [row.step.round for row in unit.outbox.of_concern(reader.concern.id)]
        step = pointer_to(reader.concern, reader.person, "reminder", f"not_taken_{number}", (by, None))
        return replace(step, chain="until_decided", round=max(rounds, default=1), at_once=False)

    def _give_back(self, person: str, concern: str) -> Screen:
        readers = self.readers
        with readers.store.write() as unit:
            reader = readers.of(unit, person, concern)
            found = holding(reader.concern.life, reader.person.id, reader.now)
            if found is None:
                raise Denied("not_yours")
            event = GIVEN_BACK[found[0]]
            moved = move(unit, reader.concern, Happening(event=event, at=reader.now, person=reader.person.id))
            readers.log(unit, reader, event.value)
            if found[0] == "lead":
                self.sending.go_on(unit, moved, reader.now)
            unit.commit()
        self.nudge()
        line = "given_back_line" if found[0] == "lead" else "given_back_worker"
        return readers.said("done", "press.given_back", (readers.words(f"press.{line}"),), reader)
