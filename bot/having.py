"""*I have it*: one lead wins and stands the others down; a social worker's press stands nobody down."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.access import may_have, require, seat
from bot.plan import have_until, until_decided
from bot.reader import Reader, Readers
from bot.seams import Nudge
from bot.sending import Sending
from bot.standing import offered_to
from bot.steps import move, notice
from dialogs.concern import Event, Had, Happening, had, worker_has
from dialogs.screens import Screen
from storage.shapes import Concern, PersonId
from storage.unit import UnitOfWork

SAME_PRESS = timedelta(seconds=30)
"""A press that would renew by less is the one before, repeated: it changes nothing and tells nobody again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Having:
    """The press, by a lead or a social worker."""

    readers: Readers
    sending: Sending
    nudge: Nudge

    def have(self, person: str, concern: str) -> Screen:
        """*I have it*.

        Raises:
            Denied: the person may not press it.
        """
        readers = self.readers
        with readers.store.write() as unit:
            reader = readers.of(unit, person, concern)
            standing_now = readers.standing(unit, reader)
            require(may_have(*reader.at, standing_now))
            chair = seat(reader.person, reader.concern, standing_now)
            screen = self._lead_has(unit, reader) if chair == "lead" else self._worker_has(unit, reader)
            unit.commit()
        self.nudge()
        return screen

    def _lead_has(self, unit: UnitOfWork, reader: Reader) -> Screen:
        concern, now = reader.concern, reader.now
        lead = concern.life.lead
        taken = had(concern.life, now) and lead is not None and lead.person != reader.person.id
        offered = taken and (offered_to(unit, concern, "lead") == reader.person.id or self._away(unit, reader, lead))
        if taken and not offered and lead is not None:
            return self._already(unit, reader, PersonId(lead.person), lead.until)
        until = self._until(unit, reader)
        if had(concern.life, now) and _repeated(lead, reader, until):
            return self._had(reader, until)
        event = Event.HANDED_OVER if offered else Event.HAD_BY_LEAD
        moved = move(unit, concern, Happening(event=event, at=now, person=reader.person.id, until=until))
        self.readers.log(unit, reader, "handed_over" if offered else "had")
        rounds = [row.step.round for row in unit.outbox.of_concern(concern.id)]
        unit.outbox.cancel(concern.id, "until_had")
        unit.outbox.cancel(concern.id, "until_decided")
        given = self.readers.places.plan_input(unit, moved, now)
        number = max(rounds, default=0) + 1
        self.sending.put(unit, until_decided(given, reader.person.id, reader.person.role, number))
        self._stand_down(unit, reader, moved)
        return self._had(reader, until)

    def _had(self, reader: Reader, until: datetime) -> Screen:
        line = self.readers.words("press.had_until", when=reader.text(until))
        return self.readers.said("done", "press.had", (line,), reader)

    def _away(self, unit: UnitOfWork, reader: Reader, lead: Had | None) -> bool:
        """Whether the lead who has it is away: a colleague who is there takes it over."""
        roll = self.readers.places.rolls.of(unit, reader.place.authority)
        return lead is not None and roll.absent(PersonId(lead.person), reader.now)

    def _worker_has(self, unit: UnitOfWork, reader: Reader) -> Screen:
        concern, worker = reader.concern, reader.concern.life.social_worker
        taken = self._taken_by_another(unit, reader)
        offered = taken and offered_to(unit, concern, "social_worker") == reader.person.id
        if taken and not offered and worker is not None:
            return self._already(unit, reader, PersonId(worker.person), worker.until)
        event = Event.HANDED_OVER_BY_SOCIAL_WORKER if offered else Event.HAD_BY_SOCIAL_WORKER
        until = self._until(unit, reader)
        if not (worker_has(concern.life, reader.now) and _repeated(worker, reader, until)):
            move(unit, concern, Happening(event=event, at=reader.now, person=reader.person.id, until=until))
            self.readers.log(unit, reader, event.value)
        return self.readers.said("done", "press.had", (self.readers.words("press.social_worker"),), reader)

    def _taken_by_another(self, unit: UnitOfWork, reader: Reader) -> bool:
        """Whether a colleague has it who is there: cover takes the place of one who is away."""
        worker = reader.concern.life.social_worker
        if worker is None or not worker_has(reader.concern.life, reader.now) or worker.person == reader.person.id:
            return False
        roll = self.readers.places.rolls.of(unit, reader.place.authority)
        return not roll.absent(PersonId(worker.person), reader.now)

    def _stand_down(self, unit: UnitOfWork, reader: Reader, concern: Concern) -> None:
        others = unit.worklist.told_of(concern.id) - {reader.person.id, concern.reporter}
        steps = [
            replace(
                notice(concern, "stood_down", f"had_{concern.life.version}_{other}", reader.now, reader.person.role),
                person=PersonId(other),
            )
            for other in sorted(others)
        ]
        self.sending.put(unit, steps)

    def _already(self, unit: UnitOfWork, reader: Reader, holder: PersonId, until: datetime) -> Screen:
        words = self.readers.words
        role = words(f"roles.{unit.people.person(holder).role}")
        line = words("press.already_line", role=role, when=reader.text(until))
        return self.readers.said("info", "press.already", (line,), reader)

    def _until(self, unit: UnitOfWork, reader: Reader) -> datetime:
        return have_until(self.readers.places.plan_input(unit, reader.concern, reader.now))


def _repeated(has: Had | None, reader: Reader, until: datetime) -> bool:
    """Whether the reader has it already, for as long as this press would give."""
    return has is not None and has.person == reader.person.id and until - has.until < SAME_PRESS
