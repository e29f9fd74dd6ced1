"""What the studio did for the community in a year: shops, shows, months, and how many are on the way to the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.interval import at_local, local_day
from domain.merchants.shops import MerchantStatus
from domain.people import Actor
from domain.sales.cells import FIRST_YEAR, LAST_YEAR
from domain.sales.forecast import Forecast
from domain.sales.metrics import IncomePath, Totals
from domain.studio.shows import ShowStatus
from models import BoothSlot, Merchant, SalesTotal, Show
from models.sales_books import Band, Scope
from services import settings
from services.sales import kept_sums, pace
from services.unit_of_work import query


class Course(StrEnum):
    """Where a shop stands on the way to the year's target, by its estimate ②."""

    REACHED = "reached"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    NOT_STARTED = "not_started"
    NO_MARGIN = "no_margin"


@dataclass(frozen=True, slots=True)
class MerchantYear:
    """A shop's year: what the studio brought it, its way to the target, and what it sold a month before."""

    merchant: Merchant
    shows: int
    totals: Totals
    path: IncomePath
    course: Course


@dataclass(frozen=True, slots=True)
class ShowYear:
    """A show of the year with its sales (A + B + C), and how many shops sold something."""

    show: Show
    shops: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class CommunityYear:
    """The whole report; `months` holds the twelve of the year, `months_so_far` those that have begun."""

    year: int
    totals: Totals
    months: tuple[Totals, ...]
    months_so_far: int
    merchants: tuple[MerchantYear, ...]
    shows: tuple[ShowYear, ...]
    first_year: int
    target_fen: int

    def on(self, course: Course) -> int:
        """How many shops stand there."""
        return sum(one.course is course for one in self.merchants)


@query
def community_year(session: Session, actor: Actor, year: int | None, *, now: datetime) -> CommunityYear:
    """The report of a year, this one by default; raises Forbidden for everybody but staff, and Missing."""
    if not actor.is_staff:
        raise Forbidden
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise Missing
    today = local_day(now)
    chosen = today.year if year is None else year
    days = kept_sums.year_of(chosen)
    months = kept_sums.by_month(session, chosen)
    return CommunityYear(
        year=chosen,
        totals=kept_sums.added(months),
        months=months,
        months_so_far=today.month if chosen == today.year else kept_sums.MONTHS_OF_A_YEAR,
        merchants=_merchants(session, days, today),
        shows=_shows(session, days, now),
        first_year=kept_sums.first_year(session, today.year),
        target_fen=settings.load(session).yearly_target_fen,
    )


def _merchants(session: Session, days: tuple[date, date], today: date) -> tuple[MerchantYear, ...]:
    """Every verified shop, and every other one that sold something, the best first."""
    totals = kept_sums.by_id(session, Scope.MERCHANT, days)
    merchants = session.scalars(
        select(Merchant).where((Merchant.status == MerchantStatus.VERIFIED) | Merchant.id.in_(list(totals)))
    ).all()
    weekly = kept_sums.weekly(session, today) if days[0].year == today.year else {}
    shows, reported = _shows_of_merchants(session, days), pace.reported(session, days)
    house = settings.load(session)
    years = []
    for merchant in merchants:
        sums = totals.get(merchant.id, Totals())
        path = pace.path_of(merchant, house, sums.net_fen, reported.get(merchant.id, 0))
        ahead = pace.forecast(merchant, house, sums.net_fen, weekly.get(merchant.id, ()), today)
        course = _course(path, ahead, shows.get(merchant.id, 0))
        years.append(MerchantYear(merchant, shows.get(merchant.id, 0), sums, path, course))
    return tuple(sorted(years, key=lambda one: (-one.totals.net_fen, one.merchant.id)))


def _course(path: IncomePath, ahead: Forecast | None, shows: int) -> Course:
    if path.estimated_fen is None:
        return Course.NO_MARGIN
    if path.estimated_fen >= path.target_fen:
        return Course.REACHED
    if not shows and not path.net_fen:
        return Course.NOT_STARTED
    return Course.ON_COURSE if ahead and ahead.likely_fen >= path.target_fen else Course.BEHIND


def _shows(session: Session, days: tuple[date, date], now: datetime) -> tuple[ShowYear, ...]:
    begin, end = at_local(days[0], 0), min(at_local(days[1], 0), now)
    shows = session.scalars(
        select(Show)
        .where(Show.starts_at >= begin, Show.starts_at < end, Show.status != ShowStatus.CANCELLED)
        .order_by(Show.starts_at.desc())
    ).all()
    totals = kept_sums.by_id(session, Scope.SHOW, None, [show.id for show in shows])
    shops = _count_shops(session, [show.id for show in shows])
    return tuple(ShowYear(show, shops.get(show.id, 0), totals.get(show.id, Totals())) for show in shows)


def _count_shops(session: Session, show_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(SalesTotal.scope_id, func.count(SalesTotal.part_id.distinct()).label("shops"))
        .where(
            SalesTotal.scope == Scope.SHOW_MERCHANT,
            SalesTotal.band == Band.STUDIO,
            SalesTotal.scope_id.in_(show_ids),
        )
        .group_by(SalesTotal.scope_id)
    )
    return {row.scope_id: row.shops for row in rows}


def _shows_of_merchants(session: Session, days: tuple[date, date]) -> dict[int, int]:
    begin, end = at_local(days[0], 0), at_local(days[1], 0)
    rows = session.execute(
        select(BoothSlot.merchant_id, func.count(BoothSlot.show_id.distinct()).label("shows"))
        .join(Show, Show.id == BoothSlot.show_id)
        .where(Show.starts_at >= begin, Show.starts_at < end, Show.status != ShowStatus.CANCELLED)
        .group_by(BoothSlot.merchant_id)
    )
    return {row.merchant_id: row.shows for row in rows}


@dataclass(frozen=True, slots=True)
class Rank:
    """A place on the leaderboard; `mine` is the asker's own, who sees it even when it is not shown to others."""

    place: int
    merchant: Merchant
    net_fen: int
    mine: bool


@query
def leaderboard(session: Session, actor: Actor, *, now: datetime) -> tuple[Rank, ...]:
    """① of this year by shop, best first, of the shops that want to be seen; raises Forbidden.

    Places are counted among those who are seen: a gap would tell of somebody who does not want to be.
    """
    if not (actor.is_staff or actor.is_merchant):
        raise Forbidden
    totals = kept_sums.by_id(session, Scope.MERCHANT, kept_sums.year_of(local_day(now).year))
    merchants = session.scalars(select(Merchant).where(Merchant.id.in_(list(totals)))).all()
    seen = [one for one in merchants if one.on_leaderboard or one.id in actor.merchant_ids]
    ranked = sorted(seen, key=lambda one: (-totals[one.id].net_fen, one.id))
    return tuple(
        Rank(place, one, totals[one.id].net_fen, one.id in actor.merchant_ids)
        for place, one in enumerate(ranked, start=1)
    )
