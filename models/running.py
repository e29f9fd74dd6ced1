"""A show while it is live: the running order, what was pressed, and what was corrected on air."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.studio.booths import OnAir
from domain.studio.running import ItemKind, Overrun, SkipReason
from models.base import Base, IntPk, enum_type

if TYPE_CHECKING:
    from models.bookings import BoothSlot


class ShowRun(Base):
    """That a show has begun; `version` counts what was pressed, so that two tablets do one thing."""

    __tablename__ = "show_run"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(
            "ended_at IS NULL OR (started_at IS NOT NULL AND ended_at >= started_at)", name="order"
        ),
    )

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    overrun: Mapped[Overrun] = mapped_column(
        enum_type(Overrun, "overrun"), default=Overrun.SHIFT, server_default="shift"
    )
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class RundownItem(Base):
    """One time on air in the running order, planned and actual; a repeat is an item of its own.

    Lengths in seconds; `extra_seconds` is what was added by hand. In a market one item airs all booths of a slot.
    """

    __tablename__ = "rundown_item"
    __table_args__ = (
        CheckConstraint("planned_seconds >= 1 AND extra_seconds >= 0", name="length"),
        CheckConstraint("kind <> 'break' OR title <> ''", name="break_has_title"),
        CheckConstraint("(state = 'waiting') = (started_at IS NULL AND ended_at IS NULL)", name="waiting"),
        CheckConstraint("state <> 'on_air' OR (started_at IS NOT NULL AND ended_at IS NULL)", name="on_air"),
        CheckConstraint(
            "state <> 'done' OR (started_at IS NOT NULL AND ended_at IS NOT NULL AND ended_at >= started_at)",
            name="done",
        ),
        CheckConstraint("(state = 'skipped') = (skip_reason IS NOT NULL)", name="skipped_has_reason"),
        Index("ix_rundown_item_show_id_position", "show_id", "position"),
        Index("ix_rundown_item_repeat_of_id", "repeat_of_id"),
    )

    id: Mapped[IntPk]
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(enum_type(ItemKind, "kind"), default=ItemKind.BOOTHS)
    title: Mapped[str] = mapped_column(String(60), default="", server_default="")
    planned_starts_at: Mapped[datetime | None]
    planned_seconds: Mapped[int]
    extra_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[OnAir] = mapped_column(
        enum_type(OnAir, "state"), default=OnAir.WAITING, server_default="waiting"
    )
    skip_reason: Mapped[SkipReason | None] = mapped_column(enum_type(SkipReason, "skip_reason"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("rundown_item.id"))

    slots: Mapped[list[BoothSlot]] = relationship(
        lazy="raise", secondary="rundown_item_booth", order_by="BoothSlot.booking_id"
    )


class RundownItemBooth(Base):
    """Which booths an item airs."""

    __tablename__ = "rundown_item_booth"

    item_id: Mapped[int] = mapped_column(ForeignKey("rundown_item.id"), primary_key=True, autoincrement=False)
    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booth_slot.booking_id"), primary_key=True, autoincrement=False, index=True
    )


class RunEvent(Base):
    """One press of the console and how the rundown stood before, so that it can be undone; never edited."""

    __tablename__ = "run_event"
    __table_args__ = (UniqueConstraint("show_id", "version"),)

    id: Mapped[IntPk]
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    version: Mapped[int]
    action: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class OnAirCorrection(Base):
    """What was said wrongly on air and how it was put right (口误纠正); never edited, kept for three years."""

    __tablename__ = "on_air_correction"
    __table_args__ = (
        CheckConstraint("said <> '' AND corrected <> ''", name="said"),
        Index("ix_on_air_correction_show_id", "show_id"),
    )

    id: Mapped[IntPk]
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booth_slot.booking_id"))
    said: Mapped[str] = mapped_column(String(200))
    corrected: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class ComplianceRecord(Base):
    """The sealed file of a show as it stood when it was wrapped up, with the SHA-256 of its canonical JSON.

    The database refuses to change it, or to delete it before `keep_until`, at least three years from the end of the
    live (直播电商监督管理办法).
    """

    __tablename__ = "compliance_record"
    __table_args__ = (CheckConstraint("keep_until > sealed_at", name="order"),)

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    keep_until: Mapped[datetime]
