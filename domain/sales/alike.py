"""Rows that are like an earlier one of their file but for their own numbers and times, which alone are read anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import Any

from domain.sales import cells
from domain.sales.lines import OWN, Level, OrderLine
from domain.sales.picking import PickedRow
from domain.sales.platforms import Field, Kind, Layout
from domain.sales.problems import CellError

_OWN = frozenset({Field.ORDER_NO, Field.SUB_ORDER_NO, Field.ORDERED_AT, Field.PAID_AT, Field.COMPLETED_AT})
_GOODS = attrgetter(*(field.name for field in fields(OrderLine)[OWN:] if field.init))
_MOST, _LONGEST = 4_096, 1_000
"""So many kinds of rows of so many characters are remembered of a file, the first ones."""

Goods = tuple[Any, ...]


class Alike:
    """What was read of the goods, words and amounts of a file's rows, by the very cells that say so.

    `columns` are the fields of the file in the order of its cells. That a row was paid is a part of what is remembered,
    when it was paid is not. Rows that did not become an order line are read anew each time, and so are those of
    layouts that know a line by more than its number.
    """

    def __init__(self, layout: Layout, columns: Sequence[Field]) -> None:
        at: Mapping[Field, int] = {wanted: position for position, wanted in enumerate(columns)}
        self._order_no, self._ordered_at = at.get(Field.ORDER_NO, -1), at.get(Field.ORDERED_AT, -1)
        self._paid_at, self._completed_at = at.get(Field.PAID_AT), at.get(Field.COMPLETED_AT)
        self._key = at.get(layout.key[0], -1)
        known = {Field.ORDER_NO, Field.ORDERED_AT, layout.key[0]} <= at.keys()
        by_number = len(layout.key) == 1 and layout.key[0] in _OWN and layout.level is Level.LINE
        self._usable = layout.kind is Kind.ORDERS and known and by_number
        self._rest = itemgetter(*(position for wanted, position in at.items() if wanted not in _OWN))
        self._known: dict[Any, Goods] = {}

    def line(self, row: PickedRow) -> OrderLine | None:
        """The line of a row, if one like it was read and its own cells are in order."""
        goods = self._known.get(self._words(row))
        if goods is None:
            return None
        own = row.cells
        try:
            ordered_at, precision = cells.moment(own[self._ordered_at])
            line = OrderLine(
                cells.identifier(own[self._key]),
                cells.identifier(own[self._order_no]),
                ordered_at,
                precision,
                _moment(own, self._paid_at),
                _moment(own, self._completed_at),
                row.line,
                *goods,
            )
            line.goods = goods
            return line
        except CellError:  # it is told where the row is read whole
            return None

    def remember(self, row: PickedRow, line: OrderLine) -> None:
        """Keep what this row was read as for those that are like it."""
        if self._usable and len(self._known) < _MOST and sum(map(len, row.cells)) <= _LONGEST:
            self._known[self._words(row)] = _GOODS(line)

    def _words(self, row: PickedRow) -> Any:
        return self._paid_at is not None and row.cells[self._paid_at] != "", self._rest(row.cells)


def _moment(own: Sequence[str], at: int | None) -> Any:
    return None if at is None or not own[at] else cells.moment(own[at])[0]
