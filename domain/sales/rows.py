"""One record of an export into order lines, cases, held lines or a rejection: whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.sales import cells
from domain.sales.cases import CaseReader
from domain.sales.fields import FieldError, Row
from domain.sales.lines import AfterSaleCase, HeldLine, OrderLine
from domain.sales.orders import OrderReader
from domain.sales.platforms import ColumnMap, Field, Kind, Layout
from domain.sales.problems import RowCode, RowError

Outcome = OrderLine | AfterSaleCase | HeldLine | RowError
Values = dict[Field, str]

MOST_JOINED = 100
"""So many sub-orders may be joined in a row; a cell has room for thousands, and a file of such cells for millions."""
_SEPARATOR = re.compile("[;；]")
_NOTHING = re.compile(r"[¥￥]?0+(?:\.0+)?元?")


@dataclass(frozen=True, slots=True)
class PickedRow:
    """What is left of a record at the door: the cells of the allow-list, cleaned, and the file's line."""

    line: int
    values: Mapping[Field, str]


def pick(line: int, record: Sequence[str], columns: ColumnMap) -> PickedRow | RowError:
    """Keep the columns of the allow-list and drop every other one unread; a shifted row is rejected whole."""
    surplus = not cells.is_blank(record[columns.width :])
    if surplus or len(record) < columns.width:
        # In a shifted row a buyer's name may stand under a header of ours: none of its cells is read.
        return RowError(line, None, RowCode.CELL_COUNT, f"{len(record)}/{columns.width}")
    return PickedRow(line, {wanted: cells.clean(record[at]) for wanted, at in columns.positions.items()})


class RowParser:
    """Reads the picked rows of one file; `headers` are the file's own names of the columns that it has."""

    def __init__(self, layout: Layout, headers: Mapping[Field, str]) -> None:
        self._layout = layout
        self._headers = headers
        reader = OrderReader if layout.kind is Kind.ORDERS else CaseReader
        self._reader: OrderReader | CaseReader = reader(layout, headers)

    def parse(self, row: PickedRow) -> list[Outcome]:
        """The outcome of one record, or one per sub-order when several are joined without ambiguity."""
        try:
            return [self._reader.read(row.line, Row(part)) for part in self._separated(dict(row.values))]
        except FieldError as error:
            return [RowError(row.line, self._headers.get(error.wanted), error.code, error.detail)]

    def read_anew(self, line: int, held: Mapping[str, str]) -> Outcome:
        """The outcome of a row that was held, from the cells that its `HeldLine` kept."""
        return self._reader.read(line, Row({Field(name): cell for name, cell in held.items()}))

    def _separated(self, values: Values) -> list[Values]:
        """Take apart sub-orders joined by `;`: every cell that belongs to a line must be joined alike."""
        key = self._layout.joined_by
        if key is None:
            return [values]
        keys = [part for part in dict.fromkeys(_split(values.get(key, ""))) if part]
        if len(keys) < 2:
            return [values | {key: keys[0]}] if keys else [values]
        if len(keys) > MOST_JOINED:
            raise FieldError(key, RowCode.JOINED_SUB_ORDERS, str(len(keys)))
        per_line = (column.field for column in self._layout.columns if column.per_line)
        joined = {wanted for wanted in per_line if values.get(wanted) and not _shared(wanted, values[wanted])}
        parts = {wanted: _parts(values[wanted], len(keys)) for wanted in joined}
        if any(len(found) != len(keys) for found in parts.values()):
            raise FieldError(key, RowCode.JOINED_SUB_ORDERS, str(len(keys)))
        return [values | {wanted: parts[wanted][index] for wanted in joined} for index in range(len(keys))]


def _shared(wanted: Field, cell: str) -> bool:
    """Whether one cell can stand for all joined sub-orders: no freight at all is none for each."""
    return wanted is Field.FREIGHT and _NOTHING.fullmatch(cell) is not None


def _parts(cell: str, expected: int) -> list[str]:
    """The cells joined in one; some may be empty, and a separator too many may stand at the end."""
    parts = _split(cell)
    return parts[:-1] if len(parts) == expected + 1 and not parts[-1] else parts


def _split(cell: str) -> list[str]:
    return [cells.clean(part) for part in _SEPARATOR.split(cell)]
