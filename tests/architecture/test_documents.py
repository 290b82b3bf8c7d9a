"""README and the other documents say what the code does: settings, commands, targets, links that lead somewhere."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings, table
from tests.architecture.sources import ROOT, files

README = ROOT / "README.md"
LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:|mailto:|#)(?P<to>[^)#\s]+)[^)]*\)")


ROWS = table().splitlines()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip(" `"))
def test_every_setting_stands_in_the_readme_table(row: str) -> None:
    assert row in README.read_text(encoding="utf-8").splitlines(), "bot.settings.table() prints the table anew"


def test_the_readme_table_names_no_setting_that_is_gone() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.startswith("| `SWIS_") and line not in ROWS]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    assert Settings.model_fields[name].description


def test_every_target_that_a_document_names_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {name for path in files(".md") for name in re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8"))}
    assert {"run", "test"} <= named <= targets


@pytest.mark.parametrize("path", list(files(".md")), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    broken = [
        found["to"]
        for found in LINK.finditer(path.read_text(encoding="utf-8"))
        if not (path.parent / found["to"]).exists()
    ]
    assert not broken
