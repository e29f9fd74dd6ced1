"""Statements add up, came in their time, and are in step with the books but for what changed since the last lock."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from domain.interval import at_local
from domain.sales.statements import locks_at, month_after, three_lines
from models import IncomeEntry, Sale, SalesImport, Statement, StatementItem
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.sales import statement_books as books
from services.sales import statement_locking
from services.unit_of_work import query

MOST = 20
GRACE = timedelta(days=1)
"""Some hours after the job locked a month for somebody it is through with it; what it left out was forgotten."""


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """Statements that contradict themselves or the books, at most twenty of each kind."""
    hold_still(session)
    found = [*_sums(session), *_times(session), *_out_of_step(session), *_overdue(session, now)]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _sums(session: Session) -> Iterator[Finding]:
    is_own = StatementItem.of_month == Statement.month
    net = StatementItem.gmv_fen - StatementItem.refunded_fen
    parts = (
        select(
            Statement.id,
            *(
                func.coalesce(func.sum(case((condition, column), else_=0)), 0).label(name)
                for name, condition, column in (
                    ("items", is_own, StatementItem.items),
                    ("gmv", is_own, StatementItem.gmv_fen),
                    ("net", is_own, net),
                    ("orders", is_own, StatementItem.orders),
                    ("adjusted_gmv", ~is_own, StatementItem.gmv_fen),
                    ("adjusted_net", ~is_own, net),
                    ("later", StatementItem.of_month > Statement.month, 1),
                )
            ),
        )
        .outerjoin(StatementItem, StatementItem.statement_id == Statement.id)
        .group_by(Statement.id)
        .subquery()
    )
    wrong = or_(
        Statement.items != parts.c["items"],
        Statement.gmv_fen != parts.c.gmv,
        Statement.gmv_fen - Statement.refunded_fen != parts.c.net,
        Statement.orders > parts.c.orders,
        Statement.refunded_orders > Statement.orders,
        Statement.adjusted_gmv_fen != parts.c.adjusted_gmv,
        Statement.adjusted_gmv_fen - Statement.adjusted_refunded_fen != parts.c.adjusted_net,
        parts.c.later > 0,
    )
    broken = select(Statement.id).join(parts, parts.c.id == Statement.id).where(wrong)
    for statement_id in session.scalars(broken.limit(MOST)):
        yield Finding(
            "statement_does_not_add_up", f"statement {statement_id} differs from the sum of its rows."
        )


def _times(session: Session) -> Iterator[Finding]:
    for one in session.scalars(select(Statement).execution_options(populate_existing=True)):
        if one.month.day != 1 or one.locked_at < locks_at(one.month):
            yield Finding(
                "statement_too_early", f"statement {one.id} of {one.month:%Y-%m} was locked too early."
            )
        net_fen = one.gmv_fen - one.refunded_fen + one.adjusted_gmv_fen - one.adjusted_refunded_fen
        lines = three_lines(
            net_fen, margin_bp=one.margin_bp, fee_bp=one.fee_bp, reported_fen=one.reported_fen
        )
        if lines.estimated_fen != one.estimated_fen:
            yield Finding(
                "statement_estimate_differs", f"statement {one.id} estimates other than its margin says."
            )


def _out_of_step(session: Session) -> Iterator[Finding]:
    latest = select(Statement.merchant_id, func.max(Statement.month), func.max(Statement.locked_at)).group_by(
        Statement.merchant_id
    )
    for merchant_id, month, locked_at in session.execute(latest).all():
        changed = books.changed_months(session, merchant_id, month_after(month))
        unexplained = sorted(one for one in changed if not _touched(session, {one}, locked_at))
        if unexplained:
            names = ", ".join(f"{one:%Y-%m}" for one in unexplained)
            yield Finding(
                "statement_out_of_step",
                f"merchant {merchant_id}: books and statements differ in {names}, though nothing changed since.",
            )


def _overdue(session: Session, now: datetime) -> Iterator[Finding]:
    since = now - GRACE
    passed = session.scalar(select(func.max(Statement.month)).where(Statement.locked_at < since))
    forgotten = [one for one in statement_locking.due(since) if passed is not None and one[1] <= passed]
    for merchant_id, month in forgotten[:MOST]:
        months = {month, *books.changed_months(session, merchant_id, month)}
        if not _touched(session, months, since) and not _reported(session, merchant_id, since):
            yield Finding(
                "statement_overdue", f"merchant {merchant_id} has no statement of {month:%Y-%m}, it is due."
            )


def _touched(session: Session, months: Collection[date], since: datetime) -> bool:
    """Whether any sale of these months was written, or any import undone, from a moment on."""
    within = or_(
        *(
            (Sale.ordered_at >= at_local(one, 0)) & (Sale.ordered_at < at_local(month_after(one), 0))
            for one in months
        )
    )
    written = select(Sale.id).where(within, Sale.updated_at >= since).limit(1)
    undone = select(SalesImport.id).where(SalesImport.undone_at >= since).limit(1)
    return session.scalar(written) is not None or session.scalar(undone) is not None


def _reported(session: Session, merchant_id: int, since: datetime) -> bool:
    entry = select(IncomeEntry.id).where(
        IncomeEntry.merchant_id == merchant_id, IncomeEntry.created_at >= since
    )
    return session.scalar(entry.limit(1)) is not None
