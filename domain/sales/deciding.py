"""What a person says about a held row becomes the line or case that it would have been."""

from __future__ import annotations

from dataclasses import replace

from domain.sales.lines import AfterSaleCase, CaseState, LineStatus, OrderLine, RefundBasis


def decided(line: OrderLine, *, paid: bool, refunded_fen: int) -> OrderLine:
    """The line as somebody decided it, money in fen; an unpaid one refunds nothing.

    The refund counts as stated, so that its after-sales cases may still tell of a larger one. A status that nobody
    knows says no more than whether it is paid.
    """
    status = line.status
    if status is LineStatus.UNKNOWN:
        status = LineStatus.PAID if paid else LineStatus.UNPAID
    back = refunded_fen if paid else 0
    basis = RefundBasis.STATED if back else RefundBasis.NONE
    return replace(line, status=status, paid=paid, refunded_fen=back, refund_basis=basis)


def decided_case(case: AfterSaleCase, *, refunded_fen: int) -> AfterSaleCase:
    """The case as somebody decided it; without any refund it is closed."""
    state = CaseState.REFUNDED if refunded_fen else CaseState.CLOSED
    return replace(case, state=state, refund_fen=refunded_fen)
