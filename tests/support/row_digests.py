"""What the rows of a database add up to, table by table; worked out without any service."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect, select, text

from models import Base, db, sealing

SEALED = re.compile(r"[0-9a-f]{8}\.")

Sum = tuple[int, str]
"""How many rows, and what they add up to in whichever order."""


def summed(rows: Iterable[Any]) -> Sum:
    """Of any rows; two that differ in one value differ here."""
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=16).digest())
    return count, f"{total % 2**128:032x}"


def read_rows(name: str) -> Iterator[tuple[Any, ...]]:
    """Every row of a table of today as Python has it, which is the same from either engine."""
    of = Base.metadata.tables[name]
    with db.engine.connect() as connection:
        for row in connection.execute(select(of)):
            yield tuple(
                json.dumps(one, sort_keys=True) if isinstance(one, dict | list) else one for one in row
            )


def by_value() -> dict[str, Sum]:
    """Every table of today."""
    return {name: summed(read_rows(name)) for name in Base.metadata.tables}


def columns() -> dict[str, list[str]]:
    """The columns of every table that there is, whatever the version."""
    found = inspect(db.engine)
    return {
        name: sorted(str(column["name"]) for column in found.get_columns(name))
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def as_stored(wanted: Mapping[str, Sequence[str]]) -> dict[str, Sum]:
    """These columns of these tables, as this engine keeps them."""
    with db.engine.connect() as connection:
        return {name: summed(_stored(connection, name, these)) for name, these in wanted.items()}


def _stored(connection: Any, name: str, these: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    named = ", ".join(f'"{one}"' for one in these)
    statement = text(f'SELECT {named} FROM "{name}"')  # noqa: S608  names as the database itself gives them
    sealed = {column.name: column.type.column for table, column in sealing.columns() if table.name == name}
    return (
        tuple(_opened(one, sealed.get(column)) for column, one in zip(these, row, strict=True))
        for row in connection.execute(statement)
    )


def _opened(value: Any, sealed_as: str | None) -> Any:
    """What a sealed text says: before the version that seals, it lies open."""
    return sealing.opened(value, sealed_as) if sealed_as and SEALED.match(str(value)) else value


def mentions(*words: str) -> list[str]:
    """The tables in which one of these words stands somewhere."""
    return [
        name
        for name in Base.metadata.tables
        if any(word in repr(row) for row in read_rows(name) for word in words)
    ]
