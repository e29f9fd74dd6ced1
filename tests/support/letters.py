"""Builders of the post: bots, people who want letters, and letters on their way."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from domain.telling import Audience, ChannelKind, DeliveryState, Topic, WebhookKind
from models import ChannelChoice, Contact, Delivery, Notice, OutboxMessage, Person, Webhook, db
from services import records
from services.telling.post import Channel, Letter, NotSent, Post, Rendered, post_of
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, between, create_person, saved

SPACE = {"space": "茶话室", "space_en": "Tea room"}
serial = count(1)


def booking_told(**changes: Any) -> dict[str, Any]:
    """The params of a message about a booking of tomorrow."""
    time = between(15, 17, days=1)
    return {
        **SPACE,
        "starts_at": time.starts_at.isoformat(),
        "ends_at": time.ends_at.isoformat(),
        "booking_id": 7,
    } | changes


def create_bot(kind: WebhookKind = WebhookKind.PLAIN, **changes: Any) -> Webhook:
    """A program in the internet that listens to everything."""
    values: dict[str, Any] = {
        "name": f"值班{next(serial)}",
        "kind": kind,
        "address": "https://hooks.example/jufu",
        "topics": [topic.value for topic in Topic],
        "created_by_id": changes.pop("created_by_id", None) or create_person().id,
        "created_at": NOW,
    }
    return saved(Webhook(**values | changes))  # type: ignore[no-any-return]  # what was given


def create_reader(*channels: ChannelKind, topic: Topic = Topic.BOOKINGS, **changes: Any) -> Person:
    """Somebody with a confirmed address who wants to hear of bookings by these channels."""
    person = create_person(**changes)
    saved(Contact(person_id=person.id, email=f"reader{person.id}@example.org", email_confirmed_at=NOW))
    for channel in channels:
        saved(ChannelChoice(person_id=person.id, topic=topic, channel=channel, is_on=True))
    return person


def tell(person: Person, kind: str = "booking_confirmed", **params: Any) -> None:
    """Put a message for somebody into the outbox."""
    in_transaction(lambda: records.tell(db.session(), person.id, kind, NOW, **booking_told(**params)))


def create_letter(
    channel: ChannelKind = ChannelKind.EMAIL, target: int = 0, person: Person | None = None, **changes: Any
) -> Delivery:
    """A routed message on its way by a channel: to a reader of e-mail unless said otherwise."""
    reader = None if target else person or create_reader(channel)
    message = saved(
        OutboxMessage(
            recipient_id=reader.id if reader else None,
            audience=None if reader else Audience.STAFF,
            kind=changes.pop("kind", "booking_confirmed" if reader else "request_received"),
            params=changes.pop("params", booking_told()),
            created_at=NOW,
            next_try_at=NOW,
            attempts=1,
            sent_at=NOW,
        )
    )
    values = {"next_try_at": NOW, "created_at": NOW} | changes
    return saved(Delivery(outbox_id=message.id, channel=channel, target=target, **values))  # type: ignore[no-any-return]  # what was given


def deliveries() -> list[Delivery]:
    """Every delivery as it stands now."""
    db.session.rollback()
    found = select(Delivery).order_by(Delivery.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found))


def states() -> list[tuple[DeliveryState, int, str]]:
    """State, tries and last error of every delivery."""
    return [(one.state, one.attempts, one.last_error) for one in deliveries()]


def said(kind: str, _params: Any, locale: str) -> Rendered:
    """What stands in a letter of the tests."""
    return Rendered(f"聚福 {kind}", f"{kind} / {locale}", "/bookings/7")


class Pigeon:
    """A channel that keeps its letters; `troubles` are raised in turn, None lets one through."""

    def __init__(self, kind: ChannelKind = ChannelKind.EMAIL, *troubles: Exception | None) -> None:
        self.kind = kind
        self.letters: list[Letter] = []
        self.troubles = list(troubles)

    def send(self, letter: Letter) -> None:
        """Keep it."""
        self.letters.append(letter)
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None:
            raise trouble


def post_with(*channels: Channel, base_url: str = "") -> Post:
    """A post whose words are those of the tests."""
    return post_of(said, *channels, base_url=base_url)


def later(code: str = "http", **changes: Any) -> NotSent:
    """A trouble that passes."""
    return NotSent(code, "503", **changes)


def minutes_after(moment: datetime, since: datetime = NOW) -> float:
    """How long after another a moment is."""
    return (moment - since).total_seconds() / 60


def create_notice(
    person: Person,
    kind: str = "person_verified",
    *,
    minutes: int = 0,
    read_at: datetime | None = None,
    **params: Any,
) -> int:
    """Something that somebody was told so many minutes ago and has not read; returns its number."""
    at = NOW - timedelta(minutes=minutes)
    values: dict[str, Any] = {"kind": kind, "params": params, "created_at": at}
    message = saved(OutboxMessage(recipient_id=person.id, next_try_at=at, sent_at=at, **values))
    notice = Notice(outbox_id=message.id, person_id=person.id, read_at=read_at, **values)
    return int(saved(notice).outbox_id)


def told_ids(person: Person) -> dict[str, Any]:
    """What routes of telling people name: a notice of somebody, a bot, a dead letter, a kind of message."""
    return {
        "notice_id": create_notice(person),
        "hook_id": create_bot().id,
        "delivery_id": create_letter(state=DeliveryState.DEAD).id,
        "message": "booking_confirmed",
        "locale": "en",
    }
