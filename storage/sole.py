"""One service a SQLite file: a lock beside it that ends with the process, however it ends. PostgreSQL takes many."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from storage.errors import StoreBusy


@contextmanager
def sole(url: str) -> Iterator[None]:
    """Hold the lock of a SQLite file; on another database nothing is locked.

    Raises:
        StoreBusy: another process holds it.
        OSError: the lock's file can't be made.
    """
    path = file_of(url)
    if path is None:
        yield
        return
    with path.with_name(f"{path.name}.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusy("another process holds the lock", f"another `swis serve` works on {path.name}") from None
        yield


def file_of(url: str) -> Path | None:
    """The file of a SQLite address; None for another database."""
    address = make_url(url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None
