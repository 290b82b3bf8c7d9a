"""Drafts: start, append an answer at a revision, read the answers. Computes no position.

A turn is `load` and `append`: these skip everything but the driver.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    BindParameter,
    Connection,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql

from storage import schema
from storage.audit import LAST_LINE, Audit, Line, line_of
from storage.errors import NotFound, StaleRevision
from storage.people import DIRECTORY, People
from storage.prepared import Driver, Prepared, PreparedRows
from storage.schema import AnyRow, to_instant, to_number
from storage.sealed import Box, KeyRing, SealBroken
from storage.shapes import Actor, ConcernId, Conversation, ConversationId, Entry, PersonId

_c, _e, _a = schema.conversations.c, schema.entries.c, schema.audit.c
_wanted = schema.WANTED
_OPEN = _c.state == literal_column("'open'")

_LOADED = (
    select(
        *schema.conversations.c,
        _e.revision.label("entry"),
        _e.screen,
        _e.at,
        _e.content,
        _a.number.label("line"),
        _a.hash,
        DIRECTORY.label("directory"),
    )
    .select_from(
        schema.conversations.outerjoin(schema.audit, LAST_LINE).outerjoin(schema.entries, _e.conversation == _c.id)
    )
    .where(_c.id == _wanted)
    .order_by(_e.revision)
)
_LOAD = PreparedRows(_LOADED)
_HOLD = PreparedRows(_LOADED.with_for_update(of=schema.conversations, key_share=True))
_MOVED = (
    update(schema.conversations)
    .where(_c.id == _wanted, _c.revision == bindparam("expected"), _OPEN)
    .values(revision=bindparam("next"), worry=bindparam("new_worry"), touched_at=bindparam("touched"))
)
_MOVE = Prepared(_MOVED)
_ENTRY = Prepared(insert(schema.entries))


def _at_once() -> PreparedRows:
    """For PostgreSQL: the move, the answer and its line in one statement, since a turn waits for each that it asks."""
    moved = _MOVED.returning(_c.id).cte("moved")
    answer = [column.name for column in schema.entries.columns if column.name != "conversation"]
    values = select(moved.c.id, *_given("entry", schema.entries, answer))
    kept = insert(schema.entries).from_select(["conversation", *answer], values).cte("kept")
    names = [column.name for column in schema.audit.columns]
    lines = postgresql.insert(schema.audit).from_select(
        names, select(*_given("line", schema.audit, names)).select_from(moved)
    )
    lines = lines.on_conflict_do_nothing(index_elements=list(schema.audit.primary_key))
    logged = lines.returning(_a.number).cte("logged")
    counts = [select(func.count()).select_from(one).scalar_subquery().label(one.name) for one in (moved, logged)]
    return PreparedRows(select(*counts).add_cte(kept))


def _given(kind: str, table: Table, names: Sequence[str]) -> list[BindParameter[Any]]:
    return [bindparam(f"{kind}_{name}", type_=table.c[name].type) for name in names]


_AT_ONCE = _at_once()
_KEY = Prepared(select(_c.data_key).where(_c.id == _wanted))
_START = insert(schema.conversations)

_GET = select(schema.conversations).where(_c.id == _wanted)
_OPEN_OF = select(schema.conversations).where(_OPEN, _c.person == bindparam("of")).order_by(_c.touched_at.desc(), _c.id)
_IDLE = (
    select(schema.conversations)
    .where(_OPEN, _c.worry != literal_column("'none'"), _c.touched_at < bindparam("before"))
    .order_by(_c.touched_at, _c.id)
)
# A draft whose alarm has gone is the rest of a concern's record: erasing it would lose what nobody else has.
_LEFT = or_(_c.flow != literal_column("'concern'"), _c.concern.is_(None))
_LAPSED = select(_c.id).where(_OPEN, _LEFT, _c.touched_at < bindparam("before")).order_by(_c.id).with_for_update()
_FINISH = (
    update(schema.conversations)
    .where(_c.id == _wanted, _c.revision == bindparam("expected"), _OPEN)
    .values(state=bindparam("new_state"), concern=func.coalesce(bindparam("of_concern"), _c.concern), typed=null())
)
_SET_CONCERN = update(schema.conversations).where(_c.id == _wanted).values(concern=bindparam("of_concern"))
_ANSWERED = select(_e.revision, _e.screen, _e.content).where(_e.conversation == _wanted).order_by(_e.revision.desc())
_ERASE = (
    update(schema.conversations)
    .where(_c.id == _wanted)
    .values(state=bindparam("new_state"), data_key=null(), typed=null(), left_screen=bindparam("left"))
)
_TYPED = select(_c.typed).where(_c.id == _wanted)
_KEEP_TYPED = update(schema.conversations).where(_c.id == _wanted, _OPEN).values(typed=bindparam("new_typed"))
_FORGET = delete(schema.entries).where(_e.conversation == _wanted)

_START_SCREEN = "start"
ABOUT_ADULTS = ("adult", "help_now_staff", "help_now_head")
"""The first screen's choices that are about somebody who works with children."""
MOST_TYPED_PAGES = 20
MOST_TYPED_BYTES = 200_000
Typed: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By screen, what stood in the fields of a page that was left, refused or stale: values by field."""

Worry = Literal["none", "danger_word", "grave", "danger"]
Ended = Literal["sent", "discarded", "expired"]


class Conversations:
    """Reads and writes on one transaction; in one that writes, `load` keeps other writers from the conversation."""

    def __init__(self, connection: Connection, ring: KeyRing, audit: Audit, people: People, *, writing: bool) -> None:
        self._connection, self._ring, self._audit, self._people = connection, ring, audit, people
        self._load = _HOLD if writing else _LOAD
        self._boxes: dict[str, Box] = {}
        self._typed: dict[str, bytes | None] = {}

    def start(self, conversation: Conversation) -> None:
        """Keep a new conversation, with a key of its own.

        Raises:
            AlreadyThere: the id is taken.
        """
        box, wrapped = self._ring.new_box(conversation.id)
        self._connection.execute(_START, {**_columns(conversation), "data_key": wrapped})
        self._boxes[conversation.id] = box
        self._typed[conversation.id] = None

    def get(self, conversation: ConversationId) -> Conversation:
        """The conversation without its answers.

        Raises:
            NotFound: no such conversation.
        """
        row = self._connection.execute(_GET, {"wanted": conversation}).one_or_none()
        return _conversation(_found(row, conversation))

    def load(self, conversation: ConversationId) -> tuple[Conversation, tuple[Entry, ...]]:
        """The conversation and its answers by revision, in one query, with the directory's number for `people`.

        Raises:
            NotFound: no such conversation.
            SealBroken: an answer does not open.
        """
        rows = self._load.rows(self._connection, {"wanted": conversation})
        if rows and (rows[-1].entry or 0) != rows[0].revision:
            # PostgreSQL waited for another writer: it shows that one's conversation, with the answers of before.
            rows = self._load.rows(self._connection, {"wanted": conversation})
        first = _found(rows[0] if rows else None, conversation)
        self._typed[conversation] = first.typed
        self._people.know(first.directory)
        if first.line is not None:
            self._audit.know(conversation, (first.line, first.hash))
        if first.entry is None:
            return _loaded(first), ()
        box = self._boxes[conversation] = self._ring.box(conversation, first.data_key)
        return _loaded(first), tuple([_entry(row, box) for row in rows])

    def append(
        self, conversation: ConversationId, expected_revision: int, entry: Entry, worry: Worry, by: Actor
    ) -> None:
        """Keep one more answer and its line in the log; its revision is the one after `expected_revision`.

        Raises:
            StaleRevision: the conversation moved on, or is not open.
            ValueError: the entry carries another revision.
        """
        if entry.revision != expected_revision + 1:
            raise ValueError(f"entry {entry.revision} can't follow revision {expected_revision}")
        at = to_number(entry.at)
        moved: dict[str, Driver] = {
            "wanted": conversation,
            "expected": expected_revision,
            "next": entry.revision,
            "new_worry": worry,
            "touched": at,
        }
        kept: dict[str, Driver] = {
            "revision": entry.revision,
            "screen": entry.screen,
            "at": at,
            "content": self._unerased(conversation).seal(_place(entry.revision), entry.content),
        }
        about: dict[str, str | int | None] = {"screen": entry.screen, "revision": entry.revision}
        line = line_of(conversation, "answered", by.person, by.role, entry.at, about)
        write = self._at_once if self._connection.dialect.name == "postgresql" else self._one_by_one
        write(moved, kept, line)

    def _one_by_one(self, moved: Mapping[str, Driver], kept: Mapping[str, Driver], line: Line) -> None:
        self._guard(line["chain"], _MOVE.change(self._connection, moved))
        _ENTRY.change(self._connection, {"conversation": line["chain"], **kept})
        self._audit.keep(line)

    def _at_once(self, moved: Mapping[str, Driver], kept: Mapping[str, Driver], line: Line) -> None:
        row = self._audit.next(line)
        values = {**moved, **_named("entry", kept), **_named("line", row)}
        (done,) = _AT_ONCE.rows(self._connection, values)
        self._guard(line["chain"], done.moved)
        if done.logged:
            self._audit.kept(row)
        else:
            # Somebody added to the chain behind this unit's back.
            self._audit.keep(line)

    def typed(self, conversation: ConversationId) -> Typed:
        """What was typed on pages of a draft and not taken.

        Raises:
            SealBroken: it does not open.
        """
        if conversation not in self._typed:
            self._typed[conversation] = self._connection.execute(_TYPED, {"wanted": conversation}).scalar_one_or_none()
        sealed = self._typed[conversation]
        found: Typed = {} if sealed is None else self._box(conversation).open(_TYPED_PLACE, sealed)
        return found

    def keep_typed(self, conversation: ConversationId, typed: Typed) -> None:
        """Keep, sealed, what was typed and not taken, in place of what was kept so far; nothing if that is empty.

        Of too many pages the first go. A draft that has ended keeps nothing.

        Raises:
            ValueError: more than a draft may hold.
        """
        pages = dict(list(typed.items())[-MOST_TYPED_PAGES:])
        sealed = self._box(conversation).seal(_TYPED_PLACE, pages) if pages else None
        if sealed is not None and len(sealed) > MOST_TYPED_BYTES:
            raise ValueError(f"{len(sealed)} bytes typed where {MOST_TYPED_BYTES} fit")
        self._connection.execute(_KEEP_TYPED, {"wanted": conversation, "new_typed": sealed})
        self._typed[conversation] = sealed

    def finish(
        self, conversation: ConversationId, expected_revision: int, state: Ended, concern: ConcernId | None
    ) -> None:
        """End it; unless it was sent, its answers are erased. A concern it has already stays if `concern` is None.

        Raises:
            StaleRevision: the conversation moved on, or is not open.
        """
        ended = {"wanted": conversation, "expected": expected_revision, "new_state": state, "of_concern": concern}
        self._guard(conversation, self._connection.execute(_FINISH, ended).rowcount)
        if state != "sent":
            self._erase(conversation, state)

    def set_concern(self, conversation: ConversationId, concern: ConcernId) -> None:
        """Name the concern that this conversation writes.

        Raises:
            NotFound: no such conversation.
        """
        if not self._connection.execute(_SET_CONCERN, {"wanted": conversation, "of_concern": concern}).rowcount:
            raise NotFound(f"no conversation {conversation}")

    def open_of(self, person: PersonId) -> tuple[Conversation, ...]:
        """What the person may take up again, latest first."""
        return tuple(_conversation(row) for row in self._connection.execute(_OPEN_OF, {"of": person}))

    def idle_worried(self, before: datetime) -> tuple[Conversation, ...]:
        """Open conversations with a worrying answer, untouched since `before`, longest first."""
        return tuple(_conversation(row) for row in self._connection.execute(_IDLE, {"before": before}))

    def expire(self, before: datetime) -> tuple[ConversationId, ...]:
        """End what is open and untouched since `before`, and erase its answers and keys; which ones.

        A draft that a concern was begun from stays.
        """
        lapsed = self._connection.execute(_LAPSED, {"before": before}).scalars().all()
        gone = tuple(ConversationId(conversation) for conversation in lapsed)
        for conversation in gone:
            self._erase(conversation, "expired")
        return gone

    def discard(self, conversation: ConversationId) -> None:
        """End an open conversation and erase its answers and key.

        Raises:
            NotFound: no such conversation.
            StaleRevision: it is not open.
        """
        self.finish(conversation, self.get(conversation).revision, "discarded", None)

    def _erase(self, conversation: ConversationId, state: Ended) -> None:
        left = self._left(conversation)
        self._connection.execute(_ERASE, {"wanted": conversation, "new_state": state, "left": left})
        self._connection.execute(_FORGET, {"wanted": conversation})
        self._boxes.pop(conversation, None)

    def _left(self, conversation: ConversationId) -> str | None:
        """The last screen answered, for the count; None of what is or may be about an adult: that is never counted."""
        answered = self._connection.execute(_ANSWERED, {"wanted": conversation}).all()
        begun = next((row for row in answered if row.screen == _START_SCREEN), None)
        try:
            said = {} if begun is None else self._box(conversation).open(_place(begun.revision), begun.content)
        except SealBroken:
            return None
        about_adult = said.get("values", {}).get("what") in ABOUT_ADULTS
        return None if about_adult or not answered else str(answered[0].screen)

    def _box(self, conversation: ConversationId) -> Box:
        if conversation not in self._boxes:
            key = _KEY.run(self._connection, {"wanted": conversation}).scalar_one_or_none()
            self._boxes[conversation] = self._ring.box(conversation, key)
        return self._boxes[conversation]

    def _unerased(self, conversation: ConversationId) -> Box:
        try:
            return self._box(conversation)
        except SealBroken:
            self._guard(conversation, int(self.get(conversation).state == "open"))
            raise

    def _guard(self, conversation: ConversationId, rowcount: int) -> None:
        if not rowcount:
            present = self.get(conversation)
            raise StaleRevision(f"conversation {conversation} is {present.state} at revision {present.revision}")


_TYPED_PLACE = "conversations.typed"


def _place(revision: int) -> str:
    return f"entries.content/{revision}"


def _named(kind: str, values: Mapping[str, Driver]) -> dict[str, Driver]:
    return {f"{kind}_{name}": value for name, value in values.items()}


def _found(row: Any | None, conversation: str) -> Any:
    if row is None:
        raise NotFound(f"no conversation {conversation}")
    return row


def _columns(conversation: Conversation) -> Mapping[str, object]:
    return {name: getattr(conversation, name) for name in _FIELDS}


_FIELDS = tuple(name for name in Conversation.__dataclass_fields__)


def _conversation(row: AnyRow) -> Conversation:
    return Conversation(**{name: getattr(row, name) for name in _FIELDS})


def _loaded(row: Any) -> Conversation:
    return Conversation(
        id=row.id,
        person=row.person,
        flow=row.flow,
        flow_version=row.flow_version,
        revision=row.revision,
        state=row.state,
        worry=row.worry,
        concern=row.concern,
        started_at=to_instant(row.started_at),
        touched_at=to_instant(row.touched_at),
    )


def _entry(row: Any, box: Box) -> Entry:
    content = box.open(_place(row.entry), row.content)
    return Entry(revision=row.entry, screen=row.screen, at=to_instant(row.at), content=content)
