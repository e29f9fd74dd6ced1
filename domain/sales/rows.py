"""One record of an export into order lines, a held line or a rejection: whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.sales import cells
from domain.sales.lines import HeldLine, OrderLine
from domain.sales.platforms import ColumnMap, Field, Layout
from domain.sales.problems import CellError, RowCode, RowError
from domain.sales.settling import Evidence, Settlement, settle

T = TypeVar("T")
Outcome = OrderLine | HeldLine | RowError
Values = dict[Field, str]

_SEPARATOR = re.compile("[;；]")
_IDENTIFIERS = frozenset({Field.ORDER_NO, Field.SUB_ORDER_NO, Field.PRODUCT_ID})


class _FieldError(Exception):
    """A cell that can't be read, with the field that it stands for."""

    def __init__(self, wanted: Field, code: RowCode, detail: str = "") -> None:
        super().__init__(code.value)
        self.wanted = wanted
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class PickedRow:
    """What is left of a record at the door: the cells of the allow-list, cleaned, and the file's line."""

    line: int
    values: Mapping[Field, str]


class _Row:
    """The cells of one order line; an absent column and an empty cell are the same."""

    def __init__(self, values: Mapping[Field, str]) -> None:
        self._values = values

    def maybe(self, wanted: Field, convert: Callable[[str], T]) -> T | None:
        cell = self._values.get(wanted, "")
        if not cell:
            return None
        try:
            return convert(cell)
        except CellError as error:
            raise _FieldError(wanted, error.code, error.detail) from error

    def need(self, wanted: Field, convert: Callable[[str], T]) -> T:
        value = self.maybe(wanted, convert)
        if value is None:
            raise _FieldError(wanted, RowCode.REQUIRED)
        return value


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

    def parse(self, row: PickedRow) -> list[Outcome]:
        """The outcome of one record, or one per sub-order when several are joined without ambiguity."""
        try:
            return [self._outcome(row.line, _Row(part)) for part in self._separated(dict(row.values))]
        except _FieldError as error:
            return [RowError(row.line, self._headers.get(error.wanted), error.code, error.detail)]

    def _separated(self, values: Values) -> list[Values]:
        """Take apart sub-orders joined by `;`: every cell that belongs to a line must be joined alike."""
        key = self._layout.joined_by
        if key is None:
            return [values]
        keys = [part for part in dict.fromkeys(_parts(values.get(key, ""))) if part]
        if len(keys) < 2:
            return [values | {key: keys[0]}] if keys else [values]
        per_line = (column.field for column in self._layout.columns if column.per_line)
        joined = {wanted for wanted in per_line if values.get(wanted)}
        parts = {wanted: _parts(values[wanted]) for wanted in joined}
        if any(len(found) != len(keys) for found in parts.values()):
            raise _FieldError(key, RowCode.JOINED_SUB_ORDERS, str(len(keys)))
        return [values | {wanted: parts[wanted][index] for wanted in joined} for index in range(len(keys))]

    def _outcome(self, line: int, row: _Row) -> Outcome:
        settlement = self._settlement(row)
        order = self._order(line, row, settlement)
        if settlement.held is None or settlement.doubtful is None:
            return order
        column = self._headers.get(settlement.doubtful, "")
        word = row.maybe(settlement.doubtful, cells.word) or ""
        return HeldLine(line, settlement.held, column, word, order)

    def _settlement(self, row: _Row) -> Settlement:
        evidence = Evidence(
            status_text=row.need(Field.STATUS, cells.word),
            after_sale_text=row.maybe(Field.AFTER_SALE, cells.word) or "",
            amount_fen=row.need(Field.AMOUNT, cells.money),
            refunded_fen=row.maybe(Field.REFUNDED, cells.money),
            has_paid_at=row.maybe(Field.PAID_AT, cells.moment) is not None,
            has_paid_column=Field.PAID_AT in self._headers,
        )
        return settle(evidence, self._layout)

    def _order(self, line: int, row: _Row, settlement: Settlement) -> OrderLine:
        ordered_at, precision = row.need(Field.ORDERED_AT, cells.moment)
        paid_at = row.maybe(Field.PAID_AT, cells.moment)
        completed_at = row.maybe(Field.COMPLETED_AT, cells.moment)
        return OrderLine(
            platform=self._layout.platform,
            line_key=self._line_key(row),
            order_no=row.need(Field.ORDER_NO, cells.identifier),
            title=row.need(Field.TITLE, cells.title),
            spec=row.maybe(Field.SPEC, cells.title),
            quantity=row.need(Field.QUANTITY, cells.quantity),
            platform_product_id=row.maybe(Field.PRODUCT_ID, cells.identifier),
            merchant_code=row.maybe(Field.MERCHANT_CODE, cells.merchant_code),
            unit_price_fen=row.maybe(Field.UNIT_PRICE, cells.money),
            amount_fen=row.need(Field.AMOUNT, cells.money),
            paid=settlement.paid,
            refunded_fen=settlement.refunded_fen,
            refund_basis=settlement.basis,
            status=settlement.status,
            status_text=row.need(Field.STATUS, cells.word),
            after_sale_text=row.maybe(Field.AFTER_SALE, cells.word),
            ordered_at=ordered_at,
            ordered_precision=precision,
            paid_at=paid_at[0] if paid_at else None,
            completed_at=completed_at[0] if completed_at else None,
            author_id=self._evidence(row, Field.AUTHOR_ID),
            author_name=self._evidence(row, Field.AUTHOR_NAME),
            traffic_source=self._evidence(row, Field.TRAFFIC_SOURCE),
            traffic_form=self._evidence(row, Field.TRAFFIC_FORM),
            live_evidence=self._sold_live(row),
            source_line=line,
        )

    def _line_key(self, row: _Row) -> str:
        keys = {part: cells.identifier if part in _IDENTIFIERS else cells.title for part in self._layout.key}
        return "|".join(row.need(part, convert) for part, convert in keys.items())

    def _evidence(self, row: _Row, wanted: Field) -> str | None:
        found = row.maybe(wanted, cells.word)
        return None if found is None or cells.fold(found) in self._layout.pending_words else found

    def _sold_live(self, row: _Row) -> bool:
        traces = self._layout.live_words.items()
        return any((self._evidence(row, wanted) or "").startswith(tuple(words)) for wanted, words in traces)


def _parts(cell: str) -> list[str]:
    return [cells.clean(part) for part in _SEPARATOR.split(cell.rstrip(";；"))]
