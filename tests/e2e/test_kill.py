"""Killed at any moment: what was saved is there after a restart, and a sent concern's alert still goes, once."""

import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 240
CHAPTERS = ("tell", "respond", "danger", "kept", "decide", "add")

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every death, and what stood there afterwards."""
    folder = tmp_path_factory.mktemp("killing")
    command = [sys.executable, "-m", "tests.e2e.killing", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_process_really_died_at_every_fault_point(deaths: list[dict[str, Any]]) -> None:
    assert {one["died"] for one in deaths} == {-signal.SIGKILL}
    points = Counter(one["chapter"] for one in deaths)
    assert set(points) == set(CHAPTERS)
    assert min(points.values()) >= 10


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_acknowledged_is_lost_and_every_alert_goes_once(deaths: list[dict[str, Any]], chapter: str) -> None:
    wrong = {one["point"]: one["problems"] for one in deaths if one["chapter"] == chapter and one["problems"]}
    assert wrong == {}
