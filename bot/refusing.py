"""A press that was refused: written to the log, and the true present state of the concern in place of what was wanted.

Whoever may open the concern sees where it stands and who has it; nobody else learns anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.access import Denied, may_open
from bot.opened import states
from bot.reader import Reader, Readers
from dialogs.cards import where_it_stands
from dialogs.concern import Had, had, worker_has
from dialogs.screens import Action, Notice, Paragraph, Row, Rows, Screen
from storage.shapes import ConcernId, PersonId
from storage.unit import UnitOfWork

OTHER_ROLE = frozenset({"not_a_lead", "not_a_holder", "not_a_social_worker", "not_the_head"})
SAID = frozenset({"student", "no_such_press", "somebody_was_faster"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusing:
    """What stands in place of a refused press."""

    readers: Readers

    def shown(self, person: str, concern: str, code: str) -> Screen:
        """The state of the concern and who has it. `code` is the refusal's.

        Raises:
            Denied: the person may not open it, so nothing of it is shown.
            NotFound: there is no such concern, which is logged, or the person has left.
        """
        readers = self.readers
        self.forged(person, concern)
        with readers.store.write() as unit:
            reader = readers.of(unit, person, concern)
            readers.log(unit, reader, "access_refused", {"code": code})
            unit.commit()
        with readers.store.read() as unit:
            reader = readers.of(unit, person, concern)
            if not may_open(*reader.at, readers.standing(unit, reader)):
                raise Denied(code)
            return self._screen(unit, reader, code)

    def forged(self, person: str, concern: str) -> None:
        """Log that somebody pressed for a concern that there is not; nothing else is done, nor where there is one.

        Raises:
            NotFound: the person has left.
        """
        readers = self.readers
        with readers.store.read() as unit:
            if unit.concerns.some([ConcernId(concern)]):
                return
        with readers.store.write() as unit:
            who = unit.people.today(PersonId(person))
            unit.audit.add(None, "access_refused", who.id, who.role, readers.clock(), {"code": "no_concern"})
            unit.commit()

    def _screen(self, unit: UnitOfWork, reader: Reader, code: str) -> Screen:
        words = self.readers.words
        stands = where_it_stands(tuple(states(unit, reader.concern, reader.place, reader.now)), words)
        has = tuple(self._has(unit, reader))
        return Screen(
            id="not_done",
            title=words("refused.title"),
            blocks=(
                Notice(kind="warning", title=words("refused.nothing"), lines=(words(f"refused.{_reason(code)}"),)),
                stands,
                Rows(title=words("refused.has"), rows=has) if has else Paragraph(text=words("refused.nobody")),
            ),
            actions=(
                Action(id="read", label=words("press.back"), style="primary"),
                Action(id="home", label=words("cards.home"), to="home"),
            ),
            numbers=reader.numbers,
            foot=words("foot"),
        )

    def _has(self, unit: UnitOfWork, reader: Reader) -> Iterator[Row]:
        life = reader.concern.life
        if had(life, reader.now) and life.lead is not None:
            yield self._holder(unit, reader, life.lead)
        if worker_has(life, reader.now) and life.social_worker is not None:
            yield self._holder(unit, reader, life.social_worker)

    def _holder(self, unit: UnitOfWork, reader: Reader, has: Had) -> Row:
        words, who = self.readers.words, unit.people.person(PersonId(has.person))
        until = words("refused.until", name=who.name, when=reader.text(has.until))
        return Row(label=words(f"roles.{who.role}"), value=until)


def _reason(code: str) -> str:
    if code in OTHER_ROLE:
        return "other_role"
    return code if code in SAID else "moved_on"
