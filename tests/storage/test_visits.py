"""Drop-ins and the log of work: one slot has one owner, what was cancelled or taken back counts no more."""

from typing import Any

import pytest

from storage.errors import NotFound
from storage.shapes import Booking, DropIn, DropInId, PersonId, SchoolId, Work, WorkId, WorkSum
from storage.unit import Store
from tests.storage.rows import ANA, BEN, CAT, ELM, NOON, OAK, a_person, a_school, after

D1 = DropInId("d1")


def a_drop_in(id: str = "d1", **changes: Any) -> DropIn:  # noqa: A002
    ordinary: dict[str, Any] = {
        "id": DropInId(id), "person": ANA, "school": OAK, "starts_at": after(hours=1), "ends_at": after(hours=2),
        "minutes": 20, "room": "Room 4",
    }  # fmt: skip
    return DropIn(**{**ordinary, **changes})


def some_work(id: str = "w1", **changes: Any) -> Work:  # noqa: A002
    ordinary: dict[str, Any] = {
        "id": WorkId(id), "person": ANA, "school": OAK, "kind": "consultation", "minutes": 30,
        "at": NOON, "logged_at": NOON,
    }  # fmt: skip
    return Work(**{**ordinary, **changes})


@pytest.fixture
def there(store: Store) -> Store:
    """A store with two schools and three people."""
    with store.write() as unit:
        people = [a_person(one) for one in (ANA, BEN, CAT)]
        unit.people.replace("ealing", [a_school(OAK), a_school(ELM)], people, [])
        unit.commit()
    return store


def offer(store: Store, *drop_ins: DropIn) -> None:
    with store.write() as unit:
        for one in drop_ins:
            unit.visits.offer(one)
        unit.commit()


def book(store: Store, person: PersonId, slot: int, drop_in: DropInId = D1) -> bool:
    with store.write() as unit:
        at = unit.visits.drop_in(drop_in).slots[slot]
        found = unit.visits.book(Booking(drop_in=drop_in, at=at, person=person))
        unit.commit()
    return found


def booked(store: Store) -> list[tuple[PersonId, int]]:
    with store.read() as unit:
        slots = unit.visits.drop_in(D1).slots
        return [(one.person, slots.index(one.at)) for one in unit.visits.booked([D1]).get(D1, ())]


def test_a_drop_in_comes_back_as_it_was_offered_while_it_is_to_come(there: Store) -> None:
    offer(there, a_drop_in(), a_drop_in("d2", school=ELM, starts_at=after(hours=3), ends_at=after(hours=4)))
    with there.read() as unit:
        assert unit.visits.at_school(OAK, NOON, after(days=1)) == (a_drop_in(),)
        assert unit.visits.at_school(OAK, after(hours=2), after(days=1)) == ()
        assert [one.id for one in unit.visits.of_person(ANA, NOON, after(days=1))] == ["d1", "d2"]
        assert unit.visits.of_person(ANA, NOON, after(hours=1)) == ()


@pytest.mark.parametrize(("minutes", "slots"), [(20, 3), (25, 2), (60, 1)])
def test_the_last_slot_ends_in_time(minutes: int, slots: int) -> None:
    assert len(a_drop_in(minutes=minutes).slots) == slots


def test_a_slot_has_one_owner_and_a_person_one_slot(there: Store) -> None:
    offer(there, a_drop_in())
    assert book(there, BEN, 0)
    assert not book(there, CAT, 0)
    assert book(there, CAT, 1)
    assert not book(there, CAT, 0), "the other's; the own one is kept"
    assert booked(there) == [(BEN, 0), (CAT, 1)]
    assert book(there, CAT, 2)
    assert book(there, CAT, 2)
    assert booked(there) == [(BEN, 0), (CAT, 2)]


def test_a_slot_that_is_given_back_is_free(there: Store) -> None:
    offer(there, a_drop_in())
    book(there, BEN, 0)
    with there.write() as unit:
        assert unit.visits.unbook(D1, BEN)
        assert not unit.visits.unbook(D1, BEN)
        unit.commit()
    assert book(there, CAT, 0)


def test_what_is_cancelled_is_there_no_more_but_who_had_booked_is(there: Store) -> None:
    offer(there, a_drop_in())
    book(there, BEN, 0)
    with there.write() as unit:
        assert unit.visits.cancel(D1, NOON)
        assert not unit.visits.cancel(D1, NOON)
        assert unit.visits.at_school(OAK, NOON, after(days=1)) == ()
        assert [one.person for one in unit.visits.booked([D1])[D1]] == [BEN]
        with pytest.raises(NotFound):
            unit.visits.drop_in(D1)


def test_a_drop_in_at_no_school_of_ours_is_not_found(there: Store) -> None:
    with pytest.raises(NotFound):
        offer(there, a_drop_in(school=SchoolId("nowhere")))


def test_work_is_summed_by_person_school_and_kind_within_the_period(there: Store) -> None:
    with there.write() as unit:
        for one in (
            some_work(), some_work("w2", minutes=15), some_work("w3", kind="teaching"), some_work("w4", school=ELM),
            some_work("w5", person=BEN), some_work("w7", minutes=45),
            some_work("w6", at=after(hours=1), logged_at=after(hours=1)),
        ):  # fmt: skip
            unit.visits.log(one)
        assert not unit.visits.take_back(WorkId("w7"), BEN, NOON)
        assert unit.visits.take_back(WorkId("w7"), ANA, NOON)
        assert not unit.visits.take_back(WorkId("w7"), ANA, NOON)
        found = unit.visits.sums([OAK], NOON, after(hours=1))
        assert found == (
            WorkSum(person=ANA, school=OAK, kind="consultation", count=2, minutes=45),
            WorkSum(person=ANA, school=OAK, kind="teaching", count=1, minutes=30),
            WorkSum(person=BEN, school=OAK, kind="consultation", count=1, minutes=30),
        )
        assert unit.visits.sums([], NOON, after(hours=1)) == ()
        assert [one.id for one in unit.visits.done(ANA, NOON, 2)] == ["w6", "w1"]
