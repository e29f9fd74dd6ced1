"""A merchant's own page: this month, the way to the year's target, shows and products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.interval import at_local, local_day
from domain.money import divide_half_up
from domain.people import Actor
from domain.sales.metrics import Headline, IncomePath, Totals, income_path, year_end_forecast
from domain.settings import HouseSettings
from models import Booking, BoothSlot, Merchant, Product, Sale, Show
from services import settings
from services.sales.figures import grouped, in_headline, overall
from services.sales.income_ledger import reported_fen
from services.sales.matching import SOLD_IN
from services.unit_of_work import query

RECENT_SHOWS = 10


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


@dataclass(frozen=True, slots=True)
class ProductSum:
    """A product of the shop and what the studio sold of it this year (A + B + C)."""

    product: Product
    totals: Totals


@dataclass(frozen=True, slots=True)
class MerchantHome:
    """Everything on a merchant's page; money in fen, months in the community's calendar."""

    merchant: Merchant
    month_start: date
    month: Headline
    year: Totals
    path: IncomePath
    forecast_fen: int | None
    months: Sequence[MonthSum]
    shows: Sequence[ShowSum]
    products: Sequence[ProductSum]


@query
def merchant_home(session: Session, actor: Actor, *, now: datetime) -> MerchantHome:
    """The page of the actor's own shop, the first of several; raises Missing for somebody without one."""
    merchant = session.get(Merchant, actor.merchant_ids[0]) if actor.merchant_ids else None
    if merchant is None:
        raise Missing
    house = settings.load(session)
    today = local_day(now)
    year_start, year_end = _starts(today.year)
    of_year = [Sale.ordered_at >= year_start, Sale.ordered_at < year_end]
    year = overall(session, [*of_year, in_headline()], (merchant.id,), now)
    reported = reported_fen(session, merchant.id, date(today.year, 1, 1), date(today.year + 1, 1, 1))
    path = _path(merchant, house, year.net_fen, reported)
    return MerchantHome(
        merchant=merchant,
        month_start=today.replace(day=1),
        month=_month(session, merchant, today, now),
        year=year,
        path=path,
        forecast_fen=None
        if path.estimated_fen is None
        else year_end_forecast(path.estimated_fen, year_start=year_start, year_end=year_end, now=now),
        months=_months(session, merchant, house, of_year, today, now),
        shows=_shows(session, merchant, now),
        products=_products(session, merchant, of_year, now),
    )


def _starts(year: int) -> tuple[datetime, datetime]:
    return at_local(date(year, 1, 1), 0), at_local(date(year + 1, 1, 1), 0)


def _month_end(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _path(merchant: Merchant, house: HouseSettings, net_fen: int, reported_fen: int = 0) -> IncomePath:
    """A margin of 0 is one that was never declared."""
    return income_path(
        net_fen=net_fen,
        margin_bp=merchant.margin_bp or None,
        fees_fen=divide_half_up(net_fen * house.platform_fee_bp, 10_000),
        reported_fen=reported_fen,
        target_fen=house.yearly_target_fen,
    )


def _month(session: Session, merchant: Merchant, today: date, now: datetime) -> Headline:
    first = today.replace(day=1)
    of_month = [Sale.ordered_at >= at_local(first, 0), Sale.ordered_at < at_local(_month_end(first), 0)]
    kind = case((in_headline(), "studio"), (Sale.tier == "D", "long_tail"), else_="other")
    sums = grouped(session, kind, of_month, (merchant.id,), now)
    return Headline(studio=sums.get("studio", Totals()), long_tail=sums.get("long_tail", Totals()))


def _months(
    session: Session,
    merchant: Merchant,
    house: HouseSettings,
    of_year: list[ColumnElement[bool]],
    today: date,
    now: datetime,
) -> list[MonthSum]:
    firsts = [date(today.year, month, 1) for month in range(1, today.month + 1)]
    # Months end at midnight of Shanghai; no two engines cut a UTC moment to that in the same words.
    number = case(*((Sale.ordered_at < at_local(_month_end(f), 0), f.month) for f in firsts), else_=13)
    sums = grouped(session, number, [*of_year, in_headline()], (merchant.id,), now)
    months, so_far = [], 0
    for first in firsts:
        so_far += sums.get(first.month, Totals()).net_fen
        months.append(MonthSum(first, so_far, _path(merchant, house, so_far).estimated_fen))
    return months


def _shows(session: Session, merchant: Merchant, now: datetime) -> list[ShowSum]:
    slots = session.execute(
        select(BoothSlot.show_id, Booking.place)
        .join(Booking, Booking.id == BoothSlot.booking_id)
        .where(BoothSlot.merchant_id == merchant.id, Booking.status.in_(SOLD_IN))
        .order_by(Booking.starts_at, Booking.place)
    ).all()
    shows = session.scalars(
        select(Show)
        .where(Show.id.in_({slot.show_id for slot in slots}), Show.starts_at <= now)
        .order_by(Show.starts_at.desc())
        .limit(RECENT_SHOWS)
    ).all()
    in_these = Sale.show_id.in_([show.id for show in shows])
    sums = grouped(session, Sale.show_id, [in_these, in_headline()], (merchant.id,), now)
    return [
        ShowSum(
            show.id,
            show.title,
            show.starts_at,
            tuple(slot.place for slot in slots if slot.show_id == show.id),
            sums.get(show.id, Totals()),
        )
        for show in shows
    ]


def _products(
    session: Session, merchant: Merchant, of_year: list[ColumnElement[bool]], now: datetime
) -> list[ProductSum]:
    products = session.scalars(select(Product).where(Product.merchant_id == merchant.id)).all()
    sums = grouped(session, Sale.product_id, [*of_year, in_headline()], (merchant.id,), now)
    known = [
        ProductSum(product, sums.get(product.id, Totals()))
        for product in products
        if product.archived_at is None or product.id in sums
    ]
    return sorted(known, key=lambda known: (-known.totals.net_fen, known.product.id))
