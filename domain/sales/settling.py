"""Whether an order line is paid and what of it was refunded, out of the words that its platform uses."""

from __future__ import annotations

from dataclasses import dataclass

from domain.sales.cells import fold
from domain.sales.lines import AfterSale, LineStatus, RefundBasis
from domain.sales.platforms import Field, Layout
from domain.sales.problems import HeldCode

FULFILLED = frozenset({LineStatus.PAID, LineStatus.SHIPPED, LineStatus.COMPLETED})
_REFUNDED = frozenset({AfterSale.REFUNDED, AfterSale.REFUNDED_IN_FULL, AfterSale.PARTIAL})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a row says about payment and refund; `has_paid_column`: the export has payment times at all."""

    status_text: str
    after_sale_text: str
    amount_fen: int
    refunded_fen: int | None
    has_paid_at: bool
    has_paid_column: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the row comes to, or the code and field of the doubt that a person must resolve."""

    status: LineStatus
    paid: bool = False
    refunded_fen: int = 0
    basis: RefundBasis = RefundBasis.NONE
    held: HeldCode | None = None
    doubtful: Field | None = None


def settle(evidence: Evidence, layout: Layout) -> Settlement:
    """Decide payment and refund of one row; an unknown or contradictory word holds it, nothing is guessed."""
    status = layout.order_states.get(fold(evidence.status_text))
    if status is None:
        return _held(LineStatus.UNKNOWN, HeldCode.UNKNOWN_STATUS, Field.STATUS)
    after_sale = layout.after_sale_states.get(fold(evidence.after_sale_text))
    if after_sale is None:
        return _held(status, HeldCode.UNKNOWN_AFTER_SALE, Field.AFTER_SALE)
    paid = _is_paid(evidence, status, after_sale)
    doubt = _payment_doubt(evidence, status, after_sale, paid=paid)
    if doubt is not None:
        return _held(status, *doubt)
    if not paid:
        return Settlement(status)
    return _with_refund(evidence, status, after_sale)


def _is_paid(evidence: Evidence, status: LineStatus, after_sale: AfterSale) -> bool:
    if evidence.has_paid_column:
        return evidence.has_paid_at
    return status in FULFILLED or (status is LineStatus.CLOSED and after_sale is not AfterSale.NONE)


def _payment_doubt(
    evidence: Evidence, status: LineStatus, after_sale: AfterSale, *, paid: bool
) -> tuple[HeldCode, Field] | None:
    if status is LineStatus.UNPAID and (paid or after_sale in _REFUNDED):
        return HeldCode.STATUS_CONTRADICTS_PAYMENT, Field.STATUS
    if not paid and (status in FULFILLED or after_sale in _REFUNDED):
        return HeldCode.PAYMENT_TIME_MISSING, Field.PAID_AT
    if status is LineStatus.CLOSED and paid and after_sale is AfterSale.NONE and not evidence.refunded_fen:
        return HeldCode.CLOSED_WITHOUT_REFUND, Field.AFTER_SALE
    return None


def _with_refund(evidence: Evidence, status: LineStatus, after_sale: AfterSale) -> Settlement:
    if evidence.refunded_fen is not None:
        if evidence.refunded_fen > evidence.amount_fen:
            return _held(status, HeldCode.REFUND_EXCEEDS_AMOUNT, Field.REFUNDED)
        return Settlement(status, True, evidence.refunded_fen, RefundBasis.STATED)
    if after_sale is AfterSale.PARTIAL:
        return _held(status, HeldCode.PARTIAL_REFUND, Field.AFTER_SALE)
    if after_sale in _REFUNDED:
        certain = after_sale is AfterSale.REFUNDED_IN_FULL or status is LineStatus.CLOSED
        basis = RefundBasis.FULL if certain else RefundBasis.ASSUMED_FULL
        return Settlement(status, True, evidence.amount_fen, basis)
    return Settlement(status, True)


def _held(status: LineStatus, code: HeldCode, doubtful: Field) -> Settlement:
    return Settlement(status, held=code, doubtful=doubtful)
