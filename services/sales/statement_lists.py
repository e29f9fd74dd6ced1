"""Lists of statements: all merchants of a month for staff, all months of a shop for its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.interval import local_day
from domain.people import Actor
from domain.sales.metrics import IncomePath
from domain.sales.statements import (
    NOTHING,
    Sums,
    last_due,
    locks_at,
    month_after,
    month_before,
    month_of,
    next_to_lock,
    three_lines,
    total,
)
from models import Merchant, SalesTotal, Statement
from models.sales_books import Band, Scope
from services import settings
from services.sales import statement_books as books
from services.sales.statements import require_reader
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement in one line; money in fen. Without `locked_at` it is open and may still change."""

    merchant_id: int
    merchant: str
    month: date
    locked_at: datetime | None
    own: Sums
    adjusted: Sums
    long_tail_net_fen: int
    lines: IncomePath

    @property
    def net_fen(self) -> int:
        """①: the month's own net and the adjustments."""
        return self.lines.net_fen

    @property
    def locks_at(self) -> datetime:
        """When it is, or was, due."""
        return locks_at(self.month)


@dataclass(frozen=True, slots=True)
class MonthOfAll:
    """The statements of a month, and from which month to which there may be any."""

    month: date
    rows: tuple[StatementRow, ...]
    first: date
    last: date

    @property
    def net_fen(self) -> int:
        """① of all of them."""
        return sum(row.net_fen for row in self.rows)

    @property
    def adjusted_fen(self) -> int:
        """What of it belongs to earlier months."""
        return sum(row.adjusted.net_fen for row in self.rows)

    @property
    def is_locked(self) -> bool:
        """Whether none of them is open."""
        return bool(self.rows) and all(row.locked_at is not None for row in self.rows)


@query
def of_all(session: Session, actor: Actor, month: date | None, *, now: datetime) -> MonthOfAll:
    """All merchants of a month, the largest first; without one the last full month, while it has none the current.

    Raises Forbidden for others than staff, Missing for a month ahead.
    """
    if not actor.is_staff:
        raise Forbidden
    current = month_of(local_day(now))
    if month is not None and month > current:
        raise Missing
    rows = rows_of_month(session, month or month_before(current), now)
    if month is None and not rows:
        month, rows = current, rows_of_month(session, current, now)
    shown = month or month_before(current)
    return MonthOfAll(shown, rows, min(_first(session) or shown, shown), current)


@query
def list_of(
    session: Session,
    actor: Actor,
    *,
    month: date | None = None,
    merchant_id: int | None = None,
    now: datetime,
) -> Sequence[StatementRow]:
    """The statements that somebody may read, the latest month first; of a month or a merchant where it is named.

    Merchants get their own; another's is Missing. Raises Forbidden for everybody else.
    """
    readable = require_reader(actor)
    if merchant_id is not None and readable is not None and merchant_id not in readable:
        raise Missing
    wanted = readable if merchant_id is None else [merchant_id]
    return _rows(session, wanted, month, now)


def rows_of_month(session: Session, month: date, now: datetime) -> tuple[StatementRow, ...]:
    """The statements of a month, the largest first, inside another service."""
    return tuple(sorted(_rows(session, None, month, now), key=lambda row: (-row.net_fen, row.merchant_id)))


def _first(session: Session) -> date | None:
    day = session.scalar(
        select(func.min(SalesTotal.day)).where(
            SalesTotal.scope == Scope.MERCHANT, SalesTotal.band == Band.STUDIO
        )
    )
    return month_of(day) if day else None


def _rows(
    session: Session, merchant_ids: Collection[int] | None, month: date | None, now: datetime
) -> list[StatementRow]:
    rows = [*_locked(session, merchant_ids, month), *_open(session, merchant_ids, month, now)]
    return sorted(rows, key=lambda row: (-row.month.toordinal(), row.merchant_id))


