"""A merchant's own page: this month, the way to the year's target, shows and products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.interval import local_day
from domain.people import Actor
from domain.sales.attribution import HEADLINE_TIERS
from domain.sales.forecast import Forecast
from domain.sales.metrics import Headline, IncomePath, Totals
from domain.settings import HouseSettings
from domain.spaces import SpaceKind
from models import Booking, BoothSlot, Merchant, Product, SalesTotal, Show, Space
from models.rows import core, unindexed
from models.sales_books import Band, Scope
from services import settings
from services.sales import kept_sums, pace
from services.sales.figures import Kept, found, summed
from services.sales.matching import SOLD_IN
from services.sales.shop_year import ShopYear, days, is_fresh
from services.unit_of_work import query

RECENT_SHOWS = 10
SHOWN_FOR = timedelta(days=366)
"""A show of longer ago is none of the recent ones."""
_ONE_SHOP = select(Merchant).where(Merchant.id == bindparam("merchant"))


@dataclass(frozen=True, slots=True)
class MonthSum:
    """A month of the year, and what the year had come to at its end: ① net sales, ② estimated extra income."""

    month: date
    net_fen: int
    estimated_fen: int | None


@dataclass(frozen=True, slots=True)
class ShowSum:
    """A show in which the shop was on air, its booths, and what it sold there (A + B + C)."""

    show_id: int
    title: str
    starts_at: datetime
    booths: tuple[int, ...]
    totals: Totals


class SoldProduct(NamedTuple):
    """A product as the list of a shop names it."""

    id: int
    name: str
    picture_sha256: str | None


@dataclass(frozen=True, slots=True)
class ProductSum:
    """A product of the shop and what the studio sold of it this year (A + B + C)."""

    product: SoldProduct
    totals: Totals


@dataclass(frozen=True, slots=True)
class MerchantHome:
    """Everything on a merchant's page; money in fen, months in the community's calendar."""

    merchant: Merchant
    month_start: date
    month: Headline
    year: Totals
    path: IncomePath
    forecast: Forecast | None
    months: Sequence[MonthSum]
    shows: Sequence[ShowSum]
    products: Sequence[ProductSum]


@query
def merchant_home(
    session: Session, actor: Actor, merchant_id: int | None = None, *, now: datetime
) -> MerchantHome:
    """The page of the actor's own shop, the first of several, or of any shop for staff.

    Raises Missing for somebody without a shop, and for a shop of others.
    """
    merchant = session.scalar(_ONE_SHOP, {"merchant": _whose(actor, merchant_id)})
    if merchant is None:
        raise Missing
    house = settings.load(session)
    today = local_day(now)
    sums = ShopYear(session, merchant.id, today, now)
    year = sums.of_year()
    reported = pace.reported(session, kept_sums.year_of(today.year), merchant.id)
    weekly = kept_sums.weekly(session, today, [merchant.id])
    return MerchantHome(
        merchant=merchant,
        month_start=today.replace(day=1),
        month=sums.of_month(today.month),
        year=year,
        path=pace.path_of(merchant, house, year.net_fen, reported.get(merchant.id, 0)),
        forecast=pace.forecast(merchant, house, year.net_fen, weekly.get(merchant.id, ()), today),
        months=_months(merchant, house, sums, today),
        shows=_shows(session, merchant, sums, now),
        products=_products(session, merchant, sums),
    )


def _whose(actor: Actor, merchant_id: int | None) -> int:
    if merchant_id is None and actor.merchant_ids:
        return actor.merchant_ids[0]
    if merchant_id is None or not (actor.is_staff or merchant_id in actor.merchant_ids):
        raise Missing
    return merchant_id


def _months(merchant: Merchant, house: HouseSettings, sums: ShopYear, today: date) -> list[MonthSum]:
    months, so_far = [], 0
    for month in range(1, today.month + 1):
        so_far += sums.net_of_month(month)
        first = date(today.year, month, 1)
        months.append(MonthSum(first, so_far, pace.path_of(merchant, house, so_far, 0).estimated_fen))
    return months


def _shows(session: Session, merchant: Merchant, sums: ShopYear, now: datetime) -> list[ShowSum]:
    asked = {"merchant": merchant.id, "now": now, "since": now - SHOWN_FOR}
    shows = core(session).execute(_recent_shows(), asked).all()
    ids = [show.id for show in shows]
    booths: dict[int, list[int]] = defaultdict(list)
    for show_id, place in core(session).execute(_booths(), {"shows": ids, "merchant": merchant.id}):
        booths[show_id].append(place)
    sold = found(session, _sold_in_shows(), {**sums.asked, "shows": ids})
    return [
        ShowSum(
            show.id,
            show.title,
            show.starts_at,
            tuple(booths[show.id]),
            _of_show(sums, sold, show.id),
        )
        for show in shows
    ]


@cache
def _recent_shows() -> Select[*tuple[Any, ...]]:
    own = (
        select(BoothSlot.booking_id)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(
            BoothSlot.show_id == Show.id,
            BoothSlot.merchant_id == bindparam("merchant"),
            Booking.status.in_(SOLD_IN),
        )
    )
    return (
        select(Show.id, Show.title, Show.starts_at)
        .join(Space, Space.id == Show.space_id)
        .where(
            Space.kind == SpaceKind.STUDIO,
            Show.starts_at <= bindparam("now"),
            Show.starts_at > bindparam("since"),
            own.exists(),
        )
        .order_by(Show.starts_at.desc())
        .limit(RECENT_SHOWS)
    )


@cache
def _booths() -> Select[*tuple[Any, ...]]:
    """The shop's booths in each of some shows, in the order of time."""
    return (
        select(BoothSlot.show_id, Booking.place)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(
            BoothSlot.show_id.in_(bindparam("shows", expanding=True)),
            BoothSlot.merchant_id == bindparam("merchant"),
            unindexed(Booking.status).in_(SOLD_IN),  # or all that was ever sold in would be read
        )
        .order_by(Booking.starts_at, Booking.place)
    )


