"""The machine that the figures come from: what it is, one core of it, and what its disk takes to keep a small write."""

import os
import platform
import sqlite3
from pathlib import Path
from statistics import median
from time import perf_counter

CPUINFO = Path("/proc/cpuinfo")
WRITES = 200


def hold_to_one_core() -> None:
    """Keep this process, and what it starts from now on, on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def description() -> str:
    """Processor, cores, system and versions, in one line."""
    cores = os.cpu_count()
    return (
        f"{_processor()}, {cores} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def _processor() -> str:
    lines = CPUINFO.read_text(encoding="utf-8").splitlines() if CPUINFO.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "processor not named"


def seconds_to_keep_a_write(folder: Path) -> float:
    """The middle time of appending 4 KB to a file and waiting until the disk has it."""
    path = folder / "write"
    with path.open("wb") as file:
        times = [_keep(file.fileno()) for _ in range(WRITES)]
    path.unlink()
    return median(times)


def _keep(file: int) -> float:
    start = perf_counter()
    os.write(file, bytes(4096))
    os.fdatasync(file)
    return perf_counter() - start
