"""Spaces, their opening hours, the calendar of holidays and make-up workdays, and the ticks that are held."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.interval import Interval
from domain.policies import SpaceRules
from domain.spaces import Approval, DayKind, Equipment, Hours, OpenOn, SpaceKind
from models.base import Base, IntPk, enum_type, partial_index


def new_door_key() -> str:
    """What the door sign's address carries, so that only who stood at the door knows it."""
    return secrets.token_urlsafe(12)


class SpaceFacts:
    """What follows from the columns of a space, however it was read."""

    __slots__ = ()

    if TYPE_CHECKING:
        name: Any
        name_en: Any
        about: Any
        about_en: Any
        kind: Any
        places: Any
        capacity: Any
        min_minutes: Any
        max_minutes: Any
        advance_days: Any
        lead_minutes: Any
        is_private: Any

    @property
    def own_places(self) -> int:
        """How many bookings of the space itself fit beside each other: a studio is booked as a whole, by one."""
        return 1 if self.kind is SpaceKind.STUDIO else int(self.places)

    def rules(self) -> SpaceRules:
        """The figures that the rulebook looks at."""
        return SpaceRules(
            kind=self.kind,
            capacity=self.capacity,
            min_minutes=self.min_minutes,
            max_minutes=self.max_minutes,
            advance_days=self.advance_days,
            lead_minutes=self.lead_minutes,
            is_private=self.is_private,
        )

    def name_in(self, locale: str) -> str:
        """The name for a reader of that locale."""
        return str(self.name_en if locale.startswith("en") else self.name)

    def about_in(self, locale: str) -> str:
        """The description for a reader of that locale."""
        return str(self.about_en if locale.startswith("en") else self.about)


class Space(SpaceFacts, Base):
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
        CheckConstraint("approval_levels IN (1, 2)", name="approval_levels"),
        CheckConstraint("deputy_after_minutes IS NULL OR deputy_after_minutes > 0", name="deputy_after"),
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
    needs_check_in: Mapped[bool] = mapped_column(default=True, server_default=true())
    approval_levels: Mapped[int] = mapped_column(default=1, server_default="1")
    deputy_after_minutes: Mapped[int | None]
    door_key: Mapped[str] = mapped_column(String(24), default=new_door_key, server_default="")
    position: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    archived_at: Mapped[datetime | None]

    hours: Mapped[list[OpeningHours]] = relationship(
        lazy="raise", order_by="OpeningHours.opens_minute", cascade="all, delete-orphan"
    )
    equipment: Mapped[list[SpaceEquipment]] = relationship(
        lazy="raise", order_by="SpaceEquipment.code", cascade="all, delete-orphan"
    )
    photos: Mapped[list[SpacePhoto]] = relationship(
        lazy="raise", order_by="SpacePhoto.position", cascade="all, delete-orphan"
    )

    def opening_rules(self) -> list[Hours]:
        """The opening hours as the domain knows them."""
        return [Hours(h.open_on, h.opens_minute, h.closes_minute) for h in self.hours]


class OpeningHours(Base):
    """One opening of a space on one kind of day or one weekday, in minutes after local midnight.

    A weekday of its own comes before its kind; one that is closed is written down as 0 to 0.
    """

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint(
            "(opens_minute >= 0 AND closes_minute <= 1440 AND opens_minute < closes_minute)"
            " OR (opens_minute = 0 AND closes_minute = 0 AND open_on NOT IN ('weekday', 'weekend', 'holiday'))",
            name="order",
        ),
        CheckConstraint("opens_minute % 15 = 0 AND closes_minute % 15 = 0", name="grid"),
        UniqueConstraint("space_id", "open_on", "opens_minute"),
    )

    id: Mapped[IntPk]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    open_on: Mapped[OpenOn] = mapped_column(enum_type(OpenOn, "open_on"))
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]


class SpaceEquipment(Base):
    """Something that a space has, from the list that the house knows."""

    __tablename__ = "space_equipment"

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[Equipment] = mapped_column(enum_type(Equipment, "code"), primary_key=True)


class SpacePhoto(Base):
    """A picture of a space; the bytes are in the table of pictures."""

    __tablename__ = "space_photo"

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("picture.sha256"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class SpaceSteward(Base):
    """The staff named for a private space: only they may reveal the parties and the purpose."""

    __tablename__ = "space_steward"

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class SpaceApprover(Base):
    """Who may give the second yes for a space that asks for two; a deputy only when the others took too long."""

    __tablename__ = "space_approver"

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    is_deputy: Mapped[bool] = mapped_column(default=False, server_default=false())


class Closure(Base):
    """A time at which a space can't be used, whatever its hours say; a lifted one counts no more."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("reason <> ''", name="has_reason"),
        Index("ix_closure_space_id_ends_at", "space_id", "ends_at"),
    )

    id: Mapped[IntPk]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]

    space: Mapped[Space] = relationship(lazy="raise")

    @property
    def interval(self) -> Interval:
        """When the space is closed."""
        return Interval(self.starts_at, self.ends_at)


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
        CheckConstraint(
            "CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END + CASE WHEN show_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN walk_in_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_holder",
        ),
        CheckConstraint("place >= 0", name="place"),
        partial_index("ix_occupancy_booking_id", "booking_id", where="booking_id IS NOT NULL"),
        partial_index("ix_occupancy_show_id", "show_id", where="show_id IS NOT NULL"),
        partial_index("ix_occupancy_walk_in_id", "walk_in_id", where="walk_in_id IS NOT NULL"),
        {"sqlite_with_rowid": False},
    )

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), primary_key=True, autoincrement=False)
    tick: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    show_id: Mapped[int | None] = mapped_column(ForeignKey("show.id"))
    walk_in_id: Mapped[int | None] = mapped_column(ForeignKey("walk_in.id"))


class Setting(Base):
    """One figure of the house that staff may change; absent means the default."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]


class SettingChange(Base):
    """One change of a figure of the house; `before` is empty where the default counted."""

    __tablename__ = "setting_change"
    __table_args__ = (Index("ix_setting_change_key_changed_at", "key", "changed_at"),)

    id: Mapped[IntPk]
    key: Mapped[str] = mapped_column(String(40))
    before: Mapped[int | None]
    after: Mapped[int]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
