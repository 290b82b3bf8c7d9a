"""What can go wrong with storage, each with what to do. Database errors become one of these at the unit's edge."""

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class StoreError(Exception):
    """Storage could not do it; nothing of this unit was kept. `advice` tells the reader what to do."""

    advice = "Nothing was changed. Try again, and ring if a child can't wait."

    def __init__(self, message: str, advice: str | None = None) -> None:
        self.advice = advice or type(self).advice
        super().__init__(message)


class StoreBusy(StoreError):  # noqa: N818
    """Somebody else was writing for too long."""

    advice = "Nothing was changed. Try again in a few seconds."


class StoreFull(StoreError):  # noqa: N818
    """There is no room left."""

    advice = "Nothing was changed. Free space on the database's disk; until then ring instead."


class StoreBroken(StoreError):  # noqa: N818
    """The database can't be read, reached or written."""

    advice = "Nothing was changed. Ring instead, and tell whoever runs the service to run `swis check`."


class NotFound(StoreError):  # noqa: N818
    """What was asked for, or what a row refers to, is not there."""

    advice = "Check the id or reference; it may have been erased."


class StaleRevision(StoreError):  # noqa: N818
    """The conversation moved on meanwhile, or is no longer open."""

    advice = "Load the conversation again and show its present screen."


class StaleLife(StoreError):  # noqa: N818
    """The concern moved on meanwhile."""

    advice = "Read the concern again and show its present state."


class AlreadyThere(StoreError):  # noqa: N818
    """Something with this id or reference stands already."""

    advice = "Nothing was changed. Read what is there, or use a new id."


_BUSY, _LOCKED, _FULL = sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL
_BY_CODE: Mapping[int, type[StoreError]] = MappingProxyType({_BUSY: StoreBusy, _LOCKED: StoreBusy, _FULL: StoreFull})
_BY_EXTENDED: Mapping[int, type[StoreError]] = MappingProxyType(
    {
        sqlite3.SQLITE_CONSTRAINT_UNIQUE: AlreadyThere,
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: AlreadyThere,
        sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: NotFound,
    }
)
_BY_SQLSTATE: Mapping[str, type[StoreError]] = MappingProxyType(
    {
        "23505": AlreadyThere,
        "23503": NotFound,
        "53100": StoreFull,
        "53300": StoreBusy,
        "55P03": StoreBusy,
        "57014": StoreBusy,
        "40001": StoreBusy,
        "40P01": StoreBusy,
    }
)
_MESSAGES: Mapping[type[StoreError], str] = MappingProxyType(
    {
        StoreBusy: "the database is locked by another writer",
        StoreFull: "the database has no room left",
        StoreBroken: "the database can't be used",
        NotFound: "a row refers to something that is not there",
        AlreadyThere: "a row with this id stands already",
    }
)


def as_store_error(error: BaseException) -> StoreError:
    """The one of ours that fits a database error; its text holds the driver's code, never a value that was written."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    kind, code = _kind_and_code(cause)
    return kind(f"{_MESSAGES[kind]} ({code})", _advice(cause))


def _kind_and_code(cause: BaseException) -> tuple[type[StoreError], str]:
    if isinstance(cause, PoolTimeoutError):
        return StoreBusy, "no free connection"
    if isinstance(cause, sqlite3.Error):
        number = getattr(cause, "sqlite_errorcode", 0)
        kind = _BY_EXTENDED.get(number) or _BY_CODE.get(number & 0xFF, StoreBroken)
        return kind, getattr(cause, "sqlite_errorname", type(cause).__name__)
    state = getattr(cause, "sqlstate", None)
    return _BY_SQLSTATE.get(state or "", StoreBroken), state or type(cause).__name__


def _advice(cause: BaseException) -> str | None:
    missing = str(cause).startswith("no such table") or getattr(cause, "sqlstate", None) == "42P01"
    return "The database was not prepared: run `swis migrate`." if missing else None
