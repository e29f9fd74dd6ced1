"""Telling people outside the app: where they can be reached, what they want to hear how, and every delivery."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.telling import ChannelKind, DeliveryState, ReminderKind, Topic, WebhookKind
from models.base import Base, IntPk, enum_type
from models.records import OutboxMessage


class Delivery(Base):
    """One message on its way by one channel; a webhook is told apart by `target`, its id, else 0.

    `id` goes with every try, so that a receiver can tell a duplicate.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="when_sent"),
        CheckConstraint("(channel = 'webhook') = (target <> 0)", name="target"),
        UniqueConstraint("outbox_id", "channel", "target"),
        Index("ix_delivery_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[IntPk]
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id", ondelete="CASCADE"))
    channel: Mapped[ChannelKind] = mapped_column(enum_type(ChannelKind, "channel"))
    target: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[DeliveryState] = mapped_column(
        enum_type(DeliveryState, "state"), default=DeliveryState.WAITING, server_default="waiting"
    )
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[datetime]

    message: Mapped[OutboxMessage] = relationship(lazy="raise")


class Webhook(Base):
    """A bot or a program that is told what concerns the staff; `address` is a bot's key, or a plain one's URL."""

    __tablename__ = "webhook"
    __table_args__ = (CheckConstraint("name <> '' AND address <> ''", name="said"),)

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[WebhookKind] = mapped_column(enum_type(WebhookKind, "kind"))
    address: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(200), default="", server_default="")
    topics: Mapped[list[Any]] = mapped_column(JSON, default=list)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Contact(Base):
    """Where else somebody can be reached, and when not; minutes after local midnight, empty: as the house has it."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("email IS NOT NULL OR email_confirmed_at IS NULL", name="confirmed"),
        CheckConstraint(
            "(quiet_starts_minute IS NULL) = (quiet_ends_minute IS NULL)"
            " AND (quiet_starts_minute IS NULL OR (quiet_starts_minute BETWEEN 0 AND 1439"
            " AND quiet_ends_minute BETWEEN 0 AND 1439))",
            name="quiet",
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    email: Mapped[str | None] = mapped_column(String(254))
    email_confirmed_at: Mapped[datetime | None]
    quiet_starts_minute: Mapped[int | None]
    quiet_ends_minute: Mapped[int | None]


class ChannelChoice(Base):
    """That somebody wants to hear of a topic by a channel, or not; absent, the default counts."""

    __tablename__ = "channel_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    topic: Mapped[Topic] = mapped_column(enum_type(Topic, "topic"), primary_key=True)
    channel: Mapped[ChannelKind] = mapped_column(enum_type(ChannelKind, "channel"), primary_key=True)
    is_on: Mapped[bool]


class MessageTemplate(Base):
    """The house's own words for a kind of message, with the placeholders of that kind; absent, ours count."""

    __tablename__ = "message_template"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    locale: Mapped[str] = mapped_column(String(12), primary_key=True)
    text: Mapped[str] = mapped_column(String(500))
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class ReminderSent(Base):
    """That a booking was reminded of, for the time that it had then."""

    __tablename__ = "reminder_sent"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True, autoincrement=False)
    kind: Mapped[ReminderKind] = mapped_column(enum_type(ReminderKind, "kind"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
