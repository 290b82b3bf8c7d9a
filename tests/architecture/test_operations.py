"""docs/operations.md names only what there is, and systemd itself judges the units it installs sound and tight."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.__main__ import gathered
from bot.metrics import GAUGES, SOCKETS, Metrics
from bot.settings import Settings, environment_names
from tests.architecture.sources import ROOT, files
from tests.architecture.test_commands import commands
from tests.conftest import absent

DOCUMENT = ROOT / "docs" / "operations.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
UNITS = sorted(path for path in (ROOT / "deploy").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
PROGRAMME = "/usr/local/lib/swis/.venv/bin/swis"
MOST_EXPOSED = 1.2


def code(folder: str) -> str:
    """All Python text below a folder."""
    return "\n".join(path.read_text(encoding="utf-8") for path in files(".py", under=folder))


def test_every_command_that_is_named_is_there() -> None:
    named = set(re.findall(r"(?:as_swis|`swis|bin/swis) ([a-z]+)", TEXT + "".join(map(Path.read_text, UNITS))))
    assert {"check", "migrate", "backup", "restore", "rekey", "serve"} <= named
    assert named <= set(commands(gathered()))


def test_every_shipped_file_is_named_and_every_named_file_is_shipped() -> None:
    named = set(re.findall(r"deploy/([\w.-]+\w)", TEXT))
    assert named == {path.name for path in UNITS}


def test_every_setting_that_is_named_is_there() -> None:
    known = {name for field in Settings.model_fields for name in environment_names(field)}
    assert set(re.findall(r"\bSWIS_[A-Z_]+", TEXT + "".join(map(Path.read_text, UNITS)))) <= known


def test_every_figure_that_is_named_is_there() -> None:
    programme = code("bot")
    named = {name.removesuffix("_total") for name in re.findall(r"`(swis_[a-z_]+)", TEXT)}
    assert not {name for name in named if f'"{name}' not in programme}


def test_every_figure_that_is_exported_is_named() -> None:
    sockets = {name: {"slack": 0.0} for name in SOCKETS}
    page = Metrics().page(dict.fromkeys(GAUGES, 0.0), {"deliver": 1.0}, sockets).decode()
    exported = {name.removesuffix("_total") for name in re.findall(r"^# TYPE (swis_\w+)", page, re.MULTILINE)}
    named = {name.removesuffix("_total") for name in re.findall(r"^\| `(swis_[a-z_]+)", TEXT, re.MULTILINE)}
    assert {"swis_turn_seconds", "swis_waiting_rows"} <= exported
    assert exported == named


@pytest.mark.parametrize("sentence", re.findall(r'\*\*"([^"]+?)\.?"', TEXT))
def test_a_sentence_that_is_quoted_is_what_the_programme_says(sentence: str) -> None:
    assert sentence[1:] in code("storage") + code("bot")


@pytest.mark.parametrize("path", ["/etc/swis/swis.env", "/etc/swis/keys", "/var/lib/swis", PROGRAMME])
def test_paths_are_the_same_in_the_document_and_in_the_unit(path: str) -> None:
    assert path in TEXT
    assert path in (ROOT / "deploy" / "swis.service").read_text(encoding="utf-8")


def analyze(*words: str) -> str:
    """What systemd-analyze says; a refusal fails the test."""
    program = shutil.which("systemd-analyze")
    if program is None:
        absent("systemd-analyze is not installed: `make test` installs it, or apt-get install systemd")
    ran = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    return ran.stdout


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    """Copied, with a programme that is there in the place of ours."""
    programme = tmp_path / "programme"
    programme.write_text("#!/bin/sh\n", encoding="ascii")
    programme.chmod(0o755)
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(PROGRAMME, str(programme))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    analyze("verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_systemd_judges_the_services_tight(unit: Path) -> None:
    said = analyze("security", "--offline=true", "--no-pager", str(unit))
    (level,) = re.findall(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert float(level) <= MOST_EXPOSED
