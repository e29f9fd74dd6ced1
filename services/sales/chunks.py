"""The rows of an upload between the door and their reading: some at a time, packed, without any personal column."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from domain.sales.platforms import Field
from domain.sales.problems import RowCode, RowError
from domain.sales.rows import PickedRow

CHUNK = 1_000
"""How many rows are read in one transaction."""

T = TypeVar("T")
DoorRow = PickedRow | RowError


def chunks(things: Iterable[T]) -> Iterator[list[T]]:
    """The things, a thousand at a time."""
    source = iter(things)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def packed(rows: Iterable[DoorRow]) -> bytes:
    """Rows as they lie in `sales_import_chunk`; empty cells are left out."""
    return zlib.compress(json.dumps([_plain(row) for row in rows], ensure_ascii=False).encode())


def unpacked(content: bytes) -> list[DoorRow]:
    """The rows that `packed` wrote."""
    return [_row(plain) for plain in json.loads(zlib.decompress(content))]


def _plain(row: DoorRow) -> list[Any]:
    if isinstance(row, RowError):
        return [row.line, row.column, row.code, row.detail]
    return [row.line, {wanted: cell for wanted, cell in row.values.items() if cell}]


def _row(plain: list[Any]) -> DoorRow:
    if len(plain) == 2:
        line, values = plain
        return PickedRow(line, {Field(wanted): cell for wanted, cell in values.items()})
    line, column, code, detail = plain
    return RowError(line, column, RowCode(code), detail)
