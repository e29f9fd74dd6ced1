"""Long work that one worker at a time holds, step after step: what is left lying is taken up again by another."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, CursorResult, Update, or_, update
from sqlalchemy.orm import Session

LEASE = timedelta(minutes=1)
"""For so long a worker holds something without being heard of; a step takes about a second."""


class Clock:
    """The moment that was given, going on from there: work that takes long renews its lease by it."""

    def __init__(self, now: datetime) -> None:
        self._now, self._began = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)


def new_worker() -> str:
    """A name for somebody who works on something."""
    return uuid4().hex


def free(table: Any, worker: str, now: datetime) -> ColumnElement[bool]:
    """Nobody else holds it, or whoever did has not been heard of for long; `table` has `worker` and `leased_until`."""
    return or_(table.leased_until.is_(None), table.leased_until < now, table.worker == worker)


def take(
    session: Session, table: Any, found_id: int, worker: str, now: datetime, *still: ColumnElement[bool]
) -> bool:
    """Take what nobody works on, or go on with one's own; of several who try one gets it."""
    return updated(
        session,
        update(table)
        .where(table.id == found_id, *still, free(table, worker, now))
        .values(worker=worker, leased_until=now + LEASE),
    )


def keep(
    session: Session, table: Any, found_id: int, worker: str, now: datetime, *still: ColumnElement[bool]
) -> bool:
    """Be heard of: the lease is renewed; False where it was taken away."""
    return updated(session, of(table, found_id, worker).where(*still).values(leased_until=now + LEASE))


def give_back(session: Session, table: Any, found_id: int, worker: str) -> None:
    """Let others go on."""
    updated(session, of(table, found_id, worker).values(worker="", leased_until=None))


def of(table: Any, found_id: int, worker: str) -> Update:
    """A change of what this worker holds."""
    return update(table).where(table.id == found_id, table.worker == worker)


def updated(session: Session, statement: Update) -> bool:
    """Whether a change met its one row."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1
