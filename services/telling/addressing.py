"""Where a delivery goes, asked again right before it leaves: wishes, accounts and bots may have changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.telling import ChannelKind, Topic, WebhookKind
from models import Contact, Delivery, OutboxMessage, Person, Webhook
from services.secrets import hashed
from services.telling import topics, wishes

CONFIRMATION = "confirm_email"
"""The letter that asks whether an address is right: it goes there and nowhere else, for its link is the proof."""
STAFF_LOCALE = "zh_Hans_CN"
"""What the staff's own groups are told in."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a letter goes, and in which language."""

    to: str
    locale: str
    bot: WebhookKind | None = None
    secret: str = field(default="", repr=False)


def address_of(session: Session, delivery: Delivery, now: datetime) -> Address | None:
    """Where a delivery may go now; None when nobody is there any more who wants it, or it comes too late."""
    topic = topics.topic_of(delivery.message.kind)
    if is_too_late(topic, delivery.message.params, now):
        return None
    if delivery.channel is ChannelKind.WEBHOOK:
        return _bot(session, delivery.target)
    return _person(session, delivery.message, delivery.channel, topic)


def is_too_late(topic: Topic, params: Mapping[str, Any], now: datetime) -> bool:
    """Whether a message is of no use any more: an offer that lapsed, a reminder of what has begun."""
    limits = ["expires_at", "starts_at"] if topic is Topic.REMINDERS else ["expires_at"]
    return any(datetime.fromisoformat(str(params[name])) <= now for name in limits if params.get(name))


def _bot(session: Session, webhook_id: int) -> Address | None:
    hook = session.scalar(select(Webhook).where(Webhook.id == webhook_id, Webhook.disabled_at.is_(None)))
    return Address(hook.address, STAFF_LOCALE, hook.kind, hook.secret) if hook else None


def _person(session: Session, message: OutboxMessage, channel: ChannelKind, topic: Topic) -> Address | None:
    if message.recipient_id is None:
        return None
    person = session.scalar(
        select(Person).where(
            Person.id == message.recipient_id, Person.disabled_at.is_(None), Person.erased_at.is_(None)
        )
    )
    if person is None:
        return None
    if message.kind == CONFIRMATION:
        return _to_confirm(session, person, message.params)
    if channel not in wishes.wanted(session, person.id, topic):
        return None
    if channel is ChannelKind.SMS:
        return Address(person.phone, person.locale) if person.phone else None
    email = session.scalar(select(Contact.email).where(Contact.person_id == person.id))
    return Address(email, person.locale) if email else None


def _to_confirm(session: Session, person: Person, params: Mapping[str, Any]) -> Address | None:
    """The address that a letter asks about, as long as it is still the one that waits to be confirmed."""
    waiting = select(Contact.email).where(
        Contact.person_id == person.id, Contact.email_confirmed_at.is_(None)
    )
    email = session.scalar(waiting)
    return Address(email, person.locale) if email and hashed(email) == params["address"] else None
