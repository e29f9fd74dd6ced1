"""Sending what was routed: leased in one transaction, sent outside of any, settled in another.

At least once: a process that dies between sending and settling leaves a lease, and whoever comes after it sends the
letter again with the same key. A lease is told by the count of tries, so a slow sender can't settle for its successor.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from domain.telling import ChannelKind, DeliveryState
from models import Delivery, Space
from services import outbox, settings
from services.telling import addressing
from services.telling.post import Letter, NotSent, Post
from services.unit_of_work import query, transaction

LEASE = timedelta(minutes=2)
"""How long a delivery belongs to who took it: longer than a round and the letter with which it ends."""
ROUND_SECONDS = 20.0
"""After so long no further letter is begun: the other jobs have their turn, and the leases hold."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """A delivery that is ours for this try."""

    delivery_id: int
    channel: ChannelKind
    target: int
    attempts: int
    tries: int


def send_due(now: datetime, post: Post) -> int:
    """Send what is due, for some seconds; returns how many left. A failed one waits, the others go on."""
    sent, ends = 0, time.monotonic() + ROUND_SECONDS
    while time.monotonic() < ends and (lease := take(now)) is not None:
        sent += send_one(lease, post, now)
    return sent


@transaction
def take(session: Session, now: datetime) -> Lease | None:
    """Lease the delivery that is due the longest; two runners at once never get the same one."""
    row = session.scalar(
        select(Delivery)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= now)
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        return None
    row.next_try_at, row.attempts = now + LEASE, row.attempts + 1
    return Lease(row.id, row.channel, row.target, row.attempts, settings.load(session).delivery_tries)


def send_one(lease: Lease, post: Post, now: datetime) -> bool:
    """Send a leased delivery and write down what became of it; whether it left."""
    try:
        letter = prepare(lease.delivery_id, post, now)
        if letter is None:
            settle(lease, {"state": DeliveryState.DROPPED})
            return False
        channel = post.channels.get(lease.channel)
        if channel is None:
            raise NotSent("channel_absent", is_final=True)
        channel.send(letter)
    except NotSent as trouble:
        _fail(lease, trouble, now)
        return False
    except Exception as error:  # whatever a channel raises must not keep the next letter from leaving
        log.exception("Delivery %s could not be sent.", lease.delivery_id)
        _fail(lease, NotSent("trouble", type(error).__name__), now)
        return False
    settle(lease, {"state": DeliveryState.SENT, "sent_at": now, "last_error": ""})
    return True


@query
def prepare(session: Session, delivery_id: int, post: Post, now: datetime) -> Letter | None:
    """The letter as it reads now, to whom it may go now; None when nobody wants it any more. Raises NotSent."""
    try:
        delivery = session.get_one(
            Delivery, delivery_id, options=[joinedload(Delivery.message)], populate_existing=True
        )
        address = addressing.address_of(session, delivery, now)
        if address is None:
            return None
        message = delivery.message
        said = post.render(message.kind, _outside(session, message.params), address.locale)
        return Letter(
            delivery_id=delivery.id,
            to=address.to,
            subject=said.subject,
            text=said.text,
            url=f"{post.base_url}{said.path}" if post.base_url else None,
            locale=address.locale,
            kind=message.kind,
            made_at=delivery.created_at,
            tried_at=now,
            bot=address.bot,
            secret=address.secret,
        )
    finally:
        session.rollback()  # no transaction is open while the network is waited for


def _outside(session: Session, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of a message, marked where they are of a private space, whose name stays in the house."""
    named = select(Space.id).where(Space.name == params.get("space"), Space.is_private)
    return {**params, "is_private": session.scalar(named.limit(1)) is not None}


def _fail(lease: Lease, trouble: NotSent, now: datetime) -> None:
    told = f"{trouble.code} {trouble.detail}".strip()[:200]
    log.warning("Delivery %s by %s did not leave: %s", lease.delivery_id, lease.channel.value, told)
    if trouble.is_final or lease.attempts >= lease.tries:
        settle(lease, {"state": DeliveryState.DEAD, "last_error": told})
        return
    again = now + max(
        wait_after(lease.attempts), min(trouble.retry_after or timedelta(), outbox.LONGEST_WAIT)
    )
    settle(lease, {"next_try_at": again, "last_error": told})
    if trouble.is_down:
        hold_others(lease, again)


@transaction
def settle(session: Session, lease: Lease, values: Mapping[str, Any]) -> bool:
    """Write down what became of a try; False when the lease was over and somebody else has the delivery."""
    settled = session.execute(
        update(Delivery)
        .where(
            Delivery.id == lease.delivery_id,
            Delivery.state == DeliveryState.WAITING,
            Delivery.attempts == lease.attempts,
        )
        .values(**values)
        .returning(Delivery.id)
    )
    return settled.first() is not None


@transaction
def hold_others(session: Session, lease: Lease, until: datetime) -> None:
    """Nobody answers there: let what else is due for the same target wait too, without losing a try."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.state == DeliveryState.WAITING,
            Delivery.channel == lease.channel,
            Delivery.target == lease.target,
            Delivery.next_try_at < until,
        )
        .values(next_try_at=until)
    )


def wait_after(attempts: int) -> timedelta:
    """1, 2, 4 … minutes up to 6 hours, and up to a fifth more by chance, so that not all come back at once."""
    return outbox.wait_after(attempts) * (1 + random.random() / 5)  # noqa: S311  jitter, not a secret
