"""Statements of the hot path: built and compiled once for each database, then handed to the driver as text.

Values go in and come out as the driver has them (instants as numbers): `schema.to_number` and `to_instant`.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

Driver: TypeAlias = str | int | bytes | bool | None


class Prepared:
    """One statement, or one for each database by its name."""

    __slots__ = ("_statement", "_texts")

    def __init__(self, statement: ClauseElement | Mapping[str, ClauseElement]) -> None:
        self._statement = statement
        self._texts: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def run(self, connection: Connection, values: Mapping[str, Driver]) -> CursorResult[Any]:
        """Run it with a value for each of its parameters."""
        dialect = connection.dialect
        text, order = self._texts.get(dialect.name) or self._compile(dialect)
        if order is None:
            return connection.exec_driver_sql(text, dict(values))
        return connection.exec_driver_sql(text, tuple([values[name] for name in order]))

    def _compile(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
        statement = self._statement if isinstance(self._statement, ClauseElement) else self._statement[dialect.name]
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        self._texts[dialect.name] = (str(compiled), order)
        return self._texts[dialect.name]
