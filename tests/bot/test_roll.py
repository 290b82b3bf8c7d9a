"""Who is there: absences, the rota with its swaps, and a picture that is read again only when the directory changed."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.roll import Rolls, roll_of
from storage.shapes import Absence, Person, PersonId, Role, School, SchoolId, Shift

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OAK = School(
    id=SchoolId("oak"), authority="ealing", name="Oak (invented)", phase="secondary", arm="intervention",
    served_by=None, agreement_signed=True, sw_may_open="all",
)  # fmt: skip


def somebody(id: str, role: Role, school: SchoolId | None = None) -> Person:  # noqa: A002
    serves = (OAK.id,) if role == "social_worker" else ()
    return Person(
        id=PersonId(id), authority="ealing", name=f"{id} (invented)", email=f"{id}@example.invalid", role=role,
        school=school, serves=serves,
    )  # fmt: skip


ANA, BEN = somebody("ana", "duty_social_worker"), somebody("ben", "duty_social_worker")
WORKER, LEAD = somebody("worker", "social_worker"), somebody("lead", "designated_safeguarding_lead", OAK.id)


@dataclass
class Listed:
    """A register of four people at one school, which counts how often it is read."""

    away: tuple[Absence, ...] = ()
    rota: tuple[Shift, ...] = ()
    number: int = 1
    reads: list[str] = field(default_factory=list)

    @property
    def people(self) -> "Listed":
        """Itself, as a unit of work has it."""
        return self

    def version(self) -> int:
        return self.number

    def person(self, person: PersonId) -> Person:
        return next(one for one in (ANA, BEN, WORKER, LEAD) if one.id == person)

    def seat(self, person: PersonId) -> tuple[Person, School | None]:
        self.reads.append(person)
        return self.person(person), OAK

    def school(self, school: SchoolId) -> School:
        assert school == OAK.id
        return OAK

    def schools(self, authority: str) -> tuple[School, ...]:  # noqa: ARG002
        return (OAK,)

    def all(self, authority: str) -> tuple[Person, ...]:
        self.reads.append(authority)
        return (ANA, BEN, WORKER, LEAD)

    def absences_of_all(self, authority: str) -> tuple[Absence, ...]:  # noqa: ARG002
        return self.away

    def shifts(self, authority: str) -> tuple[Shift, ...]:  # noqa: ARG002
        return self.rota


def absent(person: Person, start: datetime = NOON, end: datetime | None = None) -> Absence:
    return Absence(person=person.id, start=start, end=end, reason="sickness")


def shift(person: Person, *, start: datetime = NOON - DAY, end: datetime = NOON + DAY, swapped: bool = False) -> Shift:
    return Shift(
        authority="ealing", person=person.id, start=start, end=end, source="person" if swapped else "directory"
    )


def on_duty(listed: Listed, at: datetime = NOON) -> list[str]:
    return sorted(roll_of(listed, "ealing").on_duty(at))


def test_without_a_rota_every_duty_worker_is_on_duty() -> None:
    assert on_duty(Listed()) == ["ana", "ben"]


def test_the_rota_says_who_is_on_duty_from_its_start_until_before_its_end() -> None:
    listed = Listed(rota=(shift(ANA, end=NOON), shift(BEN, start=NOON)))
    assert on_duty(listed, NOON - timedelta(microseconds=1)) == ["ana"]
    assert on_duty(listed, NOON) == ["ben"]


def test_a_swap_stands_above_the_rota_for_its_time() -> None:
    listed = Listed(rota=(shift(ANA), shift(BEN, end=NOON + timedelta(hours=1), swapped=True)))
    assert on_duty(listed) == ["ben"]
    assert on_duty(listed, NOON + timedelta(hours=1)) == ["ana"]


def test_whoever_is_named_and_away_gives_way_to_the_others() -> None:
    assert on_duty(Listed(rota=(shift(ANA),), away=(absent(ANA),))) == ["ben"]


def test_a_time_that_the_rota_does_not_name_is_everybodys() -> None:
    assert on_duty(Listed(rota=(shift(ANA, end=NOON),))) == ["ana", "ben"]


def test_with_every_duty_worker_away_nobody_is_on_duty() -> None:
    assert on_duty(Listed(away=(absent(ANA), absent(BEN)))) == []


def test_a_present_social_worker_holds_the_role_and_an_absent_one_is_covered_by_duty() -> None:
    listed = Listed(rota=(shift(ANA),))
    assert roll_of(listed, "ealing").holding("social_worker", OAK, NOON) == (WORKER,)
    listed.away = (absent(WORKER),)
    assert roll_of(listed, "ealing").holding("social_worker", OAK, NOON) == (ANA,)
    assert roll_of(listed, "ealing").holding("social_worker", OAK, NOON - DAY / 2) == (WORKER,)


def test_an_absence_ends_before_its_end() -> None:
    roll = roll_of(Listed(away=(absent(LEAD, end=NOON + DAY),)), "ealing")
    assert [roll.absent(LEAD.id, NOON + at) for at in (-DAY, DAY - DAY, DAY)] == [False, True, False]


def test_the_picture_is_kept_until_the_directorys_number_moves() -> None:
    listed, rolls = Listed(), Rolls()
    assert rolls.of(listed, "ealing") is rolls.of(listed, "ealing")
    assert listed.reads == ["ealing"]
    listed.number, listed.away = 2, (absent(WORKER),)
    assert rolls.of(listed, "ealing").absent(WORKER.id, NOON)
    assert rolls.known()[0].number == 2


def test_where_somebody_works_is_asked_only_while_no_roll_that_stands_says_it() -> None:
    listed, rolls = Listed(), Rolls()
    assert rolls.seat(listed, LEAD.id) == (LEAD, OAK)
    assert listed.reads == ["lead"]
    rolls.of(listed, "ealing")
    assert [rolls.seat(listed, one.id) for one in (LEAD, WORKER)] == [(LEAD, OAK), (WORKER, None)]
    assert listed.reads == ["lead", "ealing"]
    listed.number = 2
    rolls.seat(listed, LEAD.id)
    assert listed.reads == ["lead", "ealing", "lead"]


def test_who_works_at_a_school_that_has_left_the_directory_is_asked_for() -> None:
    roll = roll_of(Listed(), "ealing")
    assert roll.seat(LEAD.id) == (LEAD, OAK)
    assert replace(roll, schools={}).seat(LEAD.id) is None
