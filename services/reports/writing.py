"""Writing the files of bookings: a week at a time, so that other jobs come in between and a killed one is taken up."""

from __future__ import annotations

import logging
import zlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from domain.errors import Refusal
from domain.reports import Days
from models import ReportFile, ReportFileChunk
from models.reports import FileStatus
from services import leases, records
from services.leases import Clock, new_worker
from services.reports import rows, workbook
from services.reports.rows import Wording
from services.unit_of_work import query, transaction

ROUND = timedelta(seconds=5)
"""For so long one round of the job writes, for the other jobs wait meanwhile."""

log = logging.getLogger(__name__)


def run_due(now: datetime) -> int:
    """Go on with files that nobody works on, the oldest first, for one round; returns how many."""
    clock, worker, done = Clock(now), new_worker(), 0
    for file_id in _waiting(now):
        if clock() - now >= ROUND:
            break
        if claim(file_id, worker, clock()):
            _run(file_id, worker, clock, now + ROUND)
            done += 1
    return done


def _run(file_id: int, worker: str, clock: Clock, until: datetime) -> None:
    wording: Wording | None = None
    try:
        while clock() < until:
            wording = step(file_id, worker, wording, clock())
            if wording is None:
                return
    except Refusal:
        raise
    except Exception:  # whatever it is, it would come again: who asked sees that it failed
        log.exception("File %s of bookings failed.", file_id)
        fail(file_id, worker, "report_file_broken", clock())
    finally:
        release(file_id, worker)


@transaction
def claim(session: Session, file_id: int, worker: str, now: datetime) -> bool:
    """Take a file that nobody works on; of several who try one gets it."""
    return leases.take(session, ReportFile, file_id, worker, now, ReportFile.status == FileStatus.MAKING)


@transaction
def release(session: Session, file_id: int, worker: str) -> None:
    """Let others go on."""
    leases.give_back(session, ReportFile, file_id, worker)


@transaction
def step(
    session: Session, file_id: int, worker: str, wording: Wording | None, now: datetime
) -> Wording | None:
    """Write one week; nothing comes back when nothing is left for this worker to do."""
    if not leases.keep(session, ReportFile, file_id, worker, now, ReportFile.status == FileStatus.MAKING):
        return None
    found = session.get_one(ReportFile, file_id, populate_existing=True)
    words = found.words
    if wording is None:
        wording = Wording(words["locale"], words["states"], words["yes"], workbook.safe)
    week = next(rows.weeks_of(Days(found.next_day, found.last_day)))
    written = rows.read(session, week, wording)
    if found.row_count + len(written) > workbook.MOST_ROWS:
        fail(file_id, worker, "report_file_long", now)
        return None
    _, before, after = workbook.frame(words, now)
    is_last = week.last == found.last_day
    raw = (
        (before if week.first == found.first_day else b"")
        + workbook.written(written, found.row_count)
        + (after if is_last else b"")
    )
    _add(session, found, raw, last=is_last)
    found.row_count += len(written)
    found.next_day = week.last + timedelta(days=1)
    if is_last:
        found.status, found.ready_at, found.worker, found.leased_until = FileStatus.READY, now, "", None
        records.audit(session, None, "report_file.written", found, now, rows=found.row_count)
    return None if is_last else wording


def _add(session: Session, found: ReportFile, raw: bytes, *, last: bool) -> None:
    content = workbook.packed(raw, last=last)
    position = (
        session.scalar(select(func.max(ReportFileChunk.position)).where(ReportFileChunk.file_id == found.id))
        or 0
    ) + 1
    session.add(ReportFileChunk(file_id=found.id, position=position, content=content))
    found.crc = zlib.crc32(raw, found.crc)
    found.raw_size += len(raw)
    found.packed_size += len(content)


@transaction
def fail(session: Session, file_id: int, worker: str, code: str, now: datetime) -> None:
    """Give a file up; what was written of it goes."""
    found = session.get_one(ReportFile, file_id, populate_existing=True)
    if found.worker == worker and found.status is FileStatus.MAKING:
        session.execute(delete(ReportFileChunk).where(ReportFileChunk.file_id == file_id))
        found.status, found.error_code, found.worker, found.leased_until = FileStatus.FAILED, code, "", None
        records.audit(session, None, "report_file.failed", found, now)


@query
def _waiting(session: Session, now: datetime) -> list[int]:
    return list(
        session.scalars(
            select(ReportFile.id)
            .where(ReportFile.status == FileStatus.MAKING, leases.free(ReportFile, "", now))
            .order_by(ReportFile.id)
        )
    )
