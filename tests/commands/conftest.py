"""Runs a command as somebody at a terminal would, in this process: words, standard input, two streams, an exit code."""

import base64
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from tests.bot.scenarios.conftest import blank, file_place, file_scene, place, scene, server_place, template

__all__ = ["blank", "file_place", "file_scene", "place", "scene", "server_place", "template"]

MORNING = "2026-11-23T10:00:00+00:00"


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    def refused(self, *parts: str) -> None:
        """It did nothing, said so on stderr in these words, and ended with 2."""
        assert (self.code, self.out) == (2, "")
        assert "Traceback" not in self.err
        missing = [part for part in parts if part not in self.err]
        assert not missing, self.err


Swis = Callable[..., Ran]


@pytest.fixture
def swis(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Swis:
    """`swis(words…, given=text for standard input)`."""

    def run(*words: str, given: str | bytes = "") -> Ran:
        raw = given if isinstance(given, bytes) else given.encode()
        monkeypatch.setattr(sys, "argv", ["swis", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """One master key stands in the settings."""
    monkeypatch.setenv("SWIS_KEYS", f"one:{base64.b64encode(bytes(range(32))).decode()}")


@pytest.fixture
def in_file(tmp_path: Path) -> Callable[[object], str]:
    """Writes JSON into a file and gives its path."""

    def write(value: object) -> str:
        path = tmp_path / "given.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return str(path)

    return write
