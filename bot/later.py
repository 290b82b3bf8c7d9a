"""What comes after a concern was sent: more from the reporter, an answer, closing, disagreeing. Only upward."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.access import Denied, may_add, may_close, may_see_receipt, require
from bot.judge import Judge, facts_of
from bot.living import living_row
from bot.opened import record_of
from bot.personal import IN_PERSON, owes_report
from bot.places import Places
from bot.seams import Clock
from bot.sending import Again, Sending, Talk, facts_kept, together
from bot.standing import standing
from bot.steps import Ending, Gate, SettingFor, move, notice, pointer_to
from dialogs.concern import Event, Happening, State
from dialogs.engine import to_json
from dialogs.setting import Setting
from storage.shapes import Concern, ConcernId, Person
from storage.unit import UnitOfWork

KINDS: Mapping[str, str] = {
    "addition": "addition", "reply": "answer", "police": "police", "closing": "close", "disagree": "disagreement",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """The gates and endings of the small flows."""

    places: Places
    judge: Judge
    sending: Sending
    clock: Clock

    def gates(self) -> Mapping[str, Gate]:
        """Who may begin."""
        return {
            "addition": self._may_add,
            "disagree": self._may_add,
            "reply": self._may_reply,
            "police": self._may_write_report,
            "closing": self._may_close,
        }

    def settings_for(self) -> Mapping[str, SettingFor]:
        """What the screens are drawn with: an answer stands below its question."""
        return {"reply": self._asked}

    def _asked(self, unit: UnitOfWork, talk: Talk) -> Setting:
        concern = _found(unit, talk.conversation.concern)
        asked = [note.content["text"] for note in unit.concerns.read(concern.id)[1] if note.kind == "question"]
        setting = self.places.setting(unit, talk.place, talk.person, self.clock())
        return replace(setting, question=str(asked[-1])) if asked else setting

    def endings(self) -> Mapping[str, Ending]:
        """What the ends write."""
        return {
            "addition": self._added, "reply": self._replied, "police": self._reported, "closing": self._closed,
            "disagree": self._replied,
        }  # fmt: skip

    def _may_add(self, unit: UnitOfWork, person: Person, concern: ConcernId | None, now: datetime) -> None:
        found = _found(unit, concern)
        school = unit.people.school(found.school)
        require(may_add(person, found, school, now, standing(unit, person, found, now, self.places)))

    def _may_reply(self, unit: UnitOfWork, person: Person, concern: ConcernId | None, now: datetime) -> None:  # noqa: ARG002
        require(may_see_receipt(person, _found(unit, concern)))

    def _may_write_report(self, unit: UnitOfWork, person: Person, concern: ConcernId | None, now: datetime) -> None:  # noqa: ARG002
        found = _found(unit, concern)
        rows = (row.step for row in unit.outbox.of_concern(found.id) if row.step.chain == IN_PERSON)
        if all((step.person or found.reporter) != person.id for step in rows):
            raise Denied("nothing_to_report")

    def _may_close(self, unit: UnitOfWork, person: Person, concern: ConcernId | None, now: datetime) -> None:
        found = _found(unit, concern)
        school = unit.people.school(found.school)
        require(may_close(person, found, school, now, standing(unit, person, found, now, self.places)))

    def _added(self, unit: UnitOfWork, talk: Talk, now: datetime) -> None:
        concern = self._keep(unit, talk, "added", now)
        learned = facts_of(talk.flow, talk.trail, self.judge)
        facts = together(facts_kept(unit, concern), learned)
        reopened = self._about_a_child(unit, self._reopened(unit, concern, talk, now))
        record = record_of(unit, concern)
        again = Again(
            authority=record.authority, facts=facts, place=talk.place, by=talk.person, before=record.suggestion,
            start=reopened is not concern,
        )  # fmt: skip
        raised = self.sending.judge_again(unit, reopened, again, now)
        if owes_report(talk.person, {**learned, "age_band": facts.get("age_band")}, self.judge.vocabulary):
            self.sending.remind_in_person(unit, raised, talk.person, talk.place, now)
        if raised.urgency == concern.urgency and reopened is concern:
            self._tell_leads(unit, concern, talk, now)

    def _reopened(self, unit: UnitOfWork, concern: Concern, talk: Talk, now: datetime) -> Concern:
        if concern.life.state not in (State.DECIDED, State.CLOSED):
            return concern
        unit.audit.add(concern.id, "reopened", talk.person.id, talk.person.role, now, {})
        return move(unit, concern, Happening(event=Event.REOPENED, at=now, person=talk.person.id))

    def _about_a_child(self, unit: UnitOfWork, concern: Concern) -> Concern:
        """An informal discussion that gets something added is a concern from then on, with a plan of its own."""
        if concern.kind != "consultation":
            return concern
        unit.concerns.amend(concern.id, kind="child")
        return replace(concern, kind="child")

    def _replied(self, unit: UnitOfWork, talk: Talk, now: datetime) -> None:
        concern = self._keep(unit, talk, "added", now)
        self.sending.put(unit, [living_row(concern, f"{talk.flow.name}_{talk.conversation.id}", now)])
        self._tell_leads(unit, concern, talk, now)

    def _reported(self, unit: UnitOfWork, talk: Talk, now: datetime) -> None:
        """The police reference, or a reason, ends the reminders."""
        self._replied(unit, talk, now)
        unit.outbox.cancel(_found(unit, talk.conversation.concern).id, IN_PERSON)

    def _closed(self, unit: UnitOfWork, talk: Talk, now: datetime) -> None:
        concern = _found(unit, talk.conversation.concern)
        self._may_close(unit, talk.person, concern.id, now)
        move(unit, concern, Happening(event=Event.CLOSED, at=now, person=talk.person.id))
        self._keep(unit, talk, "closed", now)
        unit.outbox.cancel(concern.id, "until_closed")
        self.sending.put(unit, [notice(concern, "changed", f"closed_{talk.conversation.id}", now)])

    def _keep(self, unit: UnitOfWork, talk: Talk, kind: str, now: datetime) -> Concern:
        concern = _found(unit, talk.conversation.concern)
        content = {
            "flow": [talk.flow.name, talk.flow.version],
            "answers": [to_json(answered) for answered in talk.trail.values()],
        }
        person = talk.person
        unit.concerns.append(concern.id, KINDS[talk.flow.name], person.id, person.role, now, content)
        unit.audit.add(concern.id, kind, person.id, person.role, now, {"flow": talk.flow.name})
        return concern

    def _tell_leads(self, unit: UnitOfWork, concern: Concern, talk: Talk, now: datetime) -> None:
        given = self.places.plan_input(unit, concern, now)
        rows = [row.step for row in unit.outbox.of_concern(concern.id)]
        first = {step.role for step in rows if step.chain == "until_had" and step.step == 0}
        informed = {step.role for step in rows if step.draw == "inform"}
        roles = sorted((first or informed) - {"reporter"} - given.excluded)
        reason = f"{talk.flow.name}_{talk.conversation.id}"
        self.sending.put(unit, [notice(concern, "reminder", reason, now, role) for role in roles])
        let_in = [unit.people.person(one) for one in concern.let_in]
        self.sending.put(unit, [pointer_to(concern, one, "reminder", reason, (now, None)) for one in let_in])


def _found(unit: UnitOfWork, concern: ConcernId | None) -> Concern:
    if concern is None:
        raise Denied("no_concern")
    return unit.concerns.get(concern)
