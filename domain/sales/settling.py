"""Whether an order line is paid and what of it was refunded, out of the words and amounts of its row.

One way for all platforms; what differs stands in the tables of their layouts. A refund that the row states counts as
stated, capped at what was paid for the goods, since it may hold freight. What a whole refund comes to without an
amount: the line, certain where the order is closed or the platform only knows whole ones, else assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.sales.cells import fold
from domain.sales.charging import Charge, charged, restates
from domain.sales.lines import AfterSale, LineStatus, RefundBasis
from domain.sales.platforms import Field, Layout
from domain.sales.problems import HeldCode

FULFILLED = frozenset({LineStatus.PAID, LineStatus.SHIPPED, LineStatus.COMPLETED})
REFUNDED = frozenset({AfterSale.REFUNDED, AfterSale.REFUNDED_IN_FULL, AfterSale.PARTIAL})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a row says about payment and refund, in fen; `has_paid_column`: the export has payment times at all.

    `amount_fen` is the amount as written, with any freight; `due_fen` what the goods were to cost.
    """

    status_text: str
    after_sale_text: str
    amount_fen: int
    refunded_fen: int | None
    has_paid_at: bool
    has_paid_column: bool
    freight_fen: int = 0
    due_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the row comes to, or the code and field of the doubt that a person must resolve."""

    status: LineStatus
    amount_fen: int
    paid: bool = False
    refunded_fen: int = 0
    basis: RefundBasis = RefundBasis.NONE
    held: HeldCode | None = None
    doubtful: Field | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A row's words as the house understands them, beside its amounts."""

    evidence: Evidence
    charge: Charge
    status: LineStatus
    after_sale: AfterSale

    @property
    def tells_of_refund(self) -> bool:
        return self.after_sale in REFUNDED or self.status is LineStatus.CLOSED

    def comes_to(self, refunded_fen: int, basis: RefundBasis) -> Settlement:
        return Settlement(self.status, self.charge.goods_fen, True, refunded_fen, basis)

    def held(self, code: HeldCode, doubtful: Field) -> Settlement:
        return Settlement(self.status, self.charge.goods_fen, held=code, doubtful=doubtful)


def settle(evidence: Evidence, layout: Layout) -> Settlement:
    """Decide payment and refund of one row; an unknown or contradictory word holds it, nothing is guessed."""
    charge = charged(evidence.amount_fen, evidence.freight_fen, evidence.due_fen)
    status = layout.order_states.get(fold(evidence.status_text))
    after_sale = _after_sale(evidence, layout)
    reading = _Reading(
        evidence,
        charge or Charge(evidence.amount_fen),
        status or LineStatus.UNKNOWN,
        after_sale or AfterSale.NONE,
    )
    if status is None:
        return reading.held(HeldCode.UNKNOWN_STATUS, Field.STATUS)
    if after_sale is None:
        return reading.held(HeldCode.UNKNOWN_AFTER_SALE, Field.AFTER_SALE)
    settled = _settled(reading, layout)
    if charge is None and settled.paid:
        return reading.held(HeldCode.FREIGHT_EXCEEDS_AMOUNT, Field.FREIGHT)
    return settled


def _after_sale(evidence: Evidence, layout: Layout) -> AfterSale | None:
    """What is said of a refund; an order state may tell of one where the after-sale column does not."""
    said = layout.after_sale_states.get(fold(evidence.after_sale_text))
    if said is None or said in REFUNDED:
        return said
    return layout.refund_states.get(fold(evidence.status_text), said)


def _settled(reading: _Reading, layout: Layout) -> Settlement:
    paid = _is_paid(reading)
    doubt = _payment_doubt(reading, paid=paid)
    if doubt is not None:
        return reading.held(*doubt)
    if not paid:
        return Settlement(reading.status, reading.charge.goods_fen)
    stated = _stated(reading, layout)
    if stated is None:
        return _without_amount(reading, layout)
    return _restated(reading, stated) if layout.restates else _as_stated(reading, stated)


