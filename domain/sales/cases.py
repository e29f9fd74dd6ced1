"""The cells of one after-sales case become a case, or a held one that waits for a person."""

from __future__ import annotations

from collections.abc import Mapping

from domain.sales import cells
from domain.sales.fields import Row
from domain.sales.lines import AfterSale, AfterSaleCase, CaseState, HeldLine
from domain.sales.platforms import Field, Layout
from domain.sales.problems import HeldCode

STATES: Mapping[AfterSale, CaseState] = {
    AfterSale.OPEN: CaseState.OPEN,
    AfterSale.NONE: CaseState.CLOSED,
    AfterSale.PARTIAL: CaseState.REFUNDED,
    AfterSale.REFUNDED: CaseState.REFUNDED,
    AfterSale.REFUNDED_IN_FULL: CaseState.REFUNDED,
}
"""What a word of an after-sale means for its case: the file itself says how much went back."""


class CaseReader:
    """Reads the cases of one file; `headers` are the file's own names of the columns that it has."""

    def __init__(self, layout: Layout, headers: Mapping[Field, str]) -> None:
        self._layout = layout
        self._headers = headers

    def read(self, line: int, row: Row) -> AfterSaleCase | HeldLine:
        """What the row comes to; raises FieldError."""
        text = row.need(Field.AFTER_SALE, cells.state)
        said = self._layout.after_sale_states.get(cells.fold(text))
        if said is None:
            return self._held(line, row, HeldCode.UNKNOWN_AFTER_SALE, Field.AFTER_SALE)
        state = STATES[said]
        if state is CaseState.REFUNDED and row.refunded(self._layout) is None:
            return self._held(line, row, HeldCode.REFUND_WITHOUT_AMOUNT, Field.REFUNDED)
        return self._case(line, row, state)

    def _case(self, line: int, row: Row, state: CaseState) -> AfterSaleCase:
        requested_at = row.maybe(Field.REQUESTED_AT, cells.moment)
        refunded_at = row.maybe(Field.REFUNDED_AT, cells.moment)
        return AfterSaleCase(
            platform=self._layout.platform,
            case_no=row.need(Field.CASE_NO, cells.identifier),
            line_key=row.need(Field.SUB_ORDER_NO, cells.identifier),
            order_no=row.need(Field.ORDER_NO, cells.identifier),
            refund_fen=row.refunded(self._layout) or 0,
            freight_refund_fen=row.maybe(Field.REFUNDED_FREIGHT, cells.money) or 0,
            state=state,
            state_text=row.need(Field.AFTER_SALE, cells.state),
            requested_at=requested_at[0] if requested_at else None,
            refunded_at=refunded_at[0] if refunded_at else None,
            source_line=line,
        )

    def _held(self, line: int, row: Row, code: HeldCode, doubtful: Field) -> HeldLine:
        column = self._headers.get(doubtful, "")
        case = self._case(line, row, CaseState.OPEN)
        return HeldLine(line, code, column, row.word(doubtful), case, row.cells)
