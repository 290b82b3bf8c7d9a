"""Where a concern lives: a school with its authority's calendars, clocks, numbers and people.

Built once per directory; people are looked up in the authority's roll (storage's, or the directory's own rows).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import get_args

from bot.access import belongs
from bot.directory import (
    ContactId,
    Directory,
    NeighbourEntry,
    calendars,
    clocks,
    designated_teachers,
    reporting,
)
from bot.judge import Judge
from bot.plan import Danger, PlanInput
from bot.roles import LEADS, QUALIFIED
from bot.roll import HasRegister, Roll, Rolls
from bot.teams import Reporting
from bot.triage import Bench, Council
from bot.working_time import LONDON, Calendars, Clocks, at, local_day, outside, plain
from dialogs.screens import Choice, Number
from dialogs.setting import Setting
from dialogs.words import Words
from storage.shapes import Concern, Person, PersonId, Role, School, SchoolId
from thresholds.document import Document
from thresholds.result import Outcome, Urgency

DANGERS: Mapping[str, Danger] = {one: one for one in get_args(Danger)}
ORDINARY = ("designated_safeguarding_lead", "deputy_safeguarding_lead", "social_worker")
ON_LADDERS = (*ORDINARY, "head", "senior_leader", "duty_social_worker")
MOST_SETTINGS = 5000
OUTCOMES: Mapping[str, Outcome] = {outcome.word: outcome for outcome in Outcome}


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """When somebody last rang a number, and the last day on which that counts."""

    on: date
    review_by: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Land:
    """An authority as it is set up: name, days, clocks, whom to ring, its neighbours."""

    authority: str
    name: str
    calendars: Calendars
    clocks: Clocks
    numbers: tuple[Number, ...]
    neighbours: tuple[Choice, ...] = ()
    neighbour_numbers: Mapping[str, Council] = field(default_factory=dict)
    lado: Number | None = None
    consultation: Number | None = None
    front_door: Number | None = None
    out_of_hours: Number | None = None
    adult_safeguarding: Number | None = None
    police: Number | None = None
    """101, which stands second while another number has not been checked for too long."""
    checked: Mapping[str, Checked] = field(default_factory=dict)
    """By telephone number; a number that is not in it counts always."""
    programme_ends: datetime | None = None
    """From then on no social worker of the programme is told or opens anything."""
    reporting: Reporting = field(default_factory=Reporting)
    designated_teachers: Mapping[SchoolId, str] = field(default_factory=dict)
    """Who looks after the schooling of children in care, by school: name, and telephone where there is one."""


def numbers_of(land: Land, words: Words, now: datetime) -> tuple[Number, ...]:
    """Whom to ring: 999, then the team to ring first at this instant, then the others.

    Of one that has not been checked for too long it says so, and 101 stands before them.
    """
    first, *others = land.numbers
    if len(others) > 1 and _outside(land, now):
        others = [others[1], others[0], *others[2:]]
    found = [_warned(land, words, one, now) for one in others]
    police = () if found == others or land.police is None else (land.police,)
    return (first, *police, *found)


def numbers_everywhere(lands: Iterable[Land], words: Words, now: datetime) -> tuple[Number, ...]:
    """Whom to ring where nobody knows which authority it is; what serves everywhere stands first, each number once."""
    found = [(one in (land.numbers[0], land.police), one) for land in lands for one in numbers_of(land, words, now)]
    return tuple(dict.fromkeys(one for _, one in sorted(found, key=lambda pair: not pair[0])))


def _outside(land: Land, now: datetime) -> bool:
    return outside(land.calendars, land.clocks, now)


def _warned(land: Land, words: Words, number: Number, now: datetime) -> Number:
    found = land.checked.get(number.phone)
    if found is None or found.review_by >= local_day(now):
        return number
    day = f"{found.on.day} {found.on:%B %Y}"
    return replace(number, label=words("numbers.lapsed", label=number.label, day=day))


def land_of(directory: Directory, words: Words) -> Land:
    """The land of a directory file."""
    return Land(
        authority=directory.authority,
        name=directory.name,
        calendars=calendars(directory),
        clocks=clocks(directory),
        numbers=(emergency(words), *_numbers(directory)),
        neighbours=tuple(Choice(id=one.id, label=one.name) for one in directory.neighbours),
        neighbour_numbers={one.id: _council(one, words) for one in directory.neighbours},
        lado=_number(directory, "lado"),
        programme_ends=at(directory.programme.ends + timedelta(days=1), time(0)),
        consultation=_number(directory, "consultation_line"),
        front_door=_number(directory, "front_door"),
        out_of_hours=_number(directory, "out_of_hours"),
        adult_safeguarding=_number(directory, "adult_safeguarding"),
        police=_number(directory, "police"),
        checked=_checked(directory),
        reporting=reporting(directory),
        designated_teachers=designated_teachers(directory),
    )


def bare_land(document: Document, words: Words) -> Land:
    """An authority without a directory: plain calendars, and the numbers that its document holds.

    101 stands in for a front door or an out-of-hours team whose number nobody found.
    """
    found = {
        one.id: Number(label=one.label, phone=one.phone, hours=one.hours) for one in document.contacts if one.phone
    }
    front_door, out_of_hours = found.get("front_door"), found.get("out_of_hours")
    others = (front_door, out_of_hours) if front_door and out_of_hours else (front_door, found.get("police"))
    return Land(
        authority=document.authority,
        name=document.name,
        calendars=plain(),
        clocks=Clocks(),
        numbers=(emergency(words), *(one for one in others if one is not None)),
        lado=found.get("lado"),
        consultation=found.get("consultation"),
        front_door=front_door,
        out_of_hours=out_of_hours,
    )


def emergency(words: Words) -> Number:
    """999, which stands first everywhere."""
    return Number(label=words("numbers.emergency"), phone="999")


def _numbers(directory: Directory) -> Iterable[Number]:
    found = (_number(directory, "front_door"), _number(directory, "out_of_hours"))
    return [one for one in found if one is not None]


def _checked(directory: Directory) -> Mapping[str, Checked]:
    """Of a number that stands twice the longer one holds."""
    entries = [(one.phone, Checked(on=one.checked_on, review_by=one.review_by)) for one in directory.contacts]
    for one in directory.neighbours:
        phones = [phone for phone in (one.phone, one.out_of_hours) if phone is not None]
        entries += [(phone, Checked(on=one.checked_on, review_by=one.review_by)) for phone in phones]
    return dict(sorted(entries, key=lambda pair: pair[1].review_by))


def _council(entry: NeighbourEntry, words: Words) -> Council:
    team = entry.out_of_hours
    return Council(
        front_door=Number(label=entry.name, phone=entry.phone),
        out_of_hours=None if team is None else Number(label=words("numbers.team_of", name=entry.name), phone=team),
    )


def _number(directory: Directory, contact: ContactId) -> Number | None:
    entry = directory.contact(contact)
    if entry is None:
        return None
    team = contact == "out_of_hours"
    return Number(label=entry.label, phone=entry.phone, hours=entry.hours, out_of_hours=team)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One school in its land."""

    land: Land
    school: School
    words: Words

    @property
    def authority(self) -> str:
        """The authority of the school."""
        return self.land.authority

    @property
    def designated_teacher(self) -> str | None:
        """The school's designated teacher for children in care, as the directory names them."""
        return self.land.designated_teachers.get(self.school.id)

    def outside(self, now: datetime) -> bool:
        """Whether the council's office is shut or about to shut, or no pupils are in today."""
        return _outside(self.land, now)

    def numbers_at(self, now: datetime) -> tuple[Number, ...]:
        """Whom to ring, the most urgent first."""
        return numbers_of(self.land, self.words, now)

    def warned(self, number: Number, now: datetime) -> Number:
        """The number; with the day of its last check where that is too long ago."""
        return _warned(self.land, self.words, number, now)

    def today(self, now: datetime) -> date:
        """The day in London."""
        return local_day(now)

    def local_text(self, instant: datetime, now: datetime) -> str:
        """An instant as people read it: the time alone if it is today, else with its day."""
        local = instant.astimezone(LONDON)
        clock = f"{local:%H:%M}"
        if local_day(instant) == local_day(now):
            return clock
        return f"{clock} on {local:%A} {local.day} {local:%B}"

    def bench(self, judge: Judge) -> Bench:
        """What a suggestion is worked out with here."""
        land = self.land
        return Bench(
            judge=judge, calendars=land.calendars, clocks=land.clocks, words=self.words, front_door=land.front_door,
            adults=land.adult_safeguarding, neighbours=land.neighbour_numbers,
        )  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Places:
    """All lands of this process.

    A setting is built once per person, day, number of the directory, and whether the out-of-hours team comes first.
    """

    lands: Mapping[str, Land]
    judge: Judge
    words: Words
    rolls: Rolls = field(default_factory=Rolls)
    _settings: dict[tuple[PersonId, SchoolId, date, bool, int], Setting] = field(default_factory=dict)

    def of(self, unit: HasRegister, school: SchoolId) -> Place:
        """The place of a school."""
        return self.at(unit.people.school(school))

    def at(self, school: School) -> Place:
        """The place of a school that was looked up already."""
        return Place(land=self.lands[school.authority], school=school, words=self.words)

    def ends(self, person: Person) -> datetime | None:
        """When the programme of the person's authority ends."""
        land = self.lands.get(person.authority)
        return None if land is None else land.programme_ends

    def over(self, authority: str, now: datetime) -> bool:
        """Whether the authority's programme has ended."""
        ends = self.lands[authority].programme_ends
        return ends is not None and now >= ends

    def setting(self, unit: HasRegister, place: Place, person: Person, now: datetime) -> Setting:
        """What the screens of this person's conversation are drawn with."""
        roll = self.rolls.of(unit, place.authority)
        key = (person.id, place.school.id, place.today(now), place.outside(now), roll.number)
        found = self._settings.get(key)
        if found is None:
            # Turns run side by side: another may clear meanwhile, so this one keeps what it built.
            if len(self._settings) >= MOST_SETTINGS:
                self._settings.clear()
            found = self._settings[key] = self._build(roll, place, person, now)
        return found

    def forget(self) -> None:
        """People changed: build every setting anew."""
        self._settings.clear()

    def _build(self, roll: Roll, place: Place, person: Person, now: datetime) -> Setting:
        people = serving(roll.present(place.school, now), place.school)
        worker = next(iter(roll.holding("social_worker", place.school, now)), None)
        return Setting(
            vocabulary=self.judge.vocabulary,
            words=self.words,
            authority=place.authority,
            authority_name=place.land.name,
            councils=self.councils(place, now),
            numbers=place.numbers_at(now),
            today=place.today(now),
            school_name=place.school.name,
            social_worker=None if worker is None or place.school.arm == "comparison" else worker.name,
            social_workers=() if place.school.arm == "comparison" else self._choices(_qualified(people), person),
            recipients=self._choices(_told_at_once(people, worker), person),
            may_hear=self._choices(_may_hear(serving(roll.here(place.school), place.school)), person),
            designated_officer=None if place.land.lado is None else place.warned(place.land.lado, now),
        )

    def _choices(self, people: Iterable[Person], but: Person) -> tuple[Choice, ...]:
        return tuple(Choice(id=one.id, label=self._named(one)) for one in people if one.id != but.id)

    def _named(self, person: Person) -> str:
        role = self.words(f"roles.{person.role}")
        return role if person.name in ("", role) else f"{role}: {person.name}"

    def councils(self, place: Place, now: datetime) -> tuple[Choice, ...]:
        """The school's own council first, then the neighbours, then the other installed ones."""
        own = Choice(id=place.authority, label=place.land.name)
        installed = [
            Choice(id=other, label=document.name)
            for other in self.judge.authorities()
            if other != place.authority and (document := self.judge.document(other, place.today(now))) is not None
        ]
        near = [one for one in place.land.neighbours if one.id != own.id]
        known = {one.id for one in near}
        return (own, *near, *(one for one in installed if one.id not in known))

    def plan_input(self, unit: HasRegister, concern: Concern, now: datetime) -> PlanInput:
        """What the plan of a concern depends on, people as they stand now."""
        place = self.of(unit, concern.school)
        roll = self.rolls.of(unit, place.authority)
        people = serving(roll.people, place.school)
        there = serving(roll.present(place.school, now), place.school)
        return PlanInput(
            concern=concern.id,
            reference=concern.reference,
            urgency=Urgency(concern.urgency),
            outcome=None if concern.outcome is None else OUTCOMES[concern.outcome],
            advice_now=concern.advice_now,
            kind=concern.kind,
            arm="comparison" if self.over(place.authority, now) else place.school.arm,
            has_social_worker=any(one.role == "social_worker" for one in there),
            calendars=place.land.calendars,
            now=now,
            danger=DANGERS.get(concern.branch or "") if concern.outcome == "emergency" else None,
            restricted=concern.restricted and concern.kind == "child",
            has_senior_leader=any(one.role == "senior_leader" for one in people),
            excluded=roles_left_out(people, frozenset(concern.excluded)) | _away(people, there, concern),
            clocks=place.land.clocks,
        )


