"""Saying which of our products a code of a platform stands for; its sales are counted for the shop at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.errors import BadInput
from domain.people import Actor
from domain.sales.lines import Platform
from models import Product, ProductCode
from models.engine import insert_ignoring
from services import records
from services.sales.importing import SALES, lock_platform, require_staff, rewrite_sales
from services.sales.lines import SALE_COLUMNS, from_sale
from services.sales.matching import Matcher
from services.sales.planning import CHUNK, Values, match_columns
from services.sales.totals import Touched, refresh
from services.unit_of_work import transaction

MAX_CODE = 64


@transaction
def link(
    session: Session, actor: Actor, platform: Platform, code: str, product_id: int | None, *, now: datetime
) -> int:
    """Let a code stand for a product and attribute the sales that waited for it; returns how many.

    Raises Forbidden, BadInput (product_not_chosen, code_malformed, code_taken).
    """
    require_staff(actor)
    product = session.get(Product, product_id) if product_id is not None else None
    if product is None:
        raise BadInput("product_not_chosen", field="product_id")
    if not 1 <= len(code) <= MAX_CODE:
        raise BadInput("code_malformed", field="product_id", maximum=MAX_CODE)
    lock_platform(session, platform)
    session.execute(
        insert_ignoring(session, ProductCode, platform=platform, code=code, product_id=product.id)
    )
    owner = session.scalar(
        select(ProductCode.product_id).where(ProductCode.platform == platform, ProductCode.code == code)
    )
    if owner != product.id:
        raise BadInput("code_taken", field="product_id")
    found = _attribute_unknown(session, platform, [code], now)
    records.audit(session, actor, "product.code_linked", product, now, code=code, sales=found)
    return found


@transaction
def attribute_waiting(session: Session, platform: Platform, codes: list[str], *, now: datetime) -> int:
    """Attribute the sales that came before these codes were known, for the service that keeps products."""
    lock_platform(session, platform)
    return _attribute_unknown(session, platform, codes, now)


def _attribute_unknown(session: Session, platform: Platform, codes: list[str], now: datetime) -> int:
    matcher, touched, found, last = Matcher(session, platform), Touched(), 0, 0
    while True:
        rows = (
            session.execute(
                select(
                    SALES.c.id, SALES.c.product_id, SALES.c.show_id, *(SALES.c[name] for name in SALE_COLUMNS)
                )
                .where(
                    SALES.c.platform == platform,
                    SALES.c.product_id.is_(None),
                    or_(SALES.c.platform_product_id.in_(codes), SALES.c.merchant_code.in_(codes)),
                    SALES.c.id > last,
                )
                .order_by(SALES.c.id)
                .limit(CHUNK)
            )
            .mappings()
            .all()
        )
        if not rows:
            refresh(session, touched)
            return found
        last = rows[-1]["id"]
        updates: dict[int, Values] = {}
        for row in rows:
            match = matcher.match(from_sale(dict(row)))
            if match.product_id is not None:
                updates[row["id"]] = match_columns(match) | {"updated_at": now}
                touched.note(row, {**row, **updates[row["id"]]})
        if updates:
            rewrite_sales(session, updates)
        found += len(updates)
