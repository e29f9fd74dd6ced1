"""What was cleared to go on air must not say what food may not claim."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.merchants.claims import ClaimsStatus
from domain.merchants.products import Category
from models import Product
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.merchants.scanning import findings_in, words_of
from services.unit_of_work import query

CHUNK = 500
MOST = 20


@query
def findings(session: Session, _now: datetime) -> list[Finding]:
    """Cleared food with a disease claim, at most twenty of them."""
    hold_still(session)
    words, last, found = words_of(session), 0, list[Finding]()
    while len(found) < MOST:
        cleared = session.scalars(
            select(Product)
            .where(
                Product.claims_status == ClaimsStatus.CLEARED,
                Product.category == Category.FOOD,
                Product.id > last,
            )
            .order_by(Product.id)
            .limit(CHUNK)
        ).all()
        if not cleared:
            break
        last = cleared[-1].id
        found += [
            Finding("cleared_with_blocked_claim", f"product {one.id} was cleared and says “{hit.word}”.")
            for one in cleared
            for hit in findings_in(one, words)
            if hit.is_blocked
        ]
    session.rollback()  # leave the reading transaction: nothing was written
    return found[:MOST]
