"""What people press on their own page, and the short screens it leads to. Shared by cover, lessons and the team."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from bot.places import Place, Places
from bot.roll import Roll, roll_of
from bot.seams import Clock
from dialogs.screens import Action, Block, Field, Notice, Number, Paragraph, Screen
from dialogs.words import Words
from storage.audit import About
from storage.shapes import Person, PersonId
from storage.unit import Store, UnitOfWork

HomePress: TypeAlias = Callable[[str, Mapping[str, object]], Screen]
"""A press on somebody's own page: by whom, with what raw answers; what is shown after it."""
Shown: TypeAlias = tuple[Sequence[Block], Sequence[Action]]


class Corner(Protocol):
    """A part of somebody's own page."""

    def presses(self) -> Mapping[str, HomePress]:
        """What may be pressed there, by its id."""

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """What stands there for somebody: blocks and buttons."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seated:
    """Somebody in front of their own page, at an instant, with their authority's roll as this unit sees it."""

    person: Person
    roll: Roll
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Corners:
    """What every corner needs."""

    store: Store
    places: Places
    words: Words
    clock: Clock

    def seated(self, unit: UnitOfWork, person: str) -> Seated:
        """Somebody who is in the directory now.

        Raises:
            NotFound: nobody there has this id.
        """
        who = unit.people.today(PersonId(person))
        # Read anew: a unit that may still be rolled back must not leave its picture with the process.
        return Seated(person=who, roll=roll_of(unit.people, who.authority), now=self.clock())

    def place(self, seated: Seated) -> Place:
        """A place of the person's: their school, or one of their authority's."""
        school, schools = seated.person.school, seated.roll.schools
        found = None if school is None else schools.get(school)
        return self.places.at(found or next(iter(schools.values())))

    def numbers(self, seated: Seated) -> tuple[Number, ...]:
        """Whom to ring now."""
        return self.place(seated).numbers_at(seated.now)

    def text(self, instant: datetime, seated: Seated) -> str:
        """An instant as people read it."""
        return self.place(seated).local_text(instant, seated.now)

    def log(self, unit: UnitOfWork, seated: Seated, kind: str, about: About) -> None:
        """Write down what the person did; it belongs to no concern."""
        unit.audit.add(None, kind, seated.person.id, seated.person.role, seated.now, about)

    def form(self, name: str, fields: tuple[Field, ...], seated: Seated) -> Screen:
        """A screen that asks before a press is done; its words stand under `own.<name>`."""
        return Screen(
            id=name,
            title=self.words(f"own.{name}.title"),
            blocks=(Paragraph(text=self.words(f"own.{name}.text")),),
            fields=fields,
            actions=(Action(id=f"send_{name}", label=self.words(f"own.{name}.send"), style="primary"),),
            numbers=self.numbers(seated),
            foot=self.words("foot"),
        )

    def said(self, kind: Literal["info", "done"], title: str, lines: tuple[str, ...], seated: Seated) -> Screen:
        """A short answer to a press."""
        return Screen(
            id="said",
            title=title,
            blocks=(Notice(kind=kind, title=title, lines=lines),),
            actions=(Action(id="home", label=self.words("cards.home"), to="home"),),
            numbers=self.numbers(seated),
            foot=self.words("foot"),
        )
