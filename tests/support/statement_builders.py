"""Sales as they stand in the books, and what may happen to them later, each with its sums."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from domain.people import Role
from domain.sales.attribution import RULE_VERSION, Tier
from domain.sales.income import IncomeKind, IncomeStatus
from models import IncomeEntry, IncomeReport, Merchant, Product, Sale, SalesImport, Show, db
from services.sales import totals
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, at, create_person, saved
from tests.support.sale_builders import create_import, sale_row

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
SEPTEMBER, AUGUST = date(2026, 9, 1), date(2026, 8, 1)
AFTER_OCTOBER, AFTER_NOVEMBER = at(1, day=date(2026, 11, 16)), at(1, day=date(2026, 12, 16))
"""One in the morning of the days on which October and November are locked."""


def on(day: int, month: date = OCTOBER, hour: float = 20) -> datetime:
    """A moment of a month: on(12) is 12 October, 20:00."""
    return at(hour, day=month.replace(day=day))


def sell(
    product: Product | None, show: Show | None, moment: datetime, fen: int = 10_000, **changes: Any
) -> Sale:
    """A paid order line of an applied import, brought by a booth (A) unless said otherwise."""
    applied_at = moment + timedelta(days=1)
    batch = create_import(created_at=applied_at, applied_at=applied_at, read_count=1, inserted=1)
    told = {
        "ordered_at": moment,
        "amount_fen": fen,
        "title": product.name if product else "没人认识的商品",
        "product_id": product.id if product else None,
        "tier": Tier.IN_WINDOW if show else Tier.NONE,
        "show_id": show.id if show else None,
        "rule_version": RULE_VERSION if show else None,
        "updated_at": moment,
    }
    return write(Sale(**sale_row(batch.id, **told | changes)))


def write(sale: Sale, **changes: Any) -> Sale:
    """Put a sale into the books, or change one that is there, with the sums that it touches."""

    def save() -> Sale:
        touched = totals.Touched()
        if sale.id is not None:
            touched.add(sale.ordered_on, sale.product_id, sale.show_id)
        for name, value in changes.items():
            setattr(sale, name, value)
        db.session.add(sale)
        touched.add(sale.ordered_on, sale.product_id, sale.show_id)
        totals.refresh(db.session(), touched)
        return sale

    return in_transaction(save)


def strike(sale: Sale) -> None:
    """Take a sale out of the books, as undoing its import does."""

    def remove() -> None:
        touched = totals.Touched()
        touched.add(sale.ordered_on, sale.product_id, sale.show_id)
        batch = db.session.get_one(SalesImport, sale.first_import_id)
        db.session.delete(sale)
        batch.inserted, batch.unchanged = 0, 1
        totals.refresh(db.session(), touched)

    in_transaction(remove)


def report_income(merchant: Merchant, sold_on: date, fen: int, created_at: datetime = NOW) -> IncomeEntry:
    """An entry of the ledger of reported income (③)."""
    staff = create_person(Role.STAFF)
    report = saved(
        IncomeReport(
            merchant_id=merchant.id,
            kind=IncomeKind.IN_SHOP,
            sold_on=sold_on,
            amount_fen=abs(fen),
            status=IncomeStatus.ACCEPTED,
            reviewed_at=created_at,
            reviewed_by_id=staff.id,
            created_by_id=staff.id,
            created_at=created_at,
        )
    )
    return saved(
        IncomeEntry(
            merchant_id=merchant.id,
            report_id=report.id,
            sold_on=sold_on,
            amount_fen=fen,
            created_by_id=staff.id,
            created_at=created_at,
        )
    )
