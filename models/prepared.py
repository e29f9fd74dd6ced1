"""Statements that are compiled once for each engine and handed to its driver as they are.

SQLAlchemy finds out with every execution what a statement takes and gives, which for a small one is ten times the work
of SQLite itself. Here it is found out once, for what every booking asks and writes. The transaction and its connection,
how values are converted, the kinds of errors, lost connections, and who watches an engine's statements remain
SQLAlchemy's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, CompoundSelect, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete
Values = Mapping[str, Any]
Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The text for one engine, what goes into it in which order, and what is done to which values on either way.

    What is `fixed` is as the driver wants it already.
    """

    text: str
    names: tuple[str, ...]
    fixed: dict[str, Any]
    writers: tuple[tuple[int, Processor], ...]
    readers: tuple[tuple[int, Processor], ...]
    by_position: bool
    text_of_many: str | None
    """An INSERT of PostgreSQL that takes any number of rows as one list; one for each row takes four times as long."""
    packed: frozenset[int]
    """Values that are JSON already."""

    def bound(self, values: Values) -> Any:
        """The values as the driver wants them; one that is missing raises KeyError."""
        given = {**values, **self.fixed} if self.fixed else values
        row = list(map(given.__getitem__, self.names))
        for place, write in self.writers:
            row[place] = write(row[place])
        return row if self.by_position else dict(zip(self.names, row, strict=True))

    def bound_many(self, rows: Sequence[Values]) -> dict[str, str]:
        """The same of many rows for `text_of_many`."""
        return {ROWS: json.dumps([self._named(one) for one in rows], ensure_ascii=False, default=str)}

    def _named(self, values: Values) -> dict[str, Any]:
        row = [{**self.fixed, **values}[name] for name in self.names]
        for place, write in self.writers:
            if place not in self.packed:
                row[place] = write(row[place])
        return dict(zip(self.names, row, strict=True))

    def read(self, found: Sequence[Any]) -> tuple[Any, ...]:
        """A row as the house knows it; nothing stays None, whatever its type."""
        row = list(found)
        for place, read in self.readers:
            if row[place] is not None:
                row[place] = read(row[place])
        return tuple(row)


ROWS = "rows"
_EVERY: list[Prepared] = []


def compile_every(dialect: Dialect) -> None:
    """Compile for an engine what modules have prepared, before anybody waits for it."""
    for one in _EVERY:
        one.compiled_for(dialect)


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
        self._compiled: dict[str, Compiled] = {}
        _EVERY.append(self)

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """What a query or a RETURNING gives, within the transaction that runs on the connection."""
        here = self.compiled_for(connection.dialect)
        found = run(connection, here.text, here.bound(values)).fetchall()
        return [here.read(row) for row in found] if here.readers else found

    def first(self, connection: Connection, values: Values) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def write(self, connection: Connection, *values: Values) -> int:
        """Write once for each of these values; how many rows that made or changed."""
        here = self.compiled_for(connection.dialect)
        if len(values) == 1:
            cursor = run(connection, here.text, here.bound(values[0]))
        elif here.text_of_many is not None:
            cursor = run(connection, here.text_of_many, here.bound_many(values))
        else:
            cursor = run(connection, here.text, [here.bound(one) for one in values], many=True)
        return int(cursor.rowcount)

    def compiled_for(self, dialect: Dialect) -> Compiled:
        """As an engine takes it."""
        found = self._compiled.get(dialect.name)
        if found is None:
            made = self._statement(dialect.name) if callable(self._statement) else self._statement
            found = self._compiled[dialect.name] = compiled(made, dialect, self._columns)
        return found


def compiled(statement: Statement, dialect: Dialect, columns: Sequence[str] | None = None) -> Compiled:
    """A statement in the words of an engine; raises ValueError as `Prepared` does."""
    made: SQLCompiler = statement.compile(dialect=dialect, column_keys=columns)
    if made.post_compile_params or made.prefetch:
        raise ValueError("a list or a default can't be prepared")
    binds = {name: bind for bind, name in made.bind_names.items()}
    names = tuple(made.positiontup or ()) if made.positional else tuple(binds)
    writers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
    given = [column.type.dialect_impl(dialect) for column in statement.exported_columns]
    fixed = {name: bind.value for name, bind in binds.items() if not bind.required}
    return Compiled(
        text=made.string,
        names=names,
        fixed={name: write(value) if (write := writers[name]) else value for name, value in fixed.items()},
        writers=_some([None if name in fixed else writers[name] for name in names]),
        readers=_some([kind.result_processor(dialect, None) for kind in given]),
        by_position=made.positional,
        text_of_many=_text_of_many(statement, names, made) if dialect.name == "postgresql" else None,
        packed=frozenset([place for place, name in enumerate(names) if isinstance(binds[name].type, JSON)]),
    )


def _text_of_many(statement: Statement, columns: Sequence[str], made: SQLCompiler) -> str | None:
    """Only of an INSERT that gives each column its value and asks nothing back."""
    if not isinstance(statement, Insert) or made.effective_returning:
        return None
    table, names = made.preparer.format_table(statement.table), ", ".join(map(made.preparer.quote, columns))
    listed = f"SELECT {names} FROM json_populate_recordset(NULL::{table}, %({ROWS})s::json)"  # noqa: S608  ours
    ignoring = " ON CONFLICT DO NOTHING" if made.string.endswith(" ON CONFLICT DO NOTHING") else ""
    return f"INSERT INTO {table} ({names}) {listed}{ignoring}"


def _some(processors: Sequence[Processor | None]) -> tuple[tuple[int, Processor], ...]:
    return tuple([(place, process) for place, process in enumerate(processors) if process is not None])


def run(connection: Connection, text: str, values: Any = (), *, many: bool = False) -> Any:
    """Let the driver do it in the transaction that the connection is in; the cursor. Raises DBAPIError."""
    driver: Any = connection.connection.dbapi_connection
    try:
        for watch in connection.engine.dispatch.before_cursor_execute:
            text, values = watch(connection, None, text, values, None, many)
        if many:
            cursor = driver.cursor()
            cursor.executemany(text, values)
            return cursor
        if connection.dialect.name == "postgresql":
            return driver.execute(text, values, prepare=True)
        return driver.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as error:
        connection._handle_dbapi_exception(error, text, values, None, None)  # noqa: SLF001  raises SQLAlchemy's own
