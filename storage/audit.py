"""The append-only log: one chain for each concern or conversation, every line bound to the line before it.

Lines hold ids, codes and hashes, never content; erasing a concern leaves its chain whole. Nothing here updates or
deletes, and the database refuses both.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import Connection, and_, bindparam, func, literal_column, select

from storage import schema
from storage.errors import StoreBusy
from storage.prepared import Prepared
from storage.schema import AnyRow, to_instant, to_number
from storage.shapes import AuditEntry, ConcernId, PersonId
from storage.upsert import giving_way

About: TypeAlias = Mapping[str, str | int | None]
Head: TypeAlias = tuple[int, str]
"""Number and hash of a chain's last line."""
Line: TypeAlias = dict[str, Any]
"""A row of the log as the driver takes it."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "conversation_started": "began a conversation.",
        "answered": "answered a screen.",
        "own_message_shown": "was shown how the own concern stands, in the message about it.",
        "typed_kept": "left words on a screen that were not sent yet.",
        "sent": "sent the concern.",
        "danger_alerted": "raised the alarm; the first alert went out before the record was finished.",
        "sent_directly": "was sent a message while the records were away.",
        "told": "was told.",
        "told_again": "was told again; the first time may have arrived too.",
        "opened": "opened the concern.",
        "read": "read part of the concern.",
        "had": "took the concern with I have it.",
        "had_by_social_worker": "took the concern with I have it, as social worker.",
        "handing_over": "asked a colleague to take it over; it stays here until the colleague has it.",
        "handed_over": "took the concern over from a colleague with I have it.",
        "handed_over_by_social_worker": "took the concern over from a colleague with I have it, as social worker.",
        "given_back": "gave the concern back; the alerts went on.",
        "given_back_by_social_worker": "gave the concern back, as social worker.",
        "let_go": "had the concern and is not at the school any more; the alerts went on.",
        "let_go_by_social_worker": "had the concern as social worker and does not serve the school any more.",
        "holder_away": "has the concern and is away; the colleagues who could take it were told.",
        "shared": "shared the concern with the social worker.",
        "let_in": "said that a lead may know of this restricted concern.",
        "expired": "had the concern, but decided nothing in time; the alerts went on.",
        "decided": "recorded a decision.",
        "closed": "closed the concern.",
        "reopened": "reopened the concern.",
        "added": "added to the concern.",
        "asked": "asked the reporter something.",
        "left_out": "left somebody out from then on.",
        "shielded": "said that someone who works here may be the danger; no lead is told from then on.",
        "suggestion_shown": "was shown the suggestion.",
        "linked": "linked it with a concern about another child.",
        "council_confirmed": "confirmed the council where the child lives.",
        "child_confirmed": "confirmed that an earlier concern is about the same child.",
        "child_unlinked": "said that an earlier concern is about another child.",
        "child_corrected": "corrected the name of the child.",
        "covers": "stands in for somebody, and was pointed to the concern.",
        "takes_part": "takes part from now on, and was pointed to the concern.",
        "away": "noted that somebody is away.",
        "back": "noted that somebody is back.",
        "swapped": "gave days of the duty rota to a colleague.",
        "in_lesson": "asked to be left alone for a lesson.",
        "drop_in_offered": "offered a drop-in.",
        "drop_in_off": "called a drop-in off.",
        "drop_in_booked": "booked a slot of a drop-in.",
        "drop_in_unbooked": "gave a slot of a drop-in back.",
        "register_read": "read the register of concerns about adults.",
        "work_logged": "logged work besides concerns.",
        "work_taken_back": "took back an entry of the log of work.",
        "free_again": "is free again.",
        "delivery_failed": "could not be reached.",
        "programme_ended": "holds the concern no more: the programme has ended; the school's leads hold it alone.",
        "stood_down": "was stood down; somebody has the concern.",
        "discarded": "discarded the draft.",
        "signed_in": "signed in.",
        "arrived": "came in for the first time and chose the school.",
        "second_account": "came in with a second account, which waits until the first one confirms it.",
        "account_answered": "said whether a second account is theirs.",
        "access_refused": "was refused access.",
        "directory_loaded": "loaded the directory.",
        "tried_on": "tried a new version of the threshold document on it; nobody was shown anything of it.",
        "figures_linked": "made a link to figures.",
        "figures_read": "read figures.",
        "figures_written": "wrote figures to a file or a screen, by a command.",
    }
)
"""Kind → its sentence, after the person's role."""

