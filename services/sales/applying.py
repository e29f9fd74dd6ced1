"""Applying an import: its drafts become sales in one transaction of a few statements, however many they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, delete, insert, literal, select, update
from sqlalchemy.orm import Session

from domain.errors import RuleViolation, Violation
from domain.people import Actor
from models import AfterSaleDraft, SaleBefore, SaleDraft, SalesImport, SalesImportChunk
from models.sales_imports import ImportStatus, RowFate
from services import records
from services.sales import totals
from services.sales.bulk import much_at_once
from services.sales.holding import overtake, put_into_inbox
from services.sales.importing import (
    SALES,
    SMALL,
    bump,
    load_locked,
    lock_platform,
    platform_of,
    require_staff,
)
from services.sales.lines import CASE_COLUMNS
from services.sales.planning import CASES, COLUMNS, DRAFTS
from services.sales.reading import counts, read_chunk, start_over
from services.sales.reading_cases import CASE_DRAFTS
from services.sales.sums import CHANGING, books_change
from services.unit_of_work import transaction

BEFORE = cast(Table, SaleBefore.__table__)


@transaction
def apply(session: Session, actor: Actor, import_id: int, *, now: datetime) -> SalesImport:
    """Put the lines into the books at once or, if they are many, have the job do so.

    One that was applied before is given back as it is. Raises Forbidden, Missing, RuleViolation("import_not_staged").
    The counts are those of what really happened, which differs from the preview where something else changed the
    platform's sales in between.
    """
    require_staff(actor)
    revision = lock_platform(session, platform_of(session, import_id))
    found = load_locked(session, import_id)
    if found.status in (ImportStatus.APPLIED, ImportStatus.APPLYING):
        return found
    if found.status is not ImportStatus.STAGED:
        raise RuleViolation([Violation("import_not_staged")])
    if found.row_count > SMALL:
        found.status, found.step_started_at = ImportStatus.APPLYING, now
        records.audit(session, actor, "sales_import.applying", found, now)
    else:
        put_into_books(session, found, revision, actor, now)
    return found


def put_into_books(
    session: Session, found: SalesImport, revision: int, actor: Actor | None, now: datetime
) -> None:
    """Apply an import whose platform is locked; one that was read before the books changed is read anew first.

    A large one is only sent back to be read, chunk by chunk as the first time, and is applied after that.
    """
    if revision != found.planned_revision:
        start_over(session, found)
        if found.row_count > SMALL:
            found.status, found.apply_when_read = ImportStatus.STAGING, True
            return
        found.apply_when_read = True
        _read_anew(session, found, revision, now)
    with much_at_once(session):
        _put_into_books(session, found, actor, now)


def _put_into_books(session: Session, found: SalesImport, actor: Actor | None, now: datetime) -> None:
    _keep_before(session, found.id)
    write_sales(session, found.id, now)
    _write_cases(session, found.id, now)
    put_into_inbox(session, found)
    overtake(session, found)
    session.flush()
    found.books_gmv_fen, found.books_refunded_fen = books_change(session, found.id)
    stale = totals.Touched()
    touch(session, stale, SaleDraft, SaleDraft.import_id == found.id, SaleDraft.fate.in_(CHANGING))
    touch(session, stale, SaleBefore, SaleBefore.import_id == found.id)
    for table in (SalesImportChunk, SaleDraft):
        session.execute(delete(table).where(table.import_id == found.id))
    bump(session, found.platform)
    found.status, found.applied_at = ImportStatus.APPLIED, now
    found.worker, found.leased_until = "", None
    records.audit(session, actor, "sales_import.applied", found, now, **counts(found))
    totals.refresh(session, stale)


def touch(session: Session, stale: totals.Touched, table: Any, *chosen: ColumnElement[bool]) -> None:
    """Note which sums the chosen sales, drafts or before-images have a part in."""
    rows = session.execute(
        select(table.ordered_on, table.product_id, table.show_id).where(*chosen).distinct()
    )
    for day, product_id, show_id in rows:
        stale.add(day, product_id, show_id)


def _read_anew(session: Session, found: SalesImport, revision: int, now: datetime) -> None:
    reader = None
    found.status = ImportStatus.STAGING
    while found.status is ImportStatus.STAGING:
        reader = read_chunk(session, found, reader, revision, now)


def _keep_before(session: Session, import_id: int) -> None:
    chosen = (
        select(literal(import_id), SALES.c.id, SALES.c.last_import_id, *(SALES.c[name] for name in COLUMNS))
        .join(DRAFTS, DRAFTS.c.sale_id == SALES.c.id)
        .where(DRAFTS.c.import_id == import_id, DRAFTS.c.fate == RowFate.UPDATED)
    )
    names = ["import_id", "sale_id", "previous_import_id", *COLUMNS]
    session.execute(insert(BEFORE).from_select(names, chosen))


def write_sales(session: Session, import_id: int, now: datetime) -> None:
    """Lay the drafts over their sales, and add the new ones."""
    trace = {"last_import_id": import_id, "updated_at": now}
    session.execute(
        update(SALES)
        .values({name: DRAFTS.c[name] for name in COLUMNS} | trace)
        .where(
            DRAFTS.c.import_id == import_id, DRAFTS.c.sale_id == SALES.c.id, DRAFTS.c.fate == RowFate.UPDATED
        )
    )
    moment = literal(now, SALES.c.updated_at.type)
    fresh = (
        select(*(DRAFTS.c[name] for name in COLUMNS), literal(import_id), literal(import_id), moment)
        .where(DRAFTS.c.import_id == import_id, DRAFTS.c.sale_id.is_(None))
        .order_by(DRAFTS.c.position)
    )
    session.execute(insert(SALES).from_select([*COLUMNS, "first_import_id", *trace], fresh))


def _write_cases(session: Session, import_id: int, now: datetime) -> None:
    """The drafts of cases stay, with how each stood before, as long as the import may be undone."""
    trace = {"last_import_id": import_id, "updated_at": now}
    mine = CASE_DRAFTS.c.import_id == import_id
    session.execute(
        update(CASES)
        .values({name: CASE_DRAFTS.c[name] for name in CASE_COLUMNS} | trace)
        .where(
            mine,
            CASE_DRAFTS.c.fate == RowFate.UPDATED,
            CASE_DRAFTS.c.platform == CASES.c.platform,
            CASE_DRAFTS.c.case_no == CASES.c.case_no,
        )
    )
    moment = literal(now, CASES.c.updated_at.type)
    fresh = (
        select(
            *(CASE_DRAFTS.c[name] for name in CASE_COLUMNS), literal(import_id), literal(import_id), moment
        )
        .where(mine, CASE_DRAFTS.c.fate == RowFate.INSERTED)
        .order_by(CASE_DRAFTS.c.position)
    )
    session.execute(insert(CASES).from_select([*CASE_COLUMNS, "first_import_id", *trace], fresh))
    session.execute(
        delete(AfterSaleDraft).where(
            AfterSaleDraft.import_id == import_id, AfterSaleDraft.fate == RowFate.UNCHANGED
        )
    )
