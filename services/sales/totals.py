"""Sums of sales by day, kept in the transaction that changes a sale, so that no page has to add up history."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Table, delete, func, select, text, union
from sqlalchemy.orm import Session

from models import Product, Sale, SalesTotal
from services import records
from services.sales.bulk import write_plain
from services.sales.chunks import chunks
from services.sales.summing import Part, stale, these
from services.sales.tallying import tallied
from services.unit_of_work import query, transaction

LOCK = 507
"""The advisory lock of the sums on PostgreSQL; its second number is a month, or EVERY_MONTH."""
EVERY_MONTH = 0
MOST_IDS = 2_000
"""More ids than this are not listed in a statement: the sums of all are made anew instead."""


@dataclass(slots=True)
class Touched:
    """Which sums a change of sales makes stale: products (None: unknown) and shows, by the day of the order."""

    products: dict[date, set[int | None]] = field(default_factory=lambda: defaultdict(set))
    shows: dict[date, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, day: date, product_id: int | None, show_id: int | None) -> None:
        """Note a sale as it was or as it is now."""
        self.products[day].add(product_id)
        if show_id is not None:
            self.shows[day].add(show_id)

    def note(self, *sales: Mapping[Any, Any] | None) -> None:
        """Note a sale by its columns, as it was and as it is now; None where there was none."""
        for sale in sales:
            if sale is not None:
                self.add(sale["ordered_on"], sale["product_id"], sale["show_id"])


def refresh(session: Session, touched: Touched) -> None:
    """Compute the touched sums anew from the sales as they stand in this transaction; call it last, and once.

    It locks the months of the touched days in their order until the transaction ends: two platforms may sell on one
    day, and whoever comes second has to see what the first one wrote.
    """
    session.flush()
    days = sorted(touched.products)
    lock_months(session, days)
    for _month, group in groupby(days, key=_month_number):
        of_month = list(group)
        products = {p for day in of_month for p in touched.products[day] if p is not None}
        shows = {show for day in of_month for show in touched.shows.get(day, ())}
        part = _part(session, products, shows)
        session.execute(delete(SalesTotal).where(stale(these(of_month), part)))
        _write(session, of_month, part)


def rebuild(session: Session) -> int:
    """Throw all sums away and make them anew, month by month; returns how many rows there are then."""
    session.flush()
    lock_all(session)
    session.execute(delete(SalesTotal))
    for first, last in months_of_sales(session):
        _write(session, [first + timedelta(days=after) for after in range((last - first).days + 1)], Part())
    return count()


@transaction
def make_anew(session: Session, *, now: datetime) -> int:
    """`rebuild` as a repair of its own, for whoever looks after the house; returns how many rows there are then."""
    made = rebuild(session)
    records.audit_table(session, None, "sales_total.rebuilt", SalesTotal, now, rows=made)
    return made


@query
def count(session: Session) -> int:
    """How many sums are kept."""
    return session.scalar(select(func.count()).select_from(SalesTotal)) or 0


def months_of_sales(session: Session) -> list[tuple[date, date]]:
    """First and last day of every month that a sale or a sum is of; a date far away brings no others with it."""
    days = union(select(Sale.ordered_on), select(SalesTotal.day))
    firsts = sorted({day.replace(day=1) for day in session.scalars(days)})
    return [(first, first.replace(day=monthrange(first.year, first.month)[1])) for first in firsts]


def lock_months(session: Session, days: Iterable[date]) -> None:
    """Keep others from making sums of these months until this transaction ends; SQLite has one writer anyway."""
    months = sorted({_month_number(day) for day in days})
    if months and session.connection().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock_shared({LOCK}, {EVERY_MONTH})"))
        for month in months:
            session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK}, {month})"))


def lock_all(session: Session) -> None:
    """Keep others from making any sums until this transaction ends."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK}, {EVERY_MONTH})"))


def _write(session: Session, days: Sequence[date], part: Part) -> None:
    for some in chunks(tallied(session, days, part)):
        write_plain(session, cast(Table, SalesTotal.__table__), some)


def _part(session: Session, products: Collection[int], shows: Collection[int]) -> Part:
    if len(products) + len(shows) > MOST_IDS:
        return Part()
    merchants = set(session.scalars(select(Product.merchant_id).where(Product.id.in_(products))))
    return Part(products=products, merchants=merchants, shows=shows)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month
