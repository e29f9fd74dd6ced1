"""The sealed file of a show: put together once, hashed, and kept by the database for the years of the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.errors import Forbidden, Missing
from domain.people import Actor
from domain.studio.records import digest_of, kept_until
from models import ComplianceRecord, PrivateFile, Show
from services import records, settings
from services.merchants import files
from services.studio import file_of_show
from services.studio.file_of_run import Facts, Names, corrections
from services.studio.shows import load_show
from services.unit_of_work import query, transaction

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The file of a show as it was sealed, whether its hash is still that of its content, and what was added later."""

    show: Show
    record: ComplianceRecord
    is_whole: bool
    addenda: tuple[Facts, ...]


def seal(session: Session, show: Show, actor: Actor | None, now: datetime) -> ComplianceRecord:
    """Write the file of a show that was just wrapped up, its space locked, and keep every scan that it names."""
    content = file_of_show.content_of(session, show, actor)
    ended_at = max(show.ends_at, datetime.fromisoformat(content["show"]["ended_at"]))
    until = max(kept_until(ended_at, settings.load(session).records_years), now + DAY)
    record = ComplianceRecord(
        show_id=show.id,
        content=content,
        digest=digest_of(content),
        sealed_at=now,
        sealed_by_id=actor.id if actor else None,
        keep_until=until,
    )
    session.add(record)
    files.keep_until(session, (paper["scan"]["id"] for paper in content["papers"]), until)
    session.flush()
    return record


_KEPT_UNTIL = select(ComplianceRecord.keep_until).where(ComplianceRecord.show_id == bindparam("show"))


def kept_until_of(session: Session, show_id: int) -> datetime | None:
    """Until when the file of a show is kept; None where none was sealed."""
    return session.scalar(_KEPT_UNTIL, {"show": show_id})


@query
def of_show(session: Session, actor: Actor, show_id: int) -> Sealed:
    """The sealed file of a show, its hash taken anew; raises Forbidden, Missing."""
    return _sealed(session, actor, show_id)


def _sealed(session: Session, actor: Actor, show_id: int) -> Sealed:
    if not actor.is_staff:
        raise Forbidden
    show = load_show(session, show_id, actor)
    record = session.get(ComplianceRecord, show_id, populate_existing=True)
    if record is None:
        raise Missing
    known = {one["id"] for one in record.content["corrections"]}
    made = corrections(session, show_id, Names(session))
    return Sealed(
        show=show,
        record=record,
        is_whole=digest_of(record.content) == record.digest,
        addenda=tuple(one for one in made if one["id"] not in known),
    )


@transaction
def take_out(session: Session, actor: Actor, show_id: int, *, now: datetime) -> Sealed:
    """The sealed file for somebody who carries it away with its scans, which is written down.

    Raises Forbidden, Missing.
    """
    found = _sealed(session, actor, show_id)
    records.audit(session, actor, "show.record_taken_out", found.show, now, digest=found.record.digest)
    return found


@query
def scan(session: Session, actor: Actor, show_id: int, scan_id: int) -> bytes:
    """The content of a scan that the sealed file of a show names; raises Forbidden, Missing."""
    found = _sealed(session, actor, show_id)
    if scan_id not in {paper["scan"]["id"] for paper in found.record.content["papers"]}:
        raise Missing
    content = session.scalar(select(PrivateFile.content).where(PrivateFile.id == scan_id))
    if content is None:
        raise Missing
    return content
