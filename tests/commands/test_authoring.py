"""The guide for authors, followed literally in an empty folder: every command is run, every file written as it says."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.sources import ROOT
from tests.thresholds.folders import write

GUIDE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(sh|yaml|markdown|jsonl|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PHRASES = re.findall(r"^\| `([^`]+)` \|", GUIDE.partition("## What lint says")[2], re.MULTILINE)
CORPUS = ROOT / "tests" / "thresholds" / "broken"
ENDS_WITH_2 = "# not done yet"
TODAY = "--now 2026-11-25T10:00:00+00:00"


@dataclass(frozen=True)
class Step:
    """A block of the guide."""

    kind: str
    text: str


def steps() -> Iterator[Step]:
    """The blocks in their order."""
    yield from (Step(kind, text) for kind, text in BLOCK.findall(GUIDE))


def followed(step: Step, folder: Path) -> None:
    """Do what a block says."""
    match step.kind:
        case "sh":
            for line in commands(step.text):
                ran(line, folder)
        case "yaml":
            file, _, text = step.text.removeprefix("# ").partition("\n")
            put(folder / file, yaml.safe_load(text))
        case "markdown" | "jsonl":
            first, _, text = step.text.partition("\n")
            (folder / first.strip("<!-> #")).write_text(text, encoding="utf-8")


def commands(block: str) -> Iterator[tuple[str, int]]:
    """Each command with the exit code that the guide promises."""
    code = 0
    for line in block.splitlines():
        if line.startswith("#"):
            code = 2 if line.startswith(ENDS_WITH_2) else 0
        else:
            yield line, code
            code = 0


def ran(command: tuple[str, int], folder: Path) -> None:
    """At a shell, in the author's folder; the day is the day of the guide's dates."""
    line, code = command
    dated = (
        f"{line} --now 2026-11-25T10:00:00+00:00" if re.match(r"swis thresholds (lint|sign|impact|new)", line) else line
    )
    path = f"{Path(sys.executable).parent}:{os.defpath}"
    done = subprocess.run(
        ["bash", "-ec", dated], cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, f"{line}\n{done.stdout}\n{done.stderr}"


def put(path: Path, said: dict[str, Any]) -> None:
    """As an author would: a line in the place of the one about the same sign, other keys in the place of their own."""
    there = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key, value in said.items():
        there[key] = merged(there[key], value) if key in ("indicators", "examples") else value
    write(path, there)


def merged(there: list[Any], said: list[Any]) -> list[Any]:
    """The list with each entry in the place of the one with its condition, or at the end."""
    found = list(there)
    for entry in said:
        places = [index for index, one in enumerate(found) if "when" in one and one["when"] == entry.get("when")]
        if places:
            found[places[0]] = entry
        else:
            found.append(entry)
    return found


def test_the_guide_followed_literally_ends_with_a_signed_document_and_a_next_version(tmp_path: Path) -> None:
    for step in steps():
        followed(step, tmp_path)
    record = yaml.safe_load((tmp_path / "anyshire" / "2027-04-01" / "signatures.yaml").read_text(encoding="utf-8"))
    assert [one["by"] for one in record] == ["A. N. Invented"]
    assert (tmp_path / "anyshire.html").stat().st_size > 100_000
    assert (tmp_path / "anyshire-on-paper.html").exists()


def test_the_guide_runs_every_command_that_an_author_has() -> None:
    for command in ("new", "lint", "show", "test", "diff", "impact", "sign"):
        assert re.search(rf"^swis thresholds {command} ", GUIDE, re.MULTILINE), command


def said_of_the_corpus() -> list[str]:
    """Every message of the corpus of broken documents."""
    return [
        one["message"]
        for path in CORPUS.glob("*.yaml")
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))["says"]
    ]


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_sentence_that_is_explained_is_really_said(phrase: str) -> None:
    assert any(phrase in message for message in said_of_the_corpus())


def test_the_readme_leads_to_the_guide() -> None:
    assert "(docs/authoring.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
