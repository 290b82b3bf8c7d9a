"""The directory files, looked at while the service runs: a good change is loaded, a broken one is refused whole.

What was refused is named until it is mended, and the last good directory stays. Nothing here reads a person's row.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot.directory import Directory, DirectoryError, changes, clashing, parse_directory, rows
from bot.holdings import going, note_load
from bot.logs import Log
from bot.places import Places, land_of
from bot.seams import Clock, nobody_listens
from dialogs.words import Words
from storage.errors import StoreError
from storage.unit import Store, UnitOfWork

UNREAD = ""
"""The digest of a file that was not looked at, or can't be read."""


def load(unit: UnitOfWork, directory: Directory, now: datetime) -> None:
    """Write an authority's people, schools, absences and rota in this unit, and that it was done."""
    unit.people.replace(directory.authority, *rows(directory))
    note_load(unit, directory, now)
    unit.audit.add(None, "directory_loaded", None, "", now, {"authority": directory.authority})


def all_serve(_directories: Sequence[Directory]) -> tuple[str, ...]:
    """Nothing against any of them: for tests, and where invented people may be served."""
    return ()


class _PassingError(DirectoryError):
    """What may pass without a change of the file, so that it is asked again each time.

    What it claims is another file's, which may let go of it; or a school would go whose concerns may be closed.
    """


@dataclass(frozen=True, slots=True)
class _Known:
    """A file as it was last looked at: its digest, what it last said that was good, and how many problems it has."""

    path: Path
    good: Directory
    digest: str = UNREAD
    problems: int = 0


@dataclass(kw_only=True, slots=True)
class Reload:
    """One a process. `against` says why directories may not be served, as at the start; nothing if they may.

    `first` is what the process began with; `loaded` is called when a change was loaded.
    """

    store: Store
    places: Places
    words: Words
    clock: Clock
    log: Log
    first: tuple[Directory, ...] = ()
    against: Callable[[Sequence[Directory]], Sequence[str]] = all_serve
    loaded: Callable[[], object] = nobody_listens
    _files: list[_Known] = field(default_factory=list)

    def watch(self, files: Iterable[tuple[Path, Directory]]) -> None:
        """Look at these files from now on; each with what was loaded from it."""
        self._files = [_Known(path, directory) for path, directory in files]

    @property
    def refused(self) -> tuple[str, ...]:
        """The authorities whose file can't be used as it stands; the last good one is."""
        return tuple(one.good.authority for one in self._files if one.problems)

    @property
    def directories(self) -> tuple[Directory, ...]:
        """The last good one of each authority."""
        good = {one.good.authority: one.good for one in self._files}
        return tuple(good.get(one.authority, one) for one in self.first)

    def look(self) -> tuple[str, ...]:
        """Read the files that changed, load the good ones, and say again which are refused.

        Returns the authorities that were loaded. What can't be written is tried again at the next look.

        Raises:
            StoreError: the database can't be written; nothing of that file was kept, the others were looked at.
        """
        loaded: list[str] = []
        failed: StoreError | None = None
        for number, one in enumerate(self._files):
            try:
                loaded += [one.good.authority] if self._looked(number, one) else []
            except StoreError as error:
                failed = error
        self._shout()
        if loaded:
            self.loaded()
        if failed is not None:
            raise failed
        return tuple(loaded)

    def _shout(self) -> None:
        for one in self._files:
            if one.problems:
                self.log("directory_refused", authority=one.good.authority, count=one.problems)

    def _looked(self, number: int, known: _Known) -> bool:
        """Whether a file's change was loaded."""
        raw = _bytes(known.path)
        digest = UNREAD if raw is None else hashlib.sha256(raw).hexdigest()
        if digest == known.digest and digest != UNREAD:
            return False
        try:
            directory = self._directory(known, raw)
        except DirectoryError as error:
            kept = UNREAD if isinstance(error, _PassingError) else digest
            self._files[number] = replace(known, digest=kept, problems=len(error.problems))
            return False
        changed = directory != known.good
        if changed:
            self._load(known.good, directory)
        self._files[number] = _Known(known.path, directory, digest)
        return changed

    def _directory(self, known: _Known, raw: bytes | None) -> Directory:
        """What a file says.

        Raises:
            DirectoryError: it can't be used, or must not be.
        """
        if raw is None:
            raise DirectoryError.of(known.path, "cannot be read: check the path")
        try:
            found = parse_directory(str(known.path), raw.decode("utf-8"))
        except UnicodeDecodeError:
            raise DirectoryError.of(known.path, "is not UTF-8 text: save it as UTF-8") from None
        if found.authority != known.good.authority:
            raise DirectoryError.of(known.path, f"was {known.good.authority}'s: start the service anew")
        reasons = self.against([found])
        if reasons:
            raise DirectoryError.of(known.path, *reasons)
        others = [one.good for one in self._files if one.path != known.path]
        claimed = [said for *_, said in clashing([*others, found])]
        if claimed:
            raise _PassingError.of(known.path, *claimed)
        self._lets_nobody_down(known, found)
        return found

    def _lets_nobody_down(self, known: _Known, found: Directory) -> None:
        """Raise unless every school with open concerns stays."""
        with self.store.read() as unit:
            schools = going(unit, [found], others=False)
        for one in schools:
            self.log("school_would_go", authority=one.authority, school=one.school, count=one.count)
        if schools:
            raise _PassingError.of(known.path, *map(str, schools))

    def _load(self, old: Directory, new: Directory) -> None:
        with self.store.write() as unit:
            load(unit, new, self.clock())
            unit.commit()
        self.places.lands = {**self.places.lands, new.authority: land_of(new, self.words)}
        self.places.forget()
        self.log("directory_loaded", authority=new.authority, count=len(changes(old, new)))


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
