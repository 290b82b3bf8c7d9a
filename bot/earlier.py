"""Earlier concerns about the same child: which this reader may know of, found under the name or confirmed.

Restricted ones, those of other schools and those that the reader could not open are never counted.
"""

from dataclasses import dataclass

from bot.access import may_open, may_see_earlier
from bot.opened import record_of
from bot.reader import Reader, Readers
from storage.shapes import Concern
from storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """Finds them. `lookup_key` keys the tokens of names."""

    readers: Readers
    lookup_key: bytes

    def candidates(self, unit: UnitOfWork, reader: Reader) -> tuple[Concern, ...]:
        """Found under this name, and not confirmed yet."""
        if reader.concern.kind != "child":
            return ()
        record = record_of(unit, reader.concern)
        linked = {one.id for one in unit.concerns.linked_children(reader.concern.id)}
        found = unit.concerns.candidates(record.tokens(self.lookup_key), reader.concern.id)
        return tuple(one for one in found if one.id not in linked and self._comparable(unit, one, reader))

    def linked(self, unit: UnitOfWork, reader: Reader) -> tuple[Concern, ...]:
        """Confirmed to be about the same child."""
        linked = unit.concerns.linked_children(reader.concern.id)
        return tuple(one for one in linked if self._comparable(unit, one, reader))

    def lines(self, unit: UnitOfWork, reader: Reader) -> tuple[str, ...] | None:
        """All of them as text; None where this reader may not see whether there are any."""
        if not may_see_earlier(*reader.at, self.readers.standing(unit, reader)):
            return None
        found = [*self.candidates(unit, reader), *self.linked(unit, reader)]
        return tuple(line_of(one, reader) for one in found)

    def _comparable(self, unit: UnitOfWork, other: Concern, reader: Reader) -> bool:
        """Whether the reader may know of it: one that they could open themselves, at a school of theirs."""
        mine = other.school == reader.concern.school or reader.person.school is None
        before = other.created_at <= reader.concern.created_at
        return (
            other.kind == "child" and not other.restricted and mine and before and self._could_open(unit, other, reader)
        )

    def _could_open(self, unit: UnitOfWork, other: Concern, reader: Reader) -> bool:
        school = unit.people.school(other.school)
        return bool(may_open(reader.person, other, school, reader.now, self.readers.known(unit, other, reader)))


def line_of(concern: Concern, reader: Reader) -> str:
    """An earlier concern by date and reference."""
    return f"{reader.text(concern.created_at)} · {concern.reference}"
