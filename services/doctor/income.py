"""Reported income must add up: one first entry of the amount told for each accepted report, and none for others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.sales.income import MAX_PROOFS, IncomeStatus
from models import IncomeEntry, IncomeProof, IncomeReport
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.unit_of_work import query

MOST = 20


@query
def findings(session: Session, _now: datetime) -> list[Finding]:
    """Reports whose ledger or proofs contradict them, at most twenty of each kind."""
    hold_still(session)
    found = [*_first_entries(session), *_entries(session), *_sums(session), *_proofs(session)]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _first_entries(session: Session) -> Iterator[Finding]:
    """The first entry carries no reason; every later one is a correction and says why."""
    firsts = (
        select(
            IncomeEntry.report_id, func.count().label("count"), func.min(IncomeEntry.amount_fen).label("fen")
        )
        .where(IncomeEntry.reason == "")
        .group_by(IncomeEntry.report_id)
        .subquery()
    )
    wrong = (
        select(IncomeReport.id)
        .outerjoin(firsts, firsts.c.report_id == IncomeReport.id)
        .where(
            IncomeReport.status == IncomeStatus.ACCEPTED,
            or_(firsts.c.report_id.is_(None), firsts.c.count != 1, firsts.c.fen != IncomeReport.amount_fen),
        )
    )
    for report_id in session.scalars(wrong.order_by(IncomeReport.id).limit(MOST)):
        yield Finding(
            "income_first_entry", f"report {report_id} is accepted without exactly one entry of its amount."
        )


def _entries(session: Session) -> Iterator[Finding]:
    astray = (
        select(IncomeEntry.id, IncomeEntry.report_id)
        .join(IncomeReport, IncomeReport.id == IncomeEntry.report_id)
        .where(
            or_(
                IncomeReport.status != IncomeStatus.ACCEPTED,
                IncomeReport.merchant_id != IncomeEntry.merchant_id,
                IncomeReport.sold_on != IncomeEntry.sold_on,
            )
        )
    )
    for row in session.execute(astray.order_by(IncomeEntry.id).limit(MOST)):
        yield Finding(
            "income_entry_astray",
            f"entry {row.id} is of report {row.report_id}, which is not accepted or of another shop or day.",
        )


def _sums(session: Session) -> Iterator[Finding]:
    below = (
        select(IncomeEntry.report_id)
        .group_by(IncomeEntry.report_id)
        .having(func.sum(IncomeEntry.amount_fen) < 0)
    )
    for report_id in session.scalars(below.order_by(IncomeEntry.report_id).limit(MOST)):
        yield Finding("income_below_zero", f"the entries of report {report_id} come to less than nothing.")


def _proofs(session: Session) -> Iterator[Finding]:
    counted = select(IncomeProof.report_id, func.count().label("count")).group_by(IncomeProof.report_id)
    proofs = counted.subquery()
    bare = (
        select(IncomeReport.id)
        .outerjoin(proofs, proofs.c.report_id == IncomeReport.id)
        .where(or_(proofs.c.report_id.is_(None), proofs.c.count > MAX_PROOFS))
    )
    for report_id in session.scalars(bare.order_by(IncomeReport.id).limit(MOST)):
        yield Finding("income_without_proof", f"report {report_id} has no proof, or too many.")
