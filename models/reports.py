"""Kept sums of reports: what happened in ten days or so of a space, and how long it was open on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


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
