"""The sums of sales by day in SQL, from the lines themselves: what the kept ones are checked against."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
    values,
)
from sqlalchemy.sql.selectable import CompoundSelect

from domain.sales.attribution import HEADLINE_TIERS, Tier
from models import Product, Sale, SalesTotal
from models.sales_books import Band, Scope

BANDS: Mapping[Band, frozenset[Tier]] = {
    **{Band(tier.value): frozenset({tier}) for tier in Tier},
    Band.STUDIO: HEADLINE_TIERS,
    Band.ALL: frozenset(Tier),
}
COLUMNS = tuple(column.name for column in SalesTotal.__table__.columns)
Days = Callable[[Any], ColumnElement[bool]]
"""Which days are meant, said of any column that holds a day."""


@dataclass(frozen=True, slots=True)
class Part:
    """The sums that a change can have made stale besides those of the community; None: all of them."""

    products: Collection[int] | None = None
    merchants: Collection[int] | None = None
    shows: Collection[int] | None = None


def these(days: Collection[date]) -> Days:
    """Just these days."""
    return lambda day: day.in_(sorted(days))


def span(first: date, last: date) -> Days:
    """All days from the first to the last."""
    return lambda day: day.between(first, last)


def sums(days: Days) -> CompoundSelect[Any]:
    """The rows of `sales_total` as the sales make them, in the order of COLUMNS."""
    line = _lines(days)
    return union_all(
        _scope(line, Scope.COMMUNITY, None, None),
        _scope(line, Scope.MERCHANT, line.c.merchant_id, None),
        _scope(line, Scope.PRODUCT, line.c.product_id, None),
        _scope(line, Scope.SHOW, line.c.show_id, None),
        _scope(line, Scope.SHOW_MERCHANT, line.c.show_id, line.c.merchant_id),
        _scope(line, Scope.SHOW_BOOTH, line.c.show_id, line.c.booth_booking_id),
    )


def kept(days: Days) -> Select[Any]:
    """The same rows as they are kept."""
    return select(*SalesTotal.__table__.columns).where(days(SalesTotal.day))


def stale(days: Days, part: Part) -> ColumnElement[bool]:
    """Whether a kept row is one of these days and of this part."""
    whole = SalesTotal.part_id == 0
    return or_(
        and_(SalesTotal.scope == Scope.COMMUNITY, SalesTotal.scope_id == 0, whole, days(SalesTotal.day)),
        _stale(Scope.MERCHANT, part.merchants, days, whole),
        _stale(Scope.PRODUCT, part.products, days, whole),
        _stale(Scope.SHOW, part.shows, days, whole),
        _stale(Scope.SHOW_MERCHANT, part.shows, days),
        _stale(Scope.SHOW_BOOTH, part.shows, days),
    )


def _stale(
    scope: Scope, ids: Collection[int] | None, days: Days, *more: ColumnElement[bool]
) -> ColumnElement[bool]:
    # Each list of values makes up the beginning of an index.
    of = SalesTotal.band.in_(list(Band)) if ids is None else SalesTotal.scope_id.in_(sorted(ids))
    return and_(SalesTotal.scope == scope, of, days(SalesTotal.day), *more)


def _lines(days: Days) -> CTE:
    """Every paid line of these days once for each band it counts in."""
    bands = (
        values(column("tier", String), column("band", String), name="of_tier")
        .data([(tier.value, band.value) for band, tiers in BANDS.items() for tier in sorted(tiers)])
        .cte("of_tier")
    )
    return (
        select(
            Sale.ordered_on.label("day"),
            bands.c.band,
            # Two platforms may give out the same number.
            (type_coerce(Sale.platform, String) + Sale.order_no).label("order_key"),
            Sale.product_id,
            Product.merchant_id,
            Sale.show_id,
            Sale.booth_booking_id,
            Sale.quantity,
            Sale.amount_fen,
            Sale.refunded_fen,
        )
        .select_from(Sale)
        .join(bands, bands.c.tier == func.coalesce(type_coerce(Sale.tier, String), Tier.NONE.value))
        .outerjoin(Product, Product.id == Sale.product_id)
        .where(Sale.paid, days(Sale.ordered_on))
        .cte("line")
    )


def _scope(line: CTE, scope: Scope, whole: Any | None, part: Any | None) -> Select[Any]:
    nothing = literal(0, Integer)
    keys = [key for key in (whole, part) if key is not None]
    statement = select(
        literal(scope.value, String).label("scope"),
        (nothing if whole is None else whole).label("scope_id"),
        (nothing if part is None else part).label("part_id"),
        line.c.day,
        line.c.band,
        func.count(line.c.order_key.distinct()).label("orders"),
        func.sum(line.c.quantity).label("items"),
        func.sum(line.c.amount_fen).label("gmv_fen"),
        func.sum(line.c.refunded_fen).label("refunded_fen"),
        func.count(case((line.c.refunded_fen > 0, line.c.order_key)).distinct()).label("refunded_orders"),
    )
    return statement.where(*(key.is_not(None) for key in keys)).group_by(*keys, line.c.day, line.c.band)
