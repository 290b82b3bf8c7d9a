"""What a process costs that has nothing to do: `swis serve --rehearsal` on SQLite, and on PostgreSQL if there is one.

It is left to settle, then its processor time over a minute and its memory are read from /proc. Nobody asks it anything
meanwhile, so that what remains is looking for due rows, the auditor and the alarms.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from time import sleep

from bench.figures import Figure, Section

ROOT = Path(__file__).parents[1]
CLUSTERS = Path("/usr/lib/postgresql")
SETTLES, MEASURED = 15, 60
CORE_PERCENT, MEGABYTES = 1.0, 150.0


def main() -> Section:
    """Measure on each database there is."""
    with tempfile.TemporaryDirectory() as folder:
        figures = _figures("SQLite", f"sqlite:///{Path(folder) / 'idle.sqlite'}")
    programs = next((path for path in sorted(CLUSTERS.glob("*/bin"), reverse=True)), None)
    if programs is not None:
        with _cluster(programs) as url:
            figures += _figures("PostgreSQL", url)
    return Section(
        title="A process with nothing to do",
        how=f"`swis serve --rehearsal`, both example directories, left alone for {SETTLES} s and then measured over\n"
        f"{MEASURED} s: its own processor time as a part of one core, and its resident memory at the end.",
        figures=figures,
    )


def _figures(name: str, url: str) -> tuple[Figure, ...]:
    with _serving(url) as number:
        sleep(SETTLES)
        before = _seconds(number)
        sleep(MEASURED)
        percent, memory = 100 * (_seconds(number) - before) / MEASURED, _megabytes(number)
    return (
        Figure(what=f"{name}, part of one core", value=percent, unit="%", at_most=CORE_PERCENT),
        Figure(what=f"{name}, resident memory", value=memory, unit="MB", at_most=MEGABYTES),
    )


def _seconds(number: int) -> float:
    """Processor time, in user and system, that the process has used."""
    fields = Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(number: int) -> float:
    lines = Path(f"/proc/{number}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) * 1024 / 1_000_000


@contextmanager
def _serving(url: str) -> Iterator[int]:
    """The number of a process that is ready."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    key = f"idle:{b64encode(bytes(range(32))).decode()}"
    given = {"PATH": os.defpath, "SWIS_DATABASE_URL": url, "SWIS_PORT": str(port), "SWIS_KEYS": key}
    command = [sys.executable, "-m", "bot"]
    subprocess.run([*command, "migrate"], cwd=ROOT, env=given, check=True, stdout=subprocess.DEVNULL)
    with subprocess.Popen([*command, "serve", "--rehearsal"], cwd=ROOT, env=given, stdout=subprocess.DEVNULL) as one:
        try:
            _wait_until_ready(port)
            yield one.pid
        finally:
            one.terminate()


def _wait_until_ready(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready") as answer:
                assert json.load(answer)["ready"]
                return
        except (urllib.error.URLError, ConnectionError):
            sleep(0.1)
    raise RuntimeError("the service did not become ready")


@contextmanager
def _cluster(programs: Path) -> Iterator[str]:
    """A private PostgreSQL that listens in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        as_them = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if as_them:
            subprocess.run(["chown", "postgres", folder], check=True)
        place, quiet = ["-D", f"{folder}/data"], subprocess.DEVNULL
        made = [*as_them, f"{programs}/initdb", *place, "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        subprocess.run([*made, "--locale=C.UTF-8"], check=True, stdout=quiet, stderr=quiet, cwd=folder)
        control = [*as_them, f"{programs}/pg_ctl", *place, "-w", "-l", f"{folder}/log"]
        options = f"-k {folder} -c listen_addresses="
        subprocess.run([*control, "-o", options, "start"], check=True, stdout=quiet, cwd=folder)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "-m", "fast", "stop"], check=True, stdout=quiet, cwd=folder)


if __name__ == "__main__":
    for row in main().figures:
        print(row.row())
