"""The directory: loading again changes nothing, people gone become inactive, roles find who is responsible."""

from dataclasses import replace

import pytest

from storage.errors import AlreadyThere, NotFound
from storage.shapes import Person, PersonId, School
from storage.unit import Store
from tests.storage.rows import ANA, ASH, BEN, CAT, ELM, NOON, OAK, a_person, a_school, after, an_absence

DAN, EVE, FAY, GUS = (PersonId(name) for name in ("dan", "eve", "fay", "gus"))
SCHOOLS = (
    a_school(OAK),
    a_school(ELM),
    a_school(ASH, arm="feeder", phase="primary", served_by=OAK, urn="999001", agreement_signed=False),
)
PEOPLE = (
    a_person(ANA, school=OAK, teacher=True),
    a_person(BEN, "designated_safeguarding_lead", school=OAK, phone="01632 960001"),
    a_person(CAT, "designated_safeguarding_lead", school=ELM),
    a_person(DAN, "social_worker", serves=(OAK,), team="north"),
    a_person(EVE, "social_worker", serves=(ELM, ASH), team="north"),
    a_person(FAY, "duty_social_worker", team="north"),
    a_person(GUS, "team_manager", serves=(OAK, ELM), team="north"),
)


def _load(store: Store, schools: tuple[School, ...] = SCHOOLS, people: tuple[Person, ...] = PEOPLE) -> None:
    with store.write() as unit:
        unit.people.replace("ealing", schools, people, [an_absence(BEN, end=after(days=1))])
        unit.commit()


def test_a_directory_comes_back_as_it_was_loaded_however_often(store: Store) -> None:
    _load(store)
    _load(store)
    with store.read() as unit:
        assert set(unit.people.schools("ealing")) == set(SCHOOLS)
        assert unit.people.all("ealing") == PEOPLE
        assert unit.people.person(EVE) == PEOPLE[4]
        assert unit.people.school(ASH) == SCHOOLS[2]
        assert unit.people.absences(BEN) == (an_absence(BEN, end=after(days=1)),)


def test_a_person_and_their_school_come_together(store: Store) -> None:
    _load(store)
    with store.read() as unit:
        assert unit.people.seat(ANA) == (PEOPLE[0], SCHOOLS[0])
        assert unit.people.seat(EVE) == (PEOPLE[4], None)
        assert unit.people.seat(FAY) == (PEOPLE[5], None)
        with pytest.raises(NotFound):
            unit.people.seat(PersonId("nobody"))


def test_who_leaves_the_directory_becomes_inactive_and_keeps_the_name(store: Store) -> None:
    _load(store)
    _load(store, SCHOOLS[:2], PEOPLE[1:3])
    with store.read() as unit:
        assert {school.id for school in unit.people.schools("ealing")} == {OAK, ELM}
        assert [person.id for person in unit.people.all("ealing")] == [BEN, CAT]
        assert unit.people.person(ANA).name == "Ana (invented)"
        assert unit.people.school(ASH).urn == "999001"
        with pytest.raises(NotFound):
            unit.people.by_email("ana@example.invalid")


def test_another_authority_is_left_alone(store: Store) -> None:
    _load(store)
    with store.write() as unit:
        unit.people.replace("trafford", [], [], [])
        unit.commit()
    with store.read() as unit:
        assert len(unit.people.all("ealing")) == len(PEOPLE)


def test_an_address_is_found_whatever_its_capitals(store: Store) -> None:
    _load(store)
    with store.read() as unit:
        assert unit.people.by_email(" Ben@Example.invalid").id == BEN


def test_an_absence_counts_from_its_start_until_before_its_end(store: Store) -> None:
    _load(store)
    with store.read() as unit:
        assert not unit.people.absent(BEN, after(seconds=-1))
        assert unit.people.absent(BEN, NOON)
        assert not unit.people.absent(BEN, after(days=1))
        assert not unit.people.absent(CAT, NOON)


def test_an_absence_somebody_said_survives_loading_and_ends_when_they_are_back(store: Store) -> None:
    _load(store)
    with store.write() as unit:
        unit.people.absence(an_absence(CAT, end=after(days=9)))
        unit.people.absence(an_absence(CAT))
        unit.commit()
    _load(store)
    with store.write() as unit:
        assert unit.people.absent(CAT, after(days=30))
        assert unit.people.back(CAT, after(days=2))
        assert not unit.people.back(CAT, after(days=2))
        assert unit.people.absences(CAT) == (an_absence(CAT, end=after(days=2)),)


def test_who_came_back_from_an_absence_of_the_file_stays_back_until_the_file_has_another(store: Store) -> None:
    _load(store)
    with store.write() as unit:
        assert unit.people.back(BEN, after(hours=2))
        unit.commit()
    _load(store)
    with store.read() as unit:
        assert not unit.people.absent(BEN, after(hours=2))
        assert unit.people.absences(BEN) == (an_absence(BEN, end=after(hours=2)),)
    with store.write() as unit:
        again = replace(an_absence(BEN, end=after(days=3)), start=after(hours=4))
        unit.people.replace("ealing", SCHOOLS, PEOPLE, [again])
        unit.commit()
    with store.read() as unit:
        assert unit.people.absent(BEN, after(days=2))


def test_staff_who_are_in_no_file_are_kept_through_loading(store: Store) -> None:
    _load(store)
    supply = a_person(PersonId("supply"), school=ELM)
    with store.write() as unit:
        unit.people.add(supply)
        unit.people.add(supply)
        unit.commit()
    _load(store)
    with store.read() as unit:
        assert unit.people.by_email("supply@example.invalid") == supply


def test_a_person_of_the_file_is_not_replaced_by_hand(store: Store) -> None:
    _load(store)
    with pytest.raises(AlreadyThere), store.write() as unit:
        unit.people.add(a_person(BEN, "head", school=OAK))


def test_a_person_at_an_unknown_school_is_refused_and_nothing_is_loaded(store: Store) -> None:
    with pytest.raises(NotFound):
        _load(store, (), PEOPLE)
    with store.read() as unit:
        assert unit.people.all("ealing") == ()


def test_the_unknown_are_not_found(store: Store) -> None:
    with store.read() as unit:
        with pytest.raises(NotFound):
            unit.people.person(ANA)
        with pytest.raises(NotFound):
            unit.people.school(OAK)
        with pytest.raises(NotFound):
            unit.people.by_email("nobody@example.invalid")


def test_a_setting_is_the_last_value_put_or_none(store: Store) -> None:
    with store.write() as unit:
        assert unit.settings.get("offset") is None
        unit.settings.put("offset", "60")
        unit.settings.put("offset", "120")
        unit.commit()
    with store.read() as unit:
        assert unit.settings.get("offset") == "120"
