"""Ending imports that are not applied: cancelled by a person, forgotten by a command, given up after a month."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.errors import RuleViolation, Violation
from domain.people import Actor
from models import (
    AfterSaleDraft,
    AuditEvent,
    SaleDraft,
    SalesImport,
    SalesImportChunk,
    SalesImportLine,
)
from models.sales_imports import ImportStatus
from services import records, settings
from services.sales.importing import load, load_locked, require_staff
from services.unit_of_work import transaction

OPEN = (ImportStatus.STAGING, ImportStatus.STAGED, ImportStatus.APPLYING)


@transaction
def cancel(session: Session, actor: Actor, import_id: int, *, now: datetime) -> SalesImport:
    """Stop the reading of an import, or discard what was read; nothing of it is in the books.

    A cancelled one is given back as it is. Raises Forbidden, Missing, RuleViolation("import_not_open").
    """
    require_staff(actor)
    found = load_locked(session, import_id)
    if found.status is ImportStatus.CANCELLED:
        return found
    if found.status not in OPEN:
        raise RuleViolation([Violation("import_not_open")])
    _cancel(session, actor, found, now)
    return found


@transaction
def cancel_abandoned(session: Session, now: datetime) -> int:
    """Cancel what was read but never applied for the days that the settings say; returns how many."""
    since = now - timedelta(days=settings.load(session).staged_import_days)
    old = session.scalars(
        select(SalesImport)
        .where(SalesImport.status == ImportStatus.STAGED, SalesImport.created_at < since)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for found in old:
        _cancel(session, None, found, now)
    return len(old)


@transaction
def forget(session: Session, import_id: int) -> None:
    """Leave no trace of an import that was only tried: nothing was ever done with it."""
    found = load(session, import_id)
    clear(session, import_id)
    session.execute(delete(SalesImportLine).where(SalesImportLine.import_id == import_id))
    session.execute(
        delete(AuditEvent).where(
            AuditEvent.object_type == SalesImport.__tablename__, AuditEvent.object_id == import_id
        )
    )
    session.delete(found)


def clear(session: Session, import_id: int) -> None:
    """Drop the chunks and drafts of an import that will not need them any more."""
    for table in (SalesImportChunk, SaleDraft, AfterSaleDraft):
        session.execute(delete(table).where(table.import_id == import_id))


def _cancel(session: Session, actor: Actor | None, found: SalesImport, now: datetime) -> None:
    clear(session, found.id)
    found.status, found.worker, found.leased_until = ImportStatus.CANCELLED, "", None
    records.audit(session, actor, "sales_import.cancelled", found, now)
