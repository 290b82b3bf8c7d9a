"""What the page for authors shows of a document, and what it answers to ticks."""

from pathlib import Path

import pytest

from bot.authoring import Authors, NoSuchDocument, facts_of, of_catalogue, of_folder
from dialogs.words import Words
from tests.builders import a_vocabulary
from tests.thresholds.folders import write_edition
from tests.thresholds.packaged import catalogue

EALING = "ealing/2020-09-01"
VOCABULARY = catalogue().vocabulary
INSTALLED = Authors(load=of_catalogue(catalogue()), words=Words.load())


def test_every_installed_document_is_there_with_every_sign_and_question() -> None:
    assert len(INSTALLED.documents()) == sum(map(len, catalogue().editions.values()))
    leaf = INSTALLED.leaf(EALING)
    shown = {sign.id for group in leaf.groups for area in group.areas for sign in area.signs}
    assert shown == {one.id for one in VOCABULARY.signs.values() if VOCABULARY.areas[one.area].group is not None}
    assert {one.id for one in leaf.asked} == set(VOCABULARY.facts)
    lines = [text for area in leaf.lines for text, _, _ in area.lines]
    assert sorted(lines) == sorted(line.text for line in catalogue().editions["ealing"][-1].document.indicators)
    assert not leaf.signed
    assert "Not signed off" in leaf.banner


def test_a_tick_changes_level_reasons_and_places() -> None:
    nothing = INSTALLED.judge(EALING, {})
    ticked = INSTALLED.judge(EALING, {"sign": ("says_sexual_abuse",)})
    assert (nothing.level, nothing.because, nothing.advice_now) == ("", (), True)
    assert ticked.level.startswith("Level 4")
    assert all(one.source and one.met_by for one in ticked.because)
    assert any("Children Act 1989" in one.source for one in ticked.because)
    assert ticked.duties
    assert "020 8825 8000" in ticked.route


def test_an_emergency_is_told_as_one() -> None:
    assert INSTALLED.judge(EALING, {"sign": ("badly_hurt_or_ill_now",)}).emergency


@pytest.mark.parametrize(
    ("given", "facts"),
    [
        ({"sign": ("often_hungry", "nonsense")}, {"often_hungry": True}),
        ({"fact.disabled": ("",)}, {}),
        ({"fact.disabled": ("yes",)}, {"disabled": "yes"}),
        ({"fact.disabled": ("perhaps",)}, {}),
        ({"fact.disabled": ("not_known",)}, {"disabled": None}),
        ({"fact.mark_where": ("ear", "hand")}, {"mark_where": ("ear", "hand")}),
    ],
)
def test_ticks_become_facts_and_what_nobody_knows_is_passed_over(
    given: dict[str, tuple[str, ...]], facts: dict[str, object]
) -> None:
    assert facts_of(VOCABULARY, given) == facts


def test_an_id_that_is_not_there_is_refused() -> None:
    with pytest.raises(NoSuchDocument):
        INSTALLED.leaf("narnia/2020-09-01")


def test_a_folder_is_read_anew_when_a_file_changes_and_says_what_is_left_to_mend(tmp_path: Path) -> None:
    folder = write_edition(tmp_path)
    authors = Authors(load=of_folder(folder, a_vocabulary()), words=Words.load())
    name = "anyshire/2020-09-01"
    assert (authors.leaf(name).title, authors.leaf(name).problems) == ("Invented thresholds", ())
    lines = folder / "indicators.yaml"
    sound = lines.read_text(encoding="utf-8")
    lines.write_text(sound.replace("place: row hungry", "place: ' '"), encoding="utf-8")
    assert authors.leaf(name).problems == ("indicators.yaml, line 6: hungry: uncited: place is blank: fill it in",)
    lines.write_text("indicators: [", encoding="utf-8")
    broken = authors.leaf(name)
    assert broken.title == ""
    assert "not YAML" in broken.problems[0]
    with pytest.raises(NoSuchDocument):
        authors.judge(name, {})
    lines.write_text(sound, encoding="utf-8")
    assert authors.judge(name, {"sign": ("hungry",)}).level == "Level 2"
