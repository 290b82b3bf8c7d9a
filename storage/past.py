"""What concerns were judged by, for trying a new version of a document on them: ids and facts, no words and no names.

Unseals the notes that hold the facts; whoever asks writes that into each concern's log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal_column, select

from storage import schema
from storage.sealed import KeyRing, SealBroken
from storage.shapes import ConcernId

_c, _n = schema.concerns.c, schema.notes.c
_m = schema.notes.alias("latest").c
_LAST = (
    select(func.max(_m.number))
    .where(_m.concern == _c.id, _m.kind.in_(bindparam("kinds", expanding=True)))
    .scalar_subquery()
)
_BATCH = (
    select(_c.id, _c.data_key, _c.document_version, _n.number, _n.content)
    .select_from(schema.concerns.join(schema.notes, _n.concern == _c.id))
    .where(
        _c.kind == literal_column("'child'"),
        _c.authority == schema.WANTED,
        _c.data_key.is_not(None),
        _c.id > bindparam("after"),
        _n.number == _LAST,
    )
    .order_by(_c.id)
    .limit(bindparam("many"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a concern was last judged by. `facts` is None where it can't be opened."""

    concern: ConcernId
    document_version: str | None
    facts: Mapping[str, Any] | None


class Past:
    """Reads on one transaction."""

    def __init__(self, connection: Connection, ring: KeyRing) -> None:
        self._connection, self._ring = connection, ring

    def judgements(self, authority: str, kinds: Sequence[str], after: str, many: int) -> tuple[Judgement, ...]:
        """The next `many` child concerns of the authority behind the id `after`, closed ones too, erased ones not.

        `kinds` are those of the notes that hold facts; the last such note counts.
        """
        values = {"wanted": authority, "kinds": list(kinds), "after": after, "many": many}
        return tuple(self._judgement(row) for row in self._connection.execute(_BATCH, values))

    def _judgement(self, row: Any) -> Judgement:
        try:
            content = self._ring.box(row.id, row.data_key).open(f"notes.content/{row.number}", row.content)
        except SealBroken:
            return Judgement(concern=row.id, document_version=row.document_version, facts=None)
        return Judgement(concern=row.id, document_version=row.document_version, facts=content["facts"])
