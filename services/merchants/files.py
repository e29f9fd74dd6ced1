"""Scans of papers and proofs: made harmless before they are kept, shown to nobody but their shop and staff."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session, joinedload, undefer

from domain.errors import BadInput, Forbidden, Missing
from domain.people import Actor
from models import Paper, PrivateFile
from services import daily, pictures, records
from services.merchants import shops
from services.pruning import naming
from services.unit_of_work import query, transaction

MAX_BYTES = pictures.MAX_BYTES
LONGEST_SIDE = 2000
"""Small print of a photographed licence can still be read; a product's picture needs less."""
PDF = "application/pdf"
PDF_BEGINS = b"%PDF-"
PER_DAY = 60
"""[default] How many scans a shop may bring in a day, whoever brings them."""
UNUSED_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scan:
    """A file as it will be kept."""

    content: bytes
    media_type: str


def prepare(data: bytes) -> Scan:
    """A picture without metadata, or a PDF as it came; raises BadInput.

    A PDF can't be made harmless here, so it is never shown by us, only handed out as a file.
    """
    if not data:
        raise BadInput("scan_missing", field="scan")
    if len(data) > MAX_BYTES:
        raise BadInput("scan_too_large", field="scan", megabytes=MAX_BYTES // 1024**2)
    if data.startswith(PDF_BEGINS):
        return Scan(data, PDF)
    try:
        return Scan(pictures.encode(data, longest_side=LONGEST_SIDE).content, pictures.MEDIA_TYPE)
    except BadInput as error:
        code = "scan_unknown_format" if error.code == "picture_unknown_format" else error.code
        raise BadInput(code, field="scan", **error.params) from error


def keep(actor: Actor, data: bytes, *, now: datetime) -> int:
    """Make an upload harmless and store it; returns its id. Raises Forbidden, BadInput.

    It is for forms that remember an upload while another field is corrected.
    """
    return store(actor, brought(actor, data), now=now)


def brought(actor: Actor, data: bytes) -> Scan:
    """The upload of somebody who acts for a shop, made harmless; raises Forbidden, BadInput.

    Call it before the transaction that keeps it: decoding takes long and must not hold a writer.
    """
    if not actor.merchant_ids:
        raise Forbidden
    return prepare(data)


@transaction
def store(session: Session, actor: Actor, scan: Scan, *, now: datetime) -> int:
    """Keep a scan for the shop of whoever brings it; raises BadInput beyond a day's number."""
    if not daily.has_room("scans", shops.own_id(actor), PER_DAY, now):
        raise BadInput("scans_too_many", field="scan", maximum=PER_DAY)
    kept = PrivateFile(
        sha256=hashlib.sha256(scan.content).hexdigest(),
        media_type=scan.media_type,
        size=len(scan.content),
        content=scan.content,
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(kept)
    session.flush()
    return kept.id


def taken(session: Session, actor: Actor, scan: Scan | int | None, now: datetime) -> int:
    """The id of a scan that comes with what shows it, or that was kept before, inside another service.

    Raises BadInput; what is refused after this has kept nothing.
    """
    return store(actor, scan, now=now) if isinstance(scan, Scan) else unused(session, actor, scan)


def unused(session: Session, actor: Actor, scan_id: int | None) -> int:
    """The id of a scan that this person brought and nothing uses yet, inside another service; raises BadInput.

    Without this a guessed id would show somebody else's scan as one's own.
    """
    brought = select(PrivateFile.id).where(
        PrivateFile.id == scan_id, PrivateFile.created_by_id == actor.id, ~_is_used()
    )
    found = session.scalar(brought) if scan_id is not None else None
    if found is None:
        raise BadInput("scan_missing", field="scan")
    return found


def _is_used() -> ColumnElement[bool]:
    """Whether a paper, a report of income or whatever may come later shows it."""
    return or_(*(exists().where(column == PrivateFile.id) for column in naming(PrivateFile.id)))


def keep_until(session: Session, scan_ids: Iterable[int], until: datetime) -> None:
    """Let the database refuse to delete scans before a day, inside another service; the latest such day counts."""
    session.execute(
        update(PrivateFile)
        .where(
            PrivateFile.id.in_(set(scan_ids)),
            (PrivateFile.keep_until.is_(None)) | (PrivateFile.keep_until < until),
        )
        .values(keep_until=until)
        .execution_options(synchronize_session=False)
    )


def is_own(actor: Actor) -> ColumnElement[bool]:
    """The papers of the actor's shops."""
    return Paper.merchant_id.in_(actor.merchant_ids)


@query
def scan_for(session: Session, actor: Actor, paper_id: int) -> Paper:
    """A paper of the own shop with the bytes of its scan; a foreign one raises Missing like one that isn't there."""
    paper = session.scalar(_with_scan(paper_id).where(is_own(actor)))
    if paper is None:
        raise Missing
    return paper


@transaction
def open_scan(session: Session, actor: Actor, paper_id: int, *, now: datetime) -> Paper:
    """The same for staff, of any shop; every time is logged. Raises Forbidden, Missing."""
    if not actor.is_staff:
        raise Forbidden
    paper = session.scalar(_with_scan(paper_id))
    if paper is None:
        raise Missing
    records.audit(session, actor, "paper.scan_opened", paper, now)
    return paper


def _with_scan(paper_id: int) -> Select[Paper]:
    return (
        select(Paper)
        .options(joinedload(Paper.scan).options(undefer(PrivateFile.content)))
        .where(Paper.id == paper_id)
        .execution_options(populate_existing=True)
    )


@transaction
def prune_unused(session: Session, now: datetime) -> int:
    """Forget scans that were brought a day ago and that nothing shows (any more)."""
    gone = delete(PrivateFile).where(
        PrivateFile.created_at < now - UNUSED_KEPT, PrivateFile.keep_until.is_(None), ~_is_used()
    )
    result = session.execute(gone.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
