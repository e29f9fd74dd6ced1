"""Looking at reported income: the own shop's reports, what waits for staff, and one report with all about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, joinedload, undefer

from domain.errors import Forbidden, Missing
from domain.interval import local_day
from domain.people import Actor
from domain.sales.income import IncomeStatus
from models import (
    Booking,
    BoothSlot,
    IncomeEntry,
    IncomeProof,
    IncomeReport,
    Person,
    PrivateFile,
    Product,
    Show,
)
from services import records
from services.merchants import shops
from services.merchants.review import require_staff
from services.sales import income_ledger
from services.sales.matching import SOLD_IN
from services.space_lines import SPACES_A_PAGE, Pages, pages_in
from services.unit_of_work import query, transaction

MOST = 100
CHOICES = 50
DECIDED = (IncomeStatus.ACCEPTED, IncomeStatus.RETURNED)


@dataclass(frozen=True, slots=True)
class Listed:
    """A report in a list, loaded with its shop and product, and what it comes to by the ledger."""

    report: IncomeReport
    sum_fen: int


@dataclass(frozen=True, slots=True)
class OwnIncome:
    """The newest reports of the own shop, and what all of them come to this year (line ③)."""

    reports: Sequence[Listed]
    year: int
    year_fen: int

    @property
    def is_cut(self) -> bool:
        """Whether there may be older ones that are not listed."""
        return len(self.reports) == MOST


@dataclass(frozen=True, slots=True)
class ReviewList:
    """What waits, the oldest first, and a page of what was decided, the latest first.

    Of what waits the first `MOST` are listed, `waiting_count` is all of it: the next ones come up as these are decided.
    """

    waiting: Sequence[Listed]
    waiting_count: int
    decided: Sequence[Listed]
    pages: Pages

    @property
    def still_to_come(self) -> int:
        """How much of what waits is not listed yet."""
        return self.waiting_count - len(self.waiting)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the ledger, who wrote it, and what the report came to by then."""

    entry: IncomeEntry
    by: Person
    running_fen: int


@dataclass(frozen=True, slots=True)
class Case:
    """One report with its proofs (without their bytes), its ledger, and who told and decided."""

    report: IncomeReport
    proofs: Sequence[PrivateFile]
    lines: Sequence[Line]
    show: Show | None
    told_by: Person
    reviewed_by: Person | None

    @property
    def sum_fen(self) -> int:
        """What the report comes to now."""
        return self.lines[-1].running_fen if self.lines else 0


@dataclass(frozen=True, slots=True)
class Choices:
    """What a report of the own shop may name."""

    products: Sequence[Product]
    shows: Sequence[Show]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which reports somebody may see: staff all, others those of their shops."""
    return true() if actor.is_staff else IncomeReport.merchant_id.in_(actor.merchant_ids)


@query
def own(session: Session, actor: Actor, *, now: datetime) -> OwnIncome:
    """The own shop's page of reports; raises Forbidden without a shop."""
    merchant_id, year = shops.own_id(actor), local_day(now).year
    mine = _listed().where(IncomeReport.merchant_id == merchant_id)
    newest = mine.order_by(IncomeReport.sold_on.desc(), IncomeReport.id.desc())
    sums = income_ledger.reported_fen(session, merchant_id, date(year, 1, 1), date(year + 1, 1, 1))
    return OwnIncome(_rows(session, newest), year, sums)


@query
def review_list(session: Session, actor: Actor, page: int = 1) -> ReviewList:
    """What waits for staff, and a page of what they decided; raises Forbidden."""
    require_staff(actor)
    is_waiting, is_decided = IncomeReport.status == IncomeStatus.SUBMITTED, IncomeReport.status.in_(DECIDED)
    counts = select(func.count()).select_from(IncomeReport)
    waiting_count, decided_count = (
        session.scalar(counts.where(one)) or 0 for one in (is_waiting, is_decided)
    )
    pages = pages_in(decided_count, page)
    waiting = _listed().where(is_waiting).order_by(IncomeReport.created_at, IncomeReport.id)
    decided = _listed().where(is_decided).order_by(IncomeReport.reviewed_at.desc(), IncomeReport.id.desc())
    return ReviewList(
        waiting=_rows(session, waiting, MOST),
        waiting_count=waiting_count,
        decided=_rows(session, decided.offset(pages.skipped), SPACES_A_PAGE),
        pages=pages,
    )


