"""The door of an export: what is left of a record are the cells of the allow-list, cleaned; all others drop unread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from domain.sales import cells
from domain.sales.platforms import ColumnMap, Field
from domain.sales.problems import RowCode, RowError

_TIME, _MONEY = re.compile(r"[-0-9/.:年月日 T]{0,30}"), re.compile(r"[¥￥]?[0-9,]{0,9}(\.\d*)?元?")
_ID = re.compile(r"[-_0-9A-Za-z]*")
_SHAPES = {
    **dict.fromkeys((Field.ORDERED_AT, Field.PAID_AT, Field.COMPLETED_AT), _TIME),
    **dict.fromkeys((Field.REQUESTED_AT, Field.REFUNDED_AT), _TIME),
    **dict.fromkeys((Field.AMOUNT, Field.FREIGHT, Field.DUE, Field.UNIT_PRICE), _MONEY),
    **dict.fromkeys((Field.REFUNDED, Field.REFUNDED_FREIGHT), _MONEY),
    **dict.fromkeys((Field.ORDER_NO, Field.SUB_ORDER_NO, Field.CASE_NO, Field.PRODUCT_ID), _ID),
    Field.QUANTITY: re.compile(r"[0-9.]{0,9}"),
    **dict.fromkeys((Field.STATUS, Field.AFTER_SALE), re.compile(r"\D{0,100}")),
}
"""How cells look that need no closer look before they are laid down."""
_ANYTHING = re.compile(r".*", re.DOTALL)
_NEVER_AGAIN = frozenset({Field.ORDER_NO, Field.SUB_ORDER_NO, Field.CASE_NO, Field.ORDERED_AT, Field.PAID_AT})
_MOST, _SHORT = 1_000, 200


@dataclass(slots=True)
class PickedRow:
    """What is left of a record: the file's line and its cells, in the order of the fields that the file has.

    `plain`: every cell looks like what its column says. One that does not may be a name, and is not laid down unread.
    """

    line: int
    cells: Sequence[str]
    plain: bool = True


class Picker:
    """Picks the records of one file; cells that come again are cleaned once."""

    def __init__(self, columns: ColumnMap) -> None:
        self._width = columns.width
        self._of_ours = itemgetter(*columns.positions.values())
        self._cleaned = [_Cleaned(wanted) for wanted in columns.positions]

    @property
    def remembered(self) -> int:
        """How many cells are kept to be known again."""
        return sum(map(len, self._cleaned))

    def pick(self, line: int, record: Sequence[str]) -> PickedRow | RowError:
        """Keep the columns of the allow-list; a shifted row is rejected whole."""
        width = len(record)
        if width != self._width and (width < self._width or not cells.is_blank(record[self._width :])):
            # In a shifted row a buyer's name may stand under a header of ours: none of its cells is read.
            return RowError(line, None, RowCode.CELL_COUNT, f"{width}/{self._width}")
        ours = self._of_ours(record)
        try:
            return PickedRow(line, [known[cell] for known, cell in zip(self._cleaned, ours, strict=True)])
        except _NotPlainError:
            return PickedRow(line, [cells.clean(cell) for cell in ours], plain=False)


class _NotPlainError(Exception):
    """A cell does not look like what its column says."""


class _Cleaned(dict[str, str]):
    """The cells of a column, cleaned, by how they stood in the file; some short ones are remembered."""

    def __init__(self, wanted: Field) -> None:
        super().__init__()
        self._shape = _SHAPES.get(wanted, _ANYTHING)
        self._most = 0 if wanted in _NEVER_AGAIN else _MOST

    def __missing__(self, raw: str) -> str:
        cell = cells.clean(raw)
        if not self._shape.fullmatch(cell):
            raise _NotPlainError
        if len(self) < self._most and len(raw) <= _SHORT:
            self[raw] = cell
        return cell
