"""Reading the kept sums of days: their cost is that of the days asked for, whatever history there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, extract, func, select
from sqlalchemy.orm import Session

from domain.sales.forecast import weeks_back
from domain.sales.metrics import Totals
from models import SalesTotal
from models.sales_books import Band, Scope

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
    wanted = _studio(scope, days)
    if ids is not None:
        wanted.append(SalesTotal.scope_id.in_(ids))
    rows = session.execute(select(SalesTotal.scope_id, *_sums()).where(*wanted).group_by(SalesTotal.scope_id))
    return {row.scope_id: _totals(row) for row in rows}


def by_month(session: Session, year: int) -> tuple[Totals, ...]:
    """What the studio brought the whole community in each of the twelve months."""
    month = extract("month", SalesTotal.day)
    rows = session.execute(
        select(month.label("month"), *_sums()).where(*_studio(Scope.COMMUNITY, year_of(year))).group_by(month)
    )
    found = {int(row.month): _totals(row) for row in rows}
    return tuple(found.get(number, Totals()) for number in range(1, MONTHS_OF_A_YEAR + 1))


def weekly(session: Session, today: date, merchant_ids: Sequence[int] | None = None) -> dict[int, list[int]]:
    """① of the last whole weeks by shop, oldest first, in fen; a shop without sales is left out."""
    weeks = weeks_back(today)
    wanted = _studio(Scope.MERCHANT, (weeks[0][0], weeks[-1][1]))
    if merchant_ids is not None:
        wanted.append(SalesTotal.scope_id.in_(merchant_ids))
    net = (SalesTotal.gmv_fen - SalesTotal.refunded_fen).label("net")
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * len(weeks))
    for row in session.execute(select(SalesTotal.scope_id, SalesTotal.day, net).where(*wanted)):
        sums[row.scope_id][(row.day - weeks[0][0]).days // 7] += row.net
    return sums


def first_year(session: Session, default: int) -> int:
    """The year of the first line that the studio brought."""
    first = session.scalar(select(func.min(SalesTotal.day)).where(*_studio(Scope.COMMUNITY, None)))
    return default if first is None else first.year


def added(parts: Sequence[Totals]) -> Totals:
    """The sum of parts that share no order, as those of different days."""
    return Totals(**{name: sum(getattr(part, name) for part in parts) for name in _NAMES})


def _studio(scope: Scope, days: Days | None) -> list[ColumnElement[bool]]:
    wanted = [SalesTotal.scope == scope, SalesTotal.band == Band.STUDIO]
    if days is not None:
        wanted += [SalesTotal.day >= days[0], SalesTotal.day < days[1]]
    return wanted


def _sums() -> list[Any]:
    return [func.sum(getattr(SalesTotal, name)).label(name) for name in _NAMES]


def _totals(row: Any) -> Totals:
    return Totals(**{name: int(getattr(row, name)) for name in _NAMES})
