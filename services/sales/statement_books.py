"""What the books say of a merchant's months and what its statements say, summed up in the database.

Days of the studio's sales are days with shows, few even over years, so months are compared by the kept sums of days;
single sales are read for the months alone that turn out to differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    case,
    cast,
    extract,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from domain.sales.attribution import HEADLINE_TIERS
from domain.sales.statements import Cell, Sums, month_after
from models import IncomeEntry, Product, Sale, SalesTotal, Statement, StatementItem
from models.sales_books import Band, Scope

Part = tuple[date, int]
"""A month, and the product or show that its sums are of."""
SUMMED = ("orders", "items", "gmv_fen", "refunded_fen")


@dataclass(frozen=True, slots=True)
class OwnMonth:
    """A merchant's month as the books have it: its cells, and its orders, each counted once."""

    cells: dict[Cell, Sums]
    orders: int
    refunded_orders: int


def last_locked(session: Session, merchant_ids: Collection[int] | None = None) -> dict[int, date]:
    """The latest month with a statement, by merchant."""
    statement = select(Statement.merchant_id, func.max(Statement.month)).group_by(Statement.merchant_id)
    if merchant_ids is not None:
        statement = statement.where(Statement.merchant_id.in_(merchant_ids))
    return {merchant_id: month for merchant_id, month in session.execute(statement)}


def sold_months(
    session: Session, until: date, merchant_ids: Collection[int] | None = None
) -> dict[int, dict[date, Sums]]:
    """What the studio sold before a day, by merchant and month; merchants without sales are left out."""
    statement = (
        _by_month(SalesTotal.scope_id, SalesTotal.day)
        .add_columns(*(func.sum(getattr(SalesTotal, name)).label(name) for name in SUMMED))
        .where(SalesTotal.scope == Scope.MERCHANT, SalesTotal.band == Band.STUDIO, SalesTotal.day < until)
    )
    if merchant_ids is not None:
        statement = statement.where(SalesTotal.scope_id.in_(merchant_ids))
    found: dict[int, dict[date, Sums]] = defaultdict(dict)
    for row in session.execute(statement):
        found[row.of][_month(row.month)] = _sums(row)
    return dict(found)


def long_tail(session: Session, month: date, merchant_ids: Collection[int]) -> dict[int, int]:
    """The net of a month's long tail (D) in fen, by merchant."""
    net = func.sum(SalesTotal.gmv_fen) - func.sum(SalesTotal.refunded_fen)
    rows = session.execute(
        select(SalesTotal.scope_id, net)
        .where(
            SalesTotal.scope == Scope.MERCHANT,
            SalesTotal.scope_id.in_(merchant_ids),
            SalesTotal.band == Band.D,
            SalesTotal.day >= month,
            SalesTotal.day < month_after(month),
        )
        .group_by(SalesTotal.scope_id)
    )
    return {merchant_id: int(fen) for merchant_id, fen in rows}


def written_months(session: Session, merchant_ids: Collection[int]) -> dict[int, dict[date, Sums]]:
    """What all statements together say, by merchant and month of the order."""
    rows = session.execute(_written(Statement.merchant_id).where(Statement.merchant_id.in_(merchant_ids)))
    found: dict[int, dict[date, Sums]] = defaultdict(dict)
    for row in rows:
        found[row.of][row.month] = _sums(row)
    return dict(found)


def changed_months(session: Session, merchant_id: int, before: date) -> set[date]:
    """The months before a day whose sums are no longer those that were written, by any product or any show.

    Orders are not compared: counted once per part they don't add up, and none changes without its items or money.
    """
    changed: set[date] = set()
    products = select(Product.id).where(Product.merchant_id == merchant_id)
    for scope, of_merchant, written_by in (
        (Scope.PRODUCT, SalesTotal.scope_id.in_(products), StatementItem.product_id),
        (Scope.SHOW_MERCHANT, SalesTotal.part_id == merchant_id, StatementItem.show_id),
    ):
        now = _told(session, scope, of_merchant, before)
        written = _written_parts(session, merchant_id, written_by, before)
        changed |= {
            month for month, part in {*now, *written} if now.get((month, part)) != written.get((month, part))
        }
    return changed


def cells(session: Session, merchant_id: int, months: Iterable[date], own: date) -> OwnMonth:
    """The sales of some months cell by cell, and the orders of one of them, all of one moment."""
    month = _year_month(Sale.ordered_on)
    wanted = or_(
        *((Sale.ordered_on >= first) & (Sale.ordered_on < month_after(first)) for first in {*months, own})
    )
    of_cells = _sales(merchant_id, month, Sale.product_id, Sale.show_id).where(wanted)
    of_month = _sales(merchant_id, month, *_nothing()).where(
        Sale.ordered_on >= own, Sale.ordered_on < month_after(own)
    )
    found, orders, refunded = {}, 0, 0
    both = of_cells.group_by(month, Sale.product_id, Sale.show_id).union_all(of_month.group_by(month))
    for row in session.execute(both):
        if row.product_id:
            found[Cell(_month(row.month), row.product_id, row.show_id)] = _sums(row)
        else:
            orders, refunded = row.orders, row.refunded_orders
    return OwnMonth(found, orders, refunded)


