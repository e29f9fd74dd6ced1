"""The figures of sales, summed up in the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, func, select, type_coerce
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.people import Actor
from domain.sales.attribution import HEADLINE_TIERS, Tier
from domain.sales.metrics import PROVISIONAL_FOR, Totals
from models import Product, Sale
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals over applied lines and over each tier; the orders of tiers can't be added, an order may have several."""

    totals: Totals
    by_tier: dict[Tier, Totals]


@query
def summary(
    session: Session,
    actor: Actor,
    *,
    merchant_id: int | None = None,
    show_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime,
) -> Summary:
    """Paid lines whose order was placed in `[since, until)`; without a shop staff get every line, unmatched ones too.

    Merchants get their own shop alone. Raises Forbidden for everybody else, Missing for a shop of others.
    """
    merchant_ids = _merchants_of(actor, merchant_id)
    conditions = [*_within(since, until)]
    if show_id is not None:
        conditions.append(Sale.show_id == show_id)
    tiers = grouped(session, func.coalesce(Sale.tier, Tier.NONE), conditions, merchant_ids, now)
    return Summary(
        totals=overall(session, conditions, merchant_ids, now),
        by_tier={tier: tiers.get(tier, Totals()) for tier in Tier},
    )


def overall(
    session: Session,
    conditions: Iterable[ColumnElement[bool]],
    merchant_ids: tuple[int, ...] | None,
    now: datetime,
) -> Totals:
    """The totals of the paid lines that meet the conditions."""
    return _totals(session.execute(_chosen(select(*_sums(now)), conditions, merchant_ids)).one())


def grouped(
    session: Session,
    key: Any,
    conditions: Iterable[ColumnElement[bool]],
    merchant_ids: tuple[int, ...] | None,
    now: datetime,
) -> dict[Any, Totals]:
    """The same by the values of an expression."""
    group = key.label("of")
    rows = session.execute(_chosen(select(group, *_sums(now)), conditions, merchant_ids).group_by(group))
    return {row.of: _totals(row) for row in rows}


def in_headline() -> ColumnElement[bool]:
    """Tiers A, B and C: what the studio brought."""
    return Sale.tier.in_(sorted(HEADLINE_TIERS))


def _merchants_of(actor: Actor, merchant_id: int | None) -> tuple[int, ...] | None:
    if actor.is_staff:
        return None if merchant_id is None else (merchant_id,)
    if not actor.is_merchant:
        raise Forbidden
    if merchant_id is None:
        return actor.merchant_ids
    if merchant_id not in actor.merchant_ids:
        raise Missing
    return (merchant_id,)


def _within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if since is not None:
        bounds.append(Sale.ordered_at >= since)
    if until is not None:
        bounds.append(Sale.ordered_at < until)
    return bounds


def _sums(now: datetime) -> list[ColumnElement[Any]]:
    # Two platforms may give out the same number.
    order = type_coerce(Sale.platform, String) + Sale.order_no
    net = Sale.amount_fen - Sale.refunded_fen
    return [
        func.count(order.distinct()).label("orders"),
        func.coalesce(func.sum(Sale.quantity), 0).label("items"),
        func.coalesce(func.sum(Sale.amount_fen), 0).label("gmv_fen"),
        func.coalesce(func.sum(Sale.refunded_fen), 0).label("refunded_fen"),
        func.count(case((Sale.refunded_fen > 0, order)).distinct()).label("refunded_orders"),
        func.coalesce(func.sum(case((Sale.ordered_at > now - PROVISIONAL_FOR, net), else_=0)), 0).label(
            "provisional_fen"
        ),
    ]


def _chosen(
    statement: Select[Any], conditions: Iterable[ColumnElement[bool]], merchant_ids: tuple[int, ...] | None
) -> Select[Any]:
    chosen = statement.select_from(Sale).where(Sale.paid, *conditions)
    if merchant_ids is None:
        return chosen
    return chosen.join(Product, Product.id == Sale.product_id).where(Product.merchant_id.in_(merchant_ids))


def _totals(row: Any) -> Totals:
    return Totals(
        orders=row.orders,
        items=int(row.items),
        gmv_fen=int(row.gmv_fen),
        refunded_fen=int(row.refunded_fen),
        refunded_orders=row.refunded_orders,
        provisional_fen=int(row.provisional_fen),
    )
