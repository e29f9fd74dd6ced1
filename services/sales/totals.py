"""Sums of sales by day, kept in the transaction that changes a sale, so that no page has to add up history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, delete, func, insert, select, type_coerce
from sqlalchemy.orm import Session

from domain.sales.attribution import HEADLINE_TIERS, Tier
from models import Product, Sale, SalesTotal
from models.sales_books import Band, Scope

BANDS: Mapping[Band, frozenset[Tier]] = {
    **{Band(tier.value): frozenset({tier}) for tier in Tier},
    Band.STUDIO: HEADLINE_TIERS,
    Band.ALL: frozenset(Tier),
}


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


def refresh(session: Session, touched: Touched) -> None:
    """Compute the touched sums anew from the sales as they stand in this transaction."""
    session.flush()
    for day, products in touched.products.items():
        known = {product for product in products if product is not None}
        merchants = set(session.scalars(select(Product.merchant_id).where(Product.id.in_(known))))
        shows = touched.shows.get(day, set())
        _rewrite(session, day, Scope.COMMUNITY, {0})
        _rewrite(session, day, Scope.MERCHANT, merchants)
        _rewrite(session, day, Scope.PRODUCT, known)
        _rewrite(session, day, Scope.SHOW, shows)
        _rewrite(session, day, Scope.SHOW_MERCHANT, shows)


def _rewrite(session: Session, day: date, scope: Scope, ids: Iterable[int]) -> None:
    chosen = sorted(ids)
    if not chosen:
        return
    session.execute(
        delete(SalesTotal).where(
            SalesTotal.scope == scope, SalesTotal.day == day, SalesTotal.scope_id.in_(chosen)
        )
    )
    rows = [
        {"scope": scope, "day": day, "band": band, **sums}
        for band, tiers in BANDS.items()
        for sums in _sums(session, day, scope, chosen, tiers)
    ]
    if rows:
        session.execute(insert(SalesTotal), rows)


def _sums(
    session: Session, day: date, scope: Scope, ids: list[int], tiers: frozenset[Tier]
) -> list[dict[str, Any]]:
    whole, part = _keys(scope)
    order = type_coerce(Sale.platform, String) + Sale.order_no
    statement = (
        select(
            whole.label("scope_id"),
            part.label("part_id"),
            func.count(order.distinct()).label("orders"),
            func.sum(Sale.quantity).label("items"),
            func.sum(Sale.amount_fen).label("gmv_fen"),
            func.sum(Sale.refunded_fen).label("refunded_fen"),
            func.count(case((Sale.refunded_fen > 0, order)).distinct()).label("refunded_orders"),
        )
        .select_from(Sale)
        .outerjoin(Product, Product.id == Sale.product_id)
        .where(Sale.paid, Sale.ordered_on == day, func.coalesce(Sale.tier, Tier.NONE).in_(sorted(tiers)))
        .group_by(whole, part)
    )
    if scope is not Scope.COMMUNITY:
        statement = statement.where(and_(whole.in_(ids), part.is_not(None)))
    return [
        {name: int(value) for name, value in row.items()}  # sums come as Decimal on PostgreSQL
        for row in session.execute(statement).mappings()
    ]


def _keys(scope: Scope) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    nothing: ColumnElement[Any] = type_coerce(0, SalesTotal.part_id.type)
    keys: dict[Scope, tuple[Any, Any]] = {
        Scope.COMMUNITY: (nothing, nothing),
        Scope.MERCHANT: (Product.merchant_id, nothing),
        Scope.PRODUCT: (Sale.product_id, nothing),
        Scope.SHOW: (Sale.show_id, nothing),
        Scope.SHOW_MERCHANT: (Sale.show_id, Product.merchant_id),
    }
    return keys[scope]