def _away(people: Iterable[Person], there: Iterable[Person], concern: Concern) -> frozenset[Role]:
    """Roles that nobody can hold today: both leads' only if no lead is there, since one stands for the other."""
    present = {one.role for one in there if one.id not in concern.excluded}
    held = {one.role for one in people} - {"reporter", "social_worker"}
    leads = LEADS if not present & LEADS else frozenset[Role]()
    return frozenset((held - LEADS - present) | leads)


def _told_at_once(people: Iterable[Person], worker: Person | None) -> list[Person]:
    """The leads and deputies, then the social workers, or who covers."""
    found = [one for one in people if one.role in ORDINARY]
    if worker is not None and worker not in found:
        found.append(worker)
    return sorted(found, key=lambda one: ORDINARY.index(one.role) if one.role in ORDINARY else len(ORDINARY))


def _qualified(people: Iterable[Person]) -> list[Person]:
    """The social workers who are there, the school's own first, then those on duty."""
    return sorted((one for one in people if one.role in QUALIFIED), key=lambda one: one.role != "social_worker")


def _may_hear(people: Iterable[Person]) -> list[Person]:
    """Everybody on the ladders whom a concern may name: the away too, since they come back while it is open."""
    found = [one for one in people if one.role in ON_LADDERS]
    return sorted(found, key=lambda one: ON_LADDERS.index(one.role))


def serving(people: Iterable[Person], school: School) -> tuple[Person, ...]:
    """Who has to do with a school: its staff, and the council's people for it unless it is a comparison school."""
    here = (one for one in people if belongs(one, school))
    return tuple(one for one in here if one.school is not None or school.arm != "comparison")


def roles_left_out(people: Iterable[Person], excluded: frozenset[PersonId]) -> frozenset[Role]:
    """Roles of which everybody is left out."""
    roles: dict[Role, bool] = {}
    for person in people:
        roles[person.role] = roles.get(person.role, True) and person.id in excluded
    return frozenset(role for role, every in roles.items() if every)
