"""What is written beside every change: audit, outbox, in-app notices and answers to repeated requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.telling import Audience
from models.base import Base, IntPk, enum_type, partial_index

DECIDES = "audit_event.action IN ('booking.approved', 'booking.declined')"
"""Whether an event is a yes or a no to a booking; word for word the condition of its index, so that it is used."""


class AuditEvent(Base):
    """Who did what to which thing, and when; written in the transaction of the change, never edited."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_type", "object_id"),
        Index("ix_audit_event_at", "at"),
        Index("ix_audit_event_actor_id_id", "actor_id", "id"),
        Index("ix_audit_event_action_id", "action", "id"),
        partial_index(
            "ix_audit_event_decisions", "object_id", "at", where=DECIDES.removeprefix("audit_event.")
        ),
    )

    id: Mapped[IntPk]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(String(40))
    object_type: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[int]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class OutboxMessage(Base):
    """A message that must reach somebody, or the staff as a whole; it leaves after the commit, at least once.

    What a decision at the desk says (`decision_id`) is held back until it can't be undone any more.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(recipient_id IS NULL) <> (audience IS NULL)", name="one_recipient"),
        Index("ix_outbox_message_due", "sent_at", "next_try_at"),
        partial_index("ix_outbox_message_decision_id", "decision_id", where="decision_id IS NOT NULL"),
    )

    id: Mapped[IntPk]
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    audience: Mapped[Audience | None] = mapped_column(enum_type(Audience, "audience"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("desk_decision.id"))
    kind: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Notice(Base):
    """A message in somebody's in-app inbox; one per outbox message, however often it is delivered."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_person_id_created_at", "person_id", "created_at"),
        Index("ix_notice_created_at", "created_at"),
        partial_index("ix_notice_unread", "person_id", where="read_at IS NULL"),
    )

    outbox_id: Mapped[int] = mapped_column(
        ForeignKey("outbox_message.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """The first answer to a request that may come again; `fingerprint` tells whether it is the same request."""

    __tablename__ = "idempotency_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)
