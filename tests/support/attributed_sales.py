"""Stored order lines of a product, as an import left them, and what attribution made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from domain.interval import local_day
from domain.people import Role
from domain.sales.attribution import Attribution
from domain.sales.cells import Precision
from domain.sales.lines import LineStatus, Platform
from models import Product, Sale, SalesImport, db
from models.sales_imports import ImportStatus
from services.sales import attributing
from services.sales.matching import attribution_columns
from services.sales.on_air import Windows
from services.sales.totals import Touched, refresh
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_person, saved, serial


def create_sale(product: Product | None, ordered_at: datetime, **changes: Any) -> Sale:
    """A paid line of 88 yuan from an applied import of 抖店, attributed by the rule as things stand now.

    With `tier` among the changes it is left as told; sums are kept as every writer keeps them.
    """
    values = _paid_line(product, ordered_at) | changes

    def save() -> Sale:
        trace = changes.get("first_import_id") or _import().id
        sale = Sale(**values | {"first_import_id": trace, "last_import_id": trace})
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


def _paid_line(product: Product | None, ordered_at: datetime) -> dict[str, Any]:
    number = next(serial)
    return {
        "platform": Platform.DOUDIAN,
        "line_key": f"{6917_500_000_000_000_000 + number}",
        "order_no": f"{6917_000_000_000_000_000 + number}",
        "title": product.name if product else "没人认识的紫菜",
        "quantity": 1,
        "amount_fen": 8_800,
        "told_paid": True,
        "told_refunded_fen": 0,
        "told_basis": "none",
        "paid": True,
        "refunded_fen": 0,
        "refund_basis": "none",
        "status": LineStatus.COMPLETED,
        "status_text": "已完成",
        "ordered_at": ordered_at,
        "ordered_on": local_day(ordered_at),
        "ordered_precision": Precision.SECOND,
        "live_evidence": False,
        "product_id": product.id if product else None,
        "updated_at": NOW,
    }


def _import() -> SalesImport:
    made: SalesImport = saved(
        SalesImport(
            status=ImportStatus.APPLIED,
            platform=Platform.DOUDIAN,
            file_name="抖店订单.csv",
            file_sha256="e" * 64,
            encoding="utf-8",
            created_by_id=create_person(Role.STAFF, name="李工").id,
            created_at=NOW,
            applied_at=NOW,
            read_count=1,
            inserted=1,
        )
    )
    return made


def by_the_rule(sale: Sale) -> Attribution:
    """What the rule says of a line, from scratch."""
    return Windows(db.session()).attribute(attributing.facts_of(sale))


def stands(sale: Sale) -> tuple[str, int | None, int | None]:
    """Tier, show and booth of a line as they are stored."""
    db.session.rollback()
    wanted = select(Sale.tier, Sale.show_id, Sale.booth_booking_id).where(Sale.id == sale.id)
    tier, show_id, booth = db.session.execute(wanted).one()
    return tier, show_id, booth
