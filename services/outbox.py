"""Delivering what the outbox holds: at least once, later again when it fails, to whatever channel there is."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Notice, OutboxMessage
from models.engine import insert_ignoring
from services.unit_of_work import transaction

LEASE = timedelta(minutes=2)
"""How long a message belongs to the runner that took it; one that dies in between is followed by another."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
BATCH = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel needs to know; `id` stays the same however often it is delivered."""

    id: int
    recipient_id: int | None
    kind: str
    params: Mapping[str, Any]
    created_at: datetime
    attempts: int


class Channel(Protocol):
    """A way to reach somebody; delivering the same message twice must do no harm."""

    def deliver(self, message: Message) -> None:
        """Hand the message over, or raise whatever went wrong."""


class InApp:
    """The inbox inside the app."""

    def deliver(self, message: Message) -> None:
        """Put a notice into the inbox, once; what is for all staff stands on their desk."""
        if message.recipient_id is not None:
            _put_notice(message)


@transaction
def _put_notice(session: Session, message: Message) -> None:
    session.execute(
        insert_ignoring(
            session,
            Notice,
            outbox_id=message.id,
            person_id=message.recipient_id,
            kind=message.kind,
            params=dict(message.params),
            created_at=message.created_at,
        )
    )


def deliver_due(now: datetime, channel: Channel | None = None) -> int:
    """Deliver every message that is due; returns how many arrived. A failed one waits, the others go on."""
    channel = channel or InApp()
    delivered = 0
    while messages := _take(now):
        delivered += sum(_deliver(message, channel, now) for message in messages)
    return delivered


@transaction
def _take(session: Session, now: datetime) -> list[Message]:
    """Lease some messages; two runners at once never get the same one."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.next_try_at <= now)
        .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.next_try_at, row.attempts = now + LEASE, row.attempts + 1
    return [
        Message(row.id, row.recipient_id, row.kind, row.params, row.created_at, row.attempts) for row in rows
    ]


def _deliver(message: Message, channel: Channel, now: datetime) -> bool:
    try:
        channel.deliver(message)
    except Exception as error:  # whatever a channel raises must not keep the next message from leaving
        log.exception("Outbox message %s could not be delivered.", message.id)
        _settle(message.id, {"next_try_at": now + wait_after(message.attempts), "last_error": _brief(error)})
        return False
    _settle(message.id, {"sent_at": now, "last_error": ""})
    return True


@transaction
def _settle(session: Session, message_id: int, values: dict[str, Any]) -> None:
    session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(**values))


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 1, 2, 4 … minutes, at most 6 hours."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 20)))


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
