"""The cells of one order line become an order line, or a held one that waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.sales import cells
from domain.sales.fields import Row
from domain.sales.lines import ORDER_KEY, HeldLine, Level, OrderLine
from domain.sales.platforms import Field, Layout
from domain.sales.settling import Evidence, Settlement, settle

_IDENTIFIERS = frozenset({Field.ORDER_NO, Field.SUB_ORDER_NO, Field.PRODUCT_ID})


class OrderReader:
    """Reads the lines of one file; `headers` are the file's own names of the columns that it has."""

    def __init__(self, layout: Layout, headers: Mapping[Field, str]) -> None:
        self._layout = layout
        self._headers = headers

    def read(self, line: int, row: Row) -> OrderLine | HeldLine:
        """What the row comes to; raises FieldError."""
        paid_at = row.maybe(Field.PAID_AT, cells.moment)
        evidence = self._told(row, has_paid_at=paid_at is not None)
        settlement = settle(evidence, self._layout)
        order = self._order(line, row, evidence, settlement, paid_at[0] if paid_at else None)
        if settlement.held is None or settlement.doubtful is None:
            return order
        column = self._headers.get(settlement.doubtful, "")
        return HeldLine(line, settlement.held, column, row.word(settlement.doubtful), order, row.cells)

    def _told(self, row: Row, *, has_paid_at: bool) -> Evidence:
        return Evidence(
            status_text=row.need(Field.STATUS, cells.state),
            after_sale_text=row.word(Field.AFTER_SALE),
            amount_fen=row.need(Field.AMOUNT, cells.money),
            refunded_fen=row.refunded(self._layout),
            has_paid_at=has_paid_at,
            has_paid_column=Field.PAID_AT in self._headers,
            freight_fen=row.maybe(Field.FREIGHT, cells.money) or 0,
            due_fen=row.maybe(Field.DUE, cells.money),
        )

    def _order(
        self, line: int, row: Row, evidence: Evidence, settlement: Settlement, paid_at: datetime | None
    ) -> OrderLine:
        ordered_at, precision = row.need(Field.ORDERED_AT, cells.moment)
        completed_at = row.maybe(Field.COMPLETED_AT, cells.moment)
        return OrderLine(
            platform=self._layout.platform,
            line_key=line_key(row, self._layout),
            order_no=row.need(Field.ORDER_NO, cells.identifier),
            title=row.need(Field.TITLE, cells.titles if self._layout.level is Level.ORDER else cells.title),
            spec=row.maybe(Field.SPEC, cells.title),
            quantity=row.need(Field.QUANTITY, cells.quantity),
            platform_product_id=row.maybe(Field.PRODUCT_ID, cells.identifier),
            merchant_code=row.maybe(Field.MERCHANT_CODE, cells.merchant_code),
            unit_price_fen=row.maybe(Field.UNIT_PRICE, cells.money),
            amount_fen=settlement.amount_fen,
            paid=settlement.paid,
            refunded_fen=settlement.refunded_fen,
            refund_basis=settlement.basis,
            status=settlement.status,
            status_text=evidence.status_text,
            after_sale_text=evidence.after_sale_text or None,
            ordered_at=ordered_at,
            ordered_precision=precision,
            paid_at=paid_at,
            completed_at=completed_at[0] if completed_at else None,
            author_id=self._evidence(row, Field.AUTHOR_ID),
            author_name=self._evidence(row, Field.AUTHOR_NAME),
            traffic_source=self._evidence(row, Field.TRAFFIC_SOURCE),
            traffic_form=self._evidence(row, Field.TRAFFIC_FORM),
            live_evidence=self._sold_live(row),
            source_line=line,
        )

    def _evidence(self, row: Row, wanted: Field) -> str | None:
        found = row.maybe(wanted, cells.word)
        return None if found is None or cells.fold(found) in self._layout.pending_words else found

    def _sold_live(self, row: Row) -> bool:
        traces = self._layout.live_words.items()
        return any((self._evidence(row, wanted) or "").startswith(tuple(words)) for wanted, words in traces)


def line_key(row: Row, layout: Layout) -> str:
    """The key by which a later export finds this line again; a number must be there, a text may be empty.

    Raises FieldError.
    """
    parts = [
        row.need(part, cells.identifier) if part in _IDENTIFIERS else row.maybe(part, cells.title) or ""
        for part in layout.key
    ]
    return (ORDER_KEY if layout.level is Level.ORDER else "") + "|".join(parts)
