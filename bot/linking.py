"""Several children, one event: which concerns belong together, one for each child.

The reporter chooses among their own, a responder among those that they were told of and may open. Each stays a concern
of its own, with its own school's leads; who may open both is asked at each reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.access import Denied, Standing, may_decide, may_open, may_see_receipt, require
from bot.opened import linkable, linkable_of
from bot.reader import Reader, Readers
from bot.seams import Nudge
from bot.sending import Sending
from bot.steps import Press, notice
from dialogs.screens import Action, Choice, Field, Notice, Paragraph, Screen
from storage.shapes import Concern
from storage.unit import UnitOfWork

_LEAD = "designated_safeguarding_lead"
_LOOKED_AT = 200
"""Of the pointers in somebody's channel, the newest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Linking:
    """The form and the press."""

    readers: Readers
    sending: Sending
    nudge: Nudge

    def presses(self) -> Mapping[str, Press]:
        """What may be pressed here."""
        return {
            "link": lambda person, concern, raw: self._form(person, concern, None),  # noqa: ARG005
            "send_link": self._link,
        }

    def may_link(self, unit: UnitOfWork, reader: Reader, known: Standing) -> bool:
        """Whether the reader decides on it, and may open another one that could belong to it."""
        return bool(may_decide(*reader.at, known)) and bool(self._openable(unit, reader))

    def _others(self, unit: UnitOfWork, reader: Reader) -> tuple[Concern, ...]:
        if not (found := self._found(unit, reader)):
            raise Denied("nothing_to_link")
        return found

    def _found(self, unit: UnitOfWork, reader: Reader) -> tuple[Concern, ...]:
        mine = bool(may_see_receipt(reader.person, reader.concern))
        decides = may_decide(*reader.at, self.readers.standing(unit, reader))
        if not mine:
            require(decides)
        own = linkable(unit, reader.concern, reader.now) if mine else ()
        return tuple(dict.fromkeys((*own, *(self._openable(unit, reader) if decides else ()))))

    def _openable(self, unit: UnitOfWork, reader: Reader) -> tuple[Concern, ...]:
        """What the reader was told of and may open."""
        told = dict.fromkeys(one.concern for one in unit.outbox.delivered_to(reader.person.id, _LOOKED_AT))
        near = linkable_of(unit, reader.concern, told, reader.now)
        return tuple(one for one in near if self._opens(unit, reader, one))

    def _opens(self, unit: UnitOfWork, reader: Reader, other: Concern) -> bool:
        known, school = self.readers.known(unit, other, reader), unit.people.school(other.school)
        return bool(may_open(reader.person, other, school, reader.now, known))

    def _form(self, person: str, concern: str, error: str | None) -> Screen:
        readers, words = self.readers, self.readers.words
        with readers.store.read() as unit:
            reader = readers.of(unit, person, concern)
            others = self._others(unit, reader)
        choices = tuple(Choice(id=one.id, label=self._named(one, reader)) for one in others)
        field = Field(
            id="concern", kind="one", label=words("press.link_label"), required=True, choices=choices, error=error
        )
        return Screen(
            id="link",
            title=words("press.link_title"),
            blocks=(Paragraph(text=words("press.link_text")),),
            fields=(field,),
            actions=(Action(id="send_link", label=words("press.link_send"), style="primary"), self._back(reader)),
            numbers=reader.numbers,
            foot=words("foot"),
        )

    def _named(self, concern: Concern, reader: Reader) -> str:
        when = reader.text(concern.sent_at or concern.created_at)
        return self.readers.words("press.link_named", reference=concern.reference, when=when)

    def _back(self, reader: Reader) -> Action:
        if not may_see_receipt(reader.person, reader.concern):
            return Action(id="read", label=self.readers.words("press.back"))
        return Action(id="concern", label=self.readers.words("press.link_back"), to=f"concern:{reader.concern.id}")

    def _link(self, person: str, concern: str, raw: Mapping[str, object]) -> Screen:
        readers, words = self.readers, self.readers.words
        with readers.store.write() as unit:
            reader = readers.of(unit, person, concern)
            other = next((one for one in self._others(unit, reader) if one.id == raw.get("concern")), None)
            if other is not None:
                self._keep(unit, reader, (reader.concern, other))
                unit.commit()
        if other is None:
            return self._form(person, concern, words("press.link_empty"))
        self.nudge()
        said = Notice(kind="done", title=words("press.linked"), lines=(words("press.linked_line"),))
        return Screen(
            id="said", title=words("press.linked"), blocks=(said,), actions=(self._back(reader),),
            numbers=reader.numbers, foot=words("foot"),
        )  # fmt: skip

    def _keep(self, unit: UnitOfWork, reader: Reader, both: tuple[Concern, Concern]) -> None:
        """A line in each record and log, and a pointer to the lead of each, unless it is the lead who links."""
        who, now = reader.person, reader.now
        for one, other in (both, both[::-1]):
            unit.concerns.append(one.id, "linked", who.id, who.role, now, {"to": other.id})
            unit.audit.add(one.id, "linked", who.id, who.role, now, {"to": other.id})
            if not (who.role == _LEAD and who.school == one.school):
                self.sending.put(unit, [notice(one, "reminder", f"linked_{other.id}", now, _LEAD)])
