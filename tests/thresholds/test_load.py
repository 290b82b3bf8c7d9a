"""Reading files: what is packaged loads, and every problem of what is broken comes at once, by file and line."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_vocabulary, document_data, facts
from tests.thresholds.folders import AN_EXAMPLE, write, write_edition
from tests.thresholds.packaged import editions
from thresholds.evaluate import evaluate, ready
from thresholds.load import PACKAGED, load_catalogue, load_document, load_edition, load_vocabulary, read_edition
from thresholds.sources import Problem, ProblemsError, parse

VOCABULARY = a_vocabulary()
AREAS = """\
version: "1"
groups:
  - {id: all, label: All, hint: All}
areas:
  - {id: care, label: Care, meaning: Care, group: all}
  - {id: body, label: Body, meaning: Body, group: null}
"""
FACTS = """\
facts:
  - id: disabled
    kind: one
    question: Is the child disabled?
    values: [{id: "yes", label: "Yes"}, {id: "no", label: "No"}]
    graver: ["yes"]
"""
CARE = """\
area: care
signs:
  - id: hungry
    text: Often hungry
    gravity: 2
    published: [P1]
"""
BODY = """\
area: body
signs:
  - id: bruise
    text: A bruise
    meaning: Any mark
    gravity: 4
    harm: {document: A, place: B, url: "https://example.invalid"}
    emergency: true
    marks: [injury]
