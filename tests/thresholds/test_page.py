"""The printable page: its structure and that nothing is left out; never its prose."""

from datetime import date

import pytest

from tests.builders import a_citation, a_document, a_line, a_vocabulary, document_data
from tests.thresholds.packaged import editions, name
from thresholds.catalogue import Edition
from thresholds.document import Document
from thresholds.facts import Vocabulary
from thresholds.page import page

SIGNED = {"by": "Invented Person", "role": "Head of Service", "on": date(2026, 9, 1), "checksum": "abc123"}


@pytest.fixture
def vocabulary() -> Vocabulary:
    return a_vocabulary()


def sections(text: str) -> list[str]:
    """The headings of the second level, in order."""
    return [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]


def test_the_page_opens_with_title_banner_authority_version_dates(vocabulary: Vocabulary) -> None:
    title, banner, *facts = [line for line in page(a_document(), vocabulary).splitlines() if line][:7]
    assert title == "# Invented thresholds"
    assert banner.startswith("**NOT SIGNED OFF by Anyshire (invented)")
    assert [fact.split(":")[0] for fact in facts] == [
        "- Authority",
        "- Version",
        "- In force",
        "- Review by",
        "- Vocabulary",
    ]
    assert "2020-09-01 to further notice" in facts[2]


def test_a_signed_page_names_who_signed_it_and_when_and_carries_no_banner(vocabulary: Vocabulary) -> None:
    text = page(a_document(signed_off=SIGNED), vocabulary)
    assert "NOT SIGNED OFF" not in text
    assert "Invented Person, Head of Service, on 2026-09-01" in text


def test_a_page_with_an_end_names_it(vocabulary: Vocabulary) -> None:
    assert "2020-09-01 to 2026-08-31" in page(a_document(in_force_to=date(2026, 8, 31)), vocabulary)


def test_levels_stand_in_the_order_of_the_document(vocabulary: Vocabulary) -> None:
    lines = [line for line in page(a_document(), vocabulary).splitlines() if line.startswith("- **Level")]
    assert [line[4:11] for line in lines] == [f"Level {number}" for number in range(1, 6)]


def test_indicators_stand_under_the_area_of_their_sign(vocabulary: Vocabulary) -> None:
    text = page(a_document(), vocabulary)
    care, body = text.split("### care")[1].split("### body")
    assert "`hungry`" in care
    assert "`bruise_ear`" in body
    assert "`hungry`" not in body


def test_a_borrowed_line_says_whose_it_is_and_an_own_one_does_not(vocabulary: Vocabulary) -> None:
    borrowed = a_line("dirty", "dirty", "early", citation={**a_citation(), "borrowed_from": "Othershire"})
    text = page(a_document(indicators=[a_line("hungry", "hungry", "early"), borrowed]), vocabulary)
    sources = [line for line in text.split("## Indicators")[1].split("## What")[0].splitlines() if line.endswith("`")]
    assert ["Borrowed from Othershire" in line for line in sources] == [False, True]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"any": ["hungry", "dirty"]}, "any of (*Invented sign hungry*; *Invented sign dirty*)"),
        ({"at_least": {"count": 2, "of": ["hungry", "dirty", "no_sleep"]}}, "at least 2 of ("),
        ({"all": ["hungry", {"is": {"fact": "disabled", "value": "yes"}}]}, "Invented question about disabled yes"),
        ({"all": ["hungry", {"includes": {"fact": "mark_where", "values": ["ear", "knee"]}}]}, "ear or knee"),
        ({"all": ["hungry", {"not": {"one_of": {"fact": "age_band", "values": ["under_1"]}}}]}, "not (Invented"),
    ],
)
def test_a_line_over_several_facts_says_when_it_is_met(when: object, words: str, vocabulary: Vocabulary) -> None:
    assert words in page(a_document(indicators=[a_line("mixed", when, "early")]), vocabulary)


def test_a_sign_of_significant_harm_says_so_beside_its_line(vocabulary: Vocabulary) -> None:
    lines = page(a_document(), vocabulary).splitlines()
    always = {sign: next(line for line in lines if f"line {sign} " in line) for sign in ("baby_hurt", "took_tablets")}
    assert all("always Level 5" in line for line in always.values())
    assert ["(999)" in line for line in always.values()] == [False, True]


def test_an_empty_section_says_none_and_stays(vocabulary: Vocabulary) -> None:
    full, empty = page(a_document(), vocabulary), page(a_document(contacts=[], unrated=[], duties=[]), vocabulary)
    assert sections(full) == sections(empty)
    assert empty.count("None.") == 3


def test_a_contact_shows_number_owner_check_dates_and_whether_it_is_confirmed(vocabulary: Vocabulary) -> None:
    contact = {"id": "door", "label": "Front door", "owner": "Anyshire", "confirmed": False}
    dated = {**contact, "checked_on": date(2026, 11, 21), "review_by": date(2027, 2, 28)}
    text = page(a_document(contacts=[dated, {**dated, "phone": "020 7946 0000", "confirmed": True}]), vocabulary)
    missing, known = [line for line in text.splitlines() if line.startswith("- Front door")]
    assert "no number known" in missing
    assert "020 7946 0000" in known
    assert "checked 2026-11-21, review by 2027-02-28" in known
    assert "not confirmed" in missing
    assert "not confirmed" not in known


@pytest.mark.parametrize("edition", editions(), ids=name)
def test_every_line_rule_duty_contact_and_unrated_sign_of_a_packaged_document_is_printed(edition: Edition) -> None:
    document = edition.document
    text = page(document, edition.vocabulary)
    wanted = [entry.text for entry in document.indicators] + [entry.text for entry in document.modifiers]
    wanted += [entry.text for entry in document.accumulation] + [entry.text for entry in document.duties]
    wanted += [contact.label for contact in document.contacts]
    wanted += [edition.vocabulary.signs[entry.sign].text for entry in document.unrated]
    wanted += [level.label for level in document.levels] + [route.how for route in document.routes.values()]
    assert [line for line in wanted if line not in text] == []
    assert [entry.id for entry in document.indicators if f"`{entry.id}`" not in text] == []


@pytest.mark.parametrize("edition", editions(), ids=name)
def test_the_same_document_gives_the_same_page(edition: Edition) -> None:
    assert page(edition.document, edition.vocabulary) == page(edition.document, edition.vocabulary)


def test_a_document_of_data_alone_prints() -> None:
    assert page(Document.model_validate(document_data()), a_vocabulary()).endswith("\n")
