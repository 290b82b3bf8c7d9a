"""The database as a whole: its copy, what is in it, whether its log, its keys and its flows still fit.

Knows little of single tables. A copy holds what is sealed as it is sealed: no key is in it.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy import Connection, func, inspect, select

from storage import schema
from storage.audit import chain_breaks
from storage.connections import mapped
from storage.engine import make_engine
from storage.sealed import SealBroken
from storage.shapes import FORM, ConcernId, ConversationId
from storage.unit import Store

Opening: TypeAlias = Literal["opened", "locked", "nothing_sealed"]

_concerns, _conversations = schema.concerns.c, schema.conversations.c
_NEWEST_CONCERN = (
    select(_concerns.id).where(_concerns.data_key.is_not(None)).order_by(_concerns.created_at.desc()).limit(1)
)
_NEWEST_TALK = (
    select(_conversations.id)
    .where(_conversations.data_key.is_not(None), _conversations.revision > 0)
    .order_by(_conversations.started_at.desc())
    .limit(1)
)
_FLOWS = (
    select(_conversations.flow, _conversations.flow_version, func.count())
    .where(_conversations.state.in_(("open", "sent")), _conversations.flow != FORM)
    .group_by(_conversations.flow, _conversations.flow_version)
)
_LOG = select(schema.audit).order_by(schema.audit.c.chain, schema.audit.c.number)


def is_empty(url: str) -> bool:
    """Whether the database has no table at all. A SQLite file that is not there is empty, and is not made.

    Raises:
        StoreError: it can't be reached.
    """
    engine = make_engine(url)
    file = Path(engine.url.database or "")
    if engine.dialect.name == "sqlite" and not file.exists():
        return True
    try:
        with mapped():
            return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def flows_in_use(url: str) -> Mapping[tuple[str, int], int]:
    """How many conversations each flow and version has that are open, or became a record. Whatever the version.

    A database that is not there, or has no tables yet, has none.

    Raises:
        StoreError: it can't be reached.
    """
    if is_empty(url):
        return {}
    with _connected(url) as connection:
        return {(flow, version): count for flow, version, count in connection.execute(_FLOWS)}


def broken_chains(url: str) -> tuple[str, ...]:
    """The chains of the log that do not verify: a line was changed, left out or moved.

    Raises:
        StoreError: the log can't be read.
    """
    with _connected(url) as connection:
        rows = connection.execution_options(yield_per=1000).execute(_LOG)
        return chain_breaks(rows)


def opening(url: str, store: Store) -> Opening:
    """Whether the store's keys open what was sealed last.

    Raises:
        StoreError: it can't be read.
    """
    with _connected(url) as connection:
        concern = connection.execute(_NEWEST_CONCERN).scalar_one_or_none()
        talk = connection.execute(_NEWEST_TALK).scalar_one_or_none()
    try:
        with store.read() as unit:
            if concern is not None:
                unit.concerns.read(ConcernId(concern))
            if talk is not None:
                unit.conversations.load(ConversationId(talk))
    except SealBroken:
        return "locked"
    return "nothing_sealed" if concern is None and talk is None else "opened"


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = make_engine(url)
    try:
        with mapped(), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database, also while it is written to: the copy is of one moment, one file, and on the disk.

    Raises:
        StoreError: the source is no database, or there is no room.
    """
    with mapped(), closing(_opened(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        # The copy carries no log beside it.
        copy.execute("PRAGMA journal_mode = DELETE").close()
    flush(target)


def _opened(source: Path) -> sqlite3.Connection:
    """Never makes a file: a wrong path is an error."""
    return sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)


def flush(path: Path) -> None:
    """Wait until the file, or the folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
