"""Statements of the hot path: built and compiled once for each database, then handed to the driver as text.

Rows and changes go past SQLAlchemy, which costs more there than the database does: its events do not see them, the
driver's own trace does. Values go in and come out as the driver has them (instants and, on SQLite, flags as numbers):
`schema.to_number` and `to_instant`.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, CursorResult, Dialect, Select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

Driver: TypeAlias = str | int | bytes | bool | None
Parameters: TypeAlias = dict[str, Driver] | tuple[Driver, ...]


class Prepared:
    """One statement, or one for each database by its name."""

    __slots__ = ("_statement", "_texts")

    def __init__(self, statement: ClauseElement | Mapping[str, ClauseElement]) -> None:
        self._statement = statement
        self._texts: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def run(self, connection: Connection, values: Mapping[str, Driver]) -> CursorResult[Any]:
        """Run it with a value for each of its parameters."""
        text, parameters = self._ready(connection.dialect, values)
        return connection.exec_driver_sql(text, parameters)

    def change(self, connection: Connection, values: Mapping[str, Driver]) -> int:
        """Run it with a value for each of its parameters; how many rows it changed."""
        return int(self._driven(connection, values).rowcount)

    def _driven(self, connection: Connection, values: Mapping[str, Driver]) -> Any:
        """The driver's own cursor, the statement run on it: both drivers begin one at `execute`."""
        driver = connection.connection.driver_connection
        assert driver is not None
        return driver.execute(*self._ready(connection.dialect, values))

    def _ready(self, dialect: Dialect, values: Mapping[str, Driver]) -> tuple[str, Parameters]:
        text, order = self._texts.get(dialect.name) or self._compile(dialect)
        return text, dict(values) if order is None else tuple([values[name] for name in order])

    def _compile(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
        statement = self._statement if isinstance(self._statement, ClauseElement) else self._statement[dialect.name]
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        self._texts[dialect.name] = (str(compiled), order)
        return self._texts[dialect.name]


class PreparedRows(Prepared):
    """A query whose rows come straight from the driver: its columns are known beforehand."""

    __slots__ = ("_row",)

    def __init__(self, query: Select[*tuple[Any, ...]]) -> None:
        super().__init__(query)
        row = namedtuple("Line", query.selected_columns.keys())  # type: ignore[misc]
        self._row: Callable[[Iterable[Any]], Any] = row._make

    def rows(self, connection: Connection, values: Mapping[str, Driver]) -> list[Any]:
        """Its rows, each with its columns by name."""
        return [self._row(row) for row in self._driven(connection, values).fetchall()]
