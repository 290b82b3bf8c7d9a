"""The guide to the directory file tells of every section and key that there is, of no other, and of every error."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from bot.directory import Directory, DirectoryError, load_directory, parse_directory
from tests.architecture.sources import ROOT

GUIDE = (ROOT / "docs" / "directory.md").read_text(encoding="utf-8")
PARTS = re.split(r"^### ", GUIDE.partition("## Sections")[2].partition("## What each error")[0], flags=re.MULTILINE)
SECTIONS = {part.partition("\n")[0].strip("`"): part for part in PARTS[1:]}
PHRASES = re.findall(r"^\| `([^`]+)` \|", GUIDE.partition("## What each error means")[2], flags=re.MULTILINE)
CORPUS = sorted((ROOT / "tests" / "bot" / "broken_directories").glob("*.yaml"))


def entry_of(section: str) -> type[BaseModel] | None:
    """The model of a section, or of its entries; None for a plain text."""
    kind = Directory.model_fields[section].annotation
    found = [one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, BaseModel)]
    return found[0] if found else None


def keys() -> Iterator[tuple[str, str]]:
    """Each section with each key that may stand in it."""
    for section in Directory.model_fields:
        entry = entry_of(section)
        yield from () if entry is None else ((section, key) for key in entry.model_fields)


def messages(path: Path) -> list[str]:
    """What is said of a broken file."""
    with pytest.raises(DirectoryError) as refused:
        load_directory(path)
    return [problem.message for problem in refused.value.problems]


def test_the_sections_of_the_guide_are_those_of_the_file_in_their_order() -> None:
    assert list(SECTIONS) == list(Directory.model_fields)


@pytest.mark.parametrize(("section", "key"), tuple(keys()))
def test_every_key_of_a_section_stands_in_its_part_of_the_guide(section: str, key: str) -> None:
    assert re.search(rf"`{key}\b", SECTIONS[section]), f"{section}: {key}"


@pytest.mark.parametrize("section", sorted({section for section, _ in keys()}))
def test_the_guide_has_no_key_in_an_example_that_the_file_has_not(section: str) -> None:
    entry = entry_of(section)
    assert entry is not None
    for example in re.findall(r"^  - \{(.+)\}$", SECTIONS[section], flags=re.MULTILINE):
        assert set(re.findall(r"(\w+): ", example)) <= set(entry.model_fields)


def test_the_guides_examples_stand_together_in_a_file_that_loads() -> None:
    blocks = "\n".join(re.findall(r"```yaml\n(.+?)```", GUIDE, flags=re.DOTALL))
    example = (ROOT / "examples" / "ealing.yaml").read_text(encoding="utf-8")
    bare = re.sub(r"^(rota|swaps):\n(  - .+\n)+", "", example.replace("clocks: {}\n", ""), flags=re.MULTILINE)
    # The swap of the guide needs a shift on its days.
    more = "  - {person: ealing.duty, first: 2026-12-14, last: 2026-12-27}\nswaps:"
    assert len(parse_directory("guide.yaml", bare + blocks.replace("swaps:", more)).rota) == 3


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_error_of_the_corpus_is_explained(path: Path) -> None:
    assert not [said for said in messages(path) if not any(phrase in said for phrase in PHRASES)]


def test_every_error_that_is_explained_is_really_said() -> None:
    said = [message for path in CORPUS for message in messages(path)]
    assert not [phrase for phrase in PHRASES if not any(phrase in message for message in said)]
