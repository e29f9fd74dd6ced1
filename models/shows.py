"""Shows of the livestream studio."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.interval import Interval
from domain.shows import Layout, ShowPlan, ShowStatus
from models.base import Base, IntPk, enum_type
from models.spaces import Space


class Show(Base):
    """A broadcast that holds the whole studio for its window."""

    __tablename__ = "show"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("booths >= 1 AND slots >= 1", name="size"),
        CheckConstraint("slot_minutes >= 15 AND slot_minutes % 15 = 0", name="grid"),
        Index("ix_show_space_id_starts_at", "space_id", "starts_at"),
    )

    id: Mapped[IntPk]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    title: Mapped[str] = mapped_column(String(60))
    layout: Mapped[Layout] = mapped_column(enum_type(Layout, "layout"))
    status: Mapped[ShowStatus] = mapped_column(enum_type(ShowStatus, "status"), default=ShowStatus.OPEN)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    booths: Mapped[int] = mapped_column(default=10)
    slots: Mapped[int] = mapped_column(default=1)
    slot_minutes: Mapped[int] = mapped_column(default=15)
    buffer_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    space: Mapped[Space] = relationship(lazy="raise")

    @property
    def interval(self) -> Interval:
        """The window that the show holds."""
        return Interval(self.starts_at, self.ends_at)

    @property
    def plan(self) -> ShowPlan:
        """The layout as the domain knows it."""
        return ShowPlan(self.layout, self.starts_at, self.booths, self.slots, self.slot_minutes)
