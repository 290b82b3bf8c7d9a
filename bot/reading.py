"""The rules, words and directories, for commands that keep nothing: no database comes with it.

Builds concrete things as wiring does, for `swis facts`, `triage`, `walk` and `thresholds`.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.directory import Directory, load_directory, rows
from bot.judge import Rulebook
from bot.places import Land, Place, Places, bare_land, land_of
from bot.roll import HasRegister
from bot.working_time import local_day
from dialogs.words import Words
from storage.shapes import Absence, Person, PersonId, School, SchoolId, Shift
from thresholds.catalogue import Catalogue
from thresholds.load import load_catalogue

_CHECKOUT = Path(__file__).resolve().parent.parent
EXAMPLES = (_CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else Path(sys.prefix, "share", "swis")) / "examples"
"""In a checkout beside the rooms; installed from a wheel, among the environment's shared files."""


class UnknownSchool(LookupError):  # noqa: N818 - reads as what it says
    """The directory has no such school. Says which there are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """Who walks, and where."""

    person: Person
    place: Place
    unit: HasRegister


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """The people of a directory, looked up without a database."""

    by_school: Mapping[str, School]
    persons: Mapping[str, Person]
    absences: tuple[Absence, ...] = ()
    rota: tuple[Shift, ...] = ()

    def version(self) -> int:
        """Always the same: nothing changes here."""
        return 0

    def person(self, person: PersonId) -> Person:
        """By id."""
        return self.persons[person]

    def school(self, school: SchoolId) -> School:
        """By id."""
        return self.by_school[school]

    def schools(self, authority: str) -> tuple[School, ...]:
        """The authority's schools."""
        return tuple(one for one in self.by_school.values() if one.authority == authority)

    def all(self, authority: str) -> tuple[Person, ...]:
        """Everybody."""
        return tuple(one for one in self.persons.values() if one.authority == authority)

    def absences_of_all(self, authority: str) -> tuple[Absence, ...]:  # noqa: ARG002 - one directory, one authority
        """Who is away when."""
        return self.absences

    def shifts(self, authority: str) -> tuple[Shift, ...]:
        """The authority's rota."""
        return tuple(one for one in self.rota if one.authority == authority)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowsUnit:
    """A unit of work that only knows people."""

    people: Rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The rules and words, for commands that keep nothing."""

    judge: Rulebook
    words: Words
    lands: dict[str, Land] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        """All documents."""
        return self.judge.catalogue

    def places(self) -> Places:
        """The lands that were opened so far."""
        return Places(lands=self.lands, judge=self.judge, words=self.words)

    def _bare(self, authority: str, on: datetime) -> Land:
        """An authority without a directory: what its document says, of that day or the last there is."""
        document = self.judge.document(authority, local_day(on))
        return bare_land(document or self.catalogue.editions[authority][-1].document, self.words)

    def seat(self, authority: str, path: Path | None, school: str | None, on: datetime) -> Seat:
        """A teacher at a school of the directory: the first intervention school unless one is named.

        Raises:
            DirectoryError: the directory can't be used.
            UnknownSchool: it has no such school.
        """
        file = path or example_of(authority)
        directory = None if file is None else load_directory(file)
        land = self._bare(authority, on) if directory is None else land_of(directory, self.words)
        self.lands[land.authority] = land
        found = _bare_rows(land) if directory is None else _rows_of(directory)
        chosen = _chosen_school(found, school)
        teachers = [one for one in found.persons.values() if one.school == chosen.id and one.role == "reporter"]
        person = teachers[0] if teachers else _somebody(land.authority, chosen)
        place = Place(land=land, school=chosen, words=self.words)
        return Seat(person=person, place=place, unit=RowsUnit(people=found))


def reading(folder: Path | None = None, *, show_unsigned: bool = True) -> Reading:
    """The packaged documents, or those of a folder.

    Raises:
        ProblemsError: a document or the vocabulary can't be used, with every problem.
    """
    catalogue = load_catalogue() if folder is None else load_catalogue(folder)
    judge = Rulebook(catalogue=catalogue, vocabulary=catalogue.vocabulary, show_unsigned=show_unsigned)
    return Reading(judge=judge, words=Words.load())


def example_of(authority: str) -> Path | None:
    """The example directory of an authority, if there is one."""
    path = EXAMPLES / f"{authority}.yaml"
    return path if path.is_file() else None


def _rows_of(directory: Directory) -> Rows:
    schools, people, absences, rota = rows(directory)
    by_school: dict[str, School] = {one.id: one for one in schools}
    return Rows(by_school=by_school, persons={one.id: one for one in people}, absences=absences, rota=rota)


_BARE_ROLES = (
    "designated_safeguarding_lead", "deputy_safeguarding_lead", "head", "chair",
    "social_worker", "duty_social_worker", "team_manager",
)  # fmt: skip
_OF_SCHOOL = frozenset(_BARE_ROLES[:4])


def _bare_rows(land: Land) -> Rows:
    """One school and one nameless holder of each role."""
    school = School(
        id=SchoolId("school"), authority=land.authority, name=land.name, phase="secondary", arm="intervention",
        served_by=None, agreement_signed=True, sw_may_open="all",
    )  # fmt: skip
    people = [_holder(land.authority, school, role) for role in _BARE_ROLES]
    return Rows(by_school={school.id: school}, persons={one.id: one for one in people})


def _holder(authority: str, school: School, role: str) -> Person:
    at = school.id if role in _OF_SCHOOL else None
    words = Words.load()
    return Person(
        id=PersonId(role), authority=authority, name=words(f"roles.{role}"), email=f"{role}@example.invalid",
        role=role, school=at, serves=() if at else (school.id,),  # type: ignore[arg-type]
    )  # fmt: skip


def _somebody(authority: str, school: School) -> Person:
    return Person(
        id=PersonId("reporter"), authority=authority, name="", email="reporter@example.invalid", role="reporter",
        school=school.id,
    )  # fmt: skip


def _chosen_school(found: Rows, wanted: str | None) -> School:
    if wanted is not None:
        if wanted not in found.by_school:
            raise UnknownSchool(f"--school: {wanted!r} is not in the directory; there are {', '.join(found.by_school)}")
        return found.by_school[wanted]
    schools = list(found.by_school.values())
    return next((one for one in schools if one.arm == "intervention"), schools[0])
