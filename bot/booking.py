"""The corner of staff who come to a drop-in: where their social worker is today, and a slot of their own.

A social worker who is away, or serves the school no more, is not shown as being there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.access import may_book_drop_in, may_hold_drop_in, require
from bot.corners import Corners, HomePress, Seated, Shown
from bot.dropins import day_of, hour, where, which
from bot.working_time import local_day
from dialogs.screens import Action, Block, Choice, Line, Listing, Notice, Screen
from storage.shapes import Booking, DropIn, DropInId, Person
from storage.unit import UnitOfWork

AHEAD = timedelta(days=14)
"""How far staff see and book."""
MOST_SLOTS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Bookings:
    """The forms and presses."""

    corners: Corners

    def presses(self) -> Mapping[str, HomePress]:
        """What may be pressed here."""
        return {
            "book": lambda person, raw: self._book_form(person, None),  # noqa: ARG005
            "send_book": self._book,
            "unbook": lambda person, raw: self._unbook_form(person, None),  # noqa: ARG005
            "send_unbook": self._unbook,
        }

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """The drop-ins of the next two weeks at the person's school, and the buttons."""
        if not may_book_drop_in(who):
            return (), ()
        seated = self.corners.seated(unit, who.id)
        coming = self._at_my_school(unit, seated)
        booked = unit.visits.booked([one.id for one in coming])
        mine = [(one, each.at) for one in coming for each in booked.get(one.id, ()) if each.person == seated.person.id]
        buttons = []
        if self._free(coming, booked, seated):
            buttons.append(Action(id="book", label=self.corners.words("own.book.press")))
        if mine:
            buttons.append(Action(id="unbook", label=self.corners.words("own.unbook.press")))
        return tuple(self._open_blocks(coming, mine, seated)), buttons

    def _open_blocks(
        self, coming: Sequence[DropIn], mine: Sequence[tuple[DropIn, datetime]], seated: Seated
    ) -> Iterator[Block]:
        words = self.corners.words
        today = [one for one in coming if local_day(one.starts_at) == local_day(seated.now)]
        for one in today:
            yield Notice(kind="info", title=words("own.book.today", where=where(one, seated, self.corners)))
        later = [one for one in coming if one not in today]
        if later:
            lines = tuple(Line(text=where(one, seated, self.corners)) for one in later)
            yield Listing(title=words("own.book.later"), items=lines)
        for one, slot in mine:
            title = words("own.book.yours", day=day_of(slot), when=hour(slot), room=one.room)
            yield Notice(kind="info", title=title)

    def _book_form(self, person: str, error: str | None) -> Screen:
        with self.corners.store.read() as unit:
            seated = self.corners.seated(unit, person)
            require(may_book_drop_in(seated.person))
            coming = self._at_my_school(unit, seated)
            free = self._free(coming, unit.visits.booked([one.id for one in coming]), seated)
        if not free:
            return self.corners.said("info", self.corners.words("own.book.none_free"), (), seated)
        choices = tuple(self._choice(one, slot, seated) for one, slot in free[:MOST_SLOTS])
        return self.corners.form("book", (which("book", choices, error, self.corners),), seated)

    def _choice(self, one: DropIn, slot: datetime, seated: Seated) -> Choice:
        return Choice(id=_slot_id(one, slot), label=hour(slot), group=where(one, seated, self.corners))

    def _free(
        self, coming: Sequence[DropIn], booked: Mapping[DropInId, Sequence[Booking]], seated: Seated
    ) -> list[tuple[DropIn, datetime]]:
        taken = {(one.drop_in, one.at) for each in booked.values() for one in each}
        return [
            (one, slot)
            for one in coming
            for slot in one.slots
            if slot > seated.now and (one.id, slot) not in taken
        ]  # fmt: skip

    def _book(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners = self.corners
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            require(may_book_drop_in(seated.person))
            slots = {_slot_id(one, slot): (one, slot) for one in self._at_my_school(unit, seated) for slot in one.slots}
            chosen = slots.get(str(raw.get("which")))
            kept = chosen is not None and chosen[1] > seated.now and self._kept(unit, seated, chosen)
            if kept:
                unit.commit()
        if chosen is None or not kept:
            return self._book_form(person, corners.words("own.book.gone" if chosen else "own.book.empty"))
        title = corners.words("own.book.yours", day=day_of(chosen[1]), when=hour(chosen[1]), room=chosen[0].room)
        return corners.said("done", title, (corners.words("own.book.no_names"),), seated)

    def _kept(self, unit: UnitOfWork, seated: Seated, chosen: tuple[DropIn, datetime]) -> bool:
        booking = Booking(drop_in=chosen[0].id, at=chosen[1], person=seated.person.id)
        kept = unit.visits.book(booking)
        if kept:
            self.corners.log(unit, seated, "drop_in_booked", {"drop_in": booking.drop_in})
        return kept

    def _unbook_form(self, person: str, error: str | None) -> Screen:
        with self.corners.store.read() as unit:
            seated = self.corners.seated(unit, person)
            require(may_book_drop_in(seated.person))
            mine = self._booked_by_me(unit, seated)
        if not mine:
            return self.corners.said("info", self.corners.words("own.unbook.none"), (), seated)
        choices = tuple(Choice(id=one.id, label=where(one, seated, self.corners)) for one in mine)
        return self.corners.form("unbook", (which("unbook", choices, error, self.corners),), seated)

    def _unbook(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners = self.corners
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            require(may_book_drop_in(seated.person))
            found = next((one for one in self._booked_by_me(unit, seated) if one.id == raw.get("which")), None)
            if found is not None:
                unit.visits.unbook(found.id, seated.person.id)
                corners.log(unit, seated, "drop_in_unbooked", {"drop_in": found.id})
                unit.commit()
        if found is None:
            return self._unbook_form(person, corners.words("own.unbook.empty"))
        return corners.said("done", corners.words("own.unbook.noted"), (), seated)

    def _booked_by_me(self, unit: UnitOfWork, seated: Seated) -> list[DropIn]:
        coming = self._at_my_school(unit, seated)
        booked = unit.visits.booked([one.id for one in coming])
        return [one for one in coming if any(each.person == seated.person.id for each in booked.get(one.id, ()))]

    def _at_my_school(self, unit: UnitOfWork, seated: Seated) -> list[DropIn]:
        """The next two weeks' at the person's school, whose holder still serves it and is there."""
        school = seated.person.school
        assert school is not None
        coming = unit.visits.at_school(school, seated.now, seated.now + AHEAD)
        serving = {one.id for one in seated.roll.people if may_hold_drop_in(one) and school in one.serves}
        return [one for one in coming if one.person in serving and not seated.roll.absent(one.person, one.starts_at)]


def _slot_id(one: DropIn, slot: datetime) -> str:
    return f"{one.id}:{one.slots.index(slot)}"
