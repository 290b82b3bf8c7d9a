"""Concerns and their sealed notes: add, read, append; a move is saved only on the life it was made from.

Decides nothing. The child's name stands in the sealed notes only; keyed tokens find candidates, a link is written when
a person confirms.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import (
    BigInteger,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    union,
    update,
)

from dialogs.concern import Had, Life, State
from storage import schema
from storage.errors import NotFound, StaleLife
from storage.prepared import Driver, Prepared
from storage.schema import AnyRow
from storage.sealed import Box, KeyRing
from storage.shapes import ChildTokens, Concern, ConcernId, Note, PersonId, SchoolId, Sealed
from storage.upsert import giving_way

_c, _n, _t, _l = schema.concerns.c, schema.notes.c, schema.child_tokens.c, schema.child_links.c
_wanted = schema.WANTED
_COLUMNS = [column for column in schema.concerns.columns if column is not _c.data_key]
_CONCERNS = select(*_COLUMNS)
_NEWEST = (_c.created_at.desc(), _c.id)

_ADD = insert(schema.concerns)
_GET = _CONCERNS.where(_c.id == _wanted)
# Those who point at the row (notes, alerts) are not kept waiting.
_HOLD = _GET.with_for_update(key_share=True)
_SOME = _CONCERNS.where(_c.id.in_(bindparam("ids", expanding=True)))
_READ = (
    select(*_COLUMNS, _c.data_key, _n.number, _n.kind.label("note_kind"), _n.by, _n.role, _n.at, _n.content)
    .select_from(schema.concerns.outerjoin(schema.notes, _n.concern == _c.id))
    .where(_c.id == _wanted)
    .order_by(_n.number)
)
# Locked, so that two who add at once get two numbers.
_KEY = select(_c.data_key).where(_c.id == _wanted).with_for_update(key_share=True)
_LAST = select(func.coalesce(func.max(_n.number), 0)).where(_n.concern == _wanted)
_NOTE = insert(schema.notes)
_AMEND = update(schema.concerns).where(_c.id == _wanted)
_LIFE = (
    "state",
    "held_until",
    "lead",
    "lead_until",
    "social_worker",
    "social_worker_until",
    "seen_at",
    "decided_at",
    "closed_at",
    "version",
)
_MOVE = (
    update(schema.concerns)
    .where(_c.id == _wanted, _c.version == bindparam("expected"))
    .values({name: bindparam(f"new_{name}") for name in _LIFE})
)
_CLOCKS = Prepared(
    update(schema.concerns)
    .where(_c.id == _wanted, _c.seen_at.is_(None))
    .values(see_by=bindparam("see", type_=BigInteger()), decide_by=bindparam("decide", type_=BigInteger()))
)
_ERASE = update(schema.concerns).where(_c.id == _wanted).values(data_key=null())
_FORGET = tuple(delete(table).where(table.c.concern == _wanted) for table in (schema.notes, schema.child_tokens))
_OF_REPORTER = _CONCERNS.where(_c.reporter == _wanted).order_by(*_NEWEST)
_ABOUT_ADULTS = (
    select(_c.id)
    .where(_c.school == _wanted, _c.kind == literal_column("'adult'"))
    .order_by(*_NEWEST)
    .limit(bindparam("most"))
)
_NOT_CLOSED = _CONCERNS.where(_c.state != literal_column("'closed'")).order_by(_c.created_at, _c.id)
_ANY = select(_c.id).limit(1)
_SHARED = (
    select(_t.concern, func.count().label("shared"))
    .where(_t.token.in_(bindparam("tokens", expanding=True)), _t.concern != bindparam("exclude"))
    .group_by(_t.concern)
    .subquery()
)
_CANDIDATES = _CONCERNS.join(_SHARED, _SHARED.c.concern == _c.id).order_by(_SHARED.c.shared.desc(), *_NEWEST)
_TOKEN = giving_way(schema.child_tokens)
_LINK = giving_way(schema.child_links)
_UNLINK = delete(schema.child_links).where(
    or_(
        (_l.concern == bindparam("one")) & (_l.earlier == bindparam("other")),
        (_l.concern == bindparam("other")) & (_l.earlier == bindparam("one")),
    )
)
_LINKED = _CONCERNS.where(
    _c.id.in_(
        union(
            select(_l.earlier).where(_l.concern == _wanted),
            select(_l.concern).where(_l.earlier == _wanted),
        )
    )
).order_by(*_NEWEST)


class Amendment(TypedDict, total=False):
    """The plain columns that may change after sending. Life changes by `move` only."""

    kind: str
    restricted: bool
    school: SchoolId
    authority: str
    outcome: str | None
    level: str | None
    urgency: int
    advice_now: bool
    document_version: str | None
    branch: str | None
    linked_to: ConcernId | None
    excluded: tuple[PersonId, ...]
    let_in: tuple[PersonId, ...]
    sent_at: datetime | None
    decided_outcome: str | None


class Concerns:
    """Reads and writes on one transaction; in one that writes, `get` keeps other writers from the concern."""

    def __init__(self, connection: Connection, ring: KeyRing, *, writing: bool) -> None:
        self._connection, self._ring = connection, ring
        self._get = _HOLD if writing else _GET

    def add(self, concern: Concern, record: Sealed, tokens: ChildTokens) -> None:
        """Keep a new concern with a key of its own; its record becomes the first note, by the reporter.

        Raises:
            AlreadyThere: the id or the reference is taken.
        """
        box, wrapped = self._ring.new_box(concern.id)
        self._connection.execute(_ADD, {**_columns(concern), "data_key": wrapped})
        first = Note(
            number=1, kind="record", by=concern.reporter, role="reporter", at=concern.created_at, content=record
        )
        self._keep(concern.id, first, box)
        self.know_child(concern.id, tokens)

    def get(self, concern: ConcernId) -> Concern:
        """The concern without its content. A writing unit asks before it writes to the concern's log, never after.

        Raises:
            NotFound: no such concern.
        """
        return self._one(self._get, concern)

    def some(self, concerns: Sequence[ConcernId]) -> Mapping[ConcernId, Concern]:
        """Those of the concerns that are there, without their content."""
        rows = self._connection.execute(_SOME, {"ids": list(concerns)}) if concerns else ()
        return {row.id: concern_of(row) for row in rows}

    def read(self, concern: ConcernId) -> tuple[Concern, tuple[Note, ...]]:
        """The concern and its notes in order, opened.

        Raises:
            NotFound: no such concern.
            SealBroken: a note does not open.
        """
        rows = self._connection.execute(_READ, {"wanted": concern}).all()
        if not rows:
            raise NotFound(f"no concern {concern}")
        if rows[0].number is None:
            return concern_of(rows[0]), ()
        box = self._ring.box(concern, rows[0].data_key)
        return concern_of(rows[0]), tuple(_note(row, box) for row in rows)

    def append(self, concern: ConcernId, kind: str, by: PersonId, role: str, at: datetime, content: Sealed) -> int:
        """Add a note; its number.

        Raises:
            NotFound: no such concern.
            SealBroken: the concern was erased.
        """
        key = self._connection.execute(_KEY, {"wanted": concern}).one_or_none()
        if key is None:
            raise NotFound(f"no concern {concern}")
        number: int = self._connection.execute(_LAST, {"wanted": concern}).scalar_one() + 1
        note = Note(number=number, kind=kind, by=by, role=role, at=at, content=content)
        self._keep(concern, note, self._ring.box(concern, key.data_key))
        return number

    def amend(self, concern: ConcernId, **columns: Unpack[Amendment]) -> None:
        """Change plain columns.

        Raises:
            NotFound: no such concern.
            ValueError: a column that only `move` may change, or none of this name.
        """
        unknown = set(columns) - set(Amendment.__annotations__)
        if unknown:
            raise ValueError(f"can't amend {', '.join(sorted(unknown))}")
        if columns and not self._connection.execute(_AMEND.values(**columns), {"wanted": concern}).rowcount:
            raise NotFound(f"no concern {concern}")

    def move(self, concern: ConcernId, expected_version: int, life: Life) -> None:
        """Save the next life, if the stored one is still the one it was made from.

        Raises:
            StaleLife: somebody moved it meanwhile.
            NotFound: no such concern.
        """
        changed = {f"new_{name}": value for name, value in _life_columns(life).items()}
        values = {**changed, "wanted": concern, "expected": expected_version}
        if not self._connection.execute(_MOVE, values).rowcount:
            present = self.get(concern).life
            raise StaleLife(f"concern {concern} is {present.state} at version {present.version}")

    def clocks(self, concern: ConcernId, see_by: datetime, decide_by: datetime) -> None:
        """Keep by when it ought to be seen and decided, for the figures; nothing once it was seen."""
        found: dict[str, Driver] = {
            "wanted": concern,
            "see": schema.to_number(see_by),
            "decide": schema.to_number(decide_by),
        }
        _CLOCKS.change(self._connection, found)

    def know_child(self, concern: ConcernId, tokens: ChildTokens) -> None:
        """Keep look-up tokens, beside those there are (a name learned or mended later)."""
        rows = [{"concern": concern, "token": token} for token in tokens.tokens]
        if rows:
            self._connection.execute(_TOKEN[self._connection.dialect.name], rows)

    def of_reporter(self, person: PersonId) -> tuple[Concern, ...]:
        """What the person reported, newest first."""
        return self._many(_OF_REPORTER, wanted=person)

    def about_adults(self, school: SchoolId, most: int) -> tuple[ConcernId, ...]:
        """The school's newest concerns about adults, closed ones too. Looks at every concern: for a rare press."""
        rows = self._connection.execute(_ABOUT_ADULTS, {"wanted": school, "most": most})
        return tuple(row.id for row in rows)

    def open_everywhere(self) -> tuple[Concern, ...]:
        """What is not closed anywhere, oldest first: for the auditor."""
        return self._many(_NOT_CLOSED)

    def any(self) -> bool:
        """Whether there is any concern, closed or not."""
        return self._connection.execute(_ANY).first() is not None

    def candidates(self, tokens: ChildTokens, exclude: ConcernId) -> tuple[Concern, ...]:
        """Concerns that may be about the same child: most shared tokens first, then newest. Never an identity."""
        return self._many(_CANDIDATES, tokens=list(tokens.tokens), exclude=exclude)

    def link_child(self, concern: ConcernId, earlier: ConcernId, by: PersonId, at: datetime) -> None:
        """Write down that somebody confirmed both to be about one child; again changes nothing."""
        row = {"concern": concern, "earlier": earlier, "by": by, "at": at}
        self._connection.execute(_LINK[self._connection.dialect.name], row)

    def unlink_child(self, concern: ConcernId, other: ConcernId) -> None:
        """Take a confirmation back (*Wrong child*)."""
        self._connection.execute(_UNLINK, {"one": concern, "other": other})

    def linked_children(self, concern: ConcernId) -> tuple[Concern, ...]:
        """What was confirmed to be about the same child, linked either way, newest first."""
        return self._many(_LINKED, wanted=concern)

    def erase(self, concern: ConcernId) -> None:
        """Destroy the key, the notes and the tokens for good; the plain row and the log stay.

        Raises:
            NotFound: no such concern.
        """
        if not self._connection.execute(_ERASE, {"wanted": concern}).rowcount:
            raise NotFound(f"no concern {concern}")
        for statement in _FORGET:
            self._connection.execute(statement, {"wanted": concern})

    def _keep(self, concern: ConcernId, note: Note, box: Box) -> None:
        plain = {"number": note.number, "kind": note.kind, "by": note.by, "role": note.role, "at": note.at}
        content = box.seal(_place(note.number), note.content)
        self._connection.execute(_NOTE, {**plain, "concern": concern, "content": content})

    def _one(self, statement: Any, wanted: str) -> Concern:
        row = self._connection.execute(statement, {"wanted": wanted}).one_or_none()
        if row is None:
            raise NotFound(f"no concern {wanted}")
        return concern_of(row)

    def _many(self, statement: Any, **values: str | Sequence[str]) -> tuple[Concern, ...]:
        return tuple(concern_of(row) for row in self._connection.execute(statement, values))


