"""Reading an import chunk by chunk: each in a transaction of its own that writes its drafts and how far it came.

A file may hold the same line twice, for instance when two exports were put together. Its rows then count as if each
had been imported after the one before: an identical or older double is unchanged, a further one updates.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from domain.people import Actor
from domain.sales.platforms import Kind
from models import AfterSaleDraft, Person, SaleDraft, SalesImport, SalesImportChunk, SalesImportLine
from models.sales_imports import ImportStatus, RowFate
from services import records
from services.sales.noting import Noted
from services.sales.reader import Reader
from services.sales.reading_cases import read_cases
from services.sales.reading_orders import read_orders
from services.sales.sums import sum_up

FATES = tuple(RowFate)


def read_chunk(
    session: Session, found: SalesImport, reader: Reader | None, revision: int, now: datetime
) -> Reader:
    """Read the next rows of an import that is being staged, or sum it up after the last ones.

    `revision` is that of the platform, which nobody changes before this transaction ends. Gives back the reader for the
    next chunk; one that is out of date is not used any more.
    """
    if reader is None or reader.revision != revision:
        reader = Reader(session, found, revision)
    if found.rows_done == 0:
        found.planned_revision = revision
    chunk = session.execute(
        select(SalesImportChunk.row_count, SalesImportChunk.content).where(
            SalesImportChunk.import_id == found.id, SalesImportChunk.position == found.rows_done
        )
    ).one_or_none()
    if chunk is None:
        finish(session, found, now)
        return reader
    outcomes = reader.outcomes(chunk.content)
    read = read_orders if reader.layout.kind is Kind.ORDERS else read_cases
    _note(session, found, read(session, found, reader, outcomes), len(outcomes))
    found.rows_done += chunk.row_count
    return reader


def finish(session: Session, found: SalesImport, now: datetime) -> None:
    """Everything was read: the import can be looked at, or goes on to be applied."""
    sum_up(session, found)
    anew = found.apply_when_read
    found.status = ImportStatus.APPLYING if anew else ImportStatus.STAGED
    if not anew:
        records.audit(session, _author(session, found), "sales_import.staged", found, now, **counts(found))


def start_over(session: Session, found: SalesImport) -> None:
    """Forget what was read of an import, to read it anew from its chunks."""
    for table in (SaleDraft, AfterSaleDraft, SalesImportLine):
        session.execute(delete(table).where(table.import_id == found.id))
    for name in ("rows_done", "read_count", *FATES):
        setattr(found, name, 0)
    found.money = {}
    found.step_started_at = None


def counts(found: SalesImport) -> dict[str, int]:
    """How many rows were read and what became of them; they reconcile."""
    by_fate = {fate.value: getattr(found, fate.value) for fate in FATES}
    return by_fate | {"read_count": found.read_count, "unmatched": found.unmatched}


def _note(session: Session, found: SalesImport, noted: Noted, read: int) -> None:
    found.read_count += read
    for fate, count in noted.fates.items():
        setattr(found, fate.value, getattr(found, fate.value) + count)
    held = found.money.get("held", {"gmv_fen": 0, "refunded_fen": 0})
    found.money = {
        **found.money,
        "held": {
            "gmv_fen": held["gmv_fen"] + noted.held_fen,
            "refunded_fen": held["refunded_fen"] + noted.held_refunded_fen,
        },
    }
    if noted.lines:
        session.execute(insert(SalesImportLine), [{"import_id": found.id, **line} for line in noted.lines])


def _author(session: Session, found: SalesImport) -> Actor:
    return session.get_one(Person, found.created_by_id).as_actor()
