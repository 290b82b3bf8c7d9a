"""*Ask the reporter*: the question is kept in the concern, and a neutral pointer is left for the reporter."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.access import may_ask, require
from bot.living import living_row
from bot.reader import Readers
from bot.seams import Nudge
from bot.sending import Sending
from bot.steps import Press, notice
from dialogs.answers import clean
from dialogs.screens import Action, Field, Paragraph, Screen, filled

LONGEST_QUESTION = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """The form and the press."""

    readers: Readers
    sending: Sending
    nudge: Nudge

    def presses(self) -> Mapping[str, Press]:
        """What may be pressed here."""
        return {
            "ask": lambda person, concern, raw: self._form(person, concern, None),  # noqa: ARG005
            "send_question": self._ask,
        }

    def _form(self, person: str, concern: str, error: str | None) -> Screen:
        readers, words = self.readers, self.readers.words
        with readers.store.read() as unit:
            reader = readers.of(unit, person, concern)
            require(may_ask(*reader.at, readers.standing(unit, reader)))
        field = Field(
            id="question", kind="long_text", label=words("press.ask_label"), required=True,
            max_length=LONGEST_QUESTION, error=error,
        )  # fmt: skip
        send = Action(id="send_question", label=words("press.ask_send"), style="primary")
        return readers.form("ask", (Paragraph(text=words("press.ask_text")),), (field,), send, reader)

    def _ask(self, person: str, concern: str, raw: Mapping[str, object]) -> Screen:
        readers, typed = self.readers, raw.get("question")
        question = clean(typed) if isinstance(typed, str) else ""
        if not question or len(question) > LONGEST_QUESTION:
            return filled(self._form(person, concern, readers.words("press.ask_empty")), raw)
        with readers.store.write() as unit:
            reader = readers.of(unit, person, concern)
            require(may_ask(*reader.at, readers.standing(unit, reader)))
            who, found = reader.person, reader.concern
            number = unit.concerns.append(found.id, "question", who.id, who.role, reader.now, {"text": question})
            readers.log(unit, reader, "asked")
            because = f"question_{number}"
            rows = (notice(found, "question", because, reader.now), living_row(found, because, reader.now))
            self.sending.put(unit, rows)
            unit.commit()
        self.nudge()
        return readers.said("done", "press.asked", (readers.words("press.asked_line"),), reader)
