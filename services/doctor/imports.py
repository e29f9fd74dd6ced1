"""Imports of order exports: their reports must add up, and nothing of their work may be left lying about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.sales.layouts import LAYOUTS
from domain.sales.platforms import Kind
from models import HeldRow, Sale, SaleDraft, SalesImport, SalesImportChunk
from models.sales_imports import ImportStatus
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.sales.sums import COUNTED
from services.unit_of_work import query

MOST = 20
DEAD_FOR = timedelta(hours=1)
SETTLED = (ImportStatus.STAGED, ImportStatus.APPLIED, ImportStatus.UNDONE)
AT_WORK = (ImportStatus.STAGING, ImportStatus.APPLYING)
NEEDED = (*AT_WORK, ImportStatus.STAGED)
ORDERS = tuple(layout.code for layout in LAYOUTS if layout.kind is Kind.ORDERS)


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """Imports that contradict themselves or the sales, at most twenty of each kind."""
    hold_still(session)
    found = [
        *_parts(session),
        *_money(session),
        *_first_imports(session),
        *_left_over(session),
        *_chunks(session),
        *_dead(session, now),
    ]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _parts(session: Session) -> Iterator[Finding]:
    parts = (
        SalesImport.inserted
        + SalesImport.updated
        + SalesImport.unchanged
        + SalesImport.held
        + SalesImport.rejected
    )
    broken = select(SalesImport).where(
        SalesImport.status.in_(SETTLED), or_(SalesImport.read_count != parts, SalesImport.unmatched > parts)
    )
    for wrong in session.scalars(broken.limit(MOST)):
        yield Finding(
            "import_does_not_add_up", f"import {wrong.id} read {wrong.read_count} rows, its parts differ."
        )


def _money(session: Session) -> Iterator[Finding]:
    settled = select(SalesImport).where(SalesImport.status.in_(SETTLED)).execution_options(yield_per=500)
    wrong = 0
    for found in session.scalars(settled):
        if not found.money or wrong >= MOST:
            continue
        for name in ("gmv_fen", "refunded_fen"):
            parts = sum(found.money[fate][name] for fate in COUNTED)
            if parts != getattr(found, name):
                wrong += 1
                yield Finding(
                    "import_money_differs",
                    f"import {found.id} says {name} {getattr(found, name)}, its parts {parts}.",
                )


def _first_imports(session: Session) -> Iterator[Finding]:
    first = (
        select(Sale.first_import_id, func.count().label("sales")).group_by(Sale.first_import_id).subquery()
    )
    decided = (
        select(HeldRow.import_id, func.count().label("sales"))
        .where(HeldRow.made_sale)
        .group_by(HeldRow.import_id)
        .subquery()
    )
    counts = (
        select(
            SalesImport.id,
            SalesImport.status,
            SalesImport.inserted,
            func.coalesce(first.c.sales, 0).label("sales"),
            func.coalesce(decided.c.sales, 0).label("decided"),
        )
        .outerjoin(first, first.c.first_import_id == SalesImport.id)
        .outerjoin(decided, decided.c.import_id == SalesImport.id)
        .where(SalesImport.layout.in_(ORDERS))
        .order_by(SalesImport.id)
    )
    for row in session.execute(counts):
        expected = row.inserted + row.decided if row.status is ImportStatus.APPLIED else 0
        if row.sales != expected:
            yield Finding(
                "import_sales_differ", f"import {row.id} says {expected} new sales, there are {row.sales}."
            )


def _left_over(session: Session) -> Iterator[Finding]:
    for table in (SaleDraft, SalesImportChunk):
        of_settled = (
            select(table.import_id)
            .join(SalesImport, SalesImport.id == table.import_id)
            .where(SalesImport.status.not_in(NEEDED))
            .distinct()
        )
        for import_id in session.scalars(of_settled.limit(MOST)):
            yield Finding(
                "import_left_over", f"import {import_id} is over, but rows of {table.__tablename__} are left."
            )


def _chunks(session: Session) -> Iterator[Finding]:
    laid_down = (
        select(SalesImportChunk.import_id, func.sum(SalesImportChunk.row_count).label("rows"))
        .group_by(SalesImportChunk.import_id)
        .subquery()
    )
    there = func.coalesce(laid_down.c.rows, 0)
    wrong = (
        select(SalesImport.id, SalesImport.row_count, there.label("rows"))
        .outerjoin(laid_down, laid_down.c.import_id == SalesImport.id)
        .where(SalesImport.status.in_(NEEDED), there != SalesImport.row_count)
    )
    for row in session.execute(wrong.limit(MOST)):
        yield Finding(
            "import_chunks_differ", f"import {row.id} has {row.row_count} rows, its chunks {int(row.rows)}."
        )


def _dead(session: Session, now: datetime) -> Iterator[Finding]:
    dead = select(SalesImport.id).where(
        SalesImport.status.in_(AT_WORK), SalesImport.leased_until < now - DEAD_FOR
    )
    for import_id in session.scalars(dead.limit(MOST)):
        yield Finding(
            "import_abandoned", f"nobody has worked on import {import_id} for an hour: do the jobs run?"
        )
