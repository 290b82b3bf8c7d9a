"""Who may be served: real schools only when everything is real and signed; in rehearsal, invented people only."""

from datetime import date
from functools import cache
from typing import get_args

import pytest

from bot.clearance import against_rehearsing, against_serving
from bot.directory import Directory, load_directory
from bot.directory.entries import AssuranceEntry
from bot.reading import EXAMPLES

WHAT = get_args(AssuranceEntry.model_fields["what"].annotation)


@cache
def example() -> Directory:
    """The example of Gateshead: everybody is invented, nothing is signed."""
    return load_directory(EXAMPLES / "gateshead.yaml")


def real() -> Directory:
    """The same as if everything were real and signed."""
    one = example()
    plain = {"invented": False}
    schools = tuple(
        school.model_copy(
            update={
                **plain,
                "agreement": school.agreement.model_copy(update=plain),
                "rolls": tuple(roll.model_copy(update=plain) for roll in school.rolls),
            }
        )
        for school in one.schools
    )
    people = tuple(
        person.model_copy(update={**plain, "email": f"{person.id}@school.example.org"}) for person in one.people
    )
    signed = tuple(
        AssuranceEntry(what=what, signed_by="Invented Signer", role="head of service", signed_on=date(2026, 9, 1))
        for what in WHAT
    )
    return one.model_copy(
        update={
            "contacts": tuple(entry.model_copy(update=plain) for entry in one.contacts),
            "neighbours": tuple(entry.model_copy(update=plain) for entry in one.neighbours),
            "calendar": one.calendar.model_copy(update=plain),
            "schools": schools, "people": people, "assurance": signed,
        }
    )  # fmt: skip


def test_a_directory_that_is_real_and_signed_is_served_and_not_rehearsed_with() -> None:
    assert against_serving([real()]) == ()
    assert "not invented: people" in against_rehearsing([real()], ())[0]


def test_an_example_is_rehearsed_with_and_not_served() -> None:
    assert against_rehearsing([example()], ()) == ()
    assert against_serving([example()])


@pytest.mark.parametrize("what", WHAT)
def test_whatever_nobody_signed_is_a_reason_of_its_own(what: str) -> None:
    left = tuple(entry for entry in real().assurance if entry.what != what)
    found = against_serving([real().model_copy(update={"assurance": left})])
    assert found == (f"gateshead: not signed: {what}: write who signed it, in which role, and when",)


def test_every_reason_of_every_directory_is_said_at_once() -> None:
    found = against_serving([example(), example().model_copy(update={"authority": "elsewhere"})])
    for authority in ("gateshead", "elsewhere"):
        mine = [line for line in found if line.startswith(f"{authority}: ")]
        assert len([line for line in mine if "not signed" in line]) == len(WHAT)
        for section in ("contacts", "neighbours", "schools", "people", "agreement", "roll", "calendar"):
            assert [line for line in mine if f"invented: {section}" in line], section


def test_one_real_person_among_invented_ones_stops_a_rehearsal_and_is_named_by_id() -> None:
    first, *others = example().people
    people = (first.model_copy(update={"invented": False}), *others)
    [reason] = against_rehearsing([example().model_copy(update={"people": people})], ())
    assert f"({first.id})" in reason
    assert first.name not in reason


def test_an_address_that_may_reach_somebody_needs_its_domain_named() -> None:
    first, *others = example().people
    people = (first.model_copy(update={"email": "test@Rehearsal.example.org"}), *others)
    one = example().model_copy(update={"people": people})
    [reason] = against_rehearsing([one], ("other.example.org",))
    assert "SWIS_REHEARSAL_DOMAINS" in reason
    assert against_rehearsing([one], ("rehearsal.example.org",)) == ()


def test_whoever_receives_reports_is_looked_at_too() -> None:
    digest = example().digest.model_copy(update={"board": ("board@council.example.org",)})
    assert against_rehearsing([example().model_copy(update={"digest": digest})], ())
