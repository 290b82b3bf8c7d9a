"""A corpus of broken directory files: each wrong line carries what must be said of it, and nothing else may be said.

A line ends in `# wrong: part of a message | part of another`; the one file beside the folder has nothing wrong.
"""

import re
from pathlib import Path

import pytest

from bot.directory import DirectoryError, load_directory

HERE = Path(__file__).parent
SOUND = HERE / "sound_directory.yaml"
CORPUS = sorted((HERE / "broken_directories").glob("*.yaml"))
_MARK = re.compile(r"  # wrong: (?P<says>.+)$")


def wanted(path: Path) -> list[tuple[int, str]]:
    """Each line that is wrong, with a part of what is said of it."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    marks = [(number, found["says"]) for number, line in lines if (found := _MARK.search(line))]
    return [(number, part) for number, says in marks for part in says.split(" | ")]


def found(path: Path) -> list[tuple[int, str]]:
    """Each problem's line and message."""
    with pytest.raises(DirectoryError) as refused:
        load_directory(path)
    assert {problem.file for problem in refused.value.problems} == {str(path)}
    return [(problem.line, problem.message) for problem in refused.value.problems]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_what_is_wrong_is_said_of_its_line_and_nothing_else_is_said(path: Path) -> None:
    left = found(path)
    assert wanted(path), "a broken file says what is wrong with it"
    for line, part in wanted(path):
        told = next((one for one in left if one[0] == line and part in one[1]), None)
        assert told is not None, f"line {line}: {part!r} was not said; there is {left}"
        left.remove(told)
    assert not left


def test_the_file_from_which_they_were_broken_is_sound() -> None:
    assert load_directory(SOUND).rota


def test_one_file_holds_every_kind_of_fault_at_once() -> None:
    assert len(wanted(HERE / "broken_directories" / "everything_at_once.yaml")) >= 17


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_message_says_what_to_do(path: Path) -> None:
    for _, message in found(path):
        assert re.search(r": (add|mend|name|give|put|keep|write)\b", message), message
