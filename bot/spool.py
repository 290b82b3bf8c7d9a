"""Danger that was pressed while the database was away: one small sealed file a press, until it is written down there.

A file is whole or not there: written beside its place, forced to the disk, then renamed. Its name is an id that says
nothing; any master key that is known opens it. What does not open is put aside and never stops the others.
"""

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.logs import Log
from storage.sealed import KeyRing, SealBroken
from storage.shapes import ConcernId, ConversationId, PersonId, Role, SchoolId

MOST_FILES = 1000
MOST_BYTES = 16_384
LONGEST_ID = 200
"""A conversation's id that is longer is none of ours: what was pressed in it begins one of its own."""
LONGEST_PLACE, LONGEST_CALLBACK = 500, 60
"""What an emergency screen takes of a place and a number, in characters; the rest is cut off."""
MOST_OF_STRANGERS = MOST_FILES // 2
"""So many files at most while there may be more of accounts that nobody knows: known people have room always."""
PRESS, FRESH, BAD = ".press", ".new", ".bad"
_MARK = b"swis-spool-1\n"
_COLUMN = "press"
_STAND_IN = "account"


def stand_in(channel: str, key: str) -> PersonId:
    """In the place of a person's id: an account of which nobody could say whose it is.

    >>> account_in(stand_in("slack", "T1:U1"))
    ('slack', 'T1:U1')
    """
    return PersonId(f"{_STAND_IN}:{channel}:{key}")


def account_in(person: str) -> tuple[str, str] | None:
    """The channel and the account that stand in a person's place; None for a person."""
    kind, _, account = person.partition(":")
    channel, _, key = account.partition(":")
    return (channel, key) if kind == _STAND_IN and key else None


class NotKept(Exception):  # noqa: N818 - what happened to the press
    """The press could not be kept. `code` says why: `full` (too many), `long` (for a press) or `unwritable`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, kw_only=True, slots=True)
class Direct:
    """Somebody who was told without the database: over which channel, when, under which receipt."""

    person: PersonId
    role: Role
    channel: str
    receipt: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """One press of danger with the ids that it has from its first instant, whenever they are written down.

    `id` names the file and the conversation that the press begins; `conversation` is the one whose first screen was
    answered so at `revision`, or the same as `id`. `what` is the option of the first screen. `school` and `authority`
    are empty where nobody knew the person: the gate is then asked when it is written down. `person` may be an account
    of which nobody could say whose it is; `way` is then what its channel needs to ask later.
    """

    id: ConversationId
    conversation: ConversationId
    revision: int
    concern: ConcernId
    reference: str
    person: PersonId
    role: Role
    school: SchoolId
    authority: str
    what: str
    at: datetime
    channel: str
    place: str = ""
    callback: str = ""
    told: tuple[Direct, ...] = ()
    way: str = ""

    def with_place(self, place: str, callback: str) -> "Press":
        """The press with where the child is and the number to ring back, as far as they were given."""
        return replace(
            self,
            place=place[:LONGEST_PLACE] or self.place,
            callback=callback[:LONGEST_CALLBACK] or self.callback,
        )


def left_in(folder: Path) -> int:
    """How many presses in a folder still need the master key that they are under."""
    return sum(1 for path in folder.glob("*") if path.suffix in (PRESS, FRESH))


def write_through(path: Path, content: bytes) -> None:
    """Write a file that only this account can read, and wait until it is on the disk.

    Raises:
        OSError: it can't be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True, kw_only=True, slots=True)
