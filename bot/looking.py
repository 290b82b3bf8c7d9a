"""What there is to know of due rows before they are told: whose concern, who is left, what was tried, read together.

A batch is looked at in one reading; a look that is too old by the time a card is handed over is made again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from bot.digest_look import digest_screen
from bot.errands import DIGEST, LEARNING, REPORT, UNGIVEN, errand_numbers, errand_people
from bot.learning_card import learning_screen
from bot.living import LIVING, overtaken
from bot.pictures import Pictures
from bot.places import Place, Places
from bot.recipients import recipients
from bot.report_rows import report_card, ungiven_card
from bot.seams import Clock
from dialogs.screens import Number, Screen
from storage.audit import Head
from storage.shapes import Concern, ConcernId, Delivery, Identity, OutboxId, OutboxRow, Person, PersonId, PlannedStep
from storage.unit import Store, UnitOfWork

REVISING = frozenset({"stood_down", LIVING})
"""What changes the cards that stand, where a channel can, instead of ringing again."""


class Living(Protocol):
    """Draws the reporter's message about a concern."""

    def card(self, unit: UnitOfWork, concern: Concern, place: Place, now: datetime) -> Screen:
        """As the concern stands now."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A claimed row with all that telling needs: whose concern, who is left to tell, what was tried, until when.

    `concern` None: a notice that stands alone; `numbers` are then whom its reader may ring. `standing`: the receipts of
    the cards that it changes, a person. `directly`: who was sent the alarm while storage was away.
    `card`: what is drawn, where it is more than a pointer.
    """

    row: OutboxRow
    concern: Concern | None
    place: Place | None
    people: tuple[Person, ...]
    tries: tuple[Delivery, ...]
    known: Mapping[PersonId, tuple[Identity, ...]]
    quiet: Mapping[PersonId, datetime]
    standing: Mapping[PersonId, tuple[tuple[str, str], ...]]
    numbers: tuple[Number, ...] = ()
    directly: frozenset[PersonId] = frozenset()
    card: Screen | None = None
    """What is drawn, where the row's kind alone does not say it."""

    @property
    def living(self) -> bool:
        """Whether it is the reporter's message about the concern."""
        return self.row.step.draw == LIVING

    @property
    def chain(self) -> str:
        """Where the log keeps what becomes of it."""
        step = self.row.step
        return step.concern or step.about or f"person:{step.person}"

    def tried(self, person: PersonId) -> dict[str, Delivery]:
        """What each channel said of the person so far."""
        return {one.channel: one for one in self.tries if one.person == person}

    def again(self, person: PersonId) -> bool:
        """Whether this card may be with the person already."""
        before = any(one.state == "unsure" or one.repeat for one in self.tries if one.person == person)
        alarm = self.row.step.draw == "alert" and self.row.step.round <= 1 and self.row.step.step == 0
        return self.row.interrupted or before or (alarm and person in self.directly)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What was read of a batch of rows at an instant."""

    at: datetime
    wanted: Mapping[OutboxId, Wanted]
    heads: dict[str, Head]


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """Looks at rows."""

    store: Store
    places: Places
    clock: Clock
    living: Living
    pictures: Pictures

    def look(self, rows: Sequence[OutboxRow]) -> Look:
        """Read all that telling these rows needs.

        Raises:
            NotFound: a row's concern or school is not there.
        """
        now = self.clock()
        with self.store.read() as unit:
            ids = [row.step.concern for row in rows if row.step.concern is not None]
            concerns = unit.concerns.some(ids)
            tries = unit.outbox.tries([row.id for row in rows])
            told = {row.id: self._people(unit, row, concerns, now) for row in rows}
            people = list(dict.fromkeys(one.id for found in told.values() for one in found))
            known = unit.identities.of_many(people)
            quiet = unit.people.quiet_now(now)
            directly = unit.audit.by(ids, "sent_directly")
            wanted = {
                row.id: Wanted(
                    row=row,
                    concern=None if row.step.concern is None else concerns[row.step.concern],
                    place=None if row.step.concern is None else self.places.of(unit, concerns[row.step.concern].school),
                    people=_left(told[row.id], tries.get(row.id, ())),
                    tries=tries.get(row.id, ()),
                    known=known,
                    quiet=quiet,
                    standing=self._standing(unit, row.step, told[row.id]),
                    numbers=() if row.step.concern else errand_numbers(unit, self.places, row.step, now),
                    directly=directly.get(row.step.concern or "", frozenset()),
                    card=self._card(unit, row.step, concerns, now) if told[row.id] else None,
                )
                for row in rows
            }
            heads = unit.audit.heads(list({one.chain for one in wanted.values()}))
        return Look(at=now, wanted=wanted, heads=dict(heads))

    def _people(
        self, unit: UnitOfWork, row: OutboxRow, concerns: Mapping[ConcernId, Concern], now: datetime
    ) -> tuple[Person, ...]:
        step = row.step
        if step.draw == LIVING and step.concern is not None and overtaken(row, unit.outbox.of_concern(step.concern)):
            return ()
        if step.concern is not None:
            return recipients(unit, self.places, step, concerns[step.concern], now)
        return errand_people(unit, self.places, step, now)

    def _standing(
        self, unit: UnitOfWork, step: PlannedStep, people: Iterable[Person]
    ) -> Mapping[PersonId, tuple[tuple[str, str], ...]]:
        if step.concern is None or step.draw not in REVISING:
            return {}
        living = step.draw == LIVING
        return {one.id: unit.outbox.receipts(step.concern, one.id, living=living) for one in people}

    def _card(
        self, unit: UnitOfWork, step: PlannedStep, concerns: Mapping[ConcernId, Concern], now: datetime
    ) -> Screen | None:
        if step.draw in (REPORT, UNGIVEN):
            drawn = report_card if step.draw == REPORT else ungiven_card
            return drawn(step, self.places.words)
        if step.draw == LEARNING and step.about is not None:
            return learning_screen(unit, step.about, self.places.words)
        if step.draw == DIGEST and step.about is not None:
            return digest_screen(unit, self.places, step.about, now, partial(self.pictures.block, unit))
        if step.concern is None or step.draw != LIVING:
            return None
        concern = concerns[step.concern]
        return self.living.card(unit, concern, self.places.of(unit, concern.school), now)


def _left(people: Iterable[Person], tries: Iterable[Delivery]) -> tuple[Person, ...]:
    """Whom the row has not reached yet."""
    done = {one.person for one in tries if one.state == "sent"}
    return tuple(one for one in people if one.id not in done)
