"""Two readings of one order line or after-sales case become one: the further one stays, whichever file came last.

Exports don't say when they were made, so nothing tells directly which of two is newer. But an order only moves forward:
it is paid, shipped, completed or closed, and money that went back stays back. Each of these axes keeps the furthest
reading, hence an old export never undoes a newer one, files may come in any order, and a file that comes again changes
nothing. Only words between which nothing can tell, such as a product's title, are those of the reading that comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from types import MappingProxyType

from domain.sales.cells import Precision, fold
from domain.sales.layouts import LAYOUTS
from domain.sales.lines import (
    AfterSale,
    AfterSaleCase,
    CaseState,
    LineStatus,
    OrderLine,
    Platform,
    RefundBasis,
)

_STATUS_ORDER = (
    LineStatus.UNKNOWN,
    LineStatus.UNPAID,
    LineStatus.PAID,
    LineStatus.SHIPPED,
    LineStatus.COMPLETED,
    LineStatus.CLOSED,
)
# An assumed full refund may be corrected by one that a platform states.
_BASIS_ORDER = (RefundBasis.NONE, RefundBasis.ASSUMED_FULL, RefundBasis.STATED, RefundBasis.FULL)
_AFTER_SALE_ORDER = (
    AfterSale.OPEN,
    AfterSale.NONE,  # closed without result: the case that was open before
    AfterSale.PARTIAL,
    AfterSale.REFUNDED,
    AfterSale.REFUNDED_IN_FULL,
)


# Money that went back stays back; a case may be closed and opened anew, but then it has another number.
_CASE_ORDER = (CaseState.OPEN, CaseState.CLOSED, CaseState.REFUNDED)
_NOTHING_LEARNED: Mapping[str, AfterSale] = MappingProxyType({})


def joined(
    stored: OrderLine, incoming: OrderLine, learned: Mapping[str, AfterSale] = _NOTHING_LEARNED
) -> OrderLine:
    """The one line that both readings come to; both must have the same platform and key.

    `learned`: the after-sale words of this platform that a person decided, as a layout with learned words has them in
    `after_sale_states`. A word that nobody knows any more still beats none, and any known word beats it.
    """
    latest = _latest(stored, incoming)
    state = _further(stored, incoming, _progress)
    refund = _further(stored, incoming, partial(_refund_progress, learned))
    earliest = stored if stored.ordered_precision is Precision.SECOND else incoming
    return replace(
        latest,
        status=state.status,
        status_text=state.status_text,
        paid=state.paid,
        quantity=state.quantity,
        amount_fen=state.amount_fen,
        after_sale_text=refund.after_sale_text,
        refunded_fen=refund.refunded_fen,
        refund_basis=refund.refund_basis,
        ordered_at=earliest.ordered_at,
        ordered_precision=earliest.ordered_precision,
        live_evidence=stored.live_evidence or incoming.live_evidence,
    )


def _latest(stored: OrderLine, incoming: OrderLine) -> OrderLine:
    """The incoming words; a column that was left out of that export takes nothing away."""
    return replace(
        incoming,
        spec=incoming.spec or stored.spec,
        platform_product_id=incoming.platform_product_id or stored.platform_product_id,
        merchant_code=incoming.merchant_code or stored.merchant_code,
        paid_at=incoming.paid_at or stored.paid_at,
        completed_at=incoming.completed_at or stored.completed_at,
        author_id=incoming.author_id or stored.author_id,
        author_name=incoming.author_name or stored.author_name,
        traffic_source=incoming.traffic_source or stored.traffic_source,
        traffic_form=incoming.traffic_form or stored.traffic_form,
    )


def _further(
    stored: OrderLine, incoming: OrderLine, progress: Callable[[OrderLine], tuple[int, ...]]
) -> OrderLine:
    return stored if progress(stored) > progress(incoming) else incoming


def _progress(line: OrderLine) -> tuple[int, ...]:
    # Of two that are equally far, the smaller amount: the other export had no column of freight to take off.
    return (line.paid, _STATUS_ORDER.index(line.status), -line.amount_fen)


def _refund_progress(learned: Mapping[str, AfterSale], line: OrderLine) -> tuple[int, ...]:
    return (
        _BASIS_ORDER.index(line.refund_basis),
        line.refunded_fen,
        _after_sale_rank(line.platform, line.after_sale_text or "", learned),
    )


def _after_sale_rank(platform: Platform, text: str, learned: Mapping[str, AfterSale]) -> int:
    if not text:
        return -2
    state = _known_word(platform, text) or learned.get(fold(text))
    return -1 if state is None else _AFTER_SALE_ORDER.index(state)


@lru_cache(maxsize=1024)
def _known_word(platform: Platform, text: str) -> AfterSale | None:
    folded = fold(text)
    tables = (layout.after_sale_states for layout in LAYOUTS if layout.platform is platform)
    return next((table[folded] for table in tables if folded in table), None)


def joined_cases(stored: AfterSaleCase, incoming: AfterSaleCase) -> AfterSaleCase:
    """The one case that both readings come to; both must have the same platform and number."""
    further = incoming if _case_progress(incoming) >= _case_progress(stored) else stored
    requested = [at for at in (stored.requested_at, incoming.requested_at) if at is not None]
    refunded = [at for at in (stored.refunded_at, incoming.refunded_at) if at is not None]
    return replace(
        further,
        requested_at=min(requested, default=None),
        refunded_at=max(refunded, default=None),
    )


def _case_progress(case: AfterSaleCase) -> tuple[int, ...]:
    return _CASE_ORDER.index(case.state), case.refund_fen, case.freight_refund_fen