"""
GOOD = {
    "areas.yaml": AREAS,
    "facts.yaml": FACTS,
    "danger_words.yaml": "words: [knife]\n",
    "published.yaml": "lines:\n  - {id: P1, heard: A}\n",
    "signs/care.yaml": CARE,
    "signs/body.yaml": BODY,
}


def write_vocabulary(root: Path, changes: dict[str, str | None]) -> Path:
    """A small vocabulary folder; None leaves a file out."""
    (root / "signs").mkdir(parents=True, exist_ok=True)
    for name, text in {**GOOD, **changes}.items():
        if text is not None:
            (root / name).write_text(text, encoding="utf-8")
    return root


def problems_of(load: Callable[[], object]) -> list[tuple[str, int, str]]:
    """(file name, line, message) of all that the loader says."""
    with pytest.raises(ProblemsError) as caught:
        load()
    return [(Path(problem.file).name, problem.line, problem.message) for problem in caught.value.problems]


def test_the_packaged_vocabulary_loads() -> None:
    vocabulary = load_vocabulary()
    assert vocabulary.signs
    assert vocabulary.facts
    assert vocabulary.danger_words
    assert all(sign.area in vocabulary.areas for sign in vocabulary.signs.values())


def test_the_packaged_catalogue_loads_with_its_editions_oldest_first() -> None:
    catalogue = load_catalogue()
    for authority in catalogue.authorities:
        starts = [edition.document.in_force_from for edition in catalogue.editions[authority]]
        assert starts == sorted(starts)


def test_a_vocabulary_is_read_whole_in_the_order_of_its_areas(tmp_path: Path) -> None:
    vocabulary = load_vocabulary(write_vocabulary(tmp_path, {}))
    assert list(vocabulary.signs) == ["hungry", "bruise"]
    assert vocabulary.danger_words == ("knife",)
    assert vocabulary.signs["bruise"].marks == {"injury"}
    assert vocabulary.signs["bruise"].harm is not None
    assert [choice.id for choice in vocabulary.facts["disabled"].values] == ["yes", "no"]
    assert [sign.id for sign in vocabulary.signs_of_group("all")] == ["hungry"]


LONG = "x" * 76
BROKEN: list[tuple[str, str, str | None, int, str]] = [
    ("no file", "facts.yaml", None, 1, "this file is missing: add it"),
    ("not YAML", "areas.yaml", "version: [1", 2, "not YAML"),
    ("a control character", "areas.yaml", "version: \x00", 1, "not YAML"),
    ("an empty file", "areas.yaml", "", 1, "valid dictionary"),
    ("a key twice", "areas.yaml", AREAS + "version: '2'\n", 7, "'version' stands here twice"),
    ("an unknown key", "areas.yaml", AREAS + "colour: red\n", 7, "colour is not a key that belongs here"),
    ("a key missing", "areas.yaml", AREAS.replace('version: "1"\n', ""), 1, "version is missing"),
    ("text without quotes", "areas.yaml", AREAS.replace('"1"', "1"), 1, "version must be text: put it in quotes"),
    ("an unknown group", "areas.yaml", AREAS.replace("group: all", "group: home"), 5, "unknown group 'home'"),
    (
        "a group twice",
        "areas.yaml",
        AREAS.replace("areas:", "  - {id: all, label: B, hint: B}\nareas:"),
        4,
        "all stands here twice",
    ),
    ("an area without signs", "signs/body.yaml", None, 6, "body has no sign: add signs/body.yaml"),
    ("an unknown area", "signs/care.yaml", CARE.replace("area: care", "area: garden"), 1, "unknown area 'garden'"),
    ("a file of another area", "signs/care.yaml", CARE.replace("area: care", "area: body"), 1, "stand in body.yaml"),
    ("a yes without quotes", "facts.yaml", FACTS.replace('["yes"]', "[yes]"), 6, 'write "yes", or true or false'),
    ("a no as a key", "areas.yaml", AREAS + "no: 1\n", 7, "'no' is a boolean to YAML"),
    (
        "an unknown graver value",
        "facts.yaml",
        FACTS.replace('["yes"]', '["always"]'),
        6,
        "unknown graver value 'always'",
    ),
    ("an unknown kind", "facts.yaml", FACTS.replace("kind: one", "kind: some"), 3, "facts.0.kind"),
    ("text too long", "signs/care.yaml", CARE.replace("Often hungry", LONG), 4, "text has 76 characters: shorten it"),
    ("meaning too long", "signs/body.yaml", BODY.replace("Any mark", LONG * 2), 5, "meaning has 152 characters"),
    ("gravity without meaning", "signs/care.yaml", CARE.replace("gravity: 2", "gravity: 4"), 5, "meaning is missing"),
    ("gravity too high", "signs/care.yaml", CARE.replace("gravity: 2", "gravity: 5"), 5, "less than or equal to 4"),
    ("an unknown mark", "signs/body.yaml", BODY.replace("[injury]", "[hurt]"), 9, "signs.0.marks.0"),
    ("an unknown published line", "signs/care.yaml", CARE.replace("P1", "P9"), 6, "P9 is not a line of published"),
    ("a plea", "signs/care.yaml", CARE.replace("Often hungry", "Please say"), 4, "text says 'Please'"),
    ("a question", "signs/care.yaml", CARE.replace("Often hungry", "Hungry?"), 4, "text says '?'"),
    ("a sign twice", "signs/care.yaml", CARE + CARE.split("signs:\n")[1], 7, "hungry stands twice"),
    ("a sign named like a fact", "signs/care.yaml", CARE.replace("id: hungry", "id: disabled"), 3, "disabled stands"),
    ("an id with a dot", "signs/care.yaml", CARE.replace("id: hungry", "id: a.b"), 3, "signs.0.id"),
    (
        "an emergency that is no harm",
        "signs/body.yaml",
        "\n".join(line for line in BODY.splitlines() if "harm:" not in line),
        7,
        "an emergency sign is significant harm too",
    ),
    ("a merge key", "areas.yaml", AREAS + "<<: {a: b}\n", 7, "a key must be one word"),
    ("an alias that holds itself", "danger_words.yaml", "words: &all\n  - *all\n", 1, "this alias contains itself"),
    ("a date that is none", "danger_words.yaml", "words: [2020-13-45]\n", 1, "is not a day of the calendar"),
]


@pytest.mark.parametrize(("name", "text", "line", "message"), [pytest.param(*row[1:], id=row[0]) for row in BROKEN])
def test_a_broken_vocabulary_file_is_named_with_its_line(
    tmp_path: Path, name: str, text: str | None, line: int, message: str
) -> None:
    folder = write_vocabulary(tmp_path, {name: text})
    found = problems_of(lambda: load_vocabulary(folder))
    at = "areas.yaml" if "body has no sign" in message else Path(name).name
    assert any(problem[:2] == (at, line) and message in problem[2] for problem in found), found


@pytest.mark.parametrize("depth", [60, 5000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    source, [problem] = parse("a.yaml", "[" * depth + "]" * depth)
    assert problem == Problem("a.yaml", 1, "lists or mappings stand in each other too deeply to be read: write it flat")
    assert source.file == "a.yaml"


def test_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    folder = write_vocabulary(tmp_path, {})
    (folder / "danger_words.yaml").write_bytes(b"words: [\xff]\n")
    assert problems_of(lambda: load_vocabulary(folder)) == [
        ("danger_words.yaml", 1, "not UTF-8 at byte 8: save it as UTF-8")
    ]


def test_all_problems_of_a_vocabulary_come_at_once(tmp_path: Path) -> None:
    broken: dict[str, str | None] = {
        "signs/care.yaml": CARE.replace("P1", "P9").replace("Often", "Why"),
        "danger_words.yaml": "words: 3\n",
    }
    found = problems_of(lambda: load_vocabulary(write_vocabulary(tmp_path, broken)))
    assert [problem[:2] for problem in found] == [("danger_words.yaml", 1), ("care.yaml", 4), ("care.yaml", 6)]


def test_a_document_loads_as_it_was_written(tmp_path: Path) -> None:
    document = load_document(write_edition(tmp_path), VOCABULARY)
    assert document.authority == "anyshire"
    assert len(document.indicators) == len(document_data()["indicators"])
    assert load_edition(write_edition(tmp_path), VOCABULARY).examples[0].id == AN_EXAMPLE["id"]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("document.yaml", "title: Invented thresholds", "title: ''", "title is empty: fill it in"),
        ("document.yaml", "title: Invented thresholds", "titel: A", "titel is not a key"),
        ("document.yaml", "in_force_from: 2020-09-01", "in_force_from: soon", "in_force_from"),
        ("document.yaml", "outcome: early_help", "outcome: some_help", "levels.1.outcome"),
        ("document.yaml", "title: Invented thresholds", "indicators: []", "indicators stand in indicators.yaml"),
        ("document.yaml", "name: Anyshire (invented)", "name: yes", "yes is a boolean to YAML"),
        ("indicators.yaml", "when: hungry", "when: {xor: [hungry]}", "is not a condition"),
        ("indicators.yaml", "when: hungry", "when: unheard_of", "unknown sign or fact"),
        ("indicators.yaml", "indicators:", "lines:", "this file holds one key"),
        ("indicators.yaml", "place: row hungry", "page: 4", "indicators.0.citation.page is not a key"),
        ("examples.yaml", "story: Invented.", "story: 3", "examples.0.story must be text"),
        ("examples.yaml", "because: Invented.", "because: [", "not YAML"),
    ],
)
def test_a_broken_document_is_named_with_its_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    folder = write_edition(tmp_path)
    text = (folder / file).read_text(encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [problem for problem in problems_of(lambda: load_document(folder, VOCABULARY)) if message in problem[2]]
    assert found
    assert found[0][0] == file
    assert found[0][1] in {line, line + 1}


def test_all_problems_of_all_files_of_a_document_come_at_once(tmp_path: Path) -> None:
    folder = write_edition(tmp_path, title="", s47_level="seven")
    write(folder / "examples.yaml", {"examples": [], "more": 1})
    files = {problem[0] for problem in problems_of(lambda: load_document(folder, VOCABULARY))}
    assert files == {"document.yaml", "examples.yaml"}
    (folder / "indicators.yaml").unlink()
    files = {problem[0] for problem in problems_of(lambda: load_document(folder, VOCABULARY))}
    assert files == {"document.yaml", "indicators.yaml", "examples.yaml"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"authority": "other"}, "move it"), ({"in_force_from": date(2021, 1, 1)}, "name the folder so")],
)
def test_the_folder_says_the_same_authority_and_date_as_the_document(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    moved = write_edition(tmp_path / "right").rename(tmp_path / "2020-09-01")
    home = tmp_path / "anyshire"
    home.mkdir()
    folder = moved.rename(home / "2020-09-01")
    other = write_edition(tmp_path / "other", **changes)
    for file in ("document.yaml", "indicators.yaml", "examples.yaml"):
        (folder / file).write_text((other / file).read_text(encoding="utf-8"), encoding="utf-8")
    assert any(message in problem[2] for problem in problems_of(lambda: load_document(folder, VOCABULARY)))


SIGNATURE = {"by": "An invented person", "role": "Head of safeguarding", "on": date(2026, 11, 1)}


def test_a_signature_covers_the_content_and_a_changed_file_is_unsigned(tmp_path: Path) -> None:
    checksum = read_edition(write_edition(tmp_path), VOCABULARY).checksum
    signed = load_edition(write_edition(tmp_path, signed_off={**SIGNATURE, "checksum": checksum}), VOCABULARY)
    assert signed.document.signed_off is not None
    assert signed.altered is None
    folder = write_edition(tmp_path, signed_off={**SIGNATURE, "checksum": checksum}, title="Another title")
    changed = load_edition(folder, VOCABULARY)
    assert changed.document.signed_off is None
    assert changed.altered is not None
    assert changed.altered.by == "An invented person"


def test_a_signature_covers_the_authoritys_own_signs(tmp_path: Path) -> None:
    folder = write_edition(tmp_path)
    (folder / "signs").mkdir()
    local = CARE.replace("id: hungry", "id: local_sign").replace("    published: [P1]\n", "")
    (folder / "signs" / "care.yaml").write_text(local, encoding="utf-8")
    before = read_edition(folder, VOCABULARY).checksum
    (folder / "signs" / "care.yaml").write_text(local.replace("Often hungry", "Always hungry"), encoding="utf-8")
    assert read_edition(folder, VOCABULARY).checksum != before


def test_an_authority_may_add_local_signs_that_only_its_own_rules_read(tmp_path: Path) -> None:
    lines = document_data()["indicators"]
    lines.append({**lines[0], "id": "local", "when": "local_sign"})
    folder = write_edition(tmp_path, indicators=lines)
    (folder / "signs").mkdir()
    local = CARE.replace("id: hungry", "id: local_sign").replace("    published: [P1]\n", "")
    (folder / "signs" / "care.yaml").write_text(local, encoding="utf-8")
    edition = load_edition(folder, VOCABULARY)
    assert "local_sign" in edition.vocabulary.signs
    assert "local_sign" not in VOCABULARY.signs
    assert "local_sign" in [sign.id for sign in edition.vocabulary.signs_of_group("all")]
    found = evaluate(ready(edition.document, edition.vocabulary), facts("local_sign"))
    assert [reason.indicator for reason in found.reasons] == ["local"]
    (folder / "signs" / "care.yaml").write_text(CARE, encoding="utf-8")
    assert any("hungry stands twice" in problem[2] for problem in problems_of(lambda: load_edition(folder, VOCABULARY)))


def test_a_catalogue_holds_every_authority_and_date_or_names_every_problem(tmp_path: Path) -> None:
    words = write_vocabulary(tmp_path / "vocabulary", {})
    documents = tmp_path / "authorities"
    only_hungry = {"indicators": document_data()["indicators"][:1], "modifiers": [], "duties": [], "unrated": []}
    for authority in ("anyshire", "othershire"):
        write_edition(documents, authority=authority, in_force_to="2021-12-31", **only_hungry)
        write_edition(documents, authority=authority, in_force_from="2022-01-01", **only_hungry)
    catalogue = load_catalogue(documents, words)
    assert catalogue.authorities == ("anyshire", "othershire")
    assert [edition.document.in_force_from.year for edition in catalogue.editions["anyshire"]] == [2020, 2022]
    write_edition(documents, authority="anyshire", in_force_from="2021-06-01", title="", **only_hungry)
    write_edition(documents, authority="othershire", in_force_from="2021-06-01", **only_hungry)
    messages = [problem[2] for problem in problems_of(lambda: load_catalogue(documents, words))]
    assert any("title is empty" in message for message in messages)
    assert any("overlaps with" in message for message in messages)


def test_a_problem_reads_file_line_and_what_to_do() -> None:
    assert str(Problem("a.yaml", 3, "add it")) == "a.yaml:3: add it"
    assert str(ProblemsError((Problem("b", 1, "x"), Problem("a", 2, "y"), Problem("b", 1, "x")))) == "a:2: y\nb:1: x"


def test_a_place_without_a_line_of_its_own_has_the_nearest_one() -> None:
    source, problems = parse("x.yaml", "a:\n  b: [1,\n    {c: 2}]\n")
    assert problems == ()
    assert [source.line("a", "b"), source.line("a", "b", 1, "c", "missing"), source.line("nowhere")] == [2, 3, 1]


def test_packaged_files_are_called_by_their_place_in_the_package() -> None:
    read = read_edition(PACKAGED / "authorities" / "ealing" / "2020-09-01", load_vocabulary())
    assert read.parts.source("document").file == "thresholds/authorities/ealing/2020-09-01/document.yaml"


def test_what_several_documents_say_alike_is_kept_once() -> None:
    found = [one for edition in editions() for one in edition.document.indicators]
    cited = {one.citation for one in found}
    assert len({id(one.citation) for one in found}) == len(cited) < len(found) / 3
    assert len({id(one.text) for one in found}) == len({one.text for one in found})
