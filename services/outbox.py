"""Routing what the outbox holds: into the inbox of its reader, and onto the channels that it is wanted by.

One message is one transaction: its notice, its deliveries and that it is routed are there together or not at all.
Nothing leaves the house here: services/telling/sending.py sends what was routed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from domain.telling import Audience, ChannelKind
from models import Delivery, Notice, OutboxMessage, Webhook
from models.engine import insert_ignoring
from services.telling import addressing, quiet, topics, wishes
from services.unit_of_work import query, transaction

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
BATCH = 50
EVERY_CHANNEL = frozenset(ChannelKind)

Route = tuple[ChannelKind, int, datetime]
"""A channel, the webhook's id or 0, and when it may be used first."""

log = logging.getLogger(__name__)


def deliver_due(now: datetime, channels: frozenset[ChannelKind] = EVERY_CHANNEL) -> int:
    """Route every message that is due onto these channels; returns how many. A failed one waits, the others go on."""
    routed, seen = 0, set[int]()
    while waiting := [message_id for message_id in _due(now) if message_id not in seen]:
        routed += sum(_try(message_id, channels, now) for message_id in waiting)
        seen.update(waiting)  # what another runner holds right now is left to it
    return routed


@query
def _due(session: Session, now: datetime) -> list[int]:
    return list(session.scalars(_those_due(now).with_only_columns(OutboxMessage.id).limit(BATCH)))


def _those_due(now: datetime) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.next_try_at <= now)
        .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
    )


def _try(message_id: int, channels: frozenset[ChannelKind], now: datetime) -> bool:
    try:
        return route(message_id, channels, now)
    except Exception as error:  # whatever one message meets must not keep the next from leaving
        log.exception("Outbox message %s could not be routed.", message_id)
        _postpone(message_id, f"{type(error).__name__}"[:200], now)
        return False


@transaction
def route(session: Session, message_id: int, channels: frozenset[ChannelKind], now: datetime) -> bool:
    """Put one due message where it belongs, once; False when it isn't due any more or another runner has it."""
    message = session.scalar(
        _those_due(now)
        .where(OutboxMessage.id == message_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if message is None:
        return False
    if message.recipient_id is not None and message.kind != addressing.CONFIRMATION:
        _put_notice(session, message, message.recipient_id)
    for channel, target, moment in _routes(session, message, now):
        if channel in channels or channel is ChannelKind.WEBHOOK:
            _put_delivery(session, message, channel, target, moment, now)
    message.sent_at, message.last_error = now, ""
    message.attempts += 1
    return True


def _routes(session: Session, message: OutboxMessage, now: datetime) -> Iterator[Route]:
    if message.kind == addressing.CONFIRMATION:
        yield ChannelKind.EMAIL, 0, now
        return
    topic = topics.topic_of(message.kind)
    if message.audience is Audience.STAFF:
        listening = session.scalars(select(Webhook).where(Webhook.disabled_at.is_(None)).order_by(Webhook.id))
        yield from ((ChannelKind.WEBHOOK, hook.id, now) for hook in listening if topic in hook.topics)
    if message.recipient_id is not None:
        for channel in sorted(wishes.wanted(session, message.recipient_id, topic)):
            yield channel, 0, quiet.when(session, message.recipient_id, message.params, now)


def _put_notice(session: Session, message: OutboxMessage, person_id: int) -> None:
    session.execute(
        insert_ignoring(
            session,
            Notice,
            outbox_id=message.id,
            person_id=person_id,
            kind=message.kind,
            params=dict(message.params),
            created_at=message.created_at,
        )
    )


def _put_delivery(
    session: Session,
    message: OutboxMessage,
    channel: ChannelKind,
    target: int,
    moment: datetime,
    now: datetime,
) -> None:
    session.execute(
        insert_ignoring(
            session,
            Delivery,
            outbox_id=message.id,
            channel=channel,
            target=target,
            next_try_at=moment,
            created_at=now,
        )
    )


@transaction
def _postpone(session: Session, message_id: int, trouble: str, now: datetime) -> None:
    attempts = session.scalar(select(OutboxMessage.attempts).where(OutboxMessage.id == message_id)) or 0
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.sent_at.is_(None))
        .values(attempts=attempts + 1, next_try_at=now + wait_after(attempts + 1), last_error=trouble)
    )


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 1, 2, 4 … minutes, at most 6 hours."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 20)))
