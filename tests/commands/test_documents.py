"""`swis thresholds new, diff, test, impact, sign`, as an author runs them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.commands.conftest import Swis
from tests.thresholds.filled import filled_in
from thresholds.load import PACKAGED

EALING = PACKAGED / "authorities" / "ealing" / "2020-09-01"
TODAY = "2026-11-25T10:00:00+00:00"


@pytest.fixture
def folder(swis: Swis, tmp_path: Path) -> Path:
    """A folder that an author has filled in."""
    home = tmp_path / "anyshire" / "2027-04-01"
    assert swis("thresholds", "new", str(home), "--name", "Anyshire (invented)", "--now", TODAY).code == 0
    filled_in(home)
    return home


def test_new_makes_a_folder_and_says_what_is_left_to_do(swis: Swis, tmp_path: Path) -> None:
    home = tmp_path / "anyshire" / "2027-04-01"
    ran = swis("thresholds", "new", str(home), "--name", "Anyshire", "--levels", "5", "--borrow", "trafford")
    assert ran.code == 0
    assert "things left to do" in ran.out
    assert sorted(path.name for path in home.iterdir()) == [
        "document.yaml",
        "examples.yaml",
        "indicators.yaml",
        "source.md",
    ]
    swis("thresholds", "lint", str(home)).refused("document.yaml:", "is not filled in")


def test_new_never_writes_over_anything(swis: Swis, folder: Path) -> None:
    before = (folder / "document.yaml").read_text(encoding="utf-8")
    swis("thresholds", "new", str(folder), "--name", "Anyshire").refused("stands already")
    assert (folder / "document.yaml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("where", "more", "said"),
    [
        ("Any Shire/2027-04-01", (), "no name for an authority"),
        ("any-shire/2027-04-01", (), "small letters, digits and _"),
        ("anyshire/soon", (), "not a day"),
        ("anyshire/2027-04-01", ("--borrow", "narnia"), "'narnia'"),
    ],
)
def test_new_refuses_what_it_can_not_make(
    swis: Swis, tmp_path: Path, where: str, more: tuple[str, ...], said: str
) -> None:
    swis("thresholds", "new", str(tmp_path / where), "--name", "A", *more).refused(said)
    assert list(tmp_path.iterdir()) == []


def test_a_filled_in_folder_is_clean_and_its_examples_agree(swis: Swis, folder: Path) -> None:
    assert swis("thresholds", "lint", str(folder), "--now", TODAY).err == ""
    assert "worked examples agree" in swis("thresholds", "test", str(folder)).out
    assert swis("thresholds", "show", str(folder)).code == 0


def test_what_lapses_is_told_on_its_day_and_not_before(swis: Swis, folder: Path) -> None:
    assert swis("thresholds", "lint", str(folder), "--now", TODAY).code == 0
    swis("thresholds", "lint", str(folder), "--now", "2029-01-01T10:00:00+00:00").refused("lapsed")


def test_a_signature_is_written_down_and_any_change_takes_it_away(swis: Swis, folder: Path) -> None:
    ran = swis(
        "thresholds", "sign", str(folder), "--by", "Ada Invented", "--role", "Head of safeguarding", "--now", TODAY
    )
    assert ran.code == 0
    record = yaml.safe_load((folder / "signatures.yaml").read_text(encoding="utf-8"))
    assert [(one["by"], str(one["on"])) for one in record] == [("Ada Invented", "2026-11-25")]
    assert record[0]["checksum"] in ran.out
    assert "Signed off by Ada Invented" in swis("thresholds", "show", str(folder)).out
    examples = folder / "examples.yaml"
    examples.write_text(examples.read_text(encoding="utf-8").replace("scooter", "bicycle"), encoding="utf-8")
    assert "NOT SIGNED OFF" in swis("thresholds", "show", str(folder)).out
    swis("thresholds", "lint", str(folder)).refused("not what was signed by Ada Invented on 2026-11-25")
    again = swis("thresholds", "sign", str(folder), "--by", "Ben Invented", "--role", "Director", "--now", TODAY)
    assert again.code == 0
    record = yaml.safe_load((folder / "signatures.yaml").read_text(encoding="utf-8"))
    assert [one["by"] for one in record] == ["Ada Invented", "Ben Invented"]


def test_nobody_signs_what_is_not_clean_or_without_a_name(swis: Swis, folder: Path) -> None:
    sign = ("thresholds", "sign", str(folder), "--role", "Director")
    swis(*sign, "--by", " ").refused("--by and --role")
    (folder / "examples.yaml").write_text("examples: []\n", encoding="utf-8")
    swis(*sign, "--by", "Ada").refused("no example stands here", "mend what stands in the way first (1 to do)")
    assert not (folder / "signatures.yaml").exists()


@pytest.mark.usefixtures("keys")
def test_check_says_who_signed_and_what_was_changed_since(
    swis: Swis, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_DOCUMENTS_FOLDER", str(folder.parents[1]))
    assert "anyshire 2027-04-01, not signed off" in swis("check", "--now", TODAY).out
    swis("thresholds", "sign", str(folder), "--by", "Ada Invented", "--role", "Director", "--now", TODAY)
    assert "anyshire 2027-04-01, signed off by Ada Invented, Director" in swis("check", "--now", TODAY).out
    document = folder / "document.yaml"
    document.write_text(document.read_text(encoding="utf-8").replace("Act now.", "Act at once."), encoding="utf-8")
    said = swis("check", "--now", TODAY).out
    assert "anyshire 2027-04-01, not signed off" in said
    assert "warning: anyshire 2027-04-01 was changed after Ada Invented signed it on 2026-11-25" in said


@pytest.mark.usefixtures("keys")
def test_check_warns_of_a_review_that_is_due(swis: Swis, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWIS_DOCUMENTS_FOLDER", str(folder.parents[1]))
    assert "its review is due by 2028-03-31" in swis("check", "--now", "2028-03-20T10:00:00+00:00").out
    assert "its review was due by 2028-03-31" in swis("check", "--now", "2028-04-01T10:00:00+00:00").out


@pytest.mark.usefixtures("keys")
def test_check_warns_of_an_authority_without_a_document_and_of_a_case_that_comes_out_otherwise(
    swis: Swis, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIS_DOCUMENTS_FOLDER", str(folder.parents[1]))
    said = swis("check", "--now", TODAY).out
    assert "warning: no document of ealing is installed" in said
    assert "examples.yaml" not in said
    (folder / "examples.yaml").write_text("examples: []\n", encoding="utf-8")
    assert "no example stands here" in swis("check", "--now", TODAY).out


def test_diff_says_what_changed_and_when_nothing_did(swis: Swis, folder: Path) -> None:
    assert swis("thresholds", "diff", str(folder), str(folder)).out == "Nothing changed.\n"
    out = swis("thresholds", "diff", str(EALING), str(folder)).out
    assert out.startswith("Lines: 0 added, 0 taken out, 0 raised, 0 lowered, of ")
    swis("thresholds", "diff", str(folder), str(folder / "nowhere")).refused("is no folder")


CASES = [{"id": "K4M", "facts": {"often_hungry": True}}, {"id": "K4N", "facts": {"says_sexual_abuse": True}}]


@pytest.fixture
def graver(folder: Path) -> Path:
    """A newer version, in which hunger is Section 17."""
    newer = folder.parent / "2028-04-01"
    newer.mkdir()
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8").replace("2027-04-01", "2028-04-01")
        head, found, rest = text.partition("when: often_hungry\n  level: level_2")
        (newer / file.name).write_text(head + found.replace("level_2", "level_3") + rest, encoding="utf-8")
    return newer


def test_impact_lists_the_past_cases_that_come_out_otherwise(
    swis: Swis, folder: Path, graver: Path, tmp_path: Path
) -> None:
    past = tmp_path / "past.jsonl"
    past.write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    ran = swis("thresholds", "impact", str(graver), "--facts", str(past), "--against", str(folder))
    first, *rest = ran.out.splitlines()
    assert first.startswith("2 past cases: 1 would be raised, 0 lowered")
    assert [line.split(":")[0] for line in rest] == ["K4M"]
    assert "raised from early help" in rest[0]
    found = swis(
        "thresholds", "impact", str(graver), "--facts", "-", "--against", str(folder), "--json", given=json.dumps(CASES)
    ).json
    assert [(one["id"], one["kind"], one["after"]["outcome"]) for one in found["changes"]] == [
        ("K4M", "raised", "statutory_referral")
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [("{", "line 1"), ('{"often_hungry": true}\n{"nonsense": 1}', "case 2: nonsense"), ("[" * 9000, "nested")],
)
def test_impact_names_the_past_cases_it_can_not_read(swis: Swis, folder: Path, given: str, said: str) -> None:
    words = ("thresholds", "impact", str(folder), "--against", str(folder), "--facts", "-")
    swis(*words, given=given).refused(said)


def test_impact_wants_to_know_what_to_try_and_what_to_compare_with(swis: Swis, folder: Path) -> None:
    swis("thresholds", "impact", str(folder)).refused("--facts", "--stored")
    swis("thresholds", "impact", str(folder), "--facts", "-", given="{}").refused("no version of 'anyshire'")


def test_an_installed_document_or_a_folder_is_named_not_both_and_not_neither(swis: Swis, folder: Path) -> None:
    swis("thresholds", "show").refused("name a document's folder")
    swis("thresholds", "show", str(folder), "--authority", "ealing").refused("name a document's folder")
    swis("thresholds", "test").refused("name a document's folder")


def test_a_broken_folder_prints_nothing_and_names_every_problem(
    swis: Swis, folder: Path, in_file: Callable[[object], str]
) -> None:
    (folder / "indicators.yaml").write_text("indicators: [", encoding="utf-8")
    for words in (("show",), ("test",), ("impact", "--facts", in_file([]))):
        swis("thresholds", words[0], str(folder), *words[1:]).refused("indicators.yaml")
