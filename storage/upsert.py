"""Inserts that give way, or replace, when the row stands already: one statement for each database, built once."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Column, ColumnElement, Table, Text, cast
from sqlalchemy.dialects import postgresql, sqlite

Insert: TypeAlias = sqlite.Insert | postgresql.Insert
ByDatabase: TypeAlias = Mapping[str, Insert]


def giving_way(table: Table, *unique: Column[Any]) -> ByDatabase:
    """Insert unless a row with the same `unique` columns (the key by default) stands; row count 0 then."""
    target = list(unique or table.primary_key)
    return _each(table, lambda insert: insert.on_conflict_do_nothing(index_elements=target))


def replacing(table: Table, where: ColumnElement[bool] | None = None) -> ByDatabase:
    """Insert, or overwrite the row with the same key if `where` holds of it; row count 0 if it does not."""
    key = list(table.primary_key)
    others = [column.name for column in table.columns if column not in key]

    def over(insert: Insert) -> Insert:
        values = {name: insert.excluded[name] for name in others}
        return insert.on_conflict_do_update(index_elements=key, set_=values, where=where)

    return _each(table, over)


def counting(table: Table, counter: Column[Any]) -> ByDatabase:
    """Insert, or add one to the number that stands as text in `counter` of the row with the same key."""
    key = list(table.primary_key)

    def one_more(insert: Insert) -> Insert:
        return insert.on_conflict_do_update(
            index_elements=key, set_={counter.name: cast(cast(counter, BigInteger) + 1, Text)}
        )

    return _each(table, one_more)


def _each(table: Table, change: Callable[[Insert], Insert]) -> ByDatabase:
    inserts: dict[str, Insert] = {"sqlite": sqlite.insert(table), "postgresql": postgresql.insert(table)}
    # Otherwise an insert on PostgreSQL forgets its row count.
    return MappingProxyType(
        {name: change(insert).execution_options(preserve_rowcount=True) for name, insert in inserts.items()}
    )
