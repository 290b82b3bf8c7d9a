"""*Confirm the council*: where the child lives, when the reporter did not know. Judged again, only upward."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.access import Denied, Standing, may_decide, require
from bot.judge import Judge
from bot.opened import COUNCIL_UNKNOWN, Record, council_open, record_of
from bot.reader import Reader, Readers
from bot.seams import Nudge
from bot.sending import Again, Sending
from bot.steps import Press
from dialogs.screens import Action, Choice, Field, Paragraph, Screen
from storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirming:
    """The forms and the presses."""

    readers: Readers
    sending: Sending
    judge: Judge
    nudge: Nudge

    def presses(self) -> Mapping[str, Press]:
        """What may be pressed here."""
        return {
            "confirm_council": lambda person, concern, raw: self._council_form(person, concern, None),  # noqa: ARG005
            "send_council": self._confirm_council,
        }

    def may_confirm(self, unit: UnitOfWork, reader: Reader, known: Standing) -> bool:
        """Whether the reader decides on a child whose council nobody knows yet."""
        decides = reader.concern.kind == "child" and bool(may_decide(*reader.at, known))
        return decides and council_open(unit, reader.concern)

    def _council_form(self, person: str, concern: str, error: str | None) -> Screen:
        readers, words = self.readers, self.readers.words
        with readers.store.read() as unit:
            reader = readers.of(unit, person, concern)
            require(may_decide(*reader.at, readers.standing(unit, reader)))
        other = Choice(id="other_council", label=words("options.other_council"))
        field = Field(
            id="council", kind="one", label=words("press.council_label"), required=True, error=error,
            choices=(*readers.places.councils(reader.place, reader.now), other),
        )  # fmt: skip
        send = Action(id="send_council", label=words("press.council_send"), style="primary")
        return readers.form("council", (Paragraph(text=words("press.council_text")),), (field,), send, reader)

    def _confirm_council(self, person: str, concern: str, raw: Mapping[str, object]) -> Screen:
        """The lead says where the child lives: judged by that council's document, if it is installed, only upward."""
        readers, words = self.readers, self.readers.words
        form, council = self._council_form(person, concern, words("press.council_empty")), raw.get("council")
        if not isinstance(council, str) or council not in {one.id for one in form.fields[0].choices}:
            return form
        with readers.store.write() as unit:
            reader = readers.of(unit, person, concern)
            require(may_decide(*reader.at, readers.standing(unit, reader)))
            if not council_open(unit, reader.concern):
                raise Denied("council_known")
            self._judge_there(unit, reader, record_of(unit, reader.concern), council)
            unit.commit()
        self.nudge()
        return readers.said("done", "press.council_confirmed", (words("press.confirmed_line"),), reader)

    def _judge_there(self, unit: UnitOfWork, reader: Reader, record: Record, council: str) -> None:
        found = reader.concern
        installed = council if council in self.judge.authorities() else None
        elsewhere = () if council == reader.place.authority else ("other_council",)
        kept = tuple(one for one in record.suggestion.get("branches", ()) if one != COUNCIL_UNKNOWN)
        before = {**record.suggestion, "branches": [*elsewhere, *kept], "council": council}
        branch = next(iter((*elsewhere, *kept)), None) if found.branch == COUNCIL_UNKNOWN else found.branch
        unit.concerns.amend(found.id, authority=installed or found.authority, branch=branch)
        self.readers.log(unit, reader, "council_confirmed", {"council": council})
        again = Again(authority=installed, facts=record.facts, place=reader.place, by=reader.person, before=before)
        self.sending.judge_again(unit, unit.concerns.get(found.id), again, reader.now)
