"""Back-up files: made of a running database and put into an empty one. SQLite copies itself, PostgreSQL's own client
programs do it for PostgreSQL.

A file appears under its name only when it is whole and on the disk. Knows nothing of what is in it.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from bot.settings import environment_of_child
from storage.whole import copy_sqlite, flush

_POSTGRES_MARK, _SQLITE_MARK = b"PGDMP", b"SQLite format 3\x00"
_INSTALL = "install PostgreSQL's client programs (Debian: apt-get install postgresql-client)"


class CopyError(Exception):
    """A back-up can't be made or read; one sentence that says what to do."""


def back_up(url: str, file: Path, *, force: bool = False) -> int:
    """Write a back-up of the database into a new file that only its owner may read; its size in bytes.

    Raises:
        CopyError: the file stands already and `force` is false, it is the database itself, there is no database, or
            the client program failed.
        StoreError: the database can't be read, or the disk is full.
        OSError: the file can't be written.
    """
    if file.exists() and not force:
        raise CopyError(f"{file} stands already: choose another name, or --force to write over it")
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and _is_of(Path(address.database or ""), file):
        raise CopyError(f"{file} is the database itself: choose another name")
    with _beside(file) as unfinished:
        if address.get_backend_name() == "sqlite":
            copy_sqlite(_there(Path(address.database or "")), unfinished)
        else:
            _dump(address, unfinished)
        _put(unfinished, file, force=force)
    return file.stat().st_size


def restore(url: str, file: Path) -> None:
    """Put a back-up into a database that has no tables; all of it or nothing.

    Raises:
        CopyError: the file is no back-up of this kind of database, or the client program failed.
        StoreError: the back-up can't be read as a database, or the disk is full.
        OSError: a file can't be read or written.
    """
    address = make_url(url)
    kind = "sqlite" if address.get_backend_name() == "sqlite" else "postgresql"
    if _kind_of(file) != kind:
        raise CopyError(f"{file} is no back-up of a {kind} database: SWIS_DATABASE_URL and the file must fit")
    if kind == "postgresql":
        _load(address, file)
        return
    target = Path(address.database or "")
    _no_old_log(target)
    with _beside(target) as unfinished:
        copy_sqlite(file, unfinished)
        _put(unfinished, target, force=target.exists() and target.stat().st_size == 0)


def _is_of(database: Path, file: Path) -> bool:
    """Whether a file is the database's own, by whatever name, or its log."""
    own = (database, *(Path(f"{database}{end}") for end in ("-wal", "-shm")))
    return any(
        one.resolve() == file.resolve() or (one.exists() and file.exists() and one.samefile(file)) for one in own
    )


def _there(path: Path) -> Path:
    if not path.exists():
        raise CopyError(f"there is no database at {path}: check SWIS_DATABASE_URL")
    return path


def _no_old_log(target: Path) -> None:
    """SQLite would read the log of the database that was there before into the one that is put there."""
    left = [f"{target}{end}" for end in ("-wal", "-shm") if Path(f"{target}{end}").exists()]
    if left:
        raise CopyError(f"{' and '.join(left)} of an earlier database lie there: move them away first")


def _kind_of(file: Path) -> str:
    with file.open("rb") as opened:
        start = opened.read(len(_SQLITE_MARK))
    if start == _SQLITE_MARK:
        return "sqlite"
    return "postgresql" if start.startswith(_POSTGRES_MARK) else "unknown"


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """An unfinished file in the same folder, mode 0600; gone afterwards, whatever happened.

    Raises:
        CopyError: there is no such folder, or nothing may be written there.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except FileNotFoundError:
        raise CopyError(f"the folder {file.parent} is not there: make it") from None
    except OSError as error:
        raise CopyError(f"nothing can be written into {file.parent} ({error.strerror}): choose another") from None
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _put(unfinished: Path, file: Path, *, force: bool) -> None:
    """Give the finished file its name. Without `force` a link refuses where somebody was faster."""
    if force:
        unfinished.replace(file)
    else:
        try:
            file.hardlink_to(unfinished)
        except FileExistsError:
            raise CopyError(f"{file} stands already: choose another name, or --force to write over it") from None
    flush(file.parent)


def _dump(address: URL, file: Path) -> None:
    _client("pg_dump", address, ("--format=custom", "--no-owner", "--no-privileges", f"--file={file}"))
    flush(file)


def _load(address: URL, file: Path) -> None:
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(file))
    _client("pg_restore", address, options)


def _client(program: str, address: URL, options: Sequence[str]) -> None:
    """Run a client program. The password goes by its environment: a command line is for everybody to read."""
    path = shutil.which(program)
    if path is None:
        raise CopyError(f"{program} is not there: {_INSTALL}")
    query = {name: value for name, value in address.query.items() if name != "password"}
    open_part = address.set(drivername="postgresql", query=query)
    place = URL.create(
        "postgresql", open_part.username, None, open_part.host, open_part.port, open_part.database, open_part.query
    )
    command = [path, "--no-password", f"--dbname={place.render_as_string()}", *options]
    environment = environment_of_child(_password(address))
    ended = subprocess.run(command, env=environment, capture_output=True, check=False, text=True, errors="replace")  # noqa: S603
    if ended.returncode:
        raise CopyError(f"{program} failed: {_first_line(ended.stderr)}")


def _password(address: URL) -> dict[str, str]:
    found = address.password or address.query.get("password")
    return {"PGPASSWORD": str(found)} if found else {}


def _first_line(said: str) -> str:
    """Only the first: what follows may repeat a row."""
    line = said.strip().partition("\n")[0]
    return line or "it gave no reason"
