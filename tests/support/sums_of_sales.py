"""What all sales come to, told twice: by the kept sums and by the sales themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from models import Sale, SalesTotal
from models.sales_books import Band, Scope


def all_of_it(db: Any) -> tuple[int, int]:
    """Amount and refunds of the community in fen; AssertionError where the kept sums say otherwise than the sales."""
    db.session.rollback()
    kept = select(func.sum(SalesTotal.gmv_fen), func.sum(SalesTotal.refunded_fen)).where(
        SalesTotal.scope == Scope.COMMUNITY, SalesTotal.band == Band.ALL
    )
    counted = select(func.sum(Sale.amount_fen), func.sum(Sale.refunded_fen)).where(Sale.paid)
    both = [[int(value or 0) for value in db.session.execute(one).one()] for one in (kept, counted)]
    assert both[0] == both[1]
    return both[0][0], both[0][1]