@query
def page(
    session: Session,
    actor: Actor,
    *,
    size: int,
    after_id: int | None,
    status: IncomeStatus | None,
    merchant_id: int | None,
) -> Sequence[Listed]:
    """Reports by id, for programs: staff see all, a merchant those of the own shops."""
    wanted = _listed().where(visible_to(actor))
    if status is not None:
        wanted = wanted.where(IncomeReport.status == status)
    if merchant_id is not None:
        wanted = wanted.where(IncomeReport.merchant_id == merchant_id)
    if after_id is not None:
        wanted = wanted.where(IncomeReport.id > after_id)
    return _rows(session, wanted.order_by(IncomeReport.id), size)


@query
def case(session: Session, actor: Actor, report_id: int) -> Case:
    """One report with everything about it; somebody else's raises Missing like one that isn't there."""
    report = session.scalar(_listed().where(IncomeReport.id == report_id, visible_to(actor)))
    if report is None:
        raise Missing
    shown = select(PrivateFile).join(IncomeProof, IncomeProof.file_id == PrivateFile.id)
    return Case(
        report=report,
        proofs=session.scalars(
            shown.where(IncomeProof.report_id == report.id).order_by(PrivateFile.id)
        ).all(),
        lines=_lines(session, report.id),
        show=session.get(Show, report.show_id) if report.show_id else None,
        told_by=session.get_one(Person, report.created_by_id),
        reviewed_by=session.get(Person, report.reviewed_by_id) if report.reviewed_by_id else None,
    )


@query
def choices(session: Session, actor: Actor) -> Choices:
    """Products of the own shop and the shows that it sold in, the newest first; raises Forbidden without a shop."""
    merchant_id = shops.own_id(actor)
    sold = select(BoothSlot.show_id).join(Booking, Booking.id == BoothSlot.booking_id)
    sold = sold.where(BoothSlot.merchant_id == merchant_id, Booking.status.in_(SOLD_IN))
    goods = select(Product).where(Product.merchant_id == merchant_id, Product.archived_at.is_(None))
    return Choices(
        session.scalars(goods.order_by(Product.id)).all(),
        session.scalars(
            select(Show).where(Show.id.in_(sold)).order_by(Show.starts_at.desc()).limit(CHOICES)
        ).all(),
    )


@query
def proof_for(session: Session, actor: Actor, report_id: int, file_id: int) -> PrivateFile:
    """A proof of the own shop's report with its bytes; a foreign one raises Missing like one that isn't there."""
    return _proof(session, report_id, file_id, IncomeReport.merchant_id.in_(actor.merchant_ids))


@transaction
def open_proof(session: Session, actor: Actor, report_id: int, file_id: int, *, now: datetime) -> PrivateFile:
    """The same for staff, of any shop; every time is logged. Raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    proof = _proof(session, report_id, file_id, true())
    report = session.get_one(IncomeReport, report_id)
    records.audit(session, actor, "income.proof_opened", report, now, file=file_id)
    return proof


def _proof(session: Session, report_id: int, file_id: int, allowed: ColumnElement[bool]) -> PrivateFile:
    proof = session.scalar(
        select(PrivateFile)
        .options(undefer(PrivateFile.content))
        .join(IncomeProof, IncomeProof.file_id == PrivateFile.id)
        .join(IncomeReport, IncomeReport.id == IncomeProof.report_id)
        .where(IncomeReport.id == report_id, PrivateFile.id == file_id, allowed)
        .execution_options(populate_existing=True)
    )
    if proof is None:
        raise Missing
    return proof


def _listed() -> Select[IncomeReport]:
    return (
        select(IncomeReport)
        .options(joinedload(IncomeReport.merchant), joinedload(IncomeReport.product))
        .execution_options(populate_existing=True)
    )


def _rows(session: Session, wanted: Select[IncomeReport], most: int = MOST) -> list[Listed]:
    reports = session.scalars(wanted.limit(most)).all()
    summed = session.execute(
        select(IncomeEntry.report_id, func.sum(IncomeEntry.amount_fen))
        .where(IncomeEntry.report_id.in_([one.id for one in reports]))
        .group_by(IncomeEntry.report_id)
    )
    sums = {row[0]: int(row[1]) for row in summed}
    return [Listed(one, sums.get(one.id, 0)) for one in reports]


def _lines(session: Session, report_id: int) -> list[Line]:
    entries = session.execute(
        select(IncomeEntry, Person)
        .join(Person, Person.id == IncomeEntry.created_by_id)
        .where(IncomeEntry.report_id == report_id)
        .order_by(IncomeEntry.id)
    )
    lines, running = list[Line](), 0
    for entry, person in entries:
        running += entry.amount_fen
        lines.append(Line(entry, person, running))
    return lines
