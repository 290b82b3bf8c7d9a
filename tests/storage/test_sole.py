"""One service a SQLite file, and as many as you like on another database."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import StoreBusy
from storage.sole import file_of, sole


def test_a_second_one_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'swis.sqlite'}"
    with sole(url), pytest.raises(StoreBusy) as refused, sole(url):
        pass
    assert "swis.sqlite" in refused.value.advice
    with sole(url):
        pass


def test_the_lock_ends_with_its_process_however_it_ends(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'swis.sqlite'}"
    script = f"import os\nfrom storage.sole import sole\nwith sole({url!r}):\n    os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script], check=False, timeout=30)
    with sole(url):
        pass


def test_two_files_have_two_locks(tmp_path: Path) -> None:
    with sole(f"sqlite:///{tmp_path / 'one.sqlite'}"), sole(f"sqlite:///{tmp_path / 'two.sqlite'}"):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["one.sqlite.lock", "two.sqlite.lock"]


def test_on_postgresql_nothing_is_locked() -> None:
    url = "postgresql://somebody@127.0.0.1/swis"
    with sole(url), sole(url):
        assert file_of(url) is None
