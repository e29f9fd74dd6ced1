"""Stored order lines of a product, as an import left them, and what attribution made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from domain.sales.attribution import Attribution
from models import Product, Sale, db
from services.sales import attributing
from services.sales.matching import attribution_columns
from services.sales.on_air import Windows
from services.sales.totals import Touched, refresh
from services.unit_of_work import in_transaction
from tests.support.sale_builders import create_import, sale_row


def create_sale(product: Product | None, ordered_at: datetime, **changes: Any) -> Sale:
    """A paid line of 88 yuan from an applied import of 抖店, attributed by the rule as things stand now.

    With `tier` among the changes it is left as told; sums are kept as every writer keeps them.
    """
    trace = changes.get("first_import_id") or create_import(read_count=1, inserted=1).id
    told = {
        "ordered_at": ordered_at,
        "title": product.name if product else "没人认识的紫菜",
        "product_id": product.id if product else None,
        "amount_fen": 8_800,
        "live_evidence": False,
    }

    def save() -> Sale:
        sale = Sale(**sale_row(trace, **told | changes))
        if "tier" not in changes:
            for name, value in attribution_columns(by_the_rule(sale)).items():
                setattr(sale, name, value)
        db.session.add(sale)
        db.session.flush()
        touched = Touched()
        touched.add(sale.ordered_on, sale.product_id, sale.show_id)
        refresh(db.session(), touched)
        return sale

    return in_transaction(save)


def by_the_rule(sale: Sale) -> Attribution:
    """What the rule says of a line, from scratch."""
    return Windows(db.session()).attribute(attributing.facts_of(sale))


def stands(sale: Sale) -> tuple[str, int | None, int | None]:
    """Tier, show and booth of a line as they are stored."""
    db.session.rollback()
    wanted = select(Sale.tier, Sale.show_id, Sale.booth_booking_id).where(Sale.id == sale.id)
    tier, show_id, booth = db.session.execute(wanted).one()
    return tier, show_id, booth
