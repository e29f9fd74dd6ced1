"""The staff's bots and programs that listen: added, tried, changed and disabled by admins; no key is ever shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.bots import BotWords, checked_topics
from domain.errors import BadInput, Forbidden, Missing
from domain.people import Actor
from domain.telling import ChannelKind, Topic, WebhookKind
from models import Delivery, OutboxMessage, Webhook
from services import records
from services.telling import outbound
from services.telling.post import NotSent
from services.unit_of_work import query, transaction


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot and the latest thing that was sent to it."""

    hook: Webhook
    last: Delivery | None


@query
def all_bots(session: Session, actor: Actor) -> list[Bot]:
    """Every bot, those in use first; raises Forbidden."""
    _require_admin(actor)
    hooks = session.scalars(select(Webhook).order_by(Webhook.disabled_at.is_not(None), Webhook.id)).all()
    latest = select(func.max(Delivery.id)).where(Delivery.channel == ChannelKind.WEBHOOK)
    sent = session.scalars(select(Delivery).where(Delivery.id.in_(latest.group_by(Delivery.target))))
    by_target = {delivery.target: delivery for delivery in sent}
    return [Bot(hook, by_target.get(hook.id)) for hook in hooks]


@transaction
def add(
    session: Session, actor: Actor, words: BotWords, allowed: frozenset[str], *, now: datetime
) -> Webhook:
    """Let a bot or a program listen; raises Forbidden, BadInput."""
    _require_admin(actor)
    words = words.checked()
    if words.kind is WebhookKind.PLAIN:
        _check_url(words.address, allowed)
    hook = Webhook(
        name=words.name,
        kind=words.kind,
        address=words.address,
        secret=words.secret,
        topics=[topic.value for topic in words.topics],
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(hook)
    records.audit(session, actor, "webhook.added", hook, now, name=hook.name, kind=hook.kind.value)
    return hook


@transaction
def listen_to(
    session: Session, actor: Actor, hook_id: int, topics: Sequence[Topic], *, now: datetime
) -> Webhook:
    """Change what a bot hears of; raises Forbidden, Missing, BadInput."""
    hook = _locked(session, actor, hook_id)
    before, hook.topics = hook.topics, [topic.value for topic in checked_topics(tuple(topics))]
    records.audit(session, actor, "webhook.changed", hook, now, before=before, after=hook.topics)
    return hook


@transaction
def disable(session: Session, actor: Actor, hook_id: int, *, now: datetime) -> Webhook:
    """Send nothing more to a bot, and forget its key; what waits for it is dropped. Raises Forbidden, Missing."""
    hook = _locked(session, actor, hook_id)
    hook.disabled_at, hook.secret = now, ""
    hook.address = "-"
    records.audit(session, actor, "webhook.disabled", hook, now, name=hook.name)
    return hook


@transaction
def try_out(session: Session, actor: Actor, hook_id: int, *, now: datetime) -> Delivery:
    """Send a test message the way that every message goes; raises Forbidden, Missing."""
    hook = _locked(session, actor, hook_id)
    message_id = records.tell_staff(session, "bot_tested", now, name=hook.name)
    # It is for this one alone, so it is routed here.
    session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(sent_at=now))
    delivery = Delivery(
        outbox_id=message_id, channel=ChannelKind.WEBHOOK, target=hook.id, next_try_at=now, created_at=now
    )
    session.add(delivery)
    records.audit(session, actor, "webhook.tested", hook, now, name=hook.name)
    return delivery


def _locked(session: Session, actor: Actor, hook_id: int) -> Webhook:
    _require_admin(actor)
    hook = session.scalar(
        select(Webhook).where(Webhook.id == hook_id, Webhook.disabled_at.is_(None)).with_for_update()
    )
    if hook is None:
        raise Missing
    return hook


def _require_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise Forbidden


def _check_url(url: str, allowed: frozenset[str]) -> None:
    """Say at once what would keep every message from leaving; its addresses are looked at when it is used."""
    try:
        outbound.place_of(url, allowed)
    except NotSent as trouble:
        raise BadInput("bot_url_guarded", field="address") from trouble
