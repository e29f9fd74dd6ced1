"""Bookings, and the booth slots that are bookings of a show."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.bookings import BookingStatus
from domain.interval import Interval
from domain.studio.booths import Sample, SwapStatus
from models.base import Base, IntPk, enum_type, partial_index
from models.people import Person
from models.spaces import Space

if TYPE_CHECKING:
    from models.merchants import Merchant
    from models.products import Product
    from models.shows import Show


class Times:
    """The times of a booking, however it was read: its own, and another one that waits for a yes."""

    __slots__ = ()

    if TYPE_CHECKING:
        starts_at: Any
        ends_at: Any
        proposed_starts_at: Any
        proposed_ends_at: Any
        proposed_to_booker: Any

    @property
    def interval(self) -> Interval:
        """When it is."""
        return Interval(self.starts_at, self.ends_at)

    @property
    def proposed(self) -> Interval | None:
        """The other time that waits for a yes."""
        if self.proposed_starts_at is None or self.proposed_ends_at is None:
            return None
        return Interval(self.proposed_starts_at, self.proposed_ends_at)

    @property
    def wished(self) -> Interval | None:
        """The other time that the booker wishes and staff answer."""
        return None if self.proposed_to_booker else self.proposed

    @property
    def suggested(self) -> Interval | None:
        """The other time that the house proposes and the booker answers."""
        return self.proposed if self.proposed_to_booker else None

    @property
    def times(self) -> tuple[Interval, ...]:
        """Every time that it holds: its own, and the proposed one."""
        return (self.interval, self.proposed) if self.proposed else (self.interval,)


class Booking(Times, Base):
    """A space, or one place of it, for one person over one interval; `version` counts its changes.

    `buffer_minutes` is what the space asked for when its ticks were taken. A booking that waits for a yes to another
    time holds that one too, as its proposed time: staff answer what a booker wishes, the booker what the house proposes
    (`proposed_to_booker`). An offered one holds its ticks until `expires_at`. `first_yes_at` is when the first yes was
    given, where a space asks for two.
    """

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("party_size >= 1", name="party_size"),
        CheckConstraint("place IS NULL OR place >= 0", name="place"),
        CheckConstraint("status <> 'declined' OR decision_reason <> ''", name="declined_has_reason"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("buffer_minutes >= 0 AND buffer_minutes % 15 = 0", name="buffer"),
        CheckConstraint(
            "(proposed_starts_at IS NULL) = (proposed_ends_at IS NULL)"
            " AND (proposed_starts_at IS NULL OR (proposed_ends_at > proposed_starts_at"
            " AND (status = 'confirmed' OR (status = 'pending' AND proposed_to_booker))))",
            name="proposal",
        ),
        CheckConstraint(
            "NOT proposed_to_booker OR proposed_starts_at IS NOT NULL", name="proposed_to_booker"
        ),
        CheckConstraint("(first_yes_at IS NULL) = (first_yes_by_id IS NULL)", name="first_yes"),
        CheckConstraint("status <> 'offered' OR expires_at IS NOT NULL", name="offer_expires"),
        CheckConstraint("left_at IS NULL OR checked_in_at IS NOT NULL", name="left_after_check_in"),
        CheckConstraint("(series_id IS NULL) = (occurrence_day IS NULL)", name="occurrence"),
        Index("ix_booking_created_by_id_starts_at", "created_by_id", "starts_at"),
        partial_index(
            "ix_booking_series_id_occurrence_day",
            "series_id",
            "occurrence_day",
            where="series_id IS NOT NULL",
        ),
        partial_index(
            "ix_booking_proposed_starts_at", "proposed_starts_at", where="proposed_starts_at IS NOT NULL"
        ),
        partial_index("ix_booking_purpose_kept", "ends_at", where="purpose <> ''"),
        partial_index(
            "ix_booking_space_id_proposed_starts_at",
            "space_id",
            "proposed_starts_at",
            where="proposed_starts_at IS NOT NULL",
        ),
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
    buffer_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    pickup_number: Mapped[str] = mapped_column(String(4), default="", server_default="")
    override_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    proposed_starts_at: Mapped[datetime | None]
    proposed_ends_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime | None]
    proposed_to_booker: Mapped[bool] = mapped_column(default=False, server_default=false())
    first_yes_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first_yes_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    occurrence_day: Mapped[date | None]
    changed_by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())

    space: Mapped[Space] = relationship(lazy="raise")
    booker: Mapped[Person] = relationship(lazy="raise", foreign_keys=[booker_id])
    created_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[created_by_id])
    booth_slot: Mapped[BoothSlot | None] = relationship(lazy="raise", back_populates="booking")


class BoothSlot(Base):
    """What a booth booking adds to a booking: whose product in which show, its sample, and how many watched.

    How it went on air is told by the items of the running order that air it (models/running.py).
    """

    __tablename__ = "booth_slot"
    __table_args__ = (
        CheckConstraint("(sample = 'awaited') = (sample_received_at IS NULL)", name="sample_received"),
        CheckConstraint("(sample = 'returned') = (sample_returned_at IS NOT NULL)", name="sample_returned"),
        CheckConstraint(
            "(sample_received_at IS NULL) = (sample_received_by_id IS NULL)"
            " AND (sample_returned_at IS NULL) = (sample_returned_by_id IS NULL)",
            name="sample_by",
        ),
        CheckConstraint("views IS NULL OR views >= 0", name="views"),
        Index("ix_booth_slot_show_id_merchant_id", "show_id", "merchant_id"),
        Index("ix_booth_slot_merchant_id_show_id", "merchant_id", "show_id"),
        Index("ix_booth_slot_product_id", "product_id"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True, autoincrement=False)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    sample: Mapped[Sample] = mapped_column(
        enum_type(Sample, "sample"), default=Sample.AWAITED, server_default="awaited"
    )
    sample_received_at: Mapped[datetime | None]
    sample_received_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sample_returned_at: Mapped[datetime | None]
    sample_returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    views: Mapped[int | None]

    booking: Mapped[Booking] = relationship(lazy="raise", back_populates="booth_slot")
    show: Mapped[Show] = relationship(lazy="raise")
    merchant: Mapped[Merchant] = relationship(lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")


class BoothSwap(Base):
    """A shop's proposal to change booths with another one of the same show; it holds nothing until both agree."""

    __tablename__ = "booth_swap"
    __table_args__ = (
        CheckConstraint("(status = 'proposed') = (settled_at IS NULL)", name="settled"),
        Index("ix_booth_swap_from_booking_id", "from_booking_id"),
        Index("ix_booth_swap_to_booking_id", "to_booking_id"),
        Index("ix_booth_swap_status_expires_at", "status", "expires_at"),
    )

    id: Mapped[IntPk]
    from_booking_id: Mapped[int] = mapped_column(ForeignKey("booth_slot.booking_id"))
    to_booking_id: Mapped[int] = mapped_column(ForeignKey("booth_slot.booking_id"))
    status: Mapped[SwapStatus] = mapped_column(
        enum_type(SwapStatus, "status"), default=SwapStatus.PROPOSED, server_default="proposed"
    )
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    from_slot: Mapped[BoothSlot] = relationship(lazy="raise", foreign_keys=[from_booking_id])
    to_slot: Mapped[BoothSlot] = relationship(lazy="raise", foreign_keys=[to_booking_id])
