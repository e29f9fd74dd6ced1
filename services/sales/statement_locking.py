"""Locking statements: a merchant's month is written down once, and never rewritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from domain.sales.statements import (
    Cell,
    Sums,
    last_due,
    may_lock,
    month_after,
    months_to_lock,
    rows_of,
    three_lines,
    total,
)
from models import Merchant, Statement, StatementItem
from services import arbiter, records, settings
from services.sales import statement_books as books
from services.unit_of_work import query, transaction

MOST = 500
"""Statements locked in one run; an older house that comes to them late catches up over some runs."""
ITEMS = cast(Table, StatementItem.__table__)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A month as its statement would have it now: its own rows, those of earlier months, and its orders."""

    rows: dict[Cell, Sums]
    month: date
    orders: int
    refunded_orders: int
    reported_fen: int

    @property
    def own(self) -> Sums:
        """The sum of the month's own rows, with every order counted once."""
        summed = total(sums for cell, sums in self.rows.items() if cell.month == self.month)
        return Sums(self.orders, summed.items, summed.gmv_fen, summed.refunded_fen)

    @property
    def adjusted(self) -> Sums:
        """The sum of what changed of earlier months."""
        return total(sums for cell, sums in self.rows.items() if cell.month != self.month)


def lock_due(now: datetime) -> int:
    """Lock what is due, at most 500 statements, each in a transaction of its own; returns how many were locked."""
    return sum(lock(merchant_id, month, now=now) for merchant_id, month in due(now)[:MOST])


@query
def due(session: Session, now: datetime) -> list[tuple[int, date]]:
    """Which merchants' months are to be locked, in the order of the months.

    A merchant with a statement of the last due month is done until the next is due. One without asks only for sums of
    days: the months after its latest statement with sales or reported income, else the last due month where earlier
    ones have changed.
    """
    month = last_due(now)
    until = month_after(month)
    locked = books.last_locked(session)
    sold, told = books.sold_months(session, until), books.reported(session, until)
    found: list[tuple[int, date]] = []
    for merchant_id in sorted({*locked, *sold, *told}):
        latest = locked.get(merchant_id)
        if latest is not None and latest >= month:
            continue
        own = months_to_lock(latest, {*sold.get(merchant_id, ()), *told.get(merchant_id, ())}, month)
        if not own and _has_changed(session, merchant_id, month, sum(told.get(merchant_id, {}).values())):
            own = [month]
        found += [(merchant_id, one) for one in own]
    return sorted(found, key=lambda one: (one[1], one[0]))


@transaction
def lock(session: Session, merchant_id: int, month: date, *, now: datetime) -> bool:
    """Write a month's statement down; False where it is not due, has nothing to say, or it or a later one is there.

    The merchant's row is locked first, so that of two processes the second finds the statement of the first; the
    unique key of merchant and month holds without it.
    """
    if not may_lock(month, now):
        return False
    arbiter.lock_merchant(session, merchant_id)
    latest = session.scalar(select(func.max(Statement.month)).where(Statement.merchant_id == merchant_id))
    if latest is not None and latest >= month:
        return False
    reckoned = reckon(session, merchant_id, month)
    if not reckoned.rows and not reckoned.reported_fen:
        return False
    _write(session, session.get_one(Merchant, merchant_id, populate_existing=True), reckoned, now)
    return True


def reckon(session: Session, merchant_id: int, month: date, *, takes_adjustments: bool = True) -> Reckoned:
    """What a month's statement would say now, inside another service; only months that changed are read anew."""
    changed = books.changed_months(session, merchant_id, month) if takes_adjustments else set()
    now = books.cells(session, merchant_id, changed, month)
    written = books.written_cells(session, merchant_id, {*changed, month})
    told = books.reported(session, month_after(month), [merchant_id]).get(merchant_id, {})
    reported = told.get(month, 0)
    if takes_adjustments:
        reported = sum(told.values()) - books.reported_before(session, [merchant_id]).get(merchant_id, 0)
    return Reckoned(rows_of(month, now.cells, written), month, now.orders, now.refunded_orders, reported)


def _has_changed(session: Session, merchant_id: int, month: date, told_fen: int) -> bool:
    taken = books.reported_before(session, [merchant_id]).get(merchant_id, 0)
    return told_fen != taken or bool(books.changed_months(session, merchant_id, month_after(month)))


def _write(session: Session, merchant: Merchant, reckoned: Reckoned, now: datetime) -> None:
    fee_bp = settings.load(session).platform_fee_bp
    own, adjusted = reckoned.own, reckoned.adjusted
    net_fen = (own + adjusted).net_fen
    lines = three_lines(
        net_fen, margin_bp=merchant.margin_bp, fee_bp=fee_bp, reported_fen=reckoned.reported_fen
    )
    made = Statement(
        merchant_id=merchant.id,
        month=reckoned.month,
        locked_at=now,
        orders=reckoned.orders,
        items=own.items,
        gmv_fen=own.gmv_fen,
        refunded_fen=own.refunded_fen,
        refunded_orders=reckoned.refunded_orders,
        long_tail_net_fen=books.long_tail(session, reckoned.month, [merchant.id]).get(merchant.id, 0),
        adjusted_gmv_fen=adjusted.gmv_fen,
        adjusted_refunded_fen=adjusted.refunded_fen,
        margin_bp=merchant.margin_bp,
        fee_bp=fee_bp,
        estimated_fen=lines.estimated_fen,
        reported_fen=reckoned.reported_fen,
    )
    session.add(made)
    session.flush()
    rows = [_row(made.id, cell, sums) for cell, sums in reckoned.rows.items()]
    if rows:
        session.execute(insert(ITEMS), rows)
    records.audit(
        session, None, "statement.locked", made, now, month=f"{reckoned.month:%Y-%m}", net_fen=net_fen
    )


def _row(statement_id: int, cell: Cell, sums: Sums) -> dict[str, object]:
    return {
        "statement_id": statement_id,
        "of_month": cell.month,
        "product_id": cell.product_id,
        "show_id": cell.show_id,
        "orders": sums.orders,
        "items": sums.items,
        "gmv_fen": sums.gmv_fen,
        "refunded_fen": sums.refunded_fen,
    }
