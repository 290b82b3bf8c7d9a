"""The restricted register: concerns about adults of the head's own school, and who was named in more than one.

For the head alone, and only what the head may open; read at the press, never counted, kept or told anywhere else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.access import may_open, may_see_register, require
from bot.corners import Corners, HomePress, Seated, Shown
from bot.involved import names_in, said_in
from bot.standing import standing
from dialogs.engine import from_json, trail_of
from dialogs.screens import Action, Block, Line, Listing, Notice, Screen
from storage.shapes import Concern, ConcernId, Note, Person
from storage.unit import UnitOfWork

MOST = 300
"""Of the newest concerns about adults."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A concern about an adult as the register lists it. `names` is empty where nobody was named."""

    concern: Concern
    who: str
    called: str

    @property
    def names(self) -> frozenset[str]:
        """The name in plain letters, without titles."""
        return names_in(self.called)


@dataclass(kw_only=True, slots=True)
class Patterns:
    """The button, the privacy step, and the register."""

    corners: Corners

    def presses(self) -> Mapping[str, HomePress]:
        """What may be pressed here."""
        return {
            "register": lambda person, raw: self._privacy(person),  # noqa: ARG005
            "send_register": lambda person, raw: self._register(person),  # noqa: ARG005
        }

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:  # noqa: ARG002 - as any corner
        """The button."""
        if not may_see_register(who):
            return (), ()
        return (), (Action(id="register", label=self.corners.words("own.register.press")),)

    def _privacy(self, person: str) -> Screen:
        corners = self.corners
        with corners.store.read() as unit:
            seated = corners.seated(unit, person)
            require(may_see_register(seated.person))
        return corners.form("register", (), seated)

    def _register(self, person: str) -> Screen:
        corners = self.corners
        with corners.store.read() as unit:
            school = corners.seated(unit, person).person.school
            found = () if school is None else unit.concerns.about_adults(school, MOST)
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            require(may_see_register(seated.person))
            told = tuple(self._told(unit, seated, found))
            corners.log(unit, seated, "register_read", {"count": len(told)})
            unit.commit()
        return self._screen(told, seated)

    def _told(self, unit: UnitOfWork, seated: Seated, found: Iterable[ConcernId]) -> Iterator[Told]:
        """What the head may open, each with a line in its log."""
        for one in found:
            concern, notes = unit.concerns.read(one)
            if self._opens(unit, seated, concern) and (record := _last_record(notes)) is not None:
                unit.audit.add(one, "read", seated.person.id, seated.person.role, seated.now, {"part": "register"})
                trail = trail_of([from_json(answered) for answered in record.content["answers"]])
                who, called = said_in(trail, "adult_who", "who"), said_in(trail, "adult_who", "name")
                own = unit.people.person(concern.reporter).name if who == "myself" and not called else called
                yield Told(concern=concern, who=who, called=own)

    def _opens(self, unit: UnitOfWork, seated: Seated, concern: Concern) -> bool:
        known = standing(unit, seated.person, concern, seated.now, self.corners.places)
        return bool(may_open(seated.person, concern, unit.people.school(concern.school), seated.now, known))

    def _screen(self, told: tuple[Told, ...], seated: Seated) -> Screen:
        words = self.corners.words
        home = Action(id="home", label=words("cards.home"), to="home")
        return Screen(
            id="register_shown",
            title=words("own.register.title"),
            blocks=tuple(self._blocks(told, seated)),
            actions=(home,),
            numbers=self.corners.numbers(seated),
            foot=words("foot"),
        )

    def _blocks(self, told: tuple[Told, ...], seated: Seated) -> Iterator[Block]:
        words, found = self.corners.words, grouped(told)
        repeated = [group for group in found if group[0].names and len(group) > 1]
        if not told:
            yield Notice(kind="info", title=words("own.register.none"))
            return
        kind = "more_than_once" if repeated else "no_pattern"
        yield Notice(kind="info", title=words(f"own.register.{kind}"), lines=words.lines("own.register.lines"))
        for group in sorted(found, key=lambda group: group not in repeated):
            yield self._group(group, seated)

    def _group(self, group: tuple[Told, ...], seated: Seated) -> Listing:
        # The fullest of the names that were given, the newest of those.
        words, first = self.corners.words, max(group, key=lambda one: len(one.names))
        nobody = words.maybe(f"concern.adult_who.who.options.{first.who}") or words("own.register.not_named")
        title = words("own.register.group", name=first.called or nobody, count=str(len(group)))
        return Listing(title=title, items=tuple(Line(text=self._line(one.concern, seated)) for one in group))

    def _line(self, concern: Concern, seated: Seated) -> str:
        when = self.corners.text(concern.sent_at or concern.created_at, seated)
        state = self.corners.words(f"cards.states.{concern.life.state}")
        return self.corners.words("home.sent_line", reference=concern.reference, when=when, state=state)


def grouped(told: Iterable[Told]) -> tuple[tuple[Told, ...], ...]:
    """Those that may mean one adult together, in the order in which they came.

    *Mr Quux* may be *Sam Quux*: one name holds the other. Two who share a first name alone stay apart. Without a name,
    those of one kind (a lead, the social worker, nobody said) stand together and are no pattern.
    """
    groups: list[list[Told]] = []
    for one in told:
        near = next((group for group in groups if any(_alike(one, other) for other in group)), None)
        if near is None:
            groups.append([one])
        else:
            near.append(one)
    return tuple(map(tuple, groups))


def _alike(one: Told, other: Told) -> bool:
    if not one.names or not other.names:
        return not one.names and not other.names and one.who == other.who
    return one.names <= other.names or other.names <= one.names


def _last_record(notes: tuple[Note, ...]) -> Note | None:
    """None where the content was erased."""
    return next((note for note in reversed(notes) if note.kind == "record"), None)
