"""*It is the same child* and *Wrong child*: what a lead confirms of earlier concerns, and takes back. Never lowers."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.access import Denied, Standing, may_decide, require
from bot.earlier import Earlier, line_of
from bot.opened import record_of
from bot.reader import Reader, Readers
from bot.seams import Nudge
from bot.sending import Again, Sending, tokens_of_name
from bot.steps import Press
from dialogs.answers import clean
from dialogs.screens import Action, Choice, Field, Paragraph, Screen, filled
from storage.shapes import Concern, ConcernId
from storage.unit import UnitOfWork

CONFIRMED = "earlier_concern_confirmed"
LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Mending:
    """The forms and the presses."""

    readers: Readers
    earlier: Earlier
    sending: Sending
    nudge: Nudge

    def presses(self) -> Mapping[str, Press]:
        """What may be pressed here."""
        return {
            "confirm_child": lambda person, concern, raw: self._same_form(person, concern, None),  # noqa: ARG005
            "send_same_child": self._same_child,
            "wrong_child": lambda person, concern, raw: self._wrong_form(person, concern, None),  # noqa: ARG005
            "send_wrong_child": self._wrong_child,
        }

    def may_confirm(self, unit: UnitOfWork, reader: Reader, known: Standing) -> bool:
        """Whether the reader decides, and earlier concerns were found that nobody has confirmed."""
        return self.may_mend(unit, reader, known) and bool(self.earlier.candidates(unit, reader))

    def may_mend(self, unit: UnitOfWork, reader: Reader, known: Standing) -> bool:  # noqa: ARG002 - as any offer
        """Whether the reader decides on a child."""
        return reader.concern.kind == "child" and bool(may_decide(*reader.at, known))

    def _mender(self, unit: UnitOfWork, person: str, concern: str) -> Reader:
        reader = self.readers.of(unit, person, concern)
        require(may_decide(*reader.at, self.readers.standing(unit, reader)))
        if reader.concern.kind != "child":
            raise Denied("not_about_a_child")
        return reader

    def _same_form(self, person: str, concern: str, error: str | None) -> Screen:
        words = self.readers.words
        with self.readers.store.read() as unit:
            reader = self._mender(unit, person, concern)
            found = self.earlier.candidates(unit, reader)
        if not found:
            raise Denied("nothing_found")
        field = Field(
            id="earlier", kind="many", label=words("press.same_child_label"), required=True, error=error,
            choices=_choices(found, reader),
        )  # fmt: skip
        send = Action(id="send_same_child", label=words("press.same_child_send"), style="primary")
        return self.readers.form(
            "same_child", (Paragraph(text=words("press.same_child_text")),), (field,), send, reader
        )

    def _same_child(self, person: str, concern: str, raw: Mapping[str, object]) -> Screen:
        """The lead says which of the earlier concerns found are about this child: judged again, only upward."""
        readers = self.readers
        with readers.store.write() as unit:
            reader = self._mender(unit, person, concern)
            chosen = _chosen(raw.get("earlier"), self.earlier.candidates(unit, reader))
            if chosen:
                self._link(unit, reader, chosen)
                unit.commit()
        if not chosen:
            return self._same_form(person, concern, readers.words("press.same_child_empty"))
        self.nudge()
        return readers.said("done", "press.confirmed", (readers.words("press.confirmed_line"),), reader)

    def _link(self, unit: UnitOfWork, reader: Reader, chosen: tuple[Concern, ...]) -> None:
        found, who = reader.concern, reader.person
        for earlier in chosen:
            unit.concerns.link_child(found.id, earlier.id, who.id, reader.now)
            self.readers.log(unit, reader, "child_confirmed", {"earlier": earlier.id})
        record = record_of(unit, found)
        again = Again(
            authority=record.authority, facts={**record.facts, CONFIRMED: "yes"}, place=reader.place, by=who,
            before=record.suggestion,
        )  # fmt: skip
        self.sending.judge_again(unit, found, again, reader.now)

    def _wrong_form(self, person: str, concern: str, error: str | None) -> Screen:
        words = self.readers.words
        with self.readers.store.read() as unit:
            reader = self._mender(unit, person, concern)
            linked = self.earlier.linked(unit, reader)
        name = Field(
            id="name", kind="text", label=words("press.wrong_child_name"), required=False, max_length=LONGEST_NAME,
            hint=words("press.wrong_child_name_hint"), error=error,
        )  # fmt: skip
        unlink = Field(
            id="unlink", kind="many", label=words("press.wrong_child_unlink"), required=False,
            choices=_choices(linked, reader),
        )  # fmt: skip
        send = Action(id="send_wrong_child", label=words("press.wrong_child_send"), style="primary")
        text = (Paragraph(text=words("press.wrong_child_text")),)
        return self.readers.form("wrong_child", text, (unlink, name) if linked else (name,), send, reader)

    def _wrong_child(self, person: str, concern: str, raw: Mapping[str, object]) -> Screen:
        """Take confirmations back, or correct the name by an addition that says so. The level stays."""
        readers, typed = self.readers, raw.get("name")
        name = clean(typed) if isinstance(typed, str) else ""
        with readers.store.write() as unit:
            reader = self._mender(unit, person, concern)
            apart = _chosen(raw.get("unlink"), self.earlier.linked(unit, reader))
            done = bool(apart or name) and len(name) <= LONGEST_NAME
            if done:
                self._unlink(unit, reader, apart)
                self._correct(unit, reader, name)
                unit.commit()
        if not done:
            return filled(self._wrong_form(person, concern, readers.words("press.wrong_child_empty")), raw)
        return readers.said("done", "press.mended", (readers.words("press.mended_line"),), reader)

    def _unlink(self, unit: UnitOfWork, reader: Reader, apart: tuple[Concern, ...]) -> None:
        who = reader.person
        for other in apart:
            unit.concerns.unlink_child(reader.concern.id, other.id)
            self.readers.log(unit, reader, "child_unlinked", {"earlier": other.id})
            about = {"earlier": reader.concern.id}
            unit.audit.add(other.id, "child_unlinked", who.id, who.role, reader.now, about)

    def _correct(self, unit: UnitOfWork, reader: Reader, name: str) -> None:
        if not name:
            return
        found, who = reader.concern, reader.person
        unit.concerns.append(found.id, "correction", who.id, who.role, reader.now, {"name": name})
        unit.concerns.know_child(found.id, tokens_of_name(self.sending.lookup_key, name))
        self.readers.log(unit, reader, "child_corrected")


def _choices(found: tuple[Concern, ...], reader: Reader) -> tuple[Choice, ...]:
    return tuple(Choice(id=one.id, label=line_of(one, reader)) for one in found)


def _chosen(raw: object, offered: tuple[Concern, ...]) -> tuple[Concern, ...]:
    wanted = frozenset(ConcernId(str(one)) for one in raw) if isinstance(raw, tuple | list) else frozenset()
    return tuple(one for one in offered if one.id in wanted)
