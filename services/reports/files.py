"""Files of bookings for the staff: a job writes them, and after some days they are gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.people import Actor
from domain.reports import Days
from models import ReportFile, ReportFileChunk
from models.reports import FileStatus
from services import records
from services.reports import workbook
from services.reports.workbook import Packed
from services.unit_of_work import query, transaction

KEPT = timedelta(days=3)
"""So long a file waits to be fetched [default]: it holds masked names, and is made anew in a minute."""
MOST_SHOWN = 5


@transaction
def ask(session: Session, actor: Actor, days: Days, words: Mapping[str, Any], now: datetime) -> ReportFile:
    """Let the bookings of some days be written down as a workbook; one that is just being made is not made twice.

    `words` are the title, the name of the sheet, the headings, the states and yes in the language of who asks.
    Raises Forbidden.
    """
    _require_staff(actor)
    same = session.scalar(
        select(ReportFile).where(
            ReportFile.created_by_id == actor.id,
            ReportFile.status == FileStatus.MAKING,
            ReportFile.first_day == days.first,
            ReportFile.last_day == days.last,
        )
    )
    if same is not None:
        return same
    made = ReportFile(
        status=FileStatus.MAKING,
        first_day=days.first,
        last_day=days.last,
        next_day=days.first,
        words=dict(words),
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    records.audit(session, actor, "report_file.asked", made, now, first=str(days.first), last=str(days.last))
    return made


@query
def find(session: Session, actor: Actor, file_id: int) -> ReportFile:
    """A file as it stands; raises Forbidden, Missing."""
    _require_staff(actor)
    found = session.scalar(
        select(ReportFile).where(ReportFile.id == file_id).execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing
    return found


@query
def recent(session: Session, actor: Actor) -> list[ReportFile]:
    """What any of the staff had written down and is still kept, the latest first; raises Forbidden."""
    _require_staff(actor)
    return list(session.scalars(select(ReportFile).order_by(ReportFile.id.desc()).limit(MOST_SHOWN)))


def content(actor: Actor, file_id: int) -> Iterator[bytes]:
    """A file that is ready, part by part, each read on its own; raises Forbidden, Missing."""
    found = find(actor, file_id)
    if found.ready_at is None:
        raise Missing
    empty, _, _ = workbook.frame(found.words, found.ready_at)
    table = Packed(found.crc, found.raw_size, found.packed_size)
    return workbook.put_together(empty, table, _parts(file_id), found.ready_at)


def gone_at(found: ReportFile) -> datetime:
    """When the jobs remove it."""
    return found.created_at + KEPT


@transaction
def forget_due(session: Session, now: datetime) -> int:
    """Remove the files that have been kept long enough."""
    result = session.execute(
        delete(ReportFile)
        .where(ReportFile.created_at < now - KEPT)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount if isinstance(result, CursorResult) else 0


def _parts(file_id: int) -> Iterator[bytes]:
    position = -1
    while (part := _part(file_id, position)) is not None:
        position, piece = part
        yield piece


@query
def _part(session: Session, file_id: int, after: int) -> tuple[int, bytes] | None:
    row = session.execute(
        select(ReportFileChunk.position, ReportFileChunk.content)
        .where(ReportFileChunk.file_id == file_id, ReportFileChunk.position > after)
        .order_by(ReportFileChunk.position)
        .limit(1)
    ).first()
    session.rollback()  # nothing is held while it goes out
    return None if row is None else (row.position, row.content)


def _require_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise Forbidden