def _is_paid(reading: _Reading) -> bool:
    if reading.evidence.has_paid_column:
        return reading.evidence.has_paid_at
    if reading.status is LineStatus.CLOSED:
        return reading.after_sale is not AfterSale.NONE or bool(reading.evidence.refunded_fen)
    return reading.status in FULFILLED


def _payment_doubt(reading: _Reading, *, paid: bool) -> tuple[HeldCode, Field] | None:
    status, after_sale = reading.status, reading.after_sale
    if status is LineStatus.UNPAID and (paid or after_sale in REFUNDED):
        return HeldCode.STATUS_CONTRADICTS_PAYMENT, Field.STATUS
    if not paid and (status in FULFILLED or after_sale in REFUNDED):
        return HeldCode.PAYMENT_TIME_MISSING, Field.PAID_AT
    untold = after_sale is AfterSale.NONE and not reading.evidence.refunded_fen
    if status is LineStatus.CLOSED and paid and untold:
        return HeldCode.CLOSED_WITHOUT_REFUND, Field.AFTER_SALE
    return None


def _stated(reading: _Reading, layout: Layout) -> int | None:
    """The refund that the row states, None where there is none or where it is only asked for."""
    if layout.refund_needs_word and not reading.tells_of_refund:
        return None
    return reading.evidence.refunded_fen


def _as_stated(reading: _Reading, stated: int) -> Settlement:
    if stated > reading.charge.whole_fen:
        return reading.held(HeldCode.REFUND_EXCEEDS_AMOUNT, Field.REFUNDED)
    if stated == 0 and reading.after_sale in REFUNDED and reading.charge.goods_fen > 0:
        return reading.held(HeldCode.REFUND_WITHOUT_AMOUNT, Field.REFUNDED)
    back = min(stated, reading.charge.goods_fen)
    return reading.comes_to(back, RefundBasis.STATED if back else RefundBasis.NONE)


def _restated(reading: _Reading, stated: int) -> Settlement:
    """A refund that may be just what lies between the amounts due and paid, so that it is not subtracted twice."""
    charge, due, freight = reading.charge, reading.evidence.due_fen or 0, reading.evidence.freight_fen
    closed = reading.status is LineStatus.CLOSED
    # Between the goods alone and all that was paid: freight may or may not have gone back with them.
    all_of_it = charge.whole_fen > 0 and charge.goods_fen <= stated <= charge.whole_fen
    if restates(stated, charge, freight, reading.evidence.due_fen):
        if not reading.tells_of_refund:
            return reading.comes_to(0, RefundBasis.NONE)
        if all_of_it and not closed:
            return reading.held(HeldCode.REFUND_AMBIGUOUS, Field.REFUNDED)
    elif not (closed and charge.whole_fen == 0 and stated <= due + freight):
        return _as_stated(reading, stated)
    if all_of_it:
        return _as_stated(reading, stated)
    # The amount paid is what was left after the refund: what the buyer had paid is both together.
    back = min(stated, due - charge.goods_fen)
    return replace(reading, charge=Charge(charge.goods_fen + back)).comes_to(back, RefundBasis.STATED)


def _without_amount(reading: _Reading, layout: Layout) -> Settlement:
    if reading.after_sale is AfterSale.PARTIAL:
        return reading.held(HeldCode.PARTIAL_REFUND, Field.AFTER_SALE)
    if reading.after_sale in REFUNDED:
        closed = reading.status is LineStatus.CLOSED
        certain = reading.after_sale is AfterSale.REFUNDED_IN_FULL or closed or layout.whole_refunds
        basis = RefundBasis.FULL if certain else RefundBasis.ASSUMED_FULL
        return reading.comes_to(reading.charge.goods_fen, basis)
    return reading.comes_to(0, RefundBasis.NONE)