class Spool:
    """The folder. Its instants are the clock's; several processes may keep, replay and recover in one folder.

    `write` writes one file through to the disk.
    """

    folder: Path
    ring: KeyRing
    log: Log
    write: Callable[[Path, bytes], None] = write_through
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, press: Press) -> None:
        """Keep a press; one with the same id is replaced. When this returns it is on the disk.

        Raises:
            NotKept: there is no room, it is too long, or the folder can't be written.
        """
        with self._turn:
            self._keep(press)

    def change(self, press_id: str, change: Callable[[Press], Press]) -> bool:
        """Replace a kept press by `change(press)`. False if it is not kept (any more).

        Raises:
            NotKept: there is no room, or the folder can't be written; the press stays as it was.
        """
        with self._turn:
            kept = self._read(self._path(press_id, PRESS))
            if kept is None:
                return False
            self._keep(change(kept))
            return True

    def kept(self) -> tuple[Press, ...]:
        """Every press that is kept, oldest first."""
        with self._turn:
            found = [press for path in self._files(PRESS) if (press := self._read(path)) is not None]
        return tuple(sorted(found, key=lambda press: (press.at, press.id)))

    def done(self, press: Press) -> bool:
        """Remove a press that is written down elsewhere. False if it was added to meanwhile: then it stays."""
        path = self._path(press.id, PRESS)
        with self._turn:
            if self._read(path) not in (press, None):
                return False
            path.unlink(missing_ok=True)
            return True

    def put_aside(self, press_id: str, code: str) -> None:
        """Take a press out of the way for good, and shout."""
        with self._turn:
            self._put_aside(self._path(press_id, PRESS), code)

    def recover(self) -> None:
        """What a process that died left half done: a whole press is kept, one cut short removed.

        While any process writes, everything stays as it is until the next time.
        """
        with self._turn, self._apart() as alone:
            for path in list(self._files(FRESH)) if alone else ():
                with contextlib.suppress(OSError):
                    self._recover(path)

    def waiting(self) -> int:
        """How many presses are not written down yet."""
        return sum(1 for _ in self._files(PRESS))

    def aside(self) -> int:
        """How many files were put aside: somebody has to look at them."""
        return sum(1 for _ in self._files(BAD))

    def _recover(self, path: Path) -> None:
        kept = path.with_suffix(PRESS)
        if self._waits_for_key(path):
            # Whether it is whole nobody can tell yet: kept, but never in the place of one that may be.
            if not kept.exists():
                path.replace(kept)
        elif self._opened(path) is not None:
            path.replace(kept)
        else:
            path.unlink(missing_ok=True)

    def _keep(self, press: Press) -> None:
        path = self._path(press.id, PRESS)
        sealed = self._bounded(press)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            most = MOST_FILES if account_in(press.person) is None else MOST_OF_STRANGERS
            if not path.exists() and self.waiting() >= most:
                raise NotKept("full")
            with self._writing():
                self._put(path, sealed)
        except OSError as error:
            self.log("spool_unwritable", error=type(error).__name__, status=error.errno)
            raise NotKept("unwritable") from None

    def _put(self, path: Path, sealed: bytes) -> None:
        fresh = path.with_suffix(FRESH)
        try:
            self.write(fresh, sealed)
            fresh.replace(path)
            _force(self.folder)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise

    def _bounded(self, press: Press) -> bytes:
        """The press sealed, and never longer than what is read back: what begins it stays, what is beside it goes."""
        if len(press.conversation) > LONGEST_ID:
            press = replace(press, conversation=press.id, revision=0)
        for one in (press, replace(press, told=()), replace(press, told=(), way="")):
            sealed = self._sealed(one)
            if len(sealed) <= MOST_BYTES:
                return sealed
        raise NotKept("long")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """While a file is being written no process recovers. A disk that knows no locks is written all the same."""
        with _opened_folder(self.folder) as folder:
            with contextlib.suppress(OSError):
                fcntl.flock(folder, fcntl.LOCK_SH)
            yield

    @contextlib.contextmanager
    def _apart(self) -> Iterator[bool]:
        """Whether no process writes, nor begins to while this lasts."""
        if not self.folder.is_dir():
            yield False
            return
        with _opened_folder(self.folder) as folder:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            except OSError as error:
                self.log("spool_unlocked", error=type(error).__name__, status=error.errno)
            yield True

    def _path(self, press_id: str, suffix: str) -> Path:
        return self.folder / f"{press_id}{suffix}"

    def _files(self, suffix: str) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            yield from sorted(self.folder.glob(f"*{suffix}"))

    def _sealed(self, press: Press) -> bytes:
        box, wrapped = self.ring.new_box(press.id)
        return _MARK + len(wrapped).to_bytes(2, "big") + wrapped + box.seal(_COLUMN, _content(press))

    def _read(self, path: Path) -> Press | None:
        """The press, None if there is none; what is no press of ours is put aside."""
        try:
            raw = _bytes(path)
            if raw is None:
                return None
            if not self._may_open(raw):
                # The key may come back: a press is never thrown away because a setting is missing.
                self.log("spool_locked", about=_named(path))
                return None
            return self._of(path.stem, raw)
        except OSError as error:
            self.log("spool_unreadable", about=_named(path), error=type(error).__name__)
        except (SealBroken, ValueError, KeyError, TypeError) as error:
            self._put_aside(path, type(error).__name__)
        return None

    def _waits_for_key(self, path: Path) -> bool:
        """Whether it is a press under a master key that is not known here."""
        with contextlib.suppress(SealBroken, ValueError):
            raw = _bytes(path)
            return raw is not None and len(_wrapped(raw)) == _announced(raw) and not self._may_open(raw)
        return False

    def _opened(self, path: Path) -> Press | None:
        with contextlib.suppress(SealBroken, ValueError, KeyError, TypeError):
            raw = _bytes(path)
            return None if raw is None else self._of(path.stem, raw)
        return None

    def _may_open(self, raw: bytes) -> bool:
        return not raw.startswith(_MARK) or self.ring.knows(_wrapped(raw))

    def _of(self, name: str, raw: bytes) -> Press:
        if not raw.startswith(_MARK):
            raise ValueError("no press")
        wrapped = _wrapped(raw)
        sealed = raw[len(_MARK) + 2 + len(wrapped) :]
        press = _press(self.ring.box(name, wrapped).open(_COLUMN, sealed))
        if press.id != name:
            raise ValueError("a press under another name")
        return press

    def _put_aside(self, path: Path, code: str) -> None:
        self.log("spool_put_aside", about=_named(path), code=code)
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(BAD))


def _named(path: Path) -> str:
    """A file's name as the log takes it: anybody may have put a file there."""
    return path.stem if path.stem.isascii() and path.stem.isalnum() else "foreign"


def _force(folder: Path) -> None:
    """Wait until the folder itself knows the file."""
    with _opened_folder(folder) as opened:
        os.fsync(opened)


@contextlib.contextmanager
def _opened_folder(folder: Path) -> Iterator[int]:
    opened = os.open(folder, os.O_RDONLY)
    try:
        yield opened
    finally:
        os.close(opened)


def _bytes(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(raw) > MOST_BYTES:
        raise ValueError("too long for a press")
    return raw


def _wrapped(raw: bytes) -> bytes:
    start = len(_MARK) + 2
    return raw[start : start + _announced(raw)]


def _announced(raw: bytes) -> int:
    """How long the wrapped key is, as the file says."""
    return int.from_bytes(raw[len(_MARK) : len(_MARK) + 2], "big")


def _content(press: Press) -> Mapping[str, Any]:
    told = [{**asdict(one), "at": one.at.isoformat()} for one in press.told]
    return {**asdict(press), "at": press.at.isoformat(), "told": told}


def _press(content: Mapping[str, Any]) -> Press:
    told = tuple(Direct(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in content["told"])
    return Press(**{**content, "at": datetime.fromisoformat(content["at"]), "told": told})
