"""Two readings of one order line become one: whatever has come further stays, whichever file came last.

Exports don't say when they were made, so nothing tells directly which of two is newer. But an order only moves forward:
it is paid, shipped, completed or closed, and money that went back stays back. Each of these axes keeps the furthest
reading, hence an old export never undoes a newer one, files may come in any order, and a file that comes again changes
nothing. Only words between which nothing can tell, such as a product's title, are those of the reading that comes last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from domain.sales.cells import Precision, fold
from domain.sales.layouts import LAYOUTS
from domain.sales.lines import AfterSale, LineStatus, OrderLine, Platform, RefundBasis
from domain.sales.platforms import chosen

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


def joined(stored: OrderLine, incoming: OrderLine) -> OrderLine:
    """The one line that both readings come to; both must have the same platform and key."""
    latest = _latest(stored, incoming)
    state = _further(stored, incoming, _progress)
    refund = _further(stored, incoming, _refund_progress)
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
    return (line.paid, _STATUS_ORDER.index(line.status))


def _refund_progress(line: OrderLine) -> tuple[int, ...]:
    return (
        _BASIS_ORDER.index(line.refund_basis),
        line.refunded_fen,
        _after_sale_rank(line.platform, line.after_sale_text or ""),
    )


@lru_cache(maxsize=1024)
def _after_sale_rank(platform: Platform, text: str) -> int:
    if not text:
        return -1
    state = chosen(platform, LAYOUTS).after_sale_states.get(fold(text))
    return -1 if state is None else _AFTER_SALE_ORDER.index(state)
