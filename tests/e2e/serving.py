"""The service as processes of their own, in rehearsal, and what they say to whoever watches over them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp.test_utils import unused_port

ROOT = Path(__file__).resolve().parents[2]
KEY = f"k1:{b64encode(bytes(range(32))).decode()}"
CLUSTERS = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Service:
    """A running process."""

    address: str
    process: "subprocess.Popen[str]"

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body of a page."""
        try:
            with urllib.request.urlopen(f"{self.address}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def says(self, path: str) -> Any:
        """The JSON of a page."""
        return json.loads(self.ask(path)[1])

    def is_ready(self) -> bool:
        """Whether it is, asked until it is or a while has gone: the first audit runs just after the start."""
        until = monotonic() + 30
        while self.ask("/healthz/ready")[0] != 200:
            if monotonic() > until:
                return False
        return True

    def end(self) -> int:
        """Ask it to end, as a machine does that shuts down; its exit code."""
        self.process.terminate()
        return self.process.wait(30)


def environment(url: str, port: int) -> dict[str, str]:
    """What a process is given: nothing of ours from outside."""
    return {"PATH": os.defpath, "SWIS_DATABASE_URL": url, "SWIS_PORT": str(port), "SWIS_KEYS": KEY}


def swis(url: str, *words: str, port: int = 8080) -> "subprocess.CompletedProcess[str]":
    """A command that ends by itself."""
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(url, port), capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def rehearsing(url: str, count: int = 1) -> Iterator[list[Service]]:
    """Rehearsals on a migrated database, all started at the same moment, listening.

    Raises:
        RuntimeError: one ended instead.
    """
    started = [_started(url) for _ in range(count)]
    try:
        yield [_listening(one) for one in started]
    finally:
        for one in started:
            one.kill()
            one.communicate()


def _started(url: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bot", "serve", "--rehearsal"]
    given = environment(url, unused_port())
    return subprocess.Popen(
        command, cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )  # fmt: skip


def _listening(process: "subprocess.Popen[str]") -> Service:
    assert process.stdout is not None
    address = process.stdout.readline().rpartition(" at ")[2].strip()
    if not address:
        raise RuntimeError("the service did not start")
    return Service(address=address.rstrip("/"), process=process)


def postgresql() -> Path | None:
    """Where the programs of PostgreSQL are, if there are any."""
    return next((path for path in sorted(CLUSTERS.glob("*/bin"), reverse=True) if (path / "initdb").exists()), None)


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A private PostgreSQL that listens in a folder of its own; the address of its database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        as_them = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if as_them:
            shutil.chown(folder, "postgres")
        place = ["-D", str(folder / "data")]
        made = [str(programs / "initdb"), *place, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]
        started = [str(programs / "pg_ctl"), *place, "-w", "-l", str(folder / "log")]
        subprocess.run([*as_them, *made, "--locale=C.UTF-8"], check=True, capture_output=True, cwd=folder)
        options = f"-k {folder} -c listen_addresses="
        with (folder / "said").open("w") as said:
            # Its server inherits what it is given, so that no pipe may stand there.
            subprocess.run([*as_them, *started, "-o", options, "start"], check=True, stdout=said, cwd=folder)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            subprocess.run([*as_them, *started, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=folder)
