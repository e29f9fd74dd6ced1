"""Reading the kept sums of days: their cost is that of the days asked for, whatever history there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, extract, func, select
from sqlalchemy.orm import Session

from domain.sales.forecast import weeks_back
from domain.sales.metrics import Totals
from models import SalesTotal
from models.sales_books import Band, Scope
from services.sales.figures import found, kept, summed

Days = tuple[date, date]
"""A half-open span of days."""
MONTHS_OF_A_YEAR = 12
_NAMES = ("orders", "items", "gmv_fen", "refunded_fen", "refunded_orders")


def year_of(year: int) -> Days:
    """All days of a year."""
    return date(year, 1, 1), date(year + 1, 1, 1)


def by_id(
    session: Session, scope: Scope, days: Days | None = None, ids: Sequence[int] | None = None
) -> dict[int, Totals]:
    """What the studio brought (A + B + C) in these days to each of a scope; without `provisional_fen`."""
    wanted = _studio(days)
    if ids is not None:
        wanted.append(SalesTotal.scope_id.in_(ids))
    return {whose.scope_id: sums for whose, sums in kept(session, scope, *wanted).items()}


def by_month(session: Session, year: int) -> tuple[Totals, ...]:
    """What the studio brought the whole community in each of the twelve months."""
    month = extract("month", SalesTotal.day)
    months = {
        int(whose.of): sums
        for whose, sums in kept(session, Scope.COMMUNITY, *_studio(year_of(year)), by=month).items()
    }
    return tuple(months.get(number, Totals()) for number in range(1, MONTHS_OF_A_YEAR + 1))


def weekly(session: Session, today: date, merchant_ids: Sequence[int] | None = None) -> dict[int, list[int]]:
    """① of the last whole weeks by shop, oldest first, in fen; a shop without sales is left out."""
    weeks = weeks_back(today)
    asked: dict[str, Any] = {"first": weeks[0][0], "end": weeks[-1][1]}
    if merchant_ids is not None:
        asked["merchants"] = merchant_ids
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * len(weeks))
    for whose, of_day in found(session, _by_day(merchant_ids is not None), asked).items():
        sums[whose.scope_id][(whose.of - weeks[0][0]).days // 7] += of_day.net_fen
    return sums


@cache
def _by_day(of_some: bool) -> Select[*tuple[Any, ...]]:
    wanted = [
        SalesTotal.band == Band.STUDIO,
        SalesTotal.day >= bindparam("first"),
        SalesTotal.day < bindparam("end"),
    ]
    if of_some:
        wanted.append(SalesTotal.scope_id.in_(bindparam("merchants", expanding=True)))
    return summed(Scope.MERCHANT, *wanted, by=SalesTotal.day)


def first_year(session: Session, default: int) -> int:
    """The year of the first line that the studio brought."""
    first = session.scalar(
        select(func.min(SalesTotal.day)).where(SalesTotal.scope == Scope.COMMUNITY, *_studio(None))
    )
    return default if first is None else first.year


def added(parts: Sequence[Totals]) -> Totals:
    """The sum of parts that share no order, as those of different days."""
    return Totals(**{name: sum(getattr(part, name) for part in parts) for name in _NAMES})


def _studio(days: Days | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [SalesTotal.band == Band.STUDIO]
    if days is not None:
        wanted += [SalesTotal.day >= days[0], SalesTotal.day < days[1]]
    return wanted
