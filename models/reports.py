"""Kept sums of reports: what happened in ten days or so of a space, how long it was open; and files of bookings."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, IntPk, enum_type


class ReportSum(Base):
    """The figures of one space in a third of a month (旬) that is over, made of its bookings, seats, shows and wishes.

    Whatever changes one of these deletes the row in its own transaction: triggers of the database see to it, so that
    no writer can forget. A row that is missing is counted from what it was made of; the jobs make it anew.
    """

    __tablename__ = "report_sum"
    __table_args__ = (CheckConstraint("ends_at > begins_at", name="order"),)

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), primary_key=True, autoincrement=False)
    begins_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReportHours(Base):
    """How long its places were open in these days, by hour of the week, as it was when they were over.

    Later hours of the space change it no more; a closure or a day of the calendar within it deletes the row.
    """

    __tablename__ = "report_hours"
    __table_args__ = (CheckConstraint("ends_at > begins_at", name="order"),)

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), primary_key=True, autoincrement=False)
    begins_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]
    opened: Mapped[str] = mapped_column(Text)


class FileStatus(StrEnum):
    """How far a file of bookings has come."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class ReportFile(Base):
    """The bookings of some days as a workbook that the jobs write; gone after some days.

    `words` are those of its language; `next_day` is the first day that is not written yet. What is written is one
    stream in chunks: `crc` and `raw_size` are of what it unpacks to. A worker holds it until `leased_until`.
    """

    __tablename__ = "report_file"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="order"),
        CheckConstraint("next_day >= first_day", name="progress"),
        CheckConstraint("(status = 'failed') = (error_code <> '')", name="failed_says_why"),
        CheckConstraint("(status = 'ready') = (ready_at IS NOT NULL)", name="ready_when"),
        Index("ix_report_file_status", "status"),
    )

    id: Mapped[IntPk]
    status: Mapped[FileStatus] = mapped_column(enum_type(FileStatus, "status"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    next_day: Mapped[date]
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    row_count: Mapped[int] = mapped_column(default=0)
    crc: Mapped[int] = mapped_column(default=0)
    raw_size: Mapped[int] = mapped_column(default=0)
    packed_size: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(64), default="", server_default="")
    leased_until: Mapped[datetime | None]
    error_code: Mapped[str] = mapped_column(String(60), default="", server_default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]


class ReportFileChunk(Base):
    """A part of such a file, packed; the parts one after the other are one stream."""

    __tablename__ = "report_file_chunk"

    file_id: Mapped[int] = mapped_column(
        ForeignKey("report_file.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