START: Head = (0, "")
_NO_CONCERN = "-"
"""The chain of what belongs to no concern. Rare things only: one chain for all would make writers queue."""
_TRIES = 3

_a = schema.audit.c
_ADD_MANY = giving_way(schema.audit)
_ADD = Prepared(_ADD_MANY)
_last = schema.audit.alias("last").c
LAST_LINE = and_(
    _a.chain == schema.WANTED,
    _a.number == select(func.max(_last.number)).where(_last.chain == schema.WANTED).scalar_subquery(),
)
"""The condition that a row of the log is the wanted chain's last."""
_HEAD = Prepared(select(_a.number, _a.hash).where(LAST_LINE))
_lasts = (
    select(_last.chain, func.max(_last.number).label("number"))
    .where(_last.chain.in_(bindparam("chains", expanding=True)))
    .group_by(_last.chain)
    .subquery()
)
_HEADS = select(_a.chain, _a.number, _a.hash).join(
    _lasts, and_(_a.chain == _lasts.c.chain, _a.number == _lasts.c.number)
)
_QUEUE = Prepared(select(func.pg_advisory_xact_lock(func.hashtextextended(schema.WANTED, literal_column("0")))))
"""PostgreSQL only: whoever adds to a chain without having read it under a row lock waits for the others."""
_ENTRIES = select(schema.audit).where(_a.chain == schema.WANTED).order_by(_a.number)
_BY = select(_a.by, _a.number).where(_a.chain == schema.WANTED, _a.kind == bindparam("what")).order_by(_a.number)
_BY_MANY = select(_a.chain, _a.by).where(
    _a.chain.in_(bindparam("chains", expanding=True)), _a.kind == bindparam("what"), _a.by.is_not(None)
)
_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Audit:
    """Adds and reads lines on one transaction. A chain's id is a concern's or a conversation's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads: dict[str, Head] = {}

    def add(
        self, concern: str | None, kind: str, by: PersonId | None, role: str, at: datetime, about: About | None = None
    ) -> None:
        """Append a line to the chain.

        Raises:
            ValueError: the kind is not in `KINDS`.
            StoreBusy: others kept adding to this chain.
        """
        self.keep(line_of(concern, kind, by, role, at, about))

    def keep(self, line: Line) -> None:
        """Append a line of `line_of` to its chain.

        Raises:
            StoreBusy: others kept adding to this chain.
        """
        for _ in range(_TRIES):
            row = self.next(line)
            if _ADD.change(self._connection, row):
                self.kept(row)
                return
            self._heads.pop(line["chain"])
        raise StoreBusy("others keep writing to this chain of the log")

    def keep_all(self, lines: Sequence[Line]) -> None:
        """Append lines of `line_of`, each to a chain of its own, at once.

        Raises:
            StoreBusy: others kept adding to one of the chains.
        """
        rows = [self.next(line) for line in lines]
        if not rows:
            return
        columns = [{**row, "at": to_instant(row["at"])} for row in rows]
        written = self._connection.execute(_ADD_MANY[self._connection.dialect.name], columns).rowcount
        # Where others added meanwhile, whose row stands is looked up, and the rest goes line by line.
        heads = {} if written == len(rows) else self.heads([row["chain"] for row in rows])
        for line, row in zip(lines, rows, strict=True):
            if heads.get(row["chain"], (row["number"], row["hash"])) == (row["number"], row["hash"]):
                self.kept(row)
            else:
                self._heads.pop(row["chain"])
                self.keep(line)

    def next(self, line: Line) -> Line:
        """The line bound to the last of its chain, for a statement that writes it beside other rows; see `kept`."""
        number, digest = _next(self._head(line["chain"]), line)
        return {**line, "number": number, "hash": digest}

    def kept(self, row: Line) -> None:
        """A row of `next` was written."""
        self.know(row["chain"], (row["number"], row["hash"]))

    def know(self, chain: str, head: Head) -> None:
        """Remember the chain's last line, read on the way."""
        self._heads[chain] = head

    def heads(self, chains: Sequence[str]) -> Mapping[str, Head]:
        """The last line of each chain, to be known beforehand where many are added to."""
        found = self._connection.execute(_HEADS, {"chains": list(chains)}) if chains else ()
        return {**dict.fromkeys(chains, START), **{row.chain: (row.number, row.hash) for row in found}}

    def head(self, chain: str) -> Head:
        """The chain's last line as this unit knows it."""
        return self._head(chain)

    def entries(self, concern: str | None) -> tuple[AuditEntry, ...]:
        """The chain's lines, in order."""
        rows = self._connection.execute(_ENTRIES, {"wanted": concern or _NO_CONCERN})
        return tuple(_entry(row) for row in rows)

    def verify(self, concern: str | None) -> bool:
        """Whether no line of the chain was changed, left out or moved. (A cut-off end can't be seen from inside.)"""
        head = START
        for row in self._connection.execute(_ENTRIES, {"wanted": concern or _NO_CONCERN}):
            expected = _next(head, _line(row))
            head = (row.number, row.hash)
            if head != expected:
                return False
        return True

    def opened_by(self, concern: str) -> tuple[PersonId, ...]:
        """Who opened it, each once, in the order of their first opening."""
        rows = self._connection.execute(_BY, {"wanted": concern, "what": "opened"})
        return tuple(dict.fromkeys(PersonId(row.by) for row in rows if row.by is not None))

    def by(self, chains: Sequence[str], kind: str) -> Mapping[str, frozenset[PersonId]]:
        """Of each chain whoever has a line of this kind; chains without one are left out."""
        found: dict[str, frozenset[PersonId]] = {}
        values = {"chains": list(chains), "what": kind}
        for row in self._connection.execute(_BY_MANY, values) if chains else ():
            found[row.chain] = found.get(row.chain, frozenset()) | {row.by}
        return found

    def _head(self, chain: str) -> Head:
        if chain not in self._heads:
            if self._connection.dialect.name == "postgresql":
                _QUEUE.run(self._connection, {"wanted": chain})
            row = _HEAD.run(self._connection, {"wanted": chain}).one_or_none()
            self._heads[chain] = START if row is None else (row.number, row.hash)
        return self._heads[chain]


