"""Shows of the livestream studio, their hosts and their checklists."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.interval import Interval
from domain.sales.lines import Platform
from domain.studio.hosts import Evidence
from domain.studio.shows import LONGEST_HOURS, Allotment, Layout, ShowPlan, ShowStatus
from models.base import Base, IntPk, enum_type, partial_index
from models.sealing import Sealed
from models.spaces import Space


class ShowSeries(Base):
    """Shows that were planned together by an RFC 5545 rule; wall time is kept, not moments."""

    __tablename__ = "show_series"
    __table_args__ = (CheckConstraint("start_minute BETWEEN 0 AND 1439", name="start"),)

    id: Mapped[IntPk]
    rule: Mapped[str] = mapped_column(String(300))
    first_day: Mapped[date]
    start_minute: Mapped[int]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Show(Base):
    """A broadcast that holds the whole studio for its window.

    Applications are taken from `applications_open_at` (at once where empty) to `applications_close_at` (else to the
    lock). `wrapped_up_at` is when staff, or the house a day later, wrote down how it went.
    """

    __tablename__ = "show"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("booths >= 1 AND slots >= 1", name="size"),
        CheckConstraint("slot_minutes >= 15 AND slot_minutes % 15 = 0", name="grid"),
        CheckConstraint(
            "applications_open_at IS NULL OR applications_close_at IS NULL"
            " OR applications_close_at > applications_open_at",
            name="applications",
        ),
        CheckConstraint("allotment <> 'draw' OR applications_close_at IS NOT NULL", name="draw_closes"),
        CheckConstraint("status <> 'cancelled' OR cancel_reason <> ''", name="cancelled_has_reason"),
        Index("ix_show_starts_at", "starts_at"),
        Index("ix_show_space_id_starts_at", "space_id", "starts_at"),
        Index("ix_show_series_id", "series_id"),
        Index("ix_show_status_ends_at", "status", "ends_at"),
        partial_index("ix_show_left_open", "status", "ends_at", where="wrapped_up_at IS NULL"),
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
    allotment: Mapped[Allotment] = mapped_column(
        enum_type(Allotment, "allotment"), default=Allotment.FIRST_COME, server_default="first_come"
    )
    applications_open_at: Mapped[datetime | None]
    applications_close_at: Mapped[datetime | None]
    platform: Mapped[Platform | None] = mapped_column(enum_type(Platform, "platform"))
    room: Mapped[str] = mapped_column(String(200), default="", server_default="")
    series_id: Mapped[int | None] = mapped_column(ForeignKey("show_series.id"))
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    wrapped_up_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    space: Mapped[Space] = relationship(lazy="raise")
    hosts: Mapped[list[Host]] = relationship(lazy="raise", secondary="show_host", order_by="Host.id")
    checks: Mapped[list[ShowCheck]] = relationship(lazy="raise", cascade="all, delete-orphan")

    @property
    def interval(self) -> Interval:
        """The window that the show holds."""
        return Interval(self.starts_at, self.ends_at)

    @classmethod
    def during(cls, window: Interval) -> ColumnElement[bool]:
        """The shows that meet a window; none is longer than a day, so that an index of starts finds them."""
        earliest = window.starts_at - timedelta(hours=LONGEST_HOURS)
        return and_(cls.starts_at > earliest, cls.starts_at < window.ends_at, cls.ends_at > window.starts_at)

    @property
    def plan(self) -> ShowPlan:
        """The layout as the domain knows it."""
        return ShowPlan(self.layout, self.starts_at, self.booths, self.slots, self.slot_minutes)


class Host(Base):
    """Somebody who speaks on air, and the record of who verified them, how and when; `account` is on the platform.

    Whoever runs a live room has to verify its hosts (直播电商监督管理办法). No number of a document is kept.
    """

    __tablename__ = "host"
    __table_args__ = (
        CheckConstraint(
            "(verified_at IS NULL) = (verified_by_id IS NULL) AND (verified_at IS NULL) = (evidence IS NULL)",
            name="verified",
        ),
    )

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(Sealed("host.phone"), default="", server_default="")
    account: Mapped[str] = mapped_column(String(60), default="", server_default="")
    evidence: Mapped[Evidence | None] = mapped_column(enum_type(Evidence, "evidence"))
    evidence_note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    valid_until: Mapped[date | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class ShowHost(Base):
    """Who hosts a show."""

    __tablename__ = "show_host"

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True, autoincrement=False)
    host_id: Mapped[int] = mapped_column(
        ForeignKey("host.id"), primary_key=True, autoincrement=False, index=True
    )


class ShowCheck(Base):
    """A point of the pre-live checklist that somebody ticked; what the house can see for itself has no row."""

    __tablename__ = "show_check"

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id"), primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    done_at: Mapped[datetime]
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
