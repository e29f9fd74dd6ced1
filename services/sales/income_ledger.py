"""The ledger of reported income: what was accepted, and every correction. Line ③ is the sum of its entries.

Entries are only ever added; the database refuses to change or delete one (migration 0004).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.errors import StaleReport
from domain.merchants.shops import clean_review_reason
from domain.people import Actor
from domain.sales.income import IncomeStatus, correction
from domain.studio.records import kept_until
from models import IncomeEntry, IncomeReport
from services import records, settings
from services.merchants import files, shops
from services.merchants.review import require_staff
from services.sales import income
from services.unit_of_work import transaction


@transaction
def correct(
    session: Session,
    actor: Actor,
    report_id: int,
    *,
    amount_fen: int,
    reason: str,
    version: int,
    now: datetime,
) -> IncomeEntry:
    """Let an accepted report come to another amount, by one more entry that says why.

    Raises Forbidden, Missing, StaleReport, BadInput without a reason or for an amount that can't be.
    """
    require_staff(actor)
    reason = clean_review_reason(reason)
    report = income.locked(session, report_id, version)
    if report.status is not IncomeStatus.ACCEPTED:
        raise StaleReport(report_id)
    difference = correction(sum_of(session, report_id), amount_fen)
    report.version += 1
    entry = enter(session, actor, report, difference, now, reason=reason)
    records.audit(
        session,
        actor,
        "income.corrected",
        report,
        now,
        amount_fen=amount_fen,
        by_fen=difference,
        reason=reason,
    )
    told = {"day": report.sold_on.isoformat(), "fen": amount_fen, "reason": reason}
    records.tell_each(session, shops.member_ids(session, report.merchant_id), "income_corrected", now, **told)
    return entry


def enter(
    session: Session, actor: Actor, report: IncomeReport, amount_fen: int, now: datetime, *, reason: str = ""
) -> IncomeEntry:
    """Add an entry for a locked report and keep its proofs as long as records are kept, inside another service."""
    entry = IncomeEntry(
        merchant_id=report.merchant_id,
        report_id=report.id,
        sold_on=report.sold_on,
        amount_fen=amount_fen,
        reason=reason,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(entry)
    until = kept_until(now, settings.load(session).records_years)
    files.keep_until(session, income.proof_ids(session, report.id), until)
    session.flush()
    return entry


def sum_of(session: Session, report_id: int) -> int:
    """What a report comes to in fen, inside another service."""
    told = select(func.sum(IncomeEntry.amount_fen)).where(IncomeEntry.report_id == report_id)
    return int(session.scalar(told) or 0)


def reported_fen(session: Session, merchant_id: int, since: date, until: date) -> int:
    """Line ③ of a shop for sales of the days [since, until), in fen, inside another service."""
    told = select(func.sum(IncomeEntry.amount_fen)).where(
        IncomeEntry.merchant_id == merchant_id, IncomeEntry.sold_on >= since, IncomeEntry.sold_on < until
    )
    return int(session.scalar(told) or 0)
