"""What could not be delivered: shown to the staff, tried again or put away by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, select, update
from sqlalchemy.orm import Session

from domain.bots import masked_address, masked_email
from domain.errors import Forbidden, Missing
from domain.interval import at_local, local_day
from domain.people import Actor
from domain.telling import ChannelKind, DeliveryState, Topic
from models import Contact, Delivery, OutboxMessage, Person, Webhook
from services import records
from services.telling.topics import topic_of
from services.unit_of_work import query, transaction

MOST = 100


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up: what it is about, for whom and where to, as far as staff need to know."""

    id: int
    topic: Topic
    channel: ChannelKind
    target: str
    who: str
    code: str
    detail: str
    attempts: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """How the post stands: what waits, what left today, and what was given up, the newest first."""

    waiting: int
    sent_today: int
    dead: int
    letters: Sequence[DeadLetter]


@query
def overview(session: Session, actor: Actor, now: datetime) -> Overview:
    """How the post stands, with at most a hundred dead letters; raises Forbidden."""
    _require_staff(actor)
    today = at_local(local_day(now), 0)
    found = session.execute(
        select(Delivery, OutboxMessage.kind, Person, Contact.email, Webhook)
        .join(OutboxMessage, OutboxMessage.id == Delivery.outbox_id)
        .join(Person, Person.id == OutboxMessage.recipient_id, isouter=True)
        .join(Contact, Contact.person_id == Person.id, isouter=True)
        .join(Webhook, Webhook.id == Delivery.target, isouter=True)
        .where(Delivery.state == DeliveryState.DEAD)
        .order_by(Delivery.id.desc())
        .limit(MOST)
    )
    return Overview(
        waiting=_count(session, DeliveryState.WAITING),
        sent_today=_count(session, DeliveryState.SENT, since=today),
        dead=_count(session, DeliveryState.DEAD),
        letters=[_letter(row) for row in found],
    )


def _count(session: Session, state: DeliveryState, since: datetime | None = None) -> int:
    counted = select(func.count()).select_from(Delivery).where(Delivery.state == state)
    if since is not None:
        counted = counted.where(Delivery.sent_at >= since)
    return session.scalar(counted) or 0


def count_dead() -> ColumnElement[int]:
    """How many letters were given up and nobody has looked at, as a part of one statement."""
    return select(func.count()).where(Delivery.state == DeliveryState.DEAD).scalar_subquery()


def _letter(row: Row[Delivery, str, Person | None, str | None, Webhook | None]) -> DeadLetter:
    delivery, kind, person, email, hook = row
    code, _blank, detail = delivery.last_error.partition(" ")
    if hook is not None:
        target, who = masked_address(hook.kind, hook.address), hook.name
    elif delivery.channel is ChannelKind.SMS:
        target, who = (person.masked_phone, person.masked_name) if person else ("", "")
    else:
        target, who = masked_email(email) if email else "", person.masked_name if person else ""
    return DeadLetter(
        delivery.id,
        topic_of(kind),
        delivery.channel,
        target,
        who,
        code,
        detail,
        delivery.attempts,
        delivery.created_at,
    )


@transaction
def try_again(session: Session, actor: Actor, delivery_id: int, *, now: datetime) -> Delivery:
    """Let a dead letter leave once more, with all its tries; raises Forbidden, Missing."""
    delivery = _locked(session, actor, delivery_id)
    delivery.state, delivery.next_try_at, delivery.attempts = DeliveryState.WAITING, now, 0
    records.audit(session, actor, "delivery.tried_again", delivery, now)
    return delivery


@transaction
def try_all_again(session: Session, actor: Actor, *, now: datetime) -> int:
    """The same for every dead letter: the mail server is back. Returns how many; raises Forbidden."""
    _require_staff(actor)
    dead = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.DEAD).with_for_update())
    revived = list(dead)
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_([one.id for one in revived]))
        .values(state=DeliveryState.WAITING, next_try_at=now, attempts=0)
    )
    records.audit_each(session, actor, "delivery.tried_again", revived, now)
    return len(revived)


@transaction
def put_away(session: Session, actor: Actor, delivery_id: int, *, now: datetime) -> Delivery:
    """Give a dead letter up for good: it was said some other way. Raises Forbidden, Missing."""
    delivery = _locked(session, actor, delivery_id)
    delivery.state = DeliveryState.DROPPED
    records.audit(session, actor, "delivery.put_away", delivery, now)
    return delivery


def _locked(session: Session, actor: Actor, delivery_id: int) -> Delivery:
    _require_staff(actor)
    delivery = session.scalar(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.DEAD)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if delivery is None:
        raise Missing
    return delivery


def _require_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise Forbidden
