"""Spaces, their opening hours, and the calendar of holidays and make-up workdays."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.policies import SpaceRules
from domain.spaces import Approval, DayKind, Hours, SpaceKind
from models.base import Base, IntPk, enum_type


class Space(Base):
    """Something bookable; `revision` grows with every change that its board would show."""

    __tablename__ = "space"
    __table_args__ = (
        CheckConstraint("places >= 1", name="places"),
        CheckConstraint("kind <> 'room' OR places = 1", name="one_place_in_a_room"),
        CheckConstraint("capacity IS NULL OR capacity >= 1", name="capacity"),
        CheckConstraint("min_minutes >= 15 AND max_minutes >= min_minutes", name="lengths"),
        CheckConstraint(
            "min_minutes % 15 = 0 AND max_minutes % 15 = 0 AND buffer_minutes % 15 = 0", name="grid"
        ),
        CheckConstraint(
            "advance_days >= 0 AND lead_minutes >= 0 AND buffer_minutes >= 0", name="not_negative"
        ),
    )

    id: Mapped[IntPk]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(Text, default="", server_default="")
    about_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    kind: Mapped[SpaceKind] = mapped_column(enum_type(SpaceKind, "kind"))
    approval: Mapped[Approval] = mapped_column(enum_type(Approval, "approval"))
    places: Mapped[int] = mapped_column(default=1)
    capacity: Mapped[int | None]
    min_minutes: Mapped[int]
    max_minutes: Mapped[int]
    buffer_minutes: Mapped[int] = mapped_column(default=0)
    advance_days: Mapped[int]
    lead_minutes: Mapped[int]
    is_private: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    archived_at: Mapped[datetime | None]

    hours: Mapped[list[OpeningHours]] = relationship(
        lazy="raise", order_by="OpeningHours.opens_minute", cascade="all, delete-orphan"
    )

    def rules(self) -> SpaceRules:
        """The figures that the rulebook looks at."""
        return SpaceRules(
            kind=self.kind,
            capacity=self.capacity,
            min_minutes=self.min_minutes,
            max_minutes=self.max_minutes,
            advance_days=self.advance_days,
            lead_minutes=self.lead_minutes,
        )

    def opening_rules(self) -> list[Hours]:
        """The opening hours as the domain knows them."""
        return [Hours(h.day_kind, h.opens_minute, h.closes_minute) for h in self.hours]

    def name_in(self, locale: str) -> str:
        """The name for a reader of that locale."""
        return self.name_en if locale.startswith("en") else self.name

    def about_in(self, locale: str) -> str:
        """The description for a reader of that locale."""
        return self.about_en if locale.startswith("en") else self.about


class OpeningHours(Base):
    """One opening of a space on one kind of day, in minutes after local midnight."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint(
            "opens_minute >= 0 AND closes_minute <= 1440 AND opens_minute < closes_minute", name="order"
        ),
        CheckConstraint("opens_minute % 15 = 0 AND closes_minute % 15 = 0", name="grid"),
        UniqueConstraint("space_id", "day_kind", "opens_minute"),
    )

    id: Mapped[IntPk]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    day_kind: Mapped[DayKind] = mapped_column(enum_type(DayKind, "day_kind"))
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]


class CalendarDay(Base):
    """A date whose kind differs from its weekday: a public holiday or a make-up workday (调休)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    day_kind: Mapped[DayKind] = mapped_column(enum_type(DayKind, "day_kind"))
    name: Mapped[str] = mapped_column(String(40), default="")


class Occupancy(Base):
    """A place held for one quarter-hour; its primary key is the one arbiter of the house."""

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("(booking_id IS NULL) <> (show_id IS NULL)", name="one_holder"),
        CheckConstraint("place >= 0", name="place"),
        Index("ix_occupancy_booking_id", "booking_id"),
        Index("ix_occupancy_show_id", "show_id"),
    )

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), primary_key=True, autoincrement=False)
    tick: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    show_id: Mapped[int | None] = mapped_column(ForeignKey("show.id"))


class Setting(Base):
    """One figure of the house that staff may change; absent means the default."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]
