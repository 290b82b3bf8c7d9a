"""Somebody in front of a concern at an instant: what the gate needs, the log, short answers and forms.

Shared by everything that responders press; decides and draws nothing of a concern itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.access import Standing
from bot.places import Place, Places
from bot.seams import Clock
from bot.standing import standing
from dialogs.screens import Action, Block, Field, Notice, Number, Screen
from dialogs.words import Words
from storage.shapes import Concern, ConcernId, Person, PersonId, School
from storage.unit import Store, UnitOfWork


def named(person: Person, words: Words) -> str:
    """Somebody by role, in full words, and name."""
    return words("press.named", role=words(f"roles.{person.role}"), name=person.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Somebody in front of a concern, at an instant."""

    person: Person
    concern: Concern
    place: Place
    now: datetime

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Whom to ring now."""
        return self.place.numbers_at(self.now)

    @property
    def at(self) -> tuple[Person, Concern, School, datetime]:
        """The gate's arguments."""
        return self.person, self.concern, self.place.school, self.now

    def text(self, instant: datetime) -> str:
        """An instant as this reader reads it."""
        return self.place.local_text(instant, self.now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Readers:
    """Puts people in front of concerns."""

    store: Store
    places: Places
    words: Words
    clock: Clock

    def of(self, unit: UnitOfWork, person: str, concern: str) -> Reader:
        """Somebody in front of a concern now.

        Raises:
            NotFound: one of both is not there.
        """
        found = unit.concerns.get(ConcernId(concern))
        return Reader(
            person=unit.people.today(PersonId(person)),
            concern=found,
            place=self.places.of(unit, found.school),
            now=self.clock(),
        )

    def standing(self, unit: UnitOfWork, reader: Reader) -> Standing:
        """What the gate needs to know of the reader and the concern."""
        return self.known(unit, reader.concern, reader)

    def known(self, unit: UnitOfWork, concern: Concern, reader: Reader) -> Standing:
        """What the gate needs to know of the reader and another concern."""
        return standing(unit, reader.person, concern, reader.now, self.places)

    def log(
        self, unit: UnitOfWork, reader: Reader, kind: str, about: dict[str, str | int | None] | None = None
    ) -> None:
        """Write to the concern's log what the reader did."""
        unit.audit.add(reader.concern.id, kind, reader.person.id, reader.person.role, reader.now, about or {})

    def said(self, kind: Literal["info", "done"], title: str, lines: tuple[str, ...], reader: Reader) -> Screen:
        """A short answer to a press. `title` is a key, `lines` are sentences."""
        return Screen(
            id="said",
            title=self.words(title),
            blocks=(Notice(kind=kind, title=self.words(title), lines=lines),),
            actions=(
                Action(id="read", label=self.words("press.back"), style="primary"),
                Action(id="home", label=self.words("cards.home"), to="home"),
            ),
            numbers=reader.numbers,
            foot=self.words("foot"),
        )

    def form(
        self, name: str, blocks: tuple[Block, ...], fields: tuple[Field, ...], send: Action, reader: Reader
    ) -> Screen:
        """A screen that asks before a press is done; its title stands under `press.<name>_title`."""
        return Screen(
            id=name,
            title=self.words(f"press.{name}_title"),
            blocks=blocks,
            fields=fields,
            actions=(send, Action(id="read", label=self.words("press.back"))),
            numbers=reader.numbers,
            foot=self.words("foot"),
        )
