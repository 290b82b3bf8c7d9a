"""What changed between two versions is said in sentences, whichever part it stands in."""

from datetime import date
from typing import Any

import pytest

from tests.builders import a_citation, a_contact, a_document, a_level, a_line, a_raising, a_vocabulary, document_data
from tests.thresholds.packaged import editions, name
from thresholds.catalogue import Edition
from thresholds.difference import differences, summed_up
from thresholds.document import ExampleEntry

VOCABULARY = a_vocabulary()


def edition(examples: tuple[ExampleEntry, ...] = (), **changes: Any) -> Edition:
    """An edition of the invented document."""
    return Edition(document=a_document(**changes), vocabulary=VOCABULARY, examples=examples)


def said(**changes: Any) -> list[str]:
    """Every sentence about the invented document with `changes`."""
    return [one for section in differences(edition(), edition(**changes)) for one in section.sentences]


def lines(**changed: dict[str, Any]) -> list[dict[str, Any]]:
    """The invented lines, some of them changed by id."""
    return [{**line, **changed.get(line["id"], {})} for line in document_data()["indicators"]]


@pytest.mark.parametrize("one", editions(), ids=name)
def test_a_document_does_not_differ_from_itself(one: Edition) -> None:
    assert differences(one, one) == ()


LEVELS = document_data()["levels"]
ROUTES, CONTACTS = document_data()["routes"], document_data()["contacts"]
SIGNED = {"by": "Invented Person", "role": "Head of Service", "on": date(2026, 9, 1), "checksum": "abc"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "Other"}, "Title is now “Other”; before, “Invented thresholds”."),
        ({"in_force_to": date(2027, 1, 1)}, "In force to is now 2027-01-01; before, nothing."),
        ({"signed_off": SIGNED}, "Signed off by Invented Person, Head of Service, on 2026-09-01."),
        (
            {"levels": [{**LEVELS[0], "label": "Everybody"}, *LEVELS[1:]]},
            "Level “Everybody”: label is now “Everybody”; before, “Level 1”.",
        ),
        (
            {"levels": [*LEVELS[:3], a_level("more", 4, "early_help"), {**LEVELS[3], "number": 5}, LEVELS[4]]},
            "New level “Level 4”: early help, none.",
        ),
        (
            {"indicators": lines(hungry={"level": "need"})},
            "“Invented line hungry” (hungry) is raised: from “Level 2” to “Level 4”.",
        ),
        (
            {"indicators": lines(no_sleep={"level": "universal"})},
            "“Invented line no_sleep” (no_sleep) is lowered: from “Level 2” to “Level 1”.",
        ),
        (
            {"indicators": lines(hungry={"when": {"all": ["hungry", "dirty"]}})},
            "“Invented line hungry” (hungry) is now met by all of (*Invented sign hungry*; *Invented sign dirty*); "
            "before, by *Invented sign hungry*.",
        ),
        ({"indicators": lines(hungry={"text": "Hungry"})}, "“Hungry” (hungry) was worded “Invented line hungry”."),
        ({"indicators": lines(hungry={"id": "hunger"})}, "hungry is now called hunger."),
        (
            {"indicators": lines()[1:]},
            "The line “Invented line hungry” at “Level 2” is gone. (hungry)",
        ),
        (
            {"indicators": [*lines(), a_line("new", {"all": ["hungry", "bruise"]}, "need")]},
            "New line “Invented line new” at “Level 4”. Source: Invented thresholds (2020), row new. "
            "<https://example.invalid/t> (new)",
        ),
        (
            {"accumulation": [a_raising("many_needs", "early", "need", count=4, areas=2)]},
            "Many_needs: count is now 4; before, 3.",
        ),
        ({"modifiers": document_data()["modifiers"][:1]}, "“Invented rule baby_body” is gone. (baby_body)"),
        ({"duties": []}, "“Invented duty” is gone. (watch_duty)"),
        ({"unrated": []}, "“Invented sign odd_feeling” is rated now."),
        (
            {"routes": {**ROUTES, "S17": {**ROUTES["S17"], "phone": "020 7946 0000"}}},
            "For S17: phone is now “020 7946 0000”; before, “999”.",
        ),
        (
            {"contacts": [*CONTACTS, a_contact("door")]},
            "New: “Invented door”. (door)",
        ),
    ],
)
def test_each_change_is_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in said(**changes)


def test_another_place_of_a_line_is_told_with_both() -> None:
    [found] = said(indicators=lines(hungry={"citation": a_citation("page 9")}))
    assert "page 9" in found
    assert "row hungry" in found


def test_levels_that_only_have_other_ids_are_told_once_and_not_at_every_line() -> None:
    levels = [{**level, "id": f"new_{level['id']}", "label": f"New {level['label']}"} for level in LEVELS]
    renamed = [{**line, "level": f"new_{line['level']}"} for line in lines()]
    raising = [
        {**rule, "at": f"new_{rule['at']}", "becomes": f"new_{rule['becomes']}"}
        for rule in document_data()["modifiers"]
    ]
    changes: dict[str, Any] = {"levels": levels, "indicators": renamed, "s47_level": "new_protection"}
    found = differences(edition(), edition(**changes, modifiers=raising, accumulation=[]))
    titles = {section.title: section.sentences for section in found}
    assert len(titles["Levels"]) == 5
    assert "Lines" not in titles
    assert summed_up(edition(), edition(**changes, modifiers=raising)) == (
        "Lines: 0 added, 0 taken out, 0 raised, 0 lowered, of 12."
    )


def test_examples_that_end_otherwise_are_told() -> None:
    one = {
        "id": "a",
        "story": "A",
        "because": "B",
        "facts": {"hungry": True},
        "outcome": "early_help",
        "level": "early",
    }
    before, after = ExampleEntry.model_validate(one), ExampleEntry.model_validate({**one, "level": "need"})
    [section] = differences(edition((before,)), edition((after,)))
    assert section.sentences == ("The example a now ends in early help at need; before, in early help at early.",)
