"""Telling a shop in time that a paper of it runs out."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from domain.interval import local_day
from domain.merchants.papers import REMINDERS, PaperStatus, reminder_due
from models import Paper
from services import records
from services.merchants import shops
from services.unit_of_work import query, transaction

ON_FILE = (PaperStatus.SUBMITTED, PaperStatus.APPROVED)
BATCH = 200


def remind_due(now: datetime) -> int:
    """Send every reminder that is due, each in a transaction of its own and once for each step; returns how many."""
    return sum(_remind(paper_id, now) for paper_id in _due(local_day(now)))


@query
def _due(session: Session, today: date) -> list[int]:
    """Papers that may need one; the exact steps are the domain's. Who has handed in a newer one need not be told."""
    newer = aliased(Paper)
    is_replaced = exists().where(newer.replaces_id == Paper.id, newer.status == PaperStatus.SUBMITTED)
    soon = today + timedelta(days=max(REMINDERS))
    rows = session.execute(
        select(Paper.id, Paper.expires_on, Paper.reminded_days)
        .where(
            Paper.status.in_(ON_FILE),
            Paper.expires_on <= soon,
            ~is_replaced,
            or_(Paper.reminded_days.is_(None), Paper.reminded_days > 0),
        )
        .order_by(Paper.expires_on)
    )
    due = [
        row.id
        for row in rows
        if row.expires_on and reminder_due(row.expires_on, row.reminded_days, today) is not None
    ]
    return due[:BATCH]


@transaction
def _remind(session: Session, paper_id: int, now: datetime) -> bool:
    paper = session.scalar(
        select(Paper)
        .where(Paper.id == paper_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if paper is None or paper.status not in ON_FILE or paper.expires_on is None:
        return False
    today = local_day(now)
    step = reminder_due(paper.expires_on, paper.reminded_days, today)
    if step is None:
        return False  # another process was faster
    paper.reminded_days = step
    acting = shops.member_ids(session, paper.merchant_id)
    if step == 0:
        records.tell_each(session, acting, "paper_over", now, paper=paper.kind.value)
    else:
        days = (paper.expires_on - today).days
        records.tell_each(session, acting, "paper_ends", now, paper=paper.kind.value, days=days)
    records.audit(session, None, "paper.reminded", paper, now, step=step)
    return True
