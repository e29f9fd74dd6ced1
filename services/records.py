"""What every change leaves behind in its own transaction: an audit event and, where somebody must know, a message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from domain.people import Actor
from models import AuditEvent, OutboxMessage


def audit(
    session: Session, actor: Actor | None, action: str, subject: Any, now: datetime, **detail: Any
) -> None:
    """Write down who did what to a stored thing; without an actor it was the house itself."""
    audit_each(session, actor, action, [subject], now, **detail)


def audit_each(
    session: Session, actor: Actor | None, action: str, subjects: Sequence[Any], now: datetime, **detail: Any
) -> None:
    """Write down that somebody did the same to several stored things: one event each."""
    session.flush()
    session.add_all(
        AuditEvent(
            at=now,
            actor_id=actor.id if actor else None,
            action=action,
            object_type=subject.__tablename__,
            object_id=subject.id,
            detail=detail,
        )
        for subject in subjects
    )


def tell(session: Session, recipient_id: int, kind: str, now: datetime, **params: Any) -> None:
    """Put a message into the outbox; it leaves after the commit."""
    session.add(
        OutboxMessage(
            recipient_id=recipient_id, kind=kind, params=params, created_at=now, next_try_at=now, attempts=0
        )
    )


def tell_each(
    session: Session, recipient_ids: Iterable[int], kind: str, now: datetime, **params: Any
) -> None:
    """Tell several people the same, each once."""
    for recipient_id in sorted(set(recipient_ids)):
        tell(session, recipient_id, kind, now, **params)
