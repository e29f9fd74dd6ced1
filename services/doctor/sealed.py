"""Sealed files: every show that was wrapped up has one, as it was written, and kept for the years of the law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.studio.records import LEAST_YEARS, digest_of, kept_until
from models import ComplianceRecord, Show
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.unit_of_work import query

MOST = 20


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """Files that are missing, changed or kept too short, at most twenty of each kind."""
    hold_still(session)
    found = [*_missing(session, now), *_wrong(session)]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _missing(session: Session, now: datetime) -> Iterator[Finding]:
    """A show whose years are over may have lost its file."""
    rows = session.execute(
        select(Show.id, Show.ends_at)
        .outerjoin(ComplianceRecord, ComplianceRecord.show_id == Show.id)
        .where(Show.wrapped_up_at.is_not(None), ComplianceRecord.show_id.is_(None))
        .order_by(Show.id.desc())
        .limit(MOST)
    )
    for row in rows:
        if kept_until(row.ends_at, LEAST_YEARS) > now:
            yield Finding("record_missing", f"show {row.id} was wrapped up, but its sealed file is gone.")


def _wrong(session: Session) -> Iterator[Finding]:
    rows = session.execute(
        select(
            ComplianceRecord.show_id,
            ComplianceRecord.content,
            ComplianceRecord.digest,
            ComplianceRecord.keep_until,
            Show.ends_at,
        )
        .join(Show, Show.id == ComplianceRecord.show_id)
        .order_by(ComplianceRecord.show_id)
        .execution_options(yield_per=20)
    )
    for row in rows:
        if digest_of(row.content) != row.digest:
            yield Finding("record_changed", f"the sealed file of show {row.show_id} is not as it was sealed.")
        if row.keep_until < kept_until(row.ends_at, LEAST_YEARS):
            yield Finding(
                "record_kept_too_short", f"the sealed file of show {row.show_id} is kept too short."
            )
