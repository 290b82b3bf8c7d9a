"""Every kind of broken document yields all its problems, no fewer and no more, each with file, line and what to do.

A file of the corpus says what is done to the small invented document (`edits`, `content`, `missing`, `latin_1`) and
what is then said of it.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import DAY_OF_THE_CORPUS, a_vocabulary, document_data
from tests.thresholds.folders import write, write_edition
from thresholds.lint import lint

CORPUS = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
VOCABULARY = a_vocabulary()
WHAT_TO_DO = (": ", "; ", "mend", "add", "write")


def spoilt(folder: Path, case: dict[str, Any]) -> None:
    """Do to the folder what the file of the corpus says."""
    for edit in case.get("edits", ()):
        text = (folder / edit["file"]).read_text(encoding="utf-8")
        assert edit["find"] in text, edit
        (folder / edit["file"]).write_text(text.replace(edit["find"], edit["put"], 1), encoding="utf-8")
    for name, text in case.get("content", {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in case.get("missing", ()):
        (folder / name).unlink()
    if old := case.get("latin_1"):
        text = (folder / old["file"]).read_text(encoding="utf-8").replace(old["find"], old["put"])
        (folder / old["file"]).write_bytes(text.encode("latin-1"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_broken_document_yields_all_its_problems_by_file_and_line(path: Path, tmp_path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    folder = write_edition(tmp_path)
    spoilt(folder, case)
    found = lint([folder], VOCABULARY, DAY_OF_THE_CORPUS).problems
    said = [(one["file"], one["line"], one["message"]) for one in case["says"]]
    assert [(Path(one.file).name, one.line, one.message) for one in found] == said
    assert said


def test_the_corpus_is_about_every_check_there_is() -> None:
    said = [one["message"] for path in CORPUS for one in yaml.safe_load(path.read_text(encoding="utf-8"))["says"]]
    assert len(CORPUS) >= 60
    assert not [message for message in said if not any(part in message for part in WHAT_TO_DO)]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a tree of data."""
    if isinstance(value, dict):
        inner = [place for key, item in value.items() for place in places(item, (*so_far, key))]
    elif isinstance(value, list):
        inner = [place for index, item in enumerate(value) for place in places(item, (*so_far, index))]
    else:
        inner = []
    return [so_far, *inner]


PLACES = places(document_data())[1:]


@settings(max_examples=150, deadline=None)
@given(where=st.sampled_from(PLACES), junk=JUNK)
def test_whatever_stands_anywhere_is_told_or_harmless_and_never_breaks_the_checker(
    tmp_path_factory: pytest.TempPathFactory, where: tuple[Any, ...], junk: Any
) -> None:
    data = document_data()
    around: Any = data
    for key in where[:-1]:
        around = around[key]
    around[where[-1]] = junk
    folder = tmp_path_factory.mktemp("junk") / "anyshire" / "2020-09-01"
    folder.mkdir(parents=True)
    write(folder / "indicators.yaml", {"indicators": data.pop("indicators", [])})
    write(folder / "document.yaml", data)
    write(folder / "examples.yaml", {"examples": []})
    found = lint([folder], VOCABULARY, DAY_OF_THE_CORPUS).problems
    assert all(one.line >= 1 and one.message for one in found)
