"""What a shop sold in a year: a few kept sums, and the lines of the one day whose net is half provisional still."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, extract, func, select
from sqlalchemy.orm import Session

from domain.interval import at_local, local_day
from domain.sales.attribution import HEADLINE_TIERS, Tier
from domain.sales.metrics import PROVISIONAL_FOR, Headline, Totals
from models import Product, Sale, SalesTotal
from models.rows import core
from models.sales_books import Band, Scope
from services.sales.figures import Kept, found, summed
from services.sales.kept_sums import added

SHOWN = HEADLINE_TIERS | {Tier.LONG_TAIL}


def is_fresh() -> ColumnElement[int]:
    """1 for the days all of whose net is provisional, else 0: those after the parameter `settled`."""
    return case((SalesTotal.day > bindparam("settled"), 1), else_=0)


def days() -> list[ColumnElement[bool]]:
    """The days of the year: from the parameter `first` until before `end`."""
    return [SalesTotal.day >= bindparam("first"), SalesTotal.day < bindparam("end")]


@cache
def _months() -> Select[*tuple[Any, ...]]:
    return summed(
        Scope.MERCHANT,
        SalesTotal.scope_id == bindparam("merchant"),
        SalesTotal.part_id == 0,
        SalesTotal.band.in_((Band.STUDIO, Band.D)),
        *days(),
        by=2 * extract("month", SalesTotal.day) + is_fresh(),
    )


@cache
def _half_settled() -> Select[*tuple[Any, ...]]:
    keys = (Sale.ordered_on, Sale.product_id, Sale.show_id, Sale.tier)
    return (
        select(*keys, func.sum(Sale.amount_fen - Sale.refunded_fen).label("net_fen"))
        .join(Product, Product.id == Sale.product_id)
        .where(
            Sale.paid,
            Sale.ordered_at > bindparam("since"),
            Sale.ordered_at < bindparam("until"),
            Sale.tier.in_(sorted(SHOWN)),
            Product.merchant_id == bindparam("merchant"),
        )
        .group_by(*keys)
    )


class ShopYear:
    """What a shop sold this year by month, and how much of its recent sales is provisional still."""

    def __init__(self, session: Session, merchant_id: int, today: date, now: datetime) -> None:
        self.year, self.merchant_id = today.year, merchant_id
        self._last_settled = local_day(now - PROVISIONAL_FOR)
        self.asked = {
            "settled": self._last_settled,
            "first": date(self.year, 1, 1),
            "end": date(self.year + 1, 1, 1),
            "merchant": merchant_id,
        }
        """What the statements of the shop's year are told."""
        self.months = found(session, _months(), self.asked)
        half = {"merchant": merchant_id, "since": now - PROVISIONAL_FOR}
        half["until"] = at_local(self._last_settled, 1440)
        self._half = core(session).execute(_half_settled(), half).all()

    def of_month(self, month: int) -> Headline:
        """What the studio brought in a month, and the long tail."""

        def sums(band: Band, tiers: Collection[Tier]) -> Totals:
            return self._with_provisional(
                [self._of(band, month)],
                lambda row: (
                    row.tier in tiers and (row.ordered_on.year, row.ordered_on.month) == (self.year, month)
                ),
            )

        return Headline(sums(Band.STUDIO, HEADLINE_TIERS), sums(Band.D, {Tier.LONG_TAIL}))

    def net_of_month(self, month: int) -> int:
        """① of a month in fen."""
        return sum(part.net_fen for part in self._of(Band.STUDIO, month))

    def of_year(self) -> Totals:
        """What the studio brought this year."""
        parts = [self._of(Band.STUDIO, month) for month in range(1, 13)]
        return self._with_provisional(parts, self.in_year)

    def in_year(self, row: Row[Any]) -> bool:
        """Whether recent sales are of this year and the studio's."""
        return row.tier in HEADLINE_TIERS and row.ordered_on.year == self.year

    def whole(
        self, found: Mapping[Kept, Totals], scope_id: int, part_id: int, chosen: Callable[[Row[Any]], bool]
    ) -> Totals:
        """The studio's sums of one of a scope, found by `is_fresh`, with the chosen lines of the half settled day."""
        parts = (
            found.get(Kept(scope_id, part_id, Band.STUDIO, 0), Totals()),
            found.get(Kept(scope_id, part_id, Band.STUDIO, 1), Totals()),
        )
        return self._with_provisional([parts], chosen)

    def _with_provisional(
        self, parts: Sequence[tuple[Totals, Totals]], chosen: Callable[[Row[Any]], bool]
    ) -> Totals:
        """The sum of settled and fresh parts: all of the fresh ones is provisional, and the chosen lines are."""
        half = sum(int(row.net_fen) for row in self._half if chosen(row))
        fresh = sum(fresh.net_fen for _settled, fresh in parts)
        return replace(added([one for pair in parts for one in pair]), provisional_fen=fresh + half)

    def _of(self, band: Band, month: int) -> tuple[Totals, Totals]:
        settled, fresh = (
            self.months.get(Kept(self.merchant_id, 0, band, 2 * month + is_fresh), Totals())
            for is_fresh in (0, 1)
        )
        return settled, fresh
