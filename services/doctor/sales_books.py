"""The books of sales: kept sums are those of the lines, a line lies on its day, and only what was told counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select, union_all
from sqlalchemy.orm import Session

from domain.interval import ZONE
from models import Sale
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.sales.summing import COLUMNS, Days, kept, span, sums
from services.sales.totals import months_of_sales
from services.unit_of_work import query

MOST = 20
KEY = COLUMNS[:5]


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """What contradicts itself in the books of sales, at most twenty of each kind."""
    hold_still(session)
    found = [*islice(_sums(session), MOST), *_days(session), *_counted(session)]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _sums(session: Session) -> Iterator[Finding]:
    # A month at a time: what is compared stays small, and no statement runs into its time limit.
    for first, last in months_of_sales(session):
        for row in session.execute(_different(span(first, last))):
            yield Finding(
                "sales_total_differs",
                f"the sums of {row.scope} {row.scope_id}/{row.part_id}, band {row.band}, of {row.day}"
                " are not those of its sales.",
            )


def _different(days: Days) -> Select[Any]:
    """The keys of rows that are kept but should not be, or should be but are not: each pair of equal rows is fine."""
    both = union_all(kept(days), select(sums(days).subquery())).subquery()
    columns = [both.c[name] for name in COLUMNS]
    odd = select(*columns).group_by(*columns).having(func.count() != 2).subquery()
    key = [odd.c[name] for name in KEY]
    return select(*key).distinct().order_by(*key).limit(MOST)


def _days(session: Session) -> Iterator[Finding]:
    for sale_id in session.scalars(
        select(Sale.id).where(Sale.ordered_on != _local_day(session)).order_by(Sale.id).limit(MOST)
    ):
        yield Finding("sale_on_wrong_day", f"sale {sale_id} is not on the day on which it was ordered.")


def _local_day(session: Session) -> ColumnElement[Any]:
    if session.connection().dialect.name == "sqlite":
        return func.date(Sale.ordered_at, literal_column("'+8 hours'"))
    return func.date(func.timezone(ZONE.key, Sale.ordered_at))


def _counted(session: Session) -> Iterator[Finding]:
    untold = select(Sale.id).where(Sale.paid, or_(Sale.told_paid.is_(False), Sale.replaced))
    for sale_id in session.scalars(untold.order_by(Sale.id).limit(MOST)):
        yield Finding("sale_counts_untold", f"sale {sale_id} counts, though no export told that it was paid.")
