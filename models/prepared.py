"""Statements that are compiled once for each engine and handed to its driver as they are.

SQLAlchemy finds out with every execution what a statement takes and gives, which for a small one is ten times the work
of SQLite itself. Here it is found out once, for what every booking asks and writes. The transaction and its connection,
how values are converted, the kinds of errors, lost connections, and who watches statements remain SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete
Values = Mapping[str, Any]
Processor = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text for one engine, what goes into it in which order, and what is done to each value that comes out."""

    text: str
    takes: tuple[tuple[str, Processor], ...]
    gives: tuple[Processor, ...]
    fixed: dict[str, Any]
    by_position: bool

    def bound(self, values: Values) -> Any:
        """The values as the driver wants them; one that is missing raises KeyError."""
        given = {**self.fixed, **values} if self.fixed else values
        if self.by_position:
            return tuple(
                [given[name] if process is None else process(given[name]) for name, process in self.takes]
            )
        return {
            name: given[name] if process is None else process(given[name]) for name, process in self.takes
        }

    def read(self, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """The rows as the house knows them; nothing stays None, whatever its type."""
        return [
            tuple(
                [
                    value if process is None or value is None else process(value)
                    for value, process in zip(row, self.gives, strict=True)
                ]
            )
            for row in rows
        ]


class Prepared:
    """One statement; of an INSERT or UPDATE `columns` are those that are given, each by its name.

    Where the engines say it differently it is made for the name of each. Parameters that are lists and columns that
    SQLAlchemy would fill by itself raise ValueError.
    """

    def __init__(
        self, statement: Statement | Callable[[str], Statement], columns: Sequence[str] | None = None
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """What a query or a RETURNING gives, within the transaction that runs on the connection."""
        compiled = self._for(connection.dialect)
        cursor = _run(connection, compiled.text, compiled.bound(values))
        found = cursor.fetchall()
        cursor.close()
        return compiled.read(found)

    def first(self, connection: Connection, values: Values) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def write(self, connection: Connection, *values: Values) -> int:
        """Write once for each of these values; how many rows that made or changed."""
        compiled = self._for(connection.dialect)
        each = [compiled.bound(one) for one in values]
        many = len(each) > 1
        cursor = _run(connection, compiled.text, each if many else each[0], many=many)
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: Dialect) -> _Compiled:
        made = self._statement(dialect.name) if callable(self._statement) else self._statement
        compiled: SQLCompiler = made.compile(dialect=dialect, column_keys=self._columns)
        if compiled.post_compile_params or compiled.prefetch:
            raise ValueError("a list or a default can't be prepared")
        fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        return _Compiled(
            text=compiled.string,
            takes=tuple([(name, _in(compiled.binds[name].type, dialect)) for name in names or ()]),
            gives=tuple([_out(column.type, dialect) for column in made.exported_columns]),
            fixed=fixed,
            by_position=compiled.positional,
        )


def _in(kind: TypeEngine[Any], dialect: Dialect) -> Processor:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out(kind: TypeEngine[Any], dialect: Dialect) -> Processor:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _run(connection: Connection, text: str, values: Any, *, many: bool = False) -> Any:
    """Let the driver do it, in the transaction that the connection is in."""
    cursor = connection.connection.cursor()
    try:
        for watch in connection.dispatch.before_cursor_execute:
            text, values = watch(connection, cursor, text, values, None, many)
        if many:
            cursor.executemany(text, values)
        else:
            cursor.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        connection._handle_dbapi_exception(error, text, values, cursor, None)  # noqa: SLF001  raises SQLAlchemy's own
    return cursor
