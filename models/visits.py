"""What happens at the door: people who walk in, points for staying away, and feeds of one's own calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.attendance import PointKind
from domain.interval import Interval
from models.base import Base, IntPk, enum_type
from models.bookings import Booking
from models.people import Person


class WalkIn(Base):
    """Somebody who sat down without a booking: a head that is counted, nobody that is known."""

    __tablename__ = "walk_in"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        Index("ix_walk_in_space_id_starts_at", "space_id", "starts_at"),
    )

    id: Mapped[IntPk]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    @property
    def interval(self) -> Interval:
        """The quarter-hours of the seat."""
        return Interval(self.starts_at, self.ends_at)


class PenaltyPoint(Base):
    """Points for staying away without a word; they fade, and staff may excuse them with a reason."""

    __tablename__ = "penalty_point"
    __table_args__ = (
        CheckConstraint("points >= 1", name="points"),
        CheckConstraint(
            "(excused_at IS NULL) = (excused_by_id IS NULL) AND (excused_at IS NULL OR excuse_reason <> '')",
            name="excuse",
        ),
        UniqueConstraint("booking_id", "kind"),
        Index("ix_penalty_point_person_id_created_at", "person_id", "created_at"),
    )

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    kind: Mapped[PointKind] = mapped_column(enum_type(PointKind, "kind"))
    points: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    excused_at: Mapped[datetime | None]
    excused_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    excuse_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    booking: Mapped[Booking] = relationship(lazy="raise")


class CalendarFeed(Base):
    """A calendar address of somebody's own bookings; the address is signed, and dead once it is revoked."""

    __tablename__ = "calendar_feed"

    id: Mapped[IntPk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