def _place(number: int) -> str:
    return f"notes.content/{number}"


_PLAIN = tuple(name for name in Concern.__dataclass_fields__ if name != "life")


def _columns(concern: Concern) -> dict[str, object]:
    return {**{name: getattr(concern, name) for name in _PLAIN}, **_life_columns(concern.life)}


def _life_columns(life: Life) -> dict[str, object]:
    return {
        "state": life.state.value,
        "held_until": life.held_until,
        "lead": life.lead and life.lead.person,
        "lead_until": life.lead and life.lead.until,
        "social_worker": life.social_worker and life.social_worker.person,
        "social_worker_until": life.social_worker and life.social_worker.until,
        "seen_at": life.seen_at,
        "decided_at": life.decided_at,
        "closed_at": life.closed_at,
        "version": life.version,
    }


def concern_of(row: AnyRow) -> Concern:
    """The concern in a row that holds all columns of `schema.concerns`."""
    return Concern(**{name: getattr(row, name) for name in _PLAIN}, life=_life(row))


def _life(row: AnyRow) -> Life:
    return Life(
        state=State(row.state),
        held_until=row.held_until,
        lead=None if row.lead is None else Had(person=row.lead, until=row.lead_until),
        social_worker=None
        if row.social_worker is None
        else Had(person=row.social_worker, until=row.social_worker_until),
        seen_at=row.seen_at,
        decided_at=row.decided_at,
        closed_at=row.closed_at,
        version=row.version,
    )


def _note(row: AnyRow, box: Box) -> Note:
    content = box.open(_place(row.number), row.content)
    return Note(number=row.number, kind=row.note_kind, by=row.by, role=row.role, at=row.at, content=content)
