"""The rows of an upload between the door and their reading: some at a time, packed, without any personal column."""

from __future__ import annotations

import gc
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from domain.sales.picking import PickedRow
from domain.sales.platforms import Field
from domain.sales.problems import RowCode, RowError

CHUNK = 2_000
"""How many rows are read in one transaction."""
LEVEL = 1
"""Rows are packed for minutes: a third smaller would take three times as long."""

T = TypeVar("T")
DoorRow = PickedRow | RowError


def chunks(things: Iterable[T]) -> Iterator[list[T]]:
    """The things, a thousand at a time."""
    source = iter(things)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Rows are ten thousands of small things and none of them in a cycle: to look for one among all that the process
    holds takes longer than to read them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def packed(rows: Iterable[DoorRow]) -> bytes:
    """Rows as they lie in `sales_import_chunk`: the cells and the line, or the four parts of a rejection."""
    plain = [
        [row.line, row.column, row.code, row.detail] if isinstance(row, RowError) else [*row.cells, row.line]
        for row in rows
    ]
    return zlib.compress(json.dumps(plain, ensure_ascii=False).encode(), LEVEL)


def unpacked(content: bytes, columns: Sequence[Field]) -> list[DoorRow]:
    """The rows that `packed` wrote, of a file with these columns."""
    width = 1 + len(columns)
    return [
        PickedRow(plain.pop(), plain) if len(plain) == width else _other(plain, columns)
        for plain in json.loads(zlib.decompress(content))
    ]


def _other(plain: list[Any], columns: Sequence[Field]) -> DoorRow:
    if len(plain) == 2:  # as the house wrote it until 0006: by the names of the columns, empty cells left out
        line, values = plain
        return PickedRow(line, [values.get(wanted, "") for wanted in columns])
    line, column, code, detail = plain
    return RowError(line, column, RowCode(code), detail)
