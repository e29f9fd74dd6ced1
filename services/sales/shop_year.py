"""What a shop sold in a year: a few kept sums, and the recent lines whose net is provisional still."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, extract
from sqlalchemy.orm import Session

from domain.sales.attribution import HEADLINE_TIERS, Tier
from domain.sales.metrics import Headline, Totals
from models import Sale, SalesTotal
from models.sales_books import Band, Scope
from services.sales.figures import Kept, fresh_net, kept

SHOWN = HEADLINE_TIERS | {Tier.LONG_TAIL}


class ShopYear:
    """What a shop sold this year by month, and how much of its recent sales is provisional still."""

    def __init__(self, session: Session, merchant_id: int, today: date, now: datetime) -> None:
        self.year, self.merchant_id = today.year, merchant_id
        self.months = kept(
            session,
            Scope.MERCHANT,
            SalesTotal.scope_id == merchant_id,
            SalesTotal.part_id == 0,
            SalesTotal.band.in_((Band.STUDIO, Band.D)),
            *self.days(),
            by=extract("month", SalesTotal.day),
        )
        keys = (Sale.ordered_on, Sale.product_id, Sale.show_id, Sale.tier)
        self.fresh = fresh_net(session, keys, [Sale.tier.in_(sorted(SHOWN))], (merchant_id,), now)

    def days(self) -> list[ColumnElement[bool]]:
        """The days of the year."""
        return [SalesTotal.day >= date(self.year, 1, 1), SalesTotal.day < date(self.year + 1, 1, 1)]

    def of_month(self, month: int) -> Headline:
        """What the studio brought in a month, and the long tail."""

        def sums(band: Band, tiers: Collection[Tier]) -> Totals:
            return self.provisional(
                self._of(band, month),
                lambda row: (
                    row.tier in tiers and (row.ordered_on.year, row.ordered_on.month) == (self.year, month)
                ),
            )

        return Headline(sums(Band.STUDIO, HEADLINE_TIERS), sums(Band.D, {Tier.LONG_TAIL}))

    def net_of_month(self, month: int) -> int:
        """① of a month in fen."""
        return self._of(Band.STUDIO, month).net_fen

    def of_year(self) -> Totals:
        """What the studio brought this year."""
        parts = [self._of(Band.STUDIO, month) for month in range(1, 13)]
        whole = Totals(
            orders=sum(part.orders for part in parts),
            items=sum(part.items for part in parts),
            gmv_fen=sum(part.gmv_fen for part in parts),
            refunded_fen=sum(part.refunded_fen for part in parts),
            refunded_orders=sum(part.refunded_orders for part in parts),
        )
        return self.provisional(whole, self.in_year)

    def in_year(self, row: Row[Any]) -> bool:
        """Whether recent sales are of this year and the studio's."""
        return row.tier in HEADLINE_TIERS and row.ordered_on.year == self.year

    def provisional(self, totals: Totals, chosen: Callable[[Row[Any]], bool]) -> Totals:
        """The totals with the provisional part of the chosen recent sales."""
        return replace(totals, provisional_fen=sum(int(row.net_fen) for row in self.fresh if chosen(row)))

    def _of(self, band: Band, month: int) -> Totals:
        return self.months.get(Kept(self.merchant_id, 0, band, month), Totals())
