"""What staff decide about reported income; each decision guards the version that they looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from domain.merchants.shops import clean_review_reason
from domain.people import Actor
from domain.sales.income import IncomeStatus
from models import IncomeReport
from services import records
from services.merchants import shops
from services.merchants.review import require_staff
from services.sales import income, income_ledger
from services.unit_of_work import transaction


@transaction
def accept(session: Session, actor: Actor, report_id: int, *, version: int, now: datetime) -> IncomeReport:
    """The proofs bear the report out: it counts, by the first entry of its ledger.

    Raises Forbidden, Missing, StaleReport.
    """
    report = _decide(session, actor, report_id, version, IncomeStatus.ACCEPTED, "", now)
    income_ledger.enter(session, actor, report, report.amount_fen, now)
    records.audit(session, actor, "income.accepted", report, now, amount_fen=report.amount_fen)
    told = {"day": report.sold_on.isoformat(), "fen": report.amount_fen}
    records.tell_each(session, shops.member_ids(session, report.merchant_id), "income_accepted", now, **told)
    return report


@transaction
def send_back(
    session: Session, actor: Actor, report_id: int, *, version: int, reason: str, now: datetime
) -> IncomeReport:
    """Something has to be put right first; raises Forbidden, Missing, StaleReport, BadInput without a reason."""
    reason = clean_review_reason(reason)
    report = _decide(session, actor, report_id, version, IncomeStatus.RETURNED, reason, now)
    records.audit(session, actor, "income.returned", report, now, reason=reason)
    told = {"day": report.sold_on.isoformat(), "reason": reason}
    records.tell_each(session, shops.member_ids(session, report.merchant_id), "income_returned", now, **told)
    return report


def count_waiting() -> ColumnElement[int]:
    """How many reports wait for staff, as a part of one statement."""
    return select(func.count()).where(IncomeReport.status == IncomeStatus.SUBMITTED).scalar_subquery()


def _decide(
    session: Session,
    actor: Actor,
    report_id: int,
    version: int,
    target: IncomeStatus,
    reason: str,
    now: datetime,
) -> IncomeReport:
    require_staff(actor)
    report = income.locked(session, report_id, version)
    income.move(report, target)
    report.review_reason = reason
    report.reviewed_at, report.reviewed_by_id = now, actor.id
    return report