@cache
def _sold_in_shows() -> Select[*tuple[Any, ...]]:
    return summed(
        Scope.SHOW_MERCHANT,
        SalesTotal.scope_id.in_(bindparam("shows", expanding=True)),
        SalesTotal.part_id == bindparam("merchant"),
        SalesTotal.band == Band.STUDIO,
        by=is_fresh(),
    )


def _of_show(sums: ShopYear, sold: Mapping[Kept, Totals], show_id: int) -> Totals:
    return sums.whole(
        sold,
        show_id,
        sums.merchant_id,
        lambda row: row.show_id == show_id and row.tier in HEADLINE_TIERS,
    )


def _products(session: Session, merchant: Merchant, sums: ShopYear) -> list[ProductSum]:
    products = [SoldProduct(*row) for row in core(session).execute(_known_products(), sums.asked)]
    sold = found(session, _sold_products(), {**sums.asked, "products": [product.id for product in products]})
    known = [ProductSum(product, _of_product(sums, sold, product.id)) for product in products]
    return sorted(known, key=lambda known: (-known.totals.net_fen, known.product.id))


def _of_year() -> list[ColumnElement[bool]]:
    return [SalesTotal.part_id == 0, SalesTotal.band == Band.STUDIO, *days()]


@cache
def _known_products() -> Select[*tuple[Any, ...]]:
    """Those on offer, and those that were sold this year."""
    sold = select(SalesTotal.scope_id).where(
        SalesTotal.scope == Scope.PRODUCT, SalesTotal.scope_id == Product.id, *_of_year()
    )
    return select(Product.id, Product.name, Product.picture_sha256).where(
        Product.merchant_id == bindparam("merchant"), or_(Product.archived_at.is_(None), sold.exists())
    )


@cache
def _sold_products() -> Select[*tuple[Any, ...]]:
    ids = SalesTotal.scope_id.in_(bindparam("products", expanding=True))
    return summed(Scope.PRODUCT, ids, *_of_year(), by=is_fresh())


def _of_product(sums: ShopYear, sold: Mapping[Kept, Totals], product_id: int) -> Totals:
    return sums.whole(sold, product_id, 0, lambda row: row.product_id == product_id and sums.in_year(row))
