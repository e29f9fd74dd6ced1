"""One record of an export into order lines, cases, held lines or a rejection: whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping

from domain.sales import cells
from domain.sales.alike import Alike
from domain.sales.cases import CaseReader
from domain.sales.fields import FieldError, Row
from domain.sales.lines import AfterSaleCase, HeldLine, OrderLine
from domain.sales.orders import OrderReader
from domain.sales.picking import PickedRow
from domain.sales.platforms import Field, Kind, Layout
from domain.sales.problems import RowCode, RowError

Outcome = OrderLine | AfterSaleCase | HeldLine | RowError
Values = dict[Field, str]

MOST_JOINED = 100
"""So many sub-orders may be joined in a row; a cell has room for thousands, and a file of such cells for millions."""
_SEPARATOR = re.compile("[;；]")
_NOTHING = re.compile(r"[¥￥]?0+(?:\.0+)?元?")


class RowParser:
    """Reads the picked rows of one file; `headers` are the file's own names of the columns that it has, in the order of
    a row's cells.
    """

    def __init__(self, layout: Layout, headers: Mapping[Field, str]) -> None:
        self._layout = layout
        self._headers = headers
        self.columns = tuple(headers)
        reader = OrderReader if layout.kind is Kind.ORDERS else CaseReader
        self._reader: OrderReader | CaseReader = reader(layout, headers)
        self._alike = Alike(layout, self.columns)

    def parse(self, row: PickedRow) -> list[Outcome]:
        """The outcome of one record, or one per sub-order when several are joined without ambiguity."""
        known = self._alike.line(row)
        if known is not None:
            return [known]
        values = dict(zip(self.columns, row.cells, strict=True))
        try:
            outcomes: list[Outcome] = [
                self._reader.read(row.line, Row(part)) for part in self._separated(values)
            ]
        except FieldError as error:
            return [RowError(row.line, self._headers.get(error.wanted), error.code, error.detail)]
        if len(outcomes) == 1 and isinstance(outcomes[0], OrderLine):
            self._alike.remember(row, outcomes[0])
        return outcomes

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
