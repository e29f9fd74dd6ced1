"""The sums of sales by day, tallied in one pass over their lines: each is looked at once, whatever it counts for.

What they are is said in SQL (services/sales/summing.py), and that is what the doctor holds them against. A database
that makes them so sorts every line anew for each of the many sums that it has a part in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, func, select, type_coerce
from sqlalchemy.orm import Session

from domain.sales.attribution import Tier
from models import Product, Sale
from models.sales_books import Scope
from services.sales.bulk import Plain
from services.sales.summing import BANDS, Part

AT_ONCE = 2_000
"""So many lines are fetched from the database at a time."""

_BANDS_OF = {tier.value: [band.value for band, tiers in BANDS.items() if tier in tiers] for tier in Tier}
_LINES = (
    select(
        type_coerce(Sale.ordered_on, String),
        func.coalesce(type_coerce(Sale.tier, String), Tier.NONE.value),
        Sale.product_id,
        Product.merchant_id,
        Sale.show_id,
        Sale.booth_booking_id,
        # Two platforms may give out the same number.
        type_coerce(Sale.platform, String) + Sale.order_no,
        Sale.quantity,
        Sale.amount_fen,
        Sale.refunded_fen,
    )
    .outerjoin(Product, Product.id == Sale.product_id)
    .where(Sale.paid, Sale.ordered_on.in_(bindparam("days", expanding=True)))
    .order_by(Sale.ordered_on)
    .execution_options(yield_per=AT_ONCE)
)


class _Place(NamedTuple):
    """What decides for whom a line counts."""

    tier: str
    product_id: int | None
    merchant_id: int | None
    show_id: int | None
    booth_booking_id: int | None


@dataclass(slots=True)
class _Tally:
    """The lines of one day and place: money in fen, orders by platform and number."""

    orders: set[str] = field(default_factory=set)
    items: int = 0
    gmv_fen: int = 0
    refunded_fen: int = 0
    refunded_orders: set[str] = field(default_factory=set)


def tallied(session: Session, days: Sequence[date], part: Part) -> Iterator[Plain]:
    """The rows of `sales_total` as the sales of these days make them, a day at a time, in the order of its columns."""
    lines = session.execute(_LINES, {"days": days})
    for day, of_day in groupby(lines, itemgetter(0)):
        yield from _sums(str(day), _tallies(of_day), part)


def _tallies(lines: Iterable[Any]) -> dict[_Place, _Tally]:
    tallies: dict[Any, _Tally] = {}
    for (
        _day,
        tier,
        product_id,
        merchant_id,
        show_id,
        booth,
        order,
        quantity,
        amount_fen,
        refunded_fen,
    ) in lines:
        place = tier, product_id, merchant_id, show_id, booth
        tally = tallies.get(place)
        if tally is None:
            tally = tallies[place] = _Tally()
        tally.orders.add(order)
        tally.items += quantity
        tally.gmv_fen += amount_fen
        if refunded_fen:
            tally.refunded_fen += refunded_fen
            tally.refunded_orders.add(order)
    return {_Place(*place): tally for place, tally in tallies.items()}


def _sums(day: str, tallies: dict[_Place, _Tally], part: Part) -> Iterator[Plain]:
    parts: dict[tuple[str, int, int, str], list[_Tally]] = defaultdict(list)
    for place, tally in tallies.items():
        for scope, whole, of in _scopes(place, part):
            for band in _BANDS_OF[place.tier]:
                parts[scope, whole, of, band].append(tally)
    for (scope, whole, of, band), some in parts.items():
        yield (
            scope,
            whole,
            of,
            day,
            band,
            _distinct([one.orders for one in some]),
            sum([one.items for one in some]),
            sum([one.gmv_fen for one in some]),
            sum([one.refunded_fen for one in some]),
            _distinct([one.refunded_orders for one in some]),
        )


def _scopes(place: _Place, part: Part) -> Iterator[tuple[str, int, int]]:
    """Whose sums lines of this place have a part in, as far as they are to be made."""
    _tier, product_id, merchant_id, show_id, booth = place
    yield Scope.COMMUNITY.value, 0, 0
    if merchant_id is not None and _wanted(merchant_id, part.merchants):
        yield Scope.MERCHANT.value, merchant_id, 0
    if product_id is not None and _wanted(product_id, part.products):
        yield Scope.PRODUCT.value, product_id, 0
    if show_id is not None and _wanted(show_id, part.shows):
        yield Scope.SHOW.value, show_id, 0
        if merchant_id is not None:
            yield Scope.SHOW_MERCHANT.value, show_id, merchant_id
        if booth is not None:
            yield Scope.SHOW_BOOTH.value, show_id, booth


def _wanted(which: int, ids: Collection[int] | None) -> bool:
    return ids is None or which in ids


def _distinct(orders: Sequence[set[str]]) -> int:
    return len(orders[0]) if len(orders) == 1 else len(set().union(*orders))
