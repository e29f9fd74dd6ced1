"""What nobody asks for any more goes: a batch at a time, each in a transaction of its own, found by index.

What people may be told about or asked for is forgotten elsewhere, by the house's own figures (privacy/retaining.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CursorResult,
    Delete,
    delete,
    except_,
    exists,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import QueryableAttribute, Session

from domain.interval import tick_of
from models import IdempotencyKey, LoginSession, LoginThrottle, Occupancy, Picture, ReminderSent, Space
from models.base import Base
from services import arbiter, daily, login
from services.unit_of_work import query, transaction

IDEMPOTENCY_KEPT = timedelta(days=7)
SESSIONS_KEPT = timedelta(days=1)
TICKS_KEPT = timedelta(days=1)
REMINDERS_KEPT = timedelta(days=1)
PICTURES_KEPT = timedelta(days=7)
"""As long as an answer that names one may be asked for again; a form that waits for its person loses it after that."""
PICTURES_AT_ONCE = 50
BATCH = 1_000
"""No transaction deletes more rows, so that no lock is held for long however much lies there."""


def until_none_is_left(step: Callable[[datetime], int]) -> Callable[[datetime], int]:
    """Take a step again and again until it finds nothing to do; returns how much was done."""

    def run(now: datetime) -> int:
        total = 0
        while done := step(now):
            total += done
        return total

    return run


def _deleted(session: Session, statement: Delete) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0


@transaction
def prune_idempotency_keys(session: Session, now: datetime) -> int:
    """Forget answers to requests that nobody repeats after a week."""
    key = tuple_(IdempotencyKey.actor_id, IdempotencyKey.key)
    old = select(IdempotencyKey.actor_id, IdempotencyKey.key).where(
        IdempotencyKey.created_at < now - IDEMPOTENCY_KEPT
    )
    return _deleted(session, delete(IdempotencyKey).where(key.in_(old.limit(BATCH))))


@transaction
def prune_sessions(session: Session, now: datetime) -> int:
    """Forget sessions that ended more than a day ago."""
    over = now - SESSIONS_KEPT
    old = select(LoginSession.id).where(or_(LoginSession.expires_at < over, LoginSession.revoked_at < over))
    return _deleted(session, delete(LoginSession).where(LoginSession.id.in_(old.limit(BATCH))))


@transaction
def prune_throttles(session: Session, now: datetime) -> int:
    """Forget windows of attempts that are over, those of a day after a day."""
    over = LoginThrottle.window_started_at
    of_a_day = LoginThrottle.bucket.startswith(daily.PREFIX)
    return _deleted(
        session,
        delete(LoginThrottle).where(over <= now - login.WINDOW, or_(~of_a_day, over <= now - daily.DAY)),
    )


@transaction
def prune_reminders(session: Session, now: datetime) -> int:
    """Forget that somebody was reminded of what began more than a day ago; the table is no longer than that."""
    one = (ReminderSent.booking_id, ReminderSent.kind, ReminderSent.starts_at)
    old = select(*one).where(ReminderSent.starts_at < now - REMINDERS_KEPT).limit(BATCH)
    return _deleted(session, delete(ReminderSent).where(tuple_(*one).in_(old)))


def prune_ticks(now: datetime) -> int:
    """Give back ticks that lie more than a day in the past, space by space; the bookings keep the history."""
    before = tick_of(now - TICKS_KEPT)
    return sum(_prune_ticks_of(space_id, before) for space_id in _with_ticks(before))


@query
def _with_ticks(session: Session, before: int) -> list[int]:
    past = exists().where(Occupancy.space_id == Space.id, Occupancy.tick < before)
    return list(session.scalars(select(Space.id).where(past).order_by(Space.id)))


@transaction
def _prune_ticks_of(session: Session, space_id: int, before: int) -> int:
    return arbiter.prune(session, space_id, before)


def naming(kept: QueryableAttribute[Any]) -> list[Column[Any]]:
    """Every column that names a row of a table by this one; a column that comes later is heeded by itself."""
    named = kept.property.columns[0]
    tables = Base.metadata.sorted_tables
    return [column for table in tables for column in table.columns if column.references(named)]


def prune_pictures(now: datetime) -> int:
    """Forget pictures that nothing has named for a week, neither a product nor a space nor whatever may come later."""
    over = now - PICTURES_KEPT
    names = _unnamed_pictures(over)
    starts = range(0, len(names), PICTURES_AT_ONCE)
    return sum(_prune_pictures(names[at : at + PICTURES_AT_ONCE], over) for at in starts)


def _is_unnamed() -> ColumnElement[bool]:
    return Picture.sha256.in_(except_(select(Picture.sha256), *map(select, naming(Picture.sha256))))


@query
def _unnamed_pictures(session: Session, over: datetime) -> list[str]:
    """Found without keeping any writer; the names first, for the moment lies behind the bytes of a row."""
    return list(session.scalars(select(Picture.sha256).where(_is_unnamed(), Picture.created_at < over)))


@transaction
def _prune_pictures(session: Session, names: Sequence[str], over: datetime) -> int:
    """Those of them that nobody names by now: who is about to keeps them locked, and is waited for by nobody."""
    spare = select(Picture.sha256).where(Picture.sha256.in_(names), Picture.created_at < over)
    locked = list(session.scalars(spare.with_for_update(skip_locked=True)))
    return _deleted(session, delete(Picture).where(Picture.sha256.in_(locked), _is_unnamed()))
