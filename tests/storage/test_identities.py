"""Where people are reached: whose an account is, whatever stands behind it in its address."""

import pytest

from storage.shapes import Identity, PersonId
from storage.unit import Store
from tests.storage.rows import ANA, BEN, OAK, a_person, a_school, after

HERE = "t_1:u_1"


@pytest.fixture
def seen(store: Store) -> Store:
    """Two people with an account each."""
    with store.write() as unit:
        unit.people.replace("ealing", [a_school(OAK)], [a_person(ANA, school=OAK), a_person(BEN, school=OAK)], [])
        unit.identities.seen(an_identity(ANA, f"{HERE} https://service.example/ a:1"))
        unit.identities.seen(an_identity(BEN, "t_1:u_12"))
        unit.identities.seen(an_identity(BEN, "t%1:u11"))
        unit.commit()
    return store


def an_identity(person: PersonId, address: str, minutes: int = 0) -> Identity:
    """Seen so many minutes after noon."""
    return Identity(
        person=person, channel="teams", tenant="t_1", address=address, state="active",
        touched_at=after(minutes=minutes),
    )  # fmt: skip


def test_an_account_is_found_by_its_whole_key_and_no_sign_in_it_stands_for_others(seen: Store) -> None:
    with seen.read() as unit:
        assert [one.person for one in unit.identities.of_account("teams", HERE)] == [ANA]
        assert unit.identities.of_account("teams", "t_1:u_") == ()
        assert unit.identities.of_account("teams", "t_1:u%") == ()
        assert unit.identities.of_account("slack", HERE) == ()


def test_a_closed_account_is_nobodys(seen: Store) -> None:
    with seen.write() as unit:
        unit.identities.close("teams", f"{HERE} https://service.example/ a:1")
        unit.commit()
    with seen.read() as unit:
        assert unit.identities.of_account("teams", HERE) == ()
        assert unit.identities.accounts() == {("teams", "t_1:u_12"): BEN, ("teams", "t%1:u11"): BEN}