def line_of(
    concern: str | None, kind: str, by: PersonId | None, role: str, at: datetime, about: About | None = None
) -> Line:
    """A line that stands in no chain yet.

    Raises:
        ValueError: the kind is not in `KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a registered kind of audit entry")
    chain, told = concern or _NO_CONCERN, _CANONICAL(about or {})
    return {"chain": chain, "kind": kind, "by": by, "role": role, "at": to_number(at), "about": told}


def chain_breaks(rows: Iterable[AnyRow]) -> tuple[str, ...]:
    """The chains that do not verify, of rows in the order of chain and number."""
    broken: dict[str, None] = {}
    chain, head = None, START
    for row in rows:
        chain, head = row.chain, START if row.chain != chain else head
        expected, head = _next(head, _line(row)), (row.number, row.hash)
        if head != expected:
            broken[row.chain] = None
    return tuple(broken)


def _next(head: Head, line: Mapping[str, Any]) -> Head:
    number = head[0] + 1
    return number, hashlib.sha256((head[1] + _CANONICAL({**line, "number": number})).encode()).hexdigest()


def _line(row: AnyRow) -> dict[str, Any]:
    line = {name: getattr(row, name) for name in ("chain", "kind", "by", "role", "about")}
    return {**line, "at": to_number(row.at)}


def _entry(row: AnyRow) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        concern=None if row.chain == _NO_CONCERN else ConcernId(row.chain),
        kind=row.kind,
        by=None if row.by is None else PersonId(row.by),
        role=row.role,
        at=row.at,
        about=json.loads(row.about),
        hash=row.hash,
    )
