"""Reading statements: a locked month as it was written down, an open one as it would be now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.interval import local_day
from domain.people import Actor
from domain.sales.metrics import IncomePath
from domain.sales.statements import (
    Cell,
    Sums,
    fees_of,
    last_due,
    locks_at,
    month_after,
    month_of,
    next_to_lock,
    three_lines,
    total,
)
from models import IncomeEntry, Merchant, Product, Show, Statement, StatementItem
from services import settings
from services.sales import statement_books as books
from services.sales.statement_locking import reckon
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Item:
    """What one product brought in one show, or by how much that changed."""

    product_id: int
    product: str
    show_id: int
    show: str
    show_starts_at: datetime
    sums: Sums


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What changed of an earlier month after it was locked."""

    month: date
    sums: Sums
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class MonthStatement:
    """A merchant's month; money in fen. Without `locked_at` it is open and may still change.

    `own` is what the studio brought (A + B + C) in the month, each order counted once; the long tail stands beside it
    and is not adjusted later. `reported_late_fen` is the part of ③ that was sold in earlier months.
    """

    merchant_id: int
    merchant: str
    month: date
    locked_at: datetime | None
    own: Sums
    refunded_orders: int
    items: tuple[Item, ...]
    adjustments: tuple[Adjustment, ...]
    long_tail_net_fen: int
    margin_bp: int
    fee_bp: int
    lines: IncomePath
    reported_late_fen: int

    @property
    def locks_at(self) -> datetime:
        """When it is, or was, due."""
        return locks_at(self.month)

    @property
    def adjusted(self) -> Sums:
        """All that changed of earlier months."""
        return total(one.sums for one in self.adjustments)

    @property
    def net_fen(self) -> int:
        """① of this statement: the month's own net and the adjustments; all statements add up to the books."""
        return self.lines.net_fen

    @property
    def fees_fen(self) -> int:
        """The platform's fees within ②."""
        return fees_of(self.net_fen, self.fee_bp)


@query
def of_month(
    session: Session, actor: Actor, merchant_id: int, month: date, *, now: datetime
) -> MonthStatement:
    """The statement of a merchant's month, for staff and the merchant itself.

    Raises Forbidden, and Missing for other merchants, for months ahead, and for those without anything to say: a month
    that got no statement before a later one was locked has its sales in the adjustments of others.
    """
    merchant = session.get(Merchant, _readable(actor, merchant_id), populate_existing=True)
    if merchant is None:
        raise Missing
    locked = session.scalar(
        select(Statement).where(Statement.merchant_id == merchant_id, Statement.month == month)
    )
    return _open(session, merchant, month, now) if locked is None else _locked(session, merchant, locked)


def require_reader(actor: Actor) -> Collection[int] | None:
    """Whose statements somebody may read, None for everybody's; raises Forbidden."""
    if actor.is_staff:
        return None
    if not actor.is_merchant:
        raise Forbidden
    return actor.merchant_ids


def _readable(actor: Actor, merchant_id: int) -> int:
    own = require_reader(actor)
    if own is not None and merchant_id not in own:
        raise Missing
    return merchant_id


def _locked(session: Session, merchant: Merchant, found: Statement) -> MonthStatement:
    rows = session.scalars(select(StatementItem).where(StatementItem.statement_id == found.id))
    cells = {
        Cell(row.of_month, row.product_id, row.show_id): Sums(
            row.orders, row.items, row.gmv_fen, row.refunded_fen
        )
        for row in rows
    }
    adjusted = Sums(0, 0, found.adjusted_gmv_fen, found.adjusted_refunded_fen)
    own = Sums(found.orders, found.items, found.gmv_fen, found.refunded_fen)
    items = _items(session, cells)
    of_month = session.scalar(
        select(func.coalesce(func.sum(IncomeEntry.amount_fen), 0)).where(
            IncomeEntry.merchant_id == merchant.id,
            IncomeEntry.sold_on >= found.month,
            IncomeEntry.sold_on < month_after(found.month),
            IncomeEntry.created_at <= found.locked_at,
        )
    )
    return MonthStatement(
        merchant_id=merchant.id,
        merchant=merchant.name,
        month=found.month,
        locked_at=found.locked_at,
        own=own,
        refunded_orders=found.refunded_orders,
        items=items.pop(found.month, ()),
        adjustments=_adjustments(items),
        long_tail_net_fen=found.long_tail_net_fen,
        margin_bp=found.margin_bp,
        fee_bp=found.fee_bp,
        lines=IncomePath((own + adjusted).net_fen, found.estimated_fen, found.reported_fen, 0),
        reported_late_fen=found.reported_fen - int(of_month or 0),
    )


def _open(session: Session, merchant: Merchant, month: date, now: datetime) -> MonthStatement:
    current, due = month_of(local_day(now)), last_due(now)
    latest = books.last_locked(session, [merchant.id]).get(merchant.id)
    if month > current or (latest is not None and month <= latest):
        raise Missing
    until = month_after(current)
    sold = books.sold_months(session, until, [merchant.id]).get(merchant.id, {})
    told = books.reported(session, until, [merchant.id]).get(merchant.id, {})
    takes = next_to_lock(latest, {*sold, *told}, due) == month
    found = reckon(session, merchant.id, month, takes_adjustments=takes)
    if month <= due and not found.rows and not found.reported_fen:
        raise Missing
    items = _items(session, found.rows)
    fee_bp = settings.load(session).platform_fee_bp
    return MonthStatement(
        merchant_id=merchant.id,
        merchant=merchant.name,
        month=month,
        locked_at=None,
        own=found.own,
        refunded_orders=found.refunded_orders,
        items=items.pop(month, ()),
        adjustments=_adjustments(items),
        long_tail_net_fen=books.long_tail(session, month, [merchant.id]).get(merchant.id, 0),
        margin_bp=merchant.margin_bp,
        fee_bp=fee_bp,
        lines=three_lines(
            (found.own + found.adjusted).net_fen,
            margin_bp=merchant.margin_bp,
            fee_bp=fee_bp,
            reported_fen=found.reported_fen,
        ),
        reported_late_fen=found.reported_fen - told.get(month, 0),
    )


def _items(session: Session, cells: dict[Cell, Sums]) -> dict[date, tuple[Item, ...]]:
    """Cells with the names of products and shows, by month: show by show, the best first; archived ones have names."""
    names = _names(session, {cell.product_id for cell in cells})
    shows = {
        show_id: (title, starts_at)
        for show_id, title, starts_at in session.execute(
            select(Show.id, Show.title, Show.starts_at).where(Show.id.in_({cell.show_id for cell in cells}))
        )
    }
    found: dict[date, list[Item]] = defaultdict(list)
    for cell, sums in cells.items():
        title, starts_at = shows[cell.show_id]
        found[cell.month].append(
            Item(cell.product_id, names[cell.product_id], cell.show_id, title, starts_at, sums)
        )
    return {month: tuple(sorted(items, key=_rank)) for month, items in found.items()}


def _names(session: Session, product_ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(Product.id, Product.name).where(Product.id.in_(product_ids)))
    return {product_id: name for product_id, name in rows}


def _rank(item: Item) -> tuple[datetime, int, int, int]:
    return item.show_starts_at, item.show_id, -item.sums.net_fen, item.product_id


def _adjustments(items: dict[date, tuple[Item, ...]]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(month, total(item.sums for item in items[month]), items[month]) for month in sorted(items)
    )
