"""Series of bookings, and the waiting line for times that are full."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.interval import Interval
from domain.waitlist import EntryStatus
from models.base import Base, IntPk, enum_type, partial_index
from models.bookings import Booking
from models.people import Person
from models.products import Product
from models.shows import Show
from models.spaces import Space


class Series(Base):
    """A booking that comes again by an RFC 5545 rule; wall time and zone are kept, not moments."""

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("start_minute BETWEEN 0 AND 1439 AND start_minute % 15 = 0", name="start"),
        CheckConstraint("minutes >= 15 AND minutes % 15 = 0", name="length"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_series_booker_id", "booker_id"),
    )

    id: Mapped[IntPk]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    booker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rule: Mapped[str] = mapped_column(String(300))
    first_day: Mapped[date]
    start_minute: Mapped[int]
    minutes: Mapped[int]
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai", server_default="Asia/Shanghai")
    purpose: Mapped[str] = mapped_column(String(200), default="", server_default="")
    party_size: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]

    space: Mapped[Space] = relationship(lazy="raise")
    booker: Mapped[Person] = relationship(lazy="raise", foreign_keys=[booker_id])


class SeriesSkip(Base):
    """A date of a series that was not booked, with the code of what was in the way; it can be tried again."""

    __tablename__ = "series_skip"

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))


class WaitlistEntry(Base):
    """Somebody in line for a time that is full; the offer, once there is one, is a booking that holds the ticks.

    In line for a show, a `place` is one booth and none is whichever becomes free; who was ranked by a draw comes first.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("party_size >= 1", name="party_size"),
        CheckConstraint(
            "(show_id IS NULL) = (product_id IS NULL) AND (rank IS NULL OR (show_id IS NOT NULL AND rank >= 1))",
            name="booth",
        ),
        CheckConstraint("status NOT IN ('offered', 'fulfilled') OR booking_id IS NOT NULL", name="has_offer"),
        Index("ix_waitlist_entry_space_id_status_starts_at", "space_id", "status", "starts_at"),
        Index("ix_waitlist_entry_person_id_status", "person_id", "status"),
        Index("ix_waitlist_entry_booking_id", "booking_id"),
        Index("ix_waitlist_entry_status_starts_at", "status", "starts_at"),
        partial_index("ix_waitlist_entry_purpose_kept", "ends_at", where="purpose <> ''"),
    )

    id: Mapped[IntPk]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    place: Mapped[int | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[EntryStatus] = mapped_column(
        enum_type(EntryStatus, "status"), default=EntryStatus.WAITING, server_default="waiting"
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(200), default="", server_default="")
    party_size: Mapped[int] = mapped_column(default=1)
    show_id: Mapped[int | None] = mapped_column(ForeignKey("show.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    rank: Mapped[int | None]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    created_at: Mapped[datetime]

    space: Mapped[Space] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    created_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[created_by_id])
    show: Mapped[Show | None] = relationship(lazy="raise")
    product: Mapped[Product | None] = relationship(lazy="raise")
    booking: Mapped[Booking | None] = relationship(lazy="raise")

    @property
    def interval(self) -> Interval:
        """The time that is waited for."""
        return Interval(self.starts_at, self.ends_at)
