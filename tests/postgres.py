"""A private PostgreSQL for one run of the tests: the first worker that needs it starts it; when all have left, it ends.

It listens on a socket in a folder of its own, never on the network. A database is copied from a migrated one.
"""

import fcntl
import itertools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from storage.migrations import upgrade

_CLUSTERS = Path("/usr/lib/postgresql")
# Only the operating system's own crash would lose what is not flushed; the database's crash loses nothing.
_LEAN = ("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "shared_buffers=64MB")
_DURABLE = ("shared_buffers=128MB",)
_ROOMY = ("max_connections=200", "listen_addresses=")


class Missing(Exception):  # noqa: N818 - a reason to skip, not a fault
    """This machine can't start a PostgreSQL; says what to install."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL whose cluster, socket and log lie in one folder."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run a statement that can't stand in a transaction, such as CREATE DATABASE."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def has(self, database: str) -> bool:
        """Whether there is a database of this name."""
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres") as connection:
            return connection.execute("SELECT FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None

    def once(self, database: str, make: Callable[[str], None]) -> str:
        """The name of a database that the first worker to ask makes whole with `make(url)`; a template for copies."""
        with _alone(self.folder / f"{database}.making"):
            if not self.has(database):
                self.run(f"CREATE DATABASE {database}_half")
                make(self.url(f"{database}_half"))
                self.run(f"ALTER DATABASE {database}_half RENAME TO {database}")
        return database

    def crash(self) -> None:
        """End it without any tidying, as a power cut does, and start it again. Every connection is lost."""
        _control(self.folder, "-m", "immediate", "restart")

    def stop(self) -> None:
        """End it. Every connection is lost."""
        _control(self.folder, "-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again after `stop`."""
        _control(self.folder, "start")


_numbers = itertools.count(1)


def migrated(server: Server) -> str:
    """The template that holds the tables and nothing in them."""
    return server.once("migrated", upgrade)


@contextmanager
def fresh(server: Server, template: str = "template0") -> Iterator[str]:
    """The address of a database of one's own, dropped afterwards."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.url(name)
    finally:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def shared(root: Path) -> Iterator[Server]:
    """The one server of all workers, who share the folder `root`.

    Raises:
        Missing: no PostgreSQL is installed.
    """
    with (root / "postgres.users").open("a") as users:
        with _alone(root / "postgres.starting"):
            # Waits while the keeper ends a server that everybody had left.
            fcntl.flock(users, fcntl.LOCK_SH)
            server = _running(root / "postgres.folder") or _kept(root)
        yield server


@contextmanager
def private(*, durable: bool = False) -> Iterator[Server]:
    """A server for one test alone, which may crash it. `durable`: it waits for the disk, for what is measured.

    Raises:
        Missing: no PostgreSQL is installed.
    """
    server = _started(_DURABLE if durable else _LEAN)
    try:
        yield server
    finally:
        with suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(server.folder)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _running(note: Path) -> Server | None:
    folder = Path(note.read_text(encoding="utf-8")) if note.exists() else None
    return Server(folder) if folder is not None and folder.exists() else None


def _kept(root: Path) -> Server:
    """Start a server with a keeper, who ends it as soon as nobody holds the users' lock: killed workers hold none."""
    server = _started()
    (root / "postgres.folder").write_text(str(server.folder), encoding="utf-8")
    end = f"{_command_line(server.folder)} -m immediate stop; rm -rf {server.folder}"
    keeper = ["flock", "-x", str(root / "postgres.users"), "sh", "-c", end]
    quiet = subprocess.DEVNULL
    _KEEPERS.append(subprocess.Popen(keeper, start_new_session=True, stdin=quiet, stdout=quiet, stderr=quiet))
    return server


_KEEPERS: list[subprocess.Popen[bytes]] = []
"""Never waited for: they outlive the run by a moment."""


def _started(settings: Sequence[str] = _LEAN) -> Server:
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="swis-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    made = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run([*_as_owner(), str(binaries / "initdb"), "-D", str(folder / "data"), *made])
    with (folder / "data" / "postgresql.auto.conf").open("a") as file:
        file.write("".join(f"{name} = '{value}'\n" for name, _, value in _settings(folder, settings)))
    server = Server(folder)
    server.start()
    return server


def _settings(folder: Path, settings: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return (one.partition("=") for one in (*settings, *_ROOMY, f"unix_socket_directories={folder}"))


def _binaries() -> Path:
    found = [path for path in _CLUSTERS.glob("*/bin") if (path / "initdb").exists()]
    if not found:
        raise Missing("PostgreSQL is not installed: `make test` installs it, or apt-get install postgresql")
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        raise Missing("PostgreSQL refuses to run as root, and there is no runuser: apt-get install util-linux")
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))


def _control(folder: Path, *what: str) -> None:
    _run([*_control_line(folder), *what])


def _control_line(folder: Path) -> list[str]:
    return [
        *_as_owner(), str(_binaries() / "pg_ctl"), "-D", str(folder / "data"), "-l", str(folder / "log"), "-w", "-s",
    ]  # fmt: skip


def _command_line(folder: Path) -> str:
    return " ".join(_control_line(folder))


def _as_owner() -> list[str]:
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd="/")
