"""Bookings, and the booth slots that are bookings of a show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.bookings import BookingStatus
from domain.interval import Interval
from domain.shows import OnAir
from models.base import Base, IntPk, enum_type
from models.people import Person
from models.spaces import Space

if TYPE_CHECKING:
    from models.merchants import Merchant, Product
    from models.shows import Show


class Booking(Base):
    """A space, or one place of it, for one person over one interval; `version` counts its changes."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("party_size >= 1", name="party_size"),
        CheckConstraint("place IS NULL OR place >= 0", name="place"),
        CheckConstraint("status <> 'declined' OR decision_reason <> ''", name="declined_has_reason"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_booking_space_id_starts_at", "space_id", "starts_at"),
        Index("ix_booking_booker_id_starts_at", "booker_id", "starts_at"),
        Index("ix_booking_status_starts_at", "status", "starts_at"),
    )

    id: Mapped[IntPk]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    place: Mapped[int | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[BookingStatus] = mapped_column(enum_type(BookingStatus, "status"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    purpose: Mapped[str] = mapped_column(String(200), default="", server_default="")
    party_size: Mapped[int] = mapped_column(default=1)
    booker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

    space: Mapped[Space] = relationship(lazy="raise")
    booker: Mapped[Person] = relationship(lazy="raise", foreign_keys=[booker_id])
    created_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[created_by_id])
    booth_slot: Mapped[BoothSlot | None] = relationship(lazy="raise", back_populates="booking")

    @property
    def interval(self) -> Interval:
        """When it is."""
        return Interval(self.starts_at, self.ends_at)


class BoothSlot(Base):
    """What a booth booking adds to a booking: whose product in which show, and how it went on air."""

    __tablename__ = "booth_slot"
    __table_args__ = (
        CheckConstraint(
            "actual_ended_at IS NULL OR (actual_started_at IS NOT NULL AND actual_ended_at >= actual_started_at)",
            name="on_air_order",
        ),
        Index("ix_booth_slot_show_id", "show_id"),
        Index("ix_booth_slot_merchant_id", "merchant_id"),
        Index("ix_booth_slot_product_id", "product_id"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True, autoincrement=False)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    on_air: Mapped[OnAir] = mapped_column(enum_type(OnAir, "on_air"), default=OnAir.WAITING)
    actual_started_at: Mapped[datetime | None]
    actual_ended_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship(lazy="raise", back_populates="booth_slot")
    show: Mapped[Show] = relationship(lazy="raise")
    merchant: Mapped[Merchant] = relationship(lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")
