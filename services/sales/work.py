"""Who works on an import: a lease that one worker holds, chunk after chunk; what is left lying is taken up again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Refusal, Unavailable
from models import SalesImport
from models.sales_imports import ImportStatus
from services import leases, records
from services.leases import Clock, new_worker
from services.sales.applying import put_into_books
from services.sales.chunks import no_search_for_cycles
from services.sales.importing import SMALL, load, load_locked, lock_platform, revision_of
from services.sales.reader import Reader
from services.sales.reading import read_chunk
from services.sales.removing import clear
from services.unit_of_work import query, transaction

ROUND = timedelta(seconds=10)
"""For so long one round of the job works on imports, for the other jobs wait meanwhile."""
WAIT = timedelta(seconds=0.5)
AT_WORK = (ImportStatus.STAGING, ImportStatus.APPLYING)

log = logging.getLogger(__name__)


def read_now(import_id: int, worker: str, now: datetime) -> None:
    """Work on a small import while its person waits, unless somebody else does; a large one waits for the job."""
    if not _is_small(import_id):
        release(import_id, worker)
    elif claim(import_id, worker, now):
        try:
            run(import_id, worker, now)
        except Unavailable:  # it is stored: the job will go on
            log.info("Import %s waits for the job.", import_id)


def run_to_end(import_id: int, worker: str, now: datetime, told: Callable[[SalesImport], None]) -> None:
    """Work on an import, or wait for whoever does, until nothing is left to do; for a command."""
    clock = Clock(now)
    while _is_at_work(import_id):
        if claim(import_id, worker, clock()):
            run(import_id, worker, clock(), told=told)
        else:
            time.sleep(WAIT.total_seconds())


def run(
    import_id: int,
    worker: str,
    now: datetime,
    *,
    told: Callable[[SalesImport], None] = lambda _found: None,
    until: Callable[[], bool] = lambda: False,
) -> None:
    """Work on a claimed import until nothing is left to do, `until` says so, or it was taken away.

    A fault of ours marks it as failed; when the database could not answer, another round goes on. Raises Unavailable.
    """
    clock, reader = Clock(now), None
    try:
        while not until():
            with no_search_for_cycles():
                found, reader = step(import_id, worker, reader, clock())
            if found is None:
                return
            told(found)
    except Refusal:
        raise
    except Exception:  # whatever it is, it would come again: people see that it failed
        log.exception("Import %s failed.", import_id)
        fail(import_id, worker, clock())
    finally:
        release(import_id, worker)


def run_due(now: datetime) -> int:
    """Go on with imports that nobody works on, the oldest first, for one round; returns how many."""
    clock, worker, done = Clock(now), new_worker(), 0
    for import_id in _waiting(now):
        if clock() - now >= ROUND:
            break
        if claim(import_id, worker, clock()):
            run(import_id, worker, clock(), until=lambda: clock() - now >= ROUND)
            done += 1
    return done


@transaction
def claim(session: Session, import_id: int, worker: str, now: datetime) -> bool:
    """Take an import that nobody works on, or go on with one's own; of several who try one gets it."""
    return leases.take(session, SalesImport, import_id, worker, now, SalesImport.status.in_(AT_WORK))


@transaction
def release(session: Session, import_id: int, worker: str) -> None:
    """Let others go on."""
    leases.give_back(session, SalesImport, import_id, worker)


@transaction
def step(
    session: Session, import_id: int, worker: str, reader: Reader | None, now: datetime
) -> tuple[SalesImport | None, Reader | None]:
    """Read one chunk, or apply what was read; no import comes back when nothing is left for this worker to do."""
    status, platform = session.execute(
        select(SalesImport.status, SalesImport.platform).where(SalesImport.id == import_id)
    ).one()
    applying = status is ImportStatus.APPLYING
    # The platform first, as in every transaction: an import's own row is locked by the next statement.
    revision = lock_platform(session, platform) if applying else revision_of(session, platform)
    still = SalesImport.status == status, SalesImport.status.in_(AT_WORK)
    if not leases.keep(session, SalesImport, import_id, worker, now, *still):
        return None, None
    found = load(session, import_id)
    found.step_started_at = found.step_started_at or now
    if applying:
        put_into_books(session, found, revision, None, now)
    else:
        reader = read_chunk(session, found, reader, revision, now)
    session.flush()
    return (found if found.status in AT_WORK else None), reader


@transaction
def fail(session: Session, import_id: int, worker: str, now: datetime) -> None:
    """Give an import up that can't be read; nothing of it was applied."""
    found = load_locked(session, import_id)  # whoever took it over may be applying it
    if found.worker == worker and found.status in AT_WORK:
        clear(session, import_id)
        found.status, found.error_code = ImportStatus.FAILED, "import_broken"
        found.worker, found.leased_until = "", None
        records.audit(session, None, "sales_import.failed", found, now)


@query
def _waiting(session: Session, now: datetime) -> list[int]:
    chosen = (
        select(SalesImport.id)
        .where(SalesImport.status.in_(AT_WORK), leases.free(SalesImport, "", now))
        .order_by(SalesImport.id)
    )
    return list(session.scalars(chosen))


@query
def _is_small(session: Session, import_id: int) -> bool:
    return (session.scalar(select(SalesImport.row_count).where(SalesImport.id == import_id)) or 0) <= SMALL


@query
def _is_at_work(session: Session, import_id: int) -> bool:
    session.expire_all()
    return session.scalar(select(SalesImport.status).where(SalesImport.id == import_id)) in AT_WORK
