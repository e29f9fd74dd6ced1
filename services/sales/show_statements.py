"""What the report of a show asks of the tables, put together once: that costs more than running it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, BindParameter, Select, and_, bindparam, cast, extract, func, or_, select

from domain.studio.booths import OnAir
from models import (
    Booking,
    BoothSlot,
    Merchant,
    Product,
    RundownItem,
    RundownItemBooth,
    Sale,
    SalesTotal,
    Show,
)
from models.sales_books import Scope
from services.sales.figures import in_headline
from services.sales.matching import SOLD_IN

SECONDS = 60
_SHOW: BindParameter[int] = bindparam("show")
Rows = Select[*tuple[Any, ...]]
ONE_SHOW = select(Show).where(Show.id == _SHOW)
SLOTS: Rows = (
    select(
        BoothSlot.booking_id,
        BoothSlot.merchant_id,
        BoothSlot.views,
        Booking.place,
        Booking.starts_at,
        Booking.ends_at,
        Product.name,
        Merchant.name,
    )
    .join(Booking, Booking.id == BoothSlot.booking_id)
    .join(Product, Product.id == BoothSlot.product_id)
    .join(Merchant, Merchant.id == Product.merchant_id)
    .where(BoothSlot.show_id == _SHOW, Booking.status.in_(SOLD_IN))
    .order_by(Booking.starts_at, Booking.place)
)
AIRED: Rows = (
    select(RundownItemBooth.booking_id, RundownItem.started_at, RundownItem.ended_at)
    .join(RundownItem, RundownItem.id == RundownItemBooth.item_id)
    .where(
        RundownItem.show_id == _SHOW,
        RundownItem.started_at.is_not(None),
        RundownItem.state != OnAir.SKIPPED,
    )
    .order_by(RundownItem.started_at)
)
KEPT_SUMS: Rows = select(
    SalesTotal.scope,
    SalesTotal.part_id,
    SalesTotal.band,
    SalesTotal.day,
    SalesTotal.orders,
    SalesTotal.items,
    SalesTotal.gmv_fen,
    SalesTotal.refunded_fen,
    SalesTotal.refunded_orders,
).where(
    SalesTotal.scope_id == _SHOW,
    # Two ranges of the key: every booth of the show, and the show as a whole or one shop in it.
    or_(
        SalesTotal.scope == Scope.SHOW_BOOTH,
        and_(SalesTotal.scope == bindparam("whole"), SalesTotal.part_id == bindparam("part")),
    ),
)
FRESH: Rows = (
    select(Sale.booth_booking_id, Sale.tier, func.sum(Sale.amount_fen - Sale.refunded_fen).label("net_fen"))
    .where(
        Sale.paid,
        Sale.show_id == _SHOW,
        Sale.ordered_at > bindparam("begin"),
        Sale.ordered_at < bindparam("midnight"),
    )
    .group_by(Sale.booth_booking_id, Sale.tier)
)
FRESH_OF_SHOP: Rows = FRESH.join(Product, Product.id == Sale.product_id).where(
    Product.merchant_id == bindparam("merchant")
)
_LINES = (
    select(Sale.booth_booking_id, Sale.platform, Sale.order_no, Sale.ordered_at)
    .where(
        Sale.show_id == _SHOW,
        Sale.paid,
        in_headline(),
        Sale.booth_booking_id.in_(bindparam("booths", expanding=True)),
        Sale.ordered_at >= bindparam("begin"),
        Sale.ordered_at < bindparam("end"),
    )
    .distinct()
    .subquery()
)
_MINUTE = cast(extract("epoch", _LINES.c.ordered_at), BigInteger) // SECONDS
MINUTES: Rows = select(_LINES.c.booth_booking_id, _MINUTE, func.count()).group_by(
    _LINES.c.booth_booking_id, _MINUTE
)
