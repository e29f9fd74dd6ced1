"""Income that a merchant reports with proof (line ③): hand in, put right what came back, take back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Missing, RuleViolation, StaleReport, Violation
from domain.interval import local_day
from domain.people import Actor
from domain.sales.income import IncomeFacts, IncomeStatus, check_proofs, may_become
from models import Booking, BoothSlot, IncomeProof, IncomeReport, Merchant, Product
from services import arbiter, records
from services.merchants import files, shops
from services.merchants.files import Scan
from services.sales.matching import SOLD_IN
from services.unit_of_work import transaction


@transaction
def submit(
    session: Session, actor: Actor, facts: IncomeFacts, scans: Sequence[Scan | int], *, now: datetime
) -> IncomeReport:
    """Report a sale of the own shop with scans from files.brought or files.keep.

    Raises Forbidden, BadInput, RuleViolation.
    """
    merchant_id = shops.own_id(actor)
    arbiter.lock_merchant(session, merchant_id)
    _require_verified(session, merchant_id)
    facts = _checked(session, merchant_id, facts, now)
    proofs = _new_proofs(session, actor, scans, now)
    check_proofs(len(proofs))
    report = IncomeReport(
        merchant_id=merchant_id, status=IncomeStatus.SUBMITTED, created_by_id=actor.id, created_at=now
    )
    _write(report, facts)
    session.add(report)
    session.flush()
    _attach(session, report, proofs)
    records.audit(session, actor, "income.submitted", report, now, amount_fen=report.amount_fen)
    records.tell_staff(session, "income_handed_in", now)
    return report


@transaction
def resubmit(
    session: Session,
    actor: Actor,
    report_id: int,
    facts: IncomeFacts,
    scans: Sequence[Scan | int],
    *,
    kept: Collection[int],
    version: int,
    now: datetime,
) -> IncomeReport:
    """Hand a returned report in again; of its proofs those in `kept` stay. Raises Missing, StaleReport, BadInput."""
    report = own_locked(session, actor, report_id, version)
    move(report, IncomeStatus.SUBMITTED)
    _write(report, _checked(session, report.merchant_id, facts, now))
    proofs = _new_proofs(session, actor, scans, now)
    before = set(proof_ids(session, report.id))
    check_proofs(len(before & set(kept)) + len(proofs))
    session.execute(
        delete(IncomeProof).where(
            IncomeProof.report_id == report.id, IncomeProof.file_id.in_(before - set(kept))
        )
    )
    _attach(session, report, proofs)
    records.audit(session, actor, "income.resubmitted", report, now, amount_fen=report.amount_fen)
    records.tell_staff(session, "income_handed_in", now)
    return report


@transaction
def withdraw(session: Session, actor: Actor, report_id: int, *, version: int, now: datetime) -> IncomeReport:
    """Take a report of the own shop back before it is accepted; raises Missing, StaleReport."""
    report = own_locked(session, actor, report_id, version)
    move(report, IncomeStatus.WITHDRAWN)
    records.audit(session, actor, "income.withdrawn", report, now)
    return report


def locked(session: Session, report_id: int, version: int) -> IncomeReport:
    """A report that nobody else changes meanwhile, inside another service; raises Missing, StaleReport."""
    merchant_id = session.scalar(select(IncomeReport.merchant_id).where(IncomeReport.id == report_id))
    if merchant_id is None:
        raise Missing
    arbiter.lock_merchant(session, merchant_id)
    report = session.get_one(IncomeReport, report_id, populate_existing=True)
    if report.version != version:
        raise StaleReport(report_id)
    return report


def own_locked(session: Session, actor: Actor, report_id: int, version: int) -> IncomeReport:
    """The same for a report of the own shop; a foreign one raises Missing like one that isn't there."""
    owned = select(IncomeReport.id).where(
        IncomeReport.id == report_id, IncomeReport.merchant_id.in_(actor.merchant_ids)
    )
    if session.scalar(owned) is None:
        raise Missing
    return locked(session, report_id, version)


def move(report: IncomeReport, target: IncomeStatus) -> None:
    """Let a report come further, inside another service; raises StaleReport where it can't any more."""
    if not may_become(report.status, target):
        raise StaleReport(report.id)
    report.status, report.version = target, report.version + 1


def proof_ids(session: Session, report_id: int) -> list[int]:
    """The scans of a report in the order in which they came, inside another service."""
    shown = select(IncomeProof.file_id).where(IncomeProof.report_id == report_id)
    return list(session.scalars(shown.order_by(IncomeProof.file_id)))


def _require_verified(session: Session, merchant_id: int) -> None:
    if session.get_one(Merchant, merchant_id, populate_existing=True).verified_at is None:
        raise RuleViolation([Violation("income_needs_verified_shop")])


def _checked(session: Session, merchant_id: int, facts: IncomeFacts, now: datetime) -> IncomeFacts:
    facts = facts.checked(local_day(now))
    own_product = exists().where(Product.id == facts.product_id, Product.merchant_id == merchant_id)
    if facts.product_id is not None and not session.scalar(select(own_product)):
        raise BadInput("income_product_unknown", field="product")
    own_booth = exists().where(
        BoothSlot.merchant_id == merchant_id,
        BoothSlot.show_id == facts.show_id,
        BoothSlot.booking_id == Booking.id,
        Booking.status.in_(SOLD_IN),
    )
    if facts.show_id is not None and not session.scalar(select(own_booth)):
        raise BadInput("income_show_unknown", field="show")
    return facts


def _new_proofs(session: Session, actor: Actor, scans: Sequence[Scan | int], now: datetime) -> list[int]:
    return [files.taken(session, actor, scan, now) for scan in dict.fromkeys(scans)]


def _attach(session: Session, report: IncomeReport, scan_ids: Sequence[int]) -> None:
    session.add_all(IncomeProof(report_id=report.id, file_id=scan_id) for scan_id in scan_ids)
    session.flush()


def _write(report: IncomeReport, facts: IncomeFacts) -> None:
    report.kind, report.sold_on, report.amount_fen = facts.kind, facts.sold_on, facts.amount_fen
    report.quantity, report.note = facts.quantity, facts.note
    report.product_id, report.show_id = facts.product_id, facts.show_id