def _locked(session: Session, merchant_ids: Collection[int] | None, month: date | None) -> list[StatementRow]:
    wanted = select(Statement, Merchant.name).join(Merchant, Merchant.id == Statement.merchant_id)
    if merchant_ids is not None:
        wanted = wanted.where(Statement.merchant_id.in_(merchant_ids))
    if month is not None:
        wanted = wanted.where(Statement.month == month)
    return [_row_of(found, name) for found, name in session.execute(wanted)]


def _row_of(found: Statement, name: str) -> StatementRow:
    own = Sums(found.orders, found.items, found.gmv_fen, found.refunded_fen)
    adjusted = Sums(0, 0, found.adjusted_gmv_fen, found.adjusted_refunded_fen)
    return StatementRow(
        found.merchant_id,
        name,
        found.month,
        found.locked_at,
        own,
        adjusted,
        found.long_tail_net_fen,
        IncomePath((own + adjusted).net_fen, found.estimated_fen, found.reported_fen, 0),
    )


@dataclass(frozen=True, slots=True)
class _Books:
    """What is known of one merchant's months: sold and reported, and what statements took up of both."""

    locked: date | None
    sold: dict[date, Sums]
    told: dict[date, int]
    written: dict[date, Sums]
    taken_fen: int

    def open_months(self, due: date) -> dict[date, tuple[Sums, int]]:
        """The months without a statement that have something to say: what each adjusts, and its ③."""
        months = {*self.sold, *self.told}
        takes = next_to_lock(self.locked, months, due)
        known = {month for month in months if self.locked is None or month > self.locked}
        found = {month: (NOTHING, self.told.get(month, 0)) for month in known}
        earlier = total(sums.bare for month, sums in self.sold.items() if month < takes)
        adjusted = earlier - total(sums.bare for sums in self.written.values())
        told = sum(fen for month, fen in self.told.items() if month <= takes) - self.taken_fen
        if adjusted or told or takes in known:
            found[takes] = (adjusted, told)
        return found


def _open(
    session: Session, merchant_ids: Collection[int] | None, month: date | None, now: datetime
) -> list[StatementRow]:
    known = _known(session, merchant_ids, month, month_after(month_of(local_day(now))))
    wanted: dict[date, dict[int, tuple[Sums, int]]] = defaultdict(dict)
    for merchant_id, books_of in known.items():
        for one, more in books_of.open_months(last_due(now)).items():
            if month is None or one == month:
                wanted[one][merchant_id] = more
    fee_bp = settings.load(session).platform_fee_bp
    merchants = {one.id: one for one in session.scalars(select(Merchant).where(Merchant.id.in_(known)))}
    rows = []
    for one, of_merchants in wanted.items():
        tails = books.long_tail(session, one, of_merchants.keys())
        for merchant_id, (adjusted, told) in of_merchants.items():
            own = known[merchant_id].sold.get(one, NOTHING)
            lines = three_lines(
                (own + adjusted).net_fen,
                margin_bp=merchants[merchant_id].margin_bp,
                fee_bp=fee_bp,
                reported_fen=told,
            )
            name, tail = merchants[merchant_id].name, tails.get(merchant_id, 0)
            rows.append(StatementRow(merchant_id, name, one, None, own, adjusted, tail, lines))
    return rows


def _known(
    session: Session, merchant_ids: Collection[int] | None, month: date | None, until: date
) -> dict[int, _Books]:
    """The books of the merchants for whom this month, or any, may be open."""
    ids = session.scalars(select(Merchant.id)) if merchant_ids is None else merchant_ids
    locked = books.last_locked(session, merchant_ids)
    chosen = [one for one in ids if month is None or one not in locked or locked[one] < month]
    if not chosen:
        return {}
    sold, told = books.sold_months(session, until, chosen), books.reported(session, until, chosen)
    written, taken = books.written_months(session, chosen), books.reported_before(session, chosen)
    return {
        one: _Books(
            locked.get(one), sold.get(one, {}), told.get(one, {}), written.get(one, {}), taken.get(one, 0)
        )
        for one in chosen
    }
