"""Figures of the database for whoever watches the house: each is one cheap question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from domain.telling import DeliveryState
from models import Booking, Delivery, OutboxMessage
from services.unit_of_work import query


@dataclass(frozen=True, slots=True)
class Figures:
    """What of the database is worth an alarm; `wal_bytes` is None where the file is not the house's to see.

    `made` is the number of the newest booking; seconds are 0 where nothing waits.
    """

    made: int
    messages: int
    oldest_seconds: float
    deliveries: int
    database_bytes: int
    wal_bytes: int | None


@query
def figures(session: Session, now: datetime) -> Figures:
    """Those of this moment. Raises Unavailable."""
    session.rollback()
    waiting = select(func.count(), func.min(OutboxMessage.next_try_at)).where(OutboxMessage.sent_at.is_(None))
    messages, oldest = session.execute(waiting).one()
    size, log = _sizes(session)
    found = Figures(
        made=session.scalar(select(func.max(Booking.id))) or 0,
        messages=messages,
        oldest_seconds=max(0.0, (now - oldest).total_seconds()) if messages else 0.0,
        deliveries=session.scalar(
            select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.WAITING)
        )
        or 0,
        database_bytes=size,
        wal_bytes=log,
    )
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _sizes(session: Session) -> tuple[int, int | None]:
    url = session.get_bind().engine.url
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        return _bytes(file), _bytes(file.with_name(f"{file.name}-wal"))
    size = session.scalar(text("SELECT pg_database_size(current_database())"))
    return int(size or 0), None


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def newest_backup(directory: str) -> float | None:
    """When the newest backup of the nightly script was made, in seconds since 1970; None where there is none."""
    try:
        return max(file.stat().st_mtime for file in Path(directory).glob("jufu-*.backup"))
    except (OSError, ValueError):
        return None
