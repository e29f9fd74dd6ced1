"""The approval desk: reasons for saying no, decisions that can be undone, and who must be told of a closure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.desk import UNDO_GRACE, DecisionKind, ReasonKind
from models.base import Base, IntPk, enum_type, partial_index
from models.bookings import Booking
from models.people import Person


class DeclineReason(Base):
    """One usual reason for saying no, one tap at the desk; an archived one is offered no more."""

    __tablename__ = "decline_reason"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    id: Mapped[IntPk]
    kind: Mapped[ReasonKind] = mapped_column(enum_type(ReasonKind, "kind"))
    text: Mapped[str] = mapped_column(String(60))
    text_en: Mapped[str] = mapped_column(String(120), default="", server_default="")
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]

    def text_in(self, locale: str) -> str:
        """The reason for a reader of that locale."""
        return self.text_en if locale.startswith("en") and self.text_en else self.text


class DeskDecision(Base):
    """A decision at the desk; until `undo_until` it can be taken back, and what it says is held back.

    `before` is how the booking stood, `version` that of the booking after the decision.
    """

    __tablename__ = "desk_decision"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone"),
        Index("ix_desk_decision_booking_id", "booking_id"),
        Index("ix_desk_decision_decided_at", "decided_at"),
    )

    id: Mapped[IntPk]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    kind: Mapped[DecisionKind] = mapped_column(enum_type(DecisionKind, "kind"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    undo_until: Mapped[datetime]
    version: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    booking: Mapped[Booking] = relationship(lazy="raise")
    actor: Mapped[Person] = relationship(lazy="raise", foreign_keys=[actor_id])

    @property
    def held_until(self) -> datetime:
        """Until when its messages wait: as long as an undo may still arrive; without any undo not at all."""
        return self.undo_until + UNDO_GRACE if self.undo_until > self.decided_at else self.undo_until


class ClosureCall(Base):
    """One booking that a closure hit, and whether somebody has spoken to the booker since."""

    __tablename__ = "closure_call"
    __table_args__ = (
        CheckConstraint("(called_at IS NULL) = (called_by_id IS NULL)", name="called"),
        partial_index("ix_closure_call_open", "closure_id", where="called_at IS NULL"),
    )

    closure_id: Mapped[int] = mapped_column(ForeignKey("closure.id"), primary_key=True, autoincrement=False)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True, autoincrement=False)
    called_at: Mapped[datetime | None]
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    booking: Mapped[Booking] = relationship(lazy="raise")
