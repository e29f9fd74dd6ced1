"""The post must be whole: what is routed has its notice, what is on its way moves, and goes somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.telling import ChannelKind, DeliveryState
from models import Delivery, Notice, OutboxMessage, Person, Webhook
from services import settings
from services.doctor.findings import Finding
from services.doctor.stillness import hold_still
from services.unit_of_work import query

MOST = 20
LATELY = timedelta(days=7)
"""Longer back nobody looks: what was wrong then was seen then."""
STUCK = timedelta(hours=1)


@query
def findings(session: Session, now: datetime) -> list[Finding]:
    """Messages and deliveries that contradict each other, at most twenty of each kind."""
    hold_still(session)
    found = [
        *_without_notice(session, now),
        *_before_routing(session),
        *_stuck(session, now),
        *_to_nobody(session),
    ]
    session.rollback()  # leave the reading transaction: nothing was written
    return found


def _without_notice(session: Session, now: datetime) -> Iterator[Finding]:
    kept = timedelta(days=settings.load(session).notices_kept_days)  # what is older may have been forgotten
    notice = select(Notice.outbox_id).where(Notice.outbox_id == OutboxMessage.id)
    lost = (
        select(OutboxMessage.id)
        .join(Person, Person.id == OutboxMessage.recipient_id)
        .where(
            OutboxMessage.sent_at > now - LATELY,
            OutboxMessage.created_at >= now - kept,
            Person.erased_at.is_(None),
            ~notice.exists(),
        )
    )
    for message_id in session.scalars(lost.order_by(OutboxMessage.id).limit(MOST)):
        yield Finding("message_without_notice", f"message {message_id} is routed, its reader has no notice.")


def _before_routing(session: Session) -> Iterator[Finding]:
    early = (
        select(Delivery.id)
        .join(OutboxMessage, OutboxMessage.id == Delivery.outbox_id)
        .where(OutboxMessage.sent_at.is_(None))
    )
    for delivery_id in session.scalars(early.order_by(Delivery.id).limit(MOST)):
        yield Finding("delivery_before_routing", f"delivery {delivery_id} is of a message that isn't routed.")


def _stuck(session: Session, now: datetime) -> Iterator[Finding]:
    stuck = select(Delivery).where(
        Delivery.state == DeliveryState.WAITING, Delivery.next_try_at < now - STUCK
    )
    for delivery in session.scalars(stuck.order_by(Delivery.next_try_at).limit(MOST)):
        yield Finding(
            "delivery_stuck",
            f"delivery {delivery.id} has been due for over an hour: do the jobs run?",
        )


def _to_nobody(session: Session) -> Iterator[Finding]:
    hook = select(Webhook.id).where(Webhook.id == Delivery.target)
    astray = select(Delivery.id).where(Delivery.channel == ChannelKind.WEBHOOK, ~hook.exists())
    for delivery_id in session.scalars(astray.order_by(Delivery.id).limit(MOST)):
        yield Finding("delivery_to_nobody", f"delivery {delivery_id} goes to a webhook that isn't there.")
