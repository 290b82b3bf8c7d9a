"""The corner of social workers who hold drop-ins: offer one or a term of them, see who comes, call one off.

Whoever had booked is told when a drop-in is called off.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.access import may_hold_drop_in, require
from bot.corners import Corners, HomePress, Seated, Shown
from bot.dropins import ROOM_LENGTH, SLOTS, WEEKS, drop_ins_of, hour, schools_of, understood, where, which, wrong_with
from bot.plan import alone
from bot.seams import NewId, Nudge
from dialogs.screens import Action, Choice, Field, Line, Listing, Screen, filled
from storage.errors import NotFound
from storage.shapes import Booking, DropIn, OutboxId, Person, PersonId
from storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class Offering:
    """The forms and presses."""

    corners: Corners
    new_id: NewId
    nudge: Nudge

    def presses(self) -> Mapping[str, HomePress]:
        """What may be pressed here."""
        return {
            "drop_in": lambda person, raw: self._offer_form(person, {}),  # noqa: ARG005
            "send_drop_in": self._offer,
            "drop_in_off": lambda person, raw: self._off_form(person, None),  # noqa: ARG005
            "send_drop_in_off": self._off,
        }

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """The drop-ins to come with who booked, and the buttons."""
        if not may_hold_drop_in(who):
            return (), ()
        seated = self.corners.seated(unit, who.id)
        words, coming = self.corners.words, self._mine(unit, seated)
        buttons = [Action(id="drop_in", label=words("own.drop_in.press"))]
        if not coming:
            return (), buttons
        booked = unit.visits.booked([one.id for one in coming])
        names = {one.id: one.name for one in seated.roll.people}
        lines = [self._with_bookings(one, booked.get(one.id, ()), names, seated) for one in coming]
        listing = Listing(title=words("own.drop_in.yours"), items=tuple(Line(text=one) for one in lines))
        return (listing,), [*buttons, Action(id="drop_in_off", label=words("own.drop_in_off.press"))]

    def _with_bookings(
        self, one: DropIn, booked: Sequence[Booking], names: Mapping[PersonId, str], seated: Seated
    ) -> str:
        words, there = self.corners.words, where(one, seated, self.corners)
        if not booked:
            return words("own.drop_in.nobody_yet", where=there)
        who = ", ".join(f"{hour(each.at)} {names.get(each.person, '')}".strip() for each in booked)
        return words("own.drop_in.booked_by", where=there, who=who)

    def _offer_form(self, person: str, errors: Mapping[str, str]) -> Screen:
        with self.corners.store.read() as unit:
            seated = self.corners.seated(unit, person)
        require(may_hold_drop_in(seated.person))
        return self.corners.form("drop_in", tuple(self._offer_fields(seated, errors)), seated)

    def _offer_fields(self, seated: Seated, errors: Mapping[str, str]) -> Iterator[Field]:
        words = self.corners.words
        schools = tuple(Choice(id=one.id, label=one.name) for one in schools_of(seated))
        yield Field(
            id="school", kind="one", label=words("own.drop_in.school"), required=True, choices=schools,
            value=schools[0].id if schools else None, error=self._error(errors, "school"),
        )  # fmt: skip
        for name, kind in (("first", "date"), ("starts", "time"), ("ends", "time")):
            yield Field(
                id=name, kind=kind, label=words(f"own.drop_in.{name}"), required=True, error=self._error(errors, name),  # type: ignore[arg-type]
            )  # fmt: skip
        slots = tuple(Choice(id=one, label=words("own.drop_in.slot", minutes=one)) for one in SLOTS)
        yield Field(
            id="minutes", kind="one", label=words("own.drop_in.minutes"), required=True, choices=slots, value="15",
            error=self._error(errors, "minutes"),
        )  # fmt: skip
        yield Field(
            id="room", kind="text", label=words("own.drop_in.room"), hint=words("own.drop_in.room_hint"), required=True,
            max_length=ROOM_LENGTH, error=self._error(errors, "room"),
        )  # fmt: skip
        often = tuple(Choice(id=one, label=words(f"own.drop_in.often.{one}")) for one in ("once", "weekly"))
        yield Field(
            id="often", kind="one", label=words("own.drop_in.how_often"), required=True, choices=often, value="once"
        )

    def _offer(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners = self.corners
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            require(may_hold_drop_in(seated.person))
            offer = understood(raw, seated)
            place = None if offer.school is None else corners.places.at(offer.school)
            found = drop_ins_of(offer, place, seated, self.new_id)
            errors = dict(wrong_with(offer, place, found, seated.now))
            new = () if errors else self._new(unit, found)
            if new is None:
                errors["starts"] = "overlaps"
            for one in new or ():
                unit.visits.offer(one)
            if new:
                corners.log(unit, seated, "drop_in_offered", {"school": new[0].school, "count": len(new)})
                unit.commit()
        if errors:
            return filled(self._offer_form(person, errors), raw)
        lines = tuple(where(one, seated, self.corners) for one in found)
        return corners.said("done", corners.words("own.drop_in.noted"), lines, seated)

    def _new(self, unit: UnitOfWork, found: Sequence[DropIn]) -> tuple[DropIn, ...] | None:
        """Those that do not stand yet, as after a second press; None where one would be in two places at once."""
        first, last = found[0], found[-1]
        standing = unit.visits.of_person(first.person, first.starts_at, last.ends_at)
        new = tuple(one for one in found if not any(_same(one, other) for other in standing))
        clash = any(
            one.starts_at < other.ends_at and other.starts_at < one.ends_at for one in new for other in standing
        )
        return None if clash else new

    def _error(self, errors: Mapping[str, str], field: str) -> str | None:
        code = errors.get(field)
        return None if code is None else self.corners.words(f"own.drop_in.{code}")

    def _off_form(self, person: str, error: str | None) -> Screen:
        with self.corners.store.read() as unit:
            seated = self.corners.seated(unit, person)
            coming = self._mine(unit, seated)
        require(may_hold_drop_in(seated.person))
        choices = tuple(Choice(id=one.id, label=where(one, seated, self.corners)) for one in coming)
        return self.corners.form("drop_in_off", (which("drop_in_off", choices, error, self.corners),), seated)

    def _off(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners = self.corners
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            require(may_hold_drop_in(seated.person))
            found = next((one for one in self._mine(unit, seated) if one.id == raw.get("which")), None)
            if found is not None:
                self._call_off(unit, seated, found)
                unit.commit()
        if found is None:
            return self._off_form(person, corners.words("own.drop_in_off.empty"))
        self.nudge()
        title = corners.words("own.drop_in_off.noted", where=where(found, seated, corners))
        return corners.said("done", title, (corners.words("own.drop_in_off.told"),), seated)

    def _call_off(self, unit: UnitOfWork, seated: Seated, found: DropIn) -> None:
        unit.visits.cancel(found.id, seated.now)
        self.corners.log(unit, seated, "drop_in_off", {"drop_in": found.id})
        for one in unit.visits.booked([found.id]).get(found.id, ()):
            try:
                person = unit.people.today(one.person)
            except NotFound:
                continue
            dedupe = f"drop_in_off:{found.id}:{person.id}"
            step = alone(person.role, person.id, "drop_in_off", seated.now, dedupe)
            step = replace(step, about=found.id, respond_by=found.ends_at)
            unit.outbox.put([step], [OutboxId(self.new_id())])

    def _mine(self, unit: UnitOfWork, seated: Seated) -> tuple[DropIn, ...]:
        return unit.visits.of_person(seated.person.id, seated.now, seated.now + timedelta(weeks=WEEKS))


def _same(one: DropIn, other: DropIn) -> bool:
    """Whether two offers are of the same hours at the same place."""
    said = [(each.school, each.starts_at, each.ends_at, each.minutes, each.room) for each in (one, other)]
    return said[0] == said[1]