def written_cells(session: Session, merchant_id: int, months: Iterable[date]) -> dict[Cell, Sums]:
    """What all statements of a merchant together say of some months, cell by cell."""
    statement = (
        _written(StatementItem.product_id)
        .add_columns(StatementItem.show_id)
        .where(Statement.merchant_id == merchant_id, StatementItem.of_month.in_(set(months)))
        .group_by(StatementItem.show_id)
    )
    return {Cell(row.month, row.of, row.show_id): _sums(row) for row in session.execute(statement)}


def reported(
    session: Session, until: date, merchant_ids: Collection[int] | None = None
) -> dict[int, dict[date, int]]:
    """What the ledger of reported income (③) comes to, by merchant and month of the sale."""
    statement = (
        _by_month(IncomeEntry.merchant_id, IncomeEntry.sold_on)
        .add_columns(func.sum(IncomeEntry.amount_fen).label("fen"))
        .where(IncomeEntry.sold_on < until)
    )
    if merchant_ids is not None:
        statement = statement.where(IncomeEntry.merchant_id.in_(merchant_ids))
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for row in session.execute(statement):
        found[row.of][_month(row.month)] = int(row.fen)
    return dict(found)


def reported_before(session: Session, merchant_ids: Collection[int]) -> dict[int, int]:
    """What the statements of merchants have taken up of it so far."""
    rows = session.execute(
        select(Statement.merchant_id, func.sum(Statement.reported_fen))
        .where(Statement.merchant_id.in_(merchant_ids))
        .group_by(Statement.merchant_id)
    )
    return {merchant_id: int(fen) for merchant_id, fen in rows}


def _told(session: Session, scope: Scope, of_merchant: ColumnElement[bool], before: date) -> dict[Part, Sums]:
    statement = (
        _by_month(SalesTotal.scope_id, SalesTotal.day)
        .add_columns(*(func.sum(getattr(SalesTotal, name)).label(name) for name in SUMMED))
        .where(
            SalesTotal.scope == scope, of_merchant, SalesTotal.band == Band.STUDIO, SalesTotal.day < before
        )
    )
    return _comparable((_month(row.month), row.of, _sums(row)) for row in session.execute(statement))


def _written_parts(session: Session, merchant_id: int, part: Any, before: date) -> dict[Part, Sums]:
    statement = _written(part).where(Statement.merchant_id == merchant_id, StatementItem.of_month < before)
    return _comparable((row.month, row.of, _sums(row)) for row in session.execute(statement))


def _comparable(rows: Iterable[tuple[date, int, Sums]]) -> dict[Part, Sums]:
    return {(month, part): sums.bare for month, part, sums in rows if sums.bare}


def _by_month(of: Any, day: Any) -> Select[Any]:
    month = _year_month(day)
    return select(of.label("of"), month.label("month")).group_by(of, month)


def _written(of: Any) -> Select[Any]:
    return (
        select(of.label("of"), StatementItem.of_month.label("month"))
        .add_columns(*(func.sum(getattr(StatementItem, name)).label(name) for name in SUMMED))
        .select_from(StatementItem)
        .join(Statement, Statement.id == StatementItem.statement_id)
        .group_by(of, StatementItem.of_month)
    )


def _sales(merchant_id: int, month: Any, product: Any, show: Any) -> Select[Any]:
    order = type_coerce(Sale.platform, String) + Sale.order_no
    return (
        select(month.label("month"), product.label("product_id"), show.label("show_id"))
        .add_columns(
            func.count(order.distinct()).label("orders"),
            func.sum(Sale.quantity).label("items"),
            func.sum(Sale.amount_fen).label("gmv_fen"),
            func.sum(Sale.refunded_fen).label("refunded_fen"),
            func.count(case((Sale.refunded_fen > 0, order)).distinct()).label("refunded_orders"),
        )
        .select_from(Sale)
        .where(
            Sale.product_id.in_(select(Product.id).where(Product.merchant_id == merchant_id)),
            Sale.paid,
            Sale.tier.in_(sorted(HEADLINE_TIERS)),
        )
    )


def _nothing() -> tuple[ColumnElement[int], ColumnElement[int]]:
    nothing = cast(0, Integer)
    return nothing, nothing


def _year_month(day: Any) -> ColumnElement[int]:
    """Months counted from the year 0, since no two engines cut a day in the same words."""
    return cast(extract("year", day) * 12 + extract("month", day) - 1, Integer)


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _sums(row: Any) -> Sums:
    return Sums(int(row.orders), int(row.items), int(row.gmv_fen), int(row.refunded_fen))
